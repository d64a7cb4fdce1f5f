package workspace

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"os"
	"slices"

	"github.com/tillproof/tillproof"
)

// An index is the ids of a source's rows, so that the rows of another file can be compared with them without
// reading the source again. It is made from the source and can be made anew; the vault keeps it beside.
//
// Bytes: the line indexHead, then chunks. A chunk is the number of its rows (32 bits, big-endian) and the
// rows, 28 bytes each: the record's id (16), its likeness (8), its day (4). The rows of a chunk stand in the
// order of their bytes.
const (
	indexHead = "tillproof-index/1\n"
	rowBytes  = 28
	// chunkRows is how many rows are held at a time: 28 MiB.
	chunkRows = 1 << 20
)

// likeness is a hash of what two exports of one line have in common whatever their format: the day, the kind,
// the terminal and the amount.
func likeness(r *tillproof.Record) (like [8]byte) {
	var b [32]byte
	binary.BigEndian.PutUint32(b[:], uint32(int32(r.Day())))
	b[4] = byte(r.Kind)
	binary.BigEndian.PutUint64(b[5:], uint64(r.Amount.Minor()))
	copy(b[13:], r.Amount.Currency().String())
	h := sha256.New()
	h.Write(b[:])
	h.Write([]byte(r.Refs.Terminal))
	copy(like[:], h.Sum(nil))
	return like
}

// row is one row of an index.
type row [rowBytes]byte

func rowOf(r *tillproof.Record) (out row) {
	copy(out[:16], r.ID[:])
	like := likeness(r)
	copy(out[16:24], like[:])
	binary.BigEndian.PutUint32(out[24:], uint32(int32(r.Day())))
	return out
}

func (r *row) like() [8]byte { return [8]byte(r[16:24]) }

func compareIDs(a, b *row) int { return bytes.Compare(a[:16], b[:16]) }

// indexWriter gathers rows and writes chunk after chunk to a file that has no name for long.
type indexWriter struct {
	file *os.File
	held []row
	rows int
}

func newIndex() (*indexWriter, error) {
	file, err := os.CreateTemp("", "tillproof-index-*")
	if err != nil {
		return nil, noScratch(err)
	}
	_, err = file.WriteString(indexHead)
	return &indexWriter{file: file}, noScratch(err)
}

// noScratch is a temporary file that could not be written: the disk is full, most often.
func noScratch(err error) error {
	if err == nil {
		return nil
	}
	return &tillproof.Error{
		Op: "write index", Kind: tillproof.KindUnavailable, Code: "workspace.scratch",
		Params: tillproof.Params{"dir": os.TempDir()}, Err: err,
	}
}

func (w *indexWriter) add(r *tillproof.Record) error {
	w.held = append(w.held, rowOf(r))
	w.rows++
	if len(w.held) < chunkRows {
		return nil
	}
	return w.flush()
}

func (w *indexWriter) flush() error {
	if len(w.held) == 0 {
		return nil
	}
	slices.SortFunc(w.held, func(a, b row) int { return bytes.Compare(a[:], b[:]) })
	out := bufio.NewWriterSize(w.file, 1<<20)
	var n [4]byte
	binary.BigEndian.PutUint32(n[:], uint32(len(w.held)))
	_, _ = out.Write(n[:]) // the error stays until Flush
	for i := range w.held {
		_, _ = out.Write(w.held[i][:])
	}
	w.held = w.held[:0]
	return noScratch(out.Flush())
}

// done ends the writing; the rows can be read from then on.
func (w *indexWriter) done() error {
	err := w.flush()
	w.held = nil
	return err
}

// size is that of the whole index.
func (w *indexWriter) size() (int64, error) {
	info, err := w.file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// drop forgets the file.
func (w *indexWriter) drop() {
	_ = w.file.Close() // its rows are in the vault, or nobody wants them
	_ = os.Remove(w.file.Name())
}

// index is one that can be read.
type index struct {
	at   io.ReaderAt
	size int64
}

// chunks hands over the rows, chunk by chunk; the rows are valid until the next one.
func (x index) chunks(each func(rows []row) error) error {
	in := bufio.NewReaderSize(io.NewSectionReader(x.at, 0, x.size), 1<<20)
	head := make([]byte, len(indexHead))
	if _, err := io.ReadFull(in, head); err != nil || string(head) != indexHead {
		return badIndex(err)
	}
	var rows []row
	for {
		var n [4]byte
		if _, err := io.ReadFull(in, n[:]); err == io.EOF {
			return nil
		} else if err != nil {
			return badIndex(err)
		}
		count := binary.BigEndian.Uint32(n[:])
		if count > chunkRows {
			return badIndex(nil)
		}
		rows = slices.Grow(rows[:0], int(count))[:count]
		for i := range rows {
			if _, err := io.ReadFull(in, rows[i][:]); err != nil {
				return badIndex(err)
			}
		}
		if err := each(rows); err != nil {
			return err
		}
	}
}

func badIndex(err error) error {
	return &tillproof.Error{Op: "read index", Kind: tillproof.KindInternal, Code: "workspace.index", Err: err}
}

// compared counts how the rows of a file stand to those of others.
type compared struct {
	known, alike int
}

// compare counts the rows of x that one of the others has, and those of the rest that look like one.
func (x index) compare(others []index) (compared, error) {
	var sum compared
	err := x.chunks(func(own []row) error {
		known := make([]bool, len(own))
		wanted := map[[8]byte]int{}
		for _, other := range others {
			err := other.chunks(func(rows []row) error {
				markKnown(own, known, rows)
				return nil
			})
			if err != nil {
				return err
			}
		}
		for i := range own {
			if known[i] {
				sum.known++
				continue
			}
			wanted[own[i].like()]++
		}
		if len(wanted) == 0 {
			return nil
		}
		for _, other := range others {
			err := other.chunks(func(rows []row) error {
				sum.alike += countAlike(own, wanted, rows)
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return sum, err
}

// markKnown marks the rows that have an id in the other list; both are in order.
func markKnown(own []row, known []bool, rows []row) {
	for i, j := 0, 0; i < len(own) && j < len(rows); {
		switch c := compareIDs(&own[i], &rows[j]); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			known[i] = true
			i++
		}
	}
}

// countAlike takes each row of the others that has no id among the own ones for one that looks like it.
func countAlike(own []row, wanted map[[8]byte]int, rows []row) int {
	n := 0
	for i, j := 0, 0; j < len(rows); {
		for i < len(own) && compareIDs(&own[i], &rows[j]) < 0 {
			i++
		}
		same := i < len(own) && compareIDs(&own[i], &rows[j]) == 0
		if like := rows[j].like(); !same && wanted[like] > 0 {
			wanted[like]--
			n++
		}
		j++
	}
	return n
}
