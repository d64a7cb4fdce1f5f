package table

import (
	"bytes"
	"errors"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// Guess proposes a layout for a text table that no layout fits, from its beginning: cut at the mark under
// which most columns show what they are. opt.Side says whose view it is. Errors: those of Input.Text and of
// profile.Guess.
func Guess(in *format.Input, opt format.Options) (profile.Draft, error) {
	head, err := headOf(in)
	if err != nil {
		return profile.Draft{}, err
	}
	want := profile.Want{Side: opt.Side}
	var best profile.Draft
	found := false
	var worst *tillproof.Error
	for _, delim := range delimiters {
		d, err := profile.Guess(newRecords(bytes.NewReader(head), delim), want)
		var why *tillproof.Error
		switch {
		case err == nil && (!found || shows(d) > shows(best)):
			best, found = d, true
		case errors.As(err, &why) && (worst == nil || tellsMore(why, worst)):
			worst = why
		case err != nil && why == nil:
			return best, err
		}
	}
	if worst != nil && (!found || worst.Kind == tillproof.KindForbidden) {
		return profile.Draft{}, worst
	}
	if in.Assumed {
		best.CodePage = in.Charset
	}
	return best, nil
}

// tellsMore prefers what must not be kept to all else, and the cut that names the cell best.
func tellsMore(a, b *tillproof.Error) bool {
	if forbidden := a.Kind == tillproof.KindForbidden; forbidden != (b.Kind == tillproof.KindForbidden) {
		return forbidden
	}
	return a.Place.Column > b.Place.Column
}

// shows counts the columns of a draft that have a meaning.
func shows(d profile.Draft) int {
	n := 0
	for _, c := range d.Columns {
		if c.Field != profile.NoField {
			n++
		}
	}
	return n
}
