package table

import (
	"bytes"
	"errors"
	"io"
)

// maxLine is the longest physical line that is read; anything longer is no row of a table. The rest of the
// line is passed over, so that a file without line ends costs no memory.
const maxLine = 1 << 20

// lines cuts a text into physical lines. LF, CR LF and CR each end one.
type lines struct {
	src  io.Reader
	buf  []byte
	from int // start of what is not read yet
	to   int
	err  error
	n    int // lines given so far

	unended bool // the line given last has no end: the text ends with it
}

const bufferSize = 64 << 10

func newLines(r io.Reader) *lines { return &lines{src: r, buf: make([]byte, bufferSize)} }

// next is the next line without its end; long means that the line was over maxLine and only its beginning is
// given. The bytes are good until the next call.
func (l *lines) next() (line []byte, long bool, err error) {
	scanned := l.from
	for {
		if end, width, ok := l.lineEnd(scanned); ok {
			line = l.buf[l.from:end]
			l.from = end + width
			l.n++
			return line, false, nil
		}
		scanned = l.to
		if l.to > l.from && l.buf[l.to-1] == '\r' {
			scanned-- // its LF may follow
		}
		if l.err != nil {
			return l.last()
		}
		if l.to-l.from >= maxLine {
			l.n++
			return l.buf[l.from : l.from+maxLine], true, l.skipLine()
		}
		scanned -= l.from
		l.fill()
		scanned += l.from
	}
}

// lineEnd finds the first line end at or after i, and its width.
func (l *lines) lineEnd(i int) (end, width int, ok bool) {
	window := l.buf[i:l.to]
	lf := bytes.IndexByte(window, '\n')
	if lf >= 0 {
		window = window[:lf]
	}
	cr := bytes.IndexByte(window, '\r')
	switch {
	case cr < 0 && lf < 0:
		return 0, 0, false
	case cr < 0:
		return i + lf, 1, true
	case lf == cr+1:
		return i + cr, 2, true
	case lf >= 0 || i+cr+1 < l.to || l.err != nil:
		return i + cr, 1, true
	}
	return 0, 0, false // a CR at the end of the buffer: its LF may follow
}

// last is the line that the end of the text ends.
func (l *lines) last() ([]byte, bool, error) {
	if !errors.Is(l.err, io.EOF) {
		return nil, false, l.err
	}
	if l.from == l.to {
		return nil, false, io.EOF
	}
	line := l.buf[l.from:l.to]
	l.from, l.unended = l.to, true
	l.n++
	return line, len(line) > maxLine, nil
}

// fill reads more, moving or growing the buffer up to maxLine.
func (l *lines) fill() {
	if l.from > 0 {
		copy(l.buf, l.buf[l.from:l.to])
		l.from, l.to = 0, l.to-l.from
	}
	if l.to == len(l.buf) {
		grown := make([]byte, min(2*len(l.buf), maxLine+bufferSize))
		copy(grown, l.buf[:l.to])
		l.buf = grown
	}
	n, err := l.src.Read(l.buf[l.to:])
	l.to += n
	l.err = err
}

// skipLine passes over the rest of a line that is too long. The given beginning stays in place: what
// follows is read behind it.
func (l *lines) skipLine() error {
	keep := l.from + maxLine
	scanned := keep
	for {
		if end, width, ok := l.lineEnd(scanned); ok {
			l.from = end + width
			return nil
		}
		cr := l.to > keep && l.buf[l.to-1] == '\r'
		if l.err != nil {
			l.from = l.to
			if errors.Is(l.err, io.EOF) {
				return nil
			}
			return l.err
		}
		l.to = keep
		if cr {
			l.buf[keep] = '\r'
			l.to++
		}
		if l.to == len(l.buf) {
			grown := make([]byte, len(l.buf)+bufferSize)
			copy(grown, l.buf[:l.to])
			l.buf = grown
		}
		scanned = keep
		n, err := l.src.Read(l.buf[l.to:])
		l.to += n
		l.err = err
	}
}
