package habit

import "math"

const (
	cardRows   = 24 // the last rows of a card: more than a person makes within a day
	cardHighs  = 24 // the last rows well above its habit
	cardFrauds = 8  // its last confirmed frauds
	cardDays   = 32 // day counts: a month

	// usualRows is after how many rows sums are halved: a habit of the last 128 to 256 rows.
	usualRows = 256
	// poolRows is how many rows of "everybody" stand in for a card of which little is known.
	poolRows = 3
)

// The levels, in thousandths of what is usual, from which an amount counts as high. They only sort rows into
// lists; where the border between usual and strange lies is learned.
const (
	raised   = 1500
	high     = 2000
	veryHigh = 3000
	small    = 150 // at most
)

// card is what is remembered of one card: see CardBytes.
type card struct {
	first, last moment
	count       uint32
	mean        mean
	logs        spread
	largest     int64
	paid        total

	rows     [cardRows]cardRow
	next     uint8  // where the next row goes in rows
	fresh    uint32 // of the last rows, the last in the lowest bit: the terminal was new to the card
	highs    [cardHighs]highRow
	nextHigh uint8

	day     uint32 // the day of days[day % cardDays]
	days    [cardDays]uint8
	hours   [8]uint8 // of three hours each
	entries [8]uint8 // rows by entry mode

	terminals known // it has been at
	kinds     known // of merchants it has bought from

	frauds    [cardFrauds]fraudMark
	nextFraud uint8
	nFrauds   uint32
	nGood     uint32 // confirmed as genuine by a person
	lastBad   moment // time of the last confirmed fraud's transaction
}

type cardRow struct {
	at       moment
	terminal uint32
	ratio    int32 // permille of its habit
	fresh    bool  // the terminal was new to the card
	declined bool
}

type highRow struct {
	at    moment
	ratio int32
	plain uint16 // permille of the plain average of all amounts before; 0: they were too few
	fraud bool
}

type fraudMark struct {
	at    moment
	ratio int32
}

// mean is a plain mean that slowly forgets.
type mean struct {
	sum int64
	n   int32
}

func (m *mean) add(x int64) {
	if m.n >= usualRows {
		m.sum, m.n = m.sum/2, m.n/2
	}
	m.sum += x
	m.n++
}

// pooled is the mean with n rows of the mean of everybody mixed in.
func (m *mean) pooled(n, everybody int64) int64 {
	return max(1, (m.sum+n*everybody)/max(1, int64(m.n)+n))
}

// spread keeps logarithms: their mean and how far they scatter.
type spread struct {
	sum, squares int64
	n            int32
}

func (s *spread) add(log int32) {
	if s.n >= usualRows {
		s.sum, s.squares, s.n = s.sum/2, s.squares/2, s.n/2
	}
	s.sum += int64(log)
	s.squares += int64(log) * int64(log)
	s.n++
}

// steps is how many hundredths of the usual scatter lie between log and the usual log. A key of which little
// is known is taken to scatter by one doubling.
func (s *spread) steps(log int32) int32 {
	if s.n == 0 {
		return 0
	}
	n := int64(s.n)
	at := s.sum / n
	variance := (s.squares - s.sum*at + poolRows*octave*octave) / (n + poolRows)
	return fact((int64(log) - at) * 100 / max(1, root(variance)))
}

// root is the whole square root.
func root(x int64) int64 {
	if x <= 0 {
		return 0
	}
	r := int64(1) << ((log2(x)/octave + 2) / 2)
	for {
		next := (r + x/r) / 2
		if next >= r {
			return r
		}
		r = next
	}
}

// known is the set of keys that a card has met of late, with a few that only look so: two sieves of 256 bits.
// When the younger holds 32 keys it becomes the older one.
type known struct {
	young, old [4]uint64
	count      uint8
}

// meet says whether the key is new, and remembers it.
func (k *known) meet(key uint32) (fresh bool) {
	a, b := key&255, key>>8&255
	if !k.has(a, b) {
		fresh = true
	}
	if !sieved(&k.young, a, b) {
		k.young[a/64] |= 1 << (a % 64)
		k.young[b/64] |= 1 << (b % 64)
		k.count++
		if k.count >= 32 {
			k.old, k.young, k.count = k.young, [4]uint64{}, 0
		}
	}
	return fresh
}

func (k *known) fresh(key uint32) bool { return !k.has(key&255, key>>8&255) }

func (k *known) has(a, b uint32) bool { return sieved(&k.young, a, b) || sieved(&k.old, a, b) }

func sieved(s *[4]uint64, a, b uint32) bool {
	return s[a/64]>>(a%64)&1 == 1 && s[b/64]>>(b%64)&1 == 1
}

// turnTo brings the day counts to a day; rows that come late count for the last day.
func (c *card) turnTo(d uint32) {
	if c.day == 0 || d > c.day+cardDays {
		c.days, c.day = [cardDays]uint8{}, d
		return
	}
	for c.day < d {
		c.day++
		c.days[c.day%cardDays] = 0
	}
}

// rowsOn sums the day counts of the last n days, today included.
func (c *card) rowsOn(n uint32) (sum int32) {
	for i := range min(n, cardDays, c.day+1) {
		sum += int32(c.days[(c.day-i)%cardDays])
	}
	return sum
}

// add takes a row into the memory of its card.
func (c *card) add(now moment, r cardRow, x *row) {
	if c.count == 0 {
		c.first = now
	}
	c.last = max(c.last, now)
	c.count++
	c.rows[c.next] = r
	c.next = (c.next + 1) % cardRows
	c.fresh = (c.fresh<<1 | uint32(choice(r.fresh))) & (1<<cardRows - 1)
	c.turnTo(uint32(now / day))
	bump(&c.days[c.day%cardDays])
	if x.hour >= 0 {
		bumpShare(c.hours[:], x.hour/3)
	}
	bumpShare(c.entries[:], int(x.entry))
	if r.declined {
		return
	}
	if r.ratio >= raised {
		plain, _, _ := c.paid.ratio(x)
		c.highs[c.nextHigh] = highRow{at: now, ratio: r.ratio, plain: uint16(min(plain, math.MaxUint16))}
		c.nextHigh = (c.nextHigh + 1) % cardHighs
	}
	c.mean.add(min(x.amount, 2*x.usual)) // one huge amount is not a habit
	c.logs.add(x.log)
	c.largest = max(c.largest, x.amount)
	c.paid.add(x)
}

func bump(n *uint8) {
	if *n < 255 {
		*n++
	}
}

// bumpShare counts one more of a kind and halves all when one is full, so that old times fade.
func bumpShare(counts []uint8, i int) {
	if counts[i] == 255 {
		for j := range counts {
			counts[j] /= 2
		}
	}
	counts[i]++
}

// confirm files a verdict about a row of the card under the time of the row.
func (c *card) confirm(at moment, ratio int32, fraud bool) (rowRatio int32) {
	for i := range c.highs {
		if c.highs[i].at == at && c.highs[i].ratio != 0 {
			ratio = c.highs[i].ratio
			c.highs[i].fraud = fraud
		}
	}
	if !fraud {
		c.nGood++
		return ratio
	}
	c.frauds[c.nextFraud] = fraudMark{at: at, ratio: ratio}
	c.nextFraud = (c.nextFraud + 1) % cardFrauds
	if excess := min(ratio, 2000) - 1000; excess > 0 { // it was no habit
		c.mean.sum -= min(c.mean.sum, c.mean.pooled(0, 0)*int64(excess)/1000)
	}
	c.nFrauds++
	c.lastBad = max(c.lastBad, at)
	return ratio
}
