package detect

import (
	"math"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// Alarm is what a rule says about a transaction: a piece of an incident.
type Alarm struct {
	Rule *Rule
	Code int        // place of its sentence in the rule's Reasons
	Key  stream.Key // what it is about: a card at a merchant, a terminal, a merchant
	// Gap joins alarms of one rule and key: those that come at most so many seconds after the last row of the
	// incident, or those that share a row with it (sharing), or none (alone).
	Gap   int64
	Rows  []Part   // in the order of the stream, the transaction itself at the end or left out
	Facts [6]int64 // what the sentence says beside the rows: the rule knows what each is

	Chance int64          // of a learned score
	Why    []teach.Reason // and what made it
}

// Gaps that are no time.
const (
	sharing = -1
	alone   = -2
	forever = math.MaxInt64
)

// Part is a row of an incident and the money that it puts in.
type Part struct {
	Ref    int64
	At     tillproof.LocalTime
	Amount int64
}

// Incident is what belongs together: one terminal's night, one card's visit. It becomes one finding.
type Incident struct {
	Rule     *Rule
	Code     int
	Key      stream.Key
	Currency tillproof.Currency
	Gap      int64
	Count    int                 // rows
	Sum      int64               // of their money
	First    tillproof.LocalTime // of its first row
	Last     tillproof.LocalTime
	Parts    []Part // the first rows, at most Limits.Rows
	Facts    [6]int64
	Chance   int64          // the highest of its rows, where the teacher spoke of one
	Why      []teach.Reason // what made that one
	expected int64          // money that its chances make, on average
	least    int            // rows that made the first alarm: with fewer it is none
	lastRef  int64
	gone     bool // its rows have been undone
}

// addPart takes a row in. Beyond the limit it counts and is not named.
func (in *Incident) addPart(p Part, limit int) error {
	sum, err := tillproof.AddMinor(in.Sum, p.Amount)
	if err != nil {
		return overflow(in.Rule, err)
	}
	in.Sum, in.Count = sum, in.Count+1
	in.Last, in.lastRef = max(in.Last, p.At), p.Ref
	if len(in.Parts) < limit {
		in.Parts = append(in.Parts, p)
	}
	return nil
}

func (in *Incident) has(ref int64) bool {
	return ref == in.lastRef || slices.ContainsFunc(in.Parts, func(p Part) bool { return p.Ref == ref })
}

// subject is what an open incident is found by.
type subject struct {
	rule *Rule
	key  stream.Key
}

// incidents is the book of what has been found. An incident is open while it is the last of its subject.
type incidents struct {
	rows    int // named of one incident
	limit   int // incidents kept
	all     []*Incident
	open    map[subject]*Incident
	dropped int                   // alarms that found no room
	where   map[int64][]*Incident // of the rows that are named
}

func newIncidents(rows, limit int) incidents {
	return incidents{
		rows: rows, limit: limit, open: map[subject]*Incident{}, where: map[int64][]*Incident{},
	}
}

// take joins an alarm to the incident it belongs to, or begins one.
func (b *incidents) take(a *Alarm, t *stream.Txn) error {
	s := subject{a.Rule, a.Key}
	in := b.open[s]
	if in == nil || !in.joins(a, t) {
		if len(b.all) >= b.limit {
			b.dropped++
			return nil
		}
		in = &Incident{
			Rule: a.Rule, Code: a.Code, Key: a.Key, Currency: t.Currency, Gap: a.Gap,
			First: a.Rows[0].At, Last: math.MinInt64, least: len(a.Rows),
		}
		b.all, b.open[s] = append(b.all, in), in
	}
	fresh := a.Rows
	for i, p := range slices.Backward(a.Rows) {
		if in.Count > 0 && in.has(p.Ref) {
			fresh = a.Rows[i+1:]
			break
		}
	}
	for _, p := range fresh {
		if len(in.Parts) < b.rows {
			b.where[p.Ref] = append(b.where[p.Ref], in)
		}
		if err := in.addPart(p, b.rows); err != nil {
			return err
		}
	}
	in.Facts = a.Facts // of the last alarm: what it says holds for all rows so far
	return nil
}

func (in *Incident) joins(a *Alarm, t *stream.Txn) bool {
	switch {
	case a.Gap == alone:
		return false
	case a.Gap == forever:
		return true
	case a.Gap >= 0: // a late row may lie before the incident
		return t.At.Known() && in.First.Known() &&
			int64(t.At-in.Last) <= a.Gap && int64(in.First-t.At) <= a.Gap
	}
	return slices.ContainsFunc(a.Rows, func(p Part) bool { return in.has(p.Ref) })
}

// withdraw takes a sale that was undone out of its incidents. One that is left with fewer rows than make an
// alarm, or without money, is none any more.
func (b *incidents) withdraw(ref int64) {
	for _, in := range b.where[ref] {
		i := slices.IndexFunc(in.Parts, func(p Part) bool { return p.Ref == ref })
		if i < 0 {
			continue
		}
		in.Count, in.Sum = in.Count-1, in.Sum-in.Parts[i].Amount
		in.Parts = slices.Delete(in.Parts, i, i+1)
		if len(in.Parts) > 0 && in.lastRef == ref {
			in.lastRef = in.Parts[len(in.Parts)-1].Ref
		}
		if in.Count >= in.least && in.Sum > 0 && len(in.Parts) > 0 {
			in.First = in.Parts[0].At
			continue
		}
		in.gone = true
		if s := (subject{in.Rule, in.Key}); b.open[s] == in {
			delete(b.open, s)
		}
	}
	delete(b.where, ref)
}

// standing lists the incidents that were not undone.
func (b *incidents) standing() []*Incident {
	return slices.DeleteFunc(slices.Clone(b.all), func(in *Incident) bool { return in.gone })
}

// speaking leaves out the incidents of a rule of which a more exact one speaks.
func speaking(all []*Incident) []*Incident {
	exact := map[int64]bool{} // the rows of cashOut
	for _, in := range all {
		if in.Rule.ID == CashOut {
			for _, p := range in.Parts {
				exact[p.Ref] = true
			}
		}
	}
	return slices.DeleteFunc(all, func(in *Incident) bool {
		return in.Rule.ID == RoundSums && !slices.ContainsFunc(in.Parts, func(p Part) bool {
			return !exact[p.Ref]
		})
	})
}
