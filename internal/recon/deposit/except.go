package deposit

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/solve"
)

// How many rows a deposit may lack or have beyond its group. More are found by chance (see solve): the number
// of sets that are tried is bounded too, so that of thousands of rows only one or two are looked for.
const (
	maxApart    = 4
	maxRowSets  = 1 << 20
	maxRowItems = 4096
	// maxRowSearches bounds the searches of a run: some two milliseconds each where nothing agrees at all.
	maxRowSearches = 5000
)

// apart is what a search for single rows found: the rows of the base that the line does not hold, and those
// of others that it holds.
type apart struct {
	base int32
	solve.Answer
	items []apartItem
}

type apartItem struct {
	row   int32
	group int32
	in    bool // it is of another group, and paid along
}

// rowsApart looks for the few rows that a deposit lacks, or holds beyond its group: withheld, not yet paid,
// of the day before or after. Refunds, chargebacks, reserves and other such rows are tried before sales, and
// so are rows that earlier deposits left out. The fewest rows win; several sets of as few are refused and
// shown. Rows that are exchanged for others explain nothing.
func (e *engine) rowsApart() {
	e.hints = map[int32]apart{}
	for _, rank := range e.free {
		if e.entries[rank].used || e.Views[tillproof.Bank].Lines[rank].Amount <= 0 || !e.fromAcquirer(rank) ||
			e.claims[rank] > maxClaims {
			continue
		}
		var best []apart
		for _, g := range e.bases(rank) {
			a := e.rowsOfBase(g, rank)
			if a.Verdict == solve.None {
				continue
			}
			if len(best) > 0 && a.Size < best[0].Size {
				best = nil
			}
			if len(best) == 0 || a.Size == best[0].Size {
				best = append(best, a)
			}
		}
		switch {
		case len(best) == 1 && best[0].Verdict == solve.Unique && !best[0].Crowded &&
			best[0].Near*e.claims[rank] <= solve.MaxNear:
			e.takeApart(best[0], rank)
		case len(best) == 1:
			e.hints[rank] = best[0]
		}
	}
}

// bases are the groups that the line may be the deposit of: those of its day, else those due before.
func (e *engine) bases(rank int32) []int32 {
	var on, before []int32
	for i := range e.groups {
		g := &e.groups[i]
		if g.done || g.rest || g.net <= 0 || g.n < 2 || !e.lineFor(rank, int32(i)) || !e.whole(int32(i)) {
			continue
		}
		switch {
		case e.on(rank, g.expected):
			on = append(on, int32(i))
		case g.expected < e.Views[tillproof.Bank].Lines[rank].Day:
			before = append(before, int32(i))
		}
	}
	if len(on) > 0 {
		return on
	}
	return before
}

// rowsOfBase searches in widening circles: rows that are no sales, then all, then those of the next group.
func (e *engine) rowsOfBase(g, rank int32) apart {
	target := e.Views[tillproof.Bank].Lines[rank].Amount - e.groups[g].net
	if target == 0 {
		return apart{} // left to exactAgain
	}
	var special, all, wide []apartItem
	v := &e.Views[e.ledger]
	for _, row := range e.groupRows(g) {
		it := apartItem{row: row, group: g}
		all = append(all, it)
		if book.ClassOf(v.Rec(row).Kind) != book.SaleClass {
			special = append(special, it)
		}
	}
	wide = all
	for i := range e.groups {
		o := &e.groups[i]
		if int32(i) == g || o.done || o.apart != "" || o.merchant != e.groups[g].merchant ||
			o.cur != e.groups[g].cur {
			continue
		}
		for _, row := range e.groupRows(int32(i)) {
			it := apartItem{row: row, group: int32(i), in: true}
			switch {
			case o.rest && o.expected <= e.groups[g].expected:
				special, all = append(special, it), append(all, it)
			case e.consecutive(g, int32(i)) && o.n > 1:
				wide = append(wide, it)
			}
		}
	}
	for _, items := range [...][]apartItem{special, all, wide} {
		if a := e.searchRows(g, target, items); a.Verdict != solve.None {
			return a
		}
	}
	return apart{}
}

func (e *engine) searchRows(g int32, target int64, items []apartItem) apart {
	s := solve.Search{Target: target, Most: mostApart(len(items))}
	if e.rowSearches++; len(items) > maxRowItems || e.rowSearches > maxRowSearches {
		e.Bound["match.warning.bound_rows"]++
		return apart{}
	}
	likes := map[likeness]uint64{}
	for _, it := range items {
		like := e.likeOf(it)
		if _, seen := likes[like]; !seen {
			likes[like] = uint64(len(likes))
		}
		amount := -e.due[it.row]
		if it.in {
			amount = -amount
		}
		s.Items = append(s.Items, solve.Item{Amount: amount, Class: likes[like]})
	}
	a := s.Find()
	if a.Verdict == solve.Limited {
		e.Bound["match.warning.bound_rows"]++
		return apart{}
	}
	if a.Verdict == solve.Unique &&
		(e.emptied(g, items, a.Sets[0]) || e.exchanged(s.Items, items, a.Sets[0])) {
		return apart{}
	}
	return apart{base: g, Answer: a, items: items}
}

// emptied reports whether the set leaves no row of the base.
func (e *engine) emptied(g int32, items []apartItem, set []int) bool {
	n := 0
	for _, i := range set {
		if !items[i].in {
			n++
		}
	}
	return n == int(e.groups[g].n)
}

// exchanged reports whether rows of the set offset others of it: a sale of 227.13 that was left out, and one
// of 226.58 of the next day that was paid in its place, make 0.55. Such sets move much money to explain
// little, and nothing but the sum speaks for them: that the deposit is short by 0.55 is the simpler answer.
// What an earlier deposit left out is due by itself, and offsets nothing.
func (e *engine) exchanged(amounts []solve.Item, items []apartItem, set []int) bool {
	more, less := false, false
	for _, i := range set {
		if it := items[i]; it.in && e.groups[it.group].rest {
			continue
		}
		more = more || amounts[i].Amount > 0
		less = less || amounts[i].Amount < 0
	}
	return more && less
}

// mostApart is how many of so many rows may be apart.
func mostApart(n int) int {
	most, sets := 1, n
	for most < maxApart && sets*n/(most+1) <= maxRowSets {
		most++
		sets = sets * n / most
	}
	return most
}

// likeness is what tells rows of one amount apart. Rows that are alike count as one answer: which of them it
// is no file tells, and the money is the same.
type likeness struct {
	group    int32
	kind     tillproof.RecordKind
	day      tillproof.Date
	fee      int64
	card     tillproof.CardKind
	terminal tillproof.TerminalID
	batch    string
}

func (e *engine) likeOf(it apartItem) likeness {
	v := &e.Views[e.ledger]
	r := v.Rec(it.row)
	return likeness{
		it.group, r.Kind, v.Lines[it.row].Day, e.fee[it.row], r.Card.Kind, r.Refs.Terminal, r.Refs.Batch,
	}
}

// takeApart settles the base without the rows that the line does not hold, and with those that it holds.
func (e *engine) takeApart(a apart, rank int32) {
	var out []int32
	in := map[int32][]int32{}
	var order []int32
	for _, i := range a.Sets[0] {
		it := a.items[i]
		if !it.in {
			out = append(out, it.row)
			continue
		}
		if len(in[it.group]) == 0 {
			order = append(order, it.group)
		}
		in[it.group] = append(in[it.group], it.row)
	}
	var notes []tillproof.Note
	if len(out) > 0 {
		notes = append(notes, e.rowsNote("match.note.left_out", out))
		e.leaveOut(a.base, out)
	}
	var groups []int32
	for _, g := range order {
		notes = append(notes, e.rowsNote("match.note.added", in[g]))
		groups = append(groups, e.carve(g, in[g]))
	}
	if a.Alike {
		notes = append(notes, tillproof.Note{Code: "match.note.alike"})
	}
	e.settle(exceptRows, append(groups, a.base), []int32{rank})
	w := &e.Run.Waterfalls[len(e.Run.Waterfalls)-1]
	w.Notes = append(w.Notes, notes...)
}

func (e *engine) rowsNote(code string, rows []int32) tillproof.Note {
	v := &e.Views[e.ledger]
	n := tillproof.Note{Code: code}
	for _, row := range rows {
		n.Rows = append(n.Rows, v.Ref(row))
	}
	sum := tillproof.NewMoney(e.sumDue(rows), v.Lines[rows[0]].Cur)
	n.Params = tillproof.Params{"n": book.Count(len(rows)), "amount": sum.Param()}
	return n
}

// hint adds to the break of a deposit that is not what it should be the sets of rows that would explain it,
// where more than one does, or chance may have made them.
func (e *engine) hint(b *tillproof.Break, groups, lines []int32) {
	a, ok := e.hints[lines[0]]
	if !ok || len(groups) != 1 || len(lines) != 1 || groups[0] != a.base {
		return
	}
	v := &e.Views[e.ledger]
	for i, set := range a.Sets {
		for _, at := range set {
			it := a.items[at]
			code := "match.why.rows_apart"
			switch {
			case a.Crowded:
				code = "match.why.rows_by_chance"
			case it.in:
				code = "match.why.rows_added"
			}
			p := v.Describe(it.row)
			p["amount"] = tillproof.NewMoney(e.due[it.row], v.Lines[it.row].Cur).Param()
			b.Candidates = append(b.Candidates, tillproof.Candidate{
				Row: v.Ref(it.row), Set: i + 1, Why: tillproof.Note{Code: code, Params: p},
			})
		}
	}
	if !a.Crowded {
		b.Reason.Code = "match.deposit_several"
		if a.Count == len(a.Sets) {
			b.Reason.Code = "match.deposit_several.all"
		}
		b.Reason.Params["n"] = book.Count(a.Count)
		b.Reason.Params["others"] = book.Count(a.Count - len(a.Sets))
	}
}
