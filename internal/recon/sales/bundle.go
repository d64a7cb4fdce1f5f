package sales

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// A bundle is a sale that several slips paid, or a line of the report that settles several sales. Its rows
// are used once, all of them together: what counts is the sum.

// takeParts joins one terminal row with several rows of the report.
func (e *engine) takeParts(step int, sale int32, rows []int32) {
	slices.Sort(rows)
	for _, r := range rows {
		e.Views[tillproof.Acquirer].Mate[r] = sale
		e.method[r] = uint8(step)
	}
	e.Views[tillproof.Terminal].Mate[sale] = rows[0]
	e.slips[sale] = rows
}

// takeJoint joins several terminal rows with one row of the report.
func (e *engine) takeJoint(step int, sales []int32, row int32) {
	slices.Sort(sales)
	for _, l := range sales {
		e.Views[tillproof.Terminal].Mate[l] = row
	}
	e.Views[tillproof.Acquirer].Mate[row] = sales[0]
	e.method[row] = uint8(step)
	e.joint[row] = sales
}

// bundled reports a pair that is part of a bundle.
func (e *engine) bundled(left, row int32) bool { return e.slips[left] != nil || e.joint[row] != nil }

// breakBundles reports the bundles that a person made and whose sums differ; the steps make none.
func (e *engine) breakBundles() {
	for _, b := range e.Decided.Bundles {
		e.breakBundle(b)
	}
}

func (e *engine) breakBundle(b book.Bundle) {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	var sold, settled int64
	var refs []tillproof.RowRef
	for _, l := range b.Lefts {
		sold += term.Lines[l].Amount
		refs = append(refs, term.Ref(l))
	}
	for _, r := range b.Rights {
		settled += acq.Lines[r].Amount
		refs = append(refs, acq.Ref(r))
	}
	if sold == settled {
		return
	}
	for _, l := range b.Lefts {
		e.Except(tillproof.Terminal, l, tillproof.AmountMismatch)
	}
	for _, r := range b.Rights {
		e.Except(tillproof.Acquirer, r, tillproof.AmountMismatch)
	}
	cur := term.Lines[b.Lefts[0]].Cur
	a, z := tillproof.NewMoney(sold, cur), tillproof.NewMoney(settled, cur)
	e.Report(tillproof.Break{
		Kind: tillproof.AmountMismatch, Leg: tillproof.TerminalAcquirer, Side: tillproof.Acquirer,
		Amount: a, Residual: tillproof.NewMoney(sold-settled, cur), Records: refs,
		Reason: tillproof.Note{Code: "match.amount_mismatch.bundle", Params: tillproof.Params{
			"terminal": book.Count(len(b.Lefts)), "acquirer": book.Count(len(b.Rights)),
			"amount": a.Param(), "settled": z.Param(),
		}},
	}, book.At{Side: tillproof.Terminal, Rank: b.Lefts[0]})
}
