package qif

import (
	"errors"
	"io"
	"maps"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// reader turns blocks into records.
type reader struct {
	format.Answers
	format.Masker
	opt    format.Options
	blocks *lexer
	order  order
	marks  marks
	notes  notes

	listed  int    // accounts in the list that was read last
	account string // of the next register
	dialect string // the first register's type
	reg     *statement
	closed  []tillproof.Statement
	skipped *skipped
	odd     map[rune]bool // letters that were listed
}

// statement is a register while it is read.
type statement struct {
	tillproof.Statement
	part  int32
	tally format.Tally
	any   bool // an entry was met
}

// skipped is a section that holds no transactions of an account.
type skipped struct {
	title   string
	line, n int
}

// evidence goes through all registers for what their dates and amounts show.
func evidence(blocks *lexer) (*dateEvidence, marks, error) {
	dates, m := &dateEvidence{}, marks{}
	for {
		b, err := blocks.next()
		if errors.Is(err, io.EOF) {
			return dates, m, nil
		}
		if err != nil {
			return nil, m, err
		}
		if b.section != register {
			continue
		}
		for _, f := range b.fields {
			switch f.code {
			case 'D':
				if d, err := parseDate(f); err == nil {
					dates.add(d)
				}
			case 'T', 'U', '$':
				m.add(f)
			}
		}
	}
}

// Read gives the next entry.
func (r *reader) Read() (format.Line, error) { return r.Next(r.step) }

// step reads one block.
func (r *reader) step() error {
	b, err := r.blocks.next()
	if errors.Is(err, io.EOF) {
		r.endSection()
	}
	if err != nil {
		return err
	}
	return r.take(b)
}

// Summary is the file's registers.
func (r *reader) Summary() format.Summary {
	return format.Summary{
		Dialect: r.dialect, Side: tillproof.Bank, From: tillproof.NoDate, To: tillproof.NoDate,
		Statements: r.closed, Masked: r.Masked, Issues: r.notes.issues,
		Decisions: append(r.notes.decided[:len(r.notes.decided):len(r.notes.decided)], r.marks.decision()...),
	}
}

// take takes a block to where it belongs.
func (r *reader) take(b *block) error {
	switch {
	case b.title != "":
		r.endSection()
		r.openSection(b)
	case b.section == accounts:
		r.takeAccount(b)
	case b.section == foreign:
		r.skipped.n++
	default:
		if r.reg == nil {
			r.openRegister() // a file without a header
		}
		if len(r.closed) >= maxRegisters {
			p, at := tillproof.Params{"max": strconv.Itoa(maxRegisters)}, tillproof.Place{Line: b.line}
			return format.ErrorAt(tillproof.KindTooLarge, "format.qif.many", at, p)
		}
		return r.entry(b)
	}
	return nil
}

// maxRegisters bounds the registers of a file.
const maxRegisters = 100_000

func (r *reader) openSection(b *block) {
	switch b.section {
	case register:
		if r.dialect == "" {
			r.dialect = strings.ToLower(b.title)
		}
		r.openRegister()
	case accounts:
		r.listed = 0
	default:
		r.skipped = &skipped{title: b.title, line: b.line}
	}
}

// takeAccount reads the account that the next register is of. A list of several only names them.
func (r *reader) takeAccount(b *block) {
	r.account = ""
	if r.listed++; r.listed == 1 {
		r.account = r.Text(b.text('N'))
	}
}

func (r *reader) openRegister() {
	r.reg = &statement{part: int32(len(r.closed))}
	r.reg.Account, r.reg.Currency = r.account, r.opt.Currency
	r.reg.From, r.reg.To = tillproof.NoDate, tillproof.NoDate
}

// endSection closes what is open.
func (r *reader) endSection() {
	if s := r.reg; s != nil && (s.any || s.Opening != nil) {
		s.tally.Fill(&s.Statement)
		r.closed = append(r.closed, s.Statement)
	}
	if s := r.skipped; s != nil && s.n > 0 {
		r.note("format.qif.section", field{line: s.line}, tillproof.Params{
			"section": format.Shown(s.title), "n": strconv.Itoa(s.n),
		})
	}
	r.reg, r.skipped = nil, nil
}

// issue is an issue about one field.
func issue(code string, f field, p tillproof.Params) tillproof.Issue {
	place, params := tillproof.Place{Line: f.line}, tillproof.Params{}
	if f.code != 0 {
		place.Column, place.Field = 1, string(f.code)
		params["value"] = format.Shown(f.text)
	}
	maps.Copy(params, p)
	return format.IssueAt(code, place, params)
}

// note adds an issue about something that was read all the same, or is no entry.
func (r *reader) note(code string, f field, p tillproof.Params) { r.Note(issue(code, f, p)) }
