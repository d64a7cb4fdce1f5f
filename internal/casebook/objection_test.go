package casebook

import (
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/pack"
)

func ids(all []pack.Objection) string {
	s := ""
	for _, o := range all {
		s += o.ID + " "
	}
	return s
}

// What a row proves, by the numbers of the errors of the dispute system.
func TestObjections(t *testing.T) {
	cny := func(minor int64) tillproof.Money { return tillproof.NewMoney(minor, mustCurrency(t, "CNY")) }
	nothing := Proof{Sale: tillproof.NoDate}
	with := func(change func(*Proof)) Proof {
		p := nothing
		change(&p)
		return p
	}
	for name, c := range map[string]struct {
		proof Proof
		code  string
		want  string
	}{
		"nothing is proven":        {nothing, "", ""},
		"PIN against 4515":         {with(func(p *Proof) { p.PIN = true }), "4515", "pin_bars_denial "},
		"PIN says nothing of 4562": {with(func(p *Proof) { p.PIN = true }), "4562", ""},
		"debit": {
			with(func(p *Proof) { p.Debit = true }), "",
			"debit_no_second debit_no_representment ",
		},
		"debit, second chargeback": {with(func(p *Proof) { p.Debit = true }), "E25", "debit_no_second "},
		"completion of 115 %": {with(func(p *Proof) {
			p.PreAuth, p.Completion = cny(100_000), cny(115_000)
		}), "", ""},
		"a fen more": {with(func(p *Proof) {
			p.PreAuth, p.Completion = cny(100_000), cny(115_001)
		}), "S20", "completion_over_115 "},
		"one inquiry":    {with(func(p *Proof) { p.Inquiries = 1 }), "", ""},
		"two inquiries":  {with(func(p *Proof) { p.Inquiries = 2 }), "E00", "third_inquiry "},
		"out of the sky": {with(func(p *Proof) { p.ChargedBack = true }), "4515", "inquiry_missing "},
		"asked before": {
			with(func(p *Proof) { p.ChargedBack, p.Inquiries = true, 1 }), "E32",
			"adjustment_after_chargeback ",
		},
		"360 days": {with(func(p *Proof) { p.Sale = day(t, "2025-03-07") }), "", ""},
		"361 days": {with(func(p *Proof) { p.Sale = day(t, "2025-03-06") }), "4515", "sale_over_360 "},
		"penalty":  {with(func(p *Proof) { p.Penalty = true }), "E24", "penalty_final "},
	} {
		facts, err := begin(t).docket(retrieval, "2026-03-02 12:00").Facts(c.proof)
		if err != nil {
			t.Fatal(err)
		}
		if got := ids(Objections(facts, c.code)); got != c.want {
			t.Errorf("%s: %s, not %s", name, got, c.want)
		}
	}
}

// What became of a retrieval is a fact too.
func TestFactsOfARetrieval(t *testing.T) {
	asked := func() *history {
		return begin(t).add(tillproof.CaseRequest, "2026-09-28 10:00",
			printed(t, tillproof.ByNetwork, "2026-10-12", tillproof.NoMinute, ""))
	}
	reply := func(at, code string) *history {
		says := func(e *tillproof.CaseEvent) { e.Reply = code }
		return asked().add(tillproof.CaseAnswer, at, about(2), says)
	}
	const answered = pack.RetrievalAnswered
	for name, c := range map[string]struct {
		h    *history
		now  string
		want []pack.Fact
	}{
		"waits":       {asked(), "2026-10-01 10:00", []pack.Fact{pack.RetrievalOpen}},
		"ran out":     {asked(), "2026-10-13 10:00", []pack.Fact{pack.Forfeited}},
		"answered":    {reply("2026-10-10 10:00", "01"), "2026-10-13 10:00", []pack.Fact{answered}},
		"no slip":     {reply("2026-10-10 10:00", NoSlip), "2026-10-13 10:00", []pack.Fact{pack.Forfeited}},
		"minute late": {reply("2026-10-12 23:01", "01"), "2026-10-13 10:00", []pack.Fact{pack.Forfeited}},
	} {
		got, err := c.h.docket(retrieval, c.now).Facts(Proof{Sale: tillproof.NoDate})
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %v, not %v", name, got, err, c.want)
		}
	}
}
