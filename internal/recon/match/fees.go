package match

import (
	"cmp"
	"math/bits"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
)

// feeKey is what one fee break speaks about.
type feeKey struct {
	merchant tillproof.MerchantID
	cur      tillproof.Currency
	kind     tillproof.CardKind
	over     bool
}

// feeSum gathers the rows of one fee break.
type feeSum struct {
	line                    tillproof.TariffLine
	rows                    []int32
	gross, charged, overpay int64
}

// checkFees compares the fee of each report row with the agreed one, or where none was agreed with the one
// that the terminal expected. Voids are left alone: they cancel the sale, and whether its fee is shown at all
// is the acquirer's habit.
func (e *engine) checkFees() error {
	acq := &e.views[tillproof.Acquirer]
	sums := map[feeKey]*feeSum{}
	unchecked, expected := 0, 0
	for rank := range acq.lines {
		row := int32(rank)
		r := acq.rec(row)
		if c := classOf(r.Kind); c != saleClass && c != refundClass || e.left(tillproof.Acquirer, row) &&
			acq.lines[row].class == noClass {
			continue
		}
		kind := e.cardKind(row)
		tariff, agreed := e.policy.TariffFor(kind)
		charged, known := chargedFee(r)
		if known && !agreed && e.checkExpected(row, charged) {
			expected++
			continue
		}
		if !agreed || !known {
			unchecked++
			continue
		}
		fee, err := tariff.Fee(acq.lines[row].amount)
		if err != nil {
			return badTariff(kind, err)
		}
		diff := charged - fee
		if max(diff, -diff) <= e.policy.FeeSlack {
			continue
		}
		key := feeKey{r.Refs.Merchant, acq.lines[row].cur, kind, diff > 0}
		if sums[key] == nil {
			sums[key] = &feeSum{line: tariff}
		}
		sums[key].add(row, acq.lines[row].amount, charged, diff)
	}
	e.breakFees(sums)
	switch none := len(e.policy.Tariff) == 0; {
	case none && expected == 0:
		e.warn("match.warning.no_tariff", nil)
		return nil
	case none:
		e.warn("match.warning.fees_by_terminal", tillproof.Params{"n": count(expected)})
	}
	if unchecked > 0 {
		e.warn("match.warning.fees_unchecked", tillproof.Params{"n": count(unchecked)})
	}
	return nil
}

// chargedFee is what the acquirer keeps of the row. A stated net tells that better than the column of the
// fee: it shows deductions without a name, and a fee written with the other sign. A net that is the amount
// itself says nothing: the fee is then taken another time.
func chargedFee(r *tillproof.Record) (int64, bool) {
	stated := r.Net.Currency().Known() || !r.Net.IsZero()
	if kept := r.Amount.Minor() - r.Net.Minor(); stated && kept != 0 && oneCurrency(r.Net, r.Amount) {
		return kept, true
	}
	return -r.Fee.Minor(), r.Fee.Currency().Known() || !r.Fee.IsZero()
}

func oneCurrency(a, b tillproof.Money) bool {
	return !a.Currency().Known() || !b.Currency().Known() || a.Currency() == b.Currency()
}

func (s *feeSum) add(row int32, gross, charged, diff int64) {
	s.rows = append(s.rows, row)
	s.gross += gross
	s.charged += charged
	s.overpay += diff
}

func badTariff(kind tillproof.CardKind, err error) error {
	return &tillproof.Error{
		Op: "match", Kind: tillproof.KindInvalid, Code: "match.tariff",
		Params: tillproof.Params{"kind": orDash(kind.String())}, Err: err,
	}
}

// cardKind is the card kind of the report row, else that of its terminal record.
func (e *engine) cardKind(row int32) tillproof.CardKind {
	acq := &e.views[tillproof.Acquirer]
	if k := acq.rec(row).Card.Kind; k != tillproof.CardUnknown || acq.mate[row] == alone {
		return k
	}
	return e.views[tillproof.Terminal].rec(acq.mate[row]).Card.Kind
}

func (e *engine) breakFees(sums map[feeKey]*feeSum) {
	acq := &e.views[tillproof.Acquirer]
	for key, s := range sums {
		slices.SortFunc(s.rows, func(a, b int32) int {
			return cmp.Or(cmp.Compare(acq.lines[a].at, acq.lines[b].at), cmp.Compare(a, b))
		})
		refs := make([]tillproof.RowRef, len(s.rows))
		for i, row := range s.rows {
			refs[i] = acq.ref(row)
			e.except(tillproof.Acquirer, row, tillproof.FeeMismatch)
		}
		e.report(tillproof.Break{
			Kind: tillproof.FeeMismatch, Leg: tillproof.TerminalAcquirer, Side: tillproof.Acquirer,
			Amount:   tillproof.NewMoney(-s.charged, key.cur),
			Residual: tillproof.NewMoney(s.overpay, key.cur),
			Records:  refs,
			Reason:   tillproof.Note{Code: feeCode(key), Params: e.feeParams(key, s)},
		}, at{tillproof.Acquirer, s.rows[0]})
	}
}

// feeCode names the sentence: card kinds have words of their own in each language.
func feeCode(key feeKey) string {
	kind := key.kind.String()
	if kind == "" {
		kind = "any"
	}
	if key.over {
		return "match.fee_over." + kind
	}
	return "match.fee_under." + kind
}

func (e *engine) feeParams(key feeKey, s *feeSum) tillproof.Params {
	acq := &e.views[tillproof.Acquirer]
	first := s.rows[0]
	p := acq.describe(first)
	p["day"] = dateParam(acq.lines[first].at.Date())
	if !acq.lines[first].at.Known() {
		p["day"] = dateParam(acq.lines[first].day)
	}
	p["n"] = count(len(s.rows))
	p["gross"] = tillproof.NewMoney(s.gross, key.cur).Param()
	p["charged"] = tillproof.NewMoney(s.charged, key.cur).Param()
	p["agreed"] = tillproof.NewMoney(s.charged-s.overpay, key.cur).Param()
	p["difference"] = unsigned(tillproof.NewMoney(s.overpay, key.cur))
	p["agreed_rate"] = strconv.FormatInt(s.line.RatePPM, 10)
	p["charged_rate"] = impliedRate(s.charged, s.gross)
	return p
}

// impliedRate is charged ÷ gross in parts per million, rounded half up; "–" where that says nothing.
func impliedRate(charged, gross int64) string {
	if gross < 0 {
		charged, gross = -charged, -gross
	}
	if gross == 0 || charged < 0 {
		return dash
	}
	hi, lo := bits.Mul64(uint64(charged), 1_000_000)
	lo, carry := bits.Add64(lo, uint64(gross)/2, 0)
	if hi+carry >= uint64(gross) {
		return dash
	}
	rate, _ := bits.Div64(hi+carry, lo, uint64(gross))
	return strconv.FormatUint(rate, 10)
}
