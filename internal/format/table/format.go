package table

import (
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
	"sync/atomic"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// name is the format's stable name.
const name = "table"

// Confidences of Sniff. A text table has no signature of its own: a format that has one wins.
const (
	sureOwn     = 80 // the header of a layout that names its columns
	sureCommon  = 60 // the header of common names
	surePlaced  = 40 // no header, but the columns of a layout that has none
	sureNearly  = 30 // a header that lacks a column: the error will say which
	sureTabular = 15 // lines with the same number of cells
)

// reader is the text table with the layouts it knows.
type reader struct {
	book *profile.Book
	last *atomic.Pointer[probed]
}

// probed is what was found out about the head that was looked at last: a file is opened right after it was
// recognised.
type probed struct {
	head  []byte
	want  profile.Want
	delim byte
	fit   profile.Fit
}

// Format is the text table in the layouts of a book.
func Format(book *profile.Book) format.Format {
	t := reader{book, &atomic.Pointer[probed]{}}
	return format.Format{
		Name: name, Sides: tillproof.Sides[:], Sniff: t.sniff, Open: t.open, Scan: t.scan,
		Profiles: book.Choices(), Dialects: book.Names(),
	}
}

func (t reader) sniff(h *format.Head) format.Guess {
	if h.Text == "" {
		return format.Guess{}
	}
	head := []byte(h.Text)
	delim, fit := t.delimiterOf(head, profile.Want{})
	switch {
	case fit.Placed:
		return format.Guess{Confidence: surePlaced, Dialect: fit.Profile}
	case fit.Score > 0 && !fit.Generic:
		return format.Guess{Confidence: sureOwn, Dialect: fit.Profile}
	case fit.Score > 0:
		return format.Guess{Confidence: sureCommon, Dialect: fit.Profile}
	case fit.Near > 0:
		return format.Guess{Confidence: sureNearly}
	case consistency(head, delim) > 0, strings.EqualFold(path.Ext(h.Name), ".csv"):
		return format.Guess{Confidence: sureTabular}
	}
	return format.Guess{}
}

// probeBytes is as much of a text as the search for its delimiter and header looks at.
const probeBytes = format.HeadBytes

// open reads a text table. Beside the errors of Book.Reader: what Input.Text answers.
func (t reader) open(in *format.Input, opt format.Options) (format.Reader, error) {
	in, delim, err := t.cutBy(in, opt)
	if err != nil {
		return nil, err
	}
	return t.reader(in, delim, opt)
}

// cutBy is the delimiter of a text, and the text in the code page of the layout that it shows.
func (t reader) cutBy(in *format.Input, opt format.Options) (*format.Input, byte, error) {
	head, err := headOf(in)
	if err != nil {
		return nil, 0, err
	}
	delim, fit := t.delimiterOf(head, profile.Want{Profile: opt.Profile, Side: opt.Side})
	in, err = t.inCodePage(in, fit.Profile)
	return in, delim, err
}

func (t reader) reader(in *format.Input, delim byte, opt format.Options) (*profile.Reader, error) {
	return t.book.Reader([]profile.Source{{
		Open: func() (profile.Rows, error) {
			if raw, ok := in.Undecoded(); ok {
				return splitRaw(raw, delim), nil
			}
			text, err := in.Text()
			if err != nil {
				return nil, err
			}
			return newRecords(text, delim), nil
		},
	}}, opt)
}

// widest is how many bytes of UTF-8 one byte of a text may become: € of windows-1252 has three.
const widest = 3

// headOf is the beginning of the decoded text.
func headOf(in *format.Input) ([]byte, error) {
	text, err := in.Text()
	if err != nil {
		return nil, err
	}
	head := make([]byte, min(probeBytes, in.Size*widest))
	n, err := io.ReadFull(text, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	head = head[:n]
	if i := bytes.LastIndexAny(head, "\r\n"); i > 0 && n == probeBytes {
		head = head[:i] // the last line is cut
	}
	return head, nil
}

// inCodePage reads the text in the layout's own code page where the bytes themselves could not tell.
func (t reader) inCodePage(in *format.Input, layout string) (*format.Input, error) {
	p, ok := t.book.Named(layout)
	if !ok || p.CodePage == "" || !in.Assumed {
		return in, nil
	}
	return in.As(p.CodePage)
}
