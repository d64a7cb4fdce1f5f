package poslog

import (
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// isCash reports a tender of notes and coins.
func isCash(tenderType string) bool { return strings.EqualFold(tenderType, "Cash") }

// isCard reports a tender that an acquirer settles (ARTS POSLog, TenderType).
func isCard(tenderType string) bool {
	switch strings.ToLower(tenderType) {
	case "creditdebit", "credit", "debit", "card", "creditcard", "debitcard", "mobilepayment", "wallet":
		return true
	}
	return false
}

// tender turns a tender into a record. What an acquirer does not settle (cash, a voucher) is shown and moves
// nothing here; from cash the change is taken.
func (r *reader) tender(t ticket, item, n *markup.Node, change *tillproof.Exact) (format.Line, error) {
	kind := n.Attr("TenderType")
	rec := tillproof.NewRecord(tillproof.Sale)
	rec.Origin = tillproof.Origin{Part: t.part, Line: int32(n.Line), Column: int32(n.Column)}
	x, err := tillproof.ParseExact(n.Value("Amount"))
	if err != nil {
		return format.Line{}, r.fault(n, "Amount", "format.poslog.amount", true)
	}
	switch code := n.Attr("TypeCode"); {
	case code == "Refund" && x.Unscaled > 0:
		x = x.Neg()
	case code != "Refund" && code != "" && x.Unscaled < 0:
		return format.Line{}, r.fault(n, "Amount", "format.poslog.sign", true)
	}
	if isCash(kind) && change.Unscaled != 0 {
		if x, err = x.Add(change.Neg()); err != nil {
			return format.Line{}, r.fault(n, "Amount", "format.poslog.amount", true)
		}
		*change = tillproof.Exact{}
	}
	cur := r.opt.Currency
	if name := markup.First(n.Kid("Amount").Attr("Currency"), t.currency); name != "" {
		if cur, err = tillproof.ParseCurrency(name); err != nil {
			return format.Line{}, r.fault(n, "Amount", "format.poslog.currency", true)
		}
	}
	if rec.Amount, err = x.Money(cur); err != nil {
		return format.Line{}, r.fault(n, "Amount", "format.poslog.scale", true)
	}
	if x.Unscaled < 0 {
		rec.Kind = tillproof.Refund
	}
	switch {
	case t.cancelled || isSet(item, "VoidFlag") || isSet(n, "VoidFlag"):
		rec.Status = tillproof.Cancelled
	case !isCard(kind):
		rec.Status = tillproof.Neutral
	}
	if err := r.describe(&rec, t, item, n); err != nil {
		return format.Line{}, err
	}
	return format.Line{Record: rec, Key: key(&rec, item)}, nil
}

// describe fills what names the tender, masked.
func (r *reader) describe(rec *tillproof.Record, t ticket, item, n *markup.Node) error {
	auth := n.Kid("Authorization")
	rec.Time = r.when(auth, "AuthorizationDateTime")
	if !rec.Time.Known() {
		rec.Time = t.time
	}
	if !rec.Time.Known() {
		rec.BookingDate = t.day
	}
	if !rec.Day().Known() {
		r.shared.Add(format.IssueAt("format.poslog.undated", tillproof.Place{Line: n.Line}, nil))
	}
	rec.Refs = tillproof.References{
		Order: t.order, Auth: r.Text(auth.Value("AuthorizationCode")),
		RRN:      r.Text(auth.Value("ReferenceNumber")),
		Terminal: tillproof.TerminalID(r.Text(markup.First(auth.Value("TerminalID"), n.Value("TerminalID")))),
		Merchant: tillproof.MerchantID(r.Ref(auth.Value("MerchantNumber"))),
	}
	card := n.Kid("CreditDebit")
	pan := markup.First(
		card.Value("PrimaryAccountNumber"), card.Value("AccountNumber"), n.Value("AccountNumber"),
	)
	c, err := r.Card(pan, r.opt)
	if err != nil {
		return err
	}
	switch strings.ToLower(markup.First(card.Attr("CardType"), card.Value("CardType"))) {
	case "debit":
		c.Kind = tillproof.CardDebit
	case "credit":
		c.Kind = tillproof.CardCredit
	}
	rec.Card, rec.Entry = c, entryModes[strings.ToLower(item.Attr("EntryMethod"))]
	rec.Narrative = r.Text(markup.First(n.Value("PaymentTypeDescription"), n.Attr("TenderType")))
	return nil
}

// entryModes are the ways in which a card is read (ARTS POSLog, EntryMethod).
var entryModes = map[string]tillproof.EntryMode{
	"keyed": tillproof.EntryKeyed, "manual": tillproof.EntryKeyed, "msr": tillproof.EntryMagstripe,
	"swiped": tillproof.EntryMagstripe, "icc": tillproof.EntryChip, "smartcard": tillproof.EntryChip,
	"chip": tillproof.EntryChip, "tapped": tillproof.EntryContactless, "scanned": tillproof.EntryQR,
	"contactless": tillproof.EntryContactless, "rfid": tillproof.EntryContactless,
}

// key is the masked content by which two files show the same tender. Two equal tenders of one ticket differ
// by their place in it.
func key(rec *tillproof.Record, item *markup.Node) []byte {
	return format.Key(
		rec.Kind.String(), rec.Status.String(), rec.Time.String(), rec.Amount.Param(), rec.Card.String(),
		rec.Refs.Order, rec.Refs.Auth, rec.Refs.RRN, rec.Narrative, item.Value("SequenceNumber"),
	)
}
