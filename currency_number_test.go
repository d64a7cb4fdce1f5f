package tillproof_test

import (
	"testing"

	"github.com/tillproof/tillproof"
)

// The expected codes are those of ISO 4217 as its list one prints them.
func TestCurrencyByNumber(t *testing.T) {
	for code, want := range map[string]string{
		"156": "CNY", "840": "USD", "978": "EUR", "392": "JPY", "414": "KWD", "360": "IDR", "344": "HKD",
		"826": "GBP", "036": "AUD", "008": "ALL", "933": "BYN", "532": "XCG", "924": "ZWG", "784": "AED",
	} {
		c, ok := tillproof.CurrencyByNumber(code)
		if !ok || c.String() != want || !c.Active() {
			t.Errorf("%s is %s, want %s", code, c, want)
		}
	}
	for _, code := range []string{"", "999", "000", "8", "36", "0156", "CNY", "1 6", "15６", "963"} {
		if c, ok := tillproof.CurrencyByNumber(code); ok {
			t.Errorf("%q is %s, want none", code, c)
		}
	}
}
