package profile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// rulesYAML is what the reports of payment providers and tills need beside their columns.
type rulesYAML struct {
	Totals      string `yaml:"totals"`          // the column that such a file's own totals sum: net, total
	Kind        string `yaml:"kind"`            // of rows that name no type
	OtherKind   string `yaml:"other_kind"`      // of a type that no list knows: the amount says what it moves
	Turned      string `yaml:"turned"`          // of a sale that takes money, of a refund that brings some
	OtherTender string `yaml:"other_tender"`    // status of rows paid by a means that no list knows
	Goods       bool   `yaml:"goods"`           // rows are goods, not payments
	Inside      bool   `yaml:"refunds_inside"`  // a refund is told in the row of its sale only
	Mods        bool   `yaml:"modifications"`   // column original is what undoes, rrn what is undone
	ByOrder     bool   `yaml:"refund_by_order"` // a refund bears the order of its sale
	Pending     string `yaml:"pending"`         // balance: a pending row counts where its balance counts it
	Payouts     string `yaml:"payouts"`         // zero: the rows of a payout and the payout make nothing; row
	Prefix      string `yaml:"payout_prefix"`   // how the bank writes payout numbers
	GrossIn     bool   `yaml:"gross_stands_in"` // without a column amount, gross_credit and its currency are it
	KindSigns   bool   `yaml:"kind_signs"`      // a row whose sign contradicts its type is not read
	Names       string `yaml:"merchant_after"`  // the text of a narrative behind which the merchant stands

	RefundSigns string `yaml:"refund_signs"` // open: refunds may lack their minus, the rows show it

	Disputed []string `yaml:"disputed"` // words of the status that tell of a dispute inside the row of the sale
	SumOf    []string `yaml:"sum_of"`   // headers of the columns that make the amount
	SumLess  []string `yaml:"sum_less"` // those of them that may be written positive and taken off
	Marks    []struct {
		Column string              `yaml:"column"` // a header beside the status
		Means  map[string][]string `yaml:"means"`  // a status → the words that say it; * is any
	} `yaml:"marks"`
}

// rules are the same, checked.
type rules struct {
	totals  Field
	kind    tillproof.RecordKind
	other   tillproof.RecordKind
	turned  tillproof.RecordKind
	tender  tillproof.RecordStatus
	goods   bool
	inside  bool
	mods    bool
	byOrder bool
	pending bool
	payouts payoutRule
	prefix  string

	grossIn   bool
	kindSigns bool

	openRefunds bool
	names       string
	disputed    map[string]bool
	sumOf       map[string]bool
	sumLess     map[string]bool
	marks       map[string]map[string]tillproof.RecordStatus // header → word → status
}

func newRules(y rulesYAML) (r rules, err error) {
	r.goods, r.inside, r.prefix = y.Goods, y.Inside, y.Prefix
	r.mods, r.byOrder = y.Mods, y.ByOrder
	r.grossIn, r.kindSigns, r.names = y.GrossIn, y.KindSigns, y.Names
	r.disputed, r.sumOf, r.sumLess = wordSet(y.Disputed), wordSet(y.SumOf), wordSet(y.SumLess)
	if err = r.setMarks(y); err != nil {
		return r, err
	}
	fields := map[string]Field{"": NoField, "net": Net, "total": Total}
	if r.totals, err = pick(fields, "totals", y.Totals); err != nil {
		return r, err
	}
	if r.pending, err = pick(map[string]bool{"": false, "balance": true}, "pending", y.Pending); err != nil {
		return r, err
	}
	if r.tender, err = pick(tenderNames, "other_tender", y.OtherTender); err != nil {
		return r, err
	}
	if r.payouts, err = pick(payoutRules, "payouts", y.Payouts); err != nil {
		return r, err
	}
	signs := map[string]bool{"": false, "open": true}
	if r.openRefunds, err = pick(signs, "refund_signs", y.RefundSigns); err != nil {
		return r, err
	}
	for _, k := range [...]struct {
		to   *tillproof.RecordKind
		name string
	}{{&r.kind, y.Kind}, {&r.other, y.OtherKind}, {&r.turned, y.Turned}} {
		if *k.to, err = parseKind(k.name); err != nil {
			return r, err
		}
	}
	return r, nil
}

var tenderNames = map[string]tillproof.RecordStatus{"": tillproof.Posted, "neutral": tillproof.Neutral}

func parseKind(s string) (tillproof.RecordKind, error) {
	k, ok := tillproof.ParseRecordKind(s)
	if !ok && s != "" {
		return k, fmt.Errorf("kind %q is not known", s)
	}
	return k, nil
}

// kindOf is what a type word means. A layout may say what rows without a word are, and what rows of a word
// that no list knows are, where the sign of the amount tells the rest; such words are noted.
func (t *table) kindOf(word string) (tillproof.RecordKind, bool) {
	if k, ok := t.lay.words.kinds[t.normal(word)]; ok {
		return k, true
	}
	r := &t.lay.rules
	switch {
	case word == "":
		return r.kind, r.kind != tillproof.NoKind
	case r.other != tillproof.NoKind:
		t.noteOnce(CodeKindOther, Type, word)
		return r.other, true
	}
	return tillproof.NoKind, false
}

// turn renames a row whose money goes against its type: a reserve that brings money is released, who pays a
// website is its customer there, and a refund that comes in is one of a purchase.
func (t *table) turn(r *tillproof.Record) {
	if r.Kind == tillproof.Reserve && r.Amount.Minor() > 0 {
		r.Kind = tillproof.ReserveRelease
	}
	k := t.lay.rules.turned
	if k == tillproof.NoKind {
		return
	}
	sale := r.Kind == tillproof.Sale && r.Amount.Minor() < 0
	refund := r.Kind == tillproof.Refund && r.Amount.Minor() > 0
	if sale || refund {
		r.Kind = k
	}
}

// setMeans gives rows that move no money on this chain their status: goods, cash and vouchers, a payment from
// another account. A row of several means is left as it is and noted, for the file does not say how much each
// paid.
func (t *table) setMeans(r *tillproof.Record, a *amounts) {
	if r.Status != tillproof.Posted {
		return
	}
	defer func() { a.aside = r.Status == tillproof.Neutral && t.lay.Side != tillproof.Bank }()
	if t.lay.rules.goods {
		t.noteOnce(CodeGoods, NoField, "")
		r.Status = tillproof.Neutral
		return
	}
	if total := a.total; total != nil && r.Amount.IsZero() && total.Unscaled != 0 {
		r.Status = tillproof.Neutral // paid in full by other means
		return
	}
	cell := t.cell(Tender)
	if cell == "" {
		return
	}
	var seen []tillproof.RecordStatus
	for _, word := range strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ';' }) {
		s, ok := t.lay.words.tenders[normal(word)]
		if !ok {
			s = t.lay.rules.tender
		}
		if !slices.Contains(seen, s) {
			seen = append(seen, s)
		}
	}
	switch len(seen) {
	case 0:
	case 1:
		r.Status = seen[0]
	default:
		t.noteOnce(CodeTenderSplit, Tender, cell)
	}
}

// setPending counts a pending row whose own balance counts it: money that is on its way to the bank has left,
// a cheque that is not paid yet has not come. It answers false where the balances do not tell, as in a file
// whose newest row stands first.
func (t *table) setPending(r *tillproof.Record, a amounts) bool {
	s := r.Status
	if t.style.pending && s == tillproof.Pending || t.style.cancelled && s == tillproof.Cancelled {
		r.Status = tillproof.Posted
		return true
	}
	if !t.lay.rules.pending || r.Status != tillproof.Pending || t.cell(Balance) == "" {
		return true
	}
	b, code := t.readAmount(t.cell(Balance), t.isNumber(Balance), a.currency)
	before, known := t.chain.balanceOf(r.Refs.Account, a.currency)
	if code != "" || !known {
		return false
	}
	if after, err := before.Add(*t.moves(a)); err == nil && after.Same(b.Value) {
		r.Status = tillproof.Posted
		return true
	}
	return before.Same(b.Value)
}

// balanceOf is the balance of an account before the current row, where the rows above show it.
func (c *chain) balanceOf(name string, cur tillproof.Currency) (tillproof.Exact, bool) {
	for _, a := range c.accounts {
		if a.name == name && a.currency == cur && a.open {
			x, err := a.balance.Add(a.between)
			return x, err == nil
		}
	}
	return tillproof.Exact{}, false
}

// moves is what the row adds to the balance or the payout that the report explains.
func (t *table) moves(a amounts) *tillproof.Exact {
	netted := t.shape() == bySides && (t.lay.has(GrossDebit) || t.lay.has(GrossCredit))
	switch {
	case a.net != nil && (netted || t.lay.rules.totals == Net):
		return a.net // such a report balances its net columns
	case a.total != nil && t.lay.rules.totals == Total:
		return a.total
	}
	return a.amount
}

// onAccount is the row as it stands on the account whose balance the table runs: what moves nothing there
// counts nothing, and what the provider keeps is gone.
func (t *table) onAccount(r *tillproof.Record, a amounts) *tillproof.Record {
	y := &t.lay.rules
	if y.totals == NoField && r.Status == tillproof.Posted {
		return r
	}
	var x tillproof.Exact
	if r.Status == tillproof.Posted {
		x = *t.moves(a)
	}
	moved := *r
	if m, err := x.Money(r.Amount.Currency()); err == nil {
		moved.Amount = m
	}
	return &moved
}

// tidyRefs writes payout numbers as the bank does, and takes away a reference of a row to itself. Where a
// provider names a refund by the sale's number and a number of its own, the first is what it undoes.
func (t *table) tidyRefs(r *tillproof.Record) {
	if p := t.lay.rules.prefix; p != "" && r.Refs.Payout != "" && !strings.HasPrefix(r.Refs.Payout, p) {
		r.Refs.Payout = p + r.Refs.Payout
	}
	y, back := &t.lay.rules, undoes(r.Kind)
	switch {
	case y.mods && back && r.Refs.Original != "":
		r.Refs.RRN, r.Refs.Original = r.Refs.Original, r.Refs.RRN
	case y.byOrder && back && r.Refs.Original == "":
		r.Refs.Original = r.Refs.Order
	case y.mods, !back && r.Refs.Original == r.Refs.RRN:
		r.Refs.Original = ""
	}
}

// undoes reports a kind that takes a sale back, or takes that back.
func undoes(kind tillproof.RecordKind) bool {
	switch kind {
	case tillproof.Refund, tillproof.Void, tillproof.Reversal, tillproof.Chargeback,
		tillproof.ChargebackReversal:
		return true
	}
	return false
}

// noteRefund says that a row tells of a refund inside it, which has no day of its own and is no record.
func (t *table) noteRefund(m *moneys) {
	if x := m.value[Refunded]; t.lay.rules.inside && x != nil && x.Unscaled != 0 {
		t.noteOnce(CodeRefundInside, Refunded, t.cell(Refunded))
	}
}

// movedLine finishes a line with what it moves.
func (t *table) movedLine(r *tillproof.Record, a amounts) format.Line {
	t.payouts.add(t, r, a)
	t.ends.add(r)
	line := format.Line{Record: *r, Key: t.keyOf(r)}
	if m := t.moves(a); a.aside || m != a.amount && r.Status != tillproof.Neutral {
		line.Moves = m
	}
	return line
}

// feeOfParts takes the fee of a row whose gross is in another currency from the columns that make it, where
// the report fills them: commission, markup, scheme fees and interchange are in the currency of the net.
func (t *table) feeOfParts(out *amounts) *amountFault {
	sum, fault := t.sumOf(t.lay.at[FeePart], out.currency)
	if fault != nil {
		return fault
	}
	if sum == nil {
		return nil
	}
	gross, err := exactAdd(*out.net, *sum)
	if err != nil {
		return &amountFault{CodeAmountRange, FeePart}
	}
	if _, err := gross.Money(out.currency); err != nil {
		return nil // parts of a cent: the report does not say how it rounds
	}
	out.amount, out.fee = &gross, negated(sum)
	return nil
}
