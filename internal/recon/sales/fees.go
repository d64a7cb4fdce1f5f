package sales

import (
	"math/bits"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
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
	acq := &e.Views[tillproof.Acquirer]
	sums := map[feeKey]*feeSum{}
	unchecked, expected := 0, 0
	for rank := range acq.Lines {
		row := int32(rank)
		r := acq.Rec(row)
		if c := book.ClassOf(r.Kind); c != book.SaleClass && c != book.RefundClass ||
			e.Left(tillproof.Acquirer, row) && acq.Lines[row].Class == book.NoClass {
			continue
		}
		kind := e.cardKind(row)
		tariff, agreed := e.Policy.TariffFor(kind)
		charged, known := chargedFee(r)
		if known && !agreed && e.checkExpected(row, charged) {
			expected++
			continue
		}
		if !agreed || !known {
			unchecked++
			continue
		}
		fee, err := tariff.Fee(acq.Lines[row].Amount)
		if err != nil {
			return book.TariffError(kind, err)
		}
		diff := charged - fee
		if max(diff, -diff) <= e.Policy.FeeSlack {
			continue
		}
		key := feeKey{r.Refs.Merchant, acq.Lines[row].Cur, kind, diff > 0}
		if sums[key] == nil {
			sums[key] = &feeSum{line: tariff}
		}
		sums[key].add(row, acq.Lines[row].Amount, charged, diff)
	}
	e.breakFees(sums)
	switch none := len(e.Policy.Tariff) == 0; {
	case none && expected == 0:
		e.Warn("match.warning.no_tariff", nil)
		return nil
	case none:
		e.Warn("match.warning.fees_by_terminal", tillproof.Params{"n": book.Count(expected)})
	}
	if unchecked > 0 {
		e.Warn("match.warning.fees_unchecked", tillproof.Params{"n": book.Count(unchecked)})
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

// cardKind is the card kind of the report row, else that of its terminal record.
func (e *engine) cardKind(row int32) tillproof.CardKind {
	acq := &e.Views[tillproof.Acquirer]
	if k := acq.Rec(row).Card.Kind; k != tillproof.CardUnknown || acq.Mate[row] == book.Alone {
		return k
	}
	return e.Views[tillproof.Terminal].Rec(acq.Mate[row]).Card.Kind
}

func (e *engine) breakFees(sums map[feeKey]*feeSum) {
	acq := &e.Views[tillproof.Acquirer]
	for key, s := range sums {
		slices.Sort(s.rows) // by settlement day: a tariff changes for what is settled, see tariff
		refs := make([]tillproof.RowRef, len(s.rows))
		for i, row := range s.rows {
			refs[i] = acq.Ref(row)
			e.Except(tillproof.Acquirer, row, tillproof.FeeMismatch)
		}
		e.Report(tillproof.Break{
			Kind: tillproof.FeeMismatch, Leg: tillproof.TerminalAcquirer, Side: tillproof.Acquirer,
			Amount:   tillproof.NewMoney(-s.charged, key.cur),
			Residual: tillproof.NewMoney(s.overpay, key.cur),
			Records:  refs,
			Reason:   tillproof.Note{Code: feeCode(key), Params: e.feeParams(key, s)},
		}, book.At{Side: tillproof.Acquirer, Rank: s.rows[0]})
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
	acq := &e.Views[tillproof.Acquirer]
	first := s.rows[0]
	p := acq.Describe(first)
	p["day"] = book.DateParam(acq.Lines[first].Day)
	p["n"] = book.Count(len(s.rows))
	p["gross"] = tillproof.NewMoney(s.gross, key.cur).Param()
	p["charged"] = tillproof.NewMoney(s.charged, key.cur).Param()
	p["agreed"] = tillproof.NewMoney(s.charged-s.overpay, key.cur).Param()
	p["difference"] = book.Unsigned(tillproof.NewMoney(s.overpay, key.cur))
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
		return book.Dash
	}
	hi, lo := bits.Mul64(uint64(charged), 1_000_000)
	lo, carry := bits.Add64(lo, uint64(gross)/2, 0)
	if hi+carry >= uint64(gross) {
		return book.Dash
	}
	rate, _ := bits.Div64(hi+carry, lo, uint64(gross))
	return strconv.FormatUint(rate, 10)
}
