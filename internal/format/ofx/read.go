package ofx

import (
	"errors"
	"io"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// reader turns the elements of a file into records.
type reader struct {
	format.Answers
	format.Masker
	opt     format.Options
	tree    *tree
	dialect string
	marks   *marks

	open     *statement            // the account whose statement is being read
	moves    map[string]*statement // of the accounts that transfers go to
	done     []*statement
	from, to tillproof.Date
	invested bool // the file holds an investment account
	failed   bool // the bank answered with an error
	offsets  bool // a time with an offset was taken as written
}

// statement is one account's part of the file.
type statement struct {
	tillproof.Statement
	part  int32
	bank  string // BANKID, BRANCHID and ACCTTYPE: two accounts may share a number
	tally format.Tally
	noted bool // the missing currency was told
}

func newReader(text io.Reader, opt format.Options, dialect string) *reader {
	r := &reader{
		opt: opt, dialect: dialect, moves: map[string]*statement{},
		from: tillproof.NoDate, to: tillproof.NoDate,
	}
	r.tree = &tree{scan: newScanner(text), to: r}
	return r
}

// Read gives the next entry.
func (r *reader) Read() (format.Line, error) { return r.Next(r.step) }

// step reads on to the end of the next element that matters.
func (r *reader) step() error {
	err := r.tree.read()
	if errors.Is(err, io.EOF) {
		r.end()
	}
	return err
}

// Summary is the accounts of the file, each with its closing balance.
func (r *reader) Summary() format.Summary {
	sum := format.Summary{
		Dialect: r.dialect, Side: tillproof.Bank, From: r.from, To: r.to, Masked: r.Masked,
	}
	for _, s := range r.done {
		s.tally.Fill(&s.Statement)
		sum.Statements = append(sum.Statements, s.Statement)
	}
	return sum
}

// maxStatements is the most accounts of one file: a household has some, an accountant some hundred.
const maxStatements = 10_000

// opened begins a statement, or notes a set of messages that holds none.
func (r *reader) opened(container string) error {
	switch container {
	case "STMTRS", "CCSTMTRS":
		if len(r.done) >= maxStatements {
			return r.tree.scan.tooLarge("statements", maxStatements)
		}
		r.open = r.newStatement()
	}
	r.invested = r.invested || container == "INVSTMTMSGSRSV1"
	return nil
}

func (r *reader) closed(container string) {
	switch container {
	case "STMTRS", "CCSTMTRS":
		r.open = nil
	}
}

func (r *reader) newStatement() *statement {
	s := &statement{part: int32(len(r.done))}
	s.Currency, s.From, s.To = r.opt.Currency, tillproof.NoDate, tillproof.NoDate
	r.done = append(r.done, s)
	return s
}

// leaf reads the values that stand beside entries: the currency, and the period of the list.
func (r *reader) leaf(_ string, e *element) {
	s := r.open
	if s == nil {
		return
	}
	switch e.name {
	case "CURDEF":
		if c, err := tillproof.ParseCurrency(e.text); err == nil {
			s.Currency = c
		} else {
			r.note("format.ofx.currency", e, format.Value(e.text))
			s.noted = true
		}
	case "DTSTART":
		s.From = format.Earlier(s.From, dayOf(e.text))
		r.from = format.Earlier(r.from, s.From)
	case "DTEND":
		s.To = format.Later(s.To, dayOf(e.text))
		r.to = format.Later(r.to, s.To)
	}
}

// aggregate takes a whole element to where it belongs.
func (r *reader) aggregate(_ string, e *element) error {
	switch e.name {
	case "STATUS":
		r.status(e)
	case "SONRS":
	case "INTRARS", "INTERRS":
		return r.transfer(e)
	}
	if r.open == nil {
		return nil
	}
	switch e.name {
	case "BANKACCTFROM", "CCACCTFROM":
		return r.account(r.open, e)
	case "STMTTRN", "STMTTRNP":
		return r.entry(r.open, e)
	case "LEDGERBAL":
		r.ledger(e)
	}
	return nil
}

// status tells of an error that the bank answered with. Code 0 is success.
func (r *reader) status(e *element) {
	code := e.value("CODE")
	if n, err := strconv.Atoi(code); err == nil && n == 0 || code == "" {
		return
	}
	r.failed = true
	text := e.value("MESSAGE")
	if text == "" {
		text = e.value("SEVERITY")
	}
	p := tillproof.Params{"code": format.Shown(code), "message": format.Shown(text)}
	r.note("format.ofx.status", e, p)
}

// account reads whose statement it is. The number of a card account is a card number.
func (r *reader) account(s *statement, e *element) error {
	id := e.value("ACCTID")
	if id == "" {
		id = e.value("IBAN")
	}
	s.bank = bankOf(e)
	if e.name == "CCACCTFROM" && format.FullCard(id) {
		card, err := format.CardOf(id, r.opt)
		if err != nil {
			return format.Placed(err, tillproof.Place{Line: e.line, Column: e.col, Field: "ACCTID"})
		}
		s.Account = card.String()
		r.Masked++
		return nil
	}
	if err := format.Forbidden(id); err != nil {
		return format.Placed(err, tillproof.Place{Line: e.line, Column: e.col, Field: "ACCTID"})
	}
	s.Account = r.Ref(id)
	return nil
}

// bankOf tells apart accounts that share a number, in keys alone.
func bankOf(e *element) string {
	s, _ := format.MaskText(e.value("BANKID") + "/" + e.value("BRANCHID") + "/" + e.value("ACCTTYPE"))
	return s
}

// ledger reads the closing balance. An empty one is none; the format has no opening balance.
func (r *reader) ledger(e *element) {
	amount := e.at("BALAMT")
	if amount == nil || amount.text == "" {
		return
	}
	x, err := r.marks.exact(amount.text)
	if err != nil {
		r.note("format.ofx.balance", amount, format.Value(amount.text))
		return
	}
	r.open.Closing = &x
}

// end tells what the whole file shows: that it was cut, or that it holds no statement.
func (r *reader) end() {
	if e := r.tree.cutAt(); e != nil {
		if s := r.statementOf(e); s != nil {
			r.unread(s, e, &bad{code: "format.ofx.cut_entry", field: e.name})
		}
	}
	at := &element{line: r.tree.scan.line, col: r.tree.scan.col}
	if r.tree.any && !r.tree.whole {
		r.note("format.ofx.cut", at, nil)
	}
	switch {
	case r.invested:
		r.note("format.ofx.investment", at, nil)
	case len(r.done) == 0 && !r.failed:
		r.note("format.ofx.none", at, nil)
	}
}

// statementOf is where an entry that was cut belongs.
func (r *reader) statementOf(e *element) *statement {
	if e.name == "STMTTRN" || e.name == "STMTTRNP" {
		return r.open
	}
	if e.name == "INTRARS" || e.name == "INTERRS" {
		s, _ := r.receiving(e) // one account more than allowed has no statement
		return s
	}
	return nil
}

// note adds an issue about something that was read all the same.
func (r *reader) note(code string, e *element, p tillproof.Params) {
	r.Note(format.IssueAt(code, tillproof.Place{Line: e.line, Column: e.col, Field: e.name}, p))
}
