package match

import (
	"github.com/tillproof/tillproof"
)

const (
	// maxCompletion is how much of the authorised amount a pre-authorisation may be completed with, in
	// parts per million: 115 % at UnionPay (reason 9106), and what the other schemes allow hotels and car
	// rentals.
	maxCompletion = 1_150_000
	// maxHold is how many days a pre-authorisation may be completed: 30 at UnionPay, and 30 more that the
	// acquirer may ask for. Numbers that come again later name another one.
	maxHold = 60
)

// preAuthorised is the step in which a report row completes a pre-authorisation that the terminal shows and
// did not complete itself: the desk did, or the acquirer's web page.
const preAuthorised tillproof.Method = "reference.preauth"

// preAuths lists the pre-authorisations of the log by their numbers.
func (e *engine) preAuths() map[string][]int32 {
	v := &e.views[tillproof.Terminal]
	var out map[string][]int32
	for rank := range v.lines {
		r := v.rec(int32(rank))
		if r.Kind != tillproof.PreAuth || r.Status != tillproof.Posted {
			continue
		}
		if out == nil {
			out = map[string][]int32{}
		}
		for _, name := range named(rrnField.of(r), authOf(r)) {
			out[name] = append(out[name], int32(rank))
		}
	}
	return out
}

// authOf names an authorisation code apart from other numbers: it has six characters only.
func authOf(r *tillproof.Record) string {
	if a := authField.of(r); a != "" {
		return "auth " + a
	}
	return ""
}

// holdOf is the latest pre-authorisation that a row completes, alone where it names none.
func (e *engine) holdOf(holds map[string][]int32, side tillproof.Side, rank int32) int32 {
	term, v := &e.views[tillproof.Terminal], &e.views[side]
	r, l := v.rec(rank), &v.lines[rank]
	best := int32(alone)
	for _, name := range named(originalField.of(r), rrnField.of(r), authOf(r)) {
		for _, hold := range holds[name] {
			h, at := term.rec(hold), &term.lines[hold]
			apart := l.day - at.day
			known := l.day.Known() && at.day.Known()
			if hold > best && at.cur == l.cur && !otherNames(h, r) && !otherCard(h, r) &&
				(!known || apart >= 0 && apart <= maxHold) {
				best = hold
			}
		}
	}
	return best
}

// completeHolds joins report rows with pre-authorisations that no completion of the terminal names.
func (e *engine) completeHolds() {
	if e.holds = e.preAuths(); e.holds == nil {
		return
	}
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	completed := map[int32]bool{}
	for rank := range term.lines {
		if term.lines[rank].class == saleClass {
			completed[e.holdOf(e.holds, tillproof.Terminal, int32(rank))] = true
		}
	}
	for rank := range acq.lines {
		row := int32(rank)
		if !acq.free(row) || acq.lines[rank].class != saleClass {
			continue
		}
		hold := e.holdOf(e.holds, tillproof.Acquirer, row)
		if hold == alone || completed[hold] || e.ruledOut(hold, row) {
			continue
		}
		completed[hold] = true
		term.mate[hold], acq.mate[row] = row, hold
		e.method[row] = uint8(preAuthStep)
	}
}

// breakCompletions reports what was completed with more than the pre-authorisation allows: the issuer may
// charge all of it back. The money came, so nothing is missing.
func (e *engine) breakCompletions() {
	if e.holds == nil {
		return
	}
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	for rank, row := range term.mate {
		left := int32(rank)
		if row == alone {
			continue
		}
		hold := left
		if term.rec(left).Kind != tillproof.PreAuth {
			if hold = e.holdOf(e.holds, tillproof.Terminal, left); hold == alone {
				continue
			}
		}
		if share(acq.lines[row].amount, term.lines[hold].amount, maxCompletion) {
			continue
		}
		p := term.describe(left)
		p["amount"] = acq.money(row).Param()
		p["authorised"] = term.money(hold).Param()
		b := tillproof.Break{
			Kind: tillproof.AmountMismatch, Leg: tillproof.TerminalAcquirer, Side: tillproof.Acquirer,
			Amount: acq.money(row), Residual: tillproof.NewMoney(0, acq.lines[row].cur),
			Records: []tillproof.RowRef{term.ref(hold)},
			Reason:  tillproof.Note{Code: "match.completion_over", Params: p},
		}
		if hold != left {
			b.Records = append(b.Records, term.ref(left))
		}
		b.Records = append(b.Records, acq.ref(row))
		for _, r := range []int32{hold, left} {
			e.except(tillproof.Terminal, r, tillproof.AmountMismatch)
		}
		e.except(tillproof.Acquirer, row, tillproof.AmountMismatch)
		e.report(b, at{tillproof.Terminal, left})
	}
}
