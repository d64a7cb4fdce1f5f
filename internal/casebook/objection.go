package casebook

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/pack"
)

// Proof is what the rows and papers of a disputed transaction show. What is not known is left at its zero
// value and proves nothing.
type Proof struct {
	PIN         bool // the slip or the terminal's log shows that a PIN was verified
	Debit       bool
	Penalty     bool // the chargeback is a penalty
	ChargedBack bool
	Inquiries   int
	PreAuth     tillproof.Money // amounts of a pre-authorisation and of its completion
	Completion  tillproof.Money
	Sale        tillproof.Date // NoDate: not known
}

// Facts lists what the proof and the course of the case prove on the day of now, in the order of pack.Facts.
func (d Docket) Facts(p Proof) ([]pack.Fact, error) {
	deadlines, err := d.Deadlines()
	if err != nil {
		return nil, err
	}
	waits, answered, forfeited := d.replies(deadlines)
	asked := waits || answered || forfeited || p.Inquiries > 0
	old := p.Sale.Known() && int(dayOf(d.Now, zoneOf(d.Zone))-p.Sale) > pack.LimitOf(pack.SaleOver360)
	holds := map[pack.Fact]bool{
		pack.PINVerified: p.PIN, pack.DebitCard: p.Debit, pack.Penalty: p.Penalty,
		pack.ChargedBack: p.ChargedBack, pack.TwoInquiries: p.Inquiries >= pack.LimitOf(pack.TwoInquiries),
		pack.NoPriorInquiry: p.ChargedBack && !asked, pack.CompletionOver115: over(p),
		pack.SaleOver360: old, pack.RetrievalOpen: waits, pack.RetrievalAnswered: answered && !forfeited,
		pack.Forfeited: forfeited,
	}
	return slices.DeleteFunc(slices.Clone(pack.Facts[:]), func(f pack.Fact) bool { return !holds[f] }), nil
}

// replies says what became of the retrievals of a case.
func (d Docket) replies(deadlines []tillproof.Deadline) (waits, answered, forfeited bool) {
	kind, ok := pack.CaseKindOf(d.Setting.Kind)
	if !ok || kind.Forfeit == "" {
		return false, false, false
	}
	for _, l := range deadlines {
		if d.event(l.StartedBy).Step != tillproof.CaseRequest {
			continue
		}
		slip := true
		for _, e := range d.Events {
			if e.Step == tillproof.CaseAnswer && e.About == l.StartedBy {
				slip = e.Reply != NoSlip
			}
		}
		switch {
		case l.State == tillproof.Missed || l.State == tillproof.Met && !slip:
			forfeited = true
		case l.State == tillproof.Met:
			answered = true
		case l.State == tillproof.Running:
			waits = true
		}
	}
	return waits, answered, forfeited
}

// over reports whether a completion is more than its pre-authorisation allows. Amounts that two currencies
// give, or that are too large to be multiplied, prove nothing.
func over(p Proof) bool {
	const most = int64(1) << 55 // more than a hundred times as much is still an int64
	a, c := p.PreAuth.Minor(), p.Completion.Minor()
	if p.PreAuth.Currency() != p.Completion.Currency() || a <= 0 || c <= 0 || a > most || c > most {
		return false
	}
	return c*100 > a*int64(pack.LimitOf(pack.CompletionOver115))
}

// Objections lists what the facts bar: against a reason code or a kind of step, or against any of them where
// code is "". Those that bar several codes, which no list here names, are always among them.
func Objections(facts []pack.Fact, code string) []pack.Objection {
	return slices.DeleteFunc(pack.Objections(), func(o pack.Objection) bool {
		return !slices.Contains(facts, o.When) || code != "" && o.Bars != "" && o.Bars != code
	})
}
