package habit

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// noon of 1 March 2026, in seconds.
const noon = 1772366400

func sale(card, terminal stream.Key, at tillproof.LocalTime, amount int64) *stream.Txn {
	return &stream.Txn{
		At: at, Card: card, Terminal: terminal, Amount: amount, Kind: tillproof.Sale, Timed: true,
	}
}

// A card that paid 10.00 six times is known by six rows and three of everybody, who are the same six: its
// usual amount is 10.00, so 63.00 is 6.3 times it.
func TestCardRatioByHand(t *testing.T) {
	m := New(Options{Delay: 7 * day})
	for i := range 6 {
		m.Observe(sale(1, 2, noon+tillproof.LocalTime(i)*day, 1000))
	}
	v := m.Observe(sale(1, 3, noon+6*day, 6300))
	want := map[int]int32{
		CardRatio: 6300, CardUsual: 1000, CardRows: 6, CardAge: 6 * day, CardSince: day,
		CardRows1d: 1, CardRows1h: 0, CardRows7d: 6, CardNewTerminal: 1, CardHigh14d: 0,
		TerminalRows: 0, CardOverLargest: 6300, DayOfWeek: 5, TimeOfDay: 720, CardSmallRun: 0,
		CardSinceFraud: Missing, EntryMode: Missing, MerchantRatio: Missing, TerminalStreak: Missing,
	}
	for f, n := range want {
		if v[f] != n {
			t.Errorf("%s = %d, want %d", Facts[f].Name, v[f], n)
		}
	}
	v = m.Observe(sale(1, 3, noon+6*day+60, 1000))
	if v[CardHigh14d] != 1 || v[CardSinceHigh] != 60 || v[CardRows1h] != 1 || v[CardNewTerminal] != 0 {
		t.Error("the high row before is not known", v[CardHigh14d], v[CardSinceHigh], v[CardRows1h])
	}
}

// Three cards pay at a terminal each day. From the fifth day on all is fraud, confirmed a week late. On day
// 14 verdicts reach up to day 7: of 21 rows that are 7 days old or more 12 are genuine, then 9 are fraud.
func TestTerminalStreakByHand(t *testing.T) {
	m := New(Options{Delay: 7 * day})
	var late []*stream.Txn
	for i := range 14 {
		for c := range 3 {
			x := sale(stream.Key(10+c), 2, noon+tillproof.LocalTime(i)*day+tillproof.LocalTime(c)*hour, 1000)
			for len(late) > 0 && late[0].At+7*day <= x.At {
				m.Know(&stream.Label{Txn: *late[0], Known: late[0].At + 7*day, Fraud: true})
				late = late[1:]
			}
			m.Observe(x)
			if i >= 4 {
				late = append(late, x)
			}
		}
	}
	v := m.Observe(sale(20, 2, noon+13*day+2*hour, 900))
	want := map[int]int32{
		TerminalStreak: 9, TerminalStreakAge: 9*day + 2*hour, TerminalStreakDays: 9, TerminalGoodSince: 0,
		TerminalBeforeStreak: 10 * day, TerminalSincePlain: 7 * day, TerminalFrauds14d: 9,
		TerminalFrauds8d: 4, TerminalFraudShare14d: 1000 * 9 / 21, TerminalOddsRate: 0, TerminalOddsFrauds: 9,
		TerminalOddsShare: 1000, TerminalOddsAge: 9*day + 2*hour,
	}
	for f, n := range want {
		if v[f] != n {
			t.Errorf("%s = %d, want %d", Facts[f].Name, v[f], n)
		}
	}
	if v[TerminalOdds] <= leave || v[TerminalOddsGain] < 40*octave {
		t.Error("nine frauds in a row weigh", v[TerminalOdds], v[TerminalOddsGain])
	}
}

// A terminal of which half the rows are fraud from some day on looks bad, and its rate is told as one half.
func TestPartlyBadTerminal(t *testing.T) {
	var c course
	for i := range 20 {
		c.add(moment(noon + i*day))
	}
	for i := 10; i < 20; i += 2 {
		c.confirm(moment(noon+i*day), true, true)
	}
	v := c.weigh(noon+40*day, 7*day, -10*octave)
	if v.odds <= 0 || rates[v.rate].fraud != -octave || v.since != noon+10*day ||
		v.frauds != 5 || v.rows != 10 {
		t.Errorf("%+v", v)
	}
	if clean := new(course).weigh(noon, day, -10*octave); clean.odds >= 0 {
		t.Error("nothing known is taken for bad")
	}
}

// The terminal's course stays within its parts, loses no row, and keeps the moment at which frauds began.
func TestCourseMakesRoom(t *testing.T) {
	var c course
	for i := range 300 {
		at := moment(noon + i*hour)
		c.add(at)
		if i >= 150 {
			c.confirm(at, true, true)
		}
	}
	rows, frauds, mixed := 0, 0, 0
	for _, p := range c.parts[:c.n] {
		rows, frauds = rows+int(p.rows), frauds+int(p.frauds)
		if p.frauds > 0 && p.frauds < p.rows {
			mixed++
		}
	}
	if rows != 300 || frauds != 150 || mixed > 0 || c.n != courseParts {
		t.Errorf("%d rows, %d frauds, %d mixed, %d parts", rows, frauds, mixed, c.n)
	}
}

// live is a small, busy world with verdicts.
func live(n int, seed uint64) (txns []*stream.Txn, labels []stream.Label) {
	r := rand.New(rand.NewPCG(seed, 1))
	at := tillproof.LocalTime(noon)
	for range n {
		at += tillproof.LocalTime(r.IntN(2000))
		x := sale(stream.Key(1+r.IntN(50)), stream.Key(100+r.IntN(30)), at, int64(100+r.IntN(9000)))
		x.Merchant, x.Category = x.Terminal%7+1, x.Terminal%5+1
		x.Entry = tillproof.EntryMode(r.IntN(7))
		if r.IntN(20) == 0 {
			x.Status = tillproof.Declined
		}
		if r.IntN(30) == 0 {
			labels = append(labels, stream.Label{Txn: *x, Known: at + 2*day, Fraud: r.IntN(4) > 0})
		}
		txns = append(txns, x)
	}
	return txns, labels
}

// play gives all vectors; at row stop it saves the memory and goes on with what Restore makes of it.
func play(t *testing.T, txns []*stream.Txn, labels []stream.Label, stop int) (out []Vector, state []byte) {
	m := New(Options{Delay: 2 * day, Cards: 40, Terminals: 20, Places: 6})
	for i, x := range txns {
		for len(labels) > 0 && labels[0].Known <= x.At {
			m.Know(&labels[0])
			labels = labels[1:]
		}
		if i == stop {
			again, err := Restore(bytes.NewReader(saved(t, m)))
			if err != nil {
				t.Fatal(err)
			}
			m = again
		}
		out = append(out, *m.Observe(x))
	}
	return out, saved(t, m)
}

func saved(t testing.TB, m *Memory) []byte {
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// More keys than there is room for, so that keys give way before and after the stop.
func TestRestoreIsNeverStopped(t *testing.T) {
	txns, labels := live(4000, 3)
	want, end := play(t, txns, labels, -1)
	for _, stop := range []int{1, 777, 2500, 3999} {
		got, state := play(t, txns, labels, stop)
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("stop at %d: row %d differs", stop, i)
			}
		}
		if !bytes.Equal(state, end) {
			t.Fatalf("stop at %d: the state differs", stop)
		}
	}
}

// Moving verdicts to later changes nothing before the moment at which the first of them was known.
func TestVerdictsNeverReachBack(t *testing.T) {
	txns, labels := live(3000, 5)
	want, _ := play(t, txns, labels, -1)
	first := labels[20].Known
	got, _ := play(t, txns, labels[:20], -1)
	differ := false
	for i, x := range txns {
		if x.At < first && got[i] != want[i] {
			t.Fatalf("row %d at %s knows a verdict of %s", i, x.At, first)
		}
		differ = differ || got[i] != want[i]
	}
	if !differ {
		t.Fatal("the verdicts had no effect at all")
	}
}

func TestBrokenState(t *testing.T) {
	m := New(Options{Delay: day, Cards: 4, Terminals: 4, Places: 4})
	txns, _ := live(30, 9)
	for _, x := range txns {
		m.Observe(x)
	}
	state := saved(t, m)
	for i := 0; i < len(state); i += 997 {
		bad := bytes.Clone(state)
		bad[i] ^= 0x81
		var e *tillproof.Error
		if _, err := Restore(bytes.NewReader(bad)); !errors.As(err, &e) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
		if _, err := Restore(bytes.NewReader(state[:i])); !errors.As(err, &e) {
			t.Fatalf("cut to %d: %v", i, err)
		}
	}
}

// Each fact has a name of its own, and none is left out of the table.
func TestFactsAreNamed(t *testing.T) {
	seen := map[string]bool{}
	for i, f := range Facts {
		if f.Name == "" || seen[f.Name] {
			t.Errorf("fact %d is named %q", i, f.Name)
		}
		seen[f.Name] = true
	}
}

// log2 against powers that are known: 2^10, and 3 = 2^1.58496.
func TestLog2(t *testing.T) {
	for x, want := range map[int64]int32{0: 0, 1: 0, 2: 256, 1024: 2560, 3: 406, 1000: 2551, 1 << 40: 10240} {
		if got := log2(x); got != want {
			t.Errorf("log2(%d) = %d, want %d", x, got, want)
		}
	}
	for x := range int64(2000) {
		if log2(x+1) < log2(x) {
			t.Fatalf("log2 falls at %d", x)
		}
	}
	for x := range int64(2000) {
		if r := root(x); r*r > x || (r+1)*(r+1) <= x {
			t.Fatalf("root(%d) = %d", x, r)
		}
	}
}
