package format

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/tillproof/tillproof"
)

// rewriteText copies a text piece by piece; a piece without a number is copied byte by byte.
func (r *redaction) rewriteText(w io.Writer, as maskStyle) (int, error) {
	in, err := r.in.As(r.before.source.Charset)
	if err != nil {
		return 0, err
	}
	enc, err := encodingOf(in.Charset)
	if err != nil {
		return 0, err
	}
	from, to := in.TextBounds()
	if err := copyBytes(w, in, 0, from); err != nil {
		return 0, err
	}
	mask := func(s string) (string, int) { return r.maskPiece(s, as) }
	n, err := rewritePieces(w, sectionOf(in, from, to), piece{enc, in.Charset, anywhere}, mask)
	if err != nil {
		return 0, err
	}
	return n, copyBytes(w, in, to, in.Size)
}

func copyBytes(w io.Writer, in *Input, from, to int64) error {
	_, err := io.Copy(w, sectionOf(in, from, to))
	return err
}

func sectionOf(in *Input, from, to int64) io.Reader {
	return struct{ io.Reader }{io.NewSectionReader(in.At, from, to-from)}
}

// maskPiece masks the numbers of a piece of text.
func (r *redaction) maskPiece(s string, as maskStyle) (string, int) {
	places := r.before.numbers.places(s)
	if len(places) == 0 {
		return s, 0
	}
	var b strings.Builder
	at := 0
	for _, p := range places {
		b.WriteString(s[at:p.from])
		b.WriteString(p.masked(s, as))
		at = p.to
	}
	b.WriteString(s[at:])
	return b.String(), len(places)
}

// encodingOf is the charset as decoderOf decodes it.
func encodingOf(charset string) (encoding.Encoding, error) {
	switch name := strings.ToLower(strings.TrimSpace(charset)); name {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return encoding.Nop, nil
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), nil
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), nil
	case "gb18030", "gbk", "gb2312", "cp936":
		return simplifiedchinese.GB18030, nil
	default:
		if page, ok := dosPages[name]; ok {
			return page, nil
		}
		return htmlindex.Get(name)
	}
}

// piece is how the bytes of a text are cut and decoded.
type piece struct {
	encoding.Encoding
	charset string
	ends    pieceEnd
}

// pieceEnd is where pieces end: in no number.
type pieceEnd uint8

const (
	anywhere pieceEnd = iota // behind a line and behind a tag
	atLines
	atCells // of a workbook's sheet
)

// errLossy is a piece of which a number is to be masked and that would not come back as it was.
var errLossy = errors.New("the piece does not encode to its own bytes")

// rewrite changes one piece.
func (p piece) rewrite(raw []byte, change func(string) (string, int)) ([]byte, int, error) {
	text := raw
	if p.charset != UTF8 {
		var err error
		if text, err = p.NewDecoder().Bytes(raw); err != nil {
			return nil, 0, err
		}
	}
	s := string(text)
	changed, n := change(s)
	if n == 0 {
		return raw, 0, nil
	}
	again, err := p.NewEncoder().Bytes(text)
	if err != nil || !bytes.Equal(again, raw) {
		return nil, 0, errLossy
	}
	out, err := p.NewEncoder().Bytes([]byte(changed))
	return out, n, err
}

// cut is the length of the piece that b begins with, 0 where its end is not there yet. The bytes at which
// pieces end are part of no longer character in the charsets of texts.
func (p piece) cut(b []byte) int {
	switch p.ends {
	case atCells:
		return behind(b, "/c>", ":c>")
	case atLines:
		return p.behindAny(b, "\n")
	}
	return p.behindAny(b, "\n>")
}

// behind is the first index behind one of two texts.
func behind(b []byte, x, y string) int {
	i, j := bytes.Index(b, []byte(x)), bytes.Index(b, []byte(y))
	switch {
	case i < 0 && j < 0:
		return 0
	case i < 0 || j >= 0 && j < i:
		return j + len(y)
	}
	return i + len(x)
}

func (p piece) behindAny(b []byte, ends string) int {
	for i := 0; ; i++ {
		j := bytes.IndexAny(b[i:], ends)
		if j < 0 {
			return 0
		}
		i += j
		switch p.charset {
		case UTF16LE:
			if i%2 == 0 && i+1 < len(b) && b[i+1] == 0 {
				return i + 2
			}
		case UTF16BE:
			if i%2 == 1 && b[i-1] == 0 {
				return i + 1
			}
		default:
			return i + 1
		}
	}
}

// rewritePieces copies a text. A piece that is longer than a line may be is too long to be looked at.
func rewritePieces(w io.Writer, src io.Reader, p piece, change func(string) (string, int)) (int, error) {
	buf := make([]byte, 0, MaxLine)
	total := 0
	give := func(raw []byte) error {
		out, n, err := p.rewrite(raw, change)
		if err == nil {
			total += n
			_, err = w.Write(out)
		}
		return err
	}
	for {
		n, err := src.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		rest := buf
		for {
			size := p.cut(rest)
			if size == 0 {
				break
			}
			if err := give(rest[:size]); err != nil {
				return total, err
			}
			rest = rest[size:]
		}
		switch {
		case errors.Is(err, io.EOF):
			return total, give(rest)
		case err != nil:
			return total, fail(tillproof.KindUnavailable, "format.read", err)
		case len(rest) == cap(buf):
			return total, fail(tillproof.KindTooLarge, "format.line.long", nil)
		}
		buf = buf[:copy(buf[:cap(buf)], rest)]
	}
}
