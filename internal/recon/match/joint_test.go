package match

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// drawJoint is a row of the report that is the sum of two or three terminal rows, or nearly so.
func (l *ledger) drawJoint(rng *rand.Rand) slip {
	s := l.term[rng.IntN(len(l.term))]
	s.declined, s.voided, s.amount = false, false, 0
	for range 2 + rng.IntN(2) {
		s.amount += l.term[rng.IntN(len(l.term))].amount
	}
	if rng.IntN(2) == 0 {
		s.rrn = ""
	}
	if s.minute >= 0 {
		s.minute += rng.IntN(5) - 2
	}
	return s
}

// inJoint reports whether the terminal row is settled together with others.
func (v verdict) inJoint(i int) bool {
	for _, rows := range v.joint {
		if slices.Contains(rows, i) {
			return true
		}
	}
	return false
}

// beforeJoint are the answers that the engine may have had before it joined sales. A joint row may have had
// one of those whose number it bears already.
func (l *ledger) beforeJoint(got verdict) []verdict {
	all := []verdict{got}
	for j, rows := range got.joint {
		for _, v := range all {
			for _, i := range rows {
				if l.term[i].rrn == "" || l.term[i].rrn != l.acq[j].rrn {
					continue
				}
				had := v
				had.mate = slices.Clone(v.mate)
				had.mate[i] = j
				all = append(all, had)
			}
		}
	}
	return all
}

// joined is rule 6.
func (l *ledger) joined(got verdict) error {
	wanted := map[int]int{}
	sets := map[int][]int{}
	for j := range l.acq {
		if all := l.setsOf(got, j); len(all) == 1 {
			sets[j] = all[0]
			for _, i := range all[0] {
				wanted[i]++
			}
		}
	}
	for j := range l.acq {
		want := sets[j]
		if slices.ContainsFunc(want, func(i int) bool { return wanted[i] > 1 }) {
			want = nil
		}
		have := slices.Clone(got.joint[j])
		slices.Sort(have)
		if !slices.Equal(have, want) {
			return fmt.Errorf("report row %d settles %v together, not %v", j, have, want)
		}
	}
	return nil
}

// setsOf are the twos and threes of terminal rows that the report row may settle together: those that are
// free otherwise, with the one that it has.
func (l *ledger) setsOf(got verdict, j int) [][]int {
	row := l.acq[j]
	mine := slices.Index(got.mate, j)
	ofVoid := l.void >= 0 && row.rrn != "" && l.term[l.void].rrn == row.rrn
	if row.refund || row.card == "" || row.minute < 0 || got.refused[1][j] || ofVoid ||
		mine >= 0 && (l.term[mine].amount >= row.amount || mine == l.void) {
		return nil
	}
	var free []int
	for i, s := range l.term {
		apart := s.at() - row.at()
		if i == mine || got.mate[i] < 0 && !got.refused[0][i] && i != l.void && !s.refund && !s.declined &&
			s.card == row.card && s.minute >= 0 && max(apart, -apart) <= oracleWindow/60 {
			free = append(free, i)
		}
	}
	var all [][]int
	for bits := range 1 << len(free) {
		var set []int
		sum, bears, other := int64(0), false, false
		for k, i := range free {
			if bits>>k&1 == 0 {
				continue
			}
			set = append(set, i)
			sum += l.term[i].amount
			bears = bears || row.rrn != "" && l.term[i].rrn == row.rrn
			other = other || row.rrn != "" && l.term[i].rrn != "" && l.term[i].rrn != row.rrn
		}
		if len(set) > 1 && len(set) < 4 && sum == row.amount && (mine < 0 || slices.Contains(set, mine)) &&
			(mine >= 0 || bears || !other) {
			all = append(all, set)
		}
	}
	return all
}
