package deposit

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/tillproof/tillproof"
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
		for _, m := range [...]tillproof.Method{
			payoutReference, netDay, netWindow, splitDay, splitBatch, splitTerminal, netTogether,
			netMerchants, netCarried, netZero, remainderLate, remainderDay, noDeposit, grossDay, feesDebited,
			feePerBatch, setOfGroups, setOfMerchants, setOfParts, otherCutOff, exceptRows,
		} {
			if texts["method."+string(m)] == "" {
				t.Errorf("%s: method %s has no name", lang, m)
			}
		}
	}
}
