package ctf

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// draft is a transaction whose first component was read.
type draft struct {
	code string
	key  []string
	rec  tillproof.Record
}

// begin reads the first component of a transaction.
func (r *reader) begin(rec record) error {
	if err := format.Forbidden(rec.text(92, 129)); err != nil {
		return format.Placed(err, tillproof.Place{Line: r.src.n, Column: 92})
	}
	n := natureOf(rec)
	out := tillproof.NewRecord(n.kind)
	out.Origin.Line = int32(min(r.src.n, math.MaxInt32))
	source, bad := r.amount(rec, 77, n.sign)
	billed, other := r.amount(rec, 62, n.sign)
	stated := other == nil && !billed.IsZero()
	switch {
	case n.issuer && stated: // the issuer's amount is the source, the acquirer's the destination
		out.Amount = billed
		if bad == nil && source.Currency() != billed.Currency() {
			out.Original = source
		}
	case bad != nil:
		r.Give(format.Line{}, bad)
		return nil
	default:
		out.Amount = source
		if stated && source.Currency() != billed.Currency() {
			out.Original = billed
		}
	}
	day, ok := purchaseDay(rec.at(58, 61), r.day, r.opt.Year)
	switch {
	case !ok:
		fault := r.fault(codeDate, 58, "purchase date", rec.at(58, 61))
		x := out.Amount.Exact()
		fault.Amount, fault.Currency = &x, out.Amount.Currency()
		r.Give(format.Line{}, fault)
		return nil
	case !day.Known():
		r.shared.Add(r.issue(codeYear, 58, "purchase date", nil))
	default:
		out.BookingDate = day // the file has no time of day
	}
	var err error
	if out.Card, err = r.Card(account(rec), r.opt); err != nil {
		return format.Placed(err, tillproof.Place{Line: r.src.n, Column: 5})
	}
	out.Refs = tillproof.References{Bank: r.Ref(rec.at(27, 49)), Auth: r.Text(rec.at(152, 157))}
	if undoes(n.kind) {
		out.Refs.Original = out.Refs.Bank
	}
	out.Entry = entryModes[rec.at(162, 163)]
	out.Narrative = r.Text(narrative(rec))
	r.draft = &draft{code: rec.code(), rec: out, key: []string{
		rec.code(), out.Refs.Bank, out.Card.String(), out.Amount.Param(), rec.at(58, 61), out.Refs.Auth,
		rec.at(147, 149), out.Narrative,
	}}
	return nil
}

// amount is 12 digits of minor units and, behind them, the number of their currency, which says how many
// decimals they have (ISO 4217). Where it is blank, what the user says counts.
func (r *reader) amount(rec record, from int, sign int64) (tillproof.Money, *format.LineError) {
	digits, number := rec.at(from, from+11), rec.at(from+12, from+14)
	minor, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || len(digits) != 12 || !isDigits(digits) {
		return tillproof.Money{}, r.fault(codeAmount, from, "amount", digits)
	}
	c, known := tillproof.CurrencyByNumber(number)
	if number == "" && r.opt.Currency.Known() {
		c, known = r.opt.Currency, true
	}
	if !known {
		return tillproof.Money{}, r.fault(codeCurrency, from+12, "currency", number)
	}
	return tillproof.NewMoney(sign*minor, c), nil
}

// account is the card number: 16 digits, and three more where it is longer.
func account(rec record) string {
	if more := rec.at(21, 23); more != "000" {
		return rec.at(5, 20) + more
	}
	return rec.at(5, 20)
}

// narrative is where the card was used, the merchant's category, and the reason of a chargeback.
func narrative(rec record) string {
	parts := []string{rec.text(92, 116), rec.text(117, 129), rec.text(130, 132)}
	if category := rec.text(133, 136); category != "" {
		parts = append(parts, "MCC "+category)
	}
	if reason := rec.text(148, 149); reason != "" && reason != "00" {
		parts = append(parts, "reason "+reason)
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, ", ")
}

// finish gives the transaction whose components are all read.
func (r *reader) finish() {
	if r.draft == nil {
		return
	}
	d := r.draft
	r.draft = nil
	key := append(d.key, string(d.rec.Refs.Merchant), string(d.rec.Refs.Terminal))
	r.Give(format.Line{Record: d.rec, Key: format.Key(key...)}, nil)
}
