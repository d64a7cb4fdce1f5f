package recon

import (
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/all"
)

// TestGroupsInPasses: a batch that is named as one, and records of which several belong to one by hand, are
// obeyed in passes as in a run that is held.
func TestGroupsInPasses(t *testing.T) {
	texts := newTrade(7).files()
	files := func() []File { return tradeFiles(texts) }
	plain, err := Check(t.Context(), files(), Options{Formats: all.Formats()})
	if err != nil {
		t.Fatal(err)
	}
	missing := rowsWith(plain, tillproof.Terminal, "break.not_settled")
	strange := rowsWith(plain, tillproof.Acquirer, "break.not_on_terminal")
	id := func(r *tillproof.Record) string { return r.ID.String() }
	refs := plain.Record(plain.Matches[300].Right).Refs
	if refs.Batch == "" || len(missing) < 3 || len(strange) < 3 {
		t.Fatal("the month lacks what this test is about")
	}
	batch := "batch:" + string(refs.Terminal) + "/" + refs.Batch
	d := []tillproof.Decision{
		ruledBy(tillproof.RuleExclude, batch),
		ruledBy(tillproof.RuleMatch, id(missing[0]), id(strange[0]), id(strange[1])),
		ruledBy(tillproof.RuleMatch, id(missing[1]), id(missing[2]), id(strange[2])),
		ruledBy(tillproof.RuleExclude, "payout:none"),
		ruledBy(tillproof.RuleExclude, "batch:"+refs.Batch),
	}
	held, passes, _ := bothWays(t, files, Options{Decisions: d})
	for name, run := range map[string]*tillproof.Run{"held": held, "passes": passes} {
		if n := len(run.Decisions[0].Records); n < 2 || !run.Decisions[0].Obeyed() {
			t.Errorf("%s: %s has %d records: %+v", name, batch, n, run.Decisions[0].Misfit)
		}
		for i, code := range []string{"", "", "", "decide.misfit.group", "decide.misfit.batch"} {
			if got := run.Decisions[i].Misfit.Code; got != code {
				t.Errorf("%s: decision %d: %q, not %q", name, i, got, code)
			}
		}
		joined := 0
		for _, m := range run.Matches {
			if m.Method == tillproof.ByHand {
				joined++
			}
		}
		if name == "held" && joined != 4 {
			t.Errorf("%s: %d pairs by hand, not 2 + 2", name, joined)
		}
	}
	sameRulings(t, held, passes)
}
