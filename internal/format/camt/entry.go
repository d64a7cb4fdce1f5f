package camt

import (
	"encoding/xml"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// The values of CdtDbtInd.
const (
	credit = "CRDT"
	debit  = "DBIT"
)

// booked is the status of an entry that moves money; all others only announce.
const booked = "BOOK"

// entry reads Ntry and turns it into a record. What makes an entry unreadable is its amount, its direction or
// a garbled date: these are never guessed.
func (r *reader) entry(start xml.StartElement, line, col int) error {
	b := &batch{comparable: true}
	before := r.texts
	n, err := r.doc.ReadParts(start, line, col, markup.Parts{
		In: "NtryDtls", Name: "TxDtls",
		Take: func(whole, part *markup.Node) (bool, error) { return r.takeDetail(b, whole, part) },
	})
	if err != nil {
		return err
	}
	rec := tillproof.NewRecord(tillproof.Entry)
	m, bad := r.movement(n)
	if bad == nil {
		bad = r.dates(&rec, n, m)
	}
	if bad != nil {
		r.texts = before // nothing of its details is kept
		r.Give(format.Line{}, bad)
		return r.open.tally.Add(bad.Amount)
	}
	if err := r.leftDetails(b, n, m); err != nil {
		return err
	}
	return r.give(&rec, n, m, b)
}

// give completes an entry whose amount and dates are known.
func (r *reader) give(rec *tillproof.Record, n *markup.Node, m movement, b *batch) error {
	rec.Origin = tillproof.Origin{Part: r.open.part, Line: int32(n.Line), Column: int32(n.Column)}
	rec.Amount, rec.Status = m.money, m.status
	if err := r.open.tally.Add(m.counted()); err != nil {
		return err
	}
	r.describe(rec, n, b.only)
	r.charges(rec, n, b.only)
	rec.Children = b.under(rec)
	r.checkBatch(b, n, m)
	if r.refused != nil {
		return format.Placed(r.refused, n.Place("Ntry"))
	}
	r.seen(rec.Day())
	r.Give(format.Line{Record: *rec, Key: r.key(rec, n)}, nil)
	return nil
}

// movement is what an entry moves.
type movement struct {
	exact    tillproof.Exact // signed
	money    tillproof.Money
	currency tillproof.Currency
	status   tillproof.RecordStatus
}

// counted is the part that goes into the sums.
func (m movement) counted() *tillproof.Exact {
	if m.status != tillproof.Posted {
		return nil
	}
	return &m.exact
}

func (r *reader) movement(n *markup.Node) (movement, *format.LineError) {
	var m movement
	amt := n.Kid("Amt")
	x, err := exactOf(amt)
	if err != nil {
		return m, r.unread(n, "Amt", n.Value("Amt"), "format.camt.amount")
	}
	switch n.Value("CdtDbtInd") {
	case credit:
	case debit:
		x = x.Neg()
	default:
		return m, r.unread(n, "CdtDbtInd", n.Value("CdtDbtInd"), "format.camt.direction")
	}
	m.exact, m.status = x, statusOf(n)
	switch code := strings.TrimSpace(amt.Attr("Ccy")); {
	case code != "":
		if m.currency, err = tillproof.ParseCurrency(code); err != nil {
			return m, r.unread(n, "Amt@Ccy", code, "format.camt.currency")
		}
	case r.open.Currency.Known():
		m.currency = r.open.Currency
	default:
		m.currency = r.opt.Currency
	}
	if !r.open.Currency.Known() {
		r.open.Currency = m.currency
	}
	if m.money, err = x.Money(m.currency); err != nil {
		bad := r.unread(n, "Amt", amt.Text, "format.camt.scale")
		bad.Currency = m.currency
		return m, bad
	}
	return m, nil
}

// statusOf reads Sts, a plain text up to version 7 and a code from version 8. An entry without one is booked:
// the element is mandatory wherever an entry could be anything else.
func statusOf(n *markup.Node) tillproof.RecordStatus {
	switch markup.First(n.Value("Sts", "Cd"), n.Value("Sts")) {
	case booked, "":
		return tillproof.Posted
	}
	return tillproof.Pending
}

// unread is the entry that gave no record; it is counted as one.
func (r *reader) unread(n *markup.Node, field, value, code string) *format.LineError {
	name, _, _ := strings.Cut(field, "@")
	if k := n.Kid(name); k != nil {
		n = k
	}
	p := format.Value(value)
	return &format.LineError{
		Issue: format.IssueAt(code, n.Place("Ntry/"+field), p), Entry: true, Currency: r.open.Currency,
	}
}

// dates reads BookgDt and ValDt; both may be absent, neither may be garbled.
func (r *reader) dates(rec *tillproof.Record, n *markup.Node, m movement) *format.LineError {
	for _, d := range [...]struct {
		name string
		into *tillproof.Date
	}{{"BookgDt", &rec.BookingDate}, {"ValDt", &rec.ValueDate}} {
		k := n.Kid(d.name)
		if k == nil {
			continue
		}
		text := markup.First(k.Value("DtTm"), k.Value("Dt"), k.Text)
		at, ok := markup.When(text, r.opt.Zone)
		if !ok {
			bad := r.unread(n, d.name, text, "format.camt.date")
			bad.Currency, bad.Amount = m.currency, m.counted()
			return bad
		}
		*d.into = at.Day
		if d.name == "BookgDt" {
			rec.Time = at.Time
		}
		if at.Offset && r.opt.Zone == nil {
			p := tillproof.Params{"field": d.name, "value": format.Shown(text)}
			r.note("format.camt.offset", n, p)
		}
	}
	return nil
}

// describe fills what names the entry: narrative, counterparty and references. tx is the detail of an entry
// that is one transaction, else nil.
func (r *reader) describe(rec *tillproof.Record, n, tx *markup.Node) {
	rec.Narrative = r.text(narrative(tx, n.Value("AddtlNtryInf")))
	rec.Counterparty = r.text(party(tx, rec.Amount.Minor() >= 0, n.Value("RvslInd")))
	rec.Refs = r.references(tx)
	rec.Refs.Account = r.open.Account
	rec.Refs.Bank = r.ref(markup.First(
		n.Value("AcctSvcrRef"), tx.Value("Refs", "AcctSvcrRef"), n.Value("NtryRef"),
	))
}

// narrative joins what the bank says about a transaction with blanks, each text once.
func narrative(tx *markup.Node, entryInfo string) string {
	var parts []string
	add := func(s string) {
		if s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	remittance := tx.At("RmtInf")
	for _, u := range remittance.Each("Ustrd") {
		add(u.Text)
	}
	for _, st := range remittance.Each("Strd") {
		add(st.Value("CdtrRefInf", "Ref"))
		for _, a := range st.Each("AddtlRmtInf") {
			add(a.Text)
		}
	}
	add(tx.Value("AddtlTxInf"))
	add(entryInfo)
	return strings.Join(parts, " ")
}

// party is the name of the other side: who pays a credit, who gets a debit. A reversal names the parties of
// the transaction it undoes, so they change places.
func party(tx *markup.Node, in bool, reversal string) string {
	role := "Dbtr"
	if in == (reversal == "true" || reversal == "1") {
		role = "Cdtr"
	}
	p := tx.At("RltdPties", role)
	u := tx.At("RltdPties", "Ultmt"+role)
	return markup.First(
		p.Value("Nm"), p.Value("Pty", "Nm"), p.Value("Agt", "FinInstnId", "Nm"),
		u.Value("Nm"), u.Value("Pty", "Nm"),
	)
}

// absent is what ISO 20022 writes where the payer gave no reference.
const absent = "NOTPROVIDED"

// references keeps the payer's reference as the payout's name, and the network's as the order.
func (r *reader) references(tx *markup.Node) tillproof.References {
	refs := tx.At("Refs")
	get := func(names ...string) string {
		for _, name := range names {
			if v := refs.Value(name); v != "" && v != absent {
				return r.ref(v)
			}
		}
		return ""
	}
	return tillproof.References{
		Payout:   get("EndToEndId", "PmtInfId"),
		Order:    get("TxId", "InstrId", "UETR", "MsgId"),
		Original: r.ref(tx.Value("RtrInf", "OrgnlTxRef", "EndToEndId")),
	}
}

// key is the masked content by which two exports of one account show the same line. Many banks number the
// entries of each file anew in NtryRef, so it counts only where nothing else names the entry.
func (r *reader) key(rec *tillproof.Record, n *markup.Node) []byte {
	entryRef, _ := format.MaskRef(n.Value("NtryRef"))
	bank := rec.Refs.Bank
	if bank == entryRef {
		bank = ""
	}
	if bank+rec.Refs.Payout+rec.Refs.Order != "" {
		entryRef = ""
	}
	return format.Key(
		rec.Refs.Account, rec.BookingDate.String(), rec.ValueDate.String(), rec.Amount.Param(),
		rec.Status.String(), bank, entryRef, rec.Refs.Payout, rec.Refs.Order,
		rec.Counterparty, rec.Narrative,
	)
}

// ref masks a reference.
func (r *reader) ref(s string) string {
	r.check(s)
	return r.Ref(s)
}

// text masks card numbers.
func (r *reader) text(s string) string {
	r.check(s)
	return r.Text(s)
}

// check keeps the first text with data that nobody may keep: it refuses the whole file.
func (r *reader) check(s string) {
	if err := format.Forbidden(s); err != nil && r.refused == nil {
		r.refused = err
	}
}
