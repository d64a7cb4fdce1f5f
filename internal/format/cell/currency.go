package cell

import (
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// currencySigns are read where they stand for one currency in the files of one country; "$" and "¥" name none
// for certain (dollars of many countries; yuan or yen). The longer ones come first. RMB and CNH are no codes
// of ISO 4217; words.yaml has them too.
var currencySigns = [...]struct {
	sign     string
	currency tillproof.Currency
}{
	{"RMB", tillproof.CNY},
	{"CNH", tillproof.CNY},
	{"US$", tillproof.Currency{'U', 'S', 'D'}},
	{"HK$", tillproof.Currency{'H', 'K', 'D'}},
	{"€", tillproof.Currency{'E', 'U', 'R'}},
	{"£", tillproof.Currency{'G', 'B', 'P'}},
	{"円", tillproof.Currency{'J', 'P', 'Y'}},
	{"$", tillproof.Currency{}},
	{"¥", tillproof.Currency{}},
	{"元", tillproof.Currency{}},
}

// trimCurrency takes a currency sign or a code of three capitals off the front or the end.
func trimCurrency(s string) (tillproof.Currency, string, bool) {
	if IsDigit(s[0]) && IsDigit(s[len(s)-1]) {
		return tillproof.Currency{}, s, false
	}
	for _, x := range currencySigns {
		if rest, ok := strings.CutPrefix(s, x.sign); ok {
			return x.currency, strings.TrimSpace(rest), rest != ""
		}
		if rest, ok := strings.CutSuffix(s, x.sign); ok {
			return x.currency, strings.TrimSpace(rest), rest != ""
		}
	}
	if len(s) > 3 {
		if c, ok := CurrencyCode(s[:3]); ok {
			return c, strings.TrimSpace(s[3:]), true
		}
		if c, ok := CurrencyCode(s[len(s)-3:]); ok {
			return c, strings.TrimSpace(s[:len(s)-3]), true
		}
	}
	return tillproof.Currency{}, s, false
}

// LooksCode reports three capitals, which are a currency's code or nothing.
func LooksCode(s string) bool {
	return len(s) == 3 && isCapital(s[0]) && isCapital(s[1]) && isCapital(s[2])
}

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

// namesNone reports an amount that three capitals stand beside which are no currency's code.
func namesNone(s string) bool {
	n := len(s) - 3
	return n > 0 && (LooksCode(s[:3]) && strings.IndexFunc(s[3:], isUpper) < 0 && hasDigit(s[3:]) ||
		LooksCode(s[n:]) && strings.IndexFunc(s[:n], isUpper) < 0 && hasDigit(s[:n]))
}

// former are codes that ISO 4217 has withdrawn since 2008; reports of those years hold them.
var former = []string{
	"ANG", "BYR", "CUC", "EEK", "HRK", "LTL", "LVL", "MRO", "SKK", "SLL", "STD", "VEF", "ZMK",
}

// CurrencyCode is the currency of a code that money is paid in, or was until lately.
func CurrencyCode(s string) (tillproof.Currency, bool) {
	if !LooksCode(s) {
		return tillproof.Currency{}, false // at each amount: an error would be made for nothing
	}
	c, err := tillproof.ParseCurrency(s)
	if err != nil || !c.Active() && !slices.Contains(former, s) {
		return tillproof.Currency{}, false
	}
	return c, true
}
