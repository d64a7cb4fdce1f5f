package match

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// class tells which kinds of rows can be the same event on two sides.
type class uint8

const (
	noClass class = iota // takes no part in the leg
	saleClass
	refundClass
	voidClass
)

func classOf(k tillproof.RecordKind) class {
	switch k {
	case tillproof.Sale, tillproof.Completion:
		return saleClass
	case tillproof.Refund:
		return refundClass
	case tillproof.Void, tillproof.Reversal:
		return voidClass
	}
	return noClass
}

// line is what the steps need of a record, small enough to keep millions of them.
type line struct {
	at     tillproof.LocalTime
	amount int64
	pos    int32          // in the run's records of the side
	day    tillproof.Date // settlement day; of a bank line: the booking day
	cur    tillproof.Currency
	class  class
}

// view is one side in the total order; a row is named by its rank.
type view struct {
	side  tillproof.Side
	recs  []tillproof.Record
	lines []line
	mate  []int32 // rank of the partner in leg 1, alone where there is none
	cover cover
}

const alone = -1

func (v *view) rec(rank int32) *tillproof.Record { return &v.recs[v.lines[rank].pos] }

func (v *view) ref(rank int32) tillproof.RowRef {
	return tillproof.RowRef{Side: v.side, N: v.lines[rank].pos}
}

func (v *view) free(rank int32) bool { return v.lines[rank].class != noClass && v.mate[rank] == alone }

// newView sorts the rows of a side into the total order: day, time, merchant, terminal, references, amount,
// and so on through what a file can show, then line and record id.
func (e *engine) newView(side tillproof.Side) view {
	v := view{side: side, recs: e.run.Records[side], cover: coverOf(e.run, side)}
	v.lines = make([]line, len(v.recs))
	v.mate = make([]int32, len(v.recs))
	for i := range v.recs {
		r := &v.recs[i]
		v.lines[i] = line{
			at: r.Time, amount: r.Amount.Minor(), pos: int32(i), day: e.dayOf(side, r),
			cur: e.currencyOf(r),
		}
		if r.Status == tillproof.Posted || r.Status == tillproof.UnknownOutcome {
			v.lines[i].class = classOf(r.Kind)
		}
		v.mate[i] = alone
	}
	slices.SortFunc(v.lines, func(a, b line) int {
		if c := cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.at, b.at)); c != 0 {
			return c
		}
		return cmp.Or(compareRecords(&v.recs[a.pos], &v.recs[b.pos]), cmp.Compare(a.pos, b.pos))
	})
	return v
}

// compareRecords is the total order below day and time.
func compareRecords(a, b *tillproof.Record) int {
	return cmp.Or(
		strings.Compare(string(a.Refs.Merchant), string(b.Refs.Merchant)),
		strings.Compare(string(a.Refs.Terminal), string(b.Refs.Terminal)),
		strings.Compare(a.Refs.Batch, b.Refs.Batch),
		strings.Compare(a.Refs.STAN, b.Refs.STAN),
		strings.Compare(a.Refs.RRN, b.Refs.RRN),
		strings.Compare(a.Refs.Auth, b.Refs.Auth),
		strings.Compare(a.Refs.Order, b.Refs.Order),
		strings.Compare(a.Refs.Bank, b.Refs.Bank),
		cmp.Compare(a.Amount.Minor(), b.Amount.Minor()),
		compareRest(a, b),
	)
}

// compareRest tells rows apart that agree in all that names them. Of identical lines the first in the file
// comes first, as a person would count them.
func compareRest(a, b *tillproof.Record) int {
	return cmp.Or(
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Status, b.Status), cmp.Compare(a.ValueDate, b.ValueDate),
		cmp.Compare(a.Fee.Minor(), b.Fee.Minor()), cmp.Compare(a.Net.Minor(), b.Net.Minor()),
		slices.Compare(a.Card.First[:], b.Card.First[:]), slices.Compare(a.Card.Last[:], b.Card.Last[:]),
		strings.Compare(a.Counterparty, b.Counterparty), strings.Compare(a.Narrative, b.Narrative),
		cmp.Compare(a.Origin.Part, b.Origin.Part), cmp.Compare(a.Origin.Line, b.Origin.Line),
		cmp.Compare(a.Origin.Column, b.Origin.Column), slices.Compare(a.ID[:], b.ID[:]),
		cmp.Compare(a.Origin.Source, b.Origin.Source),
	)
}

// dayOf is the day by which a row is ordered and compared: for the two sides of the acquirer its settlement
// day, stated or by the cut-off; for the bank the booking day.
func (e *engine) dayOf(side tillproof.Side, r *tillproof.Record) tillproof.Date {
	if side == tillproof.Bank {
		return r.Day()
	}
	if r.SettleDate.Known() {
		return r.SettleDate
	}
	if e.walletDay && r.Time.Known() && byWallet(r) {
		return r.Time.Date()
	}
	if r.Time.Known() {
		return e.policy.SettleDay(r.Time)
	}
	if day := r.Day(); day.Known() {
		return day
	}
	// A row without any day belongs to its file: its last day, so that it is never called missing too early.
	if int(r.Origin.Source) < len(e.run.Sources) {
		return e.run.Sources[r.Origin.Source].To
	}
	return tillproof.NoDate
}

// currencyOf is the row's currency, or the home currency where the file names none.
func (e *engine) currencyOf(r *tillproof.Record) tillproof.Currency {
	for _, m := range [...]tillproof.Money{r.Amount, r.Net} {
		if m.Currency().Known() {
			return m.Currency()
		}
	}
	return e.home
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

// maxSum leaves room for the few sums of a sum that the steps make: none of them can then leave the range.
const maxSum = 1 << 60

// checkSums refuses files whose amounts cannot be summed. After it no later sum of rows needs a check.
func (e *engine) checkSums() error {
	for _, side := range tillproof.Sides {
		var sum uint64
		for i := range e.run.Records[side] {
			r := &e.run.Records[side][i]
			for _, m := range [...]tillproof.Money{r.Amount, r.Fee, r.Net} {
				abs := uint64(max(m.Minor(), -m.Minor()))
				if abs > maxSum || sum > maxSum {
					return &tillproof.Error{
						Op: "match", Kind: tillproof.KindInvalid, Code: "match.overflow",
						Params: tillproof.Params{"side": side.String()}, Err: tillproof.ErrOverflow,
					}
				}
				sum += abs
			}
		}
		if sum > maxSum {
			return &tillproof.Error{
				Op: "match", Kind: tillproof.KindInvalid, Code: "match.overflow",
				Params: tillproof.Params{"side": side.String()}, Err: tillproof.ErrOverflow,
			}
		}
	}
	return nil
}

// excludedStatus says why a row that moves no money is left out.
var excludedStatus = map[tillproof.RecordStatus]string{
	tillproof.Declined:  "match.excluded.declined",
	tillproof.Cancelled: "match.excluded.cancelled",
	tillproof.Pending:   "match.excluded.pending",
	tillproof.Neutral:   "match.excluded.neutral",
}

// excludeUnsettled leaves out what can have no partner, before anything is compared.
func (e *engine) excludeUnsettled() {
	for _, side := range tillproof.Sides {
		v := &e.views[side]
		for rank := range v.lines {
			r := v.rec(int32(rank))
			reason := excludedStatus[r.Status]
			switch {
			case reason != "":
			case side != tillproof.Terminal && r.Status == tillproof.UnknownOutcome:
				reason = "match.excluded.pending"
			case r.Kind == tillproof.PreAuth:
				reason = "match.excluded.preauth"
			case side == tillproof.Terminal && v.lines[rank].class == noClass:
				reason = "match.excluded.no_partner"
			}
			if reason != "" {
				v.lines[rank].class = noClass
				e.exclude(side, int32(rank), reason)
			}
		}
	}
}

// open reports whether no step has said anything about the row yet.
func (e *engine) open(side tillproof.Side, rank int32) bool {
	return e.run.States[side][e.views[side].lines[rank].pos].Status == tillproof.Open
}

// left reports whether the row was left out before matching.
func (e *engine) left(side tillproof.Side, rank int32) bool {
	return e.run.States[side][e.views[side].lines[rank].pos].Status == tillproof.Excluded
}
