package mrx

import (
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// transaction turns trx into a record. SC is the currency in which the acquirer settles, OC that of the
// sale.
func (r *reader) transaction(t *markup.Node, of slip) (format.Line, error) {
	rec := tillproof.NewRecord(tillproof.Sale)
	rec.Origin = tillproof.Origin{Part: r.slips - 1, Line: int32(t.Line), Column: int32(t.Column)}
	var gross, net *tillproof.Exact
	for _, m := range [...]struct {
		name  string
		into  *tillproof.Money
		exact **tillproof.Exact
	}{
		{"aTrxGrosSC", &rec.Amount, &gross},
		{"aTrxNetSC", &rec.Net, &net},
		{"aComEffSC", &rec.Fee, nil},
		{"aTrxOC", &rec.Original, nil},
	} {
		x, money, code := r.amount(t, m.name)
		if code != "" {
			r.count(nil, nil)
			bad := r.unread(t, m.name, code)
			if gross != nil { // it moves what it moves, whatever else is wrong
				bad.Currency, bad.Amount = rec.Amount.Currency(), gross
			}
			return format.Line{}, bad
		}
		if *m.into = money; m.exact != nil {
			*m.exact = x
		}
	}
	at, ok := r.when(t)
	if !ok {
		r.count(nil, nil)
		bad := r.unread(t, "trxDate", "format.mrx.date")
		bad.Currency, bad.Amount = rec.Amount.Currency(), gross
		return format.Line{}, bad
	}
	if r.turns(&rec, t, gross, of.shown) {
		turn(&rec, gross, net)
	}
	r.count(gross, net)
	if rec.Original.Currency() == rec.Amount.Currency() {
		rec.Original = tillproof.Money{}
	}
	rec.Time, rec.Kind = at, kindOf(gross, t.Value("isReversal"))
	if err := r.describe(&rec, t, of); err != nil {
		return format.Line{}, format.Placed(err, t.Place("trx"))
	}
	if sum, err := rec.Amount.Add(rec.Fee); rec.Fee.Currency().Known() && (err != nil || sum != rec.Net) {
		r.note("format.mrx.net", t, nil)
	}
	return format.Line{Record: rec, Key: key(&rec)}, nil
}

// kindOf is what the signs say: only the type Retail is documented in public. A reversal undoes what has the
// other sign; see turns for one that is written with the sign of what it undoes.
func kindOf(gross *tillproof.Exact, reversal string) tillproof.RecordKind {
	out := gross.Unscaled < 0
	switch {
	case reversal == "1" && out:
		return tillproof.Reversal
	case reversal == "1":
		return tillproof.Adjustment
	case out:
		return tillproof.Refund
	}
	return tillproof.Sale
}

// amount reads an amount element; its attribute c is the currency. An element that is not there is no amount
// where the transaction can do without it.
func (r *reader) amount(t *markup.Node, name string) (*tillproof.Exact, tillproof.Money, string) {
	n := t.Kid(name)
	if n == nil {
		if name == "aComEffSC" || name == "aTrxOC" {
			return nil, tillproof.Money{}, ""
		}
		return nil, tillproof.Money{}, "format.mrx.missing"
	}
	x, err := tillproof.ParseExact(n.Text)
	if err != nil {
		return nil, tillproof.Money{}, "format.mrx.amount"
	}
	c, err := tillproof.ParseCurrency(n.Attr("c"))
	if err != nil {
		return nil, tillproof.Money{}, "format.mrx.currency"
	}
	money, err := x.Money(c)
	if err != nil {
		return nil, tillproof.Money{}, "format.mrx.scale"
	}
	return &x, money, ""
}

// unread is a transaction that gave no record.
func (r *reader) unread(t *markup.Node, field, code string) *format.LineError {
	n := t
	if k := t.Kid(field); k != nil {
		n = k
	}
	value := n.Text
	if code == "format.mrx.currency" {
		value = n.Attr("c")
	}
	return &format.LineError{
		Issue: format.IssueAt(code, n.Place(field), format.Value(value)),
		Entry: true,
	}
}

// when joins day and time of day.
func (r *reader) when(t *markup.Node) (tillproof.LocalTime, bool) {
	clock := t.Value("trxTime")
	if clock == "" {
		clock = "00:00:00"
	}
	m, ok := markup.When(t.Value("trxDate")+"T"+clock, r.opt.Zone)
	if !ok || !m.Day.Known() {
		return tillproof.NoTime, false
	}
	if !m.Time.Known() { // midnight
		return m.Day.At(0, 0, 0), true
	}
	return m.Time, true
}

// describe fills card and references, masked.
func (r *reader) describe(rec *tillproof.Record, t *markup.Node, of slip) error {
	for _, n := range t.Kids {
		if n.Name == "pan" {
			continue // CardOf looks at it
		}
		if err := format.Forbidden(n.Text); err != nil {
			return err
		}
	}
	card, err := r.Card(t.Value("pan"), r.opt)
	if err != nil {
		return err
	}
	rec.Card = card
	rec.Refs = tillproof.References{
		Terminal: tillproof.TerminalID(r.Text(of.terminal)), Batch: r.Text(of.period),
		STAN: r.Text(t.Value("trmTrxNo")), RRN: r.Text(t.Value("refNo")), Auth: r.Text(t.Value("authNo")),
		Order: r.Ref(t.Value("addlMercData")), Bank: r.Ref(t.Value("passTrxId")),
	}
	if r.contract >= 0 && r.contract < len(r.frame.contracts) {
		rec.Refs.Merchant = tillproof.MerchantID(r.Ref(r.frame.contracts[r.contract]))
	}
	if r.payment >= 0 && r.payment < len(r.frame.payments) {
		p := r.frame.payments[r.payment]
		rec.Refs.Payout, rec.SettleDate, rec.ValueDate = r.Ref(p.number), p.day, p.value
	}
	rec.Narrative = r.Text(strings.TrimSpace(of.product + " " + t.Value("addlStmntText")))
	return nil
}

// key is the masked content by which two files show the same transaction.
func key(rec *tillproof.Record) []byte {
	return format.Key(
		rec.Kind.String(), rec.Time.String(), rec.Amount.Param(), rec.Fee.Param(), rec.Card.String(),
		string(rec.Refs.Merchant), string(rec.Refs.Terminal), rec.Refs.Batch, rec.Refs.STAN, rec.Refs.RRN,
		rec.Refs.Auth, rec.Refs.Bank, rec.Refs.Order, rec.Refs.Payout,
	)
}
