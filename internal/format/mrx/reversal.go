package mrx

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// isReversed reports a transaction that is marked as a reversal and has the sign of a sale. That sign has two
// meanings: a refund was undone, and the money comes back; or a sale was undone, and only the mark says that
// it is taken off. What is public of the format does not say which.
func isReversed(t *markup.Node, gross *tillproof.Exact) bool {
	return t.Value("isReversal") == "1" && gross.Unscaled > 0
}

// signs is what the totals of a slip show about the signs of its reversals.
type signs uint8

const (
	unproven  signs = iota // no totals, or totals that hold with neither reading
	asWritten              // the totals add the amounts as they are signed
	turned                 // the totals take them off
)

// signsOf holds the stated gross of a slip against both readings of its reversals.
func signsOf(slip *markup.Node) signs {
	stated, err := tillproof.ParseExact(slip.Value("sum", "sumSC", "aTrxGrosSC"))
	if err != nil {
		return unproven
	}
	var plain, other tillproof.Exact
	for _, t := range slip.Each("trx") {
		x, err := tillproof.ParseExact(t.Value("aTrxGrosSC"))
		if err != nil {
			return unproven
		}
		y := x
		if isReversed(t, &x) {
			y = x.Neg()
		}
		var errs [2]error
		plain, errs[0] = plain.Add(x)
		other, errs[1] = other.Add(y)
		if errs[0] != nil || errs[1] != nil {
			return unproven
		}
	}
	switch {
	case stated.Same(plain):
		return asWritten
	case stated.Same(other):
		return turned
	}
	return unproven
}

// turns reports a reversal whose amounts are to be read with the other sign, as the totals of its slip show
// it, and says what is done. What they do not show stays as it is written, and is said too.
func (r *reader) turns(rec *tillproof.Record, t *markup.Node, gross *tillproof.Exact, shown signs) bool {
	if !isReversed(t, gross) || shown == asWritten {
		return false
	}
	p := tillproof.Params{"amount": rec.Amount.Param(), "ref": format.Shown(t.Value("refNo"))}
	if shown == turned {
		r.note("format.mrx.reversal.turned", t, p)
		return true
	}
	r.note("format.mrx.reversal.open", t, p)
	return false
}

// turn gives a transaction the other sign.
func turn(rec *tillproof.Record, gross, net *tillproof.Exact) {
	*gross, *net = gross.Neg(), net.Neg()
	rec.Amount, rec.Net = rec.Amount.Neg(), rec.Net.Neg()
	rec.Fee, rec.Original = rec.Fee.Neg(), rec.Original.Neg()
}
