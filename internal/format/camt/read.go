package camt

import (
	"encoding/xml"
	"errors"
	"io"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// reader walks the document and gives its entries in their order.
type reader struct {
	format.Answers
	texts
	msg     message
	opt     format.Options
	doc     *markup.Document
	dialect string

	inEntry  bool       // the element being read is an entry
	started  bool       // the message's own element was seen
	open     *statement // the part that is being read
	closed   []tillproof.Statement
	from, to tillproof.Date
	days     [2]tillproof.Date // of the first and the last entry of the open statement
}

// texts are what was seen in the texts so far.
type texts struct {
	format.Masker
	refused error // what they hold that nobody may keep
}

// Read gives the next entry. A document that breaks off gives what stood before the break, and an issue.
func (r *reader) Read() (format.Line, error) {
	return r.Next(func() error {
		err := r.step()
		switch bad := markup.BreaksOff(err); {
		case errors.Is(err, io.EOF) && !r.started:
			return r.doc.Refuse(tillproof.KindInvalid, "format.camt.root", nil)
		case errors.Is(err, io.EOF):
			r.close()
			if len(r.closed) == 0 {
				r.Note(format.IssueAt("format.camt.none", tillproof.Place{}, nil))
			}
		case bad != nil && r.entries() > 0:
			r.stop(bad)
			return io.EOF
		}
		return err
	})
}

// stop ends the reading where the document breaks off. The entries before it are kept, and the break is an
// issue: a cut statement still shows what it shows.
func (r *reader) stop(why *format.LineError) {
	if why.Entry = r.doc.Depth > statementDepth && r.inEntry; why.Entry {
		r.open.tally.Entries++
	}
	r.Give(format.Line{}, why)
	r.shorten()
	r.close()
}

// shorten takes back the stated period where the reading stopped: it says nothing of the days whose entries
// were lost. Entries in falling order have lost their first days, others their last.
func (r *reader) shorten() {
	s := r.open
	falls := r.days[0].Known() && r.days[1] < r.days[0]
	if falls {
		r.from = tillproof.NoDate
	} else {
		r.to = tillproof.NoDate
	}
	switch {
	case s == nil:
	case !r.days[1].Known():
		s.From, s.To = tillproof.NoDate, tillproof.NoDate
	case falls:
		s.From = r.days[1]
	default:
		s.To = r.days[1]
	}
}

func (r *reader) entries() int {
	n := 0
	if r.open != nil {
		n = r.open.tally.Entries
	}
	for _, s := range r.closed {
		n += s.Entries
	}
	return n
}

// step reads one token of the outer structure and what hangs on it.
func (r *reader) step() error {
	line, col := r.doc.Pos()
	tok, err := r.doc.Next()
	if err != nil {
		return err
	}
	switch tok := tok.(type) {
	case xml.StartElement:
		return r.start(tok, line, col)
	case xml.EndElement:
		if r.open != nil && r.doc.Depth == statementDepth-1 {
			r.close()
		}
	}
	return nil
}

// statementDepth is where Stmt, Rpt and Ntfctn stand: under Document and the message.
const statementDepth = 3

func (r *reader) start(e xml.StartElement, line, col int) error {
	name := e.Name.Local
	switch depth := r.doc.Depth; {
	case depth < statementDepth-1:
		return nil
	case depth == statementDepth-1 && r.msg.isRoot(name):
		r.started = true
		return nil
	case depth == statementDepth && name == r.msg.statement:
		r.open = newStatement(int32(len(r.closed)))
		r.days = [2]tillproof.Date{tillproof.NoDate, tillproof.NoDate}
		return nil
	case depth != statementDepth+1 || r.open == nil:
		return r.doc.Skip()
	}
	switch name {
	case "Ntry", "Acct", "Bal", "FrToDt", "TxsSummry":
	default:
		return r.doc.Skip()
	}
	if r.inEntry = name == "Ntry"; r.inEntry {
		return r.entry(e, line, col)
	}
	n, err := r.doc.Read(e, line, col)
	if err != nil {
		return err
	}
	switch name {
	case "Acct":
		r.account(n)
	case "Bal":
		r.balance(n)
	case "FrToDt":
		r.period(n)
	case "TxsSummry":
		r.open.summary = n
	}
	return nil
}

// seen keeps the days between which the entries of the open statement run.
func (r *reader) seen(day tillproof.Date) {
	if !r.days[0].Known() {
		r.days[0] = day
	}
	if day.Known() {
		r.days[1] = day
	}
}

// close ends a statement and holds its announced totals against its entries.
func (r *reader) close() {
	if r.open == nil {
		return
	}
	s := r.open
	r.open = nil
	s.tally.Fill(&s.Statement)
	r.checkSummary(s)
	r.closed = append(r.closed, s.Statement)
}

// Summary is the message's statements and what does not add up.
func (r *reader) Summary() format.Summary {
	return format.Summary{
		Dialect: r.dialect, Side: tillproof.Bank, From: r.from, To: r.to,
		Statements: r.closed, Masked: r.Masked,
	}
}

// note adds an issue about something around the entries, or about an entry that was read all the same.
func (r *reader) note(code string, n *markup.Node, p tillproof.Params) {
	r.Note(format.IssueAt(code, n.Place(n.Name), p))
}
