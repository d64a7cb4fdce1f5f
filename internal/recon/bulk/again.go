package bulk

import (
	"context"
	"sync"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// rowAt names a row between the passes: the byte at which its line begins or, where its record was kept, the
// place in the temporary file.
type rowAt struct {
	source int32
	kept   bool
	offset int64
}

// pack writes a row's place into one word: of one file and kind, they stand in the order of their lines.
func (at rowAt) pack() uint64 {
	word := uint64(at.offset) | uint64(uint16(at.source))<<40
	if at.kept {
		word |= 1 << 63
	}
	return word
}

func unpackAt(word uint64) rowAt {
	return rowAt{int32(word >> 40 & 0x7fff), word>>63 == 1, int64(word & (1<<40 - 1))}
}

func (j *job) atOf(e *entry) rowAt {
	return rowAt{j.readings[e.source].source, e.flags&recordFlag != 0, e.offset}
}

// counts reports whether an entry is of a reading that holds, and no other file shows its line.
func (j *job) counts(e *entry) bool {
	return !j.readings[e.source].dead && (j.gone == nil || !j.isGone(j.atOf(e)))
}

// ruledOut reports whether a person ruled about the row: only the room of matching may join it.
func (j *job) ruledOut(e *entry) bool { return j.ruled != nil && j.ruled[j.atOf(e)] }

// visit is told rows of one file; those whose record was kept come with it.
type visit func(r *format.Row) error

// again goes through a file once more. The visits come one after the other, in no order that means anything;
// begin is called before the first, and again where the file turns out to need another way.
func (j *job) again(ctx context.Context, source int32, begin func(), each visit) error {
	begin()
	var mu sync.Mutex
	_, err := j.inputs[source].Scan(ctx, source, func(_ int, rows []format.Row) error {
		mu.Lock()
		defer mu.Unlock()
		if len(rows) == 0 {
			begin()
		}
		for i := range rows {
			if err := each(&rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// origin is a line of a file.
type origin struct{ source, part, line int32 }

func originOf(r *tillproof.Record) origin {
	return origin{r.Origin.Source, r.Origin.Part, r.Origin.Line}
}
