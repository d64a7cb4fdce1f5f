package tillproof

import "time"

// ClockID names a clock pack of room pack: "aml_39_answer". Its text is in the catalogue under "clock."
// + ClockID.
type ClockID string

// ClockBasis is what a clock counts from where that is no step of the case.
type ClockBasis string

// The bases. They are told by a notice (CaseNotice).
const (
	BasisMeasure   ClockBasis = "measure"   // a limit, a refusal or a freeze was imposed or told
	BasisStatement ClockBasis = "statement" // the bank's statement was made available
	BasisDebit     ClockBasis = "debit"     // the bank booked a debit that nobody authorised
	BasisSale      ClockBasis = "sale"      // the day of the sale
	BasisPreAuth   ClockBasis = "preauth"   // the day of the pre-authorisation
	BasisSettled   ClockBasis = "settled"   // the settlement day of the money that waits
	BasisDispute   ClockBasis = "dispute"   // a chargeback was booked or told
	BasisComplaint ClockBasis = "complaint" // a payer complained on a platform
)

// ClockBases lists the bases.
var ClockBases = [...]ClockBasis{
	BasisMeasure, BasisStatement, BasisDebit, BasisSale, BasisPreAuth, BasisSettled, BasisDispute,
	BasisComplaint,
}

// PrintedDate is a date that stands on a request or was promised. A printed date wins over every rule.
type PrintedDate struct {
	Day    Date
	Minute int    // after midnight; NoMinute: the paper names no time of day
	Zone   string // IANA name; "": the paper names none, and the zone of the clock is taken
	By     Dated  // whose date it is
}

// NoMinute is the absent time of day.
const NoMinute = -1

// Dated says whose date a printed date is.
type Dated string

// The network's date is when the right is lost; the provider's is earlier, because it needs time to pass the
// answer on.
const (
	ByNetwork  Dated = "network"
	ByProvider Dated = "provider"
)

// Owes says who has to act before a deadline.
type Owes string

// The debtors of a deadline.
const (
	WeOwe   Owes = "us"
	TheyOwe Owes = "them"
)

// DeadlineState says whether a deadline runs.
type DeadlineState string

// The states of a deadline.
const (
	Running DeadlineState = "running"
	Paused  DeadlineState = "paused"  // the other side has to act first
	Met     DeadlineState = "met"     // what was owed was done in time
	Missed  DeadlineState = "missed"  // it was done too late, or is not done and the time is over
	Stopped DeadlineState = "stopped" // the case was closed before
)

// Deadline is a moment by which somebody has to act, and why. It is worked out from the events of a case and
// from dated rules, so the same events give the same deadlines.
type Deadline struct {
	ID        string // what is owed, and the event: "answer.4"; stable while the events are
	Clock     ClockID
	Owes      Owes
	StartedBy int       // Seq of the event
	Started   time.Time // UTC
	Due       time.Time // UTC; the last moment that is in time. Zero while paused
	Ours      time.Time // UTC; the merchant's own date, before Due by the buffer. Zero where they owe
	LastSafe  Date      // the last working day on which acting still keeps Ours; NoDate where they owe
	Zone      string    // in which days were counted, and in which Due is shown
	State     DeadlineState
	Still     int // days, or hours of a clock of hours, that it stood still; they are in Due
	Left      int // of a paused deadline: whole days, or hours of a clock of hours, that are left
	Done      time.Time
	Printed   bool // Due stands on the paper; else a rule says so
	Why       Note // the sentence: from what, how long, by which rule
	Others    []OtherDate
	Doubts    []Note // the calendar does not reach so far, the rule is not confirmed, the paper names no date
}

// Shown is Due as the clock of Zone shows it, ready to be the parameter of a text; "" where there is no Due.
func (d Deadline) Shown() string { return shownIn(d.Due, d.Zone) }

// OursShown is Ours, likewise.
func (d Deadline) OursShown() string { return shownIn(d.Ours, d.Zone) }

func shownIn(t time.Time, zone string) string {
	at, err := time.LoadLocation(zone)
	if t.IsZero() || err != nil {
		return ""
	}
	b, _ := LocalTimeOf(t.In(at)).MarshalText() // never fails
	return string(b)
}

// OtherDate is what another rule, or another printed date, says for the same deadline.
type OtherDate struct {
	Clock ClockID // "" for a printed date
	By    Dated   // of a printed date
	Due   time.Time
}
