package stream

import "github.com/tillproof/tillproof"

// Sold is a sale that refunds may belong to.
type Sold struct {
	Seen
	Mask  Mask
	Token bool
	Left  int64 // of its amount, what refunds that name it have not taken; negative: they took more
	Lent  int64 // what refunds without a number took from it
}

// Sales holds the last sales of all keys, so that a refund finds the one it belongs to, and undoings theirs.
type Sales struct {
	limit int
	piece [][]linked // in pieces that never move
	held  int
	heads [ways][]tag // of each way a table of the newest sale by its key
	count int64       // sales that ever came
	gone  tillproof.LocalTime
}

// linked is a sale with the sale before it under each of its keys.
type linked struct {
	Sold
	next [ways]tag
}

// tag is a sale's number, counted from 1 and without its upper half; 0 is none. Of the sales that are held it
// means one.
type tag uint32

// marked is the number of the sale that a tag means; it answers false where it is held no more.
func (s *Sales) marked(m tag) (n int64, ok bool) {
	back := int64(tag(s.count) - m) // how many sales came after it
	return s.count - 1 - back, m != 0 && back < int64(s.held)
}

// pieceSales is how many sales lie in a piece: about a megabyte.
const pieceSales = 1 << 12

// at is the place of a sale by its number.
func (s *Sales) at(n int64) *linked {
	i := n % int64(s.limit)
	return &s.piece[i/pieceSales][i%pieceSales]
}

// grown makes room for one sale more, as long as the limit allows.
func (s *Sales) grown() bool {
	if s.held >= s.limit {
		return false
	}
	if s.held%pieceSales == 0 {
		s.piece = append(s.piece, make([]linked, min(pieceSales, s.limit)))
	}
	s.held++
	return true
}

// ways are the numbers under which sales are found.
const ways = 4

const (
	byRRN = iota
	byOrder
	bySTAN
	byTail // the last four digits, else the key of the card, at the merchant
)

// maxSteps is how many sales under one number are looked at: numbers return after a day, terminals and cards
// share few, so that the right one is among the last.
const maxSteps = 256

func newSales(limit int) Sales { return Sales{limit: limit, gone: tillproof.NoTime} }

// Gone is the time of the youngest sale that was forgotten, NoTime where all are remembered.
func (s *Sales) Gone() tillproof.LocalTime { return s.gone }

func (s *Sales) keys(sold *Sold) [ways]Key {
	return [ways]Key{
		byRRN: sold.RRN, byOrder: sold.Order, bySTAN: stanAt(sold.STAN, sold.Terminal),
		byTail: tailAt(sold.Mask, sold.Card, sold.Merchant),
	}
}

func stanAt(stan int32, terminal Key) Key {
	if k := STANKey(stan); k != 0 {
		return KeyWith(k, terminal)
	}
	return 0
}

func tailAt(m Mask, card, merchant Key) Key {
	last := m.Last()
	switch {
	case last != [4]byte{}:
		return KeyWith(Key(last[0])<<24|Key(last[1])<<16|Key(last[2])<<8|Key(last[3]), merchant)
	case card != 0:
		return KeyWith(card, merchant)
	}
	return 0
}

// add remembers a sale.
func (s *Sales) add(t *Txn) {
	sold := Sold{Seen: seenOf(t), Mask: t.Mask, Token: t.Token, Left: t.Amount}
	keys := s.keys(&sold)
	s.spread()
	if !s.grown() {
		s.gone = max(s.gone, s.at(s.count).At)
	}
	s.at(s.count).Sold = sold
	s.link(s.count, keys)
	s.count++
}

func (s *Sales) link(n int64, keys [ways]Key) {
	next := &s.at(n).next
	for w, k := range keys {
		next[w] = 0
		if k != 0 {
			head := &s.heads[w][k&Key(len(s.heads[w])-1)]
			next[w], *head = *head, tag(n+1)
		}
	}
}

// spread doubles the tables before they hold more sales than they are long.
func (s *Sales) spread() {
	if s.heads[0] != nil && (s.held < len(s.heads[0]) || s.held >= s.limit) {
		return
	}
	s.makeHeads(max(leastCells, 2*s.held))
	for n := range int64(s.held) {
		s.link(n, s.keys(&s.at(n).Sold))
	}
}

func (s *Sales) makeHeads(size int) {
	for w := range s.heads {
		s.heads[w] = make([]tag, size)
	}
}

// each goes through the sales under a key, the newest first, until look answers false. It answers false where
// it gave up before the end.
func (s *Sales) each(w int, k Key, look func(*Sold) bool) bool {
	if k == 0 || s.heads[w] == nil {
		return true
	}
	next := s.heads[w][k&Key(len(s.heads[w])-1)]
	for range maxSteps {
		n, held := s.marked(next)
		if !held {
			return true
		}
		sale := s.at(n)
		if s.keys(&sale.Sold)[w] == k && !look(&sale.Sold) {
			return true
		}
		next = sale.next[w]
	}
	_, held := s.marked(next)
	return !held
}

// Named goes through the sales that the number in t.Original may mean, the newest first within each kind of
// number: references, orders, the counts of the terminal. It answers false where there are too many to look
// at.
func (s *Sales) Named(t *Txn, look func(*Sold)) bool {
	number := t.Original
	if number == 0 {
		return true
	}
	one := s.each(byRRN, number, func(sold *Sold) bool {
		look(sold)
		return true
	})
	two := s.each(byOrder, number, func(sold *Sold) bool {
		if sold.RRN != number {
			look(sold)
		}
		return true
	})
	three := s.each(bySTAN, KeyWith(number, t.Terminal), func(sold *Sold) bool {
		if sold.RRN != number && sold.Order != number {
			look(sold)
		}
		return true
	})
	return one && two && three
}

// OfCard goes through the sales of a transaction's card at its merchant, the newest first. It answers false
// where there are too many to look at.
func (s *Sales) OfCard(t *Txn, look func(*Sold)) bool {
	return s.each(byTail, tailAt(t.Mask, t.Card, t.Merchant), func(sold *Sold) bool {
		if sold.SameCard(t) {
			look(sold)
		}
		return true
	})
}

// SameCard reports whether two rows can show the same card, as tillproof.SameCard does: tokens decide where
// both have one, else every digit that both show must agree.
func (s *Sold) SameCard(t *Txn) bool {
	switch {
	case s.Card == t.Card && t.Card != 0:
		return true
	case s.Token && t.Token, s.Mask.Last() == [4]byte{}, s.Mask.Last() != t.Mask.Last():
		return false
	}
	for i := range 6 {
		if s.Mask[i] != 0 && t.Mask[i] != 0 && s.Mask[i] != t.Mask[i] {
			return false
		}
	}
	return true
}

// IsOriginal reports whether a sale under the right number is the one that a row names: numbers are unique at
// one acquirer and day only, trace numbers at one terminal.
func (s *Sold) IsOriginal(t *Txn) bool {
	same := s.SameCard(t)
	switch {
	case s.Currency != t.Currency, s.Timed && t.Timed && s.At > t.At:
		return false
	case s.shown() && (t.Card != 0 || t.Mask != Mask{}) && !same, s.Merchant != t.Merchant && !same:
		return false
	}
	return s.GoesBy(t.Original, t.Terminal)
}

func (s *Sold) shown() bool { return s.Card != 0 || s.Mask != Mask{} }

// Claim is what a refund finds of its sale.
type Claim struct {
	Sale  *Sold // nil: none was found
	Named bool  // the refund names it; else it is a sale of its card with enough left
	Left  int64 // of the sale, before the refund
	Whole bool  // nothing that might be the sale was left out
}

// Claim finds the sale of a refund: the one that it names, of several the one with most left; else an earlier
// sale of its card with enough left, of several the one with least. What refunds without a number took is
// first thought to come from another sale of the card, where one has room for it.
func (s *Sales) Claim(t *Txn) Claim {
	c := Claim{}
	c.Whole = s.Named(t, func(sold *Sold) {
		if sold.IsOriginal(t) && !sold.Undone && (c.Sale == nil || sold.Left > c.Sale.Left) {
			c.Sale = sold
		}
	})
	if c.Sale != nil {
		c.Named, c.Left = true, c.Sale.Left
		if lent := c.Sale.Lent; lent > 0 && c.Left-lent < t.Amount && s.other(t, c.Sale, lent) == nil {
			c.Left -= lent
		}
		return c
	}
	whole := s.OfCard(t, func(sold *Sold) {
		if sold.lends(t, t.Amount) && (c.Sale == nil || sold.room() < c.Sale.room()) {
			c.Sale = sold
		}
	})
	c.Whole = c.Whole && whole
	if c.Sale != nil {
		c.Left = c.Sale.room()
	}
	return c
}

func (s *Sold) room() int64 { return s.Left - s.Lent }

// lends reports a sale of the account before a refund with so much left.
func (s *Sold) lends(t *Txn, amount int64) bool {
	later := s.Timed && t.Timed && s.At > t.At
	return s.Merchant == t.Merchant && s.Currency == t.Currency && !s.Undone && !later && s.room() >= amount
}

// other is another sale of the card that has room for what one lent.
func (s *Sales) other(t *Txn, than *Sold, lent int64) *Sold {
	var best *Sold
	s.OfCard(t, func(sold *Sold) {
		if sold != than && sold.lends(t, lent) && (best == nil || sold.room() < best.room()) {
			best = sold
		}
	})
	return best
}

// settle takes a refund from its sale.
func (s *Sales) settle(t *Txn) {
	c := s.Claim(t)
	switch {
	case c.Sale == nil:
	case !c.Named:
		c.Sale.Lent += t.Amount
	default:
		if lent := c.Sale.Lent; lent > 0 && c.Sale.room() < t.Amount {
			if to := s.other(t, c.Sale, lent); to != nil {
				to.Lent, c.Sale.Lent = to.Lent+lent, 0
			}
		}
		c.Sale.Left = max(0, c.Sale.Left-t.Amount)
	}
}
