package sales

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
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
	v := &e.Views[tillproof.Terminal]
	var out map[string][]int32
	for rank := range v.Lines {
		r := v.Rec(int32(rank))
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

// holdOf is the latest pre-authorisation that a row completes, book.Alone where it names none.
func (e *engine) holdOf(holds map[string][]int32, side tillproof.Side, rank int32) int32 {
	term, v := &e.Views[tillproof.Terminal], &e.Views[side]
	r, l := v.Rec(rank), &v.Lines[rank]
	best := int32(book.Alone)
	for _, name := range named(originalField.of(r), rrnField.of(r), authOf(r)) {
		for _, hold := range holds[name] {
			h, at := term.Rec(hold), &term.Lines[hold]
			apart := l.Day - at.Day
			known := l.Day.Known() && at.Day.Known()
			if hold > best && at.Cur == l.Cur && !otherNames(h, r) && !otherCard(h, r) &&
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
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	completed := map[int32]bool{}
	for rank := range term.Lines {
		if term.Lines[rank].Class == book.SaleClass {
			completed[e.holdOf(e.holds, tillproof.Terminal, int32(rank))] = true
		}
	}
	for rank := range acq.Lines {
		row := int32(rank)
		if !acq.Free(row) || acq.Lines[rank].Class != book.SaleClass {
			continue
		}
		hold := e.holdOf(e.holds, tillproof.Acquirer, row)
		if hold == book.Alone || completed[hold] || e.ruledOut(hold, row) {
			continue
		}
		completed[hold] = true
		term.Mate[hold], acq.Mate[row] = row, hold
		e.method[row] = uint8(preAuthStep)
	}
}

// breakCompletions reports what was completed with more than the pre-authorisation allows: the issuer may
// charge all of it back. The money came, so nothing is missing.
func (e *engine) breakCompletions() {
	if e.holds == nil {
		return
	}
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	for rank, row := range term.Mate {
		left := int32(rank)
		if row == book.Alone {
			continue
		}
		hold := left
		if term.Rec(left).Kind != tillproof.PreAuth {
			if hold = e.holdOf(e.holds, tillproof.Terminal, left); hold == book.Alone {
				continue
			}
		}
		if share(acq.Lines[row].Amount, term.Lines[hold].Amount, maxCompletion) {
			continue
		}
		p := term.Describe(left)
		p["amount"] = acq.Money(row).Param()
		p["authorised"] = term.Money(hold).Param()
		b := tillproof.Break{
			Kind: tillproof.AmountMismatch, Leg: tillproof.TerminalAcquirer, Side: tillproof.Acquirer,
			Amount: acq.Money(row), Residual: tillproof.NewMoney(0, acq.Lines[row].Cur),
			Records: []tillproof.RowRef{term.Ref(hold)},
			Reason:  tillproof.Note{Code: "match.completion_over", Params: p},
		}
		if hold != left {
			b.Records = append(b.Records, term.Ref(left))
		}
		b.Records = append(b.Records, acq.Ref(row))
		for _, r := range []int32{hold, left} {
			e.Except(tillproof.Terminal, r, tillproof.AmountMismatch)
		}
		e.Except(tillproof.Acquirer, row, tillproof.AmountMismatch)
		e.Report(b, book.At{Side: tillproof.Terminal, Rank: left})
	}
}
