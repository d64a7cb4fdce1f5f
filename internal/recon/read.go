package recon

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/wrap"
)

// File is one open file and what the user said about it.
type File struct {
	Name    string
	At      io.ReaderAt
	Size    int64
	Side    tillproof.Side   // NoSide: the format and its profile decide
	Profile string           // "": recognised by content
	Dates   format.DateOrder // AnyOrder: the file must show it
	Year    int              // of a file that writes none; 0: the file must show it
	Tokens  format.Tokens    // of a copy whose card numbers are masked: those that Redact gave

	member *wrap.Member // of an archive; nil: the file itself
}

// input is the file ready to be read. A file inside an archive is inflated anew each time, so that no more
// than one is held.
func (f *File) input() (*format.Input, error) {
	if f.member != nil {
		return f.member.Input()
	}
	return format.NewInput(f.Name, f.At, f.Size)
}

// lateInput is input for one pass through the file.
func (f *File) lateInput() (*format.Input, error) {
	if f.member != nil {
		return f.member.Input()
	}
	return format.NewLateInput(f.Name, f.At, f.Size)
}

// Options are what the reading and the reconciliation need beside the files.
type Options struct {
	Formats  []format.Format
	Policy   tillproof.Policy
	Token    func(pan string) uint64
	Progress func(file string, done, size int64)

	Decisions []tillproof.Decision // what people ruled by hand, their records not looked up yet
	Basis     tillproof.Basis      // digests of what policy, decisions and Detect were made from
	Detect    detect.Asked         // beside the book of rules

	reading func(done, size int64) // of the reading alone
	keys    *[]string              // of the sources that were read, see sourceKey
}

// cancelEvery is how many records pass between two looks at the context: far below what a person notices.
const cancelEvery = 1024

// Input is a file ready to be looked at without being read as records.
func Input(f File) (*format.Input, error) {
	in, err := f.input()
	return in, placed(err, f.Name)
}

// Read reads one file and hands each record to sink; an archive is a file for Unpack. Errors are
// *tillproof.Error with the file's name, the error of sink, or that of the context.
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
	in, err := f.input()
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
		Source: ordinal, Side: f.Side, Profile: f.Profile, Dates: f.Dates, Year: f.Year,
		Token: opt.Token, Tokens: f.Tokens, Currency: opt.Policy.Currency,
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
	fo.Progress = opt.reading
	if opt.Progress != nil {
		fo.Passes = func(done, size int64) { opt.Progress(f.Name, done, size) }
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
