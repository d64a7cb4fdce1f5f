package synth

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// luhn reports whether the digits pass the check of ISO/IEC 7812-1, which one number in ten does by chance.
func luhn(digits string) bool {
	sum, double := 0, false
	for i := len(digits) - 1; i >= 0; i-- {
		d := int(digits[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// withCheck appends the last digit: one that passes Luhn, or the first that does not.
func withCheck(prefix string, pass bool) string {
	for d := byte('1'); d <= '9'; d++ {
		if s := prefix + string(d); luhn(s) == pass {
			return s
		}
	}
	return prefix + "0"
}

func pad(n, width int) string {
	s := strconv.Itoa(n)
	for len(s) < width {
		s = "0" + s
	}
	return s
}

// merchantID is built as acquirers do: institution (3), region (4), merchant category (4), sequence (4).
func (r *run) merchantID(merchant int) tillproof.MerchantID {
	prefix := "104" + pad(3100+merchant/1000, 4) + r.trade.mcc + pad(merchant%1000, 3)
	return tillproof.MerchantID(withCheck(prefix, r.o.LuhnIDs))
}

// strangeTerminal is the place, beyond the shop's own terminals, of the one that the policy does not list.
const strangeTerminal = 9

func terminalID(merchant, terminal int) tillproof.TerminalID {
	return tillproof.TerminalID(strconv.Itoa(31000000 + merchant*10 + terminal))
}

// orderNumber is a supplier's 16-digit order number in a bank narrative.
func (r *run) orderNumber(day tillproof.Date, n int) string {
	return withCheck(compact(day)+pad(n%10_000_000, 7), r.o.LuhnIDs)
}

// rrn is a 12-digit retrieval reference: last digit of the year, day of the year, and eight digits that are
// unique over all merchants of the run. It always fails Luhn.
type rrnSource struct {
	base, size, next uint64
}

const rrnSpace = 100_000_000

func newRRNs(merchant, merchants int) *rrnSource {
	size := uint64(rrnSpace / merchants)
	return &rrnSource{base: uint64(merchant) * size, size: size}
}

func (s *rrnSource) take(day tillproof.Date) string {
	t := day.Time()
	head := strconv.Itoa(t.Year()%10) + pad(t.YearDay(), 3)
	for {
		// 61 803 399 is coprime to 10^8: multiplying scatters the sequence and keeps it free of repeats.
		n := (s.base + s.next%s.size + 41_271) * 61_803_399 % rrnSpace
		s.next++
		if v := head + pad(int(n), 8); !luhn(v) {
			return v
		}
	}
}

// lost is a reference that no sale of the merchant has: the last of its share, which no month reaches.
func (s *rrnSource) lost(day tillproof.Date) string {
	last := *s
	for n := s.size - 1; ; n-- {
		last.next = n
		if v := last.take(day - 40); last.next == n+1 {
			return v
		}
	}
}

// authCode is six capitals or digits, as issuers answer them.
func authCode(r *dice.Stream) string {
	const letters = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	b := make([]byte, 6)
	for i := range b {
		b[i] = letters[r.Below(len(letters))]
	}
	return string(b)
}

// card is a customer's card by its number in the merchant's pool; the kind goes with the issuer prefix.
type card struct {
	n      int32
	credit bool
}

// cardSpace is how many different masked cards a pool has: six prefixes and four last digits.
const cardSpace = 60_000

var prefixes = [2][6]string{
	{"621234", "621467", "622188", "622309", "623058", "621799"},
	{"625001", "622545", "628266", "622689", "625907", "628318"},
}

// masked is the card as files show it. Two cards of a merchant never look the same: 7919 is prime and
// scatters the pool over the space without repeats.
func (c card) masked() string {
	v := int(c.n) * 7919 % cardSpace
	return prefixes[c.pool()][v/10_000] + "******" + pad(v%10_000, 4)
}

func (c card) pool() int {
	if c.credit {
		return 1
	}
	return 0
}

// compact writes a day as 20260916.
func compact(d tillproof.Date) string { return d.Time().Format("20060102") }
