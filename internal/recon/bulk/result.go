package bulk

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"

	"github.com/tillproof/tillproof"
)

// Result is a folder of lists that a reconciliation has left, opened for questions about single rows.
type Result struct {
	Sources []ResultSource
	dir     string
	f       *os.File
	t       trailer
	first   []int64 // of each partition: the pairs before it
	idsAt   int64
}

// ResultSource is a file of the reconciliation.
type ResultSource struct {
	File, Side string
	Digest     string // SHA-256 in hexadecimal digits
}

// Pair is where the two rows of a matched pair stand.
type Pair struct {
	Terminal, Acquirer Place
}

// Place is a row of a file: the file's place among the sources, and the byte at which the line begins, below
// 0 where only the line is known, or neither.
type Place struct {
	Source int
	Offset int64
	Line   int // from 1; 0: not known
}

// Listed is a row of one of the lists.
type Listed struct {
	List    string
	Columns []string
	Cells   []string
}

// ErrResult is a file that is no result, or a broken one.
var ErrResult = errors.New("not a result of tillproof")

// maxTrailer bounds what the end of a broken file can ask for.
const maxTrailer = 16 << 20

// OpenResult opens the result in a folder.
func OpenResult(dir string) (*Result, error) {
	f, err := os.Open(filepath.Join(dir, indexName))
	if err != nil {
		return nil, err
	}
	r := &Result{dir: dir, f: f}
	if err := r.open(); err != nil {
		_ = f.Close() // only read
		return nil, err
	}
	return r, nil
}

func (r *Result) open() error {
	info, err := r.f.Stat()
	if err != nil {
		return err
	}
	mark, tail := make([]byte, len(indexMark)), make([]byte, 8)
	if _, err := r.f.ReadAt(mark, 0); err != nil || string(mark) != indexMark {
		return ErrResult
	}
	end := info.Size() - int64(len(tail))
	if _, err := r.f.ReadAt(tail, end); err != nil {
		return ErrResult
	}
	size := binary.LittleEndian.Uint64(tail)
	if size > maxTrailer || int64(size) > end-int64(len(mark)) {
		return ErrResult
	}
	text := make([]byte, size)
	if _, err := r.f.ReadAt(text, end-int64(size)); err != nil {
		return fmt.Errorf("read the trailer: %w", err)
	}
	if err := json.Unmarshal(text, &r.t); err != nil || r.t.Version != 1 || len(r.t.Pairs) != partitions {
		return ErrResult
	}
	r.idsAt = int64(len(mark))
	for _, n := range r.t.Pairs {
		r.first = append(r.first, (r.idsAt-int64(len(mark)))/pairSize)
		r.idsAt += n * pairSize
	}
	if r.idsAt+r.t.IDs*idSize != end-int64(size) {
		return ErrResult
	}
	for _, s := range r.t.Sources {
		r.Sources = append(r.Sources, ResultSource(s))
	}
	return nil
}

// Close lets go of the file.
func (r *Result) Close() error { return r.f.Close() }

// Pairs are the matched pairs of a key; more than one only where two keys share a hash.
func (r *Result) Pairs(merchant, terminal, rrn string) ([]Pair, error) {
	hash := HashOf(merchant, terminal, rrn)
	part := hash >> (64 - partitionBits)
	n, from := int(r.t.Pairs[part]), r.first[part]
	var fault error
	at := func(i int) (b [pairSize]byte) {
		if _, err := r.f.ReadAt(b[:], int64(len(indexMark))+(from+int64(i))*pairSize); err != nil {
			fault = err
		}
		return b
	}
	hashAt := func(i int) uint64 { b := at(i); return binary.LittleEndian.Uint64(b[:]) }
	var out []Pair
	for i := sort.Search(n, func(i int) bool { return hashAt(i) >= hash }); i < n && fault == nil; i++ {
		b := at(i)
		if binary.LittleEndian.Uint64(b[:]) != hash {
			break
		}
		out = append(out, Pair{
			placeOfWord(binary.LittleEndian.Uint64(b[8:])), placeOfWord(binary.LittleEndian.Uint64(b[16:])),
		})
	}
	return out, fault
}

func placeOfWord(w uint64) Place {
	p := Place{Source: int(w >> 40 & 0xff), Offset: int64(w & (1<<40 - 1))}
	switch {
	case w&byLine != 0:
		p.Line, p.Offset = int(p.Offset), -1
	case p.Offset == noOffset:
		p.Offset = -1
	}
	return p
}

// maxListed bounds the rows of lists that speak of one record.
const maxListed = 32

// Records finds the rows of the lists that speak of a record, in the order of the lists: what a person ruled
// comes last.
func (r *Result) Records(id tillproof.RecordID) ([]Listed, error) {
	var fault error
	at := func(i int) (b [idSize]byte) {
		if _, err := r.f.ReadAt(b[:], r.idsAt+int64(i)*idSize); err != nil {
			fault = err
		}
		return b
	}
	n := int(r.t.IDs)
	i := sort.Search(n, func(i int) bool { b := at(i); return bytes.Compare(b[:len(id)], id[:]) >= 0 })
	var out []Listed
	for ; i < n && len(out) < maxListed; i++ {
		b := at(i)
		if fault != nil || !bytes.Equal(b[:len(id)], id[:]) {
			break
		}
		w := binary.LittleEndian.Uint64(b[len(id):])
		if int(w&0xff) >= len(r.t.Lists) {
			return nil, ErrResult
		}
		l, err := r.row(r.t.Lists[w&0xff], int64(w>>8))
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, fault
}

// row reads one row of a list.
func (r *Result) row(list string, n int64) (Listed, error) {
	f, err := os.Open(filepath.Join(r.dir, filepath.Base(list)+".csv"))
	if err != nil {
		return Listed{}, err
	}
	defer func() { _ = f.Close() }() // only read
	c := csv.NewReader(f)
	head, err := c.Read()
	for err == nil {
		var cells []string
		if cells, err = c.Read(); err == nil {
			if n == 0 {
				return Listed{list, head, cells}, nil
			}
			n--
		}
	}
	if errors.Is(err, io.EOF) {
		err = ErrResult
	}
	return Listed{}, err
}
