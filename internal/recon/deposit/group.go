package deposit

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// groupKey says which rows of the ledger are paid together.
type groupKey struct {
	merchant tillproof.MerchantID
	cur      tillproof.Currency
	payout   string
	// day is the pay day, the settlement day where pay days are assumed, NoDate where the payout has a name.
	day tillproof.Date
	// apart names the bank lines that a person has ruled out for its rows; they are no part of the group
	// where they would be.
	apart string
}

// group is what should come as one deposit.
type group struct {
	groupKey
	expected tillproof.Date
	from, to tillproof.Date // settlement days of its rows
	first, n int32          // its rows in engine.rows
	net      int64
	seq      int32 // among the merchant's groups of the currency
	done     bool  // settled, or refused
	rest     bool  // rows that the deposit of their group lacks
}

func (e *engine) groupRows(g int32) []int32 {
	return e.rows[e.groups[g].first : e.groups[g].first+e.groups[g].n]
}

// assumedDays is the settlement that is assumed where the policy names none: the next banking day is the
// contract of most merchants.
const assumedDays = 1

// chooseLedger decides what the bank is compared with: the report, else the terminal log with the agreed fee.
func (e *engine) chooseLedger() bool {
	switch {
	case !e.Has(tillproof.Bank):
		return false
	case e.Has(tillproof.Acquirer):
		e.ledger, e.Leg = tillproof.Acquirer, tillproof.AcquirerBank
	case !e.Has(tillproof.Terminal):
		return false
	case len(e.Policy.Tariff) == 0:
		e.Warn("match.warning.net_unknown", nil)
		return false
	default:
		e.ledger, e.Leg = tillproof.Terminal, tillproof.TerminalBank
	}
	return true
}

// computeDue writes what is paid for each row of the ledger.
func (e *engine) computeDue() error {
	v := &e.Views[e.ledger]
	e.due, e.fee = make([]int64, len(v.Lines)), make([]int64, len(v.Lines))
	var total int64
	for rank := range v.Lines {
		r := v.Rec(int32(rank))
		if e.ledger == tillproof.Acquirer {
			e.due[rank], e.fee[rank] = r.Due().Minor(), r.Fee.Minor()
			continue
		}
		tariff, ok := e.Policy.TariffFor(r.Card.Kind)
		if !ok {
			continue // left out by payable
		}
		fee, err := tariff.Fee(v.Lines[rank].Amount)
		if err != nil {
			return book.TariffError(r.Card.Kind, err)
		}
		e.fee[rank] = -fee
		e.due[rank] = v.Lines[rank].Amount - fee
		if total, err = tillproof.AddMinor(total, max(fee, -fee)); err != nil || total > book.MaxSum {
			return book.TariffError(r.Card.Kind, tillproof.ErrOverflow)
		}
	}
	return nil
}

// payable reports whether the row is part of a deposit that the steps look for.
func (e *engine) payable(rank int32) bool { return !e.Decided.Barred[rank] && e.movesMoney(rank) }

// movesMoney reports whether the row is part of any deposit.
func (e *engine) movesMoney(rank int32) bool {
	v := &e.Views[e.ledger]
	r := v.Rec(rank)
	switch {
	case e.ledger == tillproof.Acquirer:
		return book.ExcludedStatus[r.Status] == "" && r.Status != tillproof.UnknownOutcome &&
			r.Kind != tillproof.PreAuth
	case v.Lines[rank].Class == book.NoClass || r.Status != tillproof.Posted:
		return false
	}
	_, agreed := e.Policy.TariffFor(r.Card.Kind)
	return agreed
}

// leaveUnpayable gives a reason to terminal rows that no deposit can be computed for.
func (e *engine) leaveUnpayable() {
	if e.ledger != tillproof.Terminal {
		return
	}
	v := &e.Views[tillproof.Terminal]
	unknown := 0
	for rank := range v.Lines {
		row := int32(rank)
		switch {
		case v.Lines[rank].Class == book.NoClass || e.movesMoney(row):
		case v.Rec(row).Status == tillproof.UnknownOutcome:
			e.BreakUnknown(row)
		default:
			unknown++
			e.Exclude(tillproof.Terminal, row, "match.excluded.net_unknown")
		}
	}
	if unknown > 0 {
		e.Warn("match.warning.rate_missing", tillproof.Params{"n": book.Count(unknown)})
	}
}

// summaries lists the payout rows that only sum up other rows of the report. They are rows of their own only
// in a report that has no others of the merchant.
func (e *engine) summaries() map[tillproof.MerchantID]bool {
	v := &e.Views[e.ledger]
	detailed := map[tillproof.MerchantID]bool{}
	for rank := range v.Lines {
		if r := v.Rec(int32(rank)); r.Kind != tillproof.Payout && e.movesMoney(int32(rank)) {
			detailed[e.merchantOf(int32(rank))] = true
		}
	}
	return detailed
}

// keyOf is the group of a row and the day on which it is due.
func (e *engine) keyOf(rank int32) (groupKey, tillproof.Date) {
	v := &e.Views[e.ledger]
	l, r := &v.Lines[rank], v.Rec(rank)
	expected := r.ValueDate
	if e.ledger == tillproof.Terminal || !expected.Known() {
		expected = e.payDay(l.Day)
		if r.Kind == tillproof.Payout {
			expected = l.Day // an announced payout names its own day
		}
	}
	k := groupKey{
		merchant: e.merchantOf(rank), cur: l.Cur, payout: r.Refs.Payout, day: expected,
		apart: e.Decided.Apart[rank],
	}
	switch {
	case k.payout != "":
		k.day = tillproof.NoDate
	case e.assumed && !e.together:
		k.day = l.Day // which days are paid together is not known: runs of days are tried instead
	}
	return k, expected
}

func (e *engine) payDay(settle tillproof.Date) tillproof.Date {
	day, ok := e.payDays[settle]
	if !ok {
		day = e.Policy.PayDay(settle)
		e.payDays[settle] = day
	}
	return day
}

// buildGroups sorts the rows of the ledger into groups. Groups stand by expected day, merchant, currency and
// payout; the rows of each stand in the total order.
func (e *engine) buildGroups() {
	v := &e.Views[e.ledger]
	detailed := e.summaries()
	index := map[groupKey]int32{}
	of := make([]int32, len(v.Lines))
	e.groups = nil
	for rank := range v.Lines {
		of[rank] = book.Alone
		row := int32(rank)
		if !e.payable(row) {
			continue
		}
		if r := v.Rec(row); r.Kind == tillproof.Payout && detailed[e.merchantOf(row)] {
			continue
		}
		key, expected := e.keyOf(row)
		g, ok := index[key]
		if !ok {
			g = int32(len(e.groups))
			index[key] = g
			e.groups = append(e.groups, group{
				groupKey: key, expected: expected, from: v.Lines[rank].Day, to: v.Lines[rank].Day,
			})
		}
		of[rank] = g
		at := &e.groups[g]
		at.n++
		at.net += e.due[rank]
		at.expected = max(at.expected, expected)
		at.from, at.to = min(at.from, v.Lines[rank].Day), max(at.to, v.Lines[rank].Day)
	}
	e.placeGroups(of)
}

func (e *engine) placeGroups(of []int32) {
	order := make([]int32, len(e.groups))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int { return compareGroups(&e.groups[i], &e.groups[j]) })
	sorted := make([]group, len(order))
	place := make([]int32, len(order))
	next := make([]int32, len(order))
	at := int32(0)
	seq := map[groupKey]int32{}
	for i, g := range order {
		sorted[i] = e.groups[g]
		owner := groupKey{merchant: sorted[i].merchant, cur: sorted[i].cur}
		sorted[i].seq = seq[owner]
		seq[owner]++
		sorted[i].first = at
		next[i] = at
		at += sorted[i].n
		place[g] = int32(i)
	}
	e.groups = sorted
	e.rows = make([]int32, at)
	for rank, g := range of {
		if g != book.Alone {
			i := place[g]
			e.rows[next[i]] = int32(rank)
			next[i]++
		}
	}
}

func compareGroups(a, b *group) int {
	return cmp.Or(
		cmp.Compare(a.expected, b.expected), cmp.Compare(a.merchant, b.merchant),
		slices.Compare(a.cur[:], b.cur[:]), cmp.Compare(a.payout, b.payout), cmp.Compare(a.day, b.day),
		cmp.Compare(a.apart, b.apart),
	)
}
