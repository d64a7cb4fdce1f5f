package mt94x

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// statement is one message while it is read.
type statement struct {
	tillproof.Statement
	part     int32
	line     int // where its balance stands
	tally    format.Tally
	controls []control
}

// control is a field 90: how many entries of one sign there are, and their sum.
type control struct {
	tag   string
	line  int
	count int
	sum   tillproof.Exact
}

func newStatement(part int32) *statement {
	s := &statement{part: part}
	s.From, s.To = tillproof.NoDate, tillproof.NoDate
	return s
}

// empty reports a message that says nothing: only a reference, or only a trailer.
func (s *statement) empty() bool {
	return s.Account == "" && s.Opening == nil && s.Closing == nil && s.tally.Entries == 0 &&
		len(s.controls) == 0
}

// currency is the currency of the message, else that of the caller.
func (r *reader) currency() tillproof.Currency {
	if r.msg != nil && r.msg.Currency.Known() {
		return r.msg.Currency
	}
	return r.opt.Currency
}

// balanceLine is mark, date, currency (one bank leaves it out), amount.
var balanceLine = regexp.MustCompile(`^([CD])(\d{6})([A-Z]{3})?([\d,]+)\s*$`)

// read reads a balance field; false after noting what is wrong with it.
func (r *reader) read(f *field) (x tillproof.Exact, day tillproof.Date, ok bool) {
	r.endEntry()
	r.start()
	r.msg.line = f.line
	m := balanceLine.FindStringSubmatch(f.head())
	if m == nil {
		r.note("format.mt94x.balance", f.line, ":"+f.tag+":", shown(f))
		return x, tillproof.NoDate, false
	}
	x, err := amountOf(m[4])
	day, clamped, dateErr := dateOf(m[2])
	if err != nil || dateErr != nil {
		r.note("format.mt94x.balance", f.line, ":"+f.tag+":", shown(f))
		return x, tillproof.NoDate, false
	}
	if clamped {
		r.note("format.mt94x.clamped", f.line, ":"+f.tag+":", tillproof.Params{"day": day.String()})
	}
	if m[1] == "D" {
		x = x.Neg()
	}
	if c, err := tillproof.ParseCurrency(m[3]); err == nil && !r.msg.Currency.Known() {
		r.msg.Currency = c
	}
	return x, day, true
}

// opening reads field 60F, or 60M of a further page, which must go on where the page before ended.
func (r *reader) opening(f *field) {
	x, day, ok := r.read(f)
	if !ok {
		return
	}
	r.msg.Opening, r.msg.From = &x, day
	if f.tag == "60M" && r.page != nil && r.account == r.msg.Account && !r.page.Same(x) {
		r.note("format.mt94x.page", f.line, ":60M:", tillproof.Params{
			"before": r.page.Param(r.msg.Currency), "after": x.Param(r.msg.Currency),
		})
	}
	r.page = nil
}

// closing reads field 62F, or 62M where another page follows.
func (r *reader) closing(f *field) {
	x, day, ok := r.read(f)
	if !ok {
		return
	}
	r.msg.Closing, r.msg.To = &x, day
	if !r.to.Known() || day > r.to {
		r.to = day
	}
	r.page = nil
	if f.tag == "62M" {
		r.page, r.account = &x, r.msg.Account
	}
}

// floor reads field 34F, which gives a message without balances its currency.
func (r *reader) floor(f *field) {
	r.start()
	s := f.head()
	if len(s) < 3 || r.msg.Currency.Known() {
		return
	}
	if c, err := tillproof.ParseCurrency(s[:3]); err == nil {
		r.msg.Currency = c
	}
}

var controlLine = regexp.MustCompile(`^(\d{1,5})([A-Z]{3})([\d,]+)\s*$`)

// control keeps field 90C or 90D until the message is whole.
func (r *reader) control(f *field) {
	r.endEntry()
	r.start()
	m := controlLine.FindStringSubmatch(f.head())
	if m == nil {
		r.note("format.mt94x.control", f.line, ":"+f.tag+":", shown(f))
		return
	}
	n, err := strconv.Atoi(m[1])
	sum, sumErr := amountOf(m[3])
	if err != nil || sumErr != nil {
		r.note("format.mt94x.control", f.line, ":"+f.tag+":", shown(f))
		return
	}
	r.msg.controls = append(r.msg.controls, control{f.tag, f.line, n, sum})
}

// checkControls holds fields 90 against the entries: together they count all of them, each gives one sum.
func (r *reader) checkControls(s *statement) {
	count := 0
	for _, c := range s.controls {
		count += c.count
		got := s.SumCredit
		if c.tag == "90D" {
			got = s.SumDebit
		}
		if !got.Same(c.sum) {
			r.note("format.mt94x.total", c.line, ":"+c.tag+":", tillproof.Params{
				"stated": c.sum.Param(s.Currency), "sum": got.Param(s.Currency),
			})
		}
	}
	if len(s.controls) == 2 && count != s.Entries {
		r.note("format.mt94x.count", s.controls[1].line, ":90:", tillproof.Params{
			"stated": strconv.Itoa(count), "n": strconv.Itoa(s.Entries),
		})
	}
}

// detail is an amount within the details: original amount, or charges.
var detail = regexp.MustCompile(`/(OCMT|CHGS)/([A-Z]{3})(\d+,\d*)/`)

// details reads the original amount and the charges that banks write into the details. The account moves by
// the entry's amount, so that amount is the net as well.
func details(rec *tillproof.Record, text string) {
	if !strings.Contains(text, "/OCMT/") && !strings.Contains(text, "/CHGS/") {
		return
	}
	for _, m := range detail.FindAllStringSubmatch(text, -1) {
		c, err := tillproof.ParseCurrency(m[2])
		x, amountErr := amountOf(m[3])
		if err != nil || amountErr != nil {
			continue
		}
		amount, err := x.Money(c)
		own := c == rec.Amount.Currency()
		switch {
		case err != nil:
		case m[1] == "CHGS" && own:
			rec.Fee, rec.Net = amount.Neg(), rec.Amount
		case m[1] == "OCMT" && !own && rec.Amount.Minor() < 0:
			rec.Original = amount.Neg()
		case m[1] == "OCMT" && !own:
			rec.Original = amount
		}
	}
}

// shown is what a field that could not be read holds.
func shown(f *field) tillproof.Params { return format.Value(f.head()) }
