package report

import "github.com/tillproof/tillproof"

// fates tells of the rows of a side what became of their money beyond their own status: that of the report's
// row they are joined with, and whether a deposit of them never came.
type fates struct {
	side   tillproof.Side
	beyond map[int32]dayBucket // rows whose money is not where their status says
}

func (v *view) fates(side tillproof.Side) fates {
	f := fates{side, map[int32]dayBucket{}}
	mates := map[tillproof.RowRef]int32{}
	for _, m := range v.run.Matches {
		if m.Left.Side == side {
			mates[m.Right] = m.Left.N
			if v.stateOf(m.Right).Status == tillproof.Timing {
				f.beyond[m.Left.N] = dayTiming
			}
		}
	}
	for i := range v.run.Breaks {
		b := &v.run.Breaks[i]
		if b.Kind != tillproof.NotDeposited {
			continue
		}
		for _, ref := range b.Records {
			if n, joined := mates[ref]; joined {
				f.beyond[n] = dayUndeposited
			} else if ref.Side == side {
				f.beyond[ref.N] = dayUndeposited
			}
		}
	}
	return f
}

func (v *view) stateOf(ref tillproof.RowRef) tillproof.RowState {
	if states := v.run.States[ref.Side]; int(ref.N) < len(states) {
		return states[ref.N]
	}
	return tillproof.RowState{}
}

// of is the bucket of a row. A deposit that never came goes before what else is wrong; money under way
// only before a match.
func (f fates) of(n int32, status tillproof.Status) dayBucket {
	beyond, some := f.beyond[n]
	switch {
	case some && beyond == dayUndeposited:
		return dayUndeposited
	case status == tillproof.Exception:
		return dayException
	case status == tillproof.Timing || some:
		return dayTiming
	}
	return dayMatched
}
