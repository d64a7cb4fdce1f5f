package main

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/report"
)

// maxFindings is how many findings are told; whoever gets more asks for a budget. The rest is counted.
const maxFindings = 10_000

// ranked is an incident on its way to the list.
type ranked struct {
	in      *detect.Incident
	learned bool  // the chance was learned from verdicts; else it is a degree of suspicion
	chance  int64 // in parts of a thousand million
	saved   int64 // amount × chance, what the queue is ordered by: money only where learned; minor units
}

// tell ranks the incidents, keeps those within the budget, and reads their rows once more.
func (w *watch) tell(ctx context.Context) (*tillproof.Run, *report.Detected, error) {
	told := &report.Detected{Rows: w.rows, PerDay: w.flags.alerts, ByChance: w.flags.rank == rankChance}
	var all []ranked
	for _, in := range w.engine.Incidents() {
		all = append(all, weigh(in))
	}
	for _, in := range w.engine.Silenced() {
		s, _ := w.rules.Silent(in.Rule.ID, in.First.Date())
		told.Silence(in.Rule.ID, s.Reason, s.Until)
	}
	for _, t := range w.asking.Trials() {
		told.Shadow = append(told.Shadow, report.Shadow{Rule: t.Rule, Count: t.Hits})
	}
	shown, left := w.within(all)
	for _, r := range left {
		sum, saved := tillproof.NewMoney(r.in.Sum, r.in.Currency), tillproof.NewMoney(r.saved, r.in.Currency)
		told.Leave(sum, saved, r.learned)
	}
	told.Lost = w.engine.Dropped()
	run, err := w.compose(ctx, shown, told)
	return run, told, err
}

// isSilent reports an incident that a snooze keeps silent.
func (w *watch) isSilent(in *detect.Incident) bool {
	_, silent := w.rules.Silent(in.Rule.ID, in.First.Date())
	return silent
}

// weigh works out what an incident is worth: by its learned chance, or the score of its rule where that is
// more.
func weigh(in *detect.Incident) ranked {
	return ranked{in: in, chance: in.Likely(), saved: in.Expected(), learned: isLearned(in)}
}

// isLearned reports an incident whose chance verdicts have taught. Until there is a model, the learned score
// speaks in its sentences about what is strange.
func isLearned(in *detect.Incident) bool {
	return in.Rule.ID == detect.LearnedScore && !strings.Contains(in.Rule.Reasons[in.Code], ".strange_")
}

// before is the order of the queue.
func (w *watch) before(a, b ranked) int {
	byMoney := cmp.Or(cmp.Compare(b.saved, a.saved), cmp.Compare(b.chance, a.chance))
	byChance := cmp.Or(cmp.Compare(b.chance, a.chance), cmp.Compare(b.saved, a.saved))
	first := byMoney
	if w.flags.rank == rankChance {
		first = byChance
	}
	return cmp.Or(first, cmp.Compare(b.in.Rule.Severity, a.in.Rule.Severity),
		cmp.Compare(a.in.First, b.in.First), cmp.Compare(a.in.Rule.ID, b.in.Rule.ID),
		cmp.Compare(a.in.Parts[0].Ref, b.in.Parts[0].Ref))
}

// saveOnce leaves to each incident what those before it do not save already: who has looked at a row has no
// use of a second finding about it.
func saveOnce(all []ranked) {
	seen := map[int64]bool{}
	for i := range all {
		r := &all[i]
		named, fresh := int64(0), int64(0)
		for _, p := range r.in.Parts {
			named += p.Amount
			if !seen[p.Ref] {
				seen[p.Ref] = true
				fresh += p.Amount
			}
		}
		if named > 0 && fresh < named {
			high, low := bits.Mul64(uint64(r.saved), uint64(fresh))
			saved, _ := bits.Div64(high, low, uint64(named))
			r.saved = int64(saved)
		}
	}
}

// within parts the incidents into those of the budget, in the order of the queue, and the rest. An incident
// belongs to the day on which it began.
func (w *watch) within(all []ranked) (shown, left []ranked) {
	slices.SortStableFunc(all, w.before)
	saveOnce(all)
	slices.SortStableFunc(all, w.before)
	onDay := map[tillproof.Date]int{}
	for _, r := range all {
		day := r.in.First.Date()
		if onDay[day]++; w.flags.alerts > 0 && onDay[day] > w.flags.alerts || len(shown) >= maxFindings {
			left = append(left, r)
		} else {
			shown = append(shown, r)
		}
	}
	return shown, left
}

// compose makes a run of the findings alone: the rows that they name, and the files these stand in.
func (w *watch) compose(ctx context.Context, shown []ranked, told *report.Detected) (*tillproof.Run, error) {
	side := w.side
	if side == tillproof.NoSide {
		side = tillproof.Terminal
	}
	all := make([]*detect.Incident, len(shown))
	for i, r := range shown {
		all[i] = r.in
	}
	refs := wantedRefs(all)
	rows, err := w.fetch(ctx, refs)
	if err != nil {
		return nil, err
	}
	found, err := w.engine.Describe(all, side, func(ref int64) *tillproof.Record { return rows[ref] })
	if err != nil {
		return nil, err
	}
	byID := make(map[tillproof.FindingID]tillproof.Finding, len(found))
	for _, f := range found {
		byID[f.ID] = f
	}
	run := &tillproof.Run{Sources: w.sources, Policy: w.policy, Warnings: w.notes}
	place := make(map[int32]int32, len(refs))
	for i, ref := range refs {
		place[int32(ref)] = int32(i)
		run.Records[side] = append(run.Records[side], *rows[ref])
	}
	for _, r := range shown {
		f := byID[idOf(r.in, rows)]
		f.Records = slices.Clone(f.Records) // incidents of the same rows are findings of one id
		for j := range f.Records {
			f.Records[j].N = place[f.Records[j].N]
		}
		run.Findings = append(run.Findings, f)
		told.Ranks = append(told.Ranks, report.Rank{
			Learned: r.learned, Chance: r.chance, Rows: r.in.Count,
			Saved: tillproof.NewMoney(r.saved, r.in.Currency),
			Sum:   tillproof.NewMoney(r.in.Sum, r.in.Currency),
		})
	}
	return run, nil
}

// idOf is the id of the finding that an incident becomes.
func idOf(in *detect.Incident, rows map[int64]*tillproof.Record) tillproof.FindingID {
	ids := make([]tillproof.RecordID, len(in.Parts))
	for i, p := range in.Parts {
		ids[i] = rows[p.Ref].ID
	}
	return tillproof.FindingIDOf(in.Rule.ID, ids)
}
