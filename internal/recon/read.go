package recon

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// File is one open file and what the user said about it.
type File struct {
	Name    string
	At      io.ReaderAt
	Size    int64
	Side    tillproof.Side // NoSide: the format and its profile decide
	Profile string         // "": recognised by content
}

// Options are what the reading and the reconciliation need beside the files.
type Options struct {
	Formats  []format.Format
	Policy   tillproof.Policy
	Token    func(pan string) uint64
	Progress func(file string, done, size int64)
}

// cancelEvery is how many records pass between two looks at the context: far below what a person notices.
const cancelEvery = 1024

// Read reads one file and hands each record to sink. Errors are *tillproof.Error with the file's name, the
// error of sink, or that of the context.
func Read(
	ctx context.Context, f File, opt Options, sink func(tillproof.Record) error,
) (tillproof.Source, error) {
	return read(ctx, f, opt, 0, sink)
}

func read(
	ctx context.Context, f File, opt Options, ordinal int32, sink func(tillproof.Record) error,
) (tillproof.Source, error) {
	if err := ctx.Err(); err != nil {
		return tillproof.Source{}, err
	}
	fo, err := formatOptions(f, opt, ordinal)
	if err != nil {
		return tillproof.Source{}, err
	}
	in, err := format.NewInput(f.Name, f.At, f.Size)
	if err != nil {
		return tillproof.Source{}, placed(err, f.Name)
	}
	n := 0
	src, err := format.Load(in, opt.Formats, fo, func(r tillproof.Record) error {
		if n++; n%cancelEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		return sink(r)
	})
	return src, placed(err, f.Name)
}

func formatOptions(f File, opt Options, ordinal int32) (format.Options, error) {
	fo := format.Options{
		Source: ordinal, Side: f.Side, Profile: f.Profile, Currency: opt.Policy.Currency, Token: opt.Token,
	}
	if opt.Policy.Zone != "" {
		zone, err := time.LoadLocation(opt.Policy.Zone)
		if err != nil {
			return fo, &tillproof.Error{
				Op: "read", Kind: tillproof.KindInvalid, Code: "recon.zone",
				Params: tillproof.Params{"zone": opt.Policy.Zone}, Err: err,
			}
		}
		fo.Zone = zone
	}
	if opt.Progress != nil {
		fo.Progress = func(done, size int64) { opt.Progress(f.Name, done, size) }
	}
	return fo, nil
}

// placed adds the file's name to an error that lacks it.
func placed(err error, name string) error {
	var e *tillproof.Error
	if errors.As(err, &e) && e.Place.File == "" {
		name, _ = format.MaskText(name)
		e.Place.File = name
	}
	return err
}
