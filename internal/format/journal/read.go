package journal

import (
	"crypto/sha256"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// maxBlock is the most lines of one transaction: a long session of an ATM has some hundred.
const maxBlock = 2000

// reader walks the lines of a stream.
type reader struct {
	format.Answers
	format.Masker
	opt     format.Options
	lines   *format.Lines
	profile *profile
	order   format.DateOrder
	shown   evidence

	block  *block
	begun  bool // a start mark was met
	loose  bool // an amount before the first start mark was told
	seen   map[[16]byte]bool
	shared format.Shared // copies and idle blocks
}

// block is one transaction while its lines are read.
type block struct {
	line   int
	lines  int
	fields map[string]field
	twice  string // a field that was printed with two values
	status *tillproof.RecordStatus
}

// field is a printed value and its place. A value by an earlier pattern of the profile goes before.
type field struct {
	value     string
	line, col int
	pattern   int
}

func newReader(lines *format.Lines, opt format.Options, p *profile) *reader {
	return &reader{opt: opt, lines: lines, profile: p, seen: map[[16]byte]bool{}}
}

// Read gives the next transaction.
func (r *reader) Read() (format.Line, error) { return r.Next(r.step) }

// step reads one line.
func (r *reader) step() error {
	text, n, err := r.lines.Next()
	if errors.Is(err, io.EOF) {
		r.cut()
	}
	if err != nil {
		return err
	}
	return r.read(lineOf(strings.Trim(string(text), "\f\x1b")), n)
}

// Summary is the profile, and what the dates showed of their order.
func (r *reader) Summary() format.Summary {
	sum := format.Summary{
		Dialect: r.profile.name, Side: tillproof.Terminal, From: tillproof.NoDate, To: tillproof.NoDate,
		Masked: r.Masked, Issues: r.shared.Issues(),
	}
	proof, code := r.shown.day, "format.journal.day_first"
	if r.shown.order() == format.MonthFirst {
		proof, code = r.shown.month, "format.journal.month_first"
	}
	if r.shown.order() != format.AnyOrder {
		sum.Decisions = append(sum.Decisions, tillproof.Note{Code: code, Params: tillproof.Params{
			"line": strconv.Itoa(proof.line), "value": format.Shown(proof.value), "n": strconv.Itoa(proof.n),
		}})
	}
	return sum
}

// read takes one line. What nobody may keep refuses the stream, wherever it is printed.
func (r *reader) read(l line, n int) error {
	if err := format.Forbidden(l.text); err != nil {
		return format.Placed(err, tillproof.Place{Line: n})
	}
	if r.profile.start.in(l) {
		if r.block == nil || len(r.block.fields) > 0 { // a title of two lines starts one slip
			r.cut()
			r.block = &block{line: n, fields: map[string]field{}}
		}
		r.begun = true
	}
	b := r.block
	if b == nil {
		r.outside(l, n)
		return nil
	}
	r.fields(b, l, n)
	for _, s := range r.profile.statuses {
		if s.pattern.in(l) {
			b.status = &s.status
		}
	}
	if b.lines++; b.lines > maxBlock {
		r.cut()
		return nil
	}
	switch {
	case b.paid() && r.profile.end.in(l):
		r.block = nil
		return r.give(b)
	case !b.paid() && r.profile.idle != nil && r.profile.idle.in(l):
		r.block = nil
		r.share("format.journal.idle", b)
	}
	return nil
}

// paid reports that an amount was printed.
func (b *block) paid() bool { return b.fields["amount"].value != "" || b.fields["total"].value != "" }

// fields keeps the values of a line.
func (r *reader) fields(b *block, l line, n int) {
	r.profile.each(l, func(group, value string, column, pattern int) {
		was, printed := b.fields[group]
		switch {
		case value == "":
		case !printed || pattern < was.pattern:
			b.fields[group] = field{value, n, column, pattern}
		case pattern == was.pattern && value != was.value && (group == "amount" || group == "total"):
			b.twice = group
		}
	})
}

// outside looks at a line between transactions. An amount before the first start mark belongs to a slip whose
// beginning is missing.
func (r *reader) outside(l line, n int) {
	if r.begun || r.loose {
		return
	}
	r.profile.each(l, func(group, value string, column, _ int) {
		if (group == "amount" || group == "total") && !r.loose {
			r.loose = true
			r.unread("format.journal.headless", field{value, n, column, 0}, "amount")
		}
	})
}

// cut ends a transaction whose end mark is missing: it is listed, not guessed.
func (r *reader) cut() {
	b := r.block
	r.block = nil
	switch {
	case b == nil || len(b.fields) == 0:
	case !b.paid() && r.profile.idle != nil:
		r.share("format.journal.idle", b)
	default:
		r.unread("format.journal.cut", field{line: b.line}, "")
	}
}

// share counts a transaction that gives no record and says nothing new.
func (r *reader) share(code string, b *block) {
	r.shared.Add(format.IssueAt(code, tillproof.Place{Line: b.line}, nil))
}

// unread lists a transaction that gave no record; it counts as one.
func (r *reader) unread(code string, f field, group string) {
	place := tillproof.Place{Line: f.line, Column: f.col, Field: group}
	p := format.Value(f.value)
	r.Give(format.Line{}, &format.LineError{Issue: format.IssueAt(code, place, p), Entry: true})
}

// again reports a second copy of a slip. A terminal uses a trace number once in a batch, so slips that agree
// in everything and show one, or a reference number, are copies; without both they are genuine repeats.
func (r *reader) again(rec *tillproof.Record, key []byte) bool {
	if rec.Refs.STAN == "" && rec.Refs.RRN == "" {
		return false
	}
	sum := sha256.Sum256(key)
	id := [16]byte(sum[:16])
	if r.seen[id] {
		return true
	}
	r.seen[id] = true
	return false
}
