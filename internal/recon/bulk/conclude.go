package bulk

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/match"
)

// conclude proves that every row ended in one status, writes the result and puts the lists in their place.
func (j *job) conclude() (*Answer, error) {
	a := j.answer
	run := a.shownRun()
	run.Policy, run.Sources = j.opt.Policy, j.sources
	for _, side := range tillproof.Sides {
		for _, c := range j.total[side].by {
			a.Rows[side] += c.n
		}
	}
	a.Exact += j.pairs
	a.pairs(match.WholeKey, int(j.pairs))
	for kind, n := range j.shown {
		if n > j.opt.Shown {
			if run.Unlisted == nil {
				run.Unlisted = map[tillproof.BreakKind]int{}
			}
			run.Unlisted[kind] = n - j.opt.Shown
		}
	}
	run.Completeness = j.complete()
	for _, c := range run.Completeness {
		if !c.Holds() {
			return nil, &tillproof.Error{
				Op: "check", Kind: tillproof.KindInternal, Code: "match.incomplete",
				Params: tillproof.Params{"side": c.Side.String()},
			}
		}
		if c.Side == tillproof.Terminal {
			a.Eligible = int64(c.Records - c.Counts[tillproof.Excluded])
		}
	}
	var err error
	var risk []tillproof.Loss
	if risk, _, err = tillproof.SumLoss(nil, run.Findings, nil); err != nil {
		return nil, err
	}
	a.addLosses(risk)
	if _, run.LossLines, err = tillproof.SumLoss(run.Breaks, run.Findings, nil); err != nil {
		return nil, err
	}
	run.Losses = a.losses
	slices.SortFunc(run.Losses, func(x, y tillproof.Loss) int {
		return slices.Compare(x.Currency[:], y.Currency[:])
	})
	a.warnFees(j.fees, j.noFee)
	walletsLate, _ := j.wallets.From(j.cutOff * 60)
	a.countMore("match.warning.wallets_midnight", int64(walletsLate))
	if err := j.showRulings(run); err != nil {
		return nil, err
	}
	run.Warnings = append(a.warnings, run.Warnings...)
	code := "recon.bulk.no_findings"
	if a.Watched {
		code = "recon.bulk.some_findings"
	}
	run.Warnings = append(run.Warnings, tillproof.Note{Code: code})
	if j.lists == nil {
		return a, nil
	}
	if j.rulings != nil {
		j.lists.decisions(j.rulings.run)
	}
	if err := j.lists.index.finish(j.sources); err != nil {
		return nil, outError(j.lists.dir, err)
	}
	return a, j.lists.keep(a.result())
}

// complete counts the rows of each side by what became of them. The total comes from the reading, the
// statuses from the passes after it: so the proof holds one against the other.
func (j *job) complete() []tillproof.Completeness {
	var out []tillproof.Completeness
	terminal := j.openStates
	terminal[tillproof.Matched].merge(&j.matched[0])
	terminal[tillproof.Excluded].merge(&j.left)
	switch {
	case j.alone == tillproof.Terminal && j.singles.at != nil:
		terminal = j.singles.state
	case j.alone == tillproof.Terminal:
		terminal = byStatus{tillproof.Excluded: j.total[tillproof.Terminal]}
	}
	acquirer := j.acquirerStates()
	for _, side := range tillproof.Sides {
		has := slices.ContainsFunc(j.sources, func(s tillproof.Source) bool { return s.Side == side })
		if !has {
			continue
		}
		states := &terminal
		switch side {
		case tillproof.Acquirer:
			states = acquirer
		case tillproof.Bank:
			states = &j.bankStates
		}
		out = append(out, j.completeSide(side, states))
	}
	return out
}

// openRow is a row of the report that was left over, and what became of it against the log.
type openRow struct {
	key    cellKey
	at     origin
	amount int64
	status tillproof.Status
}

// firstLeg is what the keys alone make of a row of the report.
func firstLeg(log bool, kind tillproof.RecordKind) tillproof.Status {
	if log && classOf(kind) != noClass {
		return tillproof.Matched
	}
	return tillproof.Excluded // as the room of matching leaves what it has nothing to compare with
}

// acquirerStates brings the two legs of the report's rows together: the worse one counts.
func (j *job) acquirerStates() *byStatus {
	var out byStatus
	out[tillproof.Excluded].merge(&j.leftAcquirer)
	log := len(j.total[tillproof.Terminal].by) > 0
	for i := range j.cells.list {
		if c := &j.cells.list[i]; !c.single {
			out[max(firstLeg(log, c.key.kind()), c.state)].add(c.key.cur(), c.n, c.gross)
		}
	}
	for i := range j.openRows { // they are in the sums too
		o := &j.openRows[i]
		c := j.cells.at(o.key)
		if c.single {
			continue
		}
		out[max(firstLeg(log, o.key.kind()), c.state)].add(o.key.cur(), -1, -o.amount)
		out[max(o.status, c.state)].add(o.key.cur(), 1, o.amount)
	}
	for st := range out {
		out[st].merge(&j.singles.state[st])
	}
	j.rulings.addStates(&out, j.currencies)
	return &out
}

func (j *job) completeSide(side tillproof.Side, states *byStatus) tillproof.Completeness {
	c := tillproof.Completeness{Side: side}
	for id, t := range j.total[side].by {
		if t.n == 0 {
			continue
		}
		c.Records += int(t.n)
		sum := tillproof.CompletenessSum{Currency: j.currency(uint8(id)), Total: t.sum}
		for st := range states {
			if id < len(states[st].by) {
				c.Counts[st] += int(states[st].by[id].n)
				sum.ByStatus[st] = states[st].by[id].sum
			}
		}
		c.Sums = append(c.Sums, sum)
	}
	slices.SortFunc(c.Sums, func(a, b tillproof.CompletenessSum) int {
		return slices.Compare(a.Currency[:], b.Currency[:])
	})
	return c
}
