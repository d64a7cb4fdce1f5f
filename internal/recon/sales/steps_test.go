package sales

import (
	"encoding/json"
	"os"
	"testing"
)

func TestEveryMethodHasAName(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		file, err := os.ReadFile("../../locale/catalog/match." + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]string{}
		if err := json.Unmarshal(file, &texts); err != nil {
			t.Fatal(err)
		}
		for _, m := range methods {
			if texts["method."+string(m)] == "" {
				t.Errorf("%s: method %s has no name", lang, m)
			}
			if texts["match.why.same_reference."+string(m)] == "" {
				t.Errorf("%s: no sentence for two amounts under %s", lang, m)
			}
		}
	}
}
