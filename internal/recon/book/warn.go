package book

import (
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
)

// Warn adds a warning to the run.
func (bk *Book) Warn(code string, p tillproof.Params) {
	bk.Run.Warnings = append(bk.Run.Warnings, tillproof.Note{Code: code, Params: p})
}

// warnMissing says which side has no file, and which days no file covers.
func (bk *Book) warnMissing() {
	for _, side := range tillproof.Sides {
		switch {
		case unread(bk.Run, side):
			bk.Warn("match.warning.unread."+side.String(), nil)
		case !bk.Has(side):
			bk.Warn("match.warning.no_file."+side.String(), nil)
		}
		spans := bk.Views[side].Cover
		for i := 1; i < len(spans); i++ {
			gap := tillproof.Params{
				"from": DateParam(spans[i-1].To + 1), "to": DateParam(spans[i].From - 1),
			}
			bk.Run.Warnings = append(bk.Run.Warnings, SpanNote("match.warning.gap."+side.String(), gap))
		}
	}
}

// WarnBounds says where a search was cut short.
func (bk *Book) WarnBounds() {
	for _, code := range slices.Sorted(maps.Keys(bk.Bound)) {
		bk.Warn(code, tillproof.Params{"n": Count(bk.Bound[code])})
	}
}
