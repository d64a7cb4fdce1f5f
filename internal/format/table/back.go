package table

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// wayBack finds lines of a file again that was passed through.
type wayBack struct {
	*pass
	side tillproof.Side
	buf  []byte
	off  int64 // where buf begins in the file

	plain *worker // reads the lines that it has read before
	text  []byte  // the line, and room to look at
	key   []byte
}

func newWayBack(p *pass, side tillproof.Side) *wayBack {
	plain := &worker{pass: p, lane: p.fast.Lane(), cells: make([]profile.Span, p.fast.Width())}
	return &wayBack{pass: p, side: side, plain: plain}
}

// maxKeptBytes bounds what is kept of the file: the longest line, and as much beside it as is cheap to hold.
const maxKeptBytes = 2 * maxLine

// at is Scanned.At.
func (w *wayBack) at(offset int64, nth int) (tillproof.Record, error) {
	r, key, err := w.read(offset)
	if err != nil {
		return tillproof.Record{}, err
	}
	r.Origin.Source = w.opt.Source
	r.ID = tillproof.RecordIDOf(w.side, key, uint32(nth))
	return r, nil
}

// read reads the line at an offset as the reader of the records does. Its key is good until the next one.
func (w *wayBack) read(offset int64) (r tillproof.Record, key []byte, err error) {
	if offset < w.from || offset >= w.to {
		return r, nil, fmt.Errorf("no line begins at byte %d", offset)
	}
	number, err := w.number(offset)
	if err != nil {
		return r, nil, err
	}
	text, err := w.line(offset)
	if err != nil {
		return r, nil, err
	}
	if r, ok := w.readPlain(text, number); ok {
		return r, w.key, nil
	}
	w.odd.again = w.odd.again[:0]
	w.odd.put(physical{text: string(text), at: number})
	line, err := w.fast.Record(w.odd)
	if err != nil {
		return r, nil, fmt.Errorf("read line %d again: %w", number, err)
	}
	return line.Record, line.Key, nil
}

// readPlain reads a line from its bytes; false where it is none of those.
func (w *wayBack) readPlain(text []byte, number int) (r tillproof.Record, ok bool) {
	n := len(text)
	w.text = append(append(w.text[:0], text...), make([]byte, loadSize)...)
	if bytes.IndexByte(text, '"') >= 0 {
		ok = w.plain.splitQuoted(w.text, 0, n)
	} else {
		ok = w.plain.split(w.text, 0, n)
	}
	if ok {
		r, w.key, ok = w.plain.lane.Record(number, w.text, w.plain.cells, w.key[:0])
	}
	return r, ok
}

// number is the number of the line that begins at an offset: of those that begin up to the mark before it,
// and the line ends from there.
func (w *wayBack) number(offset int64) (int, error) {
	block := offset / blockSize
	n := w.above
	if block > 0 {
		n = int(w.lines[block-1])
	}
	mark, _ := w.piece(offset)
	n += int(w.marks[block][(mark-block*blockSize)/markSize].lines)
	if mark < w.from {
		mark = w.from
		n++ // the first line of all
	}
	b, err := w.bytes(mark, offset)
	return n + bytes.Count(b, []byte{'\n'}), err
}

// line is the line that begins at an offset, without its end.
func (w *wayBack) line(offset int64) ([]byte, error) {
	_, to := w.piece(offset)
	for seen := offset; ; {
		b, err := w.bytes(offset, to)
		if err != nil {
			return nil, err
		}
		i := bytes.IndexByte(b[seen-offset:], '\n')
		switch {
		case i >= 0:
			return bytes.TrimSuffix(b[:seen-offset+int64(i)], []byte{'\r'}), nil
		case to == w.to:
			return b, nil
		case len(b) > maxLine:
			return nil, format.ErrorChanged()
		}
		seen = to
		_, to = w.piece(to)
	}
}

// bytes are those of the file between two offsets. They are read piece by piece, because rows are mostly
// asked for far apart, and kept, because those that stand together are asked for one after the other.
func (w *wayBack) bytes(from, to int64) ([]byte, error) {
	if have := w.off + int64(len(w.buf)); from < w.off || from > have || to-w.off > maxKeptBytes {
		w.off, _ = w.piece(from)
		w.buf = w.buf[:0]
	}
	for w.off+int64(len(w.buf)) < to {
		if err := w.more(); err != nil {
			w.buf = w.buf[:0]
			return nil, err
		}
	}
	return w.buf[from-w.off : to-w.off], nil
}

// piece is where the bytes from one mark to the next stand that hold an offset.
func (w *wayBack) piece(offset int64) (from, to int64) {
	block := offset / blockSize * blockSize
	from = block + (offset-block)/markSize*markSize
	return from, min(from+markSize, block+blockSize, w.to)
}

// more reads the next piece, and holds it against the one that was passed through.
func (w *wayBack) more() error {
	n := len(w.buf)
	from, to := w.piece(w.off + int64(n))
	w.buf = slices.Grow(w.buf, int(to-from))[:n+int(to-from)]
	if err := w.in.ReadAt(w.buf[n:], from); err != nil {
		return err
	}
	block := from / blockSize
	if checked(w.buf[n:]) != w.marks[block][(from-block*blockSize)/markSize].sum {
		return format.ErrorChanged()
	}
	return nil
}
