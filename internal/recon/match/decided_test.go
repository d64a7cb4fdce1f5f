package match

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

// drawDecisions rules by hand about rows at random, so that most of it contradicts itself or the files.
func drawDecisions(t *rapid.T, run *tillproof.Run) {
	var rows []tillproof.RowRef
	for side := range run.Records {
		for i := range run.Records[side] {
			rows = append(rows, tillproof.RowRef{Side: tillproof.Side(side), N: int32(i)})
		}
	}
	if len(rows) == 0 {
		return
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "decisions") {
		d := tillproof.Decision{
			Ruling: rapid.SampledFrom([]tillproof.Ruling{
				tillproof.RuleMatch, tillproof.RuleMatch, tillproof.RuleUnmatch, tillproof.RuleExclude,
			}).Draw(t, "ruling"),
			Records: rapid.SliceOfN(rapid.SampledFrom(rows), 1, 4).Draw(t, "records"),
			Place:   tillproof.Place{Line: i + 1},
		}
		a, b := sideRows(run, tillproof.Terminal), sideRows(run, tillproof.Acquirer)
		if a != nil && b != nil && rapid.Bool().Draw(t, "sensible") {
			d.Records = []tillproof.RowRef{
				rapid.SampledFrom(a).Draw(t, "near"), rapid.SampledFrom(b).Draw(t, "far"),
			}
		}
		for range d.Records {
			d.Named = append(d.Named, "x")
		}
		run.Decisions = append(run.Decisions, d)
	}
}

func sideRows(run *tillproof.Run, side tillproof.Side) []tillproof.RowRef {
	var rows []tillproof.RowRef
	for i := range run.Records[side] {
		rows = append(rows, tillproof.RowRef{Side: side, N: int32(i)})
	}
	return rows
}

func TestDecisionsAreObeyedOrRefused(t *testing.T) {
	obeyed := map[tillproof.Ruling]int{}
	rapid.Check(t, func(t *rapid.T) {
		run := month(t)
		drawDecisions(t, run)
		reconcile(t, run)
		checkStates(t, run)
		checkConserved(t, run)
		checkUsedOnce(t, run)
		joined := joinedRows(run)
		for i := range run.Decisions {
			d := &run.Decisions[i]
			if !d.Obeyed() {
				continue
			}
			obeyed[d.Ruling]++
			switch d.Ruling {
			case tillproof.RuleExclude:
				for _, ref := range d.Records {
					st := run.States[ref.Side][ref.N]
					out := st.Status == tillproof.Excluded && st.Reason == tillproof.ExcludedByHand
					if !out || joined.rows[ref] {
						t.Fatalf("%v is left out by hand, but %+v", ref, st)
					}
				}
			case tillproof.RuleUnmatch:
				eachPair(d, func(p twoRows) {
					if _, ok := joined.pairs[p]; ok {
						t.Fatalf("%v are parted, but joined", p)
					}
				})
			case tillproof.RuleMatch:
				eachPair(d, func(p twoRows) {
					if joined.pairs[p] != tillproof.ByHand {
						t.Fatalf("%v are joined by hand, but %q", p, joined.pairs[p])
					}
				})
			}
		}
	})
	for r := tillproof.RuleMatch; r <= tillproof.RuleExclude; r++ {
		if obeyed[r] == 0 {
			t.Errorf("no drawn decision to %s was obeyed: the test shows nothing", r)
		}
	}
}

// twoRows are a row nearer to the merchant and one nearer to the bank.
type twoRows struct{ near, far tillproof.RowRef }

// eachPair visits each row of the side nearer to the merchant with each of the other side.
func eachPair(d *tillproof.Decision, visit func(twoRows)) {
	for _, near := range d.Records {
		for _, far := range d.Records {
			if near.Side < far.Side {
				visit(twoRows{near, far})
			}
		}
	}
}

// joinedAs are the pairs that a result joins, with the method, and all rows that it joins.
type joinedAs struct {
	pairs map[twoRows]tillproof.Method
	rows  map[tillproof.RowRef]bool
}

func joinedRows(run *tillproof.Run) joinedAs {
	out := joinedAs{map[twoRows]tillproof.Method{}, map[tillproof.RowRef]bool{}}
	for _, m := range run.Matches {
		out.pairs[twoRows{m.Left, m.Right}] = m.Method
		out.rows[m.Left], out.rows[m.Right] = true, true
	}
	for _, w := range run.Waterfalls {
		for _, row := range w.Rows {
			out.rows[row] = true
			for _, line := range w.Deposit {
				out.pairs[twoRows{row, line}] = w.Method
				out.rows[line] = true
			}
		}
	}
	return out
}

func checkUsedOnce(t *rapid.T, run *tillproof.Run) {
	seen := map[string]bool{}
	use := func(leg int, refs ...tillproof.RowRef) {
		for _, ref := range refs {
			if k := fmt.Sprint(leg, ref); seen[k] {
				t.Fatalf("%v is used twice", ref)
			} else {
				seen[k] = true
			}
		}
	}
	byHand := map[tillproof.RowRef]bool{} // a person may join one row with several
	for _, m := range run.Matches {
		for _, ref := range [...]tillproof.RowRef{m.Left, m.Right} {
			if m.Method == tillproof.ByHand && byHand[ref] {
				continue
			}
			use(1, ref)
			byHand[ref] = m.Method == tillproof.ByHand
		}
	}
	for _, w := range run.Waterfalls {
		use(2, w.Rows...)
		use(2, w.Deposit...)
	}
}

// TestTheOrderOfDecisionsNeverMatters, nor does that of the records or of the rows within a decision.
func TestTheOrderOfDecisionsNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := month(t)
		drawDecisions(t, run)
		other := clone(run)
		for _, d := range rapid.Permutation(run.Decisions).Draw(t, "order") {
			d.Records = slices.Clone(d.Records)
			slices.Reverse(d.Records)
			other.Decisions = append(other.Decisions, d)
		}
		reconcile(t, run)
		reconcile(t, other)
		if a, b := portrait(run), portrait(other); !slices.Equal(a, b) {
			t.Fatalf("differ:\n%v\n%v", a, b)
		}
		fate := func(r *tillproof.Run) map[int]bool {
			out := map[int]bool{}
			for _, d := range r.Decisions {
				out[d.Place.Line] = d.Obeyed()
			}
			return out
		}
		if a, b := fate(run), fate(other); fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("obeyed: %v and %v", a, b)
		}
	})
}
