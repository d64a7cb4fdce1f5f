package bai2

import (
	"errors"
	"io"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// reader puts records together to accounts, groups and files.
type reader struct {
	format.Answers
	format.Masker
	opt     format.Options
	lex     *lexer
	file    *level
	group   *group
	account *account
	cur     *record  // the record whose continuations may still come
	parts   []string // its body, and those of its continuations
	size    int
	// headerRecords counts the records of an account header that is not read yet.
	headerRecords int
	closed        []tillproof.Statement
	version       string
	modifier      string
}

func newReader(lines *format.Lines, opt format.Options) *reader {
	return &reader{opt: opt, lex: &lexer{lines: lines}}
}

// Read gives the next entry.
func (r *reader) Read() (format.Line, error) { return r.Next(r.step) }

// step reads one physical record.
func (r *reader) step() error {
	rec, err := r.lex.next()
	if errors.Is(err, io.EOF) {
		if err := r.end(); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	return r.take(rec)
}

// Summary is the file's accounts, each with its balances.
func (r *reader) Summary() format.Summary {
	s := format.Summary{
		Side: tillproof.Bank, From: tillproof.NoDate, To: tillproof.NoDate,
		Statements: r.closed, Masked: r.Masked, Dialect: r.version,
	}
	if r.modifier != "" {
		s.Dialect += " " + r.modifier
	}
	for _, a := range r.closed {
		s.From, s.To = format.Earlier(s.From, a.From), format.Later(s.To, a.To)
	}
	return s
}

// take takes one physical record: a continuation to the record it goes on with, another to its place once the
// one before is whole.
func (r *reader) take(rec *record) error {
	if rec.code == continuation && r.cur != nil {
		if r.size += len(rec.body) + 16; r.size > maxRecord {
			return tooLong(rec.line)
		}
		r.parts = append(r.parts, rec.body)
		r.counted()
		return nil
	}
	if err := r.finish(); err != nil {
		return err
	}
	if r.file == nil && rec.code != fileHeader {
		return r.headless(rec)
	}
	r.cur, r.parts, r.size = rec, []string{rec.body}, len(rec.body)
	switch rec.code {
	case accountTrailer, groupTrailer, fileTrailer:
		r.cur = nil
		return r.takeTrailer(rec)
	case stray:
		r.cur = nil
		r.note("format.bai2.stray", rec, format.Value(rec.body))
		return nil
	case fileHeader, groupHeader, accountHeader:
		r.closeOpen(rec.code)
	}
	r.counted()
	return nil
}

// headless stops at a file that does not begin with its header; what follows a whole file is listed.
func (r *reader) headless(rec *record) error {
	if len(r.closed) > 0 || r.version != "" {
		r.note("format.bai2.stray", rec, format.Value(rec.code+","+rec.body))
		return nil
	}
	p := tillproof.Params{"record": rec.code}
	return format.ErrorAt(tillproof.KindInvalid, "format.bai2.header", rec.place(), p)
}

// counted counts a physical record where it stands.
func (r *reader) counted() {
	switch {
	case r.cur != nil && isHeader(r.cur.code): // not read yet: its level is not open
		r.headerRecords++
	case r.account != nil:
		r.account.records++
	case r.group != nil:
		r.group.records++
	case r.file != nil:
		r.file.records++
	}
}

// finish reads the record whose continuations have all come.
func (r *reader) finish() error {
	rec := r.cur
	if rec == nil {
		return nil
	}
	n := r.headerRecords
	r.cur, r.headerRecords = nil, 0
	f := fieldsOf(r.parts)
	switch {
	case rec.code == fileHeader:
		r.openFile(f, rec)
		r.file.records = n
	case rec.code == groupHeader:
		r.openGroup(f, rec)
		r.group.records = n
	case rec.code == accountHeader && r.group == nil, rec.code == continuation:
		r.note("format.bai2.place", rec, tillproof.Params{"record": rec.code})
		r.file.records += n
	case rec.code == accountHeader:
		if err := r.openAccount(rec); err != nil {
			return err
		}
		r.account.records = n
		return r.summaries(f, rec)
	case rec.code == detail && r.account == nil:
		r.orphan(rec)
	case rec.code == detail:
		return r.takeDetail(f, rec)
	default:
		r.note("format.bai2.record", rec, tillproof.Params{"record": rec.code})
	}
	return nil
}

// openFile reads sender, receiver, date, time, number, lengths, version.
func (r *reader) openFile(f *fields, rec *record) {
	r.file = &level{name: "file", line: rec.line}
	for range 7 {
		f.field()
	}
	r.version = "v2"
	if f.field() == "3" {
		r.version = "v3"
	}
}

// orphan is a detail without an account: an entry of the file that belongs to nobody.
func (r *reader) orphan(rec *record) {
	p := tillproof.Params{"record": rec.code}
	r.Give(format.Line{}, &format.LineError{
		Entry: true, Issue: format.IssueAt("format.bai2.orphan", rec.place(), p),
	})
}

// takeTrailer closes the level that a trailer ends.
func (r *reader) takeTrailer(rec *record) error {
	r.closeInner(rec.code)
	switch {
	case rec.code == accountTrailer && r.account != nil:
		r.account.records++
		t := r.close(&r.account.level, rec)
		return r.endAccount(t)
	case rec.code == groupTrailer && r.group != nil:
		r.group.records++
		return r.endGroup(r.close(&r.group.level, rec))
	case rec.code == fileTrailer && r.file != nil:
		r.file.records++
		r.close(r.file, rec)
		r.file = nil
		return nil
	}
	r.note("format.bai2.place", rec, tillproof.Params{"record": rec.code})
	r.counted()
	return nil
}

// endAccount closes the account and tells its group.
func (r *reader) endAccount(t trailer) error {
	total := r.account.sum
	if t.ok {
		total = t.total
	}
	r.group.children++
	r.group.records += r.account.records
	r.closeAccount()
	return r.group.add(total)
}

// endGroup closes the group and tells its file.
func (r *reader) endGroup(t trailer) error {
	total := r.group.sum
	if t.ok {
		total = t.total
	}
	r.file.children++
	r.file.records += r.group.records
	r.group = nil
	return r.file.add(total)
}

// end closes what the file leaves open: it was cut off.
func (r *reader) end() error {
	if err := r.finish(); err != nil {
		return err
	}
	r.closeOpen(fileHeader)
	return nil
}

// closeOpen closes the levels that a header ends although their trailers are missing.
func (r *reader) closeOpen(header string) {
	switch header {
	case accountHeader:
		r.closeInner(groupTrailer)
	case groupHeader:
		r.closeInner(fileTrailer)
	case fileHeader:
		r.closeInner(fileTrailer)
		if r.file != nil {
			r.unclosed(r.file.line, fileTrailer)
			r.file = nil
		}
	}
}

// closeInner closes the levels below a trailer that have none of their own.
func (r *reader) closeInner(code string) {
	if r.account != nil && code != accountTrailer {
		r.unclosed(r.account.line, accountTrailer)
		if err := r.endAccount(trailer{}); err != nil {
			r.Give(format.Line{}, err)
		}
	}
	if r.group != nil && code == fileTrailer {
		r.unclosed(r.group.line, groupTrailer)
		if err := r.endGroup(trailer{}); err != nil {
			r.Give(format.Line{}, err)
		}
	}
}

func (r *reader) unclosed(line int, code string) {
	r.note("format.bai2.unclosed", &record{line: line, column: 1}, tillproof.Params{"record": code})
}

// note adds an issue about something that was read all the same.
func (r *reader) note(code string, rec *record, p tillproof.Params) {
	r.Note(format.IssueAt(code, rec.place(), p))
}
