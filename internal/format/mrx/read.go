package mrx

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// reader gives the transactions slip by slip.
type reader struct {
	format.Answers
	format.Masker
	opt               format.Options
	doc               *markup.Document
	frame             frame
	payment, contract int      // that are being read, by their place in the frame
	path              []string // the elements that are open
	sums              [levels]sums
	slips             int32

	from, to tillproof.Date
	test     bool
}

// The levels that carry totals of their own.
const (
	slipLevel = iota
	contractLevel
	paymentLevel
	levels
)

var levelOf = map[string]int{"sumSlip": slipLevel, "contract": contractLevel, "payment": paymentLevel}

// Read gives the next transaction. A file that breaks off gives what stood before the break, and an issue.
func (r *reader) Read() (format.Line, error) {
	return r.Next(func() error {
		err := r.step()
		if bad := markup.BreaksOff(err); bad != nil && r.slips > 0 {
			r.to = tillproof.NoDate // nothing can be said of what was lost
			r.Give(format.Line{}, bad)
			return io.EOF
		}
		return err
	})
}

// step reads one token and what hangs on it.
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
		if n := len(r.path); n > 0 {
			r.path = r.path[:n-1]
		}
	}
	return nil
}

func (r *reader) start(e xml.StartElement, line, col int) error {
	name := e.Name.Local
	switch name {
	case "payment":
		r.payment++
		r.sums[paymentLevel] = sums{}
	case "contract":
		r.contract++
		r.sums[contractLevel] = sums{}
	case "sumSlip", "sum", "mercNoticeHeader", "fileHeader":
		n, err := r.doc.Read(e, line, col)
		if err != nil {
			return err
		}
		return r.whole(n)
	}
	r.path = append(r.path, name)
	return nil
}

// whole takes an element that was read whole.
func (r *reader) whole(n *markup.Node) error {
	switch n.Name {
	case "sumSlip":
		return r.slip(n)
	case "sum":
		if len(r.path) > 0 {
			if level, known := levelOf[r.path[len(r.path)-1]]; known {
				r.check(n, level)
			}
		}
	case "mercNoticeHeader":
		r.from, r.to = dayOf(n.Value("noticePerFrom")), dayOf(n.Value("noticePerTo"))
	case "fileHeader":
		if n.Value("productionFlag") == "T" {
			r.test = true
		}
	}
	return nil
}

// slip is what a slip says about all its transactions, behind them.
type slip struct {
	terminal, period, product string
	shown                     signs
}

// slip reads the transactions of one slip and holds its totals against them.
func (r *reader) slip(n *markup.Node) error {
	r.slips++
	r.sums[slipLevel] = sums{}
	of := slip{n.Value("trmId"), n.Value("trmPer"), n.Value("prod"), signsOf(n)}
	for _, t := range n.Each("trx") {
		line, err := r.transaction(t, of)
		var bad *format.LineError
		if err != nil && !errors.As(err, &bad) {
			return err
		}
		r.Give(line, err)
	}
	if sum := n.Kid("sum"); sum != nil {
		r.check(sum, slipLevel)
	}
	return nil
}

// Summary is what the file says about itself.
func (r *reader) Summary() format.Summary {
	s := format.Summary{Side: tillproof.Acquirer, From: r.from, To: r.to, Masked: r.Masked}
	if r.test {
		s.Issues = append(s.Issues, tillproof.Issue{Code: "format.mrx.test"})
	}
	return s
}

// sums are the totals of one level as its transactions make them.
type sums struct {
	n          int
	gross, net tillproof.Exact
	open       bool // a transaction could not be read, so nothing can be compared
}

// count adds a transaction to every level; nil amounts are those of one that could not be read.
func (r *reader) count(gross, net *tillproof.Exact) {
	for i := range r.sums {
		s := &r.sums[i]
		s.n++
		if gross == nil || net == nil {
			s.open = true
			continue
		}
		var errs [2]error
		s.gross, errs[0] = s.gross.Add(*gross)
		s.net, errs[1] = s.net.Add(*net)
		s.open = s.open || errs[0] != nil || errs[1] != nil
	}
}

// check holds the stated totals of a level against its transactions.
func (r *reader) check(n *markup.Node, level int) {
	got, stated := r.sums[level], n.Kid("sumSC")
	if stated == nil || got.open {
		return
	}
	if v := stated.Kid("noValidTrx"); v != nil && v.Text != strconv.Itoa(got.n) {
		r.note("format.mrx.count", v, tillproof.Params{
			"stated": format.Shown(v.Text), "n": strconv.Itoa(got.n),
		})
	}
	for i, name := range [...]string{"aTrxGrosSC", "aTrxNetSC"} {
		v, sum := stated.Kid(name), [...]tillproof.Exact{got.gross, got.net}[i]
		if v == nil {
			continue
		}
		x, err := tillproof.ParseExact(v.Text)
		if err != nil || !x.Same(sum) {
			r.note("format.mrx.total", v, tillproof.Params{
				"stated": format.Shown(v.Text), "sum": sum.String(),
			})
		}
	}
}

// note adds an issue about something around the transactions.
func (r *reader) note(code string, n *markup.Node, p tillproof.Params) {
	r.Note(format.IssueAt(code, n.Place(n.Name), p))
}
