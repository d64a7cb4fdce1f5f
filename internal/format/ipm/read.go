package ipm

import (
	"errors"
	"io"
	"math"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// reader turns the messages of a file into records.
type reader struct {
	format.Masker
	opt     format.Options
	src     *records
	dialect string
	issues  []tillproof.Issue
	told    map[string]bool
	ended   bool

	open             bool  // a header was read, and no trailer yet
	count            int64 // messages since the header
	sum              int64 // their amounts, whatever the direction and currency
	tooMuch          bool  // sum is beyond what can be counted
	dropped, control int
}

// Read gives the next entry.
func (r *reader) Read() (format.Line, error) {
	for !r.ended {
		raw, err := r.src.next()
		var bad *unreadable
		switch {
		case errors.Is(err, io.EOF):
			r.end()
			return format.Line{}, io.EOF
		case errors.As(err, &bad):
			r.end()
			return format.Line{}, r.broken(bad)
		case err != nil:
			return format.Line{}, err
		}
		m := decode(raw, r.opt)
		m.n = r.src.n
		r.Masked += m.Masked
		r.dropped += m.dropped
		r.total(&m)
		if m.stop != whole {
			r.stopped(&m)
		}
		if m.code == nil {
			continue
		}
		if m.mti == control {
			r.totals(&m)
			continue
		}
		return r.entry(&m)
	}
	return format.Line{}, io.EOF
}

// end closes the file.
func (r *reader) end() {
	r.ended = true
	if r.open {
		r.issues = append(r.issues, tillproof.Issue{Code: "format.ipm.trailer"})
	}
}

// total adds a message to what the trailer will state. A message without an amount adds nothing.
func (r *reader) total(m *message) {
	if r.src.n == 1 && !(m.mti == control && m.value[24] == header) {
		r.issues = append(r.issues, tillproof.Issue{Code: "format.ipm.header"})
	}
	if m.mti == control && m.value[24] == header {
		r.open, r.count, r.sum, r.tooMuch = true, 0, 0, false
	}
	r.count++
	minor, err := strconv.ParseInt(m.value[4], 10, 64)
	switch {
	case err != nil:
	case r.sum > math.MaxInt64-minor:
		r.tooMuch = true
	default:
		r.sum += minor
	}
}

// totals holds a trailer against the messages since the header.
func (r *reader) totals(m *message) {
	r.control++
	if f := m.value[24]; f == messageReject || f == fileReject {
		r.issues = append(r.issues, issueAt("format.ipm.rejected", m, "DE24", f))
	}
	if m.value[24] != trailer {
		return
	}
	if r.open {
		r.hold("format.ipm.count", m.private[countOfFile], r.count)
		if !r.tooMuch {
			r.hold("format.ipm.sum", m.private[amountsOfFile], r.sum)
		}
	}
	r.open = false
}

// hold compares a figure of the trailer with what was counted. A trailer that states none is not held to it.
func (r *reader) hold(code, stated string, found int64) {
	n, err := strconv.ParseInt(stated, 10, 64)
	if stated == "" || err == nil && n == found {
		return
	}
	said, _ := format.MaskText(stated)
	if err == nil {
		said = strconv.FormatInt(n, 10)
	}
	r.issues = append(r.issues, tillproof.Issue{
		Code: code, Place: tillproof.Place{Line: r.src.n},
		Params: tillproof.Params{"stated": said, "found": strconv.FormatInt(found, 10)},
	})
}

// broken is a file that breaks off.
func (r *reader) broken(bad *unreadable) error {
	return &format.LineError{Issue: tillproof.Issue{
		Code: bad.code, Place: tillproof.Place{Line: r.src.n},
		Params: tillproof.Params{"message": strconv.Itoa(r.src.n), "n": strconv.FormatInt(bad.left, 10)},
	}}
}

// stopped lists a message that could not be read to its end.
func (r *reader) stopped(m *message) {
	field := "DE" + strconv.Itoa(m.stop)
	switch m.stop {
	case 0:
		field = "MTI"
	case beyond:
		field = "end"
	}
	r.issues = append(r.issues, issueAt("format.ipm.element", m, field, ""))
}

// issueAt is an issue about a message.
func issueAt(code string, m *message, field, value string) tillproof.Issue {
	value, _ = format.MaskText(value)
	return tillproof.Issue{
		Code: code, Place: tillproof.Place{Line: m.n, Field: field},
		Params: tillproof.Params{
			"message": strconv.Itoa(m.n), "type": m.mti, "field": field, "value": value,
		},
	}
}

// once says something for the first message of its kind.
func (r *reader) once(code string, m *message, field, value string) {
	if key := code + value; !r.told[key] {
		r.told[key] = true
		r.issues = append(r.issues, issueAt(code, m, field, value))
	}
}

// Summary is what the file as a whole shows.
func (r *reader) Summary() format.Summary {
	s := format.Summary{
		Dialect: r.dialect, Side: tillproof.Acquirer, From: tillproof.NoDate, To: tillproof.NoDate,
		Issues: r.issues, Masked: r.Masked,
	}
	for _, note := range [...]struct {
		code string
		n    int
	}{{"format.ipm.dropped", r.dropped}, {"format.ipm.others", r.control}} {
		if note.n > 0 {
			s.Decisions = append(s.Decisions, tillproof.Note{
				Code: note.code, Params: tillproof.Params{"n": strconv.Itoa(note.n)},
			})
		}
	}
	return s
}
