package casebook

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/pack"
)

// Docket is what the deadlines of a case are worked out from.
type Docket struct {
	Setting   pack.Setting
	Events    []tillproof.CaseEvent // in the order of Seq
	Zone      string                // of the merchant
	Now       time.Time
	Calendars func(name string) (tillproof.Calendar, bool) // nil: those of room pack
}

// promise is the clock of what the other side promised: no rule, so no pack has it.
const promise tillproof.ClockID = "promise"

// Deadlines lists the deadlines of the case: those that are next first, then those without a date, then what
// is over. The same docket gives the same list.
func (d Docket) Deadlines() ([]tillproof.Deadline, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	var all []tillproof.Deadline
	for _, e := range d.Events {
		all = append(all, d.startedBy(e)...)
	}
	for i := range all {
		d.state(&all[i])
	}
	slices.SortStableFunc(all, func(a, b tillproof.Deadline) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

func rank(l tillproof.Deadline) int {
	switch {
	case l.State == tillproof.Running && !l.Due.IsZero(), l.State == tillproof.Missed && l.Done.IsZero():
		return 0
	case l.State == tillproof.Running:
		return 1
	case l.State == tillproof.Paused:
		return 2
	}
	return 3
}

func (d Docket) check() error {
	for _, e := range d.Events {
		for _, p := range e.Printed {
			if _, err := time.LoadLocation(p.Zone); err != nil || !p.Day.Known() {
				return &tillproof.Error{
					Op: "case", Kind: tillproof.KindInvalid, Code: "case.printed",
					Params: tillproof.Params{"zone": p.Zone},
				}
			}
		}
	}
	if _, err := time.LoadLocation(d.Zone); err != nil {
		return &tillproof.Error{
			Op: "case", Kind: tillproof.KindInvalid, Code: "case.zone",
			Params: tillproof.Params{"zone": d.Zone},
		}
	}
	return nil
}

// startedBy lists the deadlines that an event starts, not yet with their state.
func (d Docket) startedBy(e tillproof.CaseEvent) []tillproof.Deadline {
	starts := string(e.Step)
	switch e.Step {
	case tillproof.CaseNotice:
		starts = string(e.Basis)
	case tillproof.CasePromise:
		if len(e.Printed) == 0 {
			return nil
		}
		return []tillproof.Deadline{d.promised(e)}
	case tillproof.CaseAnswer, tillproof.CaseClose, tillproof.CaseKept, tillproof.CaseReopen,
		tillproof.CaseTake:
		return nil
	}
	clocks := pack.ClocksFor(d.Setting, starts, dayOf(e.At, zoneOf(d.Zone)))
	clocks = slices.DeleteFunc(clocks, func(c pack.Clock) bool { return !d.fits(c, e) })
	var tasks []string
	for _, c := range clocks {
		if !slices.Contains(tasks, c.Task) {
			tasks = append(tasks, c.Task)
		}
	}
	if (e.Step == tillproof.CaseRequest || len(e.Printed) > 0) && !slices.Contains(tasks, answer) {
		tasks = append(tasks, answer) // asked or dated, though no rule is known
	}
	var all []tillproof.Deadline
	for _, task := range tasks {
		of := slices.DeleteFunc(slices.Clone(clocks), func(c pack.Clock) bool { return c.Task != task })
		all = append(all, d.deadline(e, task, of))
	}
	return all
}

// fits reports whether the age of the sale allows a clock; a sale whose day is not known allows each.
func (d Docket) fits(c pack.Clock, e tillproof.CaseEvent) bool {
	if c.SaleAge == nil {
		return true
	}
	for _, n := range d.Events {
		if n.Step == tillproof.CaseNotice && n.Basis == tillproof.BasisSale {
			zone := zoneOf(c.Zone)
			return c.SaleAge.Has(int(dayOf(e.At, zone) - dayOf(n.At, zone)))
		}
	}
	return true
}

// promised is the deadline of what the other side said it would do by a day.
func (d Docket) promised(e tillproof.CaseEvent) tillproof.Deadline {
	p := e.Printed[0]
	return tillproof.Deadline{
		ID: string(promise) + "." + strconv.Itoa(e.Seq), Clock: promise, Owes: tillproof.TheyOwe,
		StartedBy: e.Seq, Started: e.At.UTC(), Due: printedAt(p, d.Zone, lastSecond),
		LastSafe: tillproof.NoDate, Zone: d.Zone, Printed: true,
		Why: tillproof.Note{Code: "case.why.promise", Params: tillproof.Params{"day": p.Day.String()}},
	}
}

// printedAt is the last moment that is in time by a printed date. A paper that names no time of day means the
// end of the day, one that names no zone that of the rule.
func printedAt(p tillproof.PrintedDate, zone string, end int) time.Time {
	if p.Minute != tillproof.NoMinute {
		end = p.Minute * 60
	}
	return at(p.Day, end, zoneOf(cmp.Or(p.Zone, zone)))
}

// calendar is the calendar of a clock, else of the region, else one that knows weekends only.
func (d Docket) calendar(name string) tillproof.Calendar {
	find := d.Calendars
	if find == nil {
		find = pack.Calendar
	}
	for _, n := range []string{name, d.Setting.Region} {
		if c, ok := find(n); n != "" && ok {
			return c
		}
	}
	return tillproof.Calendar{}
}

// event is the event of a Seq; the zero event where there is none.
func (d Docket) event(seq int) tillproof.CaseEvent {
	for _, e := range d.Events {
		if e.Seq == seq {
			return e
		}
	}
	return tillproof.CaseEvent{}
}
