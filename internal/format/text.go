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

// decoded is how a text was decoded, and the characters of it that could not be.
type decoded struct {
	charset string
	n       int
	line    int // of the first
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
	raw := io.NewSectionReader(in.At, skip, in.Size-skip)
	if in.decoded == nil {
		in.decoded = &decoded{}
	}
	*in.decoded = decoded{charset: in.Charset}
	return &textReader{src: transform.NewReader(raw, d), met: in.decoded, line: 1}, nil
}

// textIssue tells of the characters that could not be decoded, if any.
func (in *Input) textIssue() (tillproof.Issue, bool) {
	if in.decoded == nil || in.decoded.n == 0 {
		return tillproof.Issue{}, false
	}
	return tillproof.Issue{
		Code:  "format.charset.bytes",
		Place: tillproof.Place{Line: in.decoded.line},
		Params: tillproof.Params{
			"n": strconv.Itoa(in.decoded.n), "charset": in.decoded.charset,
			"line": strconv.Itoa(in.decoded.line),
		},
	}, true
}

// textReader watches a decoded text go by.
type textReader struct {
	src  io.Reader
	met  *decoded
	line int
	tail [2]byte // the last bytes before this read, in which a split U+FFFD may begin
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

// watch counts line ends and U+FFFD; one of them may be split between two reads.
func (r *textReader) watch(b []byte) {
	if len(b) == 0 {
		return
	}
	seam := [4]byte{r.tail[0], r.tail[1], b[0]}
	if len(b) > 1 {
		seam[3] = b[1]
	}
	r.note(bytes.Count(seam[:], undecoded), r.line)
	line := r.line
	for rest := b; ; {
		i := bytes.Index(rest, undecoded)
		if i < 0 {
			break
		}
		line += bytes.Count(rest[:i], []byte{'\n'})
		r.note(1, line)
		rest = rest[i+len(undecoded):]
	}
	r.line += bytes.Count(b, []byte{'\n'})
	if len(b) == 1 {
		r.tail = [2]byte{r.tail[1], b[0]}
		return
	}
	r.tail = [2]byte{b[len(b)-2], b[len(b)-1]}
}

func (r *textReader) note(n, line int) {
	if n > 0 && r.met.n == 0 {
		r.met.line = line
	}
	r.met.n += n
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
			e.Place.Line = l.n + 1
			e.Params = tillproof.Params{"max": strconv.Itoa(MaxLine), "line": strconv.Itoa(l.n + 1)}
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
