package detect

import (
	"io"
	"math"
	"slices"

	"github.com/tillproof/tillproof/internal/detect/habit"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// The name and the version of a saved Engine. The version grows with each change of what is written.
var engineKind = [4]byte{'t', 'p', 'd', 'e'}

const engineVersion = 4

// The most that a saved state may hold of what its own limits do not bound.
const (
	maxRules  = 1 << 12
	maxParts  = 1 << 30
	maxLabels = 1 << 30
	// maxReasons is more than a teacher gives.
	maxReasons = 64
)

// Save writes all that the engine has in mind, rows that wait included, so that RestoreEngine goes on as if
// it had never stopped.
func (e *Engine) Save(w io.Writer) error {
	e.drain()
	t := stream.TapeTo(w, engineKind, engineVersion)
	e.walk(t)
	return t.Close()
}

// RestoreEngine reads a saved engine. The options give the rules, the policy and the teacher; how much is
// remembered, and how late rows may come, the state itself says. Incidents of a rule that is in the book no
// more are left out. What is not a state gives a *tillproof.Error.
func RestoreEngine(r io.Reader, opts Options) (*Engine, error) {
	e := NewEngine(opts)
	t := stream.TapeFrom(r, engineKind, engineVersion)
	e.walk(t)
	if err := t.Close(); err != nil {
		return nil, err
	}
	return e, nil
}

func (e *Engine) walk(t *stream.Tape) {
	stream.Word8(t, &e.now)
	e.memory.Walk(t)
	e.queue.Walk(t)
	e.suspected.walk(t, e.found.walk(t, e.walkRules(t)))
	told := e.points != nil
	if t.Flag(&told); told != (e.points != nil) {
		t.Break()
	}
	if told && t.Err() == nil {
		e.points.walk(t)
	}
	taught := e.relay != nil
	if t.Flag(&taught); taught != (e.relay != nil) {
		t.Break()
	}
	if e.relay == nil || t.Err() != nil {
		return
	}
	u := &e.relay.tutor
	stream.Word8(t, &u.now)
	u.labels.walk(t)
	u.teacher.Walk(t)
}

// walkRules answers the rules that incidents name by their place in the state, nil for one that is no more.
func (e *Engine) walkRules(t *stream.Tape) []*Rule {
	all := slices.Clone(e.rules)
	if e.points != nil {
		all = append(all, &e.points.rule)
	}
	for _, c := range e.own {
		all = append(all, &c.Rule)
	}
	n := t.Count(len(all), maxRules)
	if !t.Reading() {
		for _, r := range all {
			id := string(r.ID)
			t.Text(&id)
		}
		return all
	}
	rules := make([]*Rule, n)
	for i := range rules {
		var id string
		t.Text(&id)
		if at := slices.IndexFunc(all, func(r *Rule) bool { return string(r.ID) == id }); at >= 0 {
			rules[i] = all[at]
		}
	}
	return rules
}

// walk answers the incidents by their place in the state, nil for one whose rule is no more.
func (b *incidents) walk(t *stream.Tape, rules []*Rule) []*Incident {
	var places []*Incident
	dropped := int64(b.dropped)
	stream.Word8(t, &dropped)
	b.dropped = int(dropped)
	for i := range t.Count(len(b.all), b.limit) {
		if t.Err() != nil {
			return nil
		}
		in := &Incident{}
		if !t.Reading() {
			in = b.all[i]
		}
		open := !t.Reading() && b.open[subject{in.Rule, in.Key}] == in
		known := in.walk(t, rules)
		if t.Flag(&open); !t.Reading() {
			places = append(places, in)
			continue
		}
		if !known {
			places = append(places, nil)
			continue
		}
		b.all, places = append(b.all, in), append(places, in)
		if open {
			b.open[subject{in.Rule, in.Key}] = in
		}
		for _, p := range in.Parts {
			b.where[p.Ref] = append(b.where[p.Ref], in)
		}
	}
	return places
}

// walk answers whether the incident's rule is known.
func (in *Incident) walk(t *stream.Tape, rules []*Rule) bool {
	rule := t.Count(max(0, slices.Index(rules, in.Rule)), max(0, len(rules)-1))
	in.Code = t.Count(in.Code, math.MaxInt16)
	stream.Word8(t, &in.Key)
	t.Currency(&in.Currency)
	stream.Word8(t, &in.Gap)
	in.Count = t.Count(in.Count, math.MaxInt)
	in.least = t.Count(in.least, math.MaxInt)
	stream.Word8(t, &in.Sum)
	stream.Word8(t, &in.First)
	stream.Word8(t, &in.Last)
	stream.Word8(t, &in.lastRef)
	t.Flag(&in.gone)
	for i := range in.Facts {
		stream.Word8(t, &in.Facts[i])
	}
	n := t.Count(len(in.Parts), maxParts)
	for i := 0; i < n && t.Err() == nil; i++ {
		if t.Reading() {
			in.Parts = append(in.Parts, Part{})
		}
		p := &in.Parts[i]
		p.walk(t)
	}
	if !t.Reading() || t.Err() != nil || len(rules) == 0 {
		return false
	}
	in.Rule = rules[rule]
	if in.Rule == nil {
		return false
	}
	if in.Code >= len(in.Rule.Reasons) || len(in.Parts) == 0 && !in.gone {
		t.Break()
	}
	return true
}

func (p *Part) walk(t *stream.Tape) {
	stream.Word8(t, &p.Ref)
	stream.Word8(t, &p.At)
	stream.Word8(t, &p.Amount)
}

func (b *suspicions) walk(t *stream.Tape, places []*Incident) {
	dropped := int64(b.dropped)
	stream.Word8(t, &dropped)
	b.dropped = int(dropped)
	place := make(map[*Incident]int, len(places))
	for i, in := range places {
		place[in] = i + 1
	}
	for i := range t.Count(len(b.all), b.limit) {
		if t.Err() != nil {
			return
		}
		s := &suspicion{}
		if !t.Reading() {
			s = &b.all[i]
		}
		s.walk(t)
		by := 0
		if s.by != nil {
			by = place[s.by]
		}
		if by = t.Count(by, len(places)); !t.Reading() {
			continue
		}
		if by > 0 {
			s.by = places[by-1]
		}
		if b.all = append(b.all, *s); !s.gone {
			b.at[s.Ref] = int32(i)
		}
	}
}

func (s *suspicion) walk(t *stream.Tape) {
	s.Part.walk(t)
	t.Currency(&s.currency)
	stream.Word8(t, &s.chance)
	stream.Word8(t, &s.card)
	stream.Word8(t, &s.terminal)
	s.prior = t.Count(s.prior, stream.CardRows)
	for _, f := range [...]*bool{&s.ofTerminal, &s.strange, &s.timed, &s.gone} {
		t.Flag(f)
	}
	reasons := t.Count(len(s.why), maxReasons)
	if t.Reading() {
		s.why = make([]teach.Reason, reasons)
	}
	for i := range s.why {
		stream.Word4(t, &s.why[i].Fact)
		stream.Word4(t, &s.why[i].Value)
		stream.Word4(t, &s.why[i].Share)
		stream.Word4(t, &s.why[i].Of)
		stream.Word8(t, &s.why[i].Usual)
		if f := s.why[i].Fact; f < 0 || f >= habit.FactCount {
			t.Break()
		}
	}
}

func (l *labels) walk(t *stream.Tape) {
	var waiting labels
	for all := slices.Clone(*l); len(all) > 0; {
		waiting = append(waiting, all.pop())
	}
	for i := range t.Count(len(waiting), maxLabels) {
		if t.Err() != nil {
			return
		}
		label := stream.Label{}
		if !t.Reading() {
			label = waiting[i]
		}
		label.Txn.Walk(t)
		stream.Word8(t, &label.Known)
		if t.Flag(&label.Fraud); t.Reading() {
			l.push(label)
		}
	}
}
