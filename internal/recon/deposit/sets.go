package deposit

import (
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/solve"
)

// The steps that search for what makes a deposit, where no step before found it.
const (
	setOfGroups    tillproof.Method = "set_of_groups"
	setOfMerchants tillproof.Method = "set_of_merchants"
	setOfParts     tillproof.Method = "set_of_parts"
	otherCutOff    tillproof.Method = "other_cut_off"
	exceptRows     tillproof.Method = "except_rows"
)

// maxUnits bounds the groups, or the parts of a group, of which a set is looked for: two weeks of deposits
// from each of two terminals. Of more, the latest are tried.
const maxUnits = 28

// searchSets looks for the sets that make the deposits which no step before explained: of groups that do not
// follow each other, of parts of a group, of rows. What one search settles is out of the way of the others,
// so they are tried again; several answers are refused only when nothing else is left to learn.
func (e *engine) searchSets() {
	e.free, e.known = nil, e.payersKnown()
	for rank := range e.entries {
		row := int32(rank)
		if l := &e.Views[tillproof.Bank].Lines[rank]; !e.entries[rank].used && l.Amount != 0 &&
			(!e.known || e.fromAcquirer(row)) {
			e.free = append(e.free, row)
		}
	}
	if len(e.free) == 0 {
		return
	}
	e.countClaims()
	e.feesOfBatches()
	e.grossDays()
	for range maxRounds {
		before := len(e.Run.Waterfalls)
		e.countClaims()
		e.setsOfParts(false)
		e.setsOfGroups(false)
		e.setsOfMerchants(false)
		e.otherCutOffs()
		e.rowsApart()
		e.setFeesApart()
		e.exactAgain()
		if len(e.Run.Waterfalls) == before {
			break
		}
	}
	e.debitFees()
	e.setsOfGroups(true)
	e.setsOfMerchants(true)
	e.setsOfParts(true)
}

// exactAgain joins what the searches left of the groups with lines of its exact net.
func (e *engine) exactAgain() {
	e.takeNets(netDay, e.netPairs(none, func(g *group, rank int32) (uint64, bool) {
		return 0, e.on(rank, g.expected)
	}))
	e.netWindow()
}

// maxClaims bounds the merchants whose open groups a line may pay, so that a set is still looked for: each
// merchant more is one chance more to hit the amount.
const maxClaims = 8

// countClaims counts for each line that does not name its merchant those whose open groups it may pay.
func (e *engine) countClaims() {
	e.claims, e.near = map[int32]int{}, map[owner][]int32{}
	crowds := 0
	for _, rank := range e.free {
		if e.entries[rank].owner != "" {
			continue
		}
		owners := map[tillproof.MerchantID]bool{}
		for i := 0; i < len(e.groups) && len(owners) <= maxClaims; i++ {
			if g := &e.groups[i]; !g.done && !owners[g.merchant] && e.lineFor(rank, int32(i)) {
				owners[g.merchant] = true
			}
		}
		e.claims[rank] = len(owners)
		if len(owners) > maxClaims {
			crowds++
		}
	}
	if crowds > 0 {
		e.Bound["match.warning.bound_claims"] = max(crowds, e.Bound["match.warning.bound_claims"])
	}
}

// claimed reports whether sets may be looked for: the line names its merchant, or few merchants are open.
func (e *engine) claimed(rank, g int32) bool {
	return e.claims[rank] <= maxClaims || e.speaks(rank, e.groups[g].merchant) == byNumber
}

// linesNear are the free lines that may pay the merchant and for which sets are looked for.
func (e *engine) linesNear(g int32) []int32 {
	at := &e.groups[g]
	key := owner{at.merchant, at.cur}
	lines, known := e.near[key]
	if known {
		return lines
	}
	for _, rank := range e.free {
		if !e.entries[rank].used && e.Views[tillproof.Bank].Lines[rank].Cur == at.cur &&
			e.speaks(rank, at.merchant) != against && e.claimed(rank, g) {
			lines = append(lines, rank)
		}
	}
	e.near[key] = lines
	return lines
}

// lineFor reports whether the free line may pay the group: it shows that it is the acquirer's and came in the
// group's time, or, where no line shows whose it is, came on the group's day.
func (e *engine) lineFor(rank, g int32) bool {
	at := &e.groups[g]
	l := &e.Views[tillproof.Bank].Lines[rank]
	if e.entries[rank].used || l.Amount == 0 || l.Cur != at.cur || e.partedLine(g, rank) {
		return false
	}
	switch ev := e.speaks(rank, at.merchant); {
	case ev >= learned:
		return l.Day >= at.to && l.Day <= e.lastDay(at.expected)
	case ev == none && !e.known:
		return e.on(rank, at.expected)
	}
	return false
}

// payersKnown reports whether the acquirer's lines can be told from others'.
func (e *engine) payersKnown() bool {
	return len(e.Policy.Payers) > 0 || len(e.learned) > 0 ||
		slices.ContainsFunc(e.entries, func(en entry) bool { return en.owner != "" || en.several })
}

// setsOfGroups looks for the groups of one merchant that make a line, whatever lies between them.
func (e *engine) setsOfGroups(refuse bool) {
	for _, run := range e.byMerchant() {
		if len(run) > 1 {
			e.linesOf(run, e.linesNear(run[0]), refuse, e.lineFor)
		}
	}
}

// setsOfMerchants looks for the groups of one day, of whichever merchant, that make a line of that day or a
// later one: shops that share an account.
func (e *engine) setsOfMerchants(refuse bool) {
	days := map[groupKey][]int32{}
	var order []groupKey
	for i := range e.groups {
		if g := &e.groups[i]; !g.done {
			k := groupKey{cur: g.cur, day: g.expected}
			if len(days[k]) == 0 {
				order = append(order, k)
			}
			days[k] = append(days[k], int32(i))
		}
	}
	for _, k := range order {
		run := days[k]
		if first := e.groups[run[0]].merchant; !slices.ContainsFunc(run, func(g int32) bool {
			return e.groups[g].merchant != first
		}) {
			continue
		}
		if len(run) > maxUnits {
			e.Bound["match.warning.bound_units"]++
			continue
		}
		e.linesOf(run, e.free, refuse, func(rank, g int32) bool {
			l := &e.Views[tillproof.Bank].Lines[rank]
			if e.entries[rank].used || l.Amount == 0 || l.Cur != k.cur || !e.ownerAmong(rank, run) ||
				e.partedLine(g, rank) {
				return false
			}
			if !e.fromAcquirer(rank) {
				return !e.known && e.on(rank, k.day)
			}
			return e.on(rank, k.day) || l.Day > k.day && l.Day <= e.lastDay(k.day)
		})
	}
}

// linesOf settles the lines that one set of the groups makes.
func (e *engine) linesOf(
	run, lines []int32, refuse bool, fits func(rank, g int32) bool,
) {
	for _, row := range lines {
		if e.entries[row].used {
			continue
		}
		var units []int32
		for _, g := range run {
			if !e.groups[g].done && fits(row, g) {
				units = append(units, g)
			}
		}
		if len(units) > maxUnits {
			e.byExpected(units)
			units = units[len(units)-maxUnits:]
			e.Bound["match.warning.bound_units"]++
		}
		if len(units) < 2 {
			continue
		}
		nets := make([]int64, len(units))
		for i, g := range units {
			nets[i] = e.groups[g].net
		}
		a := e.setsOf(nets, row)
		switch {
		case a.Verdict == solve.Unique:
			set := pick(units, a.Sets[0])
			e.byExpected(set)
			e.settle(e.methodOf(set), set, []int32{row})
		case a.Verdict == solve.Several && refuse:
			var sets [][]int32
			for _, s := range a.Sets {
				sets = append(sets, pick(units, s))
			}
			e.refuseSets(row, sets, a.Count)
		}
	}
}

// methodOf names the step by whether the groups are of one merchant.
func (e *engine) methodOf(set []int32) tillproof.Method {
	for _, g := range set {
		if e.groups[g].merchant != e.groups[set[0]].merchant {
			return setOfMerchants
		}
	}
	return setOfGroups
}

// setsOf looks for the sets of units that make the line. Where chance may have made them it finds none.
func (e *engine) setsOf(nets []int64, rank int32) solve.Answer {
	s := solve.Search{Target: e.Views[tillproof.Bank].Lines[rank].Amount, Most: len(nets)}
	for i, net := range nets {
		s.Items = append(s.Items, solve.Item{Amount: net, Class: uint64(i)})
	}
	a := s.Find()
	if a.Verdict == solve.Limited {
		e.Bound["match.warning.bound_units"]++
	}
	if a.Crowded || a.Near*max(e.claims[rank], 1) > solve.MaxNear {
		return solve.Answer{}
	}
	return a
}

func pick(from []int32, places []int) []int32 {
	out := make([]int32, len(places))
	for i, p := range places {
		out[i] = from[p]
	}
	return out
}

// part are the rows of a group that one value of a field holds together.
type part struct {
	name string
	net  int64
	rows []int32
}

// ways are the fields by which acquirers pay a group in parts.
func (e *engine) ways() []func(row int32) string {
	v := &e.Views[e.ledger]
	return []func(row int32) string{
		e.dayOfRow, e.terminalOfRow, e.batchOfRow, e.terminalDayOfRow,
		e.terminalBatchOfRow,
		func(row int32) string { return v.Rec(row).Card.Kind.String() },
		func(row int32) string { return v.Rec(row).Kind.String() },
	}
}

const sep = "\x00" // between two fields of one key

func (e *engine) dayOfRow(row int32) string { return e.Views[e.ledger].Lines[row].Day.String() }

func (e *engine) batchOfRow(row int32) string { return e.Views[e.ledger].Rec(row).Refs.Batch }

func (e *engine) terminalOfRow(row int32) string {
	return string(e.Views[e.ledger].Rec(row).Refs.Terminal)
}

func (e *engine) terminalBatchOfRow(row int32) string {
	return e.terminalOfRow(row) + sep + e.batchOfRow(row)
}

// terminalDayOfRow: where several days are paid on one, each terminal's day may be a deposit of its own.
func (e *engine) terminalDayOfRow(row int32) string {
	return e.dayOfRow(row) + sep + e.terminalOfRow(row)
}

// setsOfParts looks for the parts of a group that make each of its lines: several deposits of one day, one
// deposit for some of the terminals, fees that are charged apart. What no line holds stays open.
func (e *engine) setsOfParts(refuse bool) {
	for i := 0; i < len(e.groups); i++ {
		g := int32(i)
		for _, way := range e.ways() {
			if e.groups[g].done || e.groups[g].rest || e.groups[g].n < 2 {
				break
			}
			e.partsOf(g, way, refuse)
		}
	}
}

func (e *engine) partsOf(g int32, way func(row int32) string, refuse bool) {
	for _, row := range e.linesNear(g) {
		if !e.lineFor(row, g) || e.speaks(row, e.groups[g].merchant) < learned {
			continue
		}
		parts := e.parts(g, way)
		if len(parts) < 2 || len(parts) > maxUnits {
			return
		}
		nets := make([]int64, len(parts))
		for i, p := range parts {
			nets[i] = p.net
		}
		a := e.setsOf(nets, row)
		switch {
		case a.Verdict == solve.Unique:
			e.settle(setOfParts, []int32{e.carve(g, partRows(parts, a.Sets[0]))}, []int32{row})
		case a.Verdict == solve.Several && refuse:
			e.refuseParts(g, parts, row, a)
		}
		if e.groups[g].done {
			return
		}
	}
}

// parts splits the free rows of a group by the field, in the order of the values.
func (e *engine) parts(g int32, way func(row int32) string) []part {
	var out []part
	at := map[string]int{}
	for _, row := range e.groupRows(g) {
		name := way(row)
		i, seen := at[name]
		if !seen {
			i = len(out)
			at[name] = i
			out = append(out, part{name: name})
		}
		out[i].net += e.due[row]
		out[i].rows = append(out[i].rows, row)
	}
	slices.SortFunc(out, func(a, b part) int { return strings.Compare(a.name, b.name) })
	return out
}

func partRows(parts []part, places []int) []int32 {
	var out []int32
	for _, p := range places {
		out = append(out, parts[p].rows...)
	}
	return out
}

// refuseParts makes groups of the parts that could be meant, and refuses them.
func (e *engine) refuseParts(g int32, parts []part, rank int32, a solve.Answer) {
	group := map[int]int32{}
	var sets [][]int32
	for _, places := range a.Sets {
		var set []int32
		for _, p := range places {
			if _, cut := group[p]; !cut {
				group[p] = e.carve(g, parts[p].rows)
			}
			set = append(set, group[p])
		}
		sets = append(sets, set)
	}
	e.refuseSets(rank, sets, a.Count)
}

// refuseSets reports a line that several sets of groups make, with the first of them, and takes line and
// groups out of the later steps.
func (e *engine) refuseSets(rank int32, sets [][]int32, n int) {
	bank, ledger := &e.Views[tillproof.Bank], &e.Views[e.ledger]
	p := e.describeEntry(rank)
	p["amount"] = bank.Money(rank).Param()
	p["n"] = book.Count(n)
	p["others"] = book.Count(n - 1)
	b := tillproof.Break{
		Kind: tillproof.Ambiguous, Leg: e.Leg, Side: tillproof.Bank, Amount: bank.Money(rank),
		Residual:   tillproof.NewMoney(0, bank.Lines[rank].Cur),
		Records:    []tillproof.RowRef{bank.Ref(rank)},
		Reason:     tillproof.Note{Code: "match.ambiguous.sets", Params: p},
		ExpectedBy: e.groups[sets[0][0]].expected,
	}
	e.entries[rank].used = true
	e.Except(tillproof.Bank, rank, tillproof.Ambiguous)
	for i, set := range sets {
		for _, g := range set {
			b.Candidates = append(b.Candidates, tillproof.Candidate{
				Row: ledger.Ref(e.groupRows(g)[0]), Set: i + 1,
				Why: tillproof.Note{Code: "match.why.set", Params: e.describeGroup(g)},
			})
			if e.groups[g].done {
				continue
			}
			e.groups[g].done = true
			e.waterfall(noDeposit, []int32{g}, nil, tillproof.Exception)
			for _, row := range e.groupRows(g) {
				e.Except(e.ledger, row, tillproof.Ambiguous)
				b.Records = append(b.Records, ledger.Ref(row))
			}
		}
	}
	e.Report(b, book.At{Side: tillproof.Bank, Rank: rank})
}
