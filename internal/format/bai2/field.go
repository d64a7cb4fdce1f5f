package bai2

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// fields goes through the fields of a record and its continuations. A continuation goes on with the next
// field.
type fields struct {
	parts []string // the record, then its continuations
	rest  string
	open  bool // rest still holds a field, an empty one perhaps
}

func fieldsOf(parts []string) *fields { return &fields{parts: parts} }

// next is the next field; false behind the last.
func (f *fields) next() (string, bool) {
	if !f.open {
		if len(f.parts) == 0 {
			return "", false
		}
		f.rest, f.parts, f.open = f.parts[0], f.parts[1:], true
	}
	field, rest, more := strings.Cut(f.rest, ",")
	f.rest, f.open = rest, more
	return strings.TrimSpace(field), true
}

// field is the next field, "" behind the last.
func (f *fields) field() string {
	s, _ := f.next()
	return s
}

// text is all that is left: a text may hold commas, and runs on over the continuations.
func (f *fields) text() []string {
	var out []string
	if f.open {
		out = append(out, f.rest)
	}
	out = append(out, f.parts...)
	f.parts, f.open = nil, false
	return out
}

var (
	errAmount = errors.New("no whole number of minor units")
	errDate   = errors.New("no date")
	errFunds  = errors.New("no funds type")
)

// amountOf reads minor units: digits, a sign in front of them perhaps.
func amountOf(s string) (int64, error) {
	digits := s
	if s != "" && (s[0] == '+' || s[0] == '-') {
		digits = s[1:]
	}
	if digits == "" || !allDigits(digits) {
		return 0, errAmount
	}
	if format.HasCard(strings.TrimLeft(digits, "0")) {
		return 0, errAmount // a card number in the wrong place, and no sum of money
	}
	x, err := tillproof.ParseExact(s)
	return x.Unscaled, err
}

// maxCount is the most digits that a count of records can have; a card number has more.
const maxCount = 9

// countOf reads a number of records, accounts, groups or items.
func countOf(s string) (int, error) {
	if len(s) > maxCount || !allDigits(s) {
		return 0, errAmount
	}
	return strconv.Atoi(s)
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// pivot is the first two-digit year of the last century.
const pivot = 80

// dateOf reads YYMMDD, and YYYYMMDD, which some banks write.
func dateOf(s string) (tillproof.Date, error) {
	if len(s) != 6 && len(s) != 8 || !allDigits(s) {
		return tillproof.NoDate, errDate
	}
	n := len(s) - 4
	year, _ := strconv.Atoi(s[:n])
	month, _ := strconv.Atoi(s[n : n+2])
	day, _ := strconv.Atoi(s[n+2:])
	switch {
	case n == 2 && year >= pivot:
		year += 1900
	case n == 2:
		year += 2000
	}
	d, ok := tillproof.NewDate(year, time.Month(month), day)
	if !ok {
		return tillproof.NoDate, errDate
	}
	return d, nil
}

// funds reads the funds type and the fields that belong to it. It answers the value date as the file writes
// it, "" where it names none.
func (f *fields) funds() (valueDate string, err error) {
	switch kind := f.field(); kind {
	case "", "0", "1", "2", "Z", "z":
		return "", nil
	case "V", "v": // date, time
		valueDate = f.field()
		f.field()
		return valueDate, nil
	case "S", "s": // available at once, after one day, later
		return "", f.amounts(3)
	case "D", "d":
		n, err := strconv.ParseUint(f.field(), 10, 16)
		if err != nil {
			return "", errFunds
		}
		for range n {
			if days, ok := f.next(); !ok || days == "" || !allDigits(days) {
				return "", errFunds
			}
			if err := f.amounts(1); err != nil {
				return "", err
			}
		}
		return "", nil
	}
	return "", errFunds
}

// amounts passes over n amounts of a funds type; they may be empty, but not text.
func (f *fields) amounts(n int) error {
	for range n {
		s, ok := f.next()
		if !ok {
			return errFunds
		}
		if s == "" {
			continue
		}
		if _, err := amountOf(s); err != nil {
			return errFunds
		}
	}
	return nil
}

// squeeze makes runs of blanks one.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }
