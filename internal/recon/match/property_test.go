package match

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// month draws a small, nasty month: few amounts, cards, references and minutes, so that everything collides.
func month(t *rapid.T) *tillproof.Run {
	day := tillproof.Date(20711) // 2026-09-15
	run := &tillproof.Run{}
	p := &run.Policy
	if rapid.Bool().Draw(t, "policy") {
		p.Currency = tillproof.CNY
		p.CutOff = 23 * 60
		p.Settlement = tillproof.Settlement{Days: rapid.IntRange(0, 2).Draw(t, "days"), Known: true}
		p.Payers = []string{"PAYER"}
		p.Tariff = []tillproof.TariffLine{{RatePPM: 5000, ReturnsFee: true}}
	}
	for _, side := range tillproof.Sides {
		n := rapid.IntRange(0, 14).Draw(t, "rows")
		if rapid.IntRange(0, 5).Draw(t, "missing") == 0 {
			continue
		}
		src := tillproof.Source{Side: side, From: day, To: day + 4}
		run.Sources = append(run.Sources, src)
		for i := range n {
			r := drawRecord(t, side, day)
			r.Origin = tillproof.Origin{Source: int32(len(run.Sources) - 1), Line: int32(i + 2)}
			r.ID = tillproof.RecordIDOf(side, []byte(strconv.Itoa(i)), 0)
			run.Records[side] = append(run.Records[side], r)
		}
	}
	return run
}

func drawRecord(t *rapid.T, side tillproof.Side, day tillproof.Date) tillproof.Record {
	pick := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
	kinds := []tillproof.RecordKind{
		tillproof.Sale, tillproof.Sale, tillproof.Sale, tillproof.Refund, tillproof.Void, tillproof.Reversal,
	}
	switch side {
	case tillproof.Acquirer:
		kinds = append(kinds, tillproof.Fee, tillproof.Chargeback, tillproof.Payout, tillproof.Reserve)
	case tillproof.Bank:
		kinds = []tillproof.RecordKind{tillproof.Entry}
	}
	r := tillproof.NewRecord(rapid.SampledFrom(kinds).Draw(t, "kind"))
	currencies := []tillproof.Currency{tillproof.CNY, tillproof.CNY, {'E', 'U', 'R'}, {}}
	cur := rapid.SampledFrom(currencies).Draw(t, "cur")
	amount := rapid.SampledFrom([]int64{1000, 1000, 2000, 995, 1990, 0}).Draw(t, "amount")
	if r.Kind != tillproof.Sale && r.Kind != tillproof.Payout && rapid.Bool().Draw(t, "out") {
		amount = -amount
	}
	r.Amount = tillproof.NewMoney(amount, cur)
	at := day + tillproof.Date(rapid.IntRange(-1, 5).Draw(t, "day"))
	if rapid.IntRange(0, 4).Draw(t, "timed") > 0 {
		hour := rapid.SampledFrom([]int{10, 23}).Draw(t, "hour")
		r.Time = at.At(hour, rapid.IntRange(0, 3).Draw(t, "min"), 0)
	}
	statuses := []tillproof.RecordStatus{0, 0, 0, 0, tillproof.Declined, tillproof.UnknownOutcome}
	r.Status = rapid.SampledFrom(statuses).Draw(t, "status")
	r.Refs.Merchant = tillproof.MerchantID(pick("m", "", "1043A", "1043B"))
	if side == tillproof.Bank {
		r.BookingDate = at
		r.Narrative = pick("text", "", "PAYER", "for 1043A", "P-0001", "rent")
		r.Counterparty = pick("who", "", "PAYER", "X")
		return r
	}
	r.Refs.Terminal = tillproof.TerminalID(pick("t", "", "T1", "T2"))
	r.Refs.RRN = pick("rrn", "", "", "11", "12", "13")
	r.Refs.STAN = pick("stan", "", "1", "2")
	r.Refs.Batch = pick("batch", "", "1")
	r.Refs.Original = pick("orig", "", "", "11", "12")
	copy(r.Card.Last[:], pick("card", "", "0001", "0002"))
	if side == tillproof.Acquirer {
		r.Refs.Payout = pick("payout", "", "", "", "P-0001")
		if rapid.Bool().Draw(t, "settled") {
			r.SettleDate = at
		}
		if rapid.Bool().Draw(t, "fee") {
			r.Fee = tillproof.NewMoney(-amount/200, cur)
		}
	}
	return r
}

func clone(run *tillproof.Run) *tillproof.Run {
	out := &tillproof.Run{Policy: run.Policy, Sources: slices.Clone(run.Sources)}
	for side := range run.Records {
		out.Records[side] = slices.Clone(run.Records[side])
	}
	return out
}

func reconcile(t *rapid.T, run *tillproof.Run) {
	if err := Reconcile(run); err != nil {
		t.Fatal(err)
	}
}

// portrait writes a result with record ids in the place of positions, in the order of the result.
func portrait(run *tillproof.Run) []string {
	var out []string
	ids := func(refs []tillproof.RowRef) string {
		s := ""
		for _, r := range refs {
			s += run.Record(r).ID.String() + " "
		}
		return s
	}
	for _, m := range run.Matches {
		out = append(out, fmt.Sprint(m.Method, ids([]tillproof.RowRef{m.Left, m.Right})))
	}
	for _, b := range run.Breaks {
		s := fmt.Sprint(b.ID, b.Kind, b.Leg, b.Side, b.Amount, b.Residual, b.Reason.Code, b.Reason.Params)
		s += ids(b.Records)
		for _, c := range b.Candidates {
			s += fmt.Sprint(c.Why.Code, c.Why.Params, ids([]tillproof.RowRef{c.Row}))
		}
		out = append(out, s)
	}
	for _, w := range run.Waterfalls {
		s := fmt.Sprint(w.Method, w.Merchant, w.From, w.To, w.Expected, w.Arrived, w.Status, w.Steps)
		s += fmt.Sprint(w.Net, w.Paid, w.Residual, len(w.Notes), ids(w.Deposit), "/", ids(w.Rows))
		out = append(out, s)
	}
	for _, n := range run.Warnings {
		out = append(out, fmt.Sprint(n.Code, n.Params, ids(n.Rows)))
	}
	var states []string
	for side := range run.Records {
		for i := range run.Records[side] {
			states = append(states, fmt.Sprint(run.Records[side][i].ID, run.States[side][i]))
		}
	}
	slices.Sort(states)
	return append(out, states...)
}

func TestInputOrderNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := month(t)
		other := clone(run)
		for side := range other.Records {
			other.Records[side] = rapid.Permutation(other.Records[side]).Draw(t, "order")
		}
		reconcile(t, run)
		reconcile(t, other)
		a, b := portrait(run), portrait(other)
		if !slices.Equal(a, b) {
			for i := range min(len(a), len(b)) {
				if a[i] != b[i] {
					t.Fatalf("differ:\n%s\n%s", a[i], b[i])
				}
			}
			t.Fatalf("%d and %d lines", len(a), len(b))
		}
	})
}

func TestARerunGivesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := month(t)
		other := clone(run)
		reconcile(t, run)
		reconcile(t, other)
		if !reflect.DeepEqual(run, other) {
			t.Fatal("two runs over the same records differ")
		}
	})
}

// Every record is used at most once in each leg, ends in one status, and no money appears or vanishes.
func TestPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := month(t)
		reconcile(t, run)
		checkExclusive(t, run)
		checkStates(t, run)
		checkConserved(t, run)
		checkBreaks(t, run)
	})
}

func checkExclusive(t *rapid.T, run *tillproof.Run) {
	legs := [2]map[tillproof.RowRef]bool{{}, {}}
	use := func(leg int, ref tillproof.RowRef) {
		if legs[leg][ref] {
			t.Fatalf("%v is used twice", ref)
		}
		legs[leg][ref] = true
	}
	sale := tillproof.RowRef{}
	for _, m := range run.Matches {
		if part := strings.HasPrefix(string(m.Method), "split."); !part || m.Left != sale {
			use(0, m.Left) // the slips of a split sale follow each other
		}
		sale = m.Left
		use(0, m.Right)
		a, b := run.Record(m.Left), run.Record(m.Right)
		sold := book.ClassOf(a.Kind) == book.SaleClass || a.Kind == tillproof.PreAuth
		if sold != (book.ClassOf(b.Kind) == book.SaleClass) ||
			m.Left.Side != tillproof.Terminal ||
			m.Right.Side != tillproof.Acquirer {
			t.Fatalf("%v joins %v and %v", m, a.Kind, b.Kind)
		}
	}
	for _, w := range run.Waterfalls {
		for _, ref := range slices.Concat(w.Rows, w.Deposit) {
			use(1, ref)
		}
	}
	for _, b := range run.Breaks {
		if b.Kind == tillproof.NotSettled || b.Kind == tillproof.NotOnTerminal {
			use(0, b.Records[0])
		}
		if b.Kind == tillproof.UnexpectedCredit || b.Kind == tillproof.UnexpectedDebit {
			use(1, b.Records[0])
		}
	}
}

func checkStates(t *rapid.T, run *tillproof.Run) {
	shown := map[tillproof.RowRef]bool{}
	for _, b := range run.Breaks {
		for _, ref := range b.Records {
			shown[ref] = true
		}
	}
	for side := range run.Records {
		if len(run.States[side]) != len(run.Records[side]) {
			t.Fatalf("side %d: %d states for %d records", side, len(run.States[side]), len(run.Records[side]))
		}
		for i, st := range run.States[side] {
			ref := tillproof.RowRef{Side: tillproof.Side(side), N: int32(i)}
			switch st.Status {
			case tillproof.Open:
				t.Fatalf("%v is open", ref)
			case tillproof.Excluded, tillproof.Timing:
				if st.Reason == "" {
					t.Fatalf("%v has no reason", ref)
				}
			case tillproof.Exception:
				if !shown[ref] {
					t.Fatalf("%v is an exception that no break names", ref)
				}
			}
		}
	}
}

// checkConserved adds up each side again, by currency, from the statuses, and each waterfall from its rows.
func checkConserved(t *rapid.T, run *tillproof.Run) {
	for _, c := range Complete(run) {
		if !c.Holds() {
			t.Fatalf("%s does not hold: %+v", c.Side, c)
		}
		totals := map[tillproof.Currency]int64{}
		for i := range run.Records[c.Side] {
			totals[run.Records[c.Side][i].Amount.Currency()] += run.Records[c.Side][i].Amount.Minor()
		}
		for _, s := range c.Sums {
			if totals[s.Currency] != s.Total {
				t.Fatalf("%s %s: %d, not %d", c.Side, s.Currency, s.Total, totals[s.Currency])
			}
		}
	}
	for _, w := range run.Waterfalls {
		var steps, paid int64
		for _, s := range w.Steps {
			steps += s.Amount.Minor()
		}
		for _, ref := range w.Deposit {
			paid += run.Record(ref).Amount.Minor()
		}
		if steps != w.Net.Minor() || paid != w.Paid.Minor() || w.Residual.Minor() != steps-paid {
			t.Fatalf("waterfall %+v does not add up", w)
		}
		if w.Leg == tillproof.AcquirerBank {
			var net int64
			for _, ref := range w.Rows {
				net += run.Record(ref).Due().Minor()
				if w.Method == "gross_day" {
					net -= run.Record(ref).Fee.Minor()
				}
			}
			if w.Method == "fees_debited" && len(w.Rows) == 0 {
				continue // the rows stand in the deposits that paid them whole
			}
			if net != w.Net.Minor() {
				t.Fatalf("waterfall %+v: rows make %d", w, net)
			}
		}
	}
}

func checkBreaks(t *rapid.T, run *tillproof.Run) {
	seen := map[tillproof.BreakID]bool{}
	for _, b := range run.Breaks {
		if seen[b.ID] {
			t.Fatalf("two breaks have the id %s", b.ID)
		}
		seen[b.ID] = true
		ids := make([]tillproof.RecordID, len(b.Records))
		for i, ref := range b.Records {
			ids[i] = run.Record(ref).ID
		}
		byRecords := tillproof.BreakIDOf(b.Kind, ids) == b.ID
		if b.Leg == tillproof.TerminalAcquirer && !byRecords ||
			b.ID == (tillproof.BreakID{}) || b.Reason.Code == "" || b.Leg == tillproof.NoLeg {
			t.Fatalf("break %+v", b)
		}
	}
}
