package profile

import (
	"slices"
	"strings"
	"unicode"

	"github.com/tillproof/tillproof/internal/format/cell"

	"github.com/tillproof/tillproof/internal/format"
)

// columnFacts is what the cells of a column look like.
type columnFacts struct {
	filled, dates, clocks, amounts, negative, marked, text, letters int
	cards, currencies, flags, kinds, statuses                       int
	samples                                                         []string
}

func (c *columnFacts) add(text string, words *vocabulary) {
	if text == "" || words.empty[normal(text)] {
		return
	}
	c.filled++
	if s := shown(text); len(c.samples) < guessSamples && !slices.Contains(c.samples, s) {
		c.samples = append(c.samples, s)
	}
	_, _, err := cell.ParseClock(cell.Fold(text))
	switch {
	case isDateText(text):
		c.dates++
	case err == nil && strings.Contains(text, ":"):
		c.clocks++
	case isCardText(text):
		c.cards++
	case isAmountText(text):
		c.amounts++
		w, _ := cell.Strip(text)
		if w.Negative {
			c.negative++
		}
		if strings.ContainsAny(w.Digits, ".,") {
			c.marked++
		}
	case strings.ContainsFunc(text, unicode.IsLetter):
		c.text++
		c.letters += len(text)
	}
	c.addWord(normal(text), text, words)
}

func (c *columnFacts) addWord(word, cell string, words *vocabulary) {
	if _, ok := words.in[word]; ok {
		c.flags++
	}
	if _, ok := words.kinds[word]; ok {
		c.kinds++
	}
	if _, ok := words.statuses[word]; ok {
		c.statuses++
	}
	if _, ok := words.currency(cell); ok {
		c.currencies++
	}
}

// most reports a count that nearly all filled cells reach.
func (c *columnFacts) most(n int) bool { return n > 0 && n*10 >= c.filled*9 }

// allows reports whether the cells may be of a field: a name that speaks of a date above cells that are none
// means something else here.
func (c *columnFacts) allows(f Field) bool {
	switch {
	case c.filled == 0:
		return true
	case f.isDay():
		return c.most(c.dates)
	case f.isAmount(), f == Balance:
		return c.most(c.amounts)
	case f == Flag:
		return c.most(c.flags)
	}
	return true
}

func isDateText(s string) bool {
	d, err := cell.SplitDate(cell.Fold(s))
	if err != nil || d.Parts == 2 || d.Parts == 1 && d.Digits[0] != 8 && d.Digits[0] != 14 {
		return false
	}
	if d.Parts == 3 && d.IsOpen() {
		return d.Fits() != 0
	}
	day, err := d.Day(cell.OrderAny, 0)
	return err == nil && day.Time().Year() >= 1980 && day.Time().Year() < 2100
}

func isAmountText(s string) bool {
	w, err := cell.Strip(s)
	if err != nil || cell.WholeDigits(w.Digits) > maxWholeDigits {
		return false
	}
	for _, m := range [...]cell.Mark{cell.MarkPoint, cell.MarkComma} {
		if _, err := w.Plain(m); err == nil {
			return true
		}
	}
	return false
}

// isCardText reports a card number, whole or masked ("620000******0005").
func isCardText(s string) bool {
	digits := strings.Count(s, "*") + strings.Count(s, "x") + strings.Count(s, "X")
	if format.FullCard(s) {
		return true
	}
	if digits < 4 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if strings.IndexByte("0123456789*xX -", s[i]) < 0 {
			return false
		}
	}
	return len(s) >= 12 && cell.IsDigit(s[len(s)-1])
}
