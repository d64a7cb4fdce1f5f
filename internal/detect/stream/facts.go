package stream

import (
	"math/bits"

	"github.com/tillproof/tillproof"
)

// CardFacts is what is remembered of a card beside its last rows.
type CardFacts struct {
	First   tillproof.LocalTime // of its rows
	Refused tillproof.LocalTime // its last refusal, NoTime where there was none
	bits    [2]bits128          // of the amounts at terminals of its last rows, and of as many before
}

// bits128 are marks of a few keys: one that is not marked is not among them.
type bits128 [2]uint64

func (b *bits128) set(k Key)      { b[k>>6&1] |= 1 << (k & 63) }
func (b *bits128) has(k Key) bool { return b[k>>6&1]&(1<<(k&63)) != 0 }

// MayRepeat is false where no row in the card's history has the amount and the terminal: most rows are spared
// a look at it.
func (f *CardFacts) MayRepeat(amount int64, terminal Key) bool {
	k := KeyWith(Key(amount), terminal)
	return f.bits[0].has(k) || f.bits[1].has(k)
}

// see notes the row of a number, counted from 0 since the card is remembered.
func (f *CardFacts) see(t *Txn, n int64) {
	if n%CardRows == 0 {
		f.bits[1], f.bits[0] = f.bits[0], bits128{}
	}
	f.bits[0].set(KeyWith(Key(t.Amount), t.Terminal))
	if t.IsSale() && t.Status == tillproof.Declined {
		f.Refused = max(f.Refused, t.At)
	}
}

// TerminalFacts is what is remembered of a terminal beside its last rows.
type TerminalFacts struct {
	First     tillproof.LocalTime
	LastSTAN  int32 // of its last row that shows one, -1 where none did
	LastBatch Key
	Merchants [4]Seat // merchants under whose numbers it was used, the last ones
	Habit     Habit
}

// MerchantFacts is what is remembered of a merchant beside its last rows.
type MerchantFacts struct {
	First     tillproof.LocalTime
	Terminals [16]Seat // the terminals that it used, the last ones
	Habit     Habit
}

// Seat is one of a few neighbours of a key, such as a terminal of a merchant.
type Seat struct {
	Key   Key
	First tillproof.LocalTime
	Last  tillproof.LocalTime
	Rows  int64
	Ref   int64 // of the last of them
}

// HalfHours is how many half hours a day has.
const HalfHours = 48

// Habit is what is usual at a terminal or a merchant.
type Habit struct {
	Day      tillproof.Date    // on which rows came last
	Days     uint16            // closed days on which sales stood
	Hours    [HalfHours]uint16 // on how many of those days sales stood in that half hour
	today    uint64            // the half hours of Day with a sale
	Approved uint16            // sales, and refusals of cards, counted until they make habitRows;
	Declined uint16            // then both are halved, so that the last ones weigh most
	Sum      int64             // of the approved ones, halved with them
}

const (
	// habitDays is when the days are halved: a shop may change its hours, and three months tell them.
	habitDays = 90
	// habitRows is when the counts are halved: a thousand give a share to within three in a hundred.
	habitRows = 1024
)

// Before is on how many days before a day sales stood, and on how many of them in a half hour of the day.
func (h *Habit) Before(d tillproof.Date, halfHour int) (days, there int64) {
	days, there = int64(h.Days), int64(h.Hours[halfHour])
	if h.Day < d && h.today != 0 {
		days, there = days+1, there+int64(h.today>>halfHour&1)
	}
	return days, there
}

func (h *Habit) see(t *Txn) {
	if day := t.At.Date(); day > h.Day {
		h.close()
		h.Day = day
	}
	switch {
	case t.Stands():
		h.Approved++
		h.Sum += min(t.Amount, 1<<50)
		if t.Timed && t.At.Date() == h.Day {
			h.today |= 1 << (t.At.SecondOfDay() / 1800)
		}
	case t.IsSale() && t.Status == tillproof.Declined:
		h.Declined++
	}
	if h.Approved+h.Declined >= habitRows {
		h.Approved, h.Declined, h.Sum = h.Approved/2, h.Declined/2, h.Sum/2
	}
}

// close puts the half hours of a day that is over to those of the days before.
func (h *Habit) close() {
	if h.today == 0 {
		return
	}
	h.Days++
	for m := h.today; m != 0; m &= m - 1 {
		h.Hours[bits.TrailingZeros64(m)]++
	}
	h.today = 0
	if h.Days >= habitDays {
		h.Days /= 2
		for i := range h.Hours {
			h.Hours[i] /= 2
		}
	}
}

// sit notes a neighbour; where no seat is free, the one that was used longest ago is given away.
func sit(seats []Seat, k Key, at tillproof.LocalTime, ref int64) {
	if k == 0 {
		return
	}
	oldest := 0
	for i := range seats {
		switch s := &seats[i]; {
		case s.Key == k:
			s.Last, s.Rows, s.Ref = max(s.Last, at), s.Rows+1, ref
			return
		case s.Key == 0:
			*s = Seat{Key: k, First: at, Last: at, Rows: 1, Ref: ref}
			return
		case s.Last < seats[oldest].Last:
			oldest = i
		}
	}
	seats[oldest] = Seat{Key: k, First: at, Last: at, Rows: 1, Ref: ref}
}
