package translog

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"sync"
)

// Source is a log as a store keeps it. Both methods hand over in ascending order what is stored from a key
// on, one after the other, and stop at the first error of the function they are given, which they answer. The
// bytes are the function's only until it returns. Entries may be added meanwhile.
type Source interface {
	Leaves(ctx context.Context, from int64, leaf func(seq int64, entry []byte) error) error
	StoredHashes(ctx context.Context, from int64, each func(index int64, hash []byte) error) error
}

const (
	// batchRows and batchBytes bound what is held of a log at once: a log of any length is verified in fixed
	// memory, and no statement of the store stays open.
	batchRows  = 4000
	batchBytes = 8 << 20
)

// errEnough ends a batch.
var errEnough = errors.New("the batch is full")

// stored is one row of a store: an entry by its number, or a hash by its index.
type stored struct {
	key   int64
	bytes []byte

	number int64 // of an entry: what it calls itself, -1 where it is none
	hash   Hash
}

// reader reads rows in batches, with one row of foresight.
type reader struct {
	scan    func(from int64, each func(key int64, b []byte) error) error
	entries bool // each row is read as an entry
	batch   []stored
	from    int64
	done    bool
	scans   int
	size    int // of the last batch in bytes: about that of the next
}

func newReader(scan func(from int64, each func(key int64, b []byte) error) error, entries bool) *reader {
	const first = math.MinInt64 // a row before the first entry is a finding, too
	return &reader{scan: scan, entries: entries, from: first}
}

// fill makes sure that n rows are at hand, if there are that many.
func (r *reader) fill(n int) error {
	if len(r.batch) >= n || r.done {
		return nil
	}
	r.scans++
	held, old := 0, len(r.batch)
	bytes := make([]byte, 0, r.size+r.size/8) // of all rows of the batch, one allocation instead of thousands
	r.batch = slices.Grow(slices.Clone(r.batch), batchRows)
	err := r.scan(r.from, func(key int64, b []byte) error {
		if held >= n && len(bytes)+len(b) > batchBytes {
			return errEnough
		}
		held++
		bytes = append(bytes, b...)
		r.batch = append(r.batch, stored{key: key, bytes: bytes[len(bytes)-len(b):]})
		if held == batchRows {
			return errEnough
		}
		return nil
	})
	switch {
	case errors.Is(err, errEnough):
	case err != nil:
		return err
	default:
		r.done = true
	}
	r.size = len(bytes)
	if r.entries {
		read(r.batch[old:])
	}
	if len(r.batch) > 0 {
		last := r.batch[len(r.batch)-1].key
		r.from = last + 1
		r.done = r.done || last == math.MaxInt64
	}
	return nil
}

// read reads rows as entries, on every processor: each row by itself, so their order changes nothing.
func read(rows []stored) {
	share := (len(rows) + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0)
	var all sync.WaitGroup
	for part := range slices.Chunk(rows, max(share, 1)) {
		all.Go(func() {
			for i := range part {
				part[i].number, part[i].hash = numberOf(part[i].bytes), EntryHash(part[i].bytes)
			}
		})
	}
	all.Wait()
}

// peek looks at the n-th row from here, 0 for the next one; false where there is none.
func (r *reader) peek(n int) (stored, bool, error) {
	if err := r.fill(n + 1); err != nil || len(r.batch) <= n {
		return stored{}, false, err
	}
	return r.batch[n], true, nil
}

func (r *reader) skip() { r.batch = r.batch[1:] }

// again looks for rows that were added since the last one was read.
func (r *reader) again() { r.done = false }
