package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// wait is money that is under way: records of one side, currency and expected day.
type wait struct {
	side     tillproof.Side
	currency tillproof.Currency
	expected tillproof.Date
	n        int
	minor    int64
	broken   bool // the sum leaves the range of an amount
}

// waits sums the open items, by side, expected day and currency.
func (v *view) waits() []wait {
	var all []wait
	for _, side := range tillproof.Sides {
		for n, state := range v.run.States[side] {
			if state.Status != tillproof.Timing {
				continue
			}
			ref := tillproof.RowRef{Side: side, N: int32(n)}
			r := v.run.Record(ref)
			amount := r.Amount
			if side == tillproof.Acquirer {
				amount = r.Due()
			}
			key := wait{side: side, currency: amount.Currency(), expected: state.Expected}
			i := slices.IndexFunc(all, key.same)
			if i < 0 {
				i = len(all)
				all = append(all, key)
			}
			all[i].add(amount)
		}
	}
	slices.SortStableFunc(all, func(a, b wait) int {
		return cmp.Or(cmp.Compare(a.side, b.side), cmp.Compare(a.expected, b.expected),
			cmp.Compare(a.currency.String(), b.currency.String()))
	})
	return all
}

func (w wait) same(o wait) bool {
	return w.side == o.side && w.currency == o.currency && w.expected == o.expected
}

func (w *wait) add(amount tillproof.Money) {
	sum, err := tillproof.AddMinor(w.minor, amount.Minor())
	w.minor, w.broken = sum, w.broken || err != nil
	w.n++
}

// assumedSuffix ends the codes of notes on how a deposit was worked out; they belong to the deposit only.
const assumedSuffix = ".assumed"

// innocent is what looks odd and is not: notes on deposits that came when they had to, and money under way.
func (v *view) innocent() []string {
	var all []string
	for i := range v.run.Waterfalls {
		w := &v.run.Waterfalls[i]
		for _, n := range w.Notes {
			if !strings.HasSuffix(n.Code, assumedSuffix) {
				all = append(all, v.traced(v.note(n), w.Deposit))
			}
		}
	}
	for _, w := range v.waits() {
		if w.broken {
			continue
		}
		code := "report.innocent.timing"
		if !w.expected.Known() {
			code = "report.innocent.timing_open"
		}
		all = append(all, v.text(code, "n", strconv.Itoa(w.n), "side", v.text("side."+w.side.String()),
			"amount", tillproof.NewMoney(w.minor, w.currency).Param(), "day", w.expected.String()))
	}
	return all
}

// traced is a sentence with the lines it comes from.
func (v *view) traced(sentence string, rows []tillproof.RowRef) string {
	if len(rows) == 0 {
		return sentence
	}
	return v.text("report.traced", "sentence", sentence, "trace", v.trace(rows))
}

// excludedReason is how many records of a side were left out for one reason.
type excludedReason struct {
	code string
	n    int
}

// excluded counts the records of a side that were left out, most frequent reason first.
func (v *view) excluded(side tillproof.Side) []excludedReason {
	var all []excludedReason
	for _, s := range v.run.States[side] {
		if s.Status != tillproof.Excluded {
			continue
		}
		i := slices.IndexFunc(all, func(e excludedReason) bool { return e.code == s.Reason })
		if i < 0 {
			i = len(all)
			all = append(all, excludedReason{code: s.Reason})
		}
		all[i].n++
	}
	slices.SortStableFunc(all, func(a, b excludedReason) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.code, b.code))
	})
	return all
}
