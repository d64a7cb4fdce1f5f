package recon

import (
	"context"

	"github.com/tillproof/tillproof/internal/format"
)

// MayHoldCards reports whether a full card number may stand in a part of a file that reading passes over;
// what reading finds is counted in Source.Masked.
func MayHoldCards(f File) (bool, error) {
	in, err := f.input()
	if err != nil {
		return false, placed(err, f.Name)
	}
	found, err := format.MayHoldCards(in)
	return found, placed(err, f.Name)
}

// Redact writes a copy of a file without full card numbers, read as Read reads it. With blank, data that
// nobody may keep is taken out too; else such a file is refused. A copy in which nothing was replaced or
// blanked is the file. Errors: those of Read, and format.redact.unable.
func Redact(
	ctx context.Context, f File, opt Options, blank bool, to format.Scratch,
) (*format.Redacted, error) {
	fo, err := formatOptions(f, opt, 0)
	if err != nil {
		return nil, err
	}
	fo.Progress, fo.Passes = nil, nil // it is read several times
	in, err := f.input()
	if err != nil {
		return nil, placed(err, f.Name)
	}
	out, err := format.Redact(ctx, in, opt.Formats, format.RedactOptions{Options: fo, Blank: blank}, to)
	return out, placed(err, f.Name)
}
