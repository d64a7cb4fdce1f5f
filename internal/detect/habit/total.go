package habit

import (
	"math"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// total adds up every approved purchase of a key and forgets none: what is told of it can be counted in the
// file, unlike the habit that the facts go by, which mixes everybody in and fades.
type total struct {
	sum      int64
	n        uint32
	currency tillproof.Currency
	mixed    bool // there were purchases of another currency
}

func (t *total) add(x *row) {
	if t.n == 0 {
		t.currency = x.currency
	}
	if t.sum > math.MaxInt64-maxAmount || t.n == math.MaxUint32 {
		t.mixed = true // it can be told no more
		return
	}
	t.mixed = t.mixed || t.currency != x.currency
	t.sum += x.amount
	t.n++
}

// leastRows is from how many rows on an average is told: two purchases are no habit.
const leastRows = 3

// tells reports whether the total is of one currency, that of the row.
func (t *total) tells(x *row) bool { return !t.mixed && t.currency == x.currency }

// ratio is the amount of a row in thousandths of the average, where that can be told.
func (t *total) ratio(x *row) (times int32, average int64, ok bool) {
	if t.n < leastRows || !t.tells(x) || t.sum < int64(t.n) {
		return 0, 0, false
	}
	n := int64(t.n)
	average = (t.sum + n/2) / n
	return permille(x.amount, average), average, true
}

func (t *total) walk(p *stream.Tape) {
	stream.Word8(p, &t.sum)
	stream.Word4(p, &t.n)
	p.Currency(&t.currency)
	p.Flag(&t.mixed)
	if t.sum < 0 {
		p.Break()
		t.sum = 0
	}
}
