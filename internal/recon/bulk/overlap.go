package bulk

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// mostGone bounds the lines that two files of a side share: each takes eight bytes until the end.
const mostGone = 8_000_000

// overlap is the search for lines that two files of one side share. The same line of two exports has one id;
// the first file keeps it, as in a run that is held.
type overlap struct {
	job     *job
	days    map[int32][]span // of each file: those that another one shows too
	alike   *likes
	kept    *recordReader
	dropped map[int32]int
	twice   map[lineID]bool // of records that were kept: a reading that was given up has kept them too
	n       int
}

// span is a run of days, both ends included.
type span struct{ from, to tillproof.Date }

// mergeExports keeps each line once. It costs another pass over the files of which the days overlap.
func (j *job) mergeExports(ctx context.Context) error {
	if err := j.mergeStatements(); err != nil {
		return err
	}
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		o := &overlap{
			job: j, days: j.sharedDays(side), kept: j.records.reader(),
			dropped: map[int32]int{}, twice: map[lineID]bool{},
		}
		if len(o.days) == 0 {
			continue
		}
		if err := o.search(ctx); err != nil {
			return err
		}
		for n := range j.sources {
			if dropped := o.dropped[int32(n)]; dropped > 0 {
				j.answer.warn(tillproof.Note{Code: "recon.overlap", Params: tillproof.Params{
					"n": strconv.Itoa(dropped), "file": j.sources[n].File,
				}})
			}
		}
	}
	for at := range j.gone {
		slices.Sort(j.gone[at])
	}
	if len(j.gone) > 0 {
		j.open = slices.DeleteFunc(j.open, func(o open) bool {
			return j.isGone(rowAt{j.readings[o.reading].source, o.flags&recordFlag != 0, o.offset})
		})
	}
	return nil
}

// sharedDays are the days of each file of a side that others show too. A file that names no day may share
// all of them.
func (j *job) sharedDays(side tillproof.Side) map[int32][]span {
	out := map[int32][]span{}
	for a := range j.sources {
		for b := range j.sources {
			x, y := &j.sources[a], &j.sources[b]
			if a == b || x.Side != side || y.Side != side {
				continue
			}
			s := span{max(x.From, y.From), min(x.To, y.To)}
			if !x.From.Known() || !y.From.Known() {
				s = span{tillproof.NoDate, max(x.To, y.To)}
			}
			if s.from <= s.to {
				out[int32(a)] = append(out[int32(a)], s)
			}
		}
	}
	return out
}

func (o *overlap) search(ctx context.Context) (err error) {
	if o.alike, err = o.job.newLikes(); err != nil {
		return err
	}
	defer o.alike.close()
	for source := range o.days {
		if o.job.scanned[source].At == nil {
			continue
		}
		anew := func() {} // a row that is noted twice is one row
		err := o.job.again(ctx, source, anew, func(r *format.Row) error {
			if r.Record != nil {
				return nil
			}
			return o.note(r, rowAt{source, false, r.Offset})
		})
		if err != nil {
			return err
		}
	}
	var failed error
	err = o.job.records.each(func(at int64, r *tillproof.Record) {
		if row := format.RowOf(r, at); failed == nil {
			failed = o.note(&row, rowAt{r.Origin.Source, true, at})
		}
	})
	if err = cmp.Or(err, failed); err != nil {
		return err
	}
	return o.alike.groups(func(same []like) error { return cmp.Or(o.group(same), ctx.Err()) })
}

// note keeps the fingerprint of a row whose day another file shows too.
func (o *overlap) note(r *format.Row, at rowAt) error {
	day := r.Day()
	if !slices.ContainsFunc(o.days[at.source], func(s span) bool { return s.from <= day && day <= s.to }) {
		return nil
	}
	return o.alike.add(r, at)
}

// group drops the rows that an earlier file has. A row that stays behind equal ones of its file that go is
// told of them, for its id counts them.
func (o *overlap) group(same []like) error {
	if same[0].at.source == same[len(same)-1].at.source {
		return nil
	}
	first := map[tillproof.RecordID]int32{}
	seen, lost := map[tillproof.RecordID]int{}, map[tillproof.RecordID]int{} // of one file
	for i, l := range same {
		if i > 0 && l.at == same[i-1].at {
			continue
		}
		if i == 0 || l.at.source != same[i-1].at.source {
			clear(seen)
			clear(lost)
		}
		r, line, err := o.line(l.at, seen)
		if err != nil {
			return err
		}
		source, known := first[r.ID]
		switch {
		case !known:
			first[r.ID] = l.at.source
			o.remember(l.at, lost[line])
		case source != l.at.source:
			lost[line]++
			if err := o.drop(l.at, &r); err != nil {
				return err
			}
		}
	}
	return nil
}

// line is the record of a row, and what equal lines of its file have in common; nothing for a record that
// was kept, whose id has been counted already.
func (o *overlap) line(
	at rowAt, seen map[tillproof.RecordID]int,
) (r tillproof.Record, line tillproof.RecordID, err error) {
	if at.kept {
		r, err = o.kept.get(at.offset)
		return r, line, err
	}
	return numbered(o.job.scanned[at.source].At, at.offset, seen)
}

// remember keeps how many equal rows before one are gone.
func (o *overlap) remember(at rowAt, gone int) {
	if gone == 0 || at.kept {
		return
	}
	if o.job.before == nil {
		o.job.before = map[rowAt]int{}
	}
	o.job.before[at] = gone
}

// drop takes a row out of everything that the split has put it into.
func (o *overlap) drop(at rowAt, r *tillproof.Record) error {
	j := o.job
	if o.n++; o.n > mostGone {
		return tooMany("recon.bulk.overlap", mostGone)
	}
	if j.gone == nil {
		j.gone = map[rowAt][]int64{}
	}
	file := rowAt{source: at.source, kept: at.kept}
	j.gone[file] = append(j.gone[file], at.offset)
	if at.kept {
		if o.twice[lineIDOf(r)] {
			return nil
		}
		o.twice[lineIDOf(r)] = true
	}
	o.dropped[at.source]++
	side := j.sources[at.source].Side
	row := format.RowOf(r, at.offset)
	cur := j.currencies.id(row.Currency)
	j.total[side].add(cur, -1, -row.Amount)
	switch {
	case side == tillproof.Acquirer:
		j.takeFromSums(&row)
	case filedClass(&row, false) == noClass && !keyedRow(&row):
		j.left.add(cur, -1, -row.Amount)
	}
	return nil
}

// isGone reports a row that stands in another file of its side too.
func (j *job) isGone(at rowAt) bool {
	if j.gone == nil {
		return false
	}
	_, found := slices.BinarySearch(j.gone[rowAt{source: at.source, kept: at.kept}], at.offset)
	return found
}

// mergeStatements does the same for the lines of statements, for which they are held.
func (j *job) mergeStatements() error {
	n := 0
	for _, s := range j.sources {
		if s.Side == tillproof.Bank {
			n++
		}
	}
	if n < 2 || j.opt.Merge == nil {
		return nil
	}
	run := &tillproof.Run{Policy: j.policy, Sources: j.sources}
	lines := &run.Records[tillproof.Bank]
	if err := j.bank.each(func(_ int64, r *tillproof.Record) { *lines = append(*lines, *r) }); err != nil {
		return err
	}
	j.opt.Merge(run)
	j.bank.clear()
	j.bankRows, j.total[tillproof.Bank] = 0, tally{}
	for i := range run.Records[tillproof.Bank] {
		if err := j.keepBank(run.Records[tillproof.Bank][i]); err != nil {
			return err
		}
	}
	for _, w := range run.Warnings {
		j.answer.warn(w)
	}
	return nil
}
