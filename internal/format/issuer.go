package format

// A card number has 13 to 19 digits (ISO/IEC 7812-1; 12 occur with old Maestro cards only).
const (
	minPAN = 13
	maxPAN = 19
)

// issuer is a span of issuer prefixes with the lengths that cards of that span have.
type issuer struct {
	from, to int // the first digits, as many in both
	digits   int // how many first digits from and to show
	min, max int // length of the whole number
}

// issuers are the issuer prefixes in use. Sources: the ranges that the card schemes publish for acceptance,
// as collected in Wikipedia, "Payment card number", section "Issuer identification number" (2025), and for
// the Chinese bank cards older than prefix 62 the same collection's Chinese edition. UATP (prefix 1, 15
// digits) is left out on purpose, and so are Diners numbers of 15 digits that begin with 30: Chinese merchant
// numbers are 15 digits and begin with the code of a bank (102 to 105, 301 to 316); one in ten of them passes
// the check digit.
var issuers = [...]issuer{
	{4, 4, 1, 13, 13},
	{4, 4, 1, 16, 16},
	{4, 4, 1, 19, 19}, // Visa, Electron, Dankort
	{51, 55, 2, 16, 16},
	{2221, 2720, 4, 16, 16}, // Mastercard
	{34, 34, 2, 15, 15},
	{37, 37, 2, 15, 15}, // American Express
	{62, 62, 2, 16, 19},
	{81, 81, 2, 16, 19},     // UnionPay
	{3528, 3589, 4, 16, 19}, // JCB
	{6011, 6011, 4, 16, 19},
	{644, 649, 3, 16, 19},
	{65, 65, 2, 16, 19}, // Discover, RuPay
	{300, 305, 3, 14, 14},
	{300, 305, 3, 16, 19},
	{3095, 3095, 4, 14, 14},
	{3095, 3095, 4, 16, 19},
	{36, 36, 2, 14, 19},
	{38, 39, 2, 14, 19}, // Diners Club
	{5018, 5018, 4, 13, 19},
	{5020, 5020, 4, 13, 19},
	{5038, 5038, 4, 13, 19}, // Maestro
	{5893, 5893, 4, 13, 19},
	{6304, 6304, 4, 13, 19},
	{6759, 6759, 4, 13, 19},
	{6761, 6763, 4, 13, 19},
	{2200, 2204, 4, 16, 19}, // Mir
	{60, 60, 2, 16, 16},
	{82, 82, 2, 16, 16},
	{508, 508, 3, 16, 16}, // RuPay
	{9558, 9558, 4, 19, 19},
	{6013, 6013, 4, 16, 19},
	{601428, 601428, 6, 17, 17}, // Chinese banks before 62
	{636368, 636368, 6, 16, 16},
	{636297, 636297, 6, 16, 16},
	{5066, 5067, 4, 16, 16}, // Elo
	{509, 509, 3, 16, 16},
	{506099, 506198, 6, 16, 19},
	{507865, 507964, 6, 16, 19}, // Verve
	{9792, 9792, 4, 16, 16},
	{8600, 8600, 4, 16, 16},
	{9860, 9860, 4, 16, 16}, // Troy, Uzcard, Humo
}

// isPAN reports whether the digits are a full card number: length, check digit, and an issuer prefix of that
// length. The check digit alone is not enough: one in ten merchant or order numbers passes it.
func isPAN(digits []byte) bool {
	return len(digits) >= minPAN && len(digits) <= maxPAN && luhn(digits) && hasIssuer(digits)
}

// luhn is the check of ISO/IEC 7812-1 annex B.
func luhn(digits []byte) bool {
	sum := 0
	for i, c := range digits {
		d := int(c - '0')
		if (len(digits)-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

func hasIssuer(digits []byte) bool {
	for _, s := range issuers {
		if len(digits) < s.min || len(digits) > s.max {
			continue
		}
		prefix := 0
		for _, c := range digits[:s.digits] {
			prefix = prefix*10 + int(c-'0')
		}
		if prefix >= s.from && prefix <= s.to {
			return true
		}
	}
	return false
}
