package stream

import (
	"bytes"
	"testing"

	"github.com/tillproof/tillproof"
)

const aDay = 86_400

// at is an approved sale on a day at a minute, in a world of one merchant and terminal.
func at(ref int64, day, minute int, amount int64) Txn {
	return Txn{
		Ref: ref, At: tillproof.LocalTime(day*aDay + minute*60), Timed: true, Kind: tillproof.Sale,
		Amount: amount, Merchant: 1, Terminal: 2, STAN: int32(ref),
	}
}

// A half hour counts once a day, a day once it is over or when a later one asks, and refusals do not count.
func TestHabitOfHours(t *testing.T) {
	m := NewMemory(tiny)
	refused := at(4, 11, 23*60, 100)
	refused.Status = tillproof.Declined
	feed(m, []Txn{
		at(1, 10, 9*60, 100), at(2, 10, 9*60+29, 200), at(3, 10, 9*60+30, 300),
		refused, at(5, 12, 9*60+10, 400),
	})
	probe := at(6, 12, 600, 1)
	l := m.Look(&probe)
	for _, c := range []struct {
		half, onDay int
		days, there int64
	}{
		{half: 18, onDay: 12, days: 1, there: 1}, // 9:00 to 9:30 on day 10; day 12 is not over
		{half: 18, onDay: 13, days: 2, there: 2},
		{half: 19, onDay: 13, days: 2, there: 1},
		{half: 46, onDay: 13, days: 2, there: 0},
	} {
		days, there := l.Merchant.Facts.Habit.Before(tillproof.Date(c.onDay), c.half)
		if days != c.days || there != c.there {
			t.Errorf("half hour %d before day %d: %d of %d days, want %d of %d",
				c.half, c.onDay, there, days, c.there, c.days)
		}
	}
	h := &l.Terminal.Facts.Habit
	if h.Approved != 4 || h.Declined != 1 || h.Sum != 1000 {
		t.Errorf("approved %d, declined %d, sum %d", h.Approved, h.Declined, h.Sum)
	}
}

// What is old weighs less: days and rows are halved together with what was counted of them.
func TestHabitForgets(t *testing.T) {
	m := NewMemory(tiny)
	for day := range habitDays + 1 {
		feed(m, []Txn{at(int64(day), day, 600, 100)})
	}
	probe := at(999, habitDays+1, 600, 1)
	h := &m.Look(&probe).Merchant.Facts.Habit
	if h.Days != habitDays/2 || h.Hours[20] != habitDays/2 {
		t.Errorf("%d days, %d of them at ten; want %d", h.Days, h.Hours[20], habitDays/2)
	}
	for i := range habitRows {
		feed(m, []Txn{at(int64(1000+i), habitDays+1, 600, 100)})
	}
	h = &m.Look(&probe).Merchant.Facts.Habit
	// 91 and 933 more are halved to 512; 91 more follow.
	if h.Approved != habitRows/2+habitDays+1 || h.Sum != int64(h.Approved)*100 {
		t.Errorf("%d rows of %d", h.Approved, h.Sum)
	}
}

// Of more neighbours than there are seats the one that was seen longest ago goes.
func TestSeatsOfATerminal(t *testing.T) {
	m := NewMemory(DefaultLimits())
	for i, merchant := range []Key{1, 2, 3, 4, 1, 5} {
		x := at(int64(i), 10, 600+i, 100)
		x.Merchant = merchant
		feed(m, []Txn{x})
	}
	probe := at(9, 11, 600, 1)
	got := map[Key]Seat{}
	for _, s := range m.Look(&probe).Terminal.Facts.Merchants {
		got[s.Key] = s
	}
	_, second := got[2]
	again := got[1]
	if second || len(got) != 4 || got[5].Rows != 1 ||
		again.Rows != 2 || again.Ref != 4 || again.Last-again.First != 240 {
		t.Errorf("seats %+v", got)
	}
}

func refundOf(ref int64, amount int64, number string) Txn {
	x := at(ref, 20, int(600+ref), amount)
	x.Kind, x.Card, x.Original = tillproof.Refund, 7, RefKey(number)
	return x
}

// A refund takes from the sale that it names; one that names none takes from the card's sale with the least
// that is enough, and gives way where a later one names that sale and another has room.
func TestClaims(t *testing.T) {
	m := NewMemory(DefaultLimits())
	sale := func(ref, amount int64, rrn string) Txn {
		x := at(ref, 10, int(600+ref), amount)
		x.Card, x.RRN = 7, RefKey(rrn)
		return x
	}
	feed(m, []Txn{sale(1, 100, "501"), sale(2, 120, "502"), sale(3, 500, "503")})
	claim := func(x Txn) (ref, left int64) {
		c := m.Look(&x).Sales.Claim(&x)
		if c.Sale == nil {
			return 0, 0
		}
		return c.Sale.Ref, c.Left
	}
	check := func(what string, x Txn, ref, left int64) {
		t.Helper()
		if r, l := claim(x); r != ref || l != left {
			t.Errorf("%s: sale %d with %d left, want %d with %d", what, r, l, ref, left)
		}
		feed(m, []Txn{x})
	}
	check("the least that is enough", refundOf(11, 110, ""), 2, 120)
	check("named, and what lay on it moves to the third", refundOf(12, 120, "502"), 2, 120)
	check("named, a part", refundOf(13, 60, "501"), 1, 100)
	check("named, above what is left", refundOf(14, 60, "501"), 1, 40)
	check("the third has 500 − 110", refundOf(15, 390, ""), 3, 390)
	check("nothing has a cent left", refundOf(16, 1, ""), 0, 0)
	check("named, and nothing else has room for what was lent", refundOf(17, 100, "503"), 3, 0)
}

// Where sales had to be forgotten the memory says until when.
func TestSalesThatAreGone(t *testing.T) {
	m := NewMemory(Limits{Cards: 9, Terminals: 9, Merchants: 9, Sales: 3})
	var rows []Txn
	for day := range 5 {
		rows = append(rows, at(int64(day), day, 600, 100))
	}
	feed(m, rows[:3])
	if gone := m.Look(&rows[3]).Sales.Gone(); gone.Known() {
		t.Errorf("gone until %s, though all are held", gone)
	}
	feed(m, rows[3:])
	if gone := m.Look(&rows[0]).Sales.Gone(); gone != rows[1].At {
		t.Errorf("gone until %s, want %s", gone, rows[1].At)
	}
}

// A number that more sales share than are looked at proves nothing.
func TestTooManyUnderOneNumber(t *testing.T) {
	m := NewMemory(DefaultLimits())
	for i := range maxSteps + 1 {
		x := at(int64(i), 10, 600, 100)
		x.RRN = RefKey("777")
		feed(m, []Txn{x})
	}
	x := refundOf(9999, 50, "777")
	x.Merchant = 3
	if c := m.Look(&x).Sales.Claim(&x); c.Whole {
		t.Error("more than are looked at, and yet whole")
	}
}

func TestKeys(t *testing.T) {
	for _, none := range []string{"", "0", "000000", " 00-00 ", "-"} {
		if RefKey(none) != 0 {
			t.Errorf("%q has a key", none)
		}
	}
	if RefKey("000123") != RefKey(" 123") || RefKey("123") != STANKey(123) || STANKey(0) != 0 {
		t.Error("one number, two keys")
	}
	if KeyWith(1, 2) == KeyWith(2, 1) || KeyOf("a") == KeyOf("b") || KeyOf("") != 0 {
		t.Error("two pairs or names, one key")
	}
}

func TestTapeHoldsTexts(t *testing.T) {
	var b bytes.Buffer
	w := TapeTo(&b, [4]byte{'x'}, 1)
	for _, s := range []string{"", "card_repeats", "规则"} {
		w.Text(&s)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := TapeFrom(&b, [4]byte{'x'}, 1)
	for _, want := range []string{"", "card_repeats", "规则"} {
		var got string
		if r.Text(&got); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}
