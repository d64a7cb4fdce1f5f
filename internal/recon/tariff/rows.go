package tariff

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// sale is one row of the report, or one batch, with the fee that it shows.
type sale struct {
	ref        tillproof.RowRef
	id         tillproof.RecordID
	day        tillproof.Date
	at         tillproof.LocalTime
	gross, fee int64 // a refund is below zero in both
	rows       int   // of a batch: how many sales it sums
	agreed     int64 // what the policy's tariff gives
}

// key is what has a tariff of its own.
type key struct {
	merchant tillproof.MerchantID
	cur      tillproof.Currency
	kind     tillproof.CardKind
}

func (k key) compare(o key) int {
	return cmp.Or(cmp.Compare(k.merchant, o.merchant), bytes.Compare(k.cur[:], o.cur[:]),
		cmp.Compare(k.kind, o.kind))
}

// group is the rows of one key in order of time.
type group struct {
	key
	sales, refunds []sale
	perBatch       bool
}

// gatherer sorts the rows of the report.
type gatherer struct {
	run     *tillproof.Run
	kinds   map[int32]tillproof.CardKind // of the terminal's rows, by the acquirer's
	at      map[key]*group
	bare    []int32                       // sales that show no fee, or one of zero
	charged map[tillproof.MerchantID]bool // of whom a sale shows a fee
	charges []tillproof.RowRef
}

// gather sorts the sales and refunds of the report that show a fee into their groups, and the charges apart.
func gather(run *tillproof.Run) ([]*group, []tillproof.RowRef) {
	g := &gatherer{
		run: run, kinds: kindsOf(run), at: map[key]*group{}, charged: map[tillproof.MerchantID]bool{},
	}
	for i := range run.Records[tillproof.Acquirer] {
		g.row(i)
	}
	if len(g.charges) > 0 {
		g.batches()
	}
	return inOrder(g.at), g.charges
}

func (g *gatherer) row(i int) {
	r := &g.run.Records[tillproof.Acquirer][i]
	ref := tillproof.RowRef{Side: tillproof.Acquirer, N: int32(i)}
	if r.Kind == tillproof.Fee && r.Status == tillproof.Posted && r.Amount.Minor() < 0 && r.Day().Known() {
		g.charges = append(g.charges, ref)
	}
	if !counts(g.run, i) {
		return
	}
	fee, known := r.Kept()
	if fee == 0 {
		g.bare = append(g.bare, int32(i))
	} else {
		g.charged[r.Refs.Merchant] = true
	}
	if !known || fee > maxGross || fee < -maxGross {
		return
	}
	k := key{r.Refs.Merchant, r.Amount.Currency(), g.kind(i)}
	if g.at[k] == nil {
		g.at[k] = &group{key: k}
	}
	s := sale{ref: ref, id: r.ID, day: r.Day(), at: r.Time, gross: r.Amount.Minor(), fee: fee, rows: 1}
	s.agreed, _ = agreedFee(g.run.Policy, k.kind, s.gross)
	g.at[k].add(s)
}

// counts reports whether a row is a sale or refund that moves money: also one that has nothing to be compared
// with, but not one that the report itself takes back.
func counts(run *tillproof.Run, i int) bool {
	r := &run.Records[tillproof.Acquirer][i]
	gross := r.Amount.Minor()
	switch r.Kind {
	case tillproof.Sale, tillproof.Completion:
		if gross <= 0 {
			return false
		}
	case tillproof.Refund:
		if gross >= 0 {
			return false
		}
	default:
		return false
	}
	if i < len(run.States[tillproof.Acquirer]) {
		switch run.States[tillproof.Acquirer][i].Reason {
		case "match.excluded.taken_back", "match.excluded.voided", "match.excluded.reversed":
			return false
		}
	}
	return r.Status == tillproof.Posted && r.Day().Known() && gross <= maxGross && gross >= -maxGross
}

// kindsOf gives the acquirer's rows the card kind of the terminal's, where they were joined.
func kindsOf(run *tillproof.Run) map[int32]tillproof.CardKind {
	kinds := map[int32]tillproof.CardKind{}
	for _, m := range run.Matches {
		if m.Left.Side != tillproof.Terminal || m.Right.Side != tillproof.Acquirer {
			continue
		}
		if k := run.Record(m.Left).Card.Kind; k != tillproof.CardUnknown {
			kinds[m.Right.N] = k
		}
	}
	return kinds
}

func (g *gatherer) kind(i int) tillproof.CardKind {
	if k := g.run.Records[tillproof.Acquirer][i].Card.Kind; k != tillproof.CardUnknown {
		return k
	}
	return g.kinds[int32(i)]
}

func (g *group) add(s sale) {
	if s.gross < 0 {
		g.refunds = append(g.refunds, s)
		return
	}
	g.sales = append(g.sales, s)
}

// inOrder sorts groups by key and their rows by day, time and content, so that the order of the files changes
// nothing.
func inOrder(at map[key]*group) []*group {
	all := make([]*group, 0, len(at))
	for _, g := range at {
		slices.SortFunc(g.sales, compareSales)
		slices.SortFunc(g.refunds, compareSales)
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b *group) int { return a.key.compare(b.key) })
	return all
}

func compareSales(a, b sale) int {
	return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.at, b.at), cmp.Compare(a.gross, b.gross),
		cmp.Compare(a.fee, b.fee), bytes.Compare(a.id[:], b.id[:]))
}
