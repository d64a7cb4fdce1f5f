package translog

import (
	"context"
	"errors"
	"math"
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
}

// reader reads rows in batches, with one row of foresight.
type reader struct {
	scan  func(from int64, each func(key int64, b []byte) error) error
	batch []stored
	from  int64
	done  bool
	scans int
}

func newReader(scan func(from int64, each func(key int64, b []byte) error) error) *reader {
	return &reader{scan: scan, from: math.MinInt64} // a row before the first is a finding, too
}

// fill makes sure that n rows are at hand, if there are that many.
func (r *reader) fill(n int) error {
	if len(r.batch) >= n || r.done {
		return nil
	}
	r.scans++
	held := 0
	var bytes []byte // of all rows of the batch, one allocation instead of thousands
	err := r.scan(r.from, func(key int64, b []byte) error {
		if held >= n && len(bytes)+len(b) > batchBytes {
			return errEnough
		}
		held++
		bytes = append(bytes, b...)
		r.batch = append(r.batch, stored{key, bytes[len(bytes)-len(b):]})
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
	if len(r.batch) > 0 {
		last := r.batch[len(r.batch)-1].key
		r.from = last + 1
		r.done = r.done || last == math.MaxInt64
	}
	return nil
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
