package iso8583

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// batches keeps, for each terminal, the transactions of the batch that is open: an upload of the batch
// repeats them, and the settlement holds their sums.
type batches struct {
	of map[tillproof.TerminalID]*batch
}

type batch struct {
	name  string
	trace map[string]bool // the trace numbers of the batch
	sums  [3]sum          // debit transactions, credit transactions, voids
}

// sum is a number of transactions and their amount in minor units.
type sum struct{ n, minor int64 }

// The places of sums.
const (
	debits = iota
	credits
	voids
)

func newBatches() *batches { return &batches{of: map[tillproof.TerminalID]*batch{}} }

// open is the batch of a terminal; another number begins another batch.
func (b *batches) open(id tillproof.TerminalID, name string) *batch {
	at := b.of[id]
	if at == nil || at.name != name {
		at = &batch{name: name, trace: map[string]bool{}}
		b.of[id] = at
	}
	return at
}

// add counts a transaction in its batch. A reversal takes away what it undoes, where that was counted.
func (b *batches) add(r *tillproof.Record, undoesNothing bool) {
	if r.Refs.Batch == "" {
		return
	}
	at := b.open(r.Refs.Terminal, r.Refs.Batch)
	if r.Kind != tillproof.Reversal {
		at.trace[r.Refs.STAN] = true
	}
	if r.Status != tillproof.Posted || undoesNothing {
		return
	}
	minor, place, n := r.Amount.Minor(), debits, int64(1)
	switch r.Kind {
	case tillproof.Refund:
		minor, place = -minor, credits
	case tillproof.Void:
		minor, place = -minor, voids
	case tillproof.Reversal:
		n = -1
	}
	at.sums[place].n += n
	at.sums[place].minor += minor
}

// Element 48 of a settlement has for domestic and again for foreign cards: sum 12 and number 3 of debits, the
// same of credits, and a digit of the host.
const (
	sumDigits    = 12
	numberDigits = 3
	halfDigits   = 2*(sumDigits+numberDigits) + 1
)

// settle holds the totals of a settlement against the transactions. A void may be counted as a credit or be
// taken off the debits: terminals do either, and one of them has to hold.
func (r *reader) settle(m *message) {
	text := m.value[48]
	if m.class() != '5' || len(text) != 2*halfDigits {
		return
	}
	var said [2]sum
	for _, half := range [...]string{text[:halfDigits], text[halfDigits:]} {
		for i := range said {
			part := half[i*(sumDigits+numberDigits):]
			said[i].minor += number(part[:sumDigits])
			said[i].n += number(part[sumDigits : sumDigits+numberDigits])
		}
	}
	at := r.batches.open(tillproof.TerminalID(r.ref(m.value[41])), batchOf(m))
	apart := [2]sum{at.sums[debits], at.sums[credits].plus(at.sums[voids], 1)}
	off := [2]sum{at.sums[debits].plus(at.sums[voids], -1), at.sums[credits]}
	if said == apart || said == off {
		return
	}
	c, _ := tillproof.CurrencyByNumber(m.value[49])
	p := tillproof.Params{"field": "DE48", "batch": at.name, "terminal": r.ref(m.value[41])}
	for i, name := range [...]string{"debit", "credit"} {
		p[name+"_said"] = tillproof.NewMoney(said[i].minor, c).Param()
		p[name+"_n"] = strconv.FormatInt(said[i].n, 10)
		p[name+"_sum"] = tillproof.NewMoney(apart[i].minor, c).Param()
		p[name+"_found"] = strconv.FormatInt(apart[i].n, 10)
	}
	r.issues = append(r.issues, issueAt("format.iso8583.settlement", m, p))
}

func (s sum) plus(o sum, sign int64) sum { return sum{s.n + sign*o.n, s.minor + sign*o.minor} }

// number is a run of digits; elements of digits hold nothing else.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// batchOf is the batch number in element 60.
func batchOf(m *message) string {
	if b := m.value[60]; len(b) >= typeDigits+batchDigits {
		return b[typeDigits : typeDigits+batchDigits]
	}
	return ""
}

// has reports an uploaded transaction that the log has shown already: it is not a second one.
func (b *batches) has(x *exchange) bool {
	at := b.of[tillproof.TerminalID(x.value(41))]
	return at != nil && at.name == batchOf(x.first()) && at.trace[x.value(11)]
}
