package tillproof_test

import (
	"testing"

	"github.com/tillproof/tillproof"
)

// whole is a side of ten records in two currencies whose proof adds up.
func whole() tillproof.Completeness {
	c := tillproof.Completeness{Side: tillproof.Terminal, Records: 10}
	c.Counts = [...]int{
		tillproof.Open: 0, tillproof.Excluded: 2, tillproof.Matched: 5, tillproof.Timing: 1,
		tillproof.Exception: 2,
	}
	cny := tillproof.CompletenessSum{Currency: tillproof.CNY, Total: 1_000}
	cny.ByStatus = [...]int64{
		tillproof.Open: 0, tillproof.Excluded: -50, tillproof.Matched: 900,
		tillproof.Timing: 100, tillproof.Exception: 50,
	}
	jpy := tillproof.CompletenessSum{Currency: tillproof.Currency{'J', 'P', 'Y'}, Total: -7}
	jpy.ByStatus[tillproof.Exception] = -7
	c.Sums = []tillproof.CompletenessSum{cny, jpy}
	return c
}

func TestCompletenessHolds(t *testing.T) {
	if !whole().Holds() {
		t.Fatal("a whole proof does not hold")
	}
	for why, spoil := range map[string]func(*tillproof.Completeness){
		"a record too many":              func(c *tillproof.Completeness) { c.Records++ },
		"a record in two statuses":       func(c *tillproof.Completeness) { c.Counts[tillproof.Matched]++ },
		"a record still open":            func(c *tillproof.Completeness) { c.Counts[0], c.Counts[1] = 1, 1 },
		"a fen lost":                     func(c *tillproof.Completeness) { c.Sums[0].ByStatus[2]-- },
		"a yen lost":                     func(c *tillproof.Completeness) { c.Sums[1].Total++ },
		"a total that no record carries": func(c *tillproof.Completeness) { c.Sums[0].Total = 0 },
	} {
		c := whole()
		spoil(&c)
		if c.Holds() {
			t.Errorf("%s: the proof holds all the same", why)
		}
	}
	if !(tillproof.Completeness{Side: tillproof.Bank}).Holds() {
		t.Error("a side without records is whole")
	}
}

func TestExceptions(t *testing.T) {
	id := tillproof.BreakIDOf(tillproof.OutcomeUnknown, nil)
	run := tillproof.Run{
		Breaks:   make([]tillproof.Break, 2),
		Findings: []tillproof.Finding{{Rule: "out_of_hours"}, {Rule: "unknown_outcome", About: &id}},
	}
	if n := run.Exceptions(); n != 3 {
		t.Errorf("two breaks, a finding and one that explains a break are %d exceptions", n)
	}
}

// A value that no table knows is shown, not a reason to stop: it is printed by whoever reports it.
func TestNamesOfUnknownValues(t *testing.T) {
	for _, got := range []string{
		tillproof.CardKind(99).String(), tillproof.RecordKind(99).String(),
		tillproof.RecordStatus(99).String(),
		tillproof.EntryMode(99).String(), tillproof.Side(99).String(), tillproof.Severity(99).String(),
		tillproof.Leg(99).String(), tillproof.Status(99).String(),
	} {
		if got != "(99)" {
			t.Errorf("%q", got)
		}
	}
}

func TestNamesAreReadBack(t *testing.T) {
	for k := tillproof.Sale; k <= tillproof.Entry; k++ {
		if got, ok := tillproof.ParseRecordKind(k.String()); !ok || got != k {
			t.Errorf("%s: %s, %v", k, got, ok)
		}
	}
	for k := tillproof.CardDebit; k <= tillproof.Wallet; k++ {
		if got, ok := tillproof.ParseCardKind(k.String()); !ok || got != k {
			t.Errorf("%s: %s, %v", k, got, ok)
		}
	}
	for m := tillproof.EntryKeyed; m <= tillproof.EntryFallback; m++ {
		if got, ok := tillproof.ParseEntryMode(m.String()); !ok || got != m {
			t.Errorf("%s: %s, %v", m, got, ok)
		}
	}
	for _, s := range tillproof.Sides {
		if got, err := tillproof.ParseSide(s.String()); err != nil || got != s {
			t.Errorf("%s: %s, %v", s, got, err)
		}
	}
	if k, ok := tillproof.ParseRecordKind(""); ok {
		t.Errorf("no name is %s", k)
	}
	if _, err := tillproof.ParseSide("till"); err == nil {
		t.Error("a side that is none was read")
	}
}

func TestDue(t *testing.T) {
	yuan := func(n int64) tillproof.Money { return tillproof.NewMoney(n, tillproof.CNY) }
	for _, c := range []struct {
		why  string
		row  tillproof.Record
		want tillproof.Money
	}{
		{"the stated net", tillproof.Record{Amount: yuan(100), Fee: yuan(-1), Net: yuan(98)}, yuan(98)},
		{"a stated net of nothing", tillproof.Record{Amount: yuan(100), Net: yuan(0)}, yuan(0)},
		{"gross plus fee", tillproof.Record{Amount: yuan(100), Fee: yuan(-1)}, yuan(99)},
		{"gross", tillproof.Record{Amount: yuan(-100)}, yuan(-100)},
	} {
		if got := c.row.Due(); got != c.want {
			t.Errorf("%s: %s", c.why, got)
		}
	}
}

func TestSameCard(t *testing.T) {
	card := func(first, last string, token uint64) tillproof.Card {
		c := tillproof.Card{Token: token}
		copy(c.First[:], first)
		copy(c.Last[:], last)
		return c
	}
	for _, c := range []struct {
		a, b tillproof.Card
		want bool
	}{
		{card("621234", "1234", 0), card("621234", "1234", 0), true},
		{card("621234", "1234", 0), card("621299", "1234", 0), false},
		{card("621234", "1234", 0), card("", "1234", 0), true},
		{card("621234", "1234", 0), card("621234", "1235", 0), false},
		{card("621234", "", 0), card("621234", "", 0), false},
		{card("621234", "1234", 7), card("621234", "1234", 8), false},
		{card("621234", "1234", 7), card("621234", "1234", 7), true},
		{card("621234", "1234", 7), card("621234", "1234", 0), true},
		{tillproof.Card{}, tillproof.Card{}, false},
	} {
		if tillproof.SameCard(c.a, c.b) != c.want || tillproof.SameCard(c.b, c.a) != c.want {
			t.Errorf("%s and %s: %v", c.a, c.b, !c.want)
		}
	}
}
