package table

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// wayBack finds lines of a file again that was passed through.
type wayBack struct {
	*pass
	side tillproof.Side
	buf  []byte
	off  int64 // where buf begins in the file
}

// window is how much of the file is kept at hand: lines are mostly asked for in the order of the file.
const window = 64 << 10

// at is Scanned.At.
func (w *wayBack) at(offset int64, alike ...int64) (tillproof.Record, error) {
	line, err := w.read(offset)
	if err != nil {
		return tillproof.Record{}, err
	}
	r := line.Record
	same := uint32(0)
	for i, other := range alike {
		if other >= offset || slices.Contains(alike[:i], other) {
			continue
		}
		o, err := w.read(other)
		if err != nil {
			return tillproof.Record{}, err
		}
		if bytes.Equal(o.Key, line.Key) {
			same++
		}
	}
	r.Origin.Source = w.opt.Source
	r.ID = tillproof.RecordIDOf(w.side, line.Key, same)
	return r, nil
}

// read reads the line at an offset as the reader of the records does.
func (w *wayBack) read(offset int64) (format.Line, error) {
	if offset < w.from || offset >= w.to {
		return format.Line{}, fmt.Errorf("no line begins at byte %d", offset)
	}
	number, err := w.number(offset)
	if err != nil {
		return format.Line{}, err
	}
	text, err := w.line(offset)
	if err != nil {
		return format.Line{}, err
	}
	w.odd.again = w.odd.again[:0]
	w.odd.put(physical{text: string(text), at: number})
	line, err := w.fast.Record(w.odd)
	if err != nil {
		return format.Line{}, fmt.Errorf("read line %d again: %w", number, err)
	}
	return line, nil
}

// number is the number of the line that begins at an offset: those before its block, those before the mark
// before it, and the line ends from there.
func (w *wayBack) number(offset int64) (int, error) {
	block := offset / blockSize
	n := w.above
	if block > 0 {
		n = int(w.lines[block-1])
	}
	i := (offset - block*blockSize) / markSize
	mark := block*blockSize + i*markSize
	n += int(w.marks[block][i].lines)
	from := mark - 1 // a line that begins at the mark ends there
	if mark <= w.from {
		if from = w.from; offset > w.from {
			n++ // the first line of all
		}
	}
	if offset-1 > from {
		b, err := w.bytes(from, offset-1)
		if err != nil {
			return 0, err
		}
		n += bytes.Count(b, []byte{'\n'})
	}
	return n + 1, nil
}

// line is the line that begins at an offset, without its end.
func (w *wayBack) line(offset int64) ([]byte, error) {
	for size := int64(1 << 10); ; size *= 4 {
		to := min(w.to, offset+size)
		b, err := w.bytes(offset, to)
		if err != nil {
			return nil, err
		}
		i := bytes.IndexByte(b, '\n')
		switch {
		case i >= 0:
			return bytes.TrimSuffix(b[:i], []byte{'\r'}), nil
		case to == w.to:
			return b, nil
		case size > maxLine:
			return nil, format.ErrorChanged()
		}
	}
}

// bytes are those of the file between two offsets.
func (w *wayBack) bytes(from, to int64) ([]byte, error) {
	if from >= w.off && to <= w.off+int64(len(w.buf)) {
		return w.buf[from-w.off : to-w.off], nil
	}
	w.off, _ = part(from, w.to)
	end := w.off
	for end < min(w.to, max(w.off+window, to)) {
		_, end = part(end, w.to)
	}
	if n := end - w.off; int64(cap(w.buf)) < n {
		w.buf = make([]byte, n)
	}
	w.buf = w.buf[:end-w.off]
	err := w.in.ReadAt(w.buf, w.off)
	if err == nil && !w.isSame() {
		err = format.ErrorChanged()
	}
	if err != nil {
		w.buf = w.buf[:0]
		return nil, err
	}
	return w.buf[from-w.off : to-w.off], nil
}

// part is where the bytes from one mark to the next stand that hold an offset.
func part(offset, size int64) (from, to int64) {
	block := offset / blockSize * blockSize
	from = block + (offset-block)/markSize*markSize
	return from, min(from+markSize, block+blockSize, size)
}

// isSame holds the bytes at hand against those that were passed through.
func (w *wayBack) isSame() bool {
	for at := w.off; at < w.off+int64(len(w.buf)); {
		from, to := part(at, w.to)
		block := from / blockSize
		if checked(w.buf[from-w.off:to-w.off]) != w.marks[block][(from-block*blockSize)/markSize].sum {
			return false
		}
		at = to
	}
	return true
}
