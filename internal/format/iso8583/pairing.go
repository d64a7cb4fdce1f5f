package iso8583

import "strings"

// window is how many messages apart request, answer and repeats may stand. Terminals wait a minute for an
// answer; a host that serves thousands of them writes some thousand messages in that time.
const window = 4096

// reach is how many exchanges of one terminal and trace number are looked at for a message, the latest first.
// A terminal does one thing at a time, so its answers and repeats follow within a few; more have one trace
// number only where a terminal does not count, and looking at all of them would take time by the square.
const reach = 64

// pairing joins messages to exchanges, in the order in which the exchanges began.
type pairing struct {
	queue  []*exchange
	traces map[string]*trace // by class and trace number
	looks  int               // exchanges that were looked at: what the work is counted by
}

// trace is what is open under one trace number: all of it, and by terminal ("" where a message names none).
type trace struct {
	all       []*exchange
	terminals map[string][]*exchange
}

func newPairing() *pairing { return &pairing{traces: map[string]*trace{}} }

// take puts a message to the exchange that it belongs to, or begins one and reports that.
func (p *pairing) take(m *message) (begun bool) {
	key := keyOf(m)
	if x := p.find(key, m); x != nil {
		x.take(m)
		return false
	}
	x := newExchange(m)
	p.queue = append(p.queue, x)
	if key == "" {
		return true
	}
	t := p.traces[key]
	if t == nil {
		t = &trace{terminals: map[string][]*exchange{}}
		p.traces[key] = t
	}
	x.key, x.terminal = key, terminalOf(m)
	t.all = append(t.all, x)
	t.terminals[x.terminal] = append(t.terminals[x.terminal], x)
	return true
}

// find is the nearest exchange before a message that accepts it: one of its terminal, or one that began
// without naming a terminal. A message that names none may belong to any.
func (p *pairing) find(key string, m *message) *exchange {
	t := p.traces[key]
	if t == nil {
		return nil
	}
	terminal := terminalOf(m)
	if terminal == "" {
		return p.latest(t.all, m)
	}
	own, unnamed := p.latest(t.terminals[terminal], m), p.latest(t.terminals[""], m)
	if own == nil || unnamed != nil && unnamed.n > own.n {
		return unnamed
	}
	return own
}

// latest is the last exchange within reach that accepts a message.
func (p *pairing) latest(list []*exchange, m *message) *exchange {
	for i := len(list) - 1; i >= max(0, len(list)-reach); i-- {
		p.looks++
		if list[i].accepts(m) {
			return list[i]
		}
	}
	return nil
}

// hold puts a message in the queue that nothing answers.
func (p *pairing) hold(m *message) { p.queue = append(p.queue, newExchange(m)) }

// due gives the exchanges that no later message can belong to: all of them at the end of the file.
func (p *pairing) due(now int, end bool) []*exchange {
	n := 0
	for n < len(p.queue) && (end || p.queue[n].n+window < now) {
		p.close(p.queue[n])
		n++
	}
	out := p.queue[:n:n]
	p.queue = p.queue[n:]
	return out
}

// close forgets an exchange. They are closed in the order in which they began, so it is the first of its
// lists.
func (p *pairing) close(x *exchange) {
	t := p.traces[x.key]
	if t == nil || x.key == "" {
		return
	}
	t.all = t.all[1:]
	if len(t.all) == 0 {
		delete(p.traces, x.key)
		return
	}
	if left := t.terminals[x.terminal][1:]; len(left) > 0 {
		t.terminals[x.terminal] = left
	} else {
		delete(t.terminals, x.terminal)
	}
}

// keyOf is class and trace number; a message without a trace number stands alone.
func keyOf(m *message) string {
	if m.value[11] == "" {
		return ""
	}
	return string(m.class()) + m.value[11]
}

func terminalOf(m *message) string { return strings.TrimSpace(m.value[41]) }
