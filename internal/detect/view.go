package detect

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// view is what the rules see of a run: the rows of one side in a total order, and each card's part of it.
type view struct {
	run    *tillproof.Run
	side   tillproof.Side
	rows   []tillproof.Record
	at     []tillproof.LocalTime // of each row: its time, else the start of its day
	order  []int32               // all rows: by at, terminal, trace number, RRN, record id
	sales  []int32               // sales that stand: posted, not undone; in order
	booked map[tillproof.RowRef]bool
}

func newView(run *tillproof.Run) *view {
	v := &view{run: run, side: tillproof.Terminal}
	if len(run.Records[tillproof.Terminal]) == 0 {
		v.side = tillproof.Acquirer
	}
	v.rows = run.Records[v.side]
	v.sort()
	v.pickSales()
	v.pickBooked()
	return v
}

func moment(r *tillproof.Record) tillproof.LocalTime {
	if r.Time.Known() || !r.Day().Known() {
		return r.Time
	}
	return r.Day().At(0, 0, 0)
}

func (v *view) sort() {
	v.at = make([]tillproof.LocalTime, len(v.rows))
	v.order = make([]int32, len(v.rows))
	for i := range v.rows {
		v.at[i] = moment(&v.rows[i])
		v.order[i] = int32(i)
	}
	slices.SortFunc(v.order, func(a, b int32) int {
		if c := cmp.Compare(v.at[a], v.at[b]); c != 0 {
			return c
		}
		return compareRows(&v.rows[a], &v.rows[b])
	})
}

// compareRows orders rows of one moment by their content. The place in the file comes last: it tells
// identical lines apart, which is all that is left.
func compareRows(a, b *tillproof.Record) int {
	return cmp.Or(
		strings.Compare(string(a.Refs.Terminal), string(b.Refs.Terminal)),
		strings.Compare(a.Refs.STAN, b.Refs.STAN),
		strings.Compare(a.Refs.RRN, b.Refs.RRN),
		bytes.Compare(a.ID[:], b.ID[:]),
		cmp.Compare(a.Origin.Source, b.Origin.Source),
		cmp.Compare(a.Origin.Part, b.Origin.Part),
		cmp.Compare(a.Origin.Line, b.Origin.Line),
		cmp.Compare(a.Origin.Column, b.Origin.Column),
	)
}

// undone are the reasons for which the match leaves a posted sale out because nothing of it stands.
var undone = [...]string{"match.excluded.voided", "match.excluded.reversed"}

// stands reports a sale that was approved and not undone.
func (v *view) stands(n int32) bool { return stands(v.run, v.side, n) }

func stands(run *tillproof.Run, side tillproof.Side, n int32) bool {
	r := &run.Records[side][n]
	if !isSale(r) || r.Status != tillproof.Posted || r.Amount.Minor() <= 0 {
		return false
	}
	return !isUndone(run, side, n)
}

func isUndone(run *tillproof.Run, side tillproof.Side, n int32) bool {
	states := run.States[side]
	return int(n) < len(states) && slices.Contains(undone[:], states[n].Reason)
}

// after lists the rows from a moment on, in order.
func (v *view) after(t tillproof.LocalTime) []int32 {
	i, _ := slices.BinarySearchFunc(v.order, t, func(n int32, t tillproof.LocalTime) int {
		return cmp.Compare(v.at[n], t)
	})
	return v.order[i:]
}

func isSale(r *tillproof.Record) bool {
	return r.Kind == tillproof.Sale || r.Kind == tillproof.Completion
}

func (v *view) pickSales() {
	for _, n := range v.order {
		if v.stands(n) {
			v.sales = append(v.sales, n)
		}
	}
}

// pickBooked notes the rows whose principal a break already counts: a finding does not count them again.
func (v *view) pickBooked() {
	v.booked = map[tillproof.RowRef]bool{}
	for _, b := range v.run.Breaks {
		bucket, part, _ := tillproof.LossOfBreak(b)
		if bucket == tillproof.BucketNone || part == tillproof.PartFees {
			continue
		}
		for _, ref := range b.Records {
			v.booked[ref] = true
		}
	}
}

func (v *view) ref(n int32) tillproof.RowRef { return tillproof.RowRef{Side: v.side, N: n} }

// amount is the money of a row without its sign.
func (v *view) amount(n int32) int64 { return magnitude(v.rows[n].Amount.Minor()) }
