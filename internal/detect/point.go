package detect

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// CommonPoint is the rule that finds where cards were copied: the terminal that cards have in common which
// were abused elsewhere afterwards. It is not in the book, because it speaks from verdicts alone.
const CommonPoint tillproof.RuleID = "common_point"

// Common is the row of CommonPoint.
func Common() Rule {
	return Rule{
		ID: CommonPoint, Version: 1, Severity: tillproof.High, Score: scoreHigh,
		Needs: []Need{NeedRows}, say: sayCommon,
		Params: []Param{
			{"cards", 5, "rows"},
			{"times", 3, "times"},
			{"reach", 60 * 86_400, "s"},
			{"own", 3, "rows"},
		},
		Reasons: []string{"detect.common_point"},
	}
}

// The bounds of what is remembered of visits: 1 KB of a card, which goes to some thirty shops in two months,
// and 200 bytes of a terminal, more where its cards are abused. The cards and terminals that were seen first
// give way.
const (
	visitedTerminals = 32
	maxGuests        = 1 << 16
	maxPoints        = 1 << 16
	pointDays        = 128 // more than the reach and the time that verdicts take
)

// visited is a card's first visit to a terminal within the reach.
type visited struct {
	terminal stream.Key
	at       tillproof.LocalTime
	ref      int64
	counted  bool // as one before abuse
}

// guest is where a card was of late: its last terminals, in a ring.
type guest struct {
	where [visitedTerminals]visited
	next  uint8
}

// point is a terminal: how many cards came first on which day, and which of them were abused elsewhere
// afterwards.
type point struct {
	day    tillproof.Date // of the last count
	days   [pointDays]uint16
	abused []Part       // the visits, with the money of the first fraud
	frauds []stream.Key // cards that were abused here, as many as make it the terminal's own trouble
	told   bool
}

// came counts the first visit of a card.
func (at *point) came(day tillproof.Date) {
	if at.day == 0 || day-at.day > pointDays {
		at.days, at.day = [pointDays]uint16{}, day
	}
	for at.day < day {
		at.day++
		*at.on(at.day) = 0
	}
	if n := at.on(max(day, at.day-pointDays+1)); *n < math.MaxUint16 {
		*n++
	}
}

// on is the count of a day, which may lie before 1970.
func (at *point) on(day tillproof.Date) *uint16 { return &at.days[uint32(day)%pointDays] }

// guests counts the cards that came between the first and the last of the abused ones, and three days around:
// whoever copies cards does so for some days or weeks, and the others of a year prove nothing.
func (at *point) guests() (n int64) {
	first, last := at.abused[0].At, at.abused[0].At
	for _, p := range at.abused {
		first, last = min(first, p.At), max(last, p.At)
	}
	from, to := max(first.Date()-around, at.day-pointDays+1), min(last.Date()+around, at.day)
	for day := from; day <= to; day++ {
		n += int64(*at.on(day))
	}
	return max(n, int64(len(at.abused)))
}

// around is how many days before and after the abused cards others may have been copied too.
const around = 3

// points remembers visits and hears which cards were abused.
type points struct {
	rule   Rule
	labels labels

	guests     map[stream.Key]*guest
	guestOrder []stream.Key // as they came
	terminals  map[stream.Key]*point
	pointOrder []stream.Key

	pairs, abused int64 // visits of a card to a terminal, and those before abuse
}

func newPoints() *points {
	return &points{
		rule: Common(), guests: map[stream.Key]*guest{}, terminals: map[stream.Key]*point{},
	}
}

// before hears the verdicts that are known by a moment, and calls alarm for each terminal that speaks now.
func (p *points) before(now tillproof.LocalTime, alarm func(a *Alarm, t *stream.Txn)) {
	for len(p.labels) > 0 && p.labels[0].Known <= now {
		if l := p.labels.pop(); l.Fraud {
			p.abuse(&l.Txn, alarm)
		}
	}
}

// visit remembers where a card is.
func (p *points) visit(t *stream.Txn) {
	if t.Card == 0 || t.Terminal == 0 || !t.At.Known() || !t.IsSale() {
		return
	}
	g := p.guest(t.Card)
	for i := range g.where {
		if w := &g.where[i]; w.terminal == t.Terminal {
			if t.At-w.at > p.rule.span("reach") {
				*w = visited{terminal: t.Terminal, at: t.At, ref: t.Ref}
				p.came(t)
			}
			return
		}
	}
	g.where[g.next] = visited{terminal: t.Terminal, at: t.At, ref: t.Ref}
	g.next = (g.next + 1) % visitedTerminals
	p.came(t)
}

func (p *points) came(t *stream.Txn) {
	p.point(t.Terminal).came(t.At.Date())
	p.pairs++
}

// abuse counts a card that was abused against the terminals where it was before, but not where many cards
// were abused at one terminal: that is about the terminal, whose guests have all their shops in common.
func (p *points) abuse(t *stream.Txn, alarm func(a *Alarm, t *stream.Txn)) {
	g := p.guests[t.Card]
	if t.Card == 0 || g == nil {
		return
	}
	if t.Terminal != 0 {
		here := p.point(t.Terminal)
		if len(here.frauds) < int(p.rule.value("own")) && !slices.Contains(here.frauds, t.Card) {
			here.frauds = append(here.frauds, t.Card)
		}
		if len(here.frauds) >= int(p.rule.value("own")) {
			return
		}
	}
	for i := range g.where {
		w := &g.where[i]
		if w.terminal == 0 || w.terminal == t.Terminal || w.counted || w.at >= t.At ||
			t.At-w.at > p.rule.span("reach") {
			continue
		}
		w.counted = true
		p.abused++
		at := p.point(w.terminal)
		at.abused = append(at.abused, Part{w.ref, w.at, t.Amount})
		p.speak(w.terminal, at, t, alarm)
	}
}

// speak tells of a terminal from the card on that makes it more than chance; then of each further one.
func (p *points) speak(key stream.Key, at *point, t *stream.Txn, alarm func(a *Alarm, t *stream.Txn)) {
	k, cards := int64(len(at.abused)), at.guests()
	beyond := (k - p.rule.value("cards")) * p.pairs
	if !at.told && beyond < p.rule.value("times")*cards*p.abused {
		return
	}
	rows := at.abused[k-1:]
	if !at.told {
		rows = slices.Clone(at.abused)
		slices.SortFunc(rows, func(a, b Part) int {
			return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Ref, b.Ref))
		})
	}
	at.told = true
	alarm(&Alarm{
		Rule: &p.rule, Key: stream.KeyWith(key, 3), Gap: forever, Rows: rows,
		Facts: [6]int64{k, cards, (p.abused - k) * 1000 / max(1, p.pairs-cards)},
	}, t)
}

func (p *points) guest(key stream.Key) *guest {
	if g := p.guests[key]; g != nil {
		return g
	}
	if len(p.guestOrder) >= maxGuests {
		delete(p.guests, p.guestOrder[0])
		p.guestOrder = p.guestOrder[1:]
	}
	g := &guest{}
	p.guests[key], p.guestOrder = g, append(p.guestOrder, key)
	return g
}

func (p *points) point(key stream.Key) *point {
	if t := p.terminals[key]; t != nil {
		return t
	}
	if len(p.pointOrder) >= maxPoints {
		delete(p.terminals, p.pointOrder[0])
		p.pointOrder = p.pointOrder[1:]
	}
	t := &point{}
	p.terminals[key], p.pointOrder = t, append(p.pointOrder, key)
	return t
}

func sayCommon(s *story) tillproof.Note {
	n := together(s)
	n.Params["of"] = strconv.FormatInt(s.in.Facts[1], 10)
	n.Params["share"] = strconv.FormatInt(s.in.Facts[2], 10)
	return n
}

// farDay is further from 1970 than any day that a file may name.
const farDay = 4_000_000

// maxGuestParts bounds what a saved state may hold of one terminal.
const maxGuestParts = 1 << 20

func (p *points) walk(t *stream.Tape) {
	p.labels.walk(t)
	stream.Word8(t, &p.pairs)
	stream.Word8(t, &p.abused)
	p.guestOrder = walkKeys(t, p.guestOrder, maxGuests)
	for _, key := range p.guestOrder {
		if t.Reading() {
			p.guests[key] = &guest{}
		}
		g := p.guests[key]
		for i := range g.where {
			w := &g.where[i]
			stream.Word8(t, &w.terminal)
			stream.Word8(t, &w.at)
			stream.Word8(t, &w.ref)
			t.Flag(&w.counted)
		}
		g.next = uint8(t.Count(int(g.next), visitedTerminals-1))
	}
	p.pointOrder = walkKeys(t, p.pointOrder, maxPoints)
	for _, key := range p.pointOrder {
		if t.Reading() {
			p.terminals[key] = &point{}
		}
		p.terminals[key].walk(t)
		if t.Err() != nil {
			return
		}
	}
}

func (at *point) walk(t *stream.Tape) {
	if stream.Word4(t, &at.day); at.day < -farDay || at.day > farDay {
		at.day = 0
		t.Break()
	}
	for i := range at.days {
		n := uint32(at.days[i])
		stream.Word4(t, &n)
		at.days[i] = uint16(n)
	}
	t.Flag(&at.told)
	at.frauds = walkKeys(t, at.frauds, int(maxGuestParts))
	n := t.Count(len(at.abused), maxGuestParts)
	for i := 0; i < n && t.Err() == nil; i++ {
		if t.Reading() {
			at.abused = append(at.abused, Part{})
		}
		at.abused[i].walk(t)
	}
}

func walkKeys(t *stream.Tape, keys []stream.Key, limit int) []stream.Key {
	n := t.Count(len(keys), limit)
	for i := 0; i < n && t.Err() == nil; i++ {
		if t.Reading() {
			keys = append(keys, 0)
		}
		stream.Word8(t, &keys[i])
	}
	return keys
}
