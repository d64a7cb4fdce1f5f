package mt94x

import (
	"cmp"
	"strings"

	"github.com/tillproof/tillproof"
)

// line61 is field 61: what an entry moves, and its references.
type line61 struct {
	value, entry tillproof.Date
	clamped      bool // a date does not exist in its month
	amount       tillproof.Exact
	kind         string // type letter and code: "NTRF"
	customer     string // reference for the account owner
	bank         string // reference of the bank
	rest         string // what stands behind a full customer reference
}

// fault says where a field 61 cannot be read.
type fault struct {
	code string // catalogue code
	at   int    // byte in the text behind the tag
	text string
}

// parse61 reads value date YYMMDD, entry date MMDD (or four blanks, or nothing), mark, an optional third
// letter of the currency, amount, type, references. Where the amount could be read, it comes with the fault
// of a date.
func parse61(s string) (line61, *fault) {
	l := line61{value: tillproof.NoDate, entry: tillproof.NoDate}
	rest := s
	at := func() int { return len(s) - len(rest) }
	if len(rest) < 6 {
		return l, &fault{"format.mt94x.date", 0, rest}
	}
	value := rest[:6]
	rest = rest[6:]
	month := ""
	if len(rest) >= 4 && (allDigits(rest[:4]) || rest[:4] == "    ") {
		month, rest = strings.TrimSpace(rest[:4]), rest[4:]
	}
	rest = strings.TrimLeft(rest, " ")
	sign, n := markOf(rest)
	if n == 0 {
		return l, &fault{"format.mt94x.mark", at(), rest}
	}
	rest = rest[n:]
	text := amountPrefix(rest)
	x, err := amountOf(text)
	if err != nil {
		return l, &fault{"format.mt94x.amount", at(), cmp.Or(text, rest)}
	}
	if sign < 0 {
		x = x.Neg()
	}
	l.amount, rest = x, rest[len(text):]
	if rest == "" { // the type is mandatory: the amount itself may have lost its end
		return l, &fault{"format.mt94x.short", at(), s}
	}
	l.references(rest)
	return l, l.dates(value, month)
}

func (l *line61) dates(value, month string) *fault {
	d, clamped, err := dateOf(value)
	if err != nil {
		return &fault{"format.mt94x.date", 0, value}
	}
	l.value, l.clamped = d, clamped
	if month == "" {
		return nil
	}
	e, clamped, err := entryDate(month, d)
	if err != nil {
		return &fault{"format.mt94x.date", len(value), month}
	}
	l.entry, l.clamped = e, l.clamped || clamped
	return nil
}

// markOf reads C, D, RC (reversal of a credit: a debit) or RD (reversal of a debit: a credit), and the third
// letter of the currency that may follow. A German "CR" is credit and the R of EUR, not a reversal: that
// stands in front.
func markOf(s string) (sign, n int) {
	reversed := strings.HasPrefix(s, "R")
	if reversed {
		n = 1
	}
	if len(s) <= n {
		return 0, 0
	}
	switch s[n] {
	case 'C':
		sign = 1
	case 'D':
		sign = -1
	default:
		return 0, 0
	}
	n++
	if reversed {
		sign = -sign
	}
	if n < len(s) && s[n] >= 'A' && s[n] <= 'Z' {
		n++
	}
	return sign, n
}

// maxReference is the length of a reference by the standard. A bank that writes no // puts other text behind
// it.
const maxReference = 16

func (l *line61) references(s string) {
	if len(s) >= 4 {
		l.kind, s = s[:4], s[4:]
	}
	customer, bank, split := strings.Cut(s, "//")
	l.customer, l.bank = strings.TrimSpace(customer), strings.TrimSpace(bank)
	if rs := []rune(customer); !split && len(rs) > maxReference {
		l.customer = strings.TrimSpace(string(rs[:maxReference]))
		l.rest = strings.TrimSpace(string(rs[maxReference:]))
	}
	if l.customer == "NONREF" {
		l.customer = ""
	}
	if l.bank == "NONREF" {
		l.bank = ""
	}
}
