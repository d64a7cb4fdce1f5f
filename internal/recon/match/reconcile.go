package match

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/deposit"
	"github.com/tillproof/tillproof/internal/recon/sales"
)

// Version is raised with each change after which the same records may get another answer.
const Version = 2

// Reconcile fills the states, matches, waterfalls and breaks of the run from its policy, sources and records,
// and adds to its warnings. The answer does not depend on the order of the records. It answers an error only
// where sums leave the range of an amount, where the tariff is no fee, or where an invariant of the engine is
// broken; whatever the files lack becomes a warning.
func Reconcile(run *tillproof.Run) error { return inBook(book.New(run, nil)) }

// inBook runs the legs that are to be compared.
func inBook(bk *book.Book) error {
	if err := bk.Begin(); err != nil {
		return err
	}
	if bk.Compares(tillproof.TerminalAcquirer) {
		if err := sales.Compare(bk); err != nil {
			return err
		}
	}
	if bk.Compares(tillproof.AcquirerBank) {
		if err := deposit.Compare(bk); err != nil {
			return err
		}
	}
	closeStates(bk)
	bk.OrderBreaks()
	bk.WarnBounds()
	return verify(bk.Run)
}

// closeStates gives a state to rows that no leg had anything to compare with.
func closeStates(bk *book.Book) {
	legs := bk.Leg != tillproof.NoLeg
	for _, side := range tillproof.Sides {
		reason := "match.excluded.alone"
		switch {
		case side == tillproof.Acquirer && bk.Has(tillproof.Terminal):
			reason = "match.excluded.bank_only"
		case side == tillproof.Bank && legs:
			reason = "match.excluded.other_traffic"
		case side != tillproof.Acquirer && bk.Leg == tillproof.NoLeg && bk.Has(tillproof.Terminal) &&
			bk.Has(tillproof.Bank):
			reason = "match.excluded.net_unknown"
		}
		for i := range bk.Run.States[side] {
			if st := &bk.Run.States[side][i]; st.Status == tillproof.Open {
				*st = tillproof.RowState{
					Status: tillproof.Excluded, Reason: reason, Expected: tillproof.NoDate,
				}
			}
		}
	}
}

// verify holds the result to its own promises; a broken one is an error of the engine, not of the files.
func verify(run *tillproof.Run) error {
	for _, c := range Complete(run) {
		if !c.Holds() {
			return invariant("match.incomplete", tillproof.Params{"side": c.Side.String()})
		}
	}
	for i := range run.Waterfalls {
		w := &run.Waterfalls[i]
		sum := int64(0)
		for _, s := range w.Steps {
			sum += s.Amount.Minor()
		}
		if sum != w.Net.Minor() || w.Net.Minor()-w.Paid.Minor() != w.Residual.Minor() {
			return invariant("match.waterfall", tillproof.Params{"day": w.Expected.String()})
		}
	}
	return nil
}

func invariant(code string, p tillproof.Params) error {
	return &tillproof.Error{Op: "match", Kind: tillproof.KindInternal, Code: code, Params: p}
}
