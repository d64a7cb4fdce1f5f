package journal

import (
	"crypto/sha256"
	"errors"
	"io"
	"regexp"
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

	ordered  proof // dates that the order decided, where profile or user gave it
	unmarked proof // slips that were whole without an end mark
}

// block is one transaction while its lines are read.
type block struct {
	line     int
	lines    int
	fields   map[string]field
	twice    string // a field that was printed with two values
	unmarked bool   // whole without an end mark
	ruled    bool   // the last line that is not blank is ruled across the paper
	status   *tillproof.RecordStatus
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
		if err := r.finish(); err != nil {
			return err
		}
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
		sum.Decisions = append(sum.Decisions, proof.note(code, r.order))
	}
	if r.ordered.n > 0 && r.opt.Dates != format.AnyOrder {
		sum.Decisions = append(sum.Decisions, r.ordered.note("format.journal.order_told", r.order))
	} else if r.ordered.n > 0 && r.profile.dates != format.AnyOrder {
		sum.Decisions = append(sum.Decisions, r.ordered.note("format.journal.order_profile", r.order))
	}
	if r.unmarked.n > 0 {
		sum.Decisions = append(sum.Decisions, r.unmarked.note("format.journal.unmarked", r.order))
	}
	return sum
}

// note is what was decided, with the first that shows it.
func (p *proof) note(code string, order format.DateOrder) tillproof.Note {
	return tillproof.Note{Code: code, Params: tillproof.Params{
		"line": strconv.Itoa(p.line), "value": format.Shown(p.value), "n": strconv.Itoa(p.n),
		"order": orderNames[order],
	}}
}

// orderNames are the orders as --date-order writes them.
var orderNames = map[format.DateOrder]string{
	format.YearFirst: "ymd", format.DayFirst: "dmy", format.MonthFirst: "mdy",
}

// read takes one line. What nobody may keep refuses the stream, wherever it is printed.
func (r *reader) read(l line, n int) error {
	if err := format.Forbidden(l.text); err != nil {
		return format.Placed(err, tillproof.Place{Line: n})
	}
	if r.profile.start.in(l) {
		if r.block == nil || len(r.block.fields) > 0 { // a title of two lines starts one slip
			if err := r.close(); err != nil {
				return err
			}
			r.block = &block{line: n, fields: map[string]field{}}
		}
		r.begun = true
	}
	b := r.block
	if b == nil {
		r.outside(l, n)
		return nil
	}
	if strings.TrimSpace(l.text) != "" {
		b.ruled = ruled.MatchString(l.text)
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

// finish ends the stream. It may be cut, so a slip without its end mark is whole only where a line is ruled
// below it.
func (r *reader) finish() error {
	if r.block != nil && r.block.ruled {
		return r.close()
	}
	r.cut()
	return nil
}

// ruled is a line drawn across the paper.
var ruled = regexp.MustCompile(`^\s*[-=_*－—─═]{8,}\s*$`)

// close ends the transaction before another one. Where it shows all that it needs, it lacks nothing but a
// mark.
func (r *reader) close() error {
	b := r.block
	if b == nil || !r.profile.complete(b) {
		r.cut()
		return nil
	}
	r.block = nil
	b.unmarked = true
	return r.give(b)
}

// complete reports a slip with every field that makes it whole without an end mark.
func (p *profile) complete(b *block) bool {
	for _, group := range p.whole {
		if b.fields[group].value == "" && (group != "amount" || !b.paid()) {
			return false
		}
	}
	return len(p.whole) > 0
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
	p["marks"] = r.profile.marks
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
