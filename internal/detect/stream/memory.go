package stream

import "github.com/tillproof/tillproof"

// Limits are how much a Memory holds.
type Limits struct {
	Cards     int // keys
	Terminals int
	Merchants int
	Sales     int // sales that refunds may belong to
}

// DefaultLimits serve a chain of shops, or a small acquirer, in half a gigabyte at the very most: see Bytes.
func DefaultLimits() Limits {
	return Limits{Cards: 1 << 17, Terminals: 1 << 15, Merchants: 1 << 12, Sales: 1 << 19}
}

// The rows of a full history. A card needs those of a day, a terminal those of a busy quarter of an hour, a
// merchant those of all its terminals.
const (
	CardRows     = blocks * 4
	TerminalRows = blocks * 8
	MerchantRows = blocks * 16
)

// Memory is what is remembered of a stream: of each card, terminal and merchant what came last and what is
// usual, and the last sales of all.
type Memory struct {
	limits    Limits
	count     int64 // rows that were added
	first     tillproof.LocalTime
	cards     shelf[CardFacts]
	terminals shelf[TerminalFacts]
	merchants shelf[MerchantFacts]
	sales     Sales
	look      Look
}

// NewMemory is an empty memory. Limits below 1 are 1.
func NewMemory(l Limits) *Memory {
	l = Limits{max(1, l.Cards), max(1, l.Terminals), max(1, l.Merchants), max(1, l.Sales)}
	return &Memory{
		limits: l, first: tillproof.NoTime, sales: newSales(l.Sales),
		cards:     newShelf[CardFacts](l.Cards, CardRows/blocks),
		terminals: newShelf[TerminalFacts](l.Terminals, TerminalRows/blocks),
		merchants: newShelf[MerchantFacts](l.Merchants, MerchantRows/blocks),
	}
}

// Look is what a rule sees of a transaction: the row, and what was known just before it came. A history is
// empty, and its facts nil, where the row names no such key or nothing is remembered of it.
type Look struct {
	Tx       *Txn
	Card     CardMemory
	Terminal TerminalMemory
	Merchant MerchantMemory
	Sales    *Sales
	First    tillproof.LocalTime // of the whole stream, NoTime before the first row with a time
}

// CardMemory is what is remembered of a card.
type CardMemory struct {
	History
	Facts *CardFacts
	slot  *slot[CardFacts]
}

// TerminalMemory is what is remembered of a terminal.
type TerminalMemory struct {
	History
	Facts *TerminalFacts
	slot  *slot[TerminalFacts]
}

// MerchantMemory is what is remembered of a merchant.
type MerchantMemory struct {
	History
	Facts *MerchantFacts
	slot  *slot[MerchantFacts]
}

// Look gathers what is known about the keys of a row. The answer holds until the next call of Look or Add.
func (m *Memory) Look(t *Txn) *Look {
	l := &m.look
	*l = Look{Tx: t, Sales: &m.sales, First: m.first}
	if s := m.cards.find(t.Card); s != nil {
		l.Card = CardMemory{m.cards.history(s), &s.facts, s}
	}
	if s := m.terminals.find(t.Terminal); s != nil {
		l.Terminal = TerminalMemory{m.terminals.history(s), &s.facts, s}
	}
	if s := m.merchants.find(t.Merchant); s != nil {
		l.Merchant = MerchantMemory{m.merchants.history(s), &s.facts, s}
	}
	return l
}

// Add remembers the row of a Look that Look has just given. Where the row undoes a remembered sale, it
// answers that sale's reference.
func (m *Memory) Add(l *Look) (undone int64, ok bool) {
	t := l.Tx
	m.count++
	if t.At.Known() && (!m.first.Known() || t.At < m.first) {
		m.first = t.At
	}
	if t.Stands() {
		m.sales.add(t)
	}
	if t.Aside {
		return 0, false
	}
	if t.IsRefund() && !t.Undone {
		m.sales.settle(t)
	}
	m.addCard(l.Card.slot, t)
	m.addTerminal(l.Terminal.slot, t)
	m.addMerchant(l.Merchant.slot, t)
	if undoes(t) {
		return m.undo(t)
	}
	return 0, false
}

func (m *Memory) addCard(s *slot[CardFacts], t *Txn) {
	switch {
	case t.Card == 0:
		return
	case s == nil:
		s = m.cards.open(t.Card)
		s.facts = CardFacts{First: t.At, Refused: tillproof.NoTime}
	}
	s.used = m.count
	s.facts.see(t, s.ring.count)
	*m.cards.pool.add(&s.ring) = seenOf(t)
}

func (m *Memory) addTerminal(s *slot[TerminalFacts], t *Txn) {
	switch {
	case t.Terminal == 0:
		return
	case s == nil:
		s = m.terminals.open(t.Terminal)
		s.facts = TerminalFacts{First: t.At, LastSTAN: -1, Habit: Habit{Day: t.At.Date()}}
	}
	s.used = m.count
	*m.terminals.pool.add(&s.ring) = seenOf(t)
	f := &s.facts
	if t.STAN >= 0 {
		f.LastSTAN = t.STAN
	}
	if t.Batch != 0 {
		f.LastBatch = t.Batch
	}
	sit(f.Merchants[:], t.Merchant, t.At, t.Ref)
	f.Habit.see(t)
}

func (m *Memory) addMerchant(s *slot[MerchantFacts], t *Txn) {
	switch {
	case t.Merchant == 0:
		return
	case s == nil:
		s = m.merchants.open(t.Merchant)
		s.facts = MerchantFacts{First: t.At, Habit: Habit{Day: t.At.Date()}}
	}
	s.used = m.count
	*m.merchants.pool.add(&s.ring) = seenOf(t)
	sit(s.facts.Terminals[:], t.Terminal, t.At, t.Ref)
	s.facts.Habit.see(t)
}

// undoes reports a row that cancels another, unless the caller has already seen to that.
func undoes(t *Txn) bool {
	cancels := t.Kind == tillproof.Void || t.Kind == tillproof.Reversal
	return cancels && !t.Undone && t.Status == tillproof.Posted && t.Original != 0
}

// undo marks the sale that a void or a reversal names, wherever it is remembered.
func (m *Memory) undo(t *Txn) (ref int64, ok bool) {
	var sale *Sold
	m.sales.Named(t, func(s *Sold) {
		if sale == nil && !s.Undone && s.Amount == t.Amount && s.IsOriginal(t) {
			sale = s
		}
	})
	if sale == nil {
		return 0, false
	}
	sale.Undone = true
	mark(m.cards.history(m.cards.find(sale.Card)), sale.Ref)
	mark(m.terminals.history(m.terminals.find(sale.Terminal)), sale.Ref)
	mark(m.merchants.history(m.merchants.find(sale.Merchant)), sale.Ref)
	return sale.Ref, true
}

func mark(h History, ref int64) {
	for i := range h.Len() {
		if s := h.Back(i); s.Ref == ref {
			s.Undone = true
			return
		}
	}
}

// Held is what a memory holds now, and what it had to forget.
type Held struct {
	Rows                        int64 // that were ever added
	Cards, Terminals, Merchants int   // keys
	Sales                       int
	Forgotten                   int64 // keys and sales
}

// Held counts.
func (m *Memory) Held() Held {
	return Held{
		Rows: m.count, Cards: int(m.cards.held), Terminals: int(m.terminals.held),
		Merchants: int(m.merchants.held), Sales: m.sales.held,
		Forgotten: m.cards.lost + m.terminals.lost + m.merchants.lost +
			m.sales.count - int64(m.sales.held),
	}
}
