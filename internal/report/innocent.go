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
	mixed    int // of them, rows that are exceptions for another reason
	minor    int64
	broken   bool // the sum leaves the range of an amount
}

// waits sums what is under way, by side, expected day and currency: terminal rows that are in no report yet,
// and deposits that are not due yet. A deposit counts as a whole, also where a row of it is an exception for
// another reason: so the statement of loss counts it.
//
// A run in passes holds too few rows to say when the rest is due.
func (v *view) waits() []wait {
	if v.run.Basis.Passes {
		return nil
	}
	var all []wait
	put := func(key wait, rows, mixed int, amount tillproof.Money) {
		i := slices.IndexFunc(all, key.same)
		if i < 0 {
			i = len(all)
			all = append(all, key)
		}
		all[i].add(rows, amount)
		all[i].mixed += mixed
	}
	for n, state := range v.run.States[tillproof.Terminal] {
		if state.Status == tillproof.Timing {
			amount := cmp.Or(state.Adjusted, v.run.Records[tillproof.Terminal][n].Amount)
			put(wait{side: tillproof.Terminal, currency: amount.Currency(), expected: state.Expected}, 1, 0,
				amount)
		}
	}
	for i := range v.run.Waterfalls {
		w := &v.run.Waterfalls[i]
		if w.Status == tillproof.Timing && w.Leg == tillproof.AcquirerBank {
			put(wait{side: tillproof.Acquirer, currency: w.Net.Currency(), expected: w.Expected},
				len(w.Rows), v.countOf(w.Rows, tillproof.Exception), w.Net)
		}
	}
	slices.SortStableFunc(all, func(a, b wait) int {
		return cmp.Or(cmp.Compare(a.side, b.side), cmp.Compare(a.expected, b.expected),
			cmp.Compare(a.currency.String(), b.currency.String()))
	})
	return all
}

// countOf is how many of the rows have a status.
func (v *view) countOf(rows []tillproof.RowRef, status tillproof.Status) int {
	n := 0
	for _, ref := range rows {
		if states := v.run.States[ref.Side]; int(ref.N) < len(states) && states[ref.N].Status == status {
			n++
		}
	}
	return n
}

func (w wait) same(o wait) bool {
	return w.side == o.side && w.currency == o.currency && w.expected == o.expected
}

func (w *wait) add(rows int, amount tillproof.Money) {
	sum, err := tillproof.AddMinor(w.minor, amount.Minor())
	w.minor, w.broken = sum, w.broken || err != nil
	w.n += rows
}

// assumedSuffix ends the codes of notes on how a deposit was worked out; they belong to the deposit only.
const assumedSuffix = ".assumed"

// innocent is what looks odd and is not: notes on deposits that came when they had to, and money under way.
func (v *view) innocent() []string {
	var all []string
	for i := range v.run.Waterfalls {
		w := &v.run.Waterfalls[i]
		for _, n := range w.Notes {
			if !strings.HasSuffix(n.Code, assumedSuffix) && n.Code != tillproof.NoteShared {
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
		sentence := v.text(code, "n", strconv.Itoa(w.n), "side", v.text("side."+w.side.String()),
			"amount", tillproof.NewMoney(w.minor, w.currency).Param(), "day", w.expected.String())
		if w.mixed > 0 {
			sentence = v.lead("report.sentence", "sentence", sentence) +
				v.text("report.innocent.mixed", "n", strconv.Itoa(w.mixed))
		}
		all = append(all, sentence)
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

// excluded counts the records of a side that were left out, most frequent reason first. A run in passes does
// not hold them, and says nothing.
func (v *view) excluded(side tillproof.Side) []excludedReason {
	if v.run.Basis.Passes {
		return nil
	}
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
