package sales

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// takenBack finds the doubled rows that the report itself takes back by a void, a refund or an adjustment
// under the same reference: together they pay nothing, and both are left out.
func (e *engine) takenBack(twins map[int32]int32) map[int32]bool {
	out := map[int32]bool{}
	if len(twins) == 0 {
		return out
	}
	acq := &e.Views[tillproof.Acquirer]
	backs := map[string][]int32{}
	for rank := range acq.Lines {
		row := int32(rank)
		r := acq.Rec(row)
		corrects := acq.Free(row) && acq.Lines[rank].Class != book.SaleClass ||
			r.Kind == tillproof.Adjustment && r.Status == tillproof.Posted
		if !corrects || acq.DueOf(row).Minor() >= 0 {
			continue
		}
		for _, f := range [...]field{rrnField, originalField} {
			if number := e.value(f, r); number != "" {
				backs[number] = append(backs[number], row)
			}
		}
	}
	for rank := range acq.Lines {
		row := int32(rank)
		if _, doubled := twins[row]; !doubled || !acq.Free(row) {
			continue
		}
		for _, back := range backs[e.value(rrnField, acq.Rec(row))] {
			if !out[back] && e.nothingLeft(row, back) {
				out[row], out[back] = true, true
				e.Exclude(tillproof.Acquirer, row, "match.excluded.taken_back")
				e.Exclude(tillproof.Acquirer, back, "match.excluded.taken_back")
				break
			}
		}
	}
	return out
}

// nothingLeft reports a row and its correction that pay nothing together.
func (e *engine) nothingLeft(row, back int32) bool {
	acq := &e.Views[tillproof.Acquirer]
	a, b := acq.Rec(row), acq.Rec(back)
	return acq.Lines[row].Cur == acq.Lines[back].Cur && acq.Lines[row].Day <= acq.Lines[back].Day &&
		acq.DueOf(row).Minor() == -acq.DueOf(back).Minor() && !otherCard(a, b) && !e.otherPlace(a, b)
}
