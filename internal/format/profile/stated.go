package profile

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// statedYAML is a line that states figures of the rows: "收入：{count}笔 {amount}元". {count} is a number of
// rows, a field in braces the sum of its column, {any} whatever stands between.
type statedYAML struct {
	Text string `yaml:"text"`
	Rows string `yaml:"rows"` // in, out, neutral, sale, refund; without it all rows
}

// class is a part of the rows that a file counts by itself.
type class uint8

const (
	allRows class = iota
	rowsIn
	rowsOut
	rowsNeutral
	saleRows
	refundRows
	numClasses
)

var classNames = map[string]class{
	"": allRows, "in": rowsIn, "out": rowsOut, "neutral": rowsNeutral, "sale": saleRows, "refund": refundRows,
}

// measure is what a stated figure measures: the number of rows of a class (NoField), or a column's sum.
type measure struct {
	field Field
	of    class
	none  bool // the column is known and not compared
}

// statedLine finds the figures of a line.
type statedLine struct {
	re       *regexp.Regexp
	measures []measure // of the groups of re
}

const (
	countGroup  = `(\d+)`
	amountGroup = `(-?\d[\d,]*(?:\.\d+)?)`
)

func (w *wallet) setStated(y walletYAML) error {
	for _, s := range y.Stated {
		line, err := newStatedLine(s)
		if err != nil {
			return err
		}
		w.lines = append(w.lines, line)
	}
	w.summary = map[string]measure{}
	for name, what := range y.Summary {
		m, err := parseMeasure(what)
		if err != nil {
			return err
		}
		w.summary[normal(name)] = m
	}
	w.statesTotals = len(w.lines)+len(w.summary) > 0
	return nil
}

func newStatedLine(s statedYAML) (statedLine, error) {
	of, err := pick(classNames, "rows", s.Rows)
	if err != nil {
		return statedLine{}, err
	}
	var out statedLine
	var re strings.Builder
	rest := normal(s.Text)
	for {
		plain, after, open := strings.Cut(rest, "{")
		re.WriteString(regexp.QuoteMeta(plain))
		if !open {
			break
		}
		name, more, closed := strings.Cut(after, "}")
		f, known := parseField(name)
		switch {
		case closed && name == "any":
			re.WriteString(`.*?`)
		case closed && name == "count":
			re.WriteString(countGroup)
			out.measures = append(out.measures, measure{of: of})
		case closed && known:
			re.WriteString(amountGroup)
			out.measures = append(out.measures, measure{field: f, of: of})
		default:
			return out, fmt.Errorf("stated line %q: %q is not known", s.Text, name)
		}
		rest = more
	}
	out.re, err = regexp.Compile("^" + re.String() + "$")
	return out, err
}

// parseMeasure reads "count", "count in", "amount out", "none".
func parseMeasure(s string) (measure, error) {
	what, rows, _ := strings.Cut(s, " ")
	of, err := pick(classNames, "rows", rows)
	if err != nil {
		return measure{}, err
	}
	switch what {
	case "none":
		return measure{none: true}, nil
	case "count":
		return measure{of: of}, nil
	}
	f, ok := parseField(what)
	if !ok {
		return measure{}, fmt.Errorf("field %q is not known", what)
	}
	return measure{field: f, of: of}, nil
}

// claims are what a file states of its rows, beside what they are.
type claims struct {
	parts   [numClasses]part
	now     []class // of the current row
	figures []figure
	heads   []measure // of a table of totals whose row comes next
	texts   []string
}

// part counts and sums the rows of a class, as the file writes them.
type part struct {
	entries int
	sum     map[Field]tillproof.Exact
	back    tillproof.Exact // what was paid back later, told on the rows themselves
	plus    int             // rows whose amount is written without a minus
	minus   int
	turned  tillproof.Exact // the sum of the amounts without their signs
	broken  bool
}

// figure is one stated figure.
type figure struct {
	measure
	line  int
	text  string
	count int
	value tillproof.Exact
	raw   string // of a figure that is no number here
}

// maxStated bounds the figures that are kept: a real file states a dozen.
const maxStated = 64

// classes are those of the current row, by its flag and its type.
func (t *table) classes() []class {
	if !t.lay.wallet.statesTotals {
		return nil
	}
	out := append(t.claims.now[:0], allRows)
	in, known := t.lay.words.in[normal(t.cell(Flag))]
	if !t.lay.has(Flag) && t.shape() == bySides {
		in, known = isZeroText(t.cell(Debit)), true
	}
	switch {
	case t.isNeutral():
		out = append(out, rowsNeutral)
	case known && in:
		out = append(out, rowsIn)
	case known:
		out = append(out, rowsOut)
	}
	if k, ok := t.lay.words.kinds[normal(t.cell(Type))]; ok && goesOut(k) {
		out = append(out, refundRows)
	} else if ok {
		out = append(out, saleRows)
	}
	return out
}

func (s *claims) count(now []class) {
	s.now = now
	for _, c := range now {
		s.parts[c].entries++
	}
}

// add sums the amounts of the current row.
func (s *claims) add(m *moneys, refunded *tillproof.Exact) {
	for _, c := range s.now {
		p := &s.parts[c]
		if p.sum == nil {
			p.sum = map[Field]tillproof.Exact{}
		}
		for _, f := range amountFields {
			x := m.value[f]
			if x == nil {
				continue
			}
			sum, err := exactAdd(p.sum[f], *x)
			p.sum[f], p.broken = sum, p.broken || err != nil
		}
		if x := m.value[Amount]; x != nil {
			p.addSize(*x)
		}
		if refunded == nil {
			continue
		}
		back, err := exactAdd(p.back, *refunded)
		p.back, p.broken = back, p.broken || err != nil
	}
}

// addSize counts an amount by its size, and the sign it is written with.
func (p *part) addSize(x tillproof.Exact) {
	switch {
	case x.Unscaled > 0:
		p.plus++
	case x.Unscaled < 0:
		p.minus++
		x = x.Neg()
	}
	sum, err := exactAdd(p.turned, x)
	p.turned, p.broken = sum, p.broken || err != nil
}

// mixed reports refunds that are written with a minus here and without one there.
func (s *claims) mixed() bool { return s.parts[refundRows].plus > 0 && s.parts[refundRows].minus > 0 }

// readStated takes the figures of a line around the table; false where it states none.
func (t *table) readStated(line int, cells []string) bool {
	if len(t.lay.wallet.lines) == 0 {
		return false
	}
	text := strings.TrimRight(strings.Join(cells, ","), ", ")
	plain := normal(text)
	for i := range t.lay.wallet.lines {
		l := &t.lay.wallet.lines[i]
		groups := l.re.FindStringSubmatch(plain)
		if groups == nil {
			continue
		}
		for j, m := range l.measures {
			t.claims.take(m, line, text, groups[j+1])
		}
		return true
	}
	return false
}

// readStatedAbove takes the figures above the table.
func (t *table) readStatedAbove(rows []Row) {
	for i := range rows {
		t.readStated(rows[i].Line, rows[i].Cells)
	}
}

func (s *claims) take(m measure, line int, text, value string) {
	if len(s.figures) == maxStated || m.none {
		return
	}
	f := figure{measure: m, line: line, text: strings.Clone(text)}
	value = strings.ReplaceAll(value, ",", "")
	var err error
	if m.field == NoField {
		f.count, err = strconv.Atoi(value)
	} else {
		f.value, err = tillproof.ParseExact(value)
	}
	if err != nil {
		f.raw = unlikely(value)
	}
	s.figures = append(s.figures, f)
}

// unlikely is a figure that is none, as an issue may show it. Its blanks are gone by now, so what was a card
// number beside other digits may have become one run that nothing tells a card in: no digit of such a run is
// shown.
func unlikely(value string) string {
	hidden, digits := strings.Builder{}, strings.Builder{}
	for _, r := range value {
		if r >= '0' && r <= '9' {
			digits.WriteRune(r)
			r = '*'
		}
		hidden.WriteRune(r)
	}
	if holdsCard(digits.String()) {
		return shown(hidden.String())
	}
	return shown(value)
}

// holdsCard reports a card number anywhere in a run of digits.
func holdsCard(digits string) bool {
	for from := range digits {
		for to := from + shortestCard; to <= min(from+longestCard, len(digits)); to++ {
			if format.HasCard(digits[from:to]) {
				return true
			}
		}
	}
	return false
}

// The lengths of card numbers.
const (
	shortestCard = 13
	longestCard  = 19
)

// isSummary passes a table of totals below the rows: its header, and the row under it.
func (t *table) isSummary() bool {
	w, s := &t.lay.wallet, &t.claims
	if len(w.summary) == 0 {
		return false
	}
	if s.heads != nil {
		for i, m := range s.heads {
			if i < len(t.row.Cells) && t.row.Cells[i] != "" {
				s.take(m, t.row.Line, s.texts[i], strings.TrimLeft(cell.Fold(t.row.Cells[i]), "¥ "))
			}
		}
		s.heads, s.texts = nil, nil
		return true
	}
	if _, ok := w.summary[normal(t.row.Cells[0])]; !ok {
		return false
	}
	for _, c := range t.row.Cells {
		m, ok := w.summary[normal(c)]
		if !ok {
			m.none = true
		}
		s.heads, s.texts = append(s.heads, m), append(s.texts, strings.Clone(c))
	}
	t.footed = true
	return true
}

// issues compares what the file states with its rows.
func (s *claims) issues() []tillproof.Issue {
	var out []tillproof.Issue
	confirmed := false
	for i := range s.figures {
		f := &s.figures[i]
		if f.field != NoField {
			confirmed = confirmed || s.mixed() && f.of == refundRows && f.isSize(&s.parts[f.of])
		}
		if code, computed := f.verdict(&s.parts[f.of]); code != "" {
			out = append(out, f.issue(code, computed))
		}
	}
	if s.mixed() && !confirmed {
		p := &s.parts[refundRows]
		out = append(out, tillproof.Issue{Code: CodeRefundSigns, Params: tillproof.Params{
			"plus": strconv.Itoa(p.plus), "minus": strconv.Itoa(p.minus),
		}})
	}
	return out
}

// verdict compares a figure with its rows: "" where they agree. Refunds and money that goes out are written
// with a minus or without, whatever the rows do; a sum may leave out what was paid back later.
func (f *figure) verdict(p *part) (code, computed string) {
	if f.field == NoField {
		if f.raw == "" && f.count == p.entries {
			return "", ""
		}
		return CodeStatedCount, strconv.Itoa(p.entries)
	}
	if p.broken {
		return "", ""
	}
	sum := p.sum[f.field]
	net, err := sum.Add(p.back.Neg())
	switch {
	case f.raw != "":
		return CodeStatedTotal, sum.String()
	case f.value.Same(sum), f.goesOut() && f.value.Neg().Same(sum), f.goesOut() && f.isSize(p):
		return "", ""
	case err == nil && p.back.Unscaled != 0 && f.value.Same(net):
		return CodeStatedLess, sum.String()
	}
	return CodeStatedTotal, sum.String()
}

// isSize reports a figure that sums the amounts without their signs, or all as money that goes out.
func (f *figure) isSize(p *part) bool {
	return f.raw == "" && f.field == Amount && (f.value.Same(p.turned) || f.value.Neg().Same(p.turned))
}

// goesOut are the classes of money that leaves.
func (f *figure) goesOut() bool { return f.of == refundRows || f.of == rowsOut }

func (f *figure) issue(code, computed string) tillproof.Issue {
	value := f.value.String()
	switch {
	case f.raw != "":
		value = f.raw
	case f.field == NoField:
		value = strconv.Itoa(f.count)
	}
	return tillproof.Issue{Code: code, Place: tillproof.Place{Line: f.line}, Params: tillproof.Params{
		"text": shown(f.text), "stated": value, "computed": computed, "line": strconv.Itoa(f.line),
	}}
}
