package tillproof_test

import (
	"testing"

	"github.com/tillproof/tillproof"
)

func TestActiveCurrencies(t *testing.T) {
	for _, c := range []string{"CNY", "EUR", "USD", "JPY", "KWD", "CLF", "ZWG", "XCG", "XOF", "AED"} {
		if parsed, err := tillproof.ParseCurrency(c); err != nil || !parsed.Active() {
			t.Errorf("%s is in use (ISO 4217 list one)", c)
		}
	}
	// Names of the street, withdrawn codes, and codes that are no money.
	for _, c := range []string{"RMB", "CNH", "NTD", "DEM", "HRK", "ZWL", "ANG", "XXX", "XTS", "XAU", "AAA"} {
		if parsed, err := tillproof.ParseCurrency(c); err != nil || parsed.Active() {
			t.Errorf("%s is no currency in use", c)
		}
	}
	if (tillproof.Currency{}).Active() {
		t.Error("the unknown currency is not in use")
	}
}
