package stream

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

// draw makes a row in a crowded world: few keys, few seconds.
func draw(t *rapid.T, ref int64) Txn {
	key := func(label string, most int) Key { return Key(rapid.IntRange(0, most).Draw(t, label)) }
	x := Txn{
		Ref: ref, At: tillproof.LocalTime(rapid.IntRange(0, 40).Draw(t, "at")), Timed: true, STAN: -1,
		Card: key("card", 9), Terminal: key("terminal", 5), Merchant: key("merchant", 3),
		Amount: int64(rapid.IntRange(0, 3).Draw(t, "amount")), Currency: tillproof.CNY,
		RRN: key("rrn", 3), Order: key("order", 2), Original: key("original", 3),
	}
	x.Kind = rapid.SampledFrom([]tillproof.RecordKind{
		tillproof.Sale, tillproof.Sale, tillproof.Refund, tillproof.Void,
	}).Draw(t, "kind")
	if rapid.Bool().Draw(t, "declined") {
		x.Status = tillproof.Declined
	}
	return x
}

func drawRows(t *rapid.T) []Txn {
	rows := make([]Txn, rapid.IntRange(0, 120).Draw(t, "rows"))
	for i := range rows {
		rows[i] = draw(t, int64(i))
	}
	return rows
}

func feed(m *Memory, rows []Txn) {
	for i := range rows {
		m.Add(m.Look(&rows[i]))
	}
}

func saved(t testing.TB, m *Memory) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var tiny = Limits{Cards: 5, Terminals: 3, Merchants: 2, Sales: 7}

// A memory that was saved and restored at any point ends as one that never stopped, to the byte.
func TestRestoreIsNeverStopped(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := drawRows(rt)
		cut := rapid.IntRange(0, len(rows)).Draw(rt, "cut")
		limits := rapid.SampledFrom([]Limits{tiny, DefaultLimits()}).Draw(rt, "limits")
		whole, first := NewMemory(limits), NewMemory(limits)
		feed(whole, rows)
		feed(first, rows[:cut])
		state := saved(t, first)
		again, err := Restore(bytes.NewReader(state))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(saved(t, again), state) {
			t.Fatal("a restored memory is saved otherwise")
		}
		feed(again, rows[cut:])
		if !bytes.Equal(saved(t, again), saved(t, whole)) {
			t.Fatal("a restored memory goes on otherwise")
		}
		for i := range rows {
			a, b := again.Look(&rows[i]), whole.Look(&rows[i])
			if !slices.Equal(refs(&a.Card.History), refs(&b.Card.History)) ||
				!slices.Equal(found(a), found(b)) {
				t.Fatalf("row %d is seen otherwise", i)
			}
		}
	})
}

func refs(h *History) []int64 {
	var out []int64
	for i := range h.Len() {
		out = append(out, h.Back(i).Ref)
	}
	return out
}

func found(l *Look) []int64 {
	var out []int64
	l.Sales.Named(l.Tx, func(s *Sold) { out = append(out, s.Ref) })
	l.Sales.OfCard(l.Tx, func(s *Sold) { out = append(out, s.Ref) })
	return out
}

// A history is the last rows of its key, as a plain list has them.
func TestHistoryIsThePlainList(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := drawRows(rt)
		m := NewMemory(DefaultLimits())
		for i := range rows {
			l := m.Look(&rows[i])
			for _, c := range []struct {
				what string
				most int
				h    *History
				of   func(*Txn) Key
			}{
				{"card", CardRows, &l.Card.History, func(t *Txn) Key { return t.Card }},
				{"terminal", TerminalRows, &l.Terminal.History, func(t *Txn) Key { return t.Terminal }},
				{"merchant", MerchantRows, &l.Merchant.History, func(t *Txn) Key { return t.Merchant }},
			} {
				var want []int64
				for j := i - 1; j >= 0 && len(want) < c.most; j-- {
					if k := c.of(&rows[i]); k != 0 && c.of(&rows[j]) == k {
						want = append(want, rows[j].Ref)
					}
				}
				if got := refs(c.h); !slices.Equal(got, want) {
					t.Fatalf("row %d: %s %v, want %v", i, c.what, got, want)
				}
			}
			checkCardFacts(t, &l.Card)
			m.Add(l)
		}
	})
}

// checkCardFacts holds what a card's facts say in short to its rows.
func checkCardFacts(t *testing.T, c *CardMemory) {
	t.Helper()
	refused := tillproof.NoTime
	for i := range c.Len() {
		s := c.Back(i)
		if !c.Facts.MayRepeat(s.Amount, s.Terminal) {
			t.Fatalf("row %d is said not to be there", s.Ref)
		}
		if s.IsSale() && s.Status == tillproof.Declined {
			refused = max(refused, s.At)
		}
	}
	if c.Facts != nil && c.Facts.Refused < refused {
		t.Fatalf("refused at %d, said %d", refused, c.Facts.Refused)
	}
}

// Where a shelf is full, the keys that were used last are those that stay.
func TestOldestKeysAreForgotten(t *testing.T) {
	m := NewMemory(Limits{Cards: 16, Terminals: 1, Merchants: 1, Sales: 4})
	use := func(card Key) { m.Add(m.Look(&Txn{Card: card, Kind: tillproof.Sale, Amount: 1, STAN: -1})) }
	for card := Key(1); card <= 16; card++ {
		use(card)
	}
	use(1) // 2 and 3 are the two used longest ago: an eighth of sixteen
	use(17)
	for card := Key(1); card <= 17; card++ {
		want := card != 2 && card != 3
		if l := m.Look(&Txn{Card: card}); (l.Card.Facts != nil) != want || (l.Card.Len() > 0) != want {
			t.Errorf("card %d: remembered %v", card, l.Card.Facts != nil)
		}
	}
	if h := m.Held(); h.Cards != 15 || h.Sales != 4 || h.Forgotten != 2+14 || h.Rows != 18 {
		t.Errorf("held %+v", h)
	}
}

// A void marks its sale wherever it is remembered; another's void does not.
func TestVoidUndoesItsSale(t *testing.T) {
	m := NewMemory(tiny)
	sale := Txn{
		Ref: 1, At: 10, Timed: true, Kind: tillproof.Sale, Amount: 500, Card: 7, Terminal: 8, Merchant: 9,
		RRN: RefKey("000123"), STAN: 17,
	}
	other := sale
	other.Ref, other.Card, other.RRN, other.STAN = 2, 6, RefKey("124"), 18
	feed(m, []Txn{sale, other})
	void := Txn{
		Ref: 3, At: 20, Timed: true, Kind: tillproof.Void, Amount: 499, Card: 7, Terminal: 8, Merchant: 9,
		Original: RefKey("123"), STAN: 19,
	}
	feed(m, []Txn{void})
	if l := m.Look(&sale); l.Card.Back(1).Undone {
		t.Error("a void of another amount undid the sale")
	}
	void.Ref, void.Amount, void.Original = 4, 500, RefKey("0017")
	feed(m, []Txn{void})
	l := m.Look(&sale)
	if !l.Card.Back(2).Undone || !l.Terminal.Back(3).Undone || !l.Merchant.Back(3).Undone {
		t.Error("the sale is not undone")
	}
	if l.Terminal.Back(2).Undone {
		t.Error("the other sale is undone")
	}
}

// The bytes that the page states are those of the types.
func TestBytesPerKey(t *testing.T) {
	size := func(v any) int { return int(reflect.TypeOf(v).Size()) }
	seen := size(Seen{})
	for _, c := range []struct {
		what      string
		got, most int
	}{
		{"card", size(slot[CardFacts]{}) + CardRows*seen, CardBytes},
		{"terminal", size(slot[TerminalFacts]{}) + TerminalRows*seen, TerminalBytes},
		{"merchant", size(slot[MerchantFacts]{}) + MerchantRows*seen, MerchantBytes},
		{"sale", size(linked{}) + 2*4*ways, SaleBytes},
	} {
		// a cell of the table: 16 bytes, at least three eighths of them in use
		if c.what != "sale" {
			c.got += 16 * 8 / 3
		}
		t.Logf("%s: %d bytes, stated %d", c.what, c.got, c.most)
		if c.got > c.most || c.got < c.most*8/10 {
			t.Errorf("%s: %d bytes, stated %d", c.what, c.got, c.most)
		}
	}
}

// A million keys of each kind stay within the stated memory.
func TestMillionKeys(t *testing.T) {
	if testing.Short() {
		t.Skip("a million keys take seconds")
	}
	l := Limits{Cards: 1 << 12, Terminals: 1 << 10, Merchants: 1 << 8, Sales: 1 << 12}
	m := NewMemory(l)
	dice := rand.New(rand.NewPCG(1, 2))
	for i := range 1_000_000 {
		k := finish(dice.Uint64() % 1_000_000)
		m.Add(m.Look(&Txn{
			Ref: int64(i), At: tillproof.LocalTime(i), Timed: true, Card: k, Terminal: k + 1,
			Merchant: k + 2, Kind: tillproof.Sale, Amount: 1, RRN: k, STAN: -1,
		}))
	}
	if got, most := m.bytes(), l.Bytes(); got > most {
		t.Errorf("%d bytes, stated at most %d", got, most)
	}
	if h := m.Held(); h.Cards > l.Cards || h.Terminals > l.Terminals || h.Merchants > l.Merchants ||
		h.Sales != l.Sales {
		t.Errorf("held %+v", h)
	}
}

// bytes adds up what the memory has taken, free blocks included.
func (m *Memory) bytes() int64 {
	sales := int64(len(m.sales.piece)*len(m.sales.piece[0]))*int64(reflect.TypeFor[linked]().Size()) +
		int64(ways*len(m.sales.heads[0])*4)
	return shelfBytes(&m.cards) + shelfBytes(&m.terminals) + shelfBytes(&m.merchants) + sales
}

func shelfBytes[F any](s *shelf[F]) int64 {
	slots, rows := reflect.TypeFor[slot[F]]().Size(), reflect.TypeFor[Seen]().Size()
	return int64(slotsOf(s)*int(slots) + rowsOf(&s.pool)*int(rows) + len(s.index.cells)*16)
}

func slotsOf[F any](s *shelf[F]) int {
	n := 0
	for _, p := range s.piece {
		n += len(p)
	}
	return n
}

func rowsOf(p *pool) int {
	n := 0
	for _, piece := range p.piece {
		n += len(piece)
	}
	return n
}
