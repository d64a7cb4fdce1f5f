package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// A file may stand in any order: newest first, by terminal, several exports one after the other. The engine
// wants the order of time. Rows are sorted in pieces that fit into little memory, laid down, and merged.

// pieceRows is how many rows are sorted at once: some 13 MB.
const pieceRows = 1 << 16

// event is a row on its way to the engine, with the verdict about it where the user has one.
type event struct {
	txn     stream.Txn
	verdict outcome
	known   tillproof.LocalTime // from when on
}

type outcome uint8

const (
	unsaid outcome = iota
	genuine
	fraud
)

// eventBytes is what an event takes in the file.
const eventBytes = 136

// sorter lays rows down in pieces and gives them back in the order of time.
type sorter struct {
	file   *os.File
	piece  []event
	ends   []int64 // of the pieces in the file
	rows   int64
	outer  *bufio.Writer
	parted bool // a piece began before the end of another
	last   tillproof.LocalTime
}

func newSorter() (*sorter, error) {
	file, err := scratchFile("rows-")
	if err != nil {
		return nil, err
	}
	return &sorter{file: file, outer: bufio.NewWriterSize(file, 1<<20), last: tillproof.NoTime}, nil
}

// scratchFile is a temporary file without a name.
func scratchFile(pattern string) (*os.File, error) {
	file, err := os.CreateTemp("", pattern)
	if err != nil {
		return nil, cannotWrite(os.TempDir(), err)
	}
	_ = os.Remove(file.Name()) // where a system refuses, the directory of the process goes at its end
	return file, nil
}

func (s *sorter) add(e *event) error {
	s.piece = append(s.piece, *e)
	s.rows++
	if len(s.piece) < pieceRows {
		return nil
	}
	return s.lay()
}

func compareEvents(a, b *event) int { return stream.Compare(&a.txn, &b.txn) }

// lay sorts the piece and writes it.
func (s *sorter) lay() error {
	if len(s.piece) == 0 {
		return nil
	}
	slices.SortFunc(s.piece, func(a, b event) int { return compareEvents(&a, &b) })
	if s.piece[0].txn.At < s.last {
		s.parted = true
	}
	s.last = max(s.last, s.piece[len(s.piece)-1].txn.At)
	var b [eventBytes]byte
	for i := range s.piece {
		s.piece[i].put(&b)
		if _, err := s.outer.Write(b[:]); err != nil {
			return cannotWrite("", err)
		}
	}
	end := int64(len(s.piece)) * eventBytes
	if n := len(s.ends); n > 0 {
		end += s.ends[n-1]
	}
	s.ends, s.piece = append(s.ends, end), s.piece[:0]
	return nil
}

// each gives all rows in order.
func (s *sorter) each(visit func(*event) error) error {
	err := s.lay()
	if err == nil {
		err = s.outer.Flush()
	}
	if err != nil {
		return cannotWrite("", err)
	}
	s.piece = nil
	heads, err := s.heads()
	if err != nil {
		return err
	}
	for len(heads) > 0 {
		h := heads[0]
		if err := visit(&h.event); err != nil {
			return err
		}
		switch err := h.next(); {
		case errors.Is(err, io.EOF):
			heads = heads[1:]
			continue
		case err != nil:
			return cannotWrite("", err)
		}
		settle(heads)
	}
	return nil
}

// head is the next row of a piece.
type head struct {
	event
	from *bufio.Reader
	b    [eventBytes]byte
}

func (h *head) next() error {
	if _, err := io.ReadFull(h.from, h.b[:]); err != nil {
		return err
	}
	h.event.take(&h.b)
	return nil
}

// headBytes is what is read of a piece at once.
const headBytes = 64 << 10

// heads are the first rows of all pieces, in order.
func (s *sorter) heads() ([]*head, error) {
	var all []*head
	from := int64(0)
	for _, end := range s.ends {
		part := io.NewSectionReader(s.file, from, end-from)
		h := &head{from: bufio.NewReaderSize(part, headBytes)}
		if err := h.next(); err != nil {
			return nil, cannotWrite("", err)
		}
		all, from = append(all, h), end
	}
	slices.SortFunc(all, func(a, b *head) int { return compareEvents(&a.event, &b.event) })
	return all, nil
}

// settle brings the first head to its place among the others. Files are nearly in order, so it is nearly
// always there.
func settle(heads []*head) {
	for i := 0; i+1 < len(heads) && compareEvents(&heads[i].event, &heads[i+1].event) > 0; i++ {
		heads[i], heads[i+1] = heads[i+1], heads[i]
	}
}

func (s *sorter) close() { _ = s.file.Close() } // it has no name

// put writes the event as fixed bytes.
func (e *event) put(b *[eventBytes]byte) {
	t, le := &e.txn, binary.LittleEndian
	for i, n := range [...]uint64{
		uint64(t.Ref), uint64(t.At), uint64(t.Card), uint64(t.Terminal), uint64(t.Merchant),
		uint64(t.Category), uint64(t.Amount), uint64(t.Batch), uint64(t.RRN), uint64(t.Auth), uint64(t.Order),
		uint64(t.Original), uint64(e.known), uint64(uint32(t.STAN)),
	} {
		le.PutUint64(b[8*i:], n)
	}
	copy(b[112:], t.Mask[:])
	copy(b[122:], t.Response[:])
	copy(b[124:], t.Currency[:])
	copy(b[127:], []byte{byte(t.Kind), byte(t.Status), byte(t.Entry), byte(t.Class), byte(e.verdict)})
	for i, set := range [...]bool{t.Timed, t.Undone, t.Aside, t.Token} {
		b[132+i] = 0
		if set {
			b[132+i] = 1
		}
	}
}

// take reads what put wrote.
func (e *event) take(b *[eventBytes]byte) {
	le := binary.LittleEndian
	n := func(i int) uint64 { return le.Uint64(b[8*i:]) }
	t := stream.Txn{
		Ref: int64(n(0)), At: tillproof.LocalTime(n(1)), Card: stream.Key(n(2)), Terminal: stream.Key(n(3)),
		Merchant: stream.Key(n(4)), Category: stream.Key(n(5)), Amount: int64(n(6)), Batch: stream.Key(n(7)),
		RRN: stream.Key(n(8)), Auth: stream.Key(n(9)), Order: stream.Key(n(10)), Original: stream.Key(n(11)),
		STAN: int32(uint32(n(13))),
		Kind: tillproof.RecordKind(b[127]), Status: tillproof.RecordStatus(b[128]),
		Entry: tillproof.EntryMode(b[129]), Class: tillproof.CardKind(b[130]),
		Timed: b[132] == 1, Undone: b[133] == 1, Aside: b[134] == 1, Token: b[135] == 1,
	}
	copy(t.Mask[:], b[112:])
	copy(t.Response[:], b[122:])
	copy(t.Currency[:], b[124:])
	*e = event{txn: t, known: tillproof.LocalTime(n(12)), verdict: outcome(b[131])}
}

// chances keeps the chance of each row, in parts of a thousand million: four bytes a row.
type chances struct{ of [][]uint32 }

const chanceRows = 1 << 16

func newChances() *chances { return &chances{} }

func (c *chances) set(ref, chance int64) {
	for int64(len(c.of)) <= ref/chanceRows {
		c.of = append(c.of, make([]uint32, chanceRows))
	}
	c.of[ref/chanceRows][ref%chanceRows] = uint32(max(0, min(chance, ppb)))
}

func (c *chances) at(ref int64) int64 {
	if ref/chanceRows >= int64(len(c.of)) {
		return 0
	}
	return int64(c.of[ref/chanceRows][ref%chanceRows])
}

// ppb is a chance of one.
const ppb = 1_000_000_000
