package bulk

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// Lists writes the lists of a run that was held as a whole.
func Lists(run *tillproof.Run, dir string) (err error) {
	l, err := newLists(dir)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			l.discard()
		}
	}()
	a := &Answer{Run: run}
	for _, c := range run.Completeness {
		a.Rows[c.Side] = int64(c.Records)
		if c.Side == tillproof.Terminal {
			a.Eligible = int64(c.Records - c.Counts[tillproof.Excluded])
		}
	}
	l.matches(run, a)
	l.breaks(run, a)
	l.decisions(run)
	for i, st := range run.States[tillproof.Terminal] {
		if st.Status == tillproof.Timing {
			l.timing(run, &run.Records[tillproof.Terminal][i], st)
		}
	}
	if err := l.index.finish(run.Sources); err != nil {
		return outError(dir, err)
	}
	return l.keep(a.result())
}

// matches lists the pairs in which nothing differs.
func (l *lists) matches(run *tillproof.Run, a *Answer) {
	type keyed struct {
		hash uint64
		row  []byte
	}
	var index []keyed
	for _, m := range run.Matches {
		if !agrees(run, m) {
			continue
		}
		t, r := run.Record(m.Left), run.Record(m.Right)
		how := howOf(m.Method)
		a.count(how, t, r)
		l.matchedRow(t, r, how)
		if how == howExact {
			hash := HashOf(string(t.Refs.Merchant), string(t.Refs.Terminal), t.Refs.RRN)
			index = append(index, keyed{hash, appendPlaces(nil, hash, &t.Origin, &r.Origin)})
		}
	}
	slices.SortFunc(index, func(x, y keyed) int {
		return cmp.Or(cmp.Compare(x.hash, y.hash), bytes.Compare(x.row, y.row))
	})
	parts := map[int]*output{}
	for _, k := range index {
		part := int(k.hash >> (64 - partitionBits))
		if parts[part] == nil {
			parts[part] = newOutput(0)
		}
		parts[part].index = append(parts[part].index, k.row...)
	}
	for part := range partitions {
		if o := parts[part]; o != nil {
			_ = l.index.add(part, o) // finish answers what could not be written
		}
	}
}

// agrees reports a pair that no break of the log and the report speaks of. The status of its rows may be
// worse for the sake of the deposit.
func agrees(run *tillproof.Run, m tillproof.Match) bool {
	for _, ref := range [...]tillproof.RowRef{m.Left, m.Right} {
		switch run.States[ref.Side][ref.N].Reason {
		case "break." + string(tillproof.AmountMismatch), "break." + string(tillproof.FeeMismatch),
			"break." + string(tillproof.Ambiguous):
			return false
		}
	}
	return true
}

func (l *lists) breaks(run *tillproof.Run, a *Answer) {
	falls := map[tillproof.RowRef]int{}
	for i := range run.Waterfalls {
		for _, ref := range run.Waterfalls[i].Rows {
			falls[ref] = i
		}
		if run.Waterfalls[i].Status != tillproof.Excluded {
			a.Deposits++
		}
	}
	for i := range run.Breaks {
		b := &run.Breaks[i]
		a.countBreak(run, b)
		if b.Leg == tillproof.TerminalAcquirer {
			l.breakRows(run, b)
			continue
		}
		var fall *tillproof.Waterfall
		for _, ref := range b.Records {
			if n, ok := falls[ref]; ok && fall == nil {
				fall = &run.Waterfalls[n]
			}
		}
		l.depositRow(run, b, fall)
	}
}

// breakRows lists a break of log and report: one fee that is wrong in many rows has a line for each of them.
func (l *lists) breakRows(run *tillproof.Run, b *tillproof.Break) {
	if l == nil {
		return
	}
	rows := acquirerRows(b)
	if b.Kind != tillproof.FeeMismatch || len(rows) < 2 {
		l.breakRow(run, b)
		return
	}
	mates := matesOf(run, rows)
	for _, ref := range rows {
		mate, joined := mates[ref]
		one := *b
		one.Records = []tillproof.RowRef{ref}
		if joined {
			one.Records = append(one.Records, mate)
			l.index.listed(run.Record(ref).ID, listOf[b.Kind], l.files[listOf[b.Kind]].n)
		}
		one.Residual = overcharge(run, ref, mate, b.Residual.Currency())
		l.breakRow(run, &one)
	}
}

func acquirerRows(b *tillproof.Break) []tillproof.RowRef {
	var out []tillproof.RowRef
	for _, ref := range b.Records {
		if ref.Side == tillproof.Acquirer {
			out = append(out, ref)
		}
	}
	return out
}

// matesOf are the rows of the log that some rows of the report are joined with.
func matesOf(run *tillproof.Run, rows []tillproof.RowRef) map[tillproof.RowRef]tillproof.RowRef {
	wanted := make(map[tillproof.RowRef]bool, len(rows))
	for _, ref := range rows {
		wanted[ref] = true
	}
	mates := make(map[tillproof.RowRef]tillproof.RowRef, len(rows))
	for _, m := range run.Matches {
		if wanted[m.Right] {
			mates[m.Right] = m.Left
		}
	}
	return mates
}

// overcharge is what a row of the report is charged above the tariff of its card kind; a row that names no
// kind has that of its row of the log.
func overcharge(run *tillproof.Run, ref, mate tillproof.RowRef, cur tillproof.Currency) tillproof.Money {
	r := run.Record(ref)
	kind := r.Card.Kind
	if kind == tillproof.CardUnknown && mate.Side == tillproof.Terminal {
		kind = run.Record(mate).Card.Kind
	}
	tariff, _ := run.Policy.TariffFor(kind)
	agreed, err := tariff.Fee(r.Amount.Minor())
	kept, known := r.Kept()
	if err != nil || !known {
		return tillproof.NewMoney(0, cur) // such a row is in no break of a fee
	}
	return tillproof.NewMoney(kept-agreed, cur)
}
