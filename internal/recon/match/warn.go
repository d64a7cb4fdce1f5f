package match

import (
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
)

func (e *engine) warn(code string, p tillproof.Params) {
	e.run.Warnings = append(e.run.Warnings, tillproof.Note{Code: code, Params: p})
}

// warnMissing says which side has no file, and which days no file covers.
func (e *engine) warnMissing() {
	for _, side := range tillproof.Sides {
		switch {
		case e.unread(side):
			e.warn("match.warning.unread."+side.String(), nil)
		case !e.has(side):
			e.warn("match.warning.no_file."+side.String(), nil)
		}
		spans := e.views[side].cover
		for i := 1; i < len(spans); i++ {
			gap := tillproof.Params{
				"from": dateParam(spans[i-1].to + 1), "to": dateParam(spans[i].from - 1),
			}
			e.run.Warnings = append(e.run.Warnings, spanNote("match.warning.gap."+side.String(), gap))
		}
	}
}

// warnBounds says where a search was cut short.
func (e *engine) warnBounds() {
	for _, code := range slices.Sorted(maps.Keys(e.bound)) {
		e.warn(code, tillproof.Params{"n": count(e.bound[code])})
	}
}
