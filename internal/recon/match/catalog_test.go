package match

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tillproof/tillproof"
)

func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../locale/catalog/match." + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryBreakHasAName(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		texts := catalogue(t, lang)
		for _, k := range tillproof.BreakKinds {
			if texts["break."+string(k)] == "" {
				t.Errorf("%s: break %s has no name", lang, k)
			}
		}
	}
}

// Every sentence that a scenario makes must have a text, and a value for each of its places.
func TestEverySentenceIsWhole(t *testing.T) {
	place := regexp.MustCompile(`\{(\w+)[:}]`)
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, lang := range []string{"zh", "en"} {
		texts := catalogue(t, lang)
		check := func(file string, n tillproof.Note) {
			said[n.Code] = true
			text, ok := texts[n.Code]
			if !ok {
				t.Errorf("%s: %s: %s has no text", file, lang, n.Code)
			}
			for _, m := range place.FindAllStringSubmatch(text, -1) {
				if n.Params[m[1]] == "" {
					t.Errorf("%s: %s: %s has no value for {%s}", file, lang, n.Code, m[1])
				}
			}
		}
		for _, file := range files {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := readScenario(t, archive)
			if err := Reconcile(s.run); err != nil {
				t.Fatal(err)
			}
			eachNote(s.run, func(n tillproof.Note) { check(file, n) })
			eachExplanation(s.run, func(n tillproof.Note) { check(file, n) })
		}
		for code := range texts {
			sentence := strings.HasPrefix(code, "match.") && !strings.HasSuffix(code, ".hint") &&
				!strings.HasSuffix(code, ".one")
			family := strings.Contains(code, "same_reference") || strings.Contains(code, "fee_") ||
				unheard[code]
			if sentence && !family && !said[code] {
				t.Errorf("no scenario makes the run say %s", code)
			}
		}
	}
}

// unheard are sentences about what a small scenario cannot show: errors, and bounds of larger files.
var unheard = map[string]bool{
	"match.incomplete": true, "match.overflow": true, "match.tariff": true, "match.waterfall": true,
	"match.warning.bound_pairs": true, "match.warning.bound_parts": true,
	"match.warning.bound_rows": true, "match.warning.bound_claims": true,
}

// eachExplanation visits what a person is told about each row of leg 1.
func eachExplanation(run *tillproof.Run, visit func(tillproof.Note)) {
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		for i := range run.Records[side] {
			for _, c := range Explain(run, tillproof.RowRef{Side: side, N: int32(i)}).Second {
				visit(c.Why)
			}
		}
	}
}

func eachNote(run *tillproof.Run, visit func(tillproof.Note)) {
	for _, b := range run.Breaks {
		visit(b.Reason)
		if b.Doubt.Code != "" {
			visit(b.Doubt)
		}
		for _, c := range b.Candidates {
			visit(c.Why)
		}
	}
	for _, w := range run.Waterfalls {
		for _, n := range w.Notes {
			visit(n)
		}
	}
	for _, n := range run.Warnings {
		visit(n)
	}
	for side := range run.States {
		for _, st := range run.States[side] {
			if st.Reason != "" && st.Reason != "match.note.outcome_known" {
				visit(tillproof.Note{Code: st.Reason})
			}
		}
	}
}
