package onec

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

var (
	errAmount = errors.New("no amount")
	errDate   = errors.New("no date")
)

// amountForm is roubles and kopecks parted by a point, a comma, or the dash of the printed forms.
var amountForm = regexp.MustCompile(`^(-?\d+)(?:[.,](\d{1,4})|-(\d{2}))?$`)

var blanks = strings.NewReplacer(" ", "", "\u00A0", "", "\u202F", "", "'", "")

// amountOf reads an amount.
func amountOf(s string) (tillproof.Exact, error) {
	m := amountForm.FindStringSubmatch(blanks.Replace(s))
	if m == nil || format.HasCard(s) || format.HasCard(m[1]) {
		return tillproof.Exact{}, errAmount
	}
	text := m[1]
	if decimals := m[2] + m[3]; decimals != "" {
		text += "." + decimals
	}
	return tillproof.ParseExact(text)
}

var dateForm = regexp.MustCompile(`^(\d{2})\.(\d{2})\.(\d{4})$`)

// dateOf reads DD.MM.YYYY, the only form of the format.
func dateOf(s string) (tillproof.Date, error) {
	m := dateForm.FindStringSubmatch(s)
	if m == nil {
		return tillproof.NoDate, errDate
	}
	day, _ := strconv.Atoi(m[1])
	month, _ := strconv.Atoi(m[2])
	year, _ := strconv.Atoi(m[3])
	d, ok := tillproof.NewDate(year, time.Month(month), day)
	if !ok {
		return tillproof.NoDate, errDate
	}
	return d, nil
}

var (
	rub      = tillproof.Currency{'R', 'U', 'B'}
	russian  = regexp.MustCompile(`^\d{20}$`)
	currency = struct{ from, to int }{5, 8} // where an account number names its currency
)

// currencyOf is the currency of an account: the sixth to eighth digit of a Russian account number name it
// (plan of accounts of the Bank of Russia, regulation 809-P of 2022), with 810 for the rouble, which ISO 4217
// numbers 643. Other accounts are in the currency that the user states.
func currencyOf(account string, opt format.Options) tillproof.Currency {
	if russian.MatchString(account) {
		code := account[currency.from:currency.to]
		if code == "810" {
			return rub
		}
		if c, ok := tillproof.CurrencyByNumber(code); ok {
			return c
		}
	}
	return opt.Currency
}

// accountOf is an account number as it is compared, without blanks and points. It is not for showing.
func accountOf(s string) string {
	return strings.NewReplacer(" ", "", ".", "", "\u00A0", "").Replace(s)
}

// maskedAccount is an account number as it may be shown. The card number is looked for before blanks are
// taken out, which part it from other digits.
func maskedAccount(s string) (string, int) {
	if masked, n := format.MaskText(s); n > 0 {
		return masked, n
	}
	return format.MaskText(accountOf(s))
}
