package format

import (
	"errors"
	"io"
	"strings"

	"github.com/tillproof/tillproof"
)

// NewInput reads the head of a file and decides its charset. Errors: format.empty for a file without bytes
// or of blanks alone, format.read where the bytes cannot be had.
func NewInput(name string, at io.ReaderAt, size int64) (*Input, error) {
	if size <= 0 {
		return nil, fail(tillproof.KindInvalid, "format.empty", nil)
	}
	in := &Input{Name: name, Size: size, At: at, decoded: &decoded{}}
	raw := make([]byte, min(size, HeadBytes))
	if err := readFull(at, raw, 0); err != nil {
		return nil, err
	}
	in.Head = Head{Name: name, Raw: raw, Whole: int64(len(raw)) == size}
	if err := in.decide(); err != nil {
		return nil, err
	}
	in.setHeadText()
	if blank(&in.Head) {
		return nil, fail(tillproof.KindInvalid, "format.empty", nil)
	}
	return in, nil
}

// blank reports a file of blanks, line ends or a byte order mark alone.
func blank(h *Head) bool {
	return h.Whole && h.Charset != "" && strings.TrimLeft(h.Text, " \t\r\n\v\f\u00A0\u3000\uFEFF") == "" &&
		(h.Text != "" || len(h.Raw) == bomLen(h.Raw))
}

// As is the same file read with the code page that a dialect declares (an XML prolog, a profile). The names
// are those of the WHATWG encoding standard and the DOS code pages ("windows-1250", "ibm852").
func (in *Input) As(charset string) (*Input, error) {
	if _, err := decoderOf(charset); err != nil {
		return nil, err
	}
	out := *in
	out.Charset, out.Assumed = charset, false
	out.setHeadText()
	return &out, nil
}

func (in *Input) setHeadText() {
	in.Head.Charset, in.Head.Text = in.Charset, ""
	if in.Charset == "" {
		return
	}
	in.Head.Text = decodeHead(in.Head.Raw[bomLen(in.Head.Raw):], in.Charset)
}

// readFull fills b from off. A file that is shorter than its size said was changed under us.
func readFull(at io.ReaderAt, b []byte, off int64) error {
	n, err := at.ReadAt(b, off)
	switch {
	case n == len(b):
		return nil
	case errors.Is(err, io.EOF) || err == nil:
		return fail(tillproof.KindConflict, "source.changed", err)
	}
	return fail(tillproof.KindUnavailable, "format.read", err)
}

// fail is an error of the whole file; the caller adds the file's name. Placed adds the place to an error that
// names none yet: the rooms that know the line call it on what the checks of this room answer.
func Placed(err error, place tillproof.Place) error {
	var e *tillproof.Error
	if errors.As(err, &e) && e.Place.Line == 0 {
		place.File = e.Place.File
		e.Place = place
	}
	return err
}

func fail(kind tillproof.ErrorKind, code string, err error) *tillproof.Error {
	return &tillproof.Error{Op: "read", Kind: kind, Code: code, Err: err}
}
