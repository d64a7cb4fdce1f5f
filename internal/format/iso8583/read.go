package iso8583

import (
	"cmp"
	"errors"
	"io"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// reader turns messages into transactions.
type reader struct {
	format.Answers
	format.Masker
	opt      format.Options
	src      source
	layout   string
	pairs    *pairing
	clock    *clock
	batches  *batches
	outcomes *outcomes
	issues   []tillproof.Issue
	told     map[string]bool
	losses   losses
	ended    bool

	seen, asked, answered, others int
	entries, dropped              int
}

// Read gives the next transaction.
func (r *reader) Read() (format.Line, error) { return r.Next(r.step) }

// step reads one message and gives what is complete by then.
func (r *reader) step() error {
	m, err := r.src.next()
	var cutOff *format.LineError
	switch {
	case errors.As(err, &cutOff):
		r.Give(format.Line{}, cutOff)
		r.end()
		return io.EOF
	case errors.Is(err, io.EOF):
		r.end()
	}
	if err != nil {
		return err
	}
	r.seen++
	r.Masked += m.Masked
	r.dropped += m.dropped
	r.take(&m)
	r.give(r.pairs.due(m.n, false))
	return nil
}

// take uses what can be read of a message.
func (r *reader) take(m *message) {
	if m.broken || m.lost() {
		r.lose(m)
		return
	}
	if m.stop != whole {
		r.stopped(m)
	}
	alone := false
	if m.mti != "" {
		r.layout = cmp.Or(r.layout, m.layout)
		alone = r.sort(m)
	}
	r.next(m, alone)
}

// sort takes a message to where its class belongs and reports an answer without a request.
func (r *reader) sort(m *message) (alone bool) {
	switch class := m.class(); {
	case m.moves():
		return r.pairs.take(m) && m.isAnswer()
	case class == '3' && m.unionpay && !m.isAnswer() && m.value[4] != "" && m.value[11] != "",
		class == '5' && m.unionpay && !m.isAnswer():
		r.pairs.hold(m) // its turn comes behind the transactions of its batch
	case class == '3' && m.unionpay && m.has[48] && !m.has[4] && m.listed > 1:
		r.issues = append(r.issues, issueAt("format.iso8583.upload", m, tillproof.Params{
			"field": "DE48", "n": strconv.Itoa(m.listed),
		}))
		r.others++
	default:
		r.others++
	}
	return false
}

// end gives what is left.
func (r *reader) end() {
	r.noteLost(false)
	r.give(r.pairs.due(0, true))
	r.ended = true
}

// give turns exchanges into lines.
func (r *reader) give(due []*exchange) {
	for _, x := range due {
		if class := x.first().class(); class == '5' || class == '3' && r.batches.has(x) {
			r.settle(x.first())
			r.others += x.asks + x.answers
			continue
		}
		n, isOne, known := natureOf(x, r.unionpay(x))
		if !isOne {
			r.others += x.asks + x.answers
			continue
		}
		r.entries++
		if x.ask != nil && !x.ask.isAdvice() {
			r.asked++
		}
		if x.answer != nil {
			r.answered++
		}
		if !known {
			r.Give(format.Line{}, r.unread(x, codeKind, "DE3", x.value(3)))
			continue
		}
		line, err := r.record(x, n)
		if err == nil {
			undoesNothing := r.outcomes.add(&line.Record)
			if undoesNothing {
				line.Moves = &tillproof.Exact{}
			}
			r.batches.add(&line.Record, undoesNothing)
		}
		r.Give(line, err)
	}
}

// unionpay reports an exchange in the layout of UnionPay terminals.
func (r *reader) unionpay(x *exchange) bool { return x.first().unionpay }

// stopped lists a message that could not be read to its end. What came before is used.
func (r *reader) stopped(m *message) {
	code := codeElement
	switch {
	case m.mti == "":
		code = "format.iso8583.type"
	case m.stop == beyond:
		code = "format.iso8583.beyond"
	}
	r.Note(issueAt(code, m, tillproof.Params{"field": m.stopField()}))
}

// stopField names where a message could not be read any further.
func (m *message) stopField() string {
	switch {
	case m.mti == "":
		return "MTI"
	case m.stop == beyond:
		return ""
	case m.stop == 1:
		return "bitmap"
	}
	return "DE" + strconv.Itoa(m.stop)
}

// issueAt is an issue about a message.
func issueAt(code string, m *message, p tillproof.Params) tillproof.Issue {
	p["message"], p["type"], p["line"] = strconv.Itoa(m.n), m.mti, strconv.Itoa(m.at())
	return tillproof.Issue{Code: code, Place: tillproof.Place{Line: m.at(), Field: p["field"]}, Params: p}
}

// unread is a transaction that gives no record.
func (r *reader) unread(x *exchange, code, field, value string) error {
	p := tillproof.Params{"field": field, "value": r.clean(value)}
	return &format.LineError{Issue: issueAt(code, x.first(), p), Entry: true}
}

// once says something about a transaction for the first of its kind; where many are alike, one place is
// enough to look at.
func (r *reader) once(code string, m *message, p tillproof.Params) {
	key := code
	if code != codeYear && code != codeZone {
		key += p["value"]
	}
	if !r.told[key] {
		r.told[key] = true
		r.issues = append(r.issues, issueAt(code, m, p))
	}
}

// Summary is what the file as a whole shows.
func (r *reader) Summary() format.Summary {
	s := format.Summary{
		Dialect: r.layout, Side: tillproof.Terminal, From: tillproof.NoDate, To: tillproof.NoDate,
		Issues: r.issues, Masked: r.Masked,
	}
	issue := func(code string, n int) {
		p := tillproof.Params{"n": strconv.Itoa(n)}
		s.Issues = append(s.Issues, tillproof.Issue{Code: code, Params: p})
	}
	note := func(code string, n int) {
		if n > 0 {
			p := tillproof.Params{"n": strconv.Itoa(n)}
			s.Decisions = append(s.Decisions, tillproof.Note{Code: code, Params: p})
		}
	}
	if r.asked > 0 && r.answered == 0 {
		issue("format.iso8583.unanswered", r.asked)
	}
	if r.entries == 0 && r.ended {
		issue("format.iso8583.nothing", r.seen)
	}
	s.Decisions = append(s.Decisions, r.clock.decisions()...)
	note("format.iso8583.dropped", r.dropped)
	note("format.iso8583.others", r.others)
	return s
}
