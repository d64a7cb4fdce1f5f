package book

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// CompareRecords is the total order below day and time.
func CompareRecords(a, b *tillproof.Record) int {
	return cmp.Or(
		strings.Compare(string(a.Refs.Merchant), string(b.Refs.Merchant)),
		strings.Compare(string(a.Refs.Terminal), string(b.Refs.Terminal)),
		strings.Compare(a.Refs.Batch, b.Refs.Batch),
		strings.Compare(a.Refs.STAN, b.Refs.STAN),
		strings.Compare(a.Refs.RRN, b.Refs.RRN),
		strings.Compare(a.Refs.Auth, b.Refs.Auth),
		strings.Compare(a.Refs.Order, b.Refs.Order),
		strings.Compare(a.Refs.Bank, b.Refs.Bank),
		cmp.Compare(a.Amount.Minor(), b.Amount.Minor()),
		compareRest(a, b),
	)
}

// compareRest tells rows apart that agree in all that names them. Of identical lines the first in the file
// comes first, as a person would count them.
func compareRest(a, b *tillproof.Record) int {
	return cmp.Or(
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Status, b.Status), cmp.Compare(a.ValueDate, b.ValueDate),
		cmp.Compare(a.Fee.Minor(), b.Fee.Minor()), cmp.Compare(a.Net.Minor(), b.Net.Minor()),
		slices.Compare(a.Card.First[:], b.Card.First[:]), slices.Compare(a.Card.Last[:], b.Card.Last[:]),
		strings.Compare(a.Counterparty, b.Counterparty), strings.Compare(a.Narrative, b.Narrative),
		cmp.Compare(a.Origin.Part, b.Origin.Part), cmp.Compare(a.Origin.Line, b.Origin.Line),
		cmp.Compare(a.Origin.Column, b.Origin.Column), slices.Compare(a.ID[:], b.ID[:]),
		cmp.Compare(a.Origin.Source, b.Origin.Source),
	)
}
