package synth

import "github.com/tillproof/tillproof/internal/synth/dice"

// FactKind names something that synth plants and the key answers for.
type FactKind string

// The facts. The first nine are wrong, the next three are innocent and must not be called a loss; these
// twelve are the demo's. The rest are for other seeds.
const (
	OddNight         FactKind = "odd_night"              // swipes between two and four at night
	SettledTwice     FactKind = "settled_twice"          // one sale, two lines of the report, both paid
	NeverSettled     FactKind = "never_settled"          // approved on the terminal, not in the report
	NoTerminalRecord FactKind = "no_terminal_record"     // in the report, not on the terminal
	AmountMismatch   FactKind = "amount_mismatch"        // the report shows another amount
	FeeCreep         FactKind = "fee_creep"              // the rate of credit cards rises from a certain day
	RefundNoSale     FactKind = "refund_without_sale"    // a refund of a sale that is not there
	DepositShort     FactKind = "deposit_short"          // credited with less
	DepositMissing   FactKind = "deposit_missing"        // never credited
	HolidayLate      FactKind = "holiday_late"           // later because banks were closed: innocent
	Timeout          FactKind = "timeout"                // answered 68, 91, 96 or 98: outcome unknown
	IdenticalPair    FactKind = "identical_pair"         // two genuine sales of one card and amount: innocent
	DepositOver      FactKind = "deposit_over"           // credited with more
	DepositLate      FactKind = "deposit_late"           // credited after its day, no holiday between
	UnknownTerminal  FactKind = "unknown_terminal"       // sales on a terminal that the policy does not list
	BatchNotClosed   FactKind = "batch_not_closed"       // a whole batch is missing from the report
	DeclinesApproval FactKind = "declines_then_approval" // three or more declines of a card, then an approval
	VoidSettled      FactKind = "void_settled"           // voided on the terminal, settled all the same
	CardTesting      FactKind = "card_testing"           // many cards in a few minutes, most of them refused
	StolenCard       FactKind = "alert_then_approval"    // refused as lost or stolen, approved later
	RefundElsewhere  FactKind = "refund_to_other_card"   // a refund to another card than paid
	CashOut          FactKind = "cash_out"               // large round sums of one card on one day
)

// DemoFacts lists the twelve of the demo, in the order of the story.
var DemoFacts = [...]FactKind{
	OddNight, SettledTwice, NeverSettled, NoTerminalRecord, AmountMismatch, FeeCreep, RefundNoSale,
	DepositShort, DepositMissing, HolidayLate, Timeout, IdenticalPair,
}

// FactKinds lists all facts.
var FactKinds = [...]FactKind{
	OddNight, SettledTwice, NeverSettled, NoTerminalRecord, AmountMismatch, FeeCreep, RefundNoSale,
	DepositShort, DepositMissing, HolidayLate, Timeout, IdenticalPair, DepositOver, DepositLate,
	UnknownTerminal, BatchNotClosed, DeclinesApproval, VoidSettled, CardTesting, StolenCard,
	RefundElsewhere, CashOut,
}

// rowFacts are planted in single transactions of one settlement day.
var rowFacts = [...]FactKind{
	OddNight, SettledTwice, NeverSettled, NoTerminalRecord, AmountMismatch, RefundNoSale, Timeout,
	IdenticalPair, UnknownTerminal, BatchNotClosed, DeclinesApproval, VoidSettled, CardTesting,
	StolenCard, RefundElsewhere, CashOut,
}

// depositFacts are planted in the deposit of one pay day. DepositLate stands first because it needs the most
// room.
var depositFacts = [...]FactKind{DepositLate, DepositShort, DepositMissing, DepositOver}

func knownFact(k FactKind) bool {
	for _, f := range FactKinds {
		if f == k {
			return true
		}
	}
	return false
}

func has(list []FactKind, k FactKind) bool {
	for _, f := range list {
		if f == k {
			return true
		}
	}
	return false
}

// blockOf is how many neighbouring merchants share one set of facts: each fact of the run is planted once in
// every block, so that big runs have many and small runs have each at least once.
const blockOf = 5

// factsOf are the facts that one merchant carries.
func (r *run) factsOf(merchant int) []FactKind {
	block := merchant / blockOf
	size := min(blockOf, r.o.Merchants-block*blockOf)
	var mine []FactKind
	for i, k := range FactKinds {
		at := dice.New(r.o.Seed, streamFacts, uint64(block), uint64(i)).Below(size)
		if has(r.o.Facts, k) && block*blockOf+at == merchant {
			mine = append(mine, k)
		}
	}
	return mine
}

// chooseFacts is the seed's own subset: as many as the period has room for.
func (r *run) chooseFacts() []FactKind {
	rnd := dice.New(r.o.Seed, streamChoice)
	var rows []FactKind
	for _, k := range rowFacts {
		if r.fits([]FactKind{k}) {
			rows = append(rows, k)
		}
	}
	if r.creepFits() {
		rows = append(rows, FeeCreep)
	}
	dice.Shuffle(rnd, rows)
	deposits := append([]FactKind(nil), depositFacts[:]...)
	dice.Shuffle(rnd, deposits)
	want := min(len(rows), rnd.Between(4, 5+r.o.Days/4))
	chosen := rows[:want]
	room := len(r.depositRoom())
	for i := 0; i < min(len(deposits), (room+1)/3); i++ {
		if try := append(chosen[:len(chosen):len(chosen)], deposits[i]); r.fits(try) {
			chosen = try
		}
	}
	for !r.fits(chosen) && len(chosen) > 0 {
		chosen = chosen[:len(chosen)-1]
	}
	return chosen
}
