package main

import (
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// The questions after the columns. Only the side is always asked, for no file says it; the rest is asked
// where the rows that were looked at do not show it.

func (t *dialogue) askSide() error {
	answers := make([]string, len(tillproof.Sides))
	for i, s := range tillproof.Sides {
		answers[i] = "side." + s.String()
	}
	n, err := t.choice("profile.ask.side", answers, max(slices.Index(tillproof.Sides[:], t.draft.Side), 0))
	t.draft.Side = tillproof.Sides[n]
	return err
}

// askSign asks which way money goes where one column of amounts shows no minus.
func (t *dialogue) askSign() error {
	if t.draft.Shape != "sign" || showMinus(t.samples(profile.Amount)) {
		return nil
	}
	answers := []string{"profile.sign.minus", "profile.sign.spend"}
	if t.has(profile.Type) {
		answers = append(answers, "profile.sign.type")
	}
	n, err := t.choice("profile.ask.sign", answers, 0)
	t.draft.Spend = n == 1
	if n == 2 {
		t.draft.Shape = "type"
	}
	return err
}

func showMinus(cells []string) bool {
	return slices.ContainsFunc(cells, func(s string) bool { return strings.ContainsAny(s, "-−－()（）") })
}

// movedFields are the meanings that say what a row moves.
var movedFields = []profile.Field{profile.Amount, profile.Debit, profile.Credit, profile.Net}

// amountFields are the meanings whose cells are amounts.
var amountFields = []profile.Field{
	profile.Amount, profile.Debit, profile.Credit, profile.Fee, profile.Net, profile.Balance,
}

// askFee asks what a positive fee says, where no net amount beside it shows it.
func (t *dialogue) askFee() error {
	if !t.has(profile.Fee) || t.has(profile.Net) && t.has(profile.Amount) {
		return nil
	}
	otherwise := 1
	if t.draft.FeeOut || !showMinus(t.samples(profile.Fee)) {
		otherwise = 0
	}
	n, err := t.choice("profile.ask.fee", []string{"profile.fee.out", "profile.fee.in"}, otherwise)
	t.draft.FeeOut = n == 0
	return err
}

// hasMark reports an amount with a mark of decimals or thousands.
func hasMark(s string) bool { return strings.ContainsAny(s, ".,") }

// askUnit asks whether whole numbers are yuan or fen.
func (t *dialogue) askUnit() error {
	cells := t.samples(amountFields...)
	if len(cells) == 0 || slices.ContainsFunc(cells, hasMark) {
		return nil
	}
	n, err := t.choice("profile.ask.unit", []string{"profile.unit.major", "profile.unit.minor"}, 0)
	if n == 1 {
		t.draft.Unit = "minor"
	}
	return err
}

// dayFields are the meanings whose cells are days, or may show one beside the time.
var dayFields = []profile.Field{
	profile.Day, profile.BookingDay, profile.SettleDay, profile.ValueDay, profile.Clock,
}

// askDates asks for the order of the parts of dates, where the days can be read in more than one. A year of
// four digits at the front, and days without marks, leave no doubt.
func (t *dialogue) askDates() error {
	open := slices.ContainsFunc(t.samples(dayFields...), func(s string) bool {
		first := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		return first > 0 && first < 4 && s[first] != ':'
	})
	if t.draft.Dates != "" || !open {
		return nil
	}
	orders := []string{"", "dmy", "mdy", "ymd"}
	n, err := t.choice("profile.ask.dates",
		[]string{"profile.dates.each", "profile.dates.dmy", "profile.dates.mdy", "profile.dates.ymd"}, 0)
	t.draft.Dates = orders[n]
	return err
}

// askDecimal asks which mark stands before the decimals, where the amounts show marks and do not decide.
func (t *dialogue) askDecimal() error {
	open := slices.ContainsFunc(t.samples(amountFields...), hasMark)
	if t.draft.Decimal != "" || !open {
		return nil
	}
	n, err := t.choice("profile.ask.decimal",
		[]string{"profile.decimal.each", "profile.decimal.point", "profile.decimal.comma"}, 0)
	t.draft.Decimal = []string{"", "point", "comma"}[n]
	return err
}

// askCurrency asks for the currency where no column of the file names one. Files of several currencies, and
// of none that the person knows, leave it open.
func (t *dialogue) askCurrency() error {
	if t.draft.Currency.Known() || t.has(profile.CurrencyCode) {
		return nil
	}
	t.ask("profile.ask.currency", nil)
	for {
		s, err := t.answer()
		if err != nil || s == keepIt {
			return err
		}
		c, err := tillproof.ParseCurrency(strings.ToUpper(s))
		if err == nil && c.Active() {
			t.draft.Currency = c
			return nil
		}
		t.say("profile.ask.no_currency", tillproof.Params{"value": mask(s)})
	}
}
