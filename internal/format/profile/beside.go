package profile

import (
	"strings"

	"github.com/tillproof/tillproof"
)

// anyWord in a layout's marks stands for whatever fills the cell. As names are compared it is the empty word.
const anyWord = "*"

// setMarks takes the columns beside the status that overrule it.
func (r *rules) setMarks(y rulesYAML) error {
	for _, m := range y.Marks {
		words, err := meanings(parseStatus, m.Means)
		if err != nil {
			return err
		}
		if r.marks == nil {
			r.marks = map[string]map[string]tillproof.RecordStatus{}
		}
		r.marks[normal(m.Column)] = words
	}
	return nil
}

// markedColumn is a column of the table that may overrule the status.
type markedColumn struct {
	at    int
	means map[string]tillproof.RecordStatus
}

func (t *table) markedColumns() []markedColumn {
	if len(t.lay.rules.marks) == 0 || t.marked != nil {
		return t.marked
	}
	t.marked = []markedColumn{}
	for i, h := range t.lay.header {
		if means, ok := t.lay.rules.marks[normal(h)]; ok {
			t.marked = append(t.marked, markedColumn{i, means})
		}
	}
	return t.marked
}

// setMarks gives a row the status that another column says: a charge that was never captured, a payment that
// was voided. It also notes a dispute that is told in the row of its sale only.
func (t *table) setMarks(r *tillproof.Record) {
	if word := t.cell(Status); t.lay.rules.disputed[normal(word)] {
		t.noteOnce(CodeDisputeInside, Status, word)
	}
	if r.Status != tillproof.Posted {
		return
	}
	for _, c := range t.markedColumns() {
		if c.at >= len(t.row.Cells) || t.row.Cells[c.at] == "" {
			continue
		}
		s, ok := c.means[normal(t.row.Cells[c.at])]
		if !ok {
			s, ok = c.means[normal(anyWord)]
		}
		if ok {
			r.Status = s
			return
		}
	}
}

// standIn takes the gross for the amount where a report of two forms lacks the amount: the currency is then
// that of the gross, never that of a column that belongs to the other amount.
func (l *Layout) standIn() {
	if !l.rules.grossIn || l.has(Amount) || !l.has(GrossCredit) || !l.has(GrossCurrency) {
		return
	}
	for _, pair := range [...]struct{ to, from Field }{{Amount, GrossCredit}, {CurrencyCode, GrossCurrency}} {
		for _, i := range l.at[pair.to] {
			l.field[i] = Ignored
			l.at[Ignored] = append(l.at[Ignored], i)
		}
		for _, i := range l.at[pair.from] {
			l.field[i] = pair.to
		}
		l.at[pair.to], l.at[pair.from] = l.at[pair.from], nil
	}
}

// grossFollows gives the payer's amount the side of the merchant's, where a report writes both without sign.
func (a *amounts) grossFollows(shape amountShape) {
	if shape == byType && a.gross != nil && a.amount != nil && a.amount.Unscaled < 0 && a.gross.Unscaled > 0 {
		a.gross = negated(a.gross)
	}
}

// kindAgrees holds the sign of an amount against the type of its row: a report that signs its refunds has
// said two things where one is written as money that comes in.
func (t *table) kindAgrees(out *amounts, kind tillproof.RecordKind) *amountFault {
	if !t.lay.rules.kindSigns {
		return nil
	}
	for _, x := range [...]struct {
		value *tillproof.Exact
		field Field
	}{{out.amount, Amount}, {out.total, Total}} {
		if x.value == nil {
			continue
		}
		in := kind == tillproof.Sale || kind == tillproof.Completion || kind == tillproof.ChargebackReversal
		if in && x.value.Unscaled < 0 || undoes(kind) && !in && x.value.Unscaled > 0 {
			return &amountFault{CodeKindDirection, x.field}
		}
	}
	return nil
}

// flagAgrees holds the direction column against the side that the type of the row has given the amount.
func (t *table) flagAgrees(x *tillproof.Exact) *amountFault {
	in, ok := t.lay.words.in[normal(t.cell(Flag))]
	if !ok || t.isNeutral() || x.Unscaled == 0 || in == (x.Unscaled > 0) {
		return nil
	}
	return &amountFault{CodeKindDirection, Flag}
}

// checkFeeParts holds the columns that make the fee against what lies between gross and net. Parts of a cent
// are passed: the report does not say how it rounds.
func (t *table) checkFeeParts(out *amounts) {
	if !t.lay.has(FeePart) {
		return
	}
	sum, fault := t.sumOf(t.lay.at[FeePart], out.currency)
	if sum == nil {
		sum = &tillproof.Exact{}
	}
	if fault != nil || sum.Same(out.fee.Neg()) {
		return // what is no amount is listed where it counts
	}
	if _, err := sum.Money(out.currency); err == nil {
		t.noteOnce(CodePartsTotal, FeePart, sum.String())
	}
}

// checkParts holds the amount of a row against the columns that make it.
func (t *table) checkParts(amount *tillproof.Exact, cur tillproof.Currency) {
	parts, less := t.columns(t.lay.rules.sumOf), t.columns(t.lay.rules.sumLess)
	sum, fault := t.sumOf(parts, cur)
	if fault != nil || sum == nil || amount == nil || sum.Same(*amount) {
		return
	}
	if off, fault := t.sumOf(less, cur); fault == nil && off != nil {
		twice, e1 := off.Add(*off)
		turned, e2 := sum.Add(twice.Neg())
		if e1 == nil && e2 == nil && turned.Same(*amount) {
			return
		}
	}
	t.noteOnce(CodePartsTotal, Amount, sum.String())
}

// columns are those of the table with one of the names.
func (t *table) columns(names map[string]bool) (at []int) {
	if len(names) == 0 {
		return nil
	}
	for i, h := range t.lay.header {
		if names[normal(h)] {
			at = append(at, i)
		}
	}
	return at
}

// sumOf adds the filled cells of columns; nil where none is.
func (t *table) sumOf(at []int, cur tillproof.Currency) (*tillproof.Exact, *amountFault) {
	var sum *tillproof.Exact
	for _, i := range at {
		if i >= len(t.row.Cells) || t.row.Cells[i] == "" {
			continue
		}
		part, code := t.readAmount(t.row.Cells[i], i < len(t.row.Numbers) && t.row.Numbers[i], cur)
		if code != "" {
			return nil, &amountFault{code, FeePart}
		}
		if sum == nil {
			sum = &tillproof.Exact{}
		}
		x, err := exactAdd(*sum, part.Value)
		if err != nil {
			return nil, &amountFault{CodeAmountRange, FeePart}
		}
		sum = &x
	}
	return sum, nil
}

// rejoin puts cells together that were cut at a comma inside one: where each cell of a layout begins with a
// mark, what has none is the rest of the cell before it.
func (t *table) rejoin() {
	tick, cells := t.lay.wallet.tick, t.row.Cells
	if tick == "" || len(cells) == 0 || !strings.HasPrefix(cells[0], tick) {
		return
	}
	want := len(t.lay.header)
	if t.claims.heads != nil {
		want = len(t.claims.heads)
	}
	if len(cells) <= want {
		return
	}
	var whole []string
	for _, c := range cells {
		if strings.HasPrefix(c, tick) {
			whole = append(whole, c)
			continue
		}
		whole[len(whole)-1] += "," + c
	}
	if len(whole) == want {
		t.row.Cells = whole
	}
}

// outside takes the bracket off the end that was opened before the text.
func outside(s string) string {
	s = strings.TrimSpace(s)
	if !strings.ContainsAny(s, "(（") {
		s = strings.TrimRight(s, ")） ")
	}
	return s
}
