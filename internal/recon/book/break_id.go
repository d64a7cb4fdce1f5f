package book

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/tillproof/tillproof"
)

// nameBreaks gives each break its id. One of log and report is named by its records. One of a deposit is
// named by the lines of the bank and by what the rows sum up to, merchant by merchant and day by day: so a
// run that knows the sums alone gives it the same id. Breaks that are alike even so are counted.
func (bk *Book) nameBreaks() {
	seen := map[tillproof.BreakID]uint32{}
	for i := range bk.found {
		b := &bk.found[i].b
		ids := bk.namingIDs(b)
		b.ID = tillproof.BreakIDOf(b.Kind, ids)
		n := seen[b.ID]
		seen[b.ID] = n + 1
		if n > 0 {
			b.ID = tillproof.BreakIDOf(b.Kind, append(ids, tillproof.RecordIDOf(b.Side, nil, n)))
		}
	}
}

// namingIDs are the ids that name a break.
func (bk *Book) namingIDs(b *tillproof.Break) []tillproof.RecordID {
	var ids []tillproof.RecordID
	sums := map[summed]dues{}
	for _, ref := range b.Records {
		r := bk.Run.Record(ref)
		if b.Leg == tillproof.TerminalAcquirer || ref.Side == tillproof.Bank {
			ids = append(ids, r.ID)
			continue
		}
		k := bk.summedOf(r)
		s := sums[k]
		sums[k] = dues{s.gross + r.Amount.Minor(), s.due + r.Due().Minor()}
	}
	lines := make([]tillproof.RecordID, 0, len(sums))
	for k, s := range sums {
		line := fmt.Sprintf("%s\x00%s\x00%s\x00%s\x00%s\x00%s\x00%d\x00%d",
			k.merchant, k.payout, k.kind, k.cur, k.settle, k.value, s.gross, s.due)
		lines = append(lines, tillproof.RecordIDOf(b.Side, []byte(line), 0))
	}
	slices.SortFunc(lines, func(x, y tillproof.RecordID) int { return bytes.Compare(x[:], y[:]) })
	return append(ids, lines...)
}

// summed says which rows are one sum: those that a report of sums would show as one.
type summed struct {
	merchant      tillproof.MerchantID
	payout        string
	kind          tillproof.RecordKind
	cur           tillproof.Currency
	settle, value tillproof.Date
}

// dues are sums of rows, whose range is checked.
type dues struct{ gross, due int64 }

// summedOf goes by the agreed cut-off, not by one that was learned: a part of the rows may learn another.
func (bk *Book) summedOf(r *tillproof.Record) summed {
	day := r.SettleDate
	if !day.Known() {
		day = bk.Run.Policy.SettleDay(r.Time)
	}
	if !day.Known() {
		day = r.BookingDate
	}
	return summed{r.Refs.Merchant, r.Refs.Payout, r.Kind, bk.CurrencyOf(r), day, r.ValueDate}
}
