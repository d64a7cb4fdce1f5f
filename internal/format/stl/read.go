package stl

import (
	"cmp"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// reader walks the rows of one file.
type reader struct {
	format.Answers
	format.Masker
	opt     format.Options
	rows    *rows
	codes   map[string]meaning
	dialect string

	columns columns
	section *section
	sheets  []*sheet // of all sections, in their order
	report  map[tillproof.Currency]*tallies
	failed  error // more sheets than a report can have
	entries int   // rows of transactions in the file
	lines   int   // rows of any kind
	part    bool  // the file is not the first of its report
	closed  bool  // the file's footer was met
	told    map[string]bool
	from    tillproof.Date
	to      tillproof.Date
}

// section is one account's part of the report.
type section struct {
	account  string
	from, to tillproof.Date
	sheets   []*sheet
	entries  int
	line     int
	totalled bool
}

// sheet is one currency of an account: what the footer sums up.
type sheet struct {
	tillproof.Statement
	tallies
	part int32
	net  format.Tally
}

// tallies are what a footer sums up: gross amounts and fees, each with credits and debits.
type tallies struct{ gross, fee format.Tally }

// The caps of one report: PayPal pays in some 25 currencies, and a large merchant has some hundred accounts.
const (
	maxCurrencies = 300
	maxSheets     = 10_000
)

func newReader(rows *rows, opt format.Options, dialect string) *reader {
	return &reader{
		opt: opt, rows: rows, codes: tcodes(), dialect: dialect, told: map[string]bool{},
		report: map[tillproof.Currency]*tallies{},
		from:   tillproof.NoDate, to: tillproof.NoDate,
	}
}

// Read gives the next transaction.
func (r *reader) Read() (format.Line, error) { return r.Next(r.step) }

// step reads one row.
func (r *reader) step() error {
	row, err := r.rows.next()
	if errors.Is(err, io.EOF) {
		r.end()
	}
	if err != nil {
		return err
	}
	r.lines++
	if err := r.row(row); err != nil {
		return err
	}
	return r.failed
}

// Summary is a statement for each account and currency.
func (r *reader) Summary() format.Summary {
	sum := format.Summary{
		Dialect: r.dialect, Side: tillproof.Acquirer, From: r.from, To: r.to, Masked: r.Masked,
	}
	for _, s := range r.sheets {
		s.net.Fill(&s.Statement)
		sum.Statements = append(sum.Statements, s.Statement)
	}
	return sum
}

// row takes one row to where it belongs.
func (r *reader) row(row *row) error {
	if row.bad && row.mark != "SB" {
		r.note("format.stl.quote", row, 0, nil)
	}
	switch row.mark {
	case "RH":
	case "FH":
		if n, err := strconv.Atoi(row.at(0)); err == nil && n > 1 {
			r.part = true
			r.note("format.stl.part", row, 0, tillproof.Params{"n": strconv.Itoa(n)})
		}
	case "SH":
		r.begin(row)
	case "CH":
		return r.header(row)
	case "SB":
		return r.body(row)
	case "SF":
		r.footer(row)
	case "SC":
		r.count(row, r.current().entries)
	case "RF":
		r.reportFooter(row)
	case "RC":
		r.count(row, r.entries)
	case "FF":
		r.closed = true
		r.fileCount(row)
	default:
		r.note("format.stl.row", row, 0, format.Value(row.mark))
	}
	return nil
}

// begin opens a section: the days of the report, and whose account it is.
func (r *reader) begin(row *row) {
	r.finish()
	s := &section{from: dayOf(row.at(0)), to: dayOf(row.at(1)), line: row.line}
	s.account = r.Ref(row.at(2))
	r.section, r.columns = s, nil
	r.from, r.to = format.Earlier(r.from, s.from), format.Later(r.to, s.to)
}

// current is the section being read; rows before the first one stand in one without a head.
func (r *reader) current() *section {
	if r.section == nil {
		r.section = &section{from: tillproof.NoDate, to: tillproof.NoDate}
	}
	return r.section
}

// finish closes a section. One without totals goes on in the next file of the report, or was cut.
func (r *reader) finish() {
	if s := r.section; s != nil && !s.totalled {
		r.note("format.stl.unclosed", &row{line: s.line, mark: "SH"}, 0, tillproof.Params{
			"account": named(s.account),
		})
	}
	r.section = nil
}

// named is an account in a sentence, where a file may name none.
func named(account string) string {
	return format.Shown(cmp.Or(account, "-"))
}

func (r *reader) end() {
	r.finish()
	if !r.closed {
		r.note("format.stl.cut", &row{line: r.lines, mark: "FF"}, 0, nil)
	}
}

// sheet is the part of the section in a currency.
func (r *reader) sheet(c tillproof.Currency) *sheet {
	s := r.current()
	for _, sh := range s.sheets {
		if sh.Currency == c {
			return sh
		}
	}
	if len(s.sheets) == maxCurrencies {
		return r.tooMany("currencies", maxCurrencies)
	}
	if len(r.sheets) == maxSheets {
		return r.tooMany("sheets", maxSheets)
	}
	sh := &sheet{part: int32(len(r.sheets))}
	sh.Account, sh.Currency, sh.From, sh.To = s.account, c, s.from, s.to
	s.sheets = append(s.sheets, sh)
	r.sheets = append(r.sheets, sh)
	return sh
}

// tooMany ends the reading at a limit.
func (r *reader) tooMany(limit string, most int) *sheet {
	r.failed = &tillproof.Error{
		Op: "read", Kind: tillproof.KindTooLarge, Code: "format.xml.size",
		Params: tillproof.Params{"limit": limit, "max": strconv.Itoa(most)},
	}
	return &sheet{}
}

// columns maps the normal names of columns to their place.
type columns map[string]int

// order is the order of the columns in the specification. Reports in other languages keep it.
var order = [...]string{
	"transactionid", "invoiceid", "paypalreferenceid", "paypalreferenceidtype", "transactioneventcode",
	"transactioninitiationdate", "transactioncompletiondate", "transactiondebitorcredit",
	"grosstransactionamount", "grosstransactioncurrency", "feedebitorcredit", "feeamount", "feecurrency",
	"customfield", "consumerid", "paymenttrackingid", "storeid", "bankreferenceid",
}

// needed are the columns without which a row is no transaction.
var needed = [...]string{
	"transactionid", "transactioneventcode", "transactioninitiationdate", "transactiondebitorcredit",
	"grosstransactionamount", "grosstransactioncurrency", "feedebitorcredit", "feeamount",
}

// header reads the names of the columns. Names that are not known stand for the specification's order.
func (r *reader) header(row *row) error {
	found := columns{}
	for i, c := range row.cells {
		name := strings.ToLower(strings.Map(func(c rune) rune {
			if c == ' ' || c == '\u00A0' || c == '_' {
				return -1
			}
			return c
		}, c.text))
		if _, twice := found[name]; !twice {
			found[name] = i
		}
	}
	if _, other := found["transactionalstatus"]; other {
		at := tillproof.Place{Line: row.line}
		return format.ErrorAt(tillproof.KindUnsupported, "format.stl.other", at, nil)
	}
	known := func(name string) bool { _, ok := found[name]; return ok }
	switch {
	case !slices.ContainsFunc(needed[:], func(name string) bool { return !known(name) }):
		r.columns = found
		return nil
	case slices.ContainsFunc(needed[:], known) || len(row.cells) < len(order)-3:
		p, at := tillproof.Params{"missing": missing(found)}, tillproof.Place{Line: row.line}
		return format.ErrorAt(tillproof.KindUnsupported, "format.stl.header", at, p)
	}
	r.columns = columns{}
	for i, name := range order {
		r.columns[name] = i
	}
	r.once("format.stl.language", row, nil)
	return nil
}

func missing(found columns) string {
	for _, name := range needed {
		if _, ok := found[name]; !ok {
			return name
		}
	}
	return ""
}

// note adds an issue about something around the transactions.
func (r *reader) note(code string, row *row, col int, p tillproof.Params) {
	place := tillproof.Place{Line: row.line, Column: col, Field: format.Shown(row.mark)}
	params := tillproof.Params{"mark": place.Field}
	maps.Copy(params, p)
	r.Note(format.IssueAt(code, place, params))
}

// once does so the first time only.
func (r *reader) once(code string, row *row, p tillproof.Params) {
	key := code + p["value"]
	if r.told[key] {
		return
	}
	if len(r.told) < format.MaxIssues {
		r.told[key] = true
	}
	r.note(code, row, 0, p)
}
