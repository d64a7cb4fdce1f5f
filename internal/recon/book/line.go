package book

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// Class tells which kinds of rows can be the same event on two sides.
type Class uint8

// The classes.
const (
	NoClass Class = iota // takes no part in the leg
	SaleClass
	RefundClass
	VoidClass
)

// ClassOf is the class of rows of a kind.
func ClassOf(k tillproof.RecordKind) Class {
	switch k {
	case tillproof.Sale, tillproof.Completion:
		return SaleClass
	case tillproof.Refund:
		return RefundClass
	case tillproof.Void, tillproof.Reversal:
		return VoidClass
	}
	return NoClass
}

// Line is what the steps need of a record, small enough to keep millions of them.
type Line struct {
	At     tillproof.LocalTime
	Amount int64
	Pos    int32          // in the run's records of the side
	Day    tillproof.Date // settlement day; of a bank line: the booking day
	Cur    tillproof.Currency
	Class  Class
}

// View is one side in the total order; a row is named by its rank.
type View struct {
	Side  tillproof.Side
	Recs  []tillproof.Record
	Lines []Line
	Mate  []int32 // rank of the partner in leg 1, Alone where there is none
	Cover Cover
}

// Alone stands for a rank where there is none.
const Alone = -1

// Rec is the record of the row.
func (v *View) Rec(rank int32) *tillproof.Record { return &v.Recs[v.Lines[rank].Pos] }

// Ref names the row outside of the book.
func (v *View) Ref(rank int32) tillproof.RowRef {
	return tillproof.RowRef{Side: v.Side, N: v.Lines[rank].Pos}
}

// Free reports whether the row takes part in leg 1 and has no partner.
func (v *View) Free(rank int32) bool { return v.Lines[rank].Class != NoClass && v.Mate[rank] == Alone }

// newView sorts the rows of a side into the total order: day, time, merchant, terminal, references, amount,
// and so on through what a file can show, then line and record id.
func (bk *Book) newView(side tillproof.Side) View {
	v := View{Side: side, Recs: bk.Run.Records[side], Cover: coverOf(bk.Run, side)}
	v.Lines = make([]Line, len(v.Recs))
	v.Mate = make([]int32, len(v.Recs))
	for i := range v.Recs {
		r := &v.Recs[i]
		v.Lines[i] = Line{
			At: r.Time, Amount: r.Amount.Minor(), Pos: int32(i), Day: bk.DayOf(side, r),
			Cur: bk.CurrencyOf(r),
		}
		if r.Status == tillproof.Posted || r.Status == tillproof.UnknownOutcome {
			v.Lines[i].Class = ClassOf(r.Kind)
		}
		v.Mate[i] = Alone
	}
	slices.SortFunc(v.Lines, func(a, b Line) int {
		if c := cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.At, b.At)); c != 0 {
			return c
		}
		return cmp.Or(CompareRecords(&v.Recs[a.Pos], &v.Recs[b.Pos]), cmp.Compare(a.Pos, b.Pos))
	})
	return v
}

// DayOf is the day by which a row is ordered and compared: for the two sides of the acquirer its settlement
// day, stated or by the cut-off; for the bank the booking day.
func (bk *Book) DayOf(side tillproof.Side, r *tillproof.Record) tillproof.Date {
	if side == tillproof.Bank {
		return r.Day()
	}
	if r.SettleDate.Known() {
		return r.SettleDate
	}
	if bk.WalletDay && r.Time.Known() && ByWallet(r) {
		return r.Time.Date()
	}
	if r.Time.Known() {
		return bk.Policy.SettleDay(r.Time)
	}
	if day := r.Day(); day.Known() {
		return day
	}
	// A row without any day belongs to its file: its last day, so that it is never called missing too early.
	if int(r.Origin.Source) < len(bk.Run.Sources) {
		return bk.Run.Sources[r.Origin.Source].To
	}
	return tillproof.NoDate
}

// CurrencyOf is the row's currency, or the home currency where the file names none.
func (bk *Book) CurrencyOf(r *tillproof.Record) tillproof.Currency {
	for _, m := range [...]tillproof.Money{r.Amount, r.Net} {
		if m.Currency().Known() {
			return m.Currency()
		}
	}
	return bk.home
}

// homeCurrency is that of the policy, else the only one that the files name, else unknown.
func homeCurrency(run *tillproof.Run) tillproof.Currency {
	if run.Policy.Currency.Known() {
		return run.Policy.Currency
	}
	var only tillproof.Currency
	for _, side := range tillproof.Sides {
		for i := range run.Records[side] {
			c := run.Records[side][i].Amount.Currency()
			switch {
			case !c.Known() || c == only:
			case only.Known():
				return tillproof.Currency{}
			default:
				only = c
			}
		}
	}
	return only
}

// MaxSum leaves room for the few sums of a sum that the steps make: none of them can then leave the range.
const MaxSum = 1 << 60

// checkSums refuses files whose amounts cannot be summed. After it no later sum of rows needs a check.
func (bk *Book) checkSums() error {
	for _, side := range tillproof.Sides {
		var sum uint64
		for i := range bk.Run.Records[side] {
			r := &bk.Run.Records[side][i]
			for _, m := range [...]tillproof.Money{r.Amount, r.Fee, r.Net} {
				abs := uint64(max(m.Minor(), -m.Minor()))
				if abs > MaxSum || sum > MaxSum {
					return &tillproof.Error{
						Op: "match", Kind: tillproof.KindInvalid, Code: "match.overflow",
						Params: tillproof.Params{"side": side.String()}, Err: tillproof.ErrOverflow,
					}
				}
				sum += abs
			}
		}
		if sum > MaxSum {
			return &tillproof.Error{
				Op: "match", Kind: tillproof.KindInvalid, Code: "match.overflow",
				Params: tillproof.Params{"side": side.String()}, Err: tillproof.ErrOverflow,
			}
		}
	}
	return nil
}

// ExcludedStatus says why a row that moves no money is left out.
var ExcludedStatus = map[tillproof.RecordStatus]string{
	tillproof.Declined:  "match.excluded.declined",
	tillproof.Cancelled: "match.excluded.cancelled",
	tillproof.Pending:   "match.excluded.pending",
	tillproof.Neutral:   "match.excluded.neutral",
}

// Unsettled says why a row can have no partner on the other side, "" where it can.
func Unsettled(side tillproof.Side, r *tillproof.Record) string {
	switch reason := ExcludedStatus[r.Status]; {
	case reason != "":
		return reason
	case side != tillproof.Terminal && r.Status == tillproof.UnknownOutcome:
		return "match.excluded.pending"
	case r.Kind == tillproof.PreAuth:
		return "match.excluded.preauth"
	case side == tillproof.Terminal && (ClassOf(r.Kind) == NoClass ||
		r.Status != tillproof.Posted && r.Status != tillproof.UnknownOutcome):
		return "match.excluded.no_partner"
	}
	return ""
}

// excludeUnsettled leaves out what can have no partner, before anything is compared.
func (bk *Book) excludeUnsettled() {
	for _, side := range tillproof.Sides {
		v := &bk.Views[side]
		for rank := range v.Lines {
			if reason := Unsettled(side, v.Rec(int32(rank))); reason != "" {
				v.Lines[rank].Class = NoClass
				bk.Exclude(side, int32(rank), reason)
			}
		}
	}
}

// Open reports whether no step has said anything about the row yet.
func (bk *Book) Open(side tillproof.Side, rank int32) bool {
	return bk.Run.States[side][bk.Views[side].Lines[rank].Pos].Status == tillproof.Open
}

// Left reports whether the row was left out before matching.
func (bk *Book) Left(side tillproof.Side, rank int32) bool {
	return bk.Run.States[side][bk.Views[side].Lines[rank].Pos].Status == tillproof.Excluded
}

// ByWallet reports a payment from a wallet: its day ends at another hour than that of cards (UnionPay's at
// 23:00, a wallet's at midnight).
func ByWallet(r *tillproof.Record) bool {
	return r.Card.Kind == tillproof.Wallet || r.Entry == tillproof.EntryQR && !r.Card.Known()
}
