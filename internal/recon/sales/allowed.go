package sales

import (
	"math/bits"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// share reports whether the amount is at most so many parts per million of the whole; both are positive.
func share(amount, whole, ppm int64) bool {
	if amount < 0 || whole < 0 {
		return false
	}
	hi, lo := bits.Mul64(uint64(amount), 1_000_000)
	h, l := bits.Mul64(uint64(whole), uint64(ppm))
	return hi < h || hi == h && lo <= l
}

// allowedAbove reports a pair that was settled with more than the slip shows and rightly so: the terminal
// itself adjusted the sale to that amount, or the difference is a tip within what the policy allows.
func (e *engine) allowedAbove(left, row int32) bool {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	slip, settled := term.Lines[left].Amount, acq.Lines[row].Amount
	if term.Lines[left].Class != book.SaleClass || slip <= 0 || settled <= slip {
		return false
	}
	for _, a := range e.adjusted()[left] {
		if to := term.Lines[a].Amount; to == settled || to == settled-slip {
			return true
		}
	}
	return share(settled-slip, slip, e.Policy.TipPPM)
}

// byCardAndTip joins a slip without a number with a report row of the same card and place that is larger by
// a tip, within the two clocks. The nearest wins where it is the nearest for both.
func (e *engine) byCardAndTip() {
	if e.Policy.TipPPM <= 0 {
		return
	}
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	near := search{step: cardTipStep, place: timeOf, inOrder: true, weigh: e.weighTip}
	e.shiftClocks(1)
	defer e.shiftClocks(-1)
	merge(e.sold(term), e.sold(acq), func(ls, rs []keyed) {
		e.spread(&near, ls, rs, e.window())
	})
}

// sold lists the free sales that show a card and a time, by card.
func (e *engine) sold(v *book.View) []keyed {
	out := e.scratchOf(v)
	for rank := range v.Lines {
		l, card := &v.Lines[rank], v.Rec(int32(rank)).Card
		if v.Free(int32(rank)) && l.Class == book.SaleClass && l.At.Known() && card.Known() {
			out = append(out, keyed{uint64(hashSeed.class(l).text(string(card.Last[:]))), int32(rank)})
		}
	}
	sortByHashAndTime(v, out)
	return out
}

func (e *engine) weighTip(l, r int32) (uint64, bool) {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	a, b := term.Rec(l), acq.Rec(r)
	slip, settled := term.Lines[l].Amount, acq.Lines[r].Amount
	if slip <= 0 || settled <= slip || !share(settled-slip, slip, e.Policy.TipPPM) ||
		term.Lines[l].Cur != acq.Lines[r].Cur || !tillproof.SameCard(a.Card, b.Card) || !samePlace(a, b) ||
		e.otherNumber(a, b) || e.otherPlace(a, b) || e.otherShared(a, b) {
		return 0, false
	}
	return secondsBetween(term.Lines[l].At, acq.Lines[r].At) + e.unlikely(l), true
}

// adjustedTo is what a sale comes to by the last row that adjusts it, which shows the new amount or, where
// that is less than the slip, what is added. No money where there is no such row.
func (e *engine) adjustedTo(row int32) tillproof.Money {
	term := &e.Views[tillproof.Terminal]
	slip, rows := term.Lines[row].Amount, e.adjusted()[row]
	if len(rows) == 0 || slip <= 0 {
		return tillproof.Money{}
	}
	last := term.Money(slices.Max(rows))
	if last.Minor() >= slip {
		return last
	}
	sum, err := last.Add(term.Money(row))
	if err != nil {
		return tillproof.Money{}
	}
	return sum
}

// adjusted are the terminal's own rows that adjust its sales, by sale, to a new amount or by what is added: a
// tip that was written on the slip and entered before the batch was closed. Such a row names its sale by the
// original number or stands in its slot of the journal.
func (e *engine) adjusted() map[int32][]int32 {
	if e.adjustments != nil {
		return e.adjustments
	}
	v := &e.Views[tillproof.Terminal]
	e.adjustments = map[int32][]int32{}
	named := map[string][]int32{}
	for rank := range v.Lines {
		r := v.Rec(int32(rank))
		if r.Kind != tillproof.Adjustment || r.Status != tillproof.Posted && r.Status != tillproof.Neutral {
			continue
		}
		for _, name := range adjustsBy(r) {
			named[name] = append(named[name], int32(rank))
		}
	}
	if len(named) == 0 {
		return e.adjustments
	}
	for rank := range v.Lines {
		r := v.Rec(int32(rank))
		if book.ClassOf(r.Kind) != book.SaleClass {
			continue
		}
		for _, name := range soldAs(r) {
			for _, a := range named[name] {
				if v.Lines[a].Cur == v.Lines[rank].Cur && !otherNames(v.Rec(a), r) {
					e.adjustments[int32(rank)] = append(e.adjustments[int32(rank)], a)
				}
			}
		}
	}
	return e.adjustments
}

// adjustsBy are the names of the sale that a row adjusts; soldAs those that a sale has.
func adjustsBy(r *tillproof.Record) []string {
	if o := originalField.of(r); o != "" {
		return []string{o}
	}
	return named(slot(r), rrnField.of(r))
}

func soldAs(r *tillproof.Record) []string {
	return named(slot(r), rrnField.of(r), traceField.of(r))
}

func named(names ...string) []string {
	var out []string
	for _, n := range names {
		if n != "" {
			out = append(out, n)
		}
	}
	return out
}

// noteTips says how much was settled above the slips.
func (e *engine) noteTips(rows []int32) {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	sums := map[tillproof.Currency]int64{}
	refs := map[tillproof.Currency][]tillproof.RowRef{}
	var order []tillproof.Currency
	for _, left := range rows {
		cur := term.Lines[left].Cur
		if refs[cur] == nil {
			order = append(order, cur)
		}
		refs[cur] = append(refs[cur], term.Ref(left))
		sums[cur] += acq.Lines[term.Mate[left]].Amount - term.Lines[left].Amount
	}
	for _, cur := range order {
		e.Run.Warnings = append(e.Run.Warnings, tillproof.Note{
			Code: "match.note.tips", Rows: refs[cur], Params: tillproof.Params{
				"n": book.Count(len(refs[cur])), "amount": tillproof.NewMoney(sums[cur], cur).Param(),
			},
		})
	}
}
