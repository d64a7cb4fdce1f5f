package profile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// balanceWord is how a line begins that states a balance and is no entry. field is Opening, Closing, or
// Balance where the word does not tell which.
type balanceWord struct {
	word  string
	field Field
}

var balanceFields = map[string]Field{"opening": Opening, "closing": Closing, "any": Balance}

func parseBalance(s string) (Field, bool) { f, ok := balanceFields[s]; return f, ok }

// balanceWords are the words of the lists, the longer ones first.
func balanceWords(lists ...map[string][]string) ([]balanceWord, error) {
	words, err := meanings(parseBalance, lists...)
	if err != nil {
		return nil, err
	}
	var out []balanceWord
	for w, f := range words {
		out = append(out, balanceWord{w, f})
	}
	slices.SortFunc(out, func(a, b balanceWord) int {
		return cmp.Or(len(b.word)-len(a.word), strings.Compare(a.word, b.word))
	})
	return out, nil
}

// beforeDays stand between the word for a balance and its day.
var beforeDays = []string{
	"asof", "ason", "at", "on", "per", "am", "vom", "zum", "van", "op", "au", "du", "le", "al", "del", "dal",
	"dnia", "na", "den", "för", "pr.", "截至",
}

// balanceLine reports a cell that says that its row states a balance.
func (v *vocabulary) balanceLine(cell string) (Field, bool) {
	if cell == "" || len(cell) > maxFooterWord {
		return NoField, false
	}
	n := normal(cell)
	for _, w := range v.balances {
		rest, ok := strings.CutPrefix(n, w.word)
		if ok && endsName(rest) {
			return w.field, true
		}
	}
	return NoField, false
}

// endsName reports that what follows a word belongs to it no more: a mark, a number, a day.
func endsName(rest string) bool {
	if rest == "" || strings.IndexByte(":(-0123456789", rest[0]) >= 0 {
		return true
	}
	for _, w := range beforeDays {
		if day, ok := strings.CutPrefix(rest, w); ok && strings.ContainsAny(day, "0123456789") {
			return true
		}
	}
	return false
}

// takeBalanceLine reads a row of a bank's table that states a balance: a label, and beside it nothing but
// days, currencies and the amount. Where it shows an amount of its own beside another balance, it is an
// entry.
func (t *table) takeBalanceLine() bool {
	if t.lay.Side != tillproof.Bank {
		return false
	}
	label, field := t.balanceLabel()
	if label < 0 {
		return false
	}
	for i, c := range t.row.Cells {
		if i != label && hasLetter(c) && !isDateText(c) && !isAmountText(c) && !t.isShortWord(c) {
			return false
		}
	}
	amount, code := t.besideLabel(label, Amount, Debit, Credit)
	balance, _ := t.besideLabel(label, Balance)
	switch {
	case code != "", amount != nil && balance != nil && amount.Unscaled != 0 && !amount.Same(*balance):
		return false
	case field == Balance:
		return amount == nil || amount.Unscaled == 0
	case balance == nil && t.lay.has(Amount) && !t.lay.has(Flag):
		balance = amount // the balance stands where the entries have their amount
	}
	t.takeBound(field, balance)
	return true
}

// balanceLabel is the first cell of the row that labels a balance; -1 where none does.
func (t *table) balanceLabel() (int, Field) {
	for i, c := range t.row.Cells {
		if f, ok := t.lay.words.balanceLine(c); ok {
			return i, f
		}
	}
	return -1, NoField
}

// isShortWord is what may stand beside such an amount: its currency, its direction.
func (t *table) isShortWord(c string) bool {
	_, known := t.currencyWord(c)
	_, flag := t.lay.words.in[normal(c)]
	return known || flag
}

// besideLabel is the first amount of some columns that is not the label itself.
func (t *table) besideLabel(label int, fields ...Field) (*tillproof.Exact, string) {
	for _, f := range fields {
		at := t.lay.at[f]
		if len(at) == 0 || at[0] == label || t.cell(f) == "" {
			continue
		}
		cur, _, _ := t.rowCurrency()
		a, code := t.readAmount(t.cell(f), t.isNumber(f), cur)
		if code != "" {
			return nil, code
		}
		return &a.Value, ""
	}
	return nil, ""
}

// takeBound keeps the first opening balance and the last closing one that a table states in words.
func (t *table) takeBound(f Field, x *tillproof.Exact) {
	switch {
	case x == nil:
	case f == Opening && t.ends.opening == nil:
		t.ends.opening = x
	case f == Closing:
		t.ends.closing = x
	}
}

// presetBalance takes a balance that stands above the table.
func (t *table) presetBalance(f Field, value string) {
	cur := t.lay.currencyOr(t.preset.currency)
	if a, code := t.readAmount(value, false, cur); code == "" && value != "" {
		t.takeBound(f, &a.Value)
		if !t.ends.currency.Known() {
			t.ends.currency = cur
		}
	}
}

// label is what a label above the table means.
func (t *table) label(s string) (Field, bool) {
	if f, known := t.lay.preamble[normal(s)]; known {
		return f, true
	}
	if f, known := t.lay.words.balanceLine(s); known && f != Balance && t.lay.Side == tillproof.Bank {
		return f, true
	}
	return NoField, false
}

// statements are the accounts of a bank's table, as its balances show them and as it states them.
func (t *table) statements() []tillproof.Statement {
	out := t.chain.statements()
	switch len(out) {
	case 0:
		return t.ends.statements(t.chain.unread())
	case 1:
		if t.ends.opening != nil {
			out[0].Opening = t.ends.opening
		}
		if t.ends.closing != nil {
			out[0].Closing = t.ends.closing
		}
	}
	return out
}
