package iso8583

import (
	"bufio"
	"errors"
	"io"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// source gives the messages of a file in its order. io.EOF ends; a *format.LineError is a piece that is no
// message.
type source interface {
	next() (message, error)
}

// newSource opens a file as its plan says.
func newSource(in *format.Input, p plan, opt format.Options) (source, error) {
	switch p.shape {
	case byLines:
		text, err := bytesOf(in)
		if err != nil {
			return nil, err
		}
		return &lineSource{lines: format.NewLines(text), scan: lineScan{opt: opt}}, nil
	case byXML:
		return newXMLSource(in, opt)
	}
	return &byteSource{
		in: bufio.NewReaderSize(in.Bytes(), 2*maxMessage), kind: p.length, layout: p.layout, opt: opt,
	}, nil
}

// bytesOf is a text as its bytes stand there, because lengths count bytes; only UTF-16 is decoded.
func bytesOf(in *format.Input) (io.Reader, error) {
	switch in.Charset {
	case format.UTF16LE, format.UTF16BE:
		return in.Text()
	}
	return in.Bytes(), nil
}

// lineSource reads a text line by line.
type lineSource struct {
	lines *format.Lines
	scan  lineScan
	n     int
	done  bool
}

func (s *lineSource) next() (message, error) {
	for len(s.scan.found) == 0 {
		if s.done {
			return message{}, io.EOF
		}
		b, n, err := s.lines.Next()
		switch {
		case errors.Is(err, io.EOF):
			s.scan.end()
			s.done = true
		case err != nil:
			return message{}, err
		default:
			s.scan.line(b, n)
		}
	}
	m := s.scan.found[0]
	s.scan.found = s.scan.found[1:]
	s.n++
	m.n = s.n
	return m, nil
}

// byteSource reads a file of bytes.
type byteSource struct {
	in     *bufio.Reader
	kind   lengthKind
	layout *layout
	opt    format.Options
	n      int
}

func (s *byteSource) next() (message, error) {
	b, err := s.peek()
	if err != nil {
		return message{}, err
	}
	if len(b) == 0 {
		return message{}, io.EOF
	}
	s.n++
	if s.kind == noLength {
		m, used := s.layout.open(b, s.opt)
		return s.loose(m, used, len(b))
	}
	n, ok := s.kind.read(b)
	if !ok || s.kind.size()+n > len(b) {
		return message{}, s.rest(len(b))
	}
	b = b[s.kind.size() : s.kind.size()+n]
	m, used := s.layout.open(b, s.opt)
	m.n = s.n
	if m.stop == whole && used < len(b) {
		m.stop = beyond
	}
	_, err = s.in.Discard(s.kind.size() + n)
	return m, err
}

// beyond is the stop of a message that goes on behind its last element.
const beyond = elements + 1

// peek is what comes next, at most the largest message and its length.
func (s *byteSource) peek() ([]byte, error) {
	for {
		b, err := s.in.Peek(maxMessage + s.kind.size())
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		rest := s.kind.skip(b)
		if len(rest) == len(b) {
			return b, nil
		}
		if _, err := s.in.Discard(len(b) - len(rest)); err != nil {
			return nil, err
		}
	}
}

// loose takes a message that no length bounds. Behind one that breaks off nothing can be found any more.
func (s *byteSource) loose(m message, used, left int) (message, error) {
	m.n = s.n
	switch {
	case m.mti == "":
		return m, s.rest(left)
	case m.stop == whole:
		_, err := s.in.Discard(used)
		return m, err
	}
	_, err := io.Copy(io.Discard, s.in)
	return m, err
}

// rest tells of the end of a file that holds no message, and ends the reading.
func (s *byteSource) rest(left int) error {
	n, err := io.Copy(io.Discard, s.in)
	if err != nil {
		return err
	}
	return &format.LineError{Issue: tillproof.Issue{
		Code: "format.iso8583.rest", Place: tillproof.Place{Line: s.n},
		Params: tillproof.Params{
			"message": strconv.Itoa(s.n), "n": strconv.FormatInt(max(n, int64(left)), 10),
		},
	}}
}
