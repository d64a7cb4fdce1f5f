package report

import (
	"strings"
	"testing"

	"github.com/tillproof/tillproof/internal/locale"
)

// TestWorkbookOfPassesSaysWhatItLacks: one that lists a part only says so first of all, and where the whole
// lists are; one that holds everything does not.
func TestWorkbookOfPassesSaysWhatItLacks(t *testing.T) {
	for lang, want := range map[locale.Lang]string{locale.EN: "check --out DIR", locale.ZH: "完整清单"} {
		for _, passes := range []bool{true, false} {
			run := fixture(t)
			run.Basis.Passes = passes
			f := openBook(t, fixtureView(t, run, Options{Lang: lang}), sheetRows)
			rows, err := f.GetRows(f.GetSheetList()[0])
			if err != nil {
				t.Fatal(err)
			}
			text := ""
			for _, r := range rows {
				text += strings.Join(r, " ") + "\n"
			}
			if strings.Contains(text, want) != passes {
				t.Errorf("%s, passes %t: %s", lang, passes, text)
			}
		}
	}
}
