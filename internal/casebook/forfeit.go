package casebook

import (
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/pack"
)

// NoSlip is the reply to a retrieval that says that there is no slip. It ends the matter as silence does.
const NoSlip = "04"

// Forfeit is money that an event gives away for good: the answer says "no slip", comes too late, or the case
// is closed while a retrieval waits.
type Forfeit struct {
	Code  string          // what the network makes of it: "4527"
	Money tillproof.Money // what is lost; the user has to name it
	Why   tillproof.Note
}

func (f Forfeit) unconfirmed() error {
	return refused("case.forfeit.confirm", tillproof.Params{"amount": f.Money.Param(), "code": f.Code})
}

// Forfeits says what an event would give away; no Code: nothing. The money is what the case is about.
func (d Docket) Forfeits(e tillproof.CaseEvent, money tillproof.Money) (Forfeit, error) {
	kind, ok := pack.CaseKindOf(d.Setting.Kind)
	if !ok || kind.Forfeit == "" {
		return Forfeit{}, nil
	}
	deadlines, err := d.Deadlines()
	for _, l := range deadlines {
		if why := givesAway(e, l); d.waits(l) && why != "" {
			note := tillproof.Note{Code: why, Params: tillproof.Params{"time": l.Shown(), "zone": l.Zone}}
			return Forfeit{Code: kind.Forfeit, Money: money, Why: note}, nil
		}
	}
	return Forfeit{}, err
}

// waits reports whether a deadline is that of a request without an answer.
func (d Docket) waits(l tillproof.Deadline) bool {
	return l.Done.IsZero() && d.event(l.StartedBy).Step == tillproof.CaseRequest
}

// givesAway is the code of the sentence that says why an event forfeits a request; "": it does not.
func givesAway(e tillproof.CaseEvent, l tillproof.Deadline) string {
	answers := e.Step == tillproof.CaseAnswer && e.About == l.StartedBy
	switch {
	case answers && e.Reply == NoSlip:
		return "case.forfeit.no_slip"
	case answers && !l.Due.IsZero() && e.At.After(l.Due):
		return "case.forfeit.late"
	case e.Step == tillproof.CaseClose:
		return "case.forfeit.closed"
	}
	return ""
}

// Alarm is how many whole hours are left until a retrieval or an inquiry forfeits; it answers false where no
// such clock runs. Hours, because days are too coarse for what cannot be undone; 0 is the last hour, and a
// negative number says for how long it has been too late.
func (d Docket) Alarm() (hours int, runs bool, err error) {
	kind, ok := pack.CaseKindOf(d.Setting.Kind)
	if !ok || kind.Forfeit == "" {
		return 0, false, nil
	}
	deadlines, err := d.Deadlines()
	for _, l := range deadlines {
		if !d.waits(l) || l.Due.IsZero() || l.State == tillproof.Stopped {
			continue
		}
		left := hoursBetween(d.Now, l.Due)
		if !runs || left < hours {
			hours, runs = left, true
		}
	}
	return hours, runs, err
}

// hoursBetween rounds down, so that what is left is never told too long.
func hoursBetween(from, to time.Time) int {
	left := to.Sub(from)
	hours := left / time.Hour
	if left%time.Hour < 0 {
		hours--
	}
	return int(hours)
}
