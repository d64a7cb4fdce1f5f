package profile

import (
	"fmt"
	"strings"

	"github.com/tillproof/tillproof"
)

// walletYAML is what the bills of wallets and of the acquirers behind them need beside their columns.
type walletYAML struct {
	SummaryOnly bool              `yaml:"summary_only"`   // sums per shop, no transactions: named and refused
	Several     []string          `yaml:"several"`        // fields with several columns: the first filled counts
	ZeroIsNone  []string          `yaml:"zero_is_none"`   // references that write 0 for nothing
	Changing    []string          `yaml:"changing"`       // what a later export of the same line may show otherwise
	CellsBegin  string            `yaml:"cells_begin"`    // the mark before each cell: a comma without it is text
	Told        []string          `yaml:"told"`           // headers of amounts that the narrative repeats
	RefundNote  *refundNoteYAML   `yaml:"refund_note"`    // a refund told in the cell of the sale
	Stated      []statedYAML      `yaml:"stated"`         // lines that state counts and sums of the rows
	Summary     map[string]string `yaml:"stated_columns"` // the columns of a table of totals below the rows
}

// refundNoteYAML is how a cell tells of a refund: 131.77(已退款89.84), 已全额退款.
type refundNoteYAML struct {
	In    string `yaml:"in"`    // the field whose cell holds it: amount, status
	Part  string `yaml:"part"`  // the word before the amount that was paid back
	Whole string `yaml:"whole"` // the word where all of it was
}

// wallet is the same, checked.
type wallet struct {
	summaryOnly  bool
	filled       [numFields]bool // fields that take the first filled of their columns
	zero         [numFields]bool
	changing     [numFields]bool
	several      [numFields]bool
	told         map[string]bool
	tick         string
	note         Field
	part, whole  string
	lines        []statedLine
	summary      map[string]measure
	statesTotals bool
}

func newWallet(y walletYAML) (w wallet, err error) {
	w.summaryOnly, w.told, w.tick = y.SummaryOnly, wordSet(y.Told), y.CellsBegin
	for _, list := range [...]struct {
		key   string
		names []string
		to    []*[numFields]bool
	}{
		{"several", y.Several, []*[numFields]bool{&w.several, &w.filled}},
		{"zero_is_none", y.ZeroIsNone, []*[numFields]bool{&w.zero, &w.filled}},
		{"changing", y.Changing, []*[numFields]bool{&w.changing}},
	} {
		fields, err := fieldList(list.key, list.names)
		if err != nil {
			return w, err
		}
		for _, f := range fields {
			for _, to := range list.to {
				to[f] = true
			}
		}
	}
	if n := y.RefundNote; n != nil {
		in := map[string]Field{"amount": Amount, "status": Status}
		if w.note, err = pick(in, "refund note", n.In); err != nil {
			return w, err
		}
		if n.Part == "" || n.Whole == "" {
			return w, fmt.Errorf("a refund note needs its words")
		}
		w.part, w.whole = n.Part, n.Whole
	}
	err = w.setStated(y)
	return w, err
}

// firstFilled is the cell of the first filled column of a field.
func (t *table) firstFilled(f Field, at []int) string {
	for _, i := range at {
		if i >= len(t.row.Cells) {
			break
		}
		c := t.row.Cells[i]
		if c == "" || c == "0" && t.lay.wallet.zero[f] {
			continue
		}
		return c
	}
	return ""
}

// isNeutral reports a row that the file shows and does not count: 不计收支, 中性交易. It is read once a row.
func (t *table) isNeutral() bool { return t.neutral }

func (t *table) readNeutral() {
	t.neutral = len(t.lay.words.neutral) > 0 && t.lay.has(Flag) && t.lay.words.neutral[normal(t.cell(Flag))]
}

// setWalletStatus gives neutral rows their status, and those whose type says it too: a refund under way, one
// that failed.
func (t *table) setWalletStatus(r *tillproof.Record) {
	if t.lay.Side == tillproof.Bank && !r.BookingDate.Known() && r.Time.Known() {
		r.BookingDate = r.Time.Date() // an account that books at once
	}
	if t.isNeutral() {
		r.Status = tillproof.Neutral
		return
	}
	if s, ok := t.lay.words.typeStates[t.normal(t.cell(Type))]; ok && r.Status == tillproof.Posted {
		r.Status = s
	}
}

// setPromise makes a pre-authorisation neutral, and what takes it back: it blocks an amount, and only its
// completion moves money. A plain void is one of a pre-authorisation where it names one of the rows above.
func (t *table) setPromise(r *tillproof.Record) {
	promise := r.Kind == tillproof.PreAuth
	if promise && r.Refs.RRN != "" {
		if t.promises == nil {
			t.promises = map[string]bool{}
		}
		t.promises[r.Refs.RRN] = true
	}
	back := r.Kind == tillproof.Void || r.Kind == tillproof.Reversal
	if r.Status == tillproof.Posted && (promise || back && t.promises[r.Refs.Original]) {
		r.Status = tillproof.Neutral
	}
}

// isPromise reports a row whose type alone says that it moves nothing.
func (t *table) isPromise() bool {
	return t.lay.Side != tillproof.Bank && t.lay.words.typeStates[t.normal(t.cell(Type))] == tillproof.Neutral
}

// setRefundRefs: a refund bears its own numbers, and the sale's order is what it undoes.
func (t *table) setRefundRefs(r *tillproof.Record) {
	if !goesOut(r.Kind) || !t.lay.has(RefundOrder) && !t.lay.has(RefundRef) {
		return
	}
	if own := t.id(RefundOrder); own != "" {
		if r.Refs.Original == "" {
			r.Refs.Original = r.Refs.Order
		}
		r.Refs.Order = own
	}
	if own := t.id(RefundRef); own != "" {
		r.Refs.RRN = own
	}
}

// byKindColumns: a bill has one column for what was paid and one for what was paid back.
func (t *table) byKindColumns(out *amounts, m *moneys, kind tillproof.RecordKind) *amountFault {
	if !goesOut(kind) {
		x := m.value[Credit]
		switch {
		case x == nil:
			return &amountFault{CodeAmountMissing, Credit}
		case x.Unscaled < 0:
			return &amountFault{CodeAmountSign, Credit}
		}
		out.amount = x
		if back := m.value[Debit]; back != nil && back.Unscaled != 0 {
			t.noteOnce(CodeRefundOnSale, Debit, t.cell(Debit))
		}
		return nil
	}
	x := m.value[Debit]
	if x == nil {
		return &amountFault{CodeAmountMissing, Debit}
	}
	if x.Unscaled > 0 {
		x = negated(x)
	}
	out.amount = x
	return nil
}

// followType gives net and fee of a refund the side of its amount, where the report writes all three without
// sign.
func (a *amounts) followType() {
	if a.amount == nil || a.net == nil || a.amount.Unscaled >= 0 || a.net.Unscaled <= 0 {
		return
	}
	a.net = negated(a.net)
	if a.fee != nil && !a.agrees(a.amount, a.fee) && a.agrees(a.amount, negated(a.fee)) {
		a.fee = negated(a.fee)
	}
}

// splitRefundNote takes what a cell says of a refund off its amount or status. The record keeps the words; a
// later export of the same line may say more, so they are no part of its identity.
func (t *table) splitRefundNote() {
	t.note, t.refunded = "", nil
	w := &t.lay.wallet
	if w.note == NoField || !t.lay.has(w.note) {
		return
	}
	at := t.lay.at[w.note][0]
	if at >= len(t.row.Cells) {
		return
	}
	cell := t.row.Cells[at]
	i := strings.Index(cell, w.part)
	if j := strings.Index(cell, w.whole); j >= 0 {
		i = j
	}
	if i < 0 {
		return
	}
	t.note = outside(cell[i:])
	if w.note == Amount {
		t.row.Cells[at] = strings.TrimRight(cell[:i], "(（ \t")
		return
	}
	t.row.Cells[at] = w.part // one word for the list of statuses
}

// readRefunded reads the amount of such a note; the row stands where it cannot be read.
func (t *table) readRefunded(m *moneys) {
	if x := m.value[Refunded]; x != nil {
		t.refunded = x
	}
	if t.note == "" {
		return
	}
	if strings.HasPrefix(t.note, t.lay.wallet.whole) {
		t.refunded = m.value[Amount]
		return
	}
	text := strings.Trim(strings.TrimPrefix(t.note, t.lay.wallet.part), "()（） ")
	a, code := t.readAmount(text, false, m.currency)
	if code != "" {
		t.noteOnce(CodeRefundNote, t.lay.wallet.note, t.note)
		return
	}
	t.refunded = &a.Value
}

// tellAmounts keeps with the record the amounts that have no field of it: what was paid back later, coupons
// and discounts that lie between the order and what the merchant gets.
func (t *table) tellAmounts(r *tillproof.Record) {
	t.checkFeeSign(r)
	text := r.Narrative
	if t.note != "" {
		text += " " + masked(t.note)
	}
	for _, c := range t.toldColumns() {
		if c.at < len(t.row.Cells) && !isZeroText(t.row.Cells[c.at]) {
			text += " " + c.name + " " + masked(t.row.Cells[c.at])
		}
	}
	r.Narrative = strings.TrimSpace(text)
}

// toldColumn is a column whose amounts the narrative repeats, with its name.
type toldColumn struct {
	at   int
	name string
}

func (t *table) toldColumns() []toldColumn {
	if len(t.lay.wallet.told) == 0 || t.tells != nil {
		return t.tells
	}
	t.tells = []toldColumn{}
	for i, h := range t.lay.header {
		if c := newHeaderCell(h); t.lay.wallet.told[c.name] || t.lay.wallet.told[c.bare] {
			t.tells = append(t.tells, toldColumn{i, c.bare})
		}
	}
	return t.tells
}

// checkFeeSign notes fees of sales that bring money: the file writes fees with the other sign, or it is no
// fee.
func (t *table) checkFeeSign(r *tillproof.Record) {
	shape := t.shape()
	if (shape == byType || shape == byKinds) && r.Kind == tillproof.Sale && r.Fee.Minor() > 0 {
		t.noteOnce(CodeFeeSign, Fee, t.cell(Fee))
	}
}
