package bulk

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/recon/match"
)

// Rulings are what people decided by hand, as the caller reads it.
type Rulings struct {
	// Seek says which records the decisions may name. It is asked about each row of the files, so that a run
	// of any length holds the named ones only.
	Seek func(sources []tillproof.Source) func(*tillproof.Record) bool
	// Find fills in the decisions of a run that holds the records that Seek chose.
	Find func(*tillproof.Run)
}

// ruledRow is a row that a decision names. It stands for itself: no sum has it.
type ruledRow struct {
	at    rowAt
	row   format.Row // as the split has it
	keyed bool
	state [2]tillproof.RowState // by leg: what became of it; open where the leg has not seen it
}

// rulings are the decisions under way.
type rulings struct {
	run     *tillproof.Run // the named records and nothing else, with the decisions
	rows    [4][]ruledRow  // beside the records of the run
	ids     map[lineID]tillproof.RowRef
	applied []bool // by decision
}

// lineID names a record of one file.
type lineID struct {
	source int32
	id     tillproof.RecordID
}

func lineIDOf(r *tillproof.Record) lineID { return lineID{r.Origin.Source, r.ID} }

// hit is a record that a decision may name.
type hit struct {
	rec tillproof.Record
	at  rowAt
}

// rule finds the rows that decisions name and takes them out of keys and sums. What can be obeyed is decided
// over the named records alone: that is all it depends on.
func (j *job) rule(ctx context.Context) error {
	if j.opt.Rulings.Find == nil {
		return nil
	}
	seek := j.opt.Rulings.Seek(j.sources)
	hits, err := j.seekKept(seek)
	for source := range j.sources {
		if err == nil && j.sources[source].Side != tillproof.Bank && j.scanned[int32(source)].At != nil {
			var more []hit
			more, err = j.seekFile(ctx, int32(source), seek)
			hits = append(hits, more...)
		}
	}
	if err != nil {
		return err
	}
	bank, err := j.seekBank(seek)
	if err != nil {
		return err
	}
	j.rulings = j.newRulings(append(hits, bank...))
	run := j.rulings.run
	j.opt.Rulings.Find(run)
	j.answer.warnings = append(j.answer.warnings, run.Warnings...)
	run.Warnings = nil
	if err := match.CheckDecisions(run); err != nil {
		return err
	}
	j.rulings.applied = make([]bool, len(run.Decisions))
	taken := map[tillproof.RowRef]bool{}
	for i := range run.Decisions {
		d := &run.Decisions[i]
		if !d.Obeyed() {
			j.rulings.applied[i] = true
		}
		for _, ref := range d.Records { // of one that is not obeyed too: what became of them is shown
			if !taken[ref] {
				taken[ref] = true
				j.takeOut(ref)
			}
		}
	}
	j.rulings.forget(taken)
	return nil
}

// seekKept looks through the records that were kept.
func (j *job) seekKept(seek func(*tillproof.Record) bool) ([]hit, error) {
	var hits []hit
	places := map[origin]bool{}
	err := j.records.each(func(at int64, r *tillproof.Record) {
		place := rowAt{r.Origin.Source, true, at}
		if !j.isGone(place) && seek(r) {
			if !places[originOf(r)] { // else it is of a reading that was given up, or of the one after it
				hits = append(hits, hit{*r, place})
			}
			places[originOf(r)] = true
			j.mark(place)
		}
	})
	return hits, err
}

// seekFile looks through the lines of a file that were not kept. The id of a line that stands there more than
// once counts those before it: so equal lines are brought together first.
func (j *job) seekFile(
	ctx context.Context, source int32, seek func(*tillproof.Record) bool,
) ([]hit, error) {
	at := j.scanned[source].At
	found := map[int64]tillproof.Record{}
	var alike *likes
	begin := func() { found = map[int64]tillproof.Record{} }
	alike, err := j.newLikes()
	if err != nil {
		return nil, err
	}
	defer func() { alike.close() }()
	err = j.again(ctx, source, begin, func(row *format.Row) error {
		if row.Record != nil {
			return nil
		}
		r, err := at(row.Offset, 0)
		if err != nil {
			return err
		}
		if seek(&r) {
			found[row.Offset] = r
		}
		return alike.add(row, rowAt{source, false, row.Offset})
	})
	if err != nil {
		return nil, err
	}
	err = alike.groups(func(same []like) error {
		seen := map[tillproof.RecordID]int{}
		for i, l := range same {
			if i > 0 && l.at == same[i-1].at {
				continue // noted by two readings of the file
			}
			delete(found, l.at.offset)
			r, _, err := numbered(at, l.at.offset, seen)
			if err != nil {
				return err
			}
			if seek(&r) {
				found[l.at.offset] = r
			}
		}
		return ctx.Err()
	})
	var hits []hit
	for offset, r := range found {
		if place := (rowAt{source, false, offset}); !j.isGone(place) {
			hits = append(hits, hit{r, place})
		}
	}
	return hits, err
}

func (j *job) seekBank(seek func(*tillproof.Record) bool) ([]hit, error) {
	var hits []hit
	err := j.bank.each(func(_ int64, r *tillproof.Record) {
		if seek(r) {
			hits = append(hits, hit{rec: *r})
		}
	})
	return hits, err
}

func (j *job) newRulings(hits []hit) *rulings {
	slices.SortFunc(hits, func(a, b hit) int {
		x, y := originOf(&a.rec), originOf(&b.rec)
		return cmp.Or(cmp.Compare(x.source, y.source), cmp.Compare(x.part, y.part),
			cmp.Compare(x.line, y.line), slices.Compare(a.rec.ID[:], b.rec.ID[:]))
	})
	r := &rulings{
		run: &tillproof.Run{Policy: j.policy, Sources: slices.Clone(j.sources)},
		ids: map[lineID]tillproof.RowRef{},
	}
	for i := range r.run.Sources {
		r.run.Sources[i].Unread = 0 // a side has rows, whether one of them is named or not
	}
	for _, h := range hits {
		side := j.sources[h.rec.Origin.Source].Side
		row := format.RowOf(&h.rec, h.at.offset)
		r.ids[lineIDOf(&h.rec)] = tillproof.RowRef{Side: side, N: int32(len(r.rows[side]))}
		r.rows[side] = append(r.rows[side], ruledRow{at: h.at, row: row, keyed: keyedRow(&row)})
		j.nameCurrency(&h.rec)
		r.run.Records[side] = append(r.run.Records[side], h.rec)
	}
	return r
}

// forget drops the names of rows about which nothing was ruled.
func (r *rulings) forget(taken map[tillproof.RowRef]bool) {
	for id, ref := range r.ids {
		if !taken[ref] {
			delete(r.ids, id)
		}
	}
}

// keyedRow reports whether the split files a row under a key or, though it moves nothing, leaves it over.
func keyedRow(r *format.Row) bool {
	if adjusts(r) {
		return true
	}
	rrn := r.RRN
	if class := classOf(r.Kind); class == voidClass && len(r.Original) > 0 {
		rrn = r.Original
	}
	_, keyed := packRRN(rrn)
	if v, ok := digits(r.Terminal); len(r.Terminal) == 0 || ok && v == 0 && len(r.Terminal) <= maxTerm {
		return false
	}
	return keyed && !allZero(r.Merchant) && max(r.Amount, -r.Amount) <= maxAmount
}

// takeOut takes a named row out of its key, and out of the sum that it is part of.
func (j *job) takeOut(ref tillproof.RowRef) {
	r := &j.rulings.rows[ref.Side][ref.N]
	if ref.Side == tillproof.Bank {
		return
	}
	row := &r.row
	acquirer := ref.Side == tillproof.Acquirer
	class := filedClass(row, acquirer)
	if acquirer {
		j.takeFromSums(row)
	}
	switch {
	case class == noClass && (acquirer || !r.keyed):
		if !acquirer {
			j.left.add(j.currencies.id(row.Currency), -1, -row.Amount)
		}
		o := open{offset: int64(ref.N), reading: j.live[r.at.source], flags: namedFlag}
		o.merchant = j.merchants.ids[string(row.Merchant)]
		if acquirer {
			o.flags |= acquirerFlag
		}
		j.open = append(j.open, o)
	case r.keyed:
		j.mark(r.at)
	}
}

// filedClass is the class under which the split files a row.
func filedClass(r *format.Row, acquirer bool) uint8 {
	if r.Status == tillproof.Posted || r.Status == tillproof.UnknownOutcome && !acquirer {
		return classOf(r.Kind)
	}
	return noClass
}

// takeFromSums takes a row of the report out of its deposit's sums, or out of those that move nothing.
func (j *job) takeFromSums(row *format.Row) {
	cur := j.currencies.id(row.Currency)
	if row.Status != tillproof.Posted || row.Kind == tillproof.PreAuth {
		j.leftAcquirer.add(cur, -1, -row.Amount)
		return
	}
	c := j.cells.at(j.cellOf(row.Record, j.live[row.Record.Origin.Source]))
	c.n--
	c.gross -= row.Amount
	c.fee -= row.Fee
	c.due -= dueOf(row)
}

func (j *job) mark(at rowAt) {
	if j.ruled == nil {
		j.ruled = map[rowAt]bool{}
	}
	j.ruled[at] = true
}

// named is the place of a record among those that were named; false where nothing was ruled about it.
func (r *rulings) named(rec *tillproof.Record) (tillproof.RowRef, bool) {
	if r == nil {
		return tillproof.RowRef{}, false
	}
	ref, ok := r.ids[lineIDOf(rec)]
	return ref, ok
}

// of gives a part of the run the decisions about its records. Those to match or to part are whole, or belong
// to the other leg.
func (r *rulings) of(run *tillproof.Run) (decisions []tillproof.Decision, from []int) {
	if r == nil {
		return nil, nil
	}
	at := map[tillproof.RowRef]tillproof.RowRef{}
	for _, side := range tillproof.Sides {
		for i := range run.Records[side] {
			if ref, ok := r.named(&run.Records[side][i]); ok {
				at[ref] = tillproof.RowRef{Side: side, N: int32(i)}
			}
		}
	}
	if len(at) == 0 {
		return nil, nil
	}
	for i := range r.run.Decisions {
		d := r.run.Decisions[i]
		if !d.Obeyed() {
			continue
		}
		one := d
		one.Named, one.Records = nil, nil
		for _, ref := range d.Records {
			if here, ok := at[ref]; ok {
				one.Named = append(one.Named, r.run.Record(ref).ID.String())
				one.Records = append(one.Records, here)
			}
		}
		whole := len(one.Records) == len(d.Records)
		if whole || len(one.Records) > 0 && d.Ruling == tillproof.RuleExclude {
			decisions, from = append(decisions, one), append(from, i)
		}
	}
	return decisions, from
}

// joined makes one rank of those whose rows a decision names together, so that one part has them.
func (r *rulings) joined(j *job, rank func(*open) string) func(*open) string {
	if r == nil {
		return rank
	}
	to := map[string]string{}
	top := func(s string) string {
		for to[s] != s {
			if _, known := to[s]; !known {
				return s
			}
			s = to[s]
		}
		return s
	}
	for i := range r.run.Decisions {
		if !r.run.Decisions[i].Obeyed() {
			continue
		}
		first := ""
		for k, ref := range r.run.Decisions[i].Records {
			if ref.Side == tillproof.Bank {
				continue
			}
			id := j.merchants.ids[string(r.run.Record(ref).Refs.Merchant)]
			name := top(rank(&open{merchant: id}))
			if k == 0 {
				first = name
			}
			low, high := min(first, name), max(first, name)
			to[high], to[low] = low, low
			first = low
		}
	}
	return func(o *open) string { return top(rank(o)) }
}

// ofReport are the rows of the report about which people ruled, and their merchants.
func (r *rulings) ofReport() (rows []tillproof.Record, merchants map[tillproof.MerchantID]bool) {
	if r == nil {
		return nil, nil
	}
	merchants = map[tillproof.MerchantID]bool{}
	for i := range r.run.Records[tillproof.Acquirer] {
		rec := &r.run.Records[tillproof.Acquirer][i]
		if _, ok := r.named(rec); ok {
			rows = append(rows, *rec)
			merchants[rec.Refs.Merchant] = true
		}
	}
	return rows, merchants
}

// addStates counts the rows of the report about which people ruled.
func (r *rulings) addStates(to *byStatus, c *currencies) {
	if r == nil {
		return
	}
	for i := range r.rows[tillproof.Acquirer] {
		rec := &r.run.Records[tillproof.Acquirer][i]
		if _, ok := r.named(rec); ok {
			row := &r.rows[tillproof.Acquirer][i]
			to[row.stateOf().Status].add(c.id(row.row.Currency), 1, row.row.Amount)
		}
	}
}

// learn takes over what became of the decisions of a part.
func (r *rulings) learn(run *tillproof.Run, from []int, leg int) {
	if r == nil {
		return
	}
	for k, i := range from {
		d := &r.run.Decisions[i]
		r.applied[i] = true
		if d.Obeyed() {
			d.Misfit = run.Decisions[k].Misfit
		}
	}
	for _, side := range tillproof.Sides {
		for i := range run.Records[side] {
			if ref, ok := r.named(&run.Records[side][i]); ok {
				r.rows[ref.Side][ref.N].state[leg] = run.States[side][i]
			}
		}
	}
}

// stateOf is what became of a named row: the worse of both legs, or that it had nothing to be compared with.
func (r *ruledRow) stateOf() tillproof.RowState {
	st := r.state[0]
	if r.state[1].Status > st.Status {
		st = r.state[1]
	}
	if st.Status == tillproof.Open {
		return tillproof.RowState{
			Status: tillproof.Excluded, Reason: "match.excluded.alone", Expected: tillproof.NoDate,
		}
	}
	return st
}

// showRulings puts the decisions, with as many of their records as a report shows, into the run of the
// report. One that was found to be obeyed and that no part has seen is a fault of the program.
func (j *job) showRulings(to *tillproof.Run) error {
	if j.rulings == nil {
		return nil
	}
	from := j.rulings.run
	for i := range from.Decisions {
		if !j.rulings.applied[i] {
			return &tillproof.Error{
				Op: "check", Kind: tillproof.KindInternal, Code: "recon.bulk.ruling",
				Params: tillproof.Params{"line": strconv.Itoa(from.Decisions[i].Place.Line)},
			}
		}
		d := from.Decisions[i]
		d.Records = nil
		for _, ref := range from.Decisions[i].Records[:min(len(from.Decisions[i].Records), maxShownRows)] {
			d.Records = append(d.Records, tillproof.RowRef{
				Side: ref.Side, N: int32(len(to.Records[ref.Side])),
			})
			to.Records[ref.Side] = append(to.Records[ref.Side], *from.Record(ref))
			to.States[ref.Side] = append(to.States[ref.Side], j.rulings.rows[ref.Side][ref.N].stateOf())
		}
		to.Decisions = append(to.Decisions, d)
	}
	return nil
}
