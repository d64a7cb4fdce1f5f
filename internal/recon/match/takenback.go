package match

import (
	"github.com/tillproof/tillproof"
)

// takenBack finds the doubled rows that the report itself takes back by a void, a refund or an adjustment
// under the same reference: together they pay nothing, and both are left out.
func (e *engine) takenBack(twins map[int32]int32) map[int32]bool {
	out := map[int32]bool{}
	if len(twins) == 0 {
		return out
	}
	acq := &e.views[tillproof.Acquirer]
	backs := map[string][]int32{}
	for rank := range acq.lines {
		row := int32(rank)
		r := acq.rec(row)
		corrects := acq.free(row) && acq.lines[rank].class != saleClass ||
			r.Kind == tillproof.Adjustment && r.Status == tillproof.Posted
		if !corrects || acq.dueOf(row).Minor() >= 0 {
			continue
		}
		for _, f := range [...]field{rrnField, originalField} {
			if number := e.value(f, r); number != "" {
				backs[number] = append(backs[number], row)
			}
		}
	}
	for rank := range acq.lines {
		row := int32(rank)
		if _, doubled := twins[row]; !doubled || !acq.free(row) {
			continue
		}
		for _, back := range backs[e.value(rrnField, acq.rec(row))] {
			if !out[back] && e.nothingLeft(row, back) {
				out[row], out[back] = true, true
				e.exclude(tillproof.Acquirer, row, "match.excluded.taken_back")
				e.exclude(tillproof.Acquirer, back, "match.excluded.taken_back")
				break
			}
		}
	}
	return out
}

// nothingLeft reports a row and its correction that pay nothing together.
func (e *engine) nothingLeft(row, back int32) bool {
	acq := &e.views[tillproof.Acquirer]
	a, b := acq.rec(row), acq.rec(back)
	return acq.lines[row].cur == acq.lines[back].cur && acq.lines[row].day <= acq.lines[back].day &&
		acq.dueOf(row).Minor() == -acq.dueOf(back).Minor() && !otherCard(a, b) && !e.otherPlace(a, b)
}
