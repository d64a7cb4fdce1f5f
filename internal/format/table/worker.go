package table

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// worker reads blocks.
type worker struct {
	*pass
	n     int
	lane  *profile.Lane
	cells [][]byte
	rows  []format.Row
	full  int          // rows that wait to be handed over
	odd   []format.Row // those with records, which other workers' blocks gave too
	now   *parsed
}

// work reads block after block until there is none, or something stops the pass.
func (w *worker) work() {
	for {
		b := w.await() // before its number is taken, so that the next block in turn always has its bytes
		if b == nil {
			return
		}
		n := w.taken.Add(1) - 1
		if n >= w.blocks {
			return
		}
		err := b.read(w.pass, n)
		if err == nil {
			err = w.parse(b, n)
		}
		if err == nil {
			err = w.giveOdd()
		}
		if err != nil {
			w.fail(err)
			return
		}
	}
}

// await waits for room for a block; nil where the pass has stopped.
func (w *worker) await() *block {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.stop == nil && len(w.free) == 0 {
		w.turned.Wait()
	}
	if w.stop != nil {
		return nil
	}
	b := w.free[len(w.free)-1]
	w.free = w.free[:len(w.free)-1]
	return b
}

// parse reads the lines of a block, hands over the rows of the plain ones, and takes its turn.
func (w *worker) parse(b *block, n int64) error {
	w.now = &parsed{block: b, n: n}
	start := max(w.from, n*blockSize)
	end := min(w.to, (n+1)*blockSize)
	at := int(start - b.at)
	if start > w.from && start < end {
		i := bytes.IndexByte(b.buf[at-1:b.size], '\n')
		if i < 0 {
			i = b.size
		}
		at += i
	}
	mark := n * blockSize
	for b.at+int64(at) < end {
		for ; mark <= b.at+int64(at); mark += markSize {
			w.now.marks = append(w.now.marks, int32(w.now.lines))
		}
		next := bytes.IndexByte(b.buf[at:b.size], '\n')
		to := at + next
		if next < 0 {
			to = b.size
		}
		w.now.lines++
		if err := w.line(at, to, next < 0); err != nil {
			return err
		}
		at = to + 1
	}
	for ; mark < (n+1)*blockSize; mark += markSize {
		w.now.marks = append(w.now.marks, int32(w.now.lines))
	}
	w.now.pieces = append(w.now.pieces, piece{passed: w.lane.Take(), last: w.now.lines})
	if err := w.give(); err != nil {
		return err
	}
	return w.takeTurn(w.now)
}

// line reads the bytes from at to to as one line; unended where the file ends with it.
func (w *worker) line(at, to int, unended bool) error {
	b := w.now.block
	if to > at && b.buf[to-1] == '\r' && !unended {
		to--
	}
	if !unended && w.split(b.buf, at, to) {
		row := &w.rows[w.full]
		row.Offset = b.at + int64(at)
		if w.lane.Read(w.cells, row) {
			if w.full++; w.full == len(w.rows) {
				return w.give()
			}
			return nil
		}
	}
	return w.putOdd(b.buf[at:to], b.at+int64(at), unended)
}

// putOdd keeps a line for the reader of the records. One that is no line of its own, or ends otherwise than
// the others, stops the pass.
func (w *worker) putOdd(line []byte, offset int64, unended bool) error {
	if bytes.IndexByte(line, '\r') >= 0 || bytes.IndexByte(line, 0) >= 0 || len(line) > maxPlain {
		return errAnew
	}
	if bytes.IndexByte(line, '"') >= 0 {
		cut := records{delim: w.delim}
		if _, state := cut.cut(nil, string(line)); state != cutWhole {
			return errAnew
		}
	}
	w.now.pieces = append(w.now.pieces, piece{
		passed: w.lane.Take(), last: w.now.lines - 1, offset: offset, ends: true,
		odd: physical{text: string(line), at: w.now.lines, last: unended},
	})
	return nil
}

// give hands over the rows so far.
func (w *worker) give() error {
	if w.full == 0 {
		return nil
	}
	rows := w.rows[:w.full]
	w.full = 0
	return w.sink(w.n, rows)
}

// giveOdd hands over the rows of the lines that the reader has read in this worker's turn.
func (w *worker) giveOdd() error {
	rows := w.odd
	w.odd = w.odd[:0]
	for len(rows) > 0 {
		n := min(len(rows), format.ScanBatch)
		if err := w.sink(w.n, rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// takeTurn adds the blocks whose turn it is, which may be this one, to what is known of the file.
func (w *worker) takeTurn(b *parsed) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.parsed[b.n] = b
	for w.stop == nil {
		b, ok := w.parsed[w.next]
		if !ok {
			return nil
		}
		delete(w.parsed, w.next)
		if err := w.add(b); err != nil {
			return err
		}
		w.next++
		w.free = append(w.free, b.block)
		w.turned.Broadcast()
	}
	return nil
}

// add adds a block in its turn.
func (w *worker) add(b *parsed) error {
	from := b.n * blockSize
	w.source.Hash(b.buf[from-b.at : min(w.to, from+blockSize)-b.at])
	before := w.above
	if n := len(w.lines); n > 0 {
		before = int(w.lines[n-1])
	}
	for i := range b.pieces {
		p := &b.pieces[i]
		if !w.fast.Add(&p.passed, before+p.last) {
			return errAnew
		}
		if err := w.source.Add(&p.passed.Sums); err != nil {
			return err
		}
		if !p.ends {
			continue
		}
		p.odd.at += before
		w.pass.odd.put(p.odd)
		if err := w.source.Read(func(r tillproof.Record) error {
			w.odd = append(w.odd, format.RowOf(&r, p.offset))
			return nil
		}); err != nil {
			return err
		}
	}
	w.lines = append(w.lines, int32(before+b.lines))
	w.marks = append(w.marks, b.marks)
	return nil
}

// split cuts a line into cells; false where it is not cut at each delimiter, or where a quote does more than
// stand around a cell.
func (w *worker) split(buf []byte, at, to int) bool {
	w.cells = w.cells[:0]
	if bytes.IndexByte(buf[at:to], '"') >= 0 {
		return w.splitQuoted(buf[at:to])
	}
	delims := uint64(w.delim) * ones
	start := at
	high := uint64(0)
	for i := at; i < to; i += loadSize {
		x := binary.LittleEndian.Uint64(buf[i:])
		if left := to - i; left < loadSize {
			x &= 1<<(left*8) - 1
		}
		high |= x
		for m := zeros(x ^ delims); m != 0; m &= m - 1 {
			cut := i + bits.TrailingZeros64(m)/8
			w.cells = append(w.cells, buf[start:cut])
			start = cut + 1
		}
	}
	w.cells = append(w.cells, buf[start:to])
	return !w.ascii || high&(ones<<7) == 0
}

const ones = 0x0101010101010101

// zeros has the high bit of each byte that is zero.
func zeros(x uint64) uint64 {
	const low = ones * 0x7F
	return ^((x&low + low) | x | low)
}

// splitQuoted cuts a line whose quotes stand around cells.
func (w *worker) splitQuoted(line []byte) bool {
	for {
		if len(line) == 0 || line[0] != '"' {
			i := bytes.IndexByte(line, w.delim)
			if i < 0 {
				w.cells = append(w.cells, line)
				return bytes.IndexByte(line, '"') < 0 && !w.ascii
			}
			if bytes.IndexByte(line[:i], '"') >= 0 {
				return false
			}
			w.cells, line = append(w.cells, line[:i]), line[i+1:]
			continue
		}
		i := bytes.IndexByte(line[1:], '"')
		if i < 0 {
			return false
		}
		w.cells = append(w.cells, line[1:i+1])
		rest := line[i+2:]
		switch {
		case len(rest) == 0:
			return !w.ascii
		case rest[0] != w.delim:
			return false
		}
		line = rest[1:]
	}
}
