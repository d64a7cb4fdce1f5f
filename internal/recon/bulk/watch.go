package bulk

import (
	"cmp"
	"context"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/recon/match"
)

// watchMemory is the cap from which on rules are run: what they remember of a log of the most rows takes up
// to 300 MB beside what the run itself holds.
const watchMemory = 448 << 20

// Watcher looks for oddities in the rows of the log, as the caller does it.
type Watcher struct {
	Most  int64 // rows that it takes
	Begin func(rows int64) error
	// Add hears of each row of the log and, aside, of each sale that the report alone shows, in no order.
	Add func(ref int64, r *tillproof.Record, undone, aside bool)
	// Look answers the references of the rows that Tell names.
	Look func() ([]int64, error)
	// Tell puts the findings into the run, which holds those rows.
	Tell func(run *tillproof.Run, rows map[int64]tillproof.RowRef, booked map[tillproof.RowRef]bool) error
}

// watching is what the passes leave for the rules.
type watching struct {
	undone []uint64        // voided sales that the keys alone decided, see rowAt.pack
	fates  []fate          // rows of the log that were left over
	booked map[origin]bool // rows of the log whose money a break counts
	asides records         // sales that the report alone shows
	states []asideState    // of those
}

// fate is what became of a row that was left over.
type fate struct {
	at    origin
	state tillproof.RowState
}

type asideState struct {
	at    int64
	state tillproof.RowState
}

// planWatch decides whether rules are run.
func (j *job) planWatch(context.Context) error {
	rows := int64(0)
	for _, c := range j.total[tillproof.Terminal].by {
		rows += c.n
	}
	if j.opt.Watch.Begin == nil || rows == 0 || rows > j.opt.Watch.Most || j.opt.Memory < watchMemory {
		return nil
	}
	j.watched = &watching{booked: map[origin]bool{}, asides: records{file: j.asideFile, most: recordBuffer}}
	j.answer.Watched = true
	return j.opt.Watch.Begin(rows)
}

// noteUndone remembers a sale that its key alone shows to be voided.
func (w *joiner) noteUndone(sale *entry) {
	if w.job.watched != nil {
		w.undone = append(w.undone, w.job.atOf(sale).pack())
	}
}

// noteVoided remembers a sale whose only void stands under its key, where there is no report.
func (w *joiner) noteVoided(rows []entry) {
	var sale, void *entry
	n := 0
	for i := range rows {
		switch e := &rows[i]; e.class() {
		case saleClass:
			sale = e
			n++
		case voidClass:
			void = e
			n++
		}
	}
	if n == 2 && sale != nil && void != nil && undoes(void, sale) {
		w.noteUndone(sale)
	}
}

// undoneReasons are those of sales of which nothing stands.
var undoneReasons = [...]string{"match.excluded.voided", "match.excluded.reversed"}

func isUndone(st tillproof.RowState) bool { return slices.Contains(undoneReasons[:], st.Reason) }

// learn takes over what the room of matching says about the rows of a part.
func (w *watching) learn(run *tillproof.Run) error {
	if w == nil {
		return nil
	}
	for i, st := range run.States[tillproof.Terminal] {
		w.fates = append(w.fates, fate{originOf(&run.Records[tillproof.Terminal][i]), st})
	}
	for i := range run.Breaks {
		b := &run.Breaks[i]
		if bucket, part, _ := tillproof.LossOfBreak(*b); bucket == tillproof.BucketNone ||
			part == tillproof.PartFees {
			continue
		}
		for _, ref := range b.Records {
			w.booked[originOf(run.Record(ref))] = true
		}
	}
	paired := map[int32]bool{}
	for _, m := range run.Matches {
		paired[m.Right.N] = true
	}
	var buf []byte
	for i := range run.Records[tillproof.Acquirer] {
		r, st := &run.Records[tillproof.Acquirer][i], run.States[tillproof.Acquirer][i]
		if paired[int32(i)] || classOf(r.Kind) != saleClass || r.Status != tillproof.Posted ||
			r.Amount.Minor() <= 0 || isUndone(st) {
			continue
		}
		buf = appendRecord(append(buf[:0], 0, 0, 0, 0), r)
		at, err := w.asides.add(buf)
		if err != nil {
			return err
		}
		w.states = append(w.states, asideState{at, st})
	}
	return nil
}

// watch sends the log through the rules, and shows what they find.
func (j *job) watch(ctx context.Context) error {
	w := j.watched
	if w == nil {
		return nil
	}
	slices.Sort(w.undone)
	slices.SortFunc(w.fates, func(a, b fate) int { return compareOrigins(a.at, b.at) })
	if err := j.watchLog(ctx); err != nil {
		return err
	}
	n := int64(0)
	err := w.asides.each(func(_ int64, r *tillproof.Record) {
		n++
		j.opt.Watch.Add(-n, r, false, true)
	})
	if err != nil {
		return err
	}
	refs, err := j.opt.Watch.Look()
	if err != nil {
		return err
	}
	rows, booked, err := j.showWatched(refs)
	if err != nil {
		return err
	}
	return j.opt.Watch.Tell(j.answer.shownRun(), rows, booked)
}

func compareOrigins(a, b origin) int {
	return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.part, b.part), cmp.Compare(a.line, b.line))
}

// watchRef is the reference of a row of the log: its place, with the mark of a kept record moved out of the
// sign.
func watchRef(at rowAt) int64 {
	word := at.pack()
	return int64(word&^(1<<63) | word>>63<<62)
}

func watchedAt(ref int64) rowAt {
	word := uint64(ref)
	return unpackAt(word&^(1<<62) | word>>62<<63)
}

// watchLog reads the log once more, as records.
func (j *job) watchLog(ctx context.Context) error {
	for source := range j.sources {
		s := j.scanned[int32(source)]
		if j.sources[source].Side != tillproof.Terminal || s.At == nil {
			continue
		}
		var places []int64
		err := j.again(ctx, int32(source), func() { places = places[:0] }, func(row *format.Row) error {
			if row.Record == nil {
				places = append(places, row.Offset)
			}
			return nil
		})
		if err != nil {
			return err
		}
		slices.Sort(places)
		for _, offset := range places {
			at := rowAt{int32(source), false, offset}
			if j.isGone(at) {
				continue
			}
			r, err := s.At(offset, 0)
			if err := cmp.Or(err, ctx.Err()); err != nil {
				return err
			}
			j.watchRow(at, &r)
		}
	}
	seen := map[origin]bool{}
	return j.records.each(func(at int64, r *tillproof.Record) {
		place := rowAt{r.Origin.Source, true, at}
		if j.sources[place.source].Side != tillproof.Terminal || seen[originOf(r)] || j.isGone(place) {
			return // or it is of a reading that was given up
		}
		seen[originOf(r)] = true
		j.watchRow(place, r)
	})
}

func (j *job) watchRow(at rowAt, r *tillproof.Record) {
	j.nameCurrency(r)
	j.opt.Watch.Add(watchRef(at), r, isUndone(j.fateOf(at, r)), false)
}

// fateOf is what became of a row of the log.
func (j *job) fateOf(at rowAt, r *tillproof.Record) tillproof.RowState {
	w := j.watched
	here := originOf(r)
	i, found := slices.BinarySearchFunc(w.fates, here, func(f fate, at origin) int {
		return compareOrigins(f.at, at)
	})
	if found {
		return w.fates[i].state
	}
	st := tillproof.RowState{Status: tillproof.Excluded, Expected: tillproof.NoDate}
	_, undone := slices.BinarySearch(w.undone, at.pack())
	switch reason := match.Unsettled(r); {
	case reason != "":
		st.Reason = reason
	case undone || classOf(r.Kind) == voidClass:
		st.Reason = undoneReasons[0]
	case j.alone == tillproof.Terminal:
		st.Reason = "match.excluded.alone"
	default:
		st.Status = tillproof.Matched
	}
	return st
}

// showWatched puts the rows that findings name into the run of the report.
func (j *job) showWatched(refs []int64) (
	rows map[int64]tillproof.RowRef, booked map[tillproof.RowRef]bool, err error,
) {
	to := j.answer.shownRun()
	rows, booked = map[int64]tillproof.RowRef{}, map[tillproof.RowRef]bool{}
	kept, asides := j.records.reader(), j.watched.asides.reader()
	seen := map[lineID]int{}
	for _, ref := range refs {
		side := tillproof.Terminal
		var r tillproof.Record
		var st tillproof.RowState
		if ref < 0 {
			side = tillproof.Acquirer
			a := j.watched.states[-ref-1]
			r, err = asides.get(a.at)
			st = a.state
		} else {
			at := watchedAt(ref)
			r, err = j.watchedRow(at, kept, seen)
			st = j.fateOf(at, &r)
		}
		if err != nil {
			return nil, nil, err
		}
		j.nameCurrency(&r)
		row := tillproof.RowRef{Side: side, N: int32(len(to.Records[side]))}
		to.Records[side], to.States[side] = append(to.Records[side], r), append(to.States[side], st)
		rows[ref], booked[row] = row, j.watched.booked[originOf(&r)]
	}
	return rows, booked, nil
}

// watchedRow is the record of a row. Equal lines are counted among those that are shown.
func (j *job) watchedRow(
	at rowAt, kept *recordReader, seen map[lineID]int,
) (tillproof.Record, error) {
	if at.kept {
		return kept.get(at.offset)
	}
	r, err := j.scanned[at.source].At(at.offset, 0)
	if err != nil {
		return r, err
	}
	line := lineIDOf(&r)
	nth := seen[line] + j.before[at]
	seen[line]++
	if nth > 0 {
		return j.scanned[at.source].At(at.offset, nth)
	}
	return r, nil
}
