package tariff

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// batchKey names what one row of fees may pay for: the batch where the row names one, else the payout, else
// the day.
type batchKey struct {
	merchant      tillproof.MerchantID
	cur           tillproof.Currency
	batch, payout string
	day           tillproof.Date
}

func batchKeyOf(r *tillproof.Record) batchKey {
	k := dayKey(r)
	switch {
	case r.Refs.Batch != "":
		k.batch, k.day = r.Refs.Batch, tillproof.NoDate
	case r.Refs.Payout != "":
		k.payout, k.day = r.Refs.Payout, tillproof.NoDate
	}
	return k
}

func dayKey(r *tillproof.Record) batchKey {
	return batchKey{merchant: r.Refs.Merchant, cur: r.Amount.Currency(), day: r.Day()}
}

// batches makes one sale of each batch whose rows show no fee and which one row of the report charges, for
// merchants of whom no row shows a fee. Those charges are then no charges of their own.
func (g *gatherer) batches() {
	feeRows := g.feeRows()
	sales := map[batchKey][]int32{}
	for _, n := range g.bare {
		r := &g.run.Records[tillproof.Acquirer][n]
		if g.charged[r.Refs.Merchant] || r.Amount.Minor() < 0 {
			continue
		}
		keys := []batchKey{dayKey(r), batchKeyOf(r)}
		for _, k := range slices.Compact(keys) {
			if len(feeRows[k]) == 1 {
				sales[k] = append(sales[k], n)
			}
		}
	}
	paid := map[tillproof.RowRef]bool{}
	for by, rows := range sales {
		s, kind := g.sumBatch(rows)
		if s.gross > maxGross {
			continue
		}
		ref := feeRows[by][0]
		fee := g.run.Record(ref)
		s.ref, s.id, s.day, s.at, s.fee = ref, fee.ID, fee.Day(), fee.Time, -fee.Amount.Minor()
		k := key{by.merchant, by.cur, kind}
		if g.at[k] == nil || !g.at[k].perBatch {
			g.at[k] = &group{key: k, perBatch: true} // in place of rows that all show a fee of zero
		}
		g.at[k].add(s)
		paid[ref] = true
	}
	g.charges = slices.DeleteFunc(g.charges, func(c tillproof.RowRef) bool { return paid[c] })
}

// feeRows lists the charges by what they may pay for, at each merchant those of the label that most of them
// bear: the rent of the terminal does not stand in the way of the day's fees.
func (g *gatherer) feeRows() map[batchKey][]tillproof.RowRef {
	type name struct {
		merchant tillproof.MerchantID
		label    string
	}
	count := map[name]int{}
	first := map[tillproof.MerchantID]string{}
	for _, ref := range g.charges {
		r := g.run.Record(ref)
		n := name{r.Refs.Merchant, labelOf(r)}
		count[n]++
		old := name{n.merchant, first[n.merchant]}
		if order := cmp.Compare(count[n], count[old]); order > 0 || order == 0 && n.label < old.label {
			first[n.merchant] = n.label
		}
	}
	out := map[batchKey][]tillproof.RowRef{}
	for _, ref := range g.charges {
		if r := g.run.Record(ref); labelOf(r) == first[r.Refs.Merchant] {
			k := batchKeyOf(r)
			out[k] = append(out[k], ref)
		}
	}
	return out
}

// sumBatch sums the sales of a batch; the kind is theirs where they share one.
func (g *gatherer) sumBatch(rows []int32) (sale, tillproof.CardKind) {
	s := sale{rows: len(rows)}
	kind := g.kind(int(rows[0]))
	for _, n := range rows {
		r := &g.run.Records[tillproof.Acquirer][n]
		k := g.kind(int(n))
		if k != kind {
			kind = tillproof.CardUnknown
		}
		fee, _ := agreedFee(g.run.Policy, k, r.Amount.Minor())
		s.agreed += fee
		s.gross += min(r.Amount.Minor(), maxGross) // 9e12 of up to a million rows stay in range
		if s.gross > maxGross {
			return s, kind
		}
	}
	return s, kind
}

// agreedFee is the policy's fee of an amount; it answers false where nothing is agreed.
func agreedFee(p tillproof.Policy, kind tillproof.CardKind, gross int64) (int64, bool) {
	t, agreed := p.TariffFor(kind)
	if !agreed {
		return 0, false
	}
	fee, err := t.Fee(gross)
	return fee, err == nil
}
