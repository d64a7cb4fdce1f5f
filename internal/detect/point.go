package detect

import (
	"cmp"
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

// The bounds of what is remembered of visits: about 400 bytes a card. The cards and terminals that were seen
// first give way.
const (
	visitedTerminals = 12
	maxGuests        = 1 << 17
	maxPoints        = 1 << 16
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

// point is a terminal: how many cards came, and how many of them were abused elsewhere afterwards.
type point struct {
	cards  int64
	abused []Part       // their visits, with the money of the first fraud
	frauds []stream.Key // cards that were abused here, as many as make it the terminal's own trouble
	told   bool
}

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
				p.point(t.Terminal).cards++
				p.pairs++
			}
			return
		}
	}
	g.where[g.next] = visited{terminal: t.Terminal, at: t.At, ref: t.Ref}
	g.next = (g.next + 1) % visitedTerminals
	p.point(t.Terminal).cards++
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
	k, usual := int64(len(at.abused)), at.cards*p.abused
	if !at.told && (k-p.rule.value("cards"))*p.pairs < p.rule.value("times")*usual {
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
		Facts: [6]int64{k, at.cards, (p.abused - k) * 1000 / max(1, p.pairs-at.cards)},
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
	stream.Word8(t, &at.cards)
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
