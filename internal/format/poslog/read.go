package poslog

import (
	"encoding/xml"
	"io"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// transactionDepth is where tickets stand: under POSLog.
const transactionDepth = 2

// reader gives the tenders ticket by ticket.
type reader struct {
	format.Answers
	format.Masker
	opt     format.Options
	doc     *markup.Document
	tickets int
	shared  format.Shared // what many tenders have alike: an offset from UTC, no day at all
}

// Read gives the next tender. A file that breaks off gives what stood before the break, and an issue.
func (r *reader) Read() (format.Line, error) {
	return r.Next(func() error {
		err := r.step()
		if bad := markup.BreaksOff(err); bad != nil && r.tickets > 0 {
			r.Give(format.Line{}, bad)
			return io.EOF
		}
		return err
	})
}

// step reads one token, or one ticket.
func (r *reader) step() error {
	line, col := r.doc.Pos()
	tok, err := r.doc.Next()
	if err != nil {
		return err
	}
	e, ok := tok.(xml.StartElement)
	switch {
	case !ok || r.doc.Depth != transactionDepth:
		return nil
	case e.Name.Local != "Transaction":
		return r.doc.Skip()
	}
	n, err := r.doc.Read(e, line, col)
	if err != nil {
		return err
	}
	r.tickets++
	return r.ticket(n)
}

// Summary is what only the end of the file can tell.
func (r *reader) Summary() format.Summary {
	return format.Summary{
		Side: tillproof.Terminal, From: tillproof.NoDate, To: tillproof.NoDate, Masked: r.Masked,
		Issues: r.shared.Issues(),
	}
}
