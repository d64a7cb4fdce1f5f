package detect

import (
	"math/bits"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// deviceRules look at terminals as devices: which is whose, and whether it is still the same one.
func deviceRules() []Rule {
	return []Rule{
		{
			ID: TerminalManyMerchants, Version: 1, Severity: tillproof.High, Score: scoreHigh, AtRisk: true,
			Needs: []Need{NeedRows}, stream: terminalManyMerchants, say: sayTerminalMerchants,
			Reasons: []string{"detect.terminal_many_merchants"},
		},
		{
			ID: TerminalMoved, Version: 1, Severity: tillproof.Medium, Score: scoreMedium,
			Needs: []Need{NeedRows}, stream: terminalMoved, say: sayTerminalMoved,
			Reasons: []string{"detect.terminal_moved"},
		},
		{
			ID: SequenceBreak, Version: 1, Severity: tillproof.Medium, Score: scoreMedium,
			Needs: []Need{NeedRows}, stream: sequenceBreak, say: saySequenceBreak,
			Params: []Param{
				{"count", 1000, "rows"},
				{"full", 990_000, "rows"},
				{"gap", 100, "rows"},
				{"steady", 20, "rows"},
				{"rows", 16, "rows"},
			},
			Reasons: []string{"detect.sequence_break.anew", "detect.sequence_break.gap"},
		},
		{
			ID: CounterSilent, Version: 1, Severity: tillproof.Medium, Score: scoreMedium,
			Needs: []Need{NeedRows}, stream: counterSilent, say: sayCounterSilent,
			Params: []Param{
				{"history", 14 * 24 * 3600, "s"},
				{"silence", 36 * 3600, "s"},
				{"others", 20, "rows"},
				{"expected", 20, "rows"},
			},
			Reasons: []string{"detect.counter_silent"},
		},
		{
			ID: NewTerminal, Version: 1, Severity: tillproof.Low, Score: scoreLow,
			Needs: []Need{NeedRows}, stream: newTerminal, say: sayNewTerminal,
			Params: []Param{
				{"days", 14, "days"},
				{"rows", 50, "rows"},
			},
			Reasons: []string{"detect.new_terminal"},
		},
	}
}

// otherMerchant is the merchant, other than the row's, for which the terminal was used last, and whether the
// row's own merchant used it before that.
func otherMerchant(l *look) (other stream.Seat, before stream.Seat) {
	if l.Terminal.Facts == nil || l.Tx.Merchant == 0 || !l.Tx.Stands() {
		return stream.Seat{}, stream.Seat{}
	}
	for _, s := range l.Terminal.Facts.Merchants {
		switch {
		case s.Key == 0:
		case s.Key == l.Tx.Merchant:
			before = s
		case other.Key == 0 || s.Last > other.Last:
			other = s
		}
	}
	return other, before
}

// terminalMoved finds the first sale of a terminal for another merchant than before.
func terminalMoved(l *look, _ *Rule, a *Alarm) bool {
	other, before := otherMerchant(l)
	if other.Key == 0 || before.Key != 0 {
		return false
	}
	last := lastSale(&l.Terminal.History)
	if last == nil || last.Merchant != other.Key {
		return false
	}
	a.Key = l.Tx.Terminal
	a.Rows = append(a.Rows, Part{last.Ref, last.At, 0}, l.itself())
	return true
}

func sayTerminalMoved(s *story) tillproof.Note {
	before, now := s.row(0), s.row(1)
	n := tillproof.Note{Code: s.in.Rule.Reasons[0], Params: describe(now)}
	n.Params["other"] = orDash(string(before.Refs.Merchant))
	n.Params["from"], n.Params["to"] = timeParam(before), timeParam(now)
	return n
}

// terminalManyMerchants finds a terminal that returns to a merchant after it has sold for another.
func terminalManyMerchants(l *look, _ *Rule, a *Alarm) bool {
	other, before := otherMerchant(l)
	if other.Key == 0 || before.Key == 0 {
		return false
	}
	last := lastSale(&l.Terminal.History)
	if last == nil || last.Merchant == l.Tx.Merchant {
		return false
	}
	a.Key, a.Gap = l.Tx.Terminal, forever
	a.Rows = append(a.Rows, Part{last.Ref, last.At, last.Amount}, l.itself())
	return true
}

func sayTerminalMerchants(s *story) tillproof.Note {
	n := together(s)
	n.Params["other"] = n.Params["merchant"]
	n.Params["merchant"] = orDash(string(s.row(1).Refs.Merchant))
	return n
}

// sequenceBreak finds a terminal whose trace numbers begin anew, or leave out many at once.
func sequenceBreak(l *look, r *Rule, a *Alarm) bool {
	t, f := l.Tx, l.Terminal.Facts
	if f == nil || t.STAN <= 0 || f.LastSTAN <= 0 || !t.Timed {
		return false
	}
	now, before := int64(t.STAN), int64(f.LastSTAN)
	switch {
	case before >= r.value("count") && before < r.value("full") && now < before/2:
		a.Code = 0
	case now-before > r.value("gap"):
		a.Code = 1
	default:
		return false
	}
	last := lastCounted(l)
	if last == nil || last.STAN != f.LastSTAN || !l.steady(r) {
		return false
	}
	a.Key = t.Terminal
	a.Rows = append(a.Rows, Part{last.Ref, last.At, 0}, l.itself())
	a.Facts = [6]int64{before, now, now - before - 1}
	return true
}

func saySequenceBreak(s *story) tillproof.Note {
	before, now := s.row(0), s.row(1)
	n := tillproof.Note{Code: s.in.Rule.Reasons[s.in.Code], Params: describe(now)}
	n.Params["from"], n.Params["to"] = timeParam(before), timeParam(now)
	for i, name := range [...]string{"last", "next", "n"} {
		n.Params[name] = strconv.FormatInt(s.in.Facts[i], 10)
	}
	return n
}

// lastCounted is the newest row of the terminal that shows its count.
func lastCounted(l *look) *stream.Seen {
	for i := range l.Terminal.Len() {
		if s := l.Terminal.Back(i); s.STAN > 0 {
			return s
		}
	}
	return nil
}

// steady reports a terminal whose last steps were small and all upwards, as many as the rule asks for.
func (l *look) steady(r *Rule) bool {
	var next int32
	steps := int64(0)
	for i := range l.Terminal.Len() {
		s := l.Terminal.Back(i)
		if s.STAN <= 0 {
			continue
		}
		if next > 0 {
			if step := int64(next - s.STAN); step < 1 || step > r.value("steady") {
				return false
			}
			steps++
		}
		next = s.STAN
	}
	return steps >= r.value("rows")
}

// counterSilent finds a terminal of the merchant that has stopped while the others go on. It speaks once, at
// the first row by which the silence is long enough.
func counterSilent(l *look, r *Rule, a *Alarm) bool {
	f := l.Merchant.Facts
	others := int(r.value("others"))
	if f == nil || !l.Tx.Stands() || !l.Tx.Timed || l.Merchant.Len() < others {
		return false
	}
	prev, oldest := l.Merchant.Back(0), l.Merchant.Back(others-1)
	for i := range f.Terminals {
		s := &f.Terminals[i]
		if s.Key == 0 || s.Key == l.Tx.Terminal || s.Last >= oldest.At {
			continue
		}
		said := others < l.Merchant.Len() && l.Merchant.Back(others).At > s.Last && silent(s, prev.At, r)
		if silent(s, l.Tx.At, r) && !said {
			a.Key = s.Key
			a.Rows = append(a.Rows, Part{s.Ref, s.Last, 0}, Part{l.Tx.Ref, l.Tx.At, 0})
			a.Facts = [6]int64{int64(l.Tx.At-s.Last) / 3600, expected(s, l.Tx.At)}
			return true
		}
	}
	return false
}

func sayCounterSilent(s *story) tillproof.Note {
	still, now := s.row(0), s.row(1)
	n := tillproof.Note{Code: s.in.Rule.Reasons[0], Params: describe(still)}
	n.Params["from"], n.Params["to"] = timeParam(still), timeParam(now)
	n.Params["hours"] = strconv.FormatInt(s.in.Facts[0], 10)
	n.Params["expected"] = strconv.FormatInt(s.in.Facts[1], 10)
	return n
}

// silent reports a terminal that has shown its pace and has been still for long.
func silent(s *stream.Seat, now tillproof.LocalTime, r *Rule) bool {
	return s.Last-s.First >= r.span("history") && now-s.Last >= r.span("silence") &&
		expected(s, now) >= r.value("expected")
}

// expected is how many rows the silence would have seen at the pace before it, nights included.
func expected(s *stream.Seat, now tillproof.LocalTime) int64 {
	hi, lo := bits.Mul64(uint64(s.Rows), uint64(now-s.Last))
	if hi > 0 || s.Last <= s.First {
		return 0
	}
	return int64(lo / uint64(s.Last-s.First))
}

// newTerminal finds the first sale of a terminal at a merchant that has long used others only. Where the
// policy
// lists the terminals, the list decides: see unknownTerminal.
func newTerminal(l *look, r *Rule, a *Alarm) bool {
	f := l.Merchant.Facts
	if f == nil || len(l.house.terminals) > 0 || l.Tx.Terminal == 0 || !l.Tx.Stands() {
		return false
	}
	days, _ := f.Habit.Before(l.Tx.At.Date(), 0)
	if days < r.value("days") || l.Merchant.Count() < r.value("rows") {
		return false
	}
	for i := range f.Terminals {
		if s := &f.Terminals[i]; s.Key == l.Tx.Terminal || s.Key == 0 && i == 0 {
			return false
		}
	}
	if f.Terminals[len(f.Terminals)-1].Key != 0 { // more than are remembered: it may have been here before
		return false
	}
	a.Key = l.Tx.Terminal
	a.Rows = append(a.Rows, l.itself())
	a.Facts = [6]int64{days}
	return true
}

func sayNewTerminal(s *story) tillproof.Note {
	n := tillproof.Note{Code: s.in.Rule.Reasons[0], Params: describe(s.row(0))}
	n.Params["days"] = strconv.FormatInt(s.in.Facts[0], 10)
	return n
}

// lastSale is the newest sale under a key that stands, nil where none is remembered.
func lastSale(h *stream.History) *stream.Seen {
	for i := range h.Len() {
		if s := h.Back(i); s.Stands() {
			return s
		}
	}
	return nil
}
