package poslog

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// transactionDepth is where tickets stand: under POSLog.
const transactionDepth = 2

// reader gives the tenders ticket by ticket.
type reader struct {
	opt     format.Options
	doc     *markup.Document
	out     []answer
	done    bool
	tickets int
	masked  int
	offset  offset
}

// answer is what Read still has to give.
type answer struct {
	line format.Line
	err  error
}

// offset counts the times with an offset from UTC that no clock of the merchant could be found for.
type offset struct{ n, line int }

// Read gives the next tender. A file that breaks off gives what stood before the break, and an issue.
func (r *reader) Read() (format.Line, error) {
	for len(r.out) == 0 {
		if r.done {
			return format.Line{}, io.EOF
		}
		if err := r.step(); err != nil {
			r.done = true
			e, breaks := markup.BreaksOff(err)
			switch {
			case errors.Is(err, io.EOF):
				return format.Line{}, io.EOF
			case !breaks || r.tickets == 0:
				return format.Line{}, err
			}
			return format.Line{}, &format.LineError{
				Issue: tillproof.Issue{Code: e.Code, Place: e.Place, Params: e.Params},
			}
		}
	}
	a := r.out[0]
	r.out = r.out[1:]
	return a.line, a.err
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
	s := format.Summary{
		Side: tillproof.Terminal, From: tillproof.NoDate, To: tillproof.NoDate, Masked: r.masked,
	}
	if o := r.offset; o.n > 0 {
		s.Issues = append(s.Issues, tillproof.Issue{
			Code: "format.poslog.offset", Place: tillproof.Place{Line: o.line},
			Params: tillproof.Params{"n": strconv.Itoa(o.n), "line": strconv.Itoa(o.line)},
		})
	}
	return s
}

func (r *reader) ref(s string) string {
	s, n := format.MaskRef(s)
	r.masked += n
	return s
}

func (r *reader) text(s string) string {
	s, n := format.MaskText(s)
	r.masked += n
	return s
}
