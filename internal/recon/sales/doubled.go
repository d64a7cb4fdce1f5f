package sales

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// logged is what a line of the log says about one transaction: a network gives each its own number, and a
// terminal makes one in a second.
type logged struct {
	terminal, rrn, trace, auth, order string
	at                                tillproof.LocalTime
	amount                            int64
	class                             book.Class
}

// loggedTwice finds free lines of the log that repeat another one, number and second: a day that was
// exported twice, a line that was sent again. They are no sales that are missing. Lines without a number
// may be two sales; with an order's number alone they are one only where they are alike in everything.
func (e *engine) loggedTwice() map[int32]bool {
	v := &e.Views[tillproof.Terminal]
	nameOf := func(rank int32) (logged, bool) {
		l, r := &v.Lines[rank], v.Rec(rank)
		name := logged{
			terminalField.of(r), e.value(rrnField, r), e.value(traceField, r), e.value(authField, r),
			orderField.of(r), l.At, l.Amount, book.ClassOf(r.Kind),
		}
		return name, l.At.Known() && name.rrn+name.order != "" && name.class != book.NoClass
	}
	first := map[logged]int32{}
	for rank := range v.Lines {
		if name, ok := nameOf(int32(rank)); ok && v.Free(int32(rank)) {
			first[name] = book.Alone
		}
	}
	out := map[int32]bool{}
	if len(first) == 0 {
		return out
	}
	for rank := range v.Lines { // one that is settled, or undone, is the first, wherever it stands
		name, _ := nameOf(int32(rank))
		said := v.Mate[rank] != book.Alone || e.undone[rank] && !v.Free(int32(rank))
		if at, wanted := first[name]; wanted && at == book.Alone && said {
			first[name] = int32(rank)
		}
	}
	for rank := range v.Lines {
		row := int32(rank)
		name, ok := nameOf(row)
		if !ok || !v.Free(row) {
			continue
		}
		at := first[name]
		if at != book.Alone && v.Rec(at).Status == v.Rec(row).Status &&
			(name.rrn != "" || identical(v.Rec(at), v.Rec(row))) {
			out[row] = true
			continue
		}
		first[name] = row
	}
	return out
}
