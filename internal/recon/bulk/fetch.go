package bulk

import (
	"cmp"
	"context"
	"slices"

	"github.com/tillproof/tillproof"
)

// wanted is an open row that its file has to give again.
type wanted struct {
	offset int64
	hash   uint64
	part   int32
}

const (
	// mostWaiting bounds the records of one file that wait to be written to the temporary file.
	mostWaiting = 8 << 20
	// fetchChunk is what is gathered of them for one part, where there are few parts.
	fetchChunk = 32 << 10
)

// fetch brings the open rows back as records: each file once, from its beginning to its end, whatever parts
// its rows belong to. Until their part has its turn they wait in the temporary file.
func (j *job) fetch(ctx context.Context, parts []part) error {
	files := make([][]wanted, len(j.sources))
	for n := range parts {
		parts[n].fetched = make([][]chunk, len(j.sources))
		for _, o := range parts[n].rows {
			if o.flags&(recordFlag|namedFlag) == 0 {
				src := j.readings[o.reading].source
				files[src] = append(files[src], wanted{o.offset, o.hash, int32(n)})
			}
		}
	}
	return inOrder(ctx, len(files), len(j.workers), func(_, src int) (struct{}, error) {
		return struct{}{}, j.sweep(ctx, src, files[src], parts)
	}, func(int, struct{}) error { return nil })
}

// sweep fetches the rows of one file.
func (j *job) sweep(ctx context.Context, src int, rows []wanted, parts []part) error {
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b wanted) int { return cmp.Compare(a.offset, b.offset) })
	ask := asker{
		at: j.scanned[int32(src)].At, twins: twinsOf(rows), seen: map[tillproof.RecordID]int{},
		before: func(offset int64) int { return j.before[rowAt{int32(src), false, offset}] },
	}
	size := min(fetchChunk, mostWaiting/len(parts))
	waiting := make([][]byte, len(parts))
	write := func(part int32) error {
		at, err := j.records.file.put(waiting[part])
		of := parts[part].fetched
		of[src] = append(of[src], chunk{at: at, size: int32(len(waiting[part]))})
		waiting[part] = waiting[part][:0]
		return err
	}
	for i, row := range rows {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r, err := ask.record(row)
		if err != nil {
			return err
		}
		waiting[row.part] = appendRecord(waiting[row.part], &r)
		if len(waiting[row.part]) >= size {
			if err := write(row.part); err != nil {
				return err
			}
		}
	}
	for part := range waiting {
		if len(waiting[part]) > 0 {
			if err := write(int32(part)); err != nil {
				return err
			}
		}
	}
	return nil
}

// asker asks a file for its lines in ascending order.
type asker struct {
	at     func(offset int64, nth int) (tillproof.Record, error)
	twins  map[uint64]bool
	seen   map[tillproof.RecordID]int // rows so far by the id that counts no lines, where hashes are shared
	before func(offset int64) int     // equal lines that count in an earlier export
}

// twinsOf are the hashes that several rows share.
func twinsOf(rows []wanted) map[uint64]bool {
	hashes := make([]uint64, len(rows))
	for i := range rows {
		hashes[i] = rows[i].hash
	}
	slices.Sort(hashes)
	out := map[uint64]bool{}
	for i := 1; i < len(hashes); i++ {
		if hashes[i] == hashes[i-1] {
			out[hashes[i]] = true
		}
	}
	return out
}

// record is the record of a row.
func (a *asker) record(row wanted) (tillproof.Record, error) {
	r, err := a.at(row.offset, 0)
	if err != nil {
		return r, err
	}
	nth := a.before(row.offset)
	if a.twins[row.hash] {
		nth += a.seen[r.ID]
		a.seen[r.ID]++
	}
	if nth == 0 {
		return r, nil
	}
	return a.at(row.offset, nth)
}

// numbered is the record of a line, and its id before equal lines are counted, by which those are known that
// were seen: so a line is read once, or twice where equal ones stand before it, however many they are.
func numbered(
	at func(offset int64, nth int) (tillproof.Record, error), offset int64, seen map[tillproof.RecordID]int,
) (r tillproof.Record, line tillproof.RecordID, err error) {
	if r, err = at(offset, 0); err != nil {
		return r, line, err
	}
	line = r.ID
	nth := seen[line]
	seen[line]++
	if nth > 0 {
		r, err = at(offset, nth)
	}
	return r, line, err
}

// recordsOf puts the records of a part into its run, in the order of the files and their lines.
func (j *job) recordsOf(p *part, run *tillproof.Run) error {
	var buf []byte
	for src, chunks := range p.fetched {
		to := &run.Records[j.sources[src].Side]
		for _, c := range chunks {
			buf = slices.Grow(buf[:0], int(c.size))[:c.size]
			if err := j.records.file.get(buf, c.at); err != nil {
				return err
			}
			var err error
			if *to, err = appendRecords(*to, buf); err != nil {
				return err
			}
		}
	}
	var whole []open
	for _, o := range p.rows {
		switch {
		case o.flags&namedFlag != 0:
			side := j.readings[o.reading].side
			run.Records[side] = append(run.Records[side], *j.rulings.rows[side][o.offset].row.Record)
		case o.flags&recordFlag != 0:
			whole = append(whole, o)
		}
	}
	slices.SortFunc(whole, func(a, b open) int { return cmp.Compare(a.offset, b.offset) })
	in := j.records.reader()
	for _, o := range whole {
		r, err := in.get(o.offset)
		if err != nil {
			return err
		}
		side := j.readings[o.reading].side
		run.Records[side] = append(run.Records[side], r)
	}
	for side := range run.Records {
		list := run.Records[side]
		if len(whole) > 0 {
			slices.SortStableFunc(list, func(a, b tillproof.Record) int {
				return cmp.Or(cmp.Compare(a.Origin.Source, b.Origin.Source),
					cmp.Compare(a.Origin.Part, b.Origin.Part), cmp.Compare(a.Origin.Line, b.Origin.Line))
			})
		}
		for i := range list {
			j.nameCurrency(&list[i])
		}
	}
	return nil
}
