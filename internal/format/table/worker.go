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
	cells []profile.Span
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
			err = w.isCharset(b)
		}
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

// isCharset stops the pass where the bytes show that the file's charset is not the one it began with.
func (w *worker) isCharset(b *block) error {
	holds, err := w.in.Holds(b.buf[:b.size])
	if err == nil && !holds {
		err = errCharset
	}
	return err
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
	b.quotes = bytes.IndexByte(b.buf[:b.size], '"') >= 0
	for b.at+int64(at) < end {
		w.mark(b.at+int64(at), 1)
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
	w.mark(end-1, 0)
	w.now.pieces = append(w.now.pieces, piece{passed: w.lane.Take(), last: w.now.lines})
	if err := w.give(); err != nil {
		return err
	}
	return w.takeTurn(w.now)
}

// mark sets the marks up to an offset, before the lines that begin there: one or none.
func (w *worker) mark(upTo int64, begin int32) {
	b := w.now
	end := min(w.to, (b.n+1)*blockSize)
	for {
		at := b.n*blockSize + int64(len(b.marks))*markSize
		if at > upTo || at >= end {
			return
		}
		m := mark{int32(b.lines), checked(b.buf[at-b.at : min(end, at+markSize)-b.at])}
		if at == upTo {
			m.lines += begin
		}
		b.marks = append(b.marks, m)
	}
}

// line reads the bytes from at to to as one line; unended where the file ends with it.
func (w *worker) line(at, to int, unended bool) error {
	b := w.now.block
	if to > at && b.buf[to-1] == '\r' && !unended {
		to--
	}
	quoted := b.quotes && bytes.IndexByte(b.buf[at:to], '"') >= 0
	if !unended && (quoted && w.splitQuoted(b.buf, at, to) || !quoted && w.split(b.buf, at, to)) {
		row := &w.rows[w.full]
		row.Offset = b.at + int64(at)
		if w.lane.Read(b.buf, w.cells, row) {
			if w.full++; w.full == len(w.rows) {
				return w.give()
			}
			return nil
		}
	}
	return w.putOdd(at, to, unended)
}

// putOdd keeps a line for the reader of the records. One that is no line of its own, or ends otherwise than
// the others, stops the pass.
func (w *worker) putOdd(at, to int, unended bool) error {
	b := w.now.block
	line, open := b.buf[at:to], false
	if bytes.IndexByte(line, '\r') >= 0 || bytes.IndexByte(line, 0) >= 0 || len(line) > maxPlain {
		return errAnew
	}
	if bytes.IndexByte(line, '"') >= 0 {
		text, coded := string(line), w.pass.odd.coded
		cut := records{delim: w.delim, coded: coded, plain: coded.Plain(text)}
		_, state := cut.cut(nil, text)
		if open = state != cutWhole; open && !b.staysOpen(to) {
			return errAnew
		}
	}
	w.now.pieces = append(w.now.pieces, piece{
		passed: w.lane.Take(), last: w.now.lines - 1, offset: b.at + int64(at), ends: true,
		odd: physical{text: string(line), at: w.now.lines, last: unended, open: open},
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

// split cuts a line without quotes into as many cells as the header has; false where it has more or fewer.
func (w *worker) split(buf []byte, at, to int) bool {
	delims := uint64(w.delim) * ones
	start, n, cells := at, 0, w.cells
	high := uint64(0)
	for i := at; i < to; i += loadSize {
		x := binary.LittleEndian.Uint64(buf[i:])
		if left := to - i; left < loadSize {
			x &= 1<<(left*8) - 1
		}
		high |= x
		for m := zeros(x ^ delims); m != 0; m &= m - 1 {
			cut := i + bits.TrailingZeros64(m)/8
			if n == len(cells) {
				return false
			}
			cells[n] = profile.Span{From: int32(start), To: int32(cut)}
			start = cut + 1
			n++
		}
	}
	if n+1 != len(cells) || w.ascii && high&(ones<<7) != 0 {
		return false
	}
	cells[n] = profile.Span{From: int32(start), To: int32(to)}
	return true
}

const ones = 0x0101010101010101

// zeros has the high bit of each byte that is zero.
func zeros(x uint64) uint64 {
	const low = ones * 0x7F
	return ^((x&low + low) | x | low)
}

// splitQuoted cuts a line whose quotes stand around cells; false where one does more than that.
func (w *worker) splitQuoted(buf []byte, at, to int) bool {
	if w.ascii {
		return false
	}
	for n := range w.cells {
		last := n == len(w.cells)-1
		c := &w.cells[n]
		if at < to && buf[at] == '"' {
			i := bytes.IndexByte(buf[at+1:to], '"')
			if i < 0 {
				return false
			}
			*c = profile.Span{From: int32(at + 1), To: int32(at + 1 + i)}
			at += i + 2
		} else {
			i := bytes.IndexByte(buf[at:to], w.delim)
			if i < 0 {
				i = to - at
			}
			if bytes.IndexByte(buf[at:at+i], '"') >= 0 {
				return false
			}
			*c = profile.Span{From: int32(at), To: int32(at + i)}
			at += i
		}
		if last {
			return at == to
		}
		if at == to || buf[at] != w.delim {
			return false
		}
		at++
	}
	return false
}
