package tillproof

import (
	"fmt"
	"strings"
)

// Currency is an ISO 4217 alphabetic code, three upper-case letters. The zero value means "not known".
type Currency [3]byte

// CNY is the renminbi, the currency of the demo and of files that name none when the policy says so.
var CNY = Currency{'C', 'N', 'Y'}

// minorDigits lists the ISO 4217 currencies whose minor unit is not two digits (ISO 4217 list one, 2025).
var minorDigits = map[Currency]uint8{
	cur("BIF"): 0, cur("CLP"): 0, cur("DJF"): 0, cur("GNF"): 0, cur("ISK"): 0, cur("JPY"): 0, cur("KMF"): 0,
	cur("KRW"): 0, cur("PYG"): 0, cur("RWF"): 0, cur("UGX"): 0, cur("VND"): 0, cur("VUV"): 0, cur("XAF"): 0,
	cur("XOF"): 0, cur("XPF"): 0,
	cur("BHD"): 3, cur("IQD"): 3, cur("JOD"): 3, cur("KWD"): 3, cur("LYD"): 3, cur("OMR"): 3, cur("TND"): 3,
	cur("CLF"): 4, cur("UYW"): 4,
}

// active lists the codes of ISO 4217 list one (2025) that money is paid in: without precious metals, bond
// units, special drawing rights, and the codes for tests and for no currency.
const active = "" +
	"AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN " +
	"BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD " +
	"FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS " +
	"KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK " +
	"MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR " +
	"SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH " +
	"UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"

func cur(s string) Currency { return Currency{s[0], s[1], s[2]} }

// ParseCurrency reads an alphabetic ISO 4217 code; it answers an error for anything but three Latin capitals.
func ParseCurrency(s string) (Currency, error) {
	if len(s) != 3 {
		return Currency{}, fmt.Errorf("currency %q is not three letters", s)
	}
	for i := range 3 {
		if s[i] < 'A' || s[i] > 'Z' {
			return Currency{}, fmt.Errorf("currency %q is not three capital letters", s)
		}
	}
	return cur(s), nil
}

// MinorDigits is the number of decimals of the currency's minor unit: 2 for CNY, 0 for JPY, 3 for KWD.
func (c Currency) MinorDigits() int {
	if d, ok := minorDigits[c]; ok {
		return int(d)
	}
	return 2
}

// Active reports whether the code is one that money is paid in (ISO 4217 list one of 2025). Three capital
// letters that a file happens to hold need not be.
func (c Currency) Active() bool {
	return c.Known() && strings.Contains(active, c.String()) // blanks stand between codes of one length
}

// Known reports whether the currency is set.
func (c Currency) Known() bool { return c != Currency{} }

// String is the code, or "" when not known.
func (c Currency) String() string {
	if !c.Known() {
		return ""
	}
	return string(c[:])
}

// MarshalText writes the code.
func (c Currency) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the code; an empty text is the unknown currency.
func (c *Currency) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*c = Currency{}
		return nil
	}
	v, err := ParseCurrency(string(b))
	*c = v
	return err
}
