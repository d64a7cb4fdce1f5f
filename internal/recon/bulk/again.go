package bulk

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
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

// mark is what a look at single rows has found out about one.
type mark uint8

const (
	gone mark = iota + 1 // another file of its side shows the same line: the row counts there
	held                 // a person ruled about it: only the room of matching may join it
)

// marked is the mark of an entry, 0 where there is none.
func (j *job) marked(e *entry) mark {
	return j.marks[rowAt{j.readings[e.source].source, e.flags&recordFlag != 0, e.offset}]
}

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

// lineAt is the record of a row of which no line before it counts, or the one that the row bears.
func (j *job) lineAt(source int32, r *format.Row) (tillproof.Record, error) {
	if r.Record != nil {
		return *r.Record, nil
	}
	return j.scanned[source].At(r.Offset)
}

// atOf names a row that was visited. Where its record was kept, placeKept finds the place.
func atOf(source int32, r *format.Row) rowAt { return rowAt{source, r.Record != nil, r.Offset} }

// origin is a line of a file.
type origin struct{ source, part, line int32 }

func originOf(r *tillproof.Record) origin {
	return origin{r.Origin.Source, r.Origin.Part, r.Origin.Line}
}

// keptPlaces finds the places of records that were kept, by the lines on which they stand. One line may have
// several, of a reading that was given up.
func (j *job) keptPlaces(wanted map[origin][]rowAt) error {
	return j.records.each(func(at int64, r *tillproof.Record) {
		if list, ok := wanted[originOf(r)]; ok {
			wanted[originOf(r)] = append(list, rowAt{r.Origin.Source, true, at})
		}
	})
}

// each visits all records in the order in which they were added.
func (s *records) each(visit func(at int64, r *tillproof.Record)) error {
	in := bufio.NewReaderSize(io.NewSectionReader(s.file.file, 0, s.base), recordBuffer)
	var b []byte
	for at := int64(0); at < s.base; {
		var head [4]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return errKept
		}
		n := int(binary.LittleEndian.Uint32(head[:]))
		if cap(b) < n {
			b = make([]byte, n)
		}
		if _, err := io.ReadFull(in, b[:n]); err != nil {
			return errKept
		}
		r, _, err := readRecord(b[:n])
		if err != nil {
			return err
		}
		visit(at, &r)
		at += int64(len(head) + n)
	}
	return nil
}
