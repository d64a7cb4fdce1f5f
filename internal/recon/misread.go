package recon

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// relation is how the amounts of two rows differ that are one transaction by their references: the terminal's
// to the report's in lowest terms, and the two currencies where they are not one.
type relation struct {
	num, den    int64
	left, right tillproof.Currency
}

var sameAmount = relation{num: 1, den: 1}

func relate(a, b tillproof.Money) relation {
	if a == b {
		return sameAmount
	}
	if l, r := a.Currency(), b.Currency(); l != r && l.Known() && r.Known() {
		return relation{left: l, right: r}
	}
	num, den := a.Minor(), b.Minor()
	if num == 0 || den == 0 {
		return relation{}
	}
	d := divisor(num, den)
	if den < 0 {
		d = -d
	}
	return relation{num: num / d, den: den / d}
}

func divisor(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}

// currencies reports amounts in two currencies.
func (r relation) currencies() bool { return r.left != r.right }

// factor is by how much one amount is larger, and on which side; 0 where it is no power of ten.
func (r relation) factor() (int64, tillproof.Side) {
	n, side := r.num, tillproof.Terminal
	if r.num == 1 {
		n, side = r.den, tillproof.Acquirer
	} else if r.den != 1 {
		return 0, tillproof.NoSide
	}
	for p := int64(10); p <= maxFactor; p *= 10 {
		if p == n {
			return n, side
		}
	}
	return 0, tillproof.NoSide
}

const (
	// maxFactor is the largest factor that a misread decimal point explains: four decimals.
	maxFactor = 10_000
	// nearlyAll is the share, in tenths, of the pairs of two files that must differ in one and the same way
	// before the reading is wrong and not the money.
	nearlyAll = 9
	// fewShifted is how many pairs it takes for a power of ten, fewScaled for any other ratio, which may well
	// be the same twice where goods have few prices.
	fewShifted = 2
	fewScaled  = 3
)

// files are a terminal log and a report by their ordinals.
type files struct{ left, right int32 }

// tally counts how the amounts of two files differ.
type tally struct {
	pairs  int
	by     map[relation]int
	prices map[tillproof.Money]bool // of pairs that differ; two are enough
}

func (t *tally) add(a, b tillproof.Money) {
	t.pairs++
	r := relate(a, b)
	if r == sameAmount {
		return
	}
	if t.by == nil {
		t.by, t.prices = map[relation]int{}, map[tillproof.Money]bool{}
	}
	t.by[r]++
	if len(t.prices) < 2 {
		t.prices[a] = true
	}
}

// verdict is the one way in which nearly all pairs differ, and how many do; false where there is none.
func (t *tally) verdict() (relation, int, bool) {
	for r, n := range t.by {
		if n*10 < t.pairs*nearlyAll || r == (relation{}) {
			continue
		}
		shifted, _ := r.factor()
		few := shifted > 0 || r.currencies()
		return r, n, few && n >= fewShifted || n >= fewScaled && len(t.prices) > 1
	}
	return relation{}, 0, false
}

// misread is two files whose amounts differ as a whole: one of them is read in the wrong unit or currency.
type misread struct {
	files
	suspect tillproof.Side // NoSide: nobody can say
	note    tillproof.Note
}

// misreadFiles finds them among all pairs of a log and a report, in the order of the files.
func misreadFiles(run *tillproof.Run) []misread {
	tallies := map[files]*tally{}
	eachReferred(run, func(a, b *tillproof.Record) {
		at := files{a.Origin.Source, b.Origin.Source}
		if tallies[at] == nil {
			tallies[at] = &tally{}
		}
		tallies[at].add(a.Amount, b.Amount)
	})
	var out []misread
	for at, t := range tallies {
		if r, n, ok := t.verdict(); ok {
			out = append(out, misreadOf(run, at, r, tillproof.Params{
				"n": strconv.Itoa(n), "pairs": strconv.Itoa(t.pairs),
			}))
		}
	}
	slices.SortFunc(out, func(a, b misread) int {
		return slices.Compare([]int32{a.left, a.right}, []int32{b.left, b.right})
	})
	return out
}

// misreadOf names what the relation says about two files; the parameters hold the counts.
func misreadOf(run *tillproof.Run, at files, r relation, p tillproof.Params) misread {
	left, right := run.Sources[at.left].File, run.Sources[at.right].File
	p["file"], p["other"] = left, right
	m := misread{files: at, note: tillproof.Note{Code: "recon.misread.ratio", Params: p}}
	factor, side := r.factor()
	switch {
	case r.currencies():
		m.note.Code = "recon.misread.currency"
		p["currency"], p["other_currency"] = r.left.String(), r.right.String()
	case factor > 0:
		m.suspect, m.note.Code = side, "recon.misread.factor"
		p["factor"] = strconv.FormatInt(factor, 10)
		larger := at.left
		if side == tillproof.Acquirer {
			larger = at.right
			p["file"], p["other"] = right, left
		}
		if wholeUnits(run, side, larger, factor) {
			m.note.Code = "recon.misread.minor"
		}
	default:
		p["parts"], p["other_parts"] = strconv.FormatInt(r.num, 10), strconv.FormatInt(r.den, 10)
	}
	return m
}

// wholeUnits reports whether the file's amounts show no decimals and the factor is the number of the smallest
// units in one: it counts in fen or cents.
func wholeUnits(run *tillproof.Run, side tillproof.Side, source int32, factor int64) bool {
	for i := range run.Records[side] {
		r := &run.Records[side][i]
		if r.Origin.Source == source && (!minorFactor(r.Amount, factor) || r.Amount.Minor()%factor != 0) {
			return false
		}
	}
	return true
}

// minorFactor reports whether one unit of the amount's currency has as many of its smallest ones.
func minorFactor(m tillproof.Money, factor int64) bool {
	digits := assumedDigits
	if m.Currency().Known() {
		digits = m.Currency().MinorDigits()
	}
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	return unit == factor
}

// eachReferred visits the pairs that are one transaction by their references, whatever their amounts: those
// that were matched, and those that were not because the amount belongs to the key.
func eachReferred(run *tillproof.Run, visit func(a, b *tillproof.Record)) {
	var used [len(tillproof.Sides) + 1][]bool
	for side := range used {
		used[side] = make([]bool, len(run.Records[side]))
	}
	for _, m := range run.Matches {
		used[m.Left.Side][m.Left.N], used[m.Right.Side][m.Right.N] = true, true
		if byReference(m.Method) {
			visit(run.Record(m.Left), run.Record(m.Right))
		}
	}
	left := numbered(run, tillproof.Terminal, used[tillproof.Terminal])
	if len(left) == 0 {
		return
	}
	right := numbered(run, tillproof.Acquirer, used[tillproof.Acquirer])
	seen := map[[2]int32]bool{}
	for name, l := range left {
		r, ok := right[name]
		if at := [2]int32{l, r}; ok && l >= 0 && r >= 0 && !seen[at] {
			seen[at] = true
			visit(&run.Records[tillproof.Terminal][l], &run.Records[tillproof.Acquirer][r])
		}
	}
}

func byReference(m tillproof.Method) bool { return strings.HasPrefix(string(m), "reference.") }

// number is a reference of a sale, or of what is none.
type number struct {
	sale  bool
	value string
}

// shortNumber is the length up to which a reference counts the day's transactions rather than names one.
const shortNumber = 5

// numbered lists the posted rows that no match uses by the references that one of them alone has; -1 stands
// where several have it.
func numbered(run *tillproof.Run, side tillproof.Side, used []bool) map[number]int32 {
	out := map[number]int32{}
	for i := range run.Records[side] {
		r := &run.Records[side][i]
		if used[i] || r.Status != tillproof.Posted || r.Amount.IsZero() {
			continue
		}
		for _, s := range [...]string{r.Refs.RRN, r.Refs.Order, r.Refs.Bank} {
			s = strings.TrimLeft(s, "0")
			if len(s) <= shortNumber {
				continue
			}
			key := number{r.Kind == tillproof.Sale || r.Kind == tillproof.Completion, s}
			if row, seen := out[key]; seen && row != int32(i) {
				out[key] = -1
				continue
			}
			out[key] = int32(i)
		}
	}
	return out
}

// doubtMisread marks what the wrong reading of the two files explains: everything where the report is the
// suspect, else what compares it with the log.
func doubtMisread(run *tillproof.Run, m misread) {
	for i := range run.Breaks {
		b := &run.Breaks[i]
		explained := b.Kind == tillproof.NotSettled || b.Kind == tillproof.NotOnTerminal ||
			b.Kind == tillproof.AmountMismatch
		if m.suspect != tillproof.Acquirer && !explained {
			continue
		}
		if slices.ContainsFunc(b.Records, func(ref tillproof.RowRef) bool {
			source := run.Record(ref).Origin.Source
			return source == m.left || source == m.right
		}) {
			b.Doubt = tillproof.Note{Code: "recon.doubt.misread", Params: m.note.Params}
		}
	}
}
