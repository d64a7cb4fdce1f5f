package formattest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// Load reads bytes as a file of the given formats.
func Load(raw []byte, formats []format.Format, opt format.Options) (
	tillproof.Source, []tillproof.Record, error,
) {
	in, err := format.NewInput("x", bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return tillproof.Source{}, nil, err
	}
	var records []tillproof.Record
	src, err := format.Load(in, formats, opt, func(r tillproof.Record) error {
		records = append(records, r)
		return nil
	})
	return src, records, err
}

// Code is the code of an error, "" for an error without one.
func Code(err error) string {
	var e *tillproof.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Has reports whether an issue of that code was listed.
func Has(src tillproof.Source, code string) bool {
	return slices.ContainsFunc(src.Issues, func(i tillproof.Issue) bool { return i.Code == code })
}

// Or is "-" for a text that is empty.
func Or(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func exact(x *tillproof.Exact) string {
	if x == nil {
		return "-"
	}
	return x.String()
}

// Show writes what was read as lines that a person can work out from the file; each record is written by its
// format.
func Show(src tillproof.Source, records []tillproof.Record, record func(tillproof.Record) string) string {
	var b strings.Builder
	line := func(format string, a ...any) { fmt.Fprintf(&b, format+"\n", a...) }
	line("%s %s %s %s %s..%s masked %d", src.Format, Or(src.Dialect), src.Side, src.Charset,
		Or(src.From.String()), Or(src.To.String()), src.Masked)
	line("totals %d unread %d credit %s debit %s", src.Totals.Entries, src.Unread, src.Totals.SumCredit,
		src.Totals.SumDebit)
	for _, s := range src.Statements {
		line("statement %s %s %s..%s entries %d credit %s debit %s opening %s closing %s gap %s",
			Or(s.Account), Or(s.Currency.String()), Or(s.From.String()), Or(s.To.String()), s.Entries,
			s.SumCredit, s.SumDebit, exact(s.Opening), exact(s.Closing), exact(s.BalanceGap))
	}
	for _, r := range records {
		b.WriteString(record(r))
	}
	for _, i := range src.Issues {
		line("issue %s %d:%d", i.Code, i.Place.Line, i.Place.Column)
	}
	return b.String()
}

// Brief is a record in one line: its place, what moves, when, and the keys that survive to another side.
func Brief(r tillproof.Record) string {
	const all = "%d:%d %s %s fee %s time %s day %s card %s batch %s stan %s rrn %s bank %s | %s | %s\n"
	return fmt.Sprintf(all,
		r.Origin.Part, r.Origin.Line, r.Kind, r.Amount, Or(r.Fee.String()), Or(r.Time.String()),
		Or(r.BookingDate.String()), Or(r.Card.String()), Or(r.Refs.Batch), Or(r.Refs.STAN), Or(r.Refs.RRN),
		Or(r.Refs.Bank), Or(r.Narrative), Or(r.Counterparty))
}
