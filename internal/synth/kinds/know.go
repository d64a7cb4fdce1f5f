package kinds

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// What is knowable, and so what recall is measured by. A row of the report that shows a number of its sale
// (reference, terminal with batch and trace, order) determines it. A row without any number has candidates:
// the sales of the log that no row with a number claims, of its merchant and terminal, its amount (or,
// where tips are added on the slip, up to a quarter less) and its card as far as both show one, within five
// minutes.
// A row with one candidate determines it, and takes it from the other rows; that is done until nothing
// changes. The rest is unknowable, and so is whether a candidate that is left was ever settled. So is a row
// whose only candidate is not its sale, because its own does not look like it: it misleads anybody.

// window is five minutes: terminals' clocks of the benchmark are off by less.
const window = 300

// slipTip is how much a bill may grow by a tip on the slip, in percent.
const slipTip = 25

// know finds what the files do not determine.
func (m *month) know() {
	m.unknownRows, m.unknownEvents = map[*row]bool{}, map[*event]bool{}
	claimed := map[*event]bool{}
	var blind []*row
	for _, w := range m.rows {
		switch {
		case w.of == nil || m.hidden(w):
		case w.of.blind:
			blind = append(blind, w)
		default:
			claimed[w.of] = true
		}
	}
	candidates := make([][]*event, len(blind))
	for i, w := range blind {
		for _, e := range m.near(w.show.at) {
			if !claimed[e] && m.couldBe(w, e) {
				candidates[i] = append(candidates[i], e)
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for i, w := range blind {
			if w == nil {
				continue
			}
			candidates[i] = without(candidates[i], claimed)
			if len(candidates[i]) == 1 && candidates[i][0] == w.of {
				claimed[w.of], blind[i], changed = true, nil, true
			}
		}
	}
	for i, w := range blind {
		if w == nil {
			continue
		}
		m.unknownRows[w], m.unknownEvents[w.of] = true, true
		for _, e := range candidates[i] {
			m.unknownEvents[e] = true
		}
	}
}

// reach is farther than a row and its sale can lie apart: the window and a terminal's clock, in seconds.
const reach = 900

// near are the events about a moment; events stand in the order of time.
func (m *month) near(t tillproof.LocalTime) []*event {
	at := func(t tillproof.LocalTime) int {
		i, _ := slices.BinarySearchFunc(m.events, t, func(e *event, t tillproof.LocalTime) int {
			return cmp.Compare(e.at, t)
		})
		return i
	}
	return m.events[at(t-reach):at(t+reach)]
}

func without(list []*event, claimed map[*event]bool) []*event {
	var left []*event
	for _, e := range list {
		if !claimed[e] {
			left = append(left, e)
		}
	}
	return left
}

// couldBe reports whether a row without numbers may be the event as the log shows it.
func (m *month) couldBe(w *row, e *event) bool {
	if len(e.lines) == 0 || e.shop != w.of.shop || e.terminal != w.of.terminal || undone(e) {
		return false
	}
	l := e.lines[0]
	amount, back := w.show.amount, w.show.deed == refund
	if back {
		amount = -amount
	}
	if back != (e.deed == refund) || abs(l.show.at-w.show.at) > window {
		return false
	}
	if bill := l.show.amount; amount != bill &&
		(m.shop.slips == 0 || amount < bill || amount > bill*(100+slipTip)/100) {
		return false
	}
	a, b := w.show.card, l.show.card
	if l.online { // orders show no card
		return true
	}
	if a == "" || b == "" {
		return a == b
	}
	return a[len(a)-4:] == b[len(b)-4:] && (len(a) < len(b) || a == b)
}

func undone(e *event) bool {
	for _, l := range e.others {
		if l.show.deed == void {
			return true
		}
	}
	return false
}

func abs(t tillproof.LocalTime) tillproof.LocalTime { return max(t, -t) }

// hidden reports a row that the report's file does not reach.
func (m *month) hidden(w *row) bool { return w.settle > m.reportEnd }
