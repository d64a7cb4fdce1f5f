package bulk

import (
	"context"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/recon/match"
)

// Where an acquirer pays each terminal or batch by itself, no sum of a day is any deposit: each day seems
// short, and credits seem to come from nowhere. The rows of such merchants are compared one by one.

// The bounds of that. They are no share of the memory, so that what comes out depends on the files alone.
const (
	maxSingle  = 100_000   // rows that are held at once: as records they take some 50 MB
	maxSingles = 2_000_000 // rows of all merchants: eight bytes each are held
)

// singles are the rows of the report that are compared one by one.
type singles struct {
	rows  int64               // of all merchants
	left  int                 // merchants that have too many
	at    map[string][]uint64 // by merchant: where its rows stand, as likes has it
	first map[origin]int32    // of those that were left over: their places among the open rows
	state byStatus            // what became of them
	namer *match.Namer        // of the merchants in the lines of statements
}

// trouble says whose deposits the sums do not explain.
type trouble struct {
	of  map[tillproof.MerchantID]bool
	any bool // what is missing and what came may belong to anybody
}

func (t *trouble) is() bool { return t.any || len(t.of) > 0 }

// unexplained finds the merchants of whom money is missing while other money came: only then can the rows
// make other sums than those of the days.
func (j *job) unexplained(run *tillproof.Run) trouble {
	var missing, came trouble
	missing.of, came.of = map[tillproof.MerchantID]bool{}, map[tillproof.MerchantID]bool{}
	for i := range run.Breaks {
		b := &run.Breaks[i]
		to := &missing
		switch b.Kind {
		case tillproof.DepositShort, tillproof.NotDeposited, tillproof.UnexpectedDebit:
		case tillproof.DepositOver, tillproof.UnexpectedCredit:
			to = &came
		default:
			continue
		}
		if names := j.namesOf(run, b); len(names) == 1 {
			to.of[names[0]] = true
		} else {
			to.any = true
		}
	}
	out := trouble{of: map[tillproof.MerchantID]bool{}}
	for m := range missing.of {
		if came.of[m] {
			out.of[m] = true
		}
	}
	out.any = missing.any && came.is() || came.any && missing.is()
	return out
}

// namesOf are the merchants of a break: those of its rows, else those that the line of the bank names.
func (j *job) namesOf(run *tillproof.Run, b *tillproof.Break) []tillproof.MerchantID {
	var rows, lines []tillproof.MerchantID
	for _, ref := range b.Records {
		r := run.Record(ref)
		if ref.Side == tillproof.Bank {
			lines = append(lines, j.singles.namer.Named(r)...)
		} else if !slices.Contains(rows, r.Refs.Merchant) {
			rows = append(rows, r.Refs.Merchant)
		}
	}
	if len(rows) > 0 {
		return rows
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// inSingles cuts from a part what is to be compared row by row; nothing where its sums explain the deposits
// or there are too many rows.
func (j *job) inSingles(s *settledDeposits) []depositPart {
	t := j.unexplained(s.run)
	if !t.is() {
		return nil
	}
	if n := j.rowsOf(s.part.cells); n <= maxSingle && j.singles.rows+n <= maxSingles {
		j.singles.rows += n
		whole := s.part
		whole.single = true
		return []depositPart{whole}
	}
	if t.any {
		j.singles.left += max(len(t.of), 1)
		return nil
	}
	return j.cutSingles(s, t.of)
}

func (j *job) rowsOf(cells []int32) int64 {
	n := int64(0)
	for _, c := range cells {
		n += j.cells.list[c].n
	}
	return n
}

// cutSingles cuts a part into the merchants in trouble, several together as long as their rows are few, and
// the rest. A merchant that shares a deposit with another stays in the rest.
func (j *job) cutSingles(s *settledDeposits, of map[tillproof.MerchantID]bool) []depositPart {
	j.dropShared(s, of)
	rest := depositPart{ruled: s.part.ruled}
	own := map[tillproof.MerchantID]*depositPart{}
	var order []*depositPart
	for _, c := range s.part.cells {
		m := j.merchantOf(c)
		if !of[m] {
			rest.cells = append(rest.cells, c)
			continue
		}
		if own[m] == nil {
			own[m] = &depositPart{single: true}
			order = append(order, own[m])
		}
		own[m].cells = append(own[m].cells, c)
	}
	for i, line := range s.part.lines {
		to := &rest
		if names := j.singles.namer.Named(&s.run.Records[tillproof.Bank][i]); len(names) == 1 {
			if p := own[names[0]]; p != nil {
				to = p
			}
		}
		to.lines = append(to.lines, line)
	}
	return append(j.packSingles(order), rest)
}

// dropShared takes out the merchants that cannot be compared by themselves, and those with too many rows.
func (j *job) dropShared(s *settledDeposits, of map[tillproof.MerchantID]bool) {
	run := s.run
	shared := map[tillproof.MerchantID]bool{}
	for i := range run.Waterfalls {
		w := &run.Waterfalls[i]
		var names []tillproof.MerchantID
		for _, ref := range append(slices.Clone(w.Rows), w.Deposit...) {
			if ref.Side == tillproof.Acquirer {
				names = append(names, run.Record(ref).Refs.Merchant)
			} else if named := j.singles.namer.Named(run.Record(ref)); len(named) == 1 {
				names = append(names, named[0])
			} else {
				names = append(append(names, named...), "") // which is nobody's number
			}
		}
		for _, m := range names {
			if m != names[0] {
				shared[m], shared[names[0]] = true, true
			}
		}
	}
	for i := range s.part.ruled {
		shared[s.part.ruled[i].Refs.Merchant] = true
	}
	rows := map[tillproof.MerchantID]int64{}
	for _, c := range s.part.cells {
		rows[j.merchantOf(c)] += j.cells.list[c].n
	}
	for _, m := range sortedNames(of) {
		if shared[m] || rows[m] > maxSingle || j.singles.rows+rows[m] > maxSingles {
			delete(of, m)
			j.singles.left++
			continue
		}
		j.singles.rows += rows[m]
	}
}

func sortedNames(of map[tillproof.MerchantID]bool) []tillproof.MerchantID {
	var out []tillproof.MerchantID
	for m := range of {
		out = append(out, m)
	}
	slices.Sort(out)
	return out
}

func (j *job) merchantOf(cell int32) tillproof.MerchantID {
	return tillproof.MerchantID(j.merchants.text(j.cells.list[cell].key.merchant()))
}

// packSingles puts merchants together as long as their rows may be held at once.
func (j *job) packSingles(list []*depositPart) []depositPart {
	var out []depositPart
	held := int64(0)
	for _, p := range list {
		n := j.rowsOf(p.cells)
		if len(out) == 0 || held+n > maxSingle {
			out = append(out, depositPart{single: true})
			held = 0
		}
		last := &out[len(out)-1]
		last.cells, last.lines = append(last.cells, p.cells...), append(last.lines, p.lines...)
		held += n
	}
	return out
}

// findSingles goes through the report once more and notes where the rows stand that are compared one by one.
func (j *job) findSingles(ctx context.Context, parts []depositPart) error {
	s := &j.singles
	s.at = map[string][]uint64{}
	for i := range parts {
		for _, c := range parts[i].cells {
			if parts[i].single {
				j.cells.list[c].single = true
				s.at[j.merchants.text(j.cells.list[c].key.merchant())] = nil
			}
		}
	}
	if len(s.at) == 0 {
		return nil
	}
	if err := j.findRows(ctx, tillproof.Acquirer); err != nil {
		return err
	}
	s.first = map[origin]int32{}
	for i := range j.openRows {
		if j.cells.at(j.openRows[i].key).single {
			s.first[j.openRows[i].at] = int32(i)
		}
	}
	return nil
}

// findRows notes where the rows of a side stand whose merchants are asked for.
func (j *job) findRows(ctx context.Context, side tillproof.Side) error {
	s := &j.singles
	for source := range j.sources {
		if j.sources[source].Side != side || j.scanned[int32(source)].At == nil {
			continue
		}
		if err := j.findInFile(ctx, int32(source)); err != nil {
			return err
		}
	}
	places := map[origin]bool{}
	return j.records.each(func(at int64, r *tillproof.Record) {
		list, wanted := s.at[string(r.Refs.Merchant)]
		if !wanted || j.sources[r.Origin.Source].Side != side || places[originOf(r)] {
			return // or it is of a reading that was given up
		}
		places[originOf(r)] = true
		s.at[string(r.Refs.Merchant)] = append(list, rowAt{r.Origin.Source, true, at}.pack())
	})
}

func (j *job) findInFile(ctx context.Context, source int32) error {
	found := map[string][]uint64{}
	err := j.again(ctx, source, func() { clear(found) }, func(row *format.Row) error {
		if _, wanted := j.singles.at[string(row.Merchant)]; !wanted || row.Record != nil {
			return nil
		}
		m := string(row.Merchant)
		found[m] = append(found[m], rowAt{source, false, row.Offset}.pack())
		return nil
	})
	for m, list := range found {
		j.singles.at[m] = append(j.singles.at[m], list...)
	}
	return err
}

// singleRows are the rows of the merchants of a part, in the order of their files and lines, but those that
// stand in no sum: rows that move nothing, and those about which people ruled.
func (j *job) singleRows(p *depositPart) ([]tillproof.Record, error) {
	var names []string
	for _, c := range p.cells {
		if m := string(j.merchantOf(c)); len(names) == 0 || names[len(names)-1] != m {
			names = append(names, m)
		}
	}
	rows, err := j.rowsOfMerchants(names)
	return slices.DeleteFunc(rows, func(r tillproof.Record) bool {
		_, ruled := j.rulings.named(&r)
		return ruled || r.Status != tillproof.Posted || r.Kind == tillproof.PreAuth
	}), err
}

// singleRow is the record of a row. All lines that may be equal to it are of its merchant: so seen counts
// those before it.
func (j *job) singleRow(
	at rowAt, kept *recordReader, seen map[tillproof.RecordID]int,
) (tillproof.Record, error) {
	if at.kept {
		return kept.get(at.offset)
	}
	lineAt := j.scanned[at.source].At
	r, err := lineAt(at.offset, 0)
	if err != nil {
		return r, err
	}
	nth := seen[r.ID] + j.before[at]
	seen[r.ID]++
	if nth > 0 {
		return lineAt(at.offset, nth)
	}
	return r, nil
}

// takeSingles counts what became of single rows: the worse of both legs.
func (j *job) takeSingles(s *settledDeposits) {
	log := len(j.total[tillproof.Terminal].by) > 0
	for i := range s.curs {
		r := &s.run.Records[tillproof.Acquirer][i]
		first := firstLeg(log, r.Kind)
		if n, open := j.singles.first[originOf(r)]; open {
			first = j.openRows[n].status
		}
		second := s.run.States[tillproof.Acquirer][i].Status
		j.singles.state[max(first, second)].add(s.curs[i], 1, r.Amount.Minor())
	}
}
