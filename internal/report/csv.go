package report

import (
	"encoding/csv"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode"

	"github.com/tillproof/tillproof"
)

// csvColumns are the columns of ReadCSV: the names of JSON, in its order.
func csvColumns() []string {
	names := []string{
		"id", "line", "column", "part", "kind", "status", "amount", "currency", "fee", "net",
		"time",
		"settle_date", "booking_date", "value_date",
	}
	for _, f := range refFields(&tillproof.References{}) {
		names = append(names, f.name)
	}
	return append(names, "card", "card_kind", "entry_mode", "response", "category",
		"counterparty", "narrative", "balance")
}

// ReadCSV writes the records as UTF-8 CSV with CRLF (RFC 4180), one column for each field of JSON; opt.File
// adds a first column. A cell that a spreadsheet would run as a formula gets a leading apostrophe, and
// control characters are left out. The details of a bank's batch entry are left to JSON.
func ReadCSV(w io.Writer, records iter.Seq[tillproof.Record], opt Options) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	head := csvColumns()
	if opt.File != "" {
		head = append([]string{"file"}, head...)
	}
	if !opt.NoHead {
		if err := out.Write(head); err != nil {
			return err
		}
	}
	for r := range records {
		row := csvRow(&r)
		if opt.File != "" {
			row = append([]string{opt.File}, row...)
		}
		for i, cell := range row {
			row[i] = harmless(uncontrolled(cell))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func csvRow(r *tillproof.Record) []string {
	money := func(m tillproof.Money) string {
		if !stated(m) {
			return ""
		}
		return m.String()
	}
	position := func(n int32) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(int(n))
	}
	t, _ := r.Time.MarshalText()
	row := []string{
		r.ID.String(), position(r.Origin.Line), position(r.Origin.Column), position(r.Origin.Part),
		r.Kind.String(), r.Status.String(), money(r.Amount), r.Amount.Currency().String(), money(r.Fee),
		money(r.Net),
		string(t), r.SettleDate.String(), r.BookingDate.String(), r.ValueDate.String(),
	}
	for _, f := range refFields(&r.Refs) {
		row = append(row, f.value)
	}
	return append(row, r.Card.String(), r.Card.Kind.String(), r.Entry.String(), r.Response, r.Category,
		r.Counterparty, r.Narrative, money(r.Balance))
}

// uncontrolled leaves out the control characters (C0 but tab and line feed, DEL, C1), which a console would
// obey; what is no UTF-8, and might be a C1 byte, becomes the replacement character.
func uncontrolled(cell string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, cell)
}

// harmless sets an apostrophe before a cell that begins like a formula and is no number (OWASP, CSV
// injection). A full-width sign counts too: spreadsheets of Chinese and Japanese users take it for the narrow
// one.
func harmless(cell string) string {
	if cell == "" {
		return cell
	}
	const starts = "=+-@\t\r\n＝＋－＠"
	first := []rune(cell)[0]
	if !strings.ContainsRune(starts, first) {
		return cell
	}
	if _, err := tillproof.ParseExact(cell); err == nil {
		return cell
	}
	return "'" + cell
}
