package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// detection is two findings of the fixture: the first as told by its rank, the second by a rule's degree.
func detection(t *testing.T, learned bool) (*tillproof.Run, *Detected) {
	t.Helper()
	run := fixture(t)
	run.Findings = run.Findings[:1]
	run.Records[tillproof.Terminal][run.Findings[0].Records[0].N].Refs.Customer = "C 17"
	d := &Detected{Rows: 20, Ranks: []Rank{
		{Learned: learned, Chance: 250_000_000, Sum: cny(40_000), Saved: cny(10_000), Rows: 3},
	}}
	d.Leave(cny(5_000), cny(1_000), learned)
	return run, d
}

// TestOnlyLearnedChancesPromiseMoney: what no verdict has taught names no chance and no money saved.
func TestOnlyLearnedChancesPromiseMoney(t *testing.T) {
	for _, c := range []struct {
		learned   bool
		has, lack []string
	}{
		{
			true,
			[]string{"the chance of fraud is 25.0%", "saves CNY 100.00 on", "would save about CNY 10.00"},
			[]string{"degree"},
		},
		{
			false,
			[]string{"suspicion: 250 of 1,000", "no probability", "2 findings in 20 transactions; 1 of"},
			[]string{"chance", "save"},
		},
	} {
		run, d := detection(t, c.learned)
		var b bytes.Buffer
		if err := DetectText(&b, run, d, Options{Lang: locale.EN, Width: 200}); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(b.String()), " ")
		for _, s := range c.has {
			if !strings.Contains(text, s) {
				t.Errorf("learned %v: no %q in\n%s", c.learned, s, b.String())
			}
		}
		for _, s := range c.lack {
			if strings.Contains(text, s) {
				t.Errorf("learned %v: %q in\n%s", c.learned, s, b.String())
			}
		}
		var j bytes.Buffer
		if err := DetectJSON(&j, run, d, Options{Lang: locale.EN}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{`"chance_ppb":250000000`, `"saved":"100.00"`, `"saved":"10.00"`} {
			if strings.Contains(j.String(), name) != c.learned {
				t.Errorf("learned %v: %s in %s", c.learned, name, j.String())
			}
		}
		if strings.Contains(j.String(), `"degree_permille":250`) == c.learned {
			t.Errorf("learned %v: %s", c.learned, j.String())
		}
	}
}
