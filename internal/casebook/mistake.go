package casebook

import (
	"strconv"
	"time"

	"github.com/tillproof/tillproof"
)

// refused is an event that the case does not take.
func refused(code string, p tillproof.Params) error {
	return &tillproof.Error{Op: "case", Kind: tillproof.KindConflict, Code: code, Params: p}
}

// forbidden is an event that the role may not bring.
func forbidden(code string, p tillproof.Params) error {
	return &tillproof.Error{Op: "case", Kind: tillproof.KindForbidden, Code: code, Params: p}
}

// broken is an event that does not fit those before it.
func broken(code string, seq int) error {
	return &tillproof.Error{
		Op: "case", Kind: tillproof.KindInvalid, Code: code, Params: tillproof.Params{"n": strconv.Itoa(seq)},
	}
}

// wall is a moment as a parameter of a text: the wall clock of a zone.
func wall(t time.Time, zone *time.Location) string {
	b, _ := tillproof.LocalTimeOf(t.In(zone)).MarshalText() // never fails
	return string(b)
}

func utc(t time.Time) string { return wall(t, time.UTC) }
