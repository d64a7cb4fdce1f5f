package bulk

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// The bounds of the fee tables. They are no share of the memory, so that what comes out depends on the files
// alone. A report of more merchants than a person reads tables of has none.
const (
	maxFeeMerchants = 64
	maxFeeRows      = 100_000   // of one merchant: as records they take some 50 MB
	maxFeeTotal     = 2_000_000 // of all merchants: eight bytes each are held
)

// feeTables gathers the rows of the report, merchant by merchant, for the room that finds the tariffs.
type feeTables struct {
	merchants map[string]*feeRows
	of        []*feeRows // by the merchant's number; nil for those of whom no table is made
	kinds     []uint64   // of rows that show no card kind: that of the log's row, see feePlace
	seen      []uint64   // the rows that came with the leftovers
}

// feeRows are those of a merchant, as records in the temporary file.
type feeRows struct {
	rows   int64 // that the report has
	buf    []byte
	chunks []chunk
}

// feePlace is a row with three bits to spare: its file 16, whether its record was kept, where it stands 40.
func feePlace(at rowAt) uint64 {
	p := uint64(uint16(at.source))<<48 | uint64(at.offset)<<feeBits&(1<<47-1)
	if at.kept {
		p |= 1 << 47
	}
	return p
}

const feeBits = 3

// planFees chooses the merchants of whom a table is made.
func (j *job) planFees(context.Context) error {
	rows := map[uint32]int64{}
	total := int64(0)
	for i := range j.cells.list {
		c := &j.cells.list[i]
		rows[c.key.merchant()] += c.n
		total += c.n
	}
	if j.opt.Fees == nil || total == 0 {
		return nil
	}
	if len(rows) > maxFeeMerchants || total > maxFeeTotal {
		j.answer.warn(tillproof.Note{Code: "recon.bulk.no_fees", Params: tillproof.Params{
			"merchants": strconv.Itoa(maxFeeMerchants), "rows": strconv.Itoa(maxFeeTotal),
		}})
		return nil
	}
	f := &feeTables{merchants: map[string]*feeRows{}, of: make([]*feeRows, len(j.merchants.texts))}
	left := 0
	for id, n := range rows {
		if n > maxFeeRows {
			left++
			continue
		}
		m := &feeRows{rows: n}
		f.merchants[j.merchants.text(id)], f.of[id] = m, m
	}
	if left > 0 {
		j.answer.warn(tillproof.Note{Code: "recon.bulk.long_fees", Params: tillproof.Params{
			"n": strconv.Itoa(left), "rows": strconv.Itoa(maxFeeRows),
		}})
	}
	j.tables = f
	return nil
}

// kind notes the card kind of a pair of which the report shows none.
func (w *joiner) kind(t, a *entry) {
	f := w.job.tables
	if f == nil || a.card>>kindShift != 0 || t.card>>kindShift == 0 || f.of[a.merchant] == nil {
		return
	}
	w.kinds = append(w.kinds, feePlace(w.job.atOf(a))|uint64(t.card>>kindShift))
}

// leftOver takes the rows of the report that went through the room of matching, but those that were taken
// back.
func (f *feeTables) leftOver(j *job, run *tillproof.Run) error {
	if f == nil {
		return nil
	}
	kinds := map[int32]tillproof.CardKind{}
	for _, m := range run.Matches {
		kinds[m.Right.N] = run.Record(m.Left).Card.Kind
	}
	for i := range run.Records[tillproof.Acquirer] {
		r := run.Records[tillproof.Acquirer][i]
		switch run.States[tillproof.Acquirer][i].Reason {
		case "match.excluded.taken_back", "match.excluded.voided", "match.excluded.reversed":
			continue
		}
		if err := f.add(j, &r, kinds[int32(i)]); err != nil {
			return err
		}
	}
	return nil
}

func (f *feeTables) add(j *job, r *tillproof.Record, kind tillproof.CardKind) error {
	m := f.merchants[string(r.Refs.Merchant)]
	if m == nil {
		return nil
	}
	if r.Card.Kind == tillproof.CardUnknown {
		r.Card.Kind = kind
	}
	m.buf = appendRecord(m.buf, r)
	if len(m.buf) < fetchChunk {
		return nil
	}
	return m.write(j)
}

func (m *feeRows) write(j *job) error {
	if len(m.buf) == 0 {
		return nil
	}
	at, err := j.records.file.put(m.buf)
	m.chunks = append(m.chunks, chunk{at: at, size: int32(len(m.buf))})
	m.buf = m.buf[:0]
	return err
}

// fitFees goes through the report once more and makes the tables, merchant by merchant.
func (j *job) fitFees(ctx context.Context) error {
	f := j.tables
	if f == nil || len(f.merchants) == 0 {
		return nil
	}
	slices.Sort(f.kinds)
	if err := f.rest(ctx, j); err != nil {
		return err
	}
	names := make([]string, 0, len(f.merchants))
	for name := range f.merchants {
		names = append(names, name)
	}
	slices.Sort(names)
	for n, name := range names {
		if err := cmp.Or(f.merchants[name].fit(j), ctx.Err()); err != nil {
			return err
		}
		j.step(passFees, int64(n+1), int64(len(names)))
	}
	return nil
}

// rest adds the rows that did not go through the room of matching: those of pairs, and those that no log
// shows.
func (f *feeTables) rest(ctx context.Context, j *job) error {
	if j.beyond != nil { // the leftovers came
		for _, o := range j.open {
			at := rowAt{j.readings[o.reading].source, o.flags&recordFlag != 0, o.offset}
			if o.flags&namedFlag != 0 {
				at = j.rulings.rows[j.readings[o.reading].side][o.offset].at
			}
			f.seen = append(f.seen, feePlace(at))
		}
		slices.Sort(f.seen)
	}
	for source := range j.sources {
		if s := j.scanned[int32(source)]; j.sources[source].Side != tillproof.Acquirer || s.At == nil {
			continue
		}
		begin, err := f.restart(j)
		if err != nil {
			return err
		}
		err = j.again(ctx, int32(source), begin, func(row *format.Row) error {
			at := rowAt{int32(source), false, row.Offset}
			if row.Record != nil || f.merchants[string(row.Merchant)] == nil || f.has(j, at) {
				return nil
			}
			r, err := j.scanned[int32(source)].At(row.Offset, 0)
			if err != nil {
				return err
			}
			return f.add(j, &r, f.kindOf(at))
		})
		if err != nil {
			return err
		}
	}
	var failed error
	twice := map[lineID]bool{}
	err := j.records.each(func(at int64, r *tillproof.Record) {
		place := rowAt{r.Origin.Source, true, at}
		if j.sources[place.source].Side != tillproof.Acquirer || failed != nil {
			return
		}
		known := twice[lineIDOf(r)] || f.has(j, place)
		if f.merchants[string(r.Refs.Merchant)] != nil {
			twice[lineIDOf(r)] = true
		}
		if !known {
			failed = f.add(j, r, f.kindOf(place))
		}
	})
	return cmp.Or(err, failed)
}

// restart answers what forgets the rows that come from now on.
func (f *feeTables) restart(j *job) (func(), error) {
	from := map[*feeRows]int{}
	for _, m := range f.merchants {
		if err := m.write(j); err != nil {
			return nil, err
		}
		from[m] = len(m.chunks)
	}
	return func() {
		for m, n := range from {
			m.chunks, m.buf = m.chunks[:n], m.buf[:0]
		}
	}, nil
}

// has reports rows that came already, or that count in another file.
func (f *feeTables) has(j *job, at rowAt) bool {
	_, came := slices.BinarySearch(f.seen, feePlace(at))
	return came || j.isGone(at)
}

func (f *feeTables) kindOf(at rowAt) tillproof.CardKind {
	place := feePlace(at)
	i, _ := slices.BinarySearch(f.kinds, place)
	if i < len(f.kinds) && f.kinds[i]>>feeBits == place>>feeBits {
		return tillproof.CardKind(f.kinds[i] & (1<<feeBits - 1))
	}
	return tillproof.CardUnknown
}

// fit makes the tables of a merchant. Rows that the report does not hold are counted.
func (m *feeRows) fit(j *job) error {
	if err := m.write(j); err != nil {
		return err
	}
	run := &tillproof.Run{Policy: j.opt.Policy, Sources: j.sources}
	run.Records[tillproof.Acquirer] = make([]tillproof.Record, 0, m.rows)
	var buf []byte
	for _, c := range m.chunks {
		buf = slices.Grow(buf[:0], int(c.size))[:c.size]
		err := j.records.file.get(buf, c.at)
		if err == nil {
			run.Records[tillproof.Acquirer], err = appendRecords(run.Records[tillproof.Acquirer], buf)
		}
		if err != nil {
			return err
		}
	}
	list := run.Records[tillproof.Acquirer]
	slices.SortFunc(list, func(a, b tillproof.Record) int {
		x, y := originOf(&a), originOf(&b)
		return cmp.Or(cmp.Compare(x.source, y.source), cmp.Compare(x.part, y.part),
			cmp.Compare(x.line, y.line))
	})
	for i := range list {
		j.nameCurrency(&list[i])
	}
	if err := j.opt.Fees(run); err != nil {
		return err
	}
	to := j.answer.shownRun()
	for _, f := range run.Fees {
		for i := range f.Spans {
			s := &f.Spans[i]
			s.OverRows, s.OverUnlisted = nil, len(s.OverRows)
		}
		to.Fees = append(to.Fees, f)
	}
	for _, c := range run.Charges {
		c.Rows, c.Unlisted = nil, len(c.Rows)
		to.Charges = append(to.Charges, c)
	}
	return nil
}
