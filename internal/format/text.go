package format

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/transform"

	"github.com/tillproof/tillproof"
)

// MaxLine is the longest line of a text: the longest real one seen is an XML file of 0.9 MB without line
// ends, which no line reader meets; table and SWIFT lines stay below some KB.
const MaxLine = 1 << 20

// decoded is how a text was decoded, and the lines of it that could not be.
type decoded struct {
	charset string
	bad     []badLine
	more    int // further bad lines
	at      int // the last one
}

// badLine is a line with characters that could not be decoded.
type badLine struct {
	line, column int // of the first
	n            int
}

// Text is the whole file decoded to UTF-8, without byte order mark. Bytes that are no character become
// U+FFFD; they are counted, and Load lists them as an issue. A NUL character ends it with format.binary: it
// is no text.
func (in *Input) Text() (io.Reader, error) {
	if in.Charset == "" {
		return nil, fail(tillproof.KindUnsupported, "format.binary", nil)
	}
	d, err := decoderOf(in.Charset)
	if err != nil {
		return nil, err
	}
	skip := int64(bomLen(in.Head.Raw))
	raw := io.NewSectionReader(in.At, skip, in.textEnd()-skip)
	if in.decoded == nil {
		in.decoded = &decoded{}
	}
	*in.decoded = decoded{charset: in.Charset}
	return &textReader{src: transform.NewReader(raw, d), met: in.decoded, line: 1}, nil
}

// textIssues tell of the lines that could not be decoded, and how many more there are.
func (in *Input) textIssues() (bad []tillproof.Issue, more int) {
	if in.decoded == nil {
		return nil, 0
	}
	for _, b := range in.decoded.bad {
		bad = append(bad, tillproof.Issue{
			Code:  "format.charset.bytes",
			Place: tillproof.Place{Line: b.line, Column: b.column},
			Params: tillproof.Params{
				"n": strconv.Itoa(b.n), "charset": in.decoded.charset,
				"line": strconv.Itoa(b.line), "column": strconv.Itoa(b.column),
			},
		})
	}
	return bad, in.decoded.more
}

// note keeps a character that could not be decoded; all lines are counted, MaxIssues are kept.
func (d *decoded) note(line, column int) {
	again := line == d.at
	d.at = line
	switch {
	case again && d.more == 0:
		d.bad[len(d.bad)-1].n++
	case again:
	case len(d.bad) < MaxIssues:
		d.bad = append(d.bad, badLine{line, column, 1})
	default:
		d.more++
	}
}

// textReader watches a decoded text go by.
type textReader struct {
	src    io.Reader
	met    *decoded
	line   int
	column int    // characters of the line so far
	split  []byte // the beginning of a character that a read cut
}

var undecoded = []byte(string(utf8.RuneError))

func (r *textReader) Read(p []byte) (int, error) {
	n, err := r.src.Read(p)
	b := p[:n]
	if i := bytes.IndexByte(b, 0); i >= 0 {
		e := fail(tillproof.KindUnsupported, "format.binary", nil)
		e.Place.Line = r.line + bytes.Count(b[:i], []byte{'\n'})
		return 0, e
	}
	r.watch(b)
	return n, err
}

// watch counts lines and characters, and keeps each U+FFFD with its place. A character that is split between
// two reads is looked at with the second.
func (r *textReader) watch(b []byte) {
	if len(r.split) > 0 {
		b = append(r.split, b...)
		r.split = nil
	}
	if whole := wholeRunes(b); len(whole) < len(b) {
		r.split = bytes.Clone(b[len(whole):])
		b = whole
	}
	for {
		i := bytes.Index(b, undecoded)
		if i < 0 {
			break
		}
		r.pass(b[:i])
		r.met.note(r.line, r.column+1)
		r.pass(undecoded)
		b = b[i+len(undecoded):]
	}
	r.pass(b)
}

// pass goes on by a piece of text.
func (r *textReader) pass(b []byte) {
	if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
		r.line += bytes.Count(b[:i], []byte{'\n'}) + 1
		r.column, b = 0, b[i+1:]
	}
	r.column += utf8.RuneCount(b)
}

// Lines reads a text line by line: LF, CR LF, CR CR LF and CR alone end a line. A line longer than MaxLine
// stops the reading with format.line.long: memory stays bounded whatever the file holds.
type Lines struct {
	src   io.Reader
	buf   []byte
	start int
	end   int
	eof   bool
	n     int
}

// NewLines reads lines from a decoded text.
func NewLines(r io.Reader) *Lines { return &Lines{src: r, buf: make([]byte, 16<<10)} }

// Next is the next line without its end, and its 1-based number. The bytes are good until the next call.
func (l *Lines) Next() ([]byte, int, error) {
	for from := l.start; ; {
		if i := bytes.IndexAny(l.buf[from:l.end], "\r\n"); i >= 0 {
			at := from + i
			size, whole := l.endOfLine(at)
			if whole {
				line := l.buf[l.start:at]
				l.start = at + size
				l.n++
				return line, l.n, nil
			}
			from = at
		} else {
			from = l.end
		}
		if l.eof {
			return l.last()
		}
		moved := l.start
		if err := l.fill(); err != nil {
			return nil, l.n + 1, err
		}
		from -= moved
	}
}

// endOfLine is the length of the line end at i; false where more bytes are needed to know.
func (l *Lines) endOfLine(i int) (int, bool) {
	j := i
	for j < l.end && l.buf[j] == '\r' && j-i < 2 {
		j++
	}
	switch {
	case j < l.end && l.buf[j] == '\n':
		return j - i + 1, true
	case j == l.end && !l.eof:
		return 0, false
	}
	return 1, true // CR alone; a second CR is an empty line
}

func (l *Lines) last() ([]byte, int, error) {
	if l.start == l.end {
		return nil, l.n, io.EOF
	}
	line := l.buf[l.start:l.end]
	l.start = l.end
	l.n++
	return line, l.n, nil
}

// fill moves what is left to the front and reads on.
func (l *Lines) fill() error {
	copy(l.buf, l.buf[l.start:l.end])
	l.end -= l.start
	l.start = 0
	if l.end == len(l.buf) {
		if len(l.buf) >= MaxLine {
			e := fail(tillproof.KindTooLarge, "format.line.long", nil)
			e.Place = tillproof.Place{Line: l.n + 1, Column: MaxLine + 1}
			e.Params = tillproof.Params{
				"max": strconv.Itoa(MaxLine), "line": strconv.Itoa(l.n + 1),
				"column": strconv.Itoa(MaxLine + 1),
			}
			return e
		}
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	n, err := l.src.Read(l.buf[l.end:])
	l.end += n
	if errors.Is(err, io.EOF) {
		l.eof = true
		return nil
	}
	return err
}
