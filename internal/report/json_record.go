package report

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// recordFields writes a record. What the file does not show is left out.
func recordFields(j *jsonWriter, r *tillproof.Record) {
	j.some("id", r.ID.String())
	j.num("line", int(r.Origin.Line))
	if r.Origin.Column > 0 {
		j.num("column", int(r.Origin.Column))
	}
	if r.Origin.Part > 0 {
		j.num("part", int(r.Origin.Part))
	}
	j.str("kind", r.Kind.String())
	j.str("status", r.Status.String())
	j.str("amount", r.Amount.String())
	j.some("currency", r.Amount.Currency().String())
	moneyField(j, "fee", r.Fee)
	moneyField(j, "net", r.Net)
	if stated(r.Original) {
		j.str("original_amount", r.Original.String())
		j.some("original_currency", r.Original.Currency().String())
	}
	t, _ := r.Time.MarshalText()
	j.some("time", string(t))
	j.some("settle_date", r.SettleDate.String())
	j.some("booking_date", r.BookingDate.String())
	j.some("value_date", r.ValueDate.String())
	for _, ref := range refFields(&r.Refs) {
		j.some(ref.name, ref.value)
	}
	j.some("card", r.Card.String())
	j.some("card_kind", r.Card.Kind.String())
	j.some("entry_mode", r.Entry.String())
	j.some("response", r.Response)
	j.some("category", r.Category)
	j.some("counterparty", r.Counterparty)
	j.some("narrative", r.Narrative)
	moneyField(j, "balance", r.Balance)
	if len(r.Children) > 0 {
		j.list("children", len(r.Children), func(i int) { recordFields(j, &r.Children[i]) })
	}
}

// field is a column of a record by its name in JSON and CSV.
type field struct{ name, value string }

// refFields are the references in a fixed order.
func refFields(r *tillproof.References) []field {
	return []field{
		{"merchant", string(r.Merchant)},
		{"terminal", string(r.Terminal)},
		{"batch", r.Batch},
		{
			"stan",
			r.STAN,
		},
		{"rrn", r.RRN},
		{"auth", r.Auth},
		{"order", r.Order},
		{"payout", r.Payout},
		{"account", r.Account},
		{"bank_ref", r.Bank},
		{"original_ref", r.Original},
		{"customer", r.Customer},
	}
}

// stated reports whether the file gave the amount: an amount of nothing counts where it has a currency.
func stated(m tillproof.Money) bool { return m.Currency().Known() || !m.IsZero() }

func moneyField(j *jsonWriter, name string, m tillproof.Money) {
	if stated(m) {
		j.str(name, m.String())
	}
}
