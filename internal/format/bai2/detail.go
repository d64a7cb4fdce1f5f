package bai2

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// entry is the detail (16) that is read: its fields by their order.
type entry struct {
	code      string // type code
	way       direction
	minor     int64
	value     tillproof.Date
	bank      string
	customer  string
	text      []string // the text, and each continuation of it
	valueText string   // the value date as written, where it cannot be read
}

// takeDetail turns a detail and its continuations into a record. One without an amount, a direction or whole
// fields is unread, but counted.
func (r *reader) takeDetail(f *fields, rec *record) error {
	a := r.account
	e, bad, err := r.parseDetail(f)
	if err != nil {
		return err
	}
	if bad == "" && !a.Currency.Known() {
		bad = "format.bai2.unit"
	}
	if bad != "" {
		return r.unread(bad, e, rec)
	}
	x := exactOf(e.minor, a.Currency)
	switch e.way {
	case debit:
		x = x.Neg()
	case nonMonetary:
		x.Unscaled = 0
	}
	line, err := r.record(e, x, rec)
	if err != nil {
		return err
	}
	if err := r.count(e.way, line, x); err != nil {
		return err
	}
	r.Give(line, nil)
	if e.valueText != "" {
		r.note("format.bai2.date", rec, format.Value(e.valueText))
	}
	return nil
}

// parseDetail reads type, amount, funds type, the bank's reference, the customer's, text. The answer names
// what is wrong by its code. The amount enters the control total whatever else is wrong.
func (r *reader) parseDetail(f *fields) (e entry, bad string, err error) {
	e.code, e.value = f.field(), tillproof.NoDate
	amount := f.field()
	valueDate, fundsErr := f.funds()
	e.bank, e.customer, e.text = f.field(), f.field(), f.text()
	e.minor, err = amountOf(amount)
	if err == nil {
		if err := r.account.add(e.minor); err != nil {
			return e, "", err
		}
	}
	code, codeErr := strconv.Atoi(e.code)
	e.way = directionOf(code)
	if valueDate != "" {
		day, dateErr := dateOf(valueDate)
		if e.value = day; dateErr != nil {
			e.valueText = valueDate
		}
	}
	switch {
	case codeErr != nil || len(e.code) > 3 || e.way == unknown:
		return e, "format.bai2.type", nil
	case amount == "" && e.way != nonMonetary:
		return e, "format.bai2.amount_missing", nil
	case err != nil && amount != "":
		e.text = append([]string{amount}, e.text...)
		return e, "format.bai2.amount", nil
	case fundsErr != nil:
		return e, "format.bai2.funds", nil
	case e.minor < 0 && e.way != nonMonetary:
		return e, "format.bai2.sign", nil
	}
	return e, "", nil
}

// unread lists a detail that gave no record. What it moves is known where only its funds type is wrong.
func (r *reader) unread(code string, e entry, rec *record) error {
	value := e.code
	switch {
	case code == "format.bai2.amount":
		value = e.text[0]
	case code == "format.bai2.sign":
		value = strconv.FormatInt(e.minor, 10)
	case code == "format.bai2.unit":
		value = r.accountName()
	}
	bad := &format.LineError{Entry: true, Currency: r.account.Currency}
	bad.Issue = format.IssueAt(code, rec.place(), format.Value(cmp.Or(value, "-")))
	if code == "format.bai2.funds" && r.account.Currency.Known() {
		x := exactOf(e.minor, r.account.Currency)
		if e.way == debit {
			x = x.Neg()
		}
		if r.group.status == tillproof.Posted {
			bad.Amount = &x
		}
		if err := r.sum(e.way, x); err != nil {
			return err
		}
	}
	r.Give(format.Line{}, bad)
	return r.account.tally.Add(bad.Amount)
}

// count enters a detail into the sums of its account.
func (r *reader) count(way direction, line format.Line, x tillproof.Exact) error {
	if err := r.sum(way, x); err != nil {
		return err
	}
	if line.Record.Status != tillproof.Posted {
		return r.account.tally.Add(nil)
	}
	return r.account.tally.Add(&x)
}

// sum adds to what the summaries 100 and 400 are held against.
func (r *reader) sum(way direction, x tillproof.Exact) error {
	if way == nonMonetary {
		return nil
	}
	side := 0
	if way == debit {
		side, x = 1, x.Neg()
	}
	next, err := r.account.moves[side].Add(x)
	if err != nil {
		return format.ErrorSum(err)
	}
	r.account.moves[side] = next
	r.account.count[side]++
	return nil
}

// record makes the record of a detail.
func (r *reader) record(e entry, x tillproof.Exact, from *record) (format.Line, error) {
	a := r.account
	text := squeeze(strings.Join(e.text, " "))
	labels := labelsOf(e.text)
	all := strings.Join([]string{text, e.bank, e.customer}, " ")
	if err := format.Forbidden(all); err != nil {
		return format.Line{}, format.Placed(err, tillproof.Place{Line: from.line, Field: from.code})
	}
	rec := tillproof.NewRecord(tillproof.Entry)
	amount, err := x.Money(a.Currency)
	if err != nil {
		return format.Line{}, format.ErrorSum(err)
	}
	rec.Amount, rec.BookingDate, rec.ValueDate, rec.Status = amount, r.group.asOf, e.value, r.group.status
	if e.way == nonMonetary && rec.Status == tillproof.Posted {
		rec.Status = tillproof.Neutral
	}
	rec.Origin = tillproof.Origin{Part: a.part, Line: int32(from.line), Column: int32(from.column)}
	rec.Narrative = r.Text(text)
	rec.Counterparty = r.Text(labels.party(e.way))
	rec.Refs = tillproof.References{
		Account: a.Account, Bank: r.Ref(e.bank), Order: r.Ref(e.customer), Payout: r.Ref(labels["EREF"]),
	}
	return format.Line{Record: rec, Key: keyOf(&rec, e.code)}, nil
}

// keyOf is the masked content by which two reports of one account show the same line, the report within the
// day and that of the day after.
func keyOf(rec *tillproof.Record, code string) []byte {
	return format.Key(
		rec.Refs.Account, rec.BookingDate.String(), rec.ValueDate.String(), rec.Amount.Param(), code,
		rec.Refs.Bank, rec.Refs.Order, rec.Narrative,
	)
}

// labels are the lines of a text that begin with a label of four letters, as one US bank writes them.
type labels map[string]string

// labelsOf reads "EREF: …" (end-to-end reference), "CRNM: …" (creditor), "DBNM: …" (debtor).
func labelsOf(text []string) labels {
	out := labels{}
	for _, s := range text {
		name, value, found := strings.Cut(strings.TrimSpace(s), ": ")
		switch name {
		case "EREF", "CRNM", "DBNM":
			if _, seen := out[name]; found && !seen {
				out[name] = strings.TrimSpace(value)
			}
		}
	}
	return out
}

// party is the other side: who pays what comes in, who gets what goes out.
func (l labels) party(way direction) string {
	if way == debit {
		return l["CRNM"]
	}
	return l["DBNM"]
}
