package table

import (
	"bytes"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// Guess proposes a layout for a text table that no layout fits, from its beginning. opt.Side says whose view
// it is. Errors: those of Input.Text and of profile.Guess.
func Guess(in *format.Input, opt format.Options) (profile.Draft, error) {
	head, err := headOf(in)
	if err != nil {
		return profile.Draft{}, err
	}
	want := profile.Want{Side: opt.Side}
	delim, _ := reader{profile.Builtin()}.delimiterOf(head, want)
	d, err := profile.Guess(newRecords(bytes.NewReader(head), delim), want)
	if err != nil {
		return d, err
	}
	if in.Assumed {
		d.CodePage = in.Charset
	}
	return d, nil
}
