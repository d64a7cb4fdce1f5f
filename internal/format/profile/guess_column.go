package profile

import (
	"slices"
	"strings"
	"unicode"

	"github.com/tillproof/tillproof/internal/format"
)

// columnFacts is what the cells of a column look like.
type columnFacts struct {
	filled, dates, clocks, amounts, negative, marked, text, letters int
	cards, currencies, flags, kinds, statuses                       int
	samples                                                         []string
}

func (c *columnFacts) add(cell string, words *vocabulary) {
	if cell == "" || words.empty[normal(cell)] {
		return
	}
	c.filled++
	if s := shown(cell); len(c.samples) < guessSamples && !slices.Contains(c.samples, s) {
		c.samples = append(c.samples, s)
	}
	_, _, err := parseClock(fold(cell))
	switch {
	case isDateText(cell):
		c.dates++
	case err == nil && strings.Contains(cell, ":"):
		c.clocks++
	case isCardText(cell):
		c.cards++
	case isAmountText(cell):
		c.amounts++
		w, _ := strip(cell)
		if w.negative {
			c.negative++
		}
		if strings.ContainsAny(w.digits, ".,") {
			c.marked++
		}
	case strings.ContainsFunc(cell, unicode.IsLetter):
		c.text++
		c.letters += len(cell)
	}
	c.addWord(normal(cell), cell, words)
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
	d, err := splitDate(fold(s))
	if err != nil || d.n == 2 || d.n == 1 && d.digits[0] != 8 && d.digits[0] != 14 {
		return false
	}
	if d.n == 3 && d.isOpen() {
		return d.fits() != 0
	}
	day, err := d.date(orderAny, 0)
	return err == nil && day.Time().Year() >= 1980 && day.Time().Year() < 2100
}

func isAmountText(s string) bool {
	w, err := strip(s)
	if err != nil || wholeDigits(w.digits) > maxWholeDigits {
		return false
	}
	for _, m := range [...]mark{markPoint, markComma} {
		if _, err := w.plain(m); err == nil {
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
	return len(s) >= 12 && isDigit(s[len(s)-1])
}
