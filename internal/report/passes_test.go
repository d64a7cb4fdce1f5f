package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// TestARunInPassesSaysOnlyWhatIsWhole: it holds the rows of the shown breaks, so nothing is counted from
// rows; what is cut is named, with the place where all of it is.
func TestARunInPassesSaysOnlyWhatIsWhole(t *testing.T) {
	run := fixture(t)
	run.Basis.Passes = true
	run.Matches = nil
	run.Pairs = map[tillproof.Method]int{"reference.terminal_rrn": 4000, "card_amount_time": 7}
	run.Unlisted = map[tillproof.BreakKind]int{tillproof.NotSettled: 855}
	var text, raw bytes.Buffer
	if err := Text(&text, run, Options{Lang: locale.EN}); err != nil {
		t.Fatal(err)
	}
	said := strings.Join(strings.Fields(text.String()), " ")
	for _, want := range []string{
		"RRN agree (4,000)", "855 more: --out DIR leaves", "export the lists with --out",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing:\n%s", want, said)
		}
	}
	if strings.Contains(said, ", excluded: ") || strings.Contains(said, "855 more: see") {
		t.Errorf("a part is given for the whole:\n%s", said)
	}
	if err := JSON(&raw, run, Options{Lang: locale.EN}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Cut      bool
		Unlisted map[string]int
		Matches  struct {
			Total    int
			ByMethod map[string]int `json:"by_method"`
		}
	}
	if err := json.Unmarshal(raw.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if !got.Cut || len(got.Unlisted) != 1 || got.Unlisted["not_settled"] != 855 ||
		got.Matches.Total != 4007 || got.Matches.ByMethod["card_amount_time"] != 7 {
		t.Errorf("%+v", got)
	}
}
