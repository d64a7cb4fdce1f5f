package recon

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/all"
	"github.com/tillproof/tillproof/internal/recon/bulk"
)

// bothWays checks the files as a whole and in passes, and compares what both leave.
func bothWays(t *testing.T, files func() []File, opt Options) (held, passes *tillproof.Run, dir string) {
	t.Helper()
	opt.Formats = all.Formats()
	heldDir, dir := filepath.Join(t.TempDir(), "held"), filepath.Join(t.TempDir(), "passes")
	held, err := CheckWithin(t.Context(), files(), opt, Limits{Memory: 1 << 30, Out: heldDir})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := CheckLarge(t.Context(), files(), opt, Limits{Memory: LeastMemory, Workers: 2, Out: dir})
	if err != nil {
		t.Fatal(err)
	}
	passes = answer.Run
	sameLists(t, listsOf(t, heldDir), listsOf(t, dir))
	want, got := resultOf(t, heldDir), resultOf(t, dir)
	delete(want, "completeness") // held by day, in passes as a whole
	delete(got, "completeness")
	if fmt.Sprint(want) != fmt.Sprint(got) {
		t.Errorf("held   %v\npasses %v", want, got)
	}
	for i, c := range passes.Completeness {
		h := held.Completeness[i]
		if c.Counts != h.Counts || fmt.Sprint(c.Sums) != fmt.Sprint(h.Sums) {
			t.Errorf("%s: held %v %v, in passes %v %v", c.Side, h.Counts, h.Sums, c.Counts, c.Sums)
		}
	}
	return held, passes, dir
}

// rowsWith are the records of a side whose state has the reason.
func rowsWith(run *tillproof.Run, side tillproof.Side, reason string) []*tillproof.Record {
	var out []*tillproof.Record
	for i, st := range run.States[side] {
		if st.Reason == reason {
			out = append(out, &run.Records[side][i])
		}
	}
	return out
}

func lineOf(run *tillproof.Run, r *tillproof.Record) string {
	return fmt.Sprintf("%s:%d", run.Source(r).File, r.Origin.Line)
}

// TestDecisionsInPasses: what people ruled is obeyed in passes as in a run that is held, and the same is not.
func TestDecisionsInPasses(t *testing.T) {
	texts := newTrade(7).files()
	log := strings.SplitAfter(texts[tillproof.Terminal], "\n")
	declined := slices.IndexFunc(log, func(l string) bool { return strings.Contains(l, ",SALE,51,") })
	texts[tillproof.Terminal] += log[declined] + log[declined] // one line three times
	files := func() []File { return tradeFiles(texts) }
	plain, _, _ := bothWays(t, files, Options{})

	id := func(r *tillproof.Record) string { return r.ID.String() }
	missing := rowsWith(plain, tillproof.Terminal, "break.not_settled")
	strange := rowsWith(plain, tillproof.Acquirer, "break.not_on_terminal")
	refused := rowsWith(plain, tillproof.Terminal, "match.excluded.declined")
	pair, other := plain.Matches[100], plain.Matches[200]
	var short *tillproof.Waterfall
	for i := range plain.Waterfalls {
		if w := &plain.Waterfalls[i]; w.Residual.Minor() == 55 && len(w.Deposit) == 1 {
			short = w
		}
	}
	dep := []string{id(plain.Record(short.Deposit[0]))}
	for _, ref := range short.Rows[1:] {
		dep = append(dep, id(plain.Record(ref)))
	}
	last := refused[len(refused)-1]
	if last.ID == refused[0].ID || missing[0].Refs.Merchant == strange[0].Refs.Merchant {
		t.Fatal("the month lacks what this test is about")
	}
	d := []tillproof.Decision{
		ruledBy(tillproof.RuleMatch, id(missing[0]), id(strange[0])), // of two merchants
		ruledBy(tillproof.RuleUnmatch, lineOf(plain, plain.Record(pair.Left)), id(plain.Record(pair.Right))),
		ruledBy(tillproof.RuleExclude, id(plain.Record(other.Left))[:14]),
		ruledBy(tillproof.RuleExclude, id(strange[1]), id(missing[1])),
		ruledBy(tillproof.RuleMatch, dep...), // all of the deposit but one row
		ruledBy(tillproof.RuleExclude, id(last)),
		ruledBy(tillproof.RuleMatch, id(refused[0]), id(strange[2])),
		ruledBy(tillproof.RuleExclude, "rec_00000000000000000000000000"),
		ruledBy(tillproof.RuleMatch, id(missing[2]), id(strange[3])),
		ruledBy(tillproof.RuleExclude, id(missing[2])),
		ruledBy(tillproof.RuleExclude, "bank.csv:3"),
		// a pair whose key alone decides it, named with a sale of its side that was refused
		ruledBy(tillproof.RuleMatch, id(plain.Record(plain.Matches[300].Left)),
			id(plain.Record(plain.Matches[300].Right)), id(refused[1])),
	}
	for i := range d {
		d[i].Place.Line = i + 1
	}
	held, passes, dir := bothWays(t, files, Options{Decisions: d})
	want := []string{
		"", "", "", "", "", "", "decide.misfit.declined", "decide.misfit.not_found",
		"decide.misfit.used_twice", "decide.misfit.used_twice", "", "decide.misfit.declined",
	}
	for name, run := range map[string]*tillproof.Run{"held": held, "passes": passes} {
		var got []string
		for i := range run.Decisions {
			got = append(got, run.Decisions[i].Misfit.Code)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
		warned := slices.ContainsFunc(run.Warnings, func(n tillproof.Note) bool {
			return n.Code == "decide.not_obeyed" && n.Params["n"] == "5"
		})
		if !warned {
			t.Errorf("%s: %v", name, run.Warnings)
		}
	}
	sameRulings(t, held, passes)
	explainsManual(t, dir, missing[0].ID)
}

func ruledBy(r tillproof.Ruling, named ...string) tillproof.Decision {
	return tillproof.Decision{Ruling: r, Named: named, Reason: "told so", By: "Li Wei"}
}

// sameRulings compares the records that decisions name, obeyed or not, and what became of them.
func sameRulings(t *testing.T, held, passes *tillproof.Run) {
	t.Helper()
	for i := range held.Decisions {
		h, p := &held.Decisions[i], &passes.Decisions[i]
		if len(h.Records) != len(p.Records) && len(h.Records) <= 50 {
			t.Errorf("decision %d: held %d records, in passes %d", i, len(h.Records), len(p.Records))
			continue
		}
		for k, ref := range h.Records[:min(len(h.Records), 50)] {
			got := p.Records[k]
			want, is := held.States[ref.Side][ref.N], passes.States[got.Side][got.N]
			if held.Record(ref).ID != passes.Record(got).ID || want.Status != is.Status ||
				want.Reason != is.Reason {
				t.Errorf("decision %d, record %d: held %+v, in passes %+v", i, k, want, is)
			}
		}
	}
}

// explainsManual asks the folder of lists for a record that was joined by hand.
func explainsManual(t *testing.T, dir string, id tillproof.RecordID) {
	t.Helper()
	r, err := bulk.OpenResult(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	rows, err := r.Records(id)
	if err != nil || len(rows) != 2 || rows[0].List != "amount_mismatch" || rows[1].List != "decisions" {
		t.Errorf("%+v, %v", rows, err)
	}
}
