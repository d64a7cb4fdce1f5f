package match

import (
	"github.com/tillproof/tillproof"
)

// logged is what a line of the log says about one transaction: a network gives each its own number, and a
// terminal makes one in a second.
type logged struct {
	terminal, rrn, trace, auth, order string
	at                                tillproof.LocalTime
	amount                            int64
	class                             class
}

// loggedTwice finds free lines of the log that repeat another one, number and second: a day that was
// exported twice, a line that was sent again. They are no sales that are missing. Lines without a number
// may be two sales; with an order's number alone they are one only where they are alike in everything.
func (e *engine) loggedTwice() map[int32]bool {
	v := &e.views[tillproof.Terminal]
	nameOf := func(rank int32) (logged, bool) {
		l, r := &v.lines[rank], v.rec(rank)
		name := logged{
			terminalField.of(r), e.value(rrnField, r), e.value(traceField, r), e.value(authField, r),
			orderField.of(r), l.at, l.amount, classOf(r.Kind),
		}
		return name, l.at.Known() && name.rrn+name.order != "" && name.class != noClass
	}
	first := map[logged]int32{}
	for rank := range v.lines {
		if name, ok := nameOf(int32(rank)); ok && v.free(int32(rank)) {
			first[name] = alone
		}
	}
	out := map[int32]bool{}
	if len(first) == 0 {
		return out
	}
	for rank := range v.lines { // one that is settled, or undone, is the first, wherever it stands
		name, _ := nameOf(int32(rank))
		said := v.mate[rank] != alone || e.undone[rank] && !v.free(int32(rank))
		if at, wanted := first[name]; wanted && at == alone && said {
			first[name] = int32(rank)
		}
	}
	for rank := range v.lines {
		row := int32(rank)
		name, ok := nameOf(row)
		if !ok || !v.free(row) {
			continue
		}
		at := first[name]
		if at != alone && v.rec(at).Status == v.rec(row).Status &&
			(name.rrn != "" || identical(v.rec(at), v.rec(row))) {
			out[row] = true
			continue
		}
		first[name] = row
	}
	return out
}
