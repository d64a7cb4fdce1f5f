package iso8583

import "strings"

// exchange is one transaction: what was asked, what was answered, and how often it was sent again. One of the
// two may be missing.
type exchange struct {
	ask, answer   *message
	asks, answers int
	n             int    // number of the message that began it
	key, terminal string // under which it waits for more; no key: for nothing
}

// newExchange begins with one message.
func newExchange(m *message) *exchange {
	x := &exchange{n: m.n}
	x.take(m)
	return x
}

// take adds a message. Of the requests the first counts, of the answers the last: the host's last word.
func (x *exchange) take(m *message) {
	if m.isAnswer() {
		x.answer = m
		x.answers++
		return
	}
	if x.ask == nil {
		x.ask = m
	}
	x.asks++
}

// first is the message that stands for the transaction.
func (x *exchange) first() *message {
	if x.ask != nil {
		return x.ask
	}
	return x.answer
}

// value is an element as the answer has it, which is the last word, else as the request has it.
func (x *exchange) value(id int) string {
	if x.answer != nil && x.answer.value[id] != "" {
		return strings.TrimSpace(x.answer.value[id])
	}
	return x.asked(id)
}

// asked is an element of the request.
func (x *exchange) asked(id int) string {
	if x.ask == nil {
		return ""
	}
	return strings.TrimSpace(x.ask.value[id])
}

// stamped is the message for which log or chip gave the day; nil where there is none.
func (x *exchange) stamped() *message {
	for _, m := range [...]*message{x.ask, x.answer} {
		if m != nil && m.stamp != "" {
			return m
		}
	}
	return nil
}

// when is day and time as they are written; utc where only the time of transmission is there.
func (x *exchange) when() (day, at string, utc bool) {
	t, d := x.value(12), x.value(13)
	switch seven := x.value(7); {
	case len(t) == 12: // YYMMDDhhmmss
		return t[:6], t[6:], false
	case d != "" && t != "":
		return d, t, false
	case len(seven) == 10:
		return seven[:4], seven[4:], true
	}
	return d, t, false
}

// accepts reports whether a message answers the exchange or repeats a part of it. A request that is neither
// marked as sent again nor answers anything is a transaction of its own, however much it looks like another.
func (x *exchange) accepts(m *message) bool {
	f := x.first()
	if m.isAdvice() != f.isAdvice() || !x.agrees(m, f) {
		return false
	}
	switch {
	case !m.isAnswer():
		return m.isRepeat() || x.ask == nil
	case x.answer == nil || x.answers < x.asks:
		return true
	}
	return m.isRepeat() || x.answer.value[39] == m.value[39] && x.answer.value[37] == m.value[37]
}

// agrees reports that two messages name the same terminal, merchant, acquirer, amount and day, as far as both
// of them say so. An answer that approves a part (39 = 10) has another amount.
func (x *exchange) agrees(m, f *message) bool {
	for _, id := range [...]int{41, 42, 32, 49} {
		if differ(m.value[id], f.value[id]) {
			return false
		}
	}
	if differ(head(m.value[3], 2), head(f.value[3], 2)) || !sameDay(dayOf(m), dayOf(f)) {
		return false
	}
	return m.value[39] == partly || !differ(m.value[4], f.value[4])
}

// differ reports two values that are both there and not the same.
func differ(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	return a != "" && b != "" && a != b
}

// sameDay reports two days MMDD that are one or neighbours: the host's clock may be past midnight already.
func sameDay(a, b string) bool {
	if a == b {
		return true
	}
	x, y := fullDay(leapYear+a), fullDay(leapYear+b)
	if !x.Known() || !y.Known() {
		return true
	}
	g := gap(x, y)
	return g <= 1 || g >= 365
}

// leapYear has every day that there is.
const leapYear = "2024"

func head(s string, n int) string { return s[:min(n, len(s))] }

// partly is the response code of a partial approval.
const partly = "10"

// dayOf is the day MMDD of a message.
func dayOf(m *message) string {
	switch {
	case m.value[13] != "":
		return m.value[13]
	case len(m.value[12]) == 12:
		return m.value[12][2:6]
	case len(m.value[7]) == 10:
		return m.value[7][:4]
	}
	return ""
}
