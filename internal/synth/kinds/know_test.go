package kinds

import (
	"testing"

	"github.com/tillproof/tillproof"
)

// scene is a small month by hand: sales at one terminal, and rows of the report without any number.
type scene struct {
	m    *month
	noon tillproof.LocalTime
}

func newScene(kind string) *scene {
	day, _ := tillproof.NewDate(2026, 3, 4)
	shop, _ := find(shops, func(s *shop) string { return s.name }, kind, "kind")
	return &scene{m: &month{shop: shop, custom: &customs[0], reportEnd: day}, noon: day.At(12, 0, 0)}
}

func (s *scene) sale(second int, amount int64, card string) *event {
	e := &event{terminal: 1, amount: amount, at: s.noon + tillproof.LocalTime(second), settled: true}
	e.lines = []*line{{of: e, response: approved, show: shown{at: e.at, amount: amount, card: card}}}
	s.m.events = append(s.m.events, e)
	return e
}

func (s *scene) blind(e *event, card string) *row {
	e.blind = true
	e.row = &row{of: e, settle: e.at.Date(), show: shown{at: e.at + 40, amount: e.amount, card: card}}
	s.m.rows = append(s.m.rows, e.row)
	return e.row
}

func (s *scene) unknown(t *testing.T, want map[*event]bool) {
	t.Helper()
	s.m.know()
	for i, e := range s.m.events {
		if s.m.unknownEvents[e] != want[e] {
			t.Errorf("sale %d: unknowable is %v", i+1, s.m.unknownEvents[e])
		}
	}
}

const (
	cardA = "621234******1111"
	cardB = "621234******2222"
	cardC = "625001******1111" // ends like A
)

func TestOneCandidateIsKnown(t *testing.T) {
	s := newScene("corner")
	a := s.sale(0, 1250, cardA)
	s.sale(60, 1250, cardB)  // another card
	s.sale(60, 1260, cardA)  // another amount
	s.sale(400, 1250, cardA) // too late
	s.blind(a, "******1111")
	s.unknown(t, nil)
}

func TestTwinsAreNotKnown(t *testing.T) {
	s := newScene("corner")
	a, b := s.sale(0, 1250, cardA), s.sale(90, 1250, cardC)
	s.blind(a, "******1111")
	s.blind(b, "******1111")
	s.unknown(t, map[*event]bool{a: true, b: true})
}

// TestWholeCardsTellTwinsApart: the same two, where the report shows what it can of the card.
func TestWholeCardsTellTwinsApart(t *testing.T) {
	s := newScene("corner")
	a, b := s.sale(0, 1250, cardA), s.sale(90, 1250, cardC)
	s.blind(a, cardA)
	s.blind(b, cardC)
	s.unknown(t, nil)
}

// TestElimination: b's row has a and b as candidates, a's row only a, because b is too far from it.
func TestElimination(t *testing.T) {
	s := newScene("corner")
	a, b := s.sale(0, 1250, cardA), s.sale(280, 1250, cardA)
	s.blind(a, "******1111").show.at = s.noon - 100
	s.blind(b, "******1111").show.at = s.noon + 200
	s.unknown(t, nil)
}

// TestClaimedByNumber: what a row with a number claims is no candidate.
func TestClaimedByNumber(t *testing.T) {
	s := newScene("corner")
	a, b := s.sale(0, 1250, cardA), s.sale(30, 1250, cardA)
	s.blind(a, "******1111")
	s.blind(b, "******1111")
	b.blind = false
	s.unknown(t, nil)
}

// TestNeverSettledTwin: a sale that was never settled and looks like a row without numbers may be its sale.
func TestNeverSettledTwin(t *testing.T) {
	s := newScene("corner")
	a, lost := s.sale(0, 1250, cardA), s.sale(30, 1250, cardA)
	lost.settled = false
	s.blind(a, "******1111")
	s.unknown(t, map[*event]bool{a: true, lost: true})
}

// TestTipWithoutNumber: 118.00 without a number can be the bill of 100.00 where tips are written on slips,
// and nothing where they are not.
func TestTipWithoutNumber(t *testing.T) {
	for kind, known := range map[string]bool{"restaurant": true, "corner": false} {
		s := newScene(kind)
		a := s.sale(0, 10_000, cardA)
		s.blind(a, "******1111").show.amount = 11_800
		s.unknown(t, map[*event]bool{a: !known})
	}
}
