package format

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/tillproof/tillproof"
)

// NewInput reads the head of a file and decides its charset. Errors: format.empty for a file without bytes
// or of blanks alone, format.read where the bytes cannot be had.
func NewInput(name string, at io.ReaderAt, size int64) (*Input, error) {
	in, err := NewLateInput(name, at, size)
	if err != nil {
		return nil, err
	}
	return in.Settled()
}

// NewLateInput is NewInput for Scan alone: a file whose head is ASCII is not read to its end to find its
// charset, which is decided while it is passed through. Until then it counts as UTF-8.
func NewLateInput(name string, at io.ReaderAt, size int64) (*Input, error) {
	if size <= 0 {
		return nil, fail(tillproof.KindInvalid, "format.empty", nil)
	}
	in := &Input{Name: name, Size: size, At: at, decoded: &decoded{}}
	raw := make([]byte, min(size, HeadBytes))
	if err := readFull(at, raw, 0); err != nil {
		return nil, err
	}
	in.Head = Head{Name: name, Raw: raw, Whole: int64(len(raw)) == size}
	if err := in.findEnd(); err != nil {
		return nil, err
	}
	in.decide()
	in.setHeadText()
	if blank(&in.Head) {
		return nil, fail(tillproof.KindInvalid, "format.empty", nil)
	}
	return in, nil
}

// maxPadding is how many NUL bytes may follow a text: some programs fill the last block of a file. A file
// with more of them is no text.
const maxPadding = 1 << 20

// findEnd finds where the text ends, if the file is one.
func (in *Input) findEnd() error {
	in.end = in.Size
	buf := make([]byte, 4096)
	for in.Size-in.end <= maxPadding && in.end > 0 {
		b := buf[:min(in.end, int64(len(buf)))]
		if err := readFull(in.At, b, in.end-int64(len(b))); err != nil {
			return err
		}
		kept := bytes.TrimRight(b, "\x00")
		in.end -= int64(len(b) - len(kept))
		if len(kept) > 0 {
			return nil
		}
	}
	in.end = in.Size
	return nil
}

// textEnd is where the text ends in a charset: characters of two bytes keep their second.
func (in *Input) textEnd() int64 {
	switch in.Charset {
	case UTF16LE, UTF16BE:
		return min(in.Size, in.end+(in.end-int64(bomLen(in.Head.Raw)))%2)
	}
	return in.end
}

// headText is the part of the head that is text.
func (in *Input) headText() []byte {
	return in.Head.Raw[:min(int64(len(in.Head.Raw)), in.textEnd())]
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
	out.Charset, out.Assumed, out.late = charset, false, nil
	out.setHeadText()
	return &out, nil
}

func (in *Input) setHeadText() {
	in.Head.Charset, in.Head.Text = in.Charset, ""
	if in.Charset == "" {
		return
	}
	raw := in.headText()
	in.Head.Text = decodeHead(raw[min(len(raw), bomLen(raw)):], in.Charset)
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
