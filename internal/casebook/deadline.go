package casebook

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/pack"
)

// ahead is how many days a merchant stays ahead of a network's date where no rule names a number: what desks
// of acquirers take for themselves.
const ahead = 2

// dated is one date for a deadline, from a rule or from a paper.
type dated struct {
	by     tillproof.Dated
	due    time.Time
	day    tillproof.Date
	print  bool
	clock  tillproof.ClockID // the rule; of a printed date, the rule that it displaces
	owes   tillproof.Owes
	buffer int
	cal    string
	banks  bool // its days were counted on the calendar
	unsure bool
}

// deadline is one deadline from all that speaks of it. Each author has a date: the printed one, else the
// earliest of its rules. Due is the network's date, or the provider's where there is no other; the merchant's
// own date is the network's less the buffer, or the provider's where that is earlier.
func (d Docket) deadline(e tillproof.CaseEvent, task string, clocks []pack.Clock) tillproof.Deadline {
	l := tillproof.Deadline{
		ID: task + "." + strconv.Itoa(e.Seq), Owes: tillproof.WeOwe, StartedBy: e.Seq, Started: e.At.UTC(),
		LastSafe: tillproof.NoDate, Zone: d.Zone,
	}
	all := d.dates(e, task, clocks)
	if len(all) == 0 {
		l.Doubts = append(l.Doubts, tillproof.Note{Code: "case.doubt.no_date"})
		return l
	}
	chosen := all[0]
	l.Due, l.Printed, l.Clock, l.Owes = chosen.due, chosen.print, chosen.clock, chosen.owes
	l.Why = d.why(chosen, e)
	if l.Owes == tillproof.WeOwe {
		l.Ours = ours(all)
		l.LastSafe = lastSafe(l.Ours, zoneOf(d.Zone), d.calendar(chosen.cal))
	}
	for _, o := range all[1:] {
		other := tillproof.OtherDate{Clock: o.clock, By: o.by, Due: o.due}
		if o.print {
			other.Clock = ""
		}
		l.Others = append(l.Others, other)
	}
	l.Doubts = d.doubts(e, task, all)
	return l
}

// dates lists all dates for a deadline: the network's before the provider's, of each author the printed ones
// before those of rules, and of these the earliest first.
func (d Docket) dates(e tillproof.CaseEvent, task string, clocks []pack.Clock) []dated {
	var all []dated
	for _, by := range []tillproof.Dated{tillproof.ByNetwork, tillproof.ByProvider} {
		var rules []dated
		for _, c := range clocks {
			if c.By == by {
				rules = append(rules, d.byRule(c, e))
			}
		}
		slices.SortStableFunc(rules, earlier)
		printed := d.printed(e, task, by, rules)
		all = append(append(all, printed...), rules...)
	}
	return all
}

func earlier(a, b dated) int { return a.due.Compare(b.due) }

func (d Docket) byRule(c pack.Clock, e tillproof.CaseEvent) dated {
	end, day := due(c, e.At, 0, d.calendar(c.Calendar))
	return dated{
		by: c.By, due: end, day: day, clock: c.ID, owes: c.Owes, buffer: c.Buffer, cal: c.Calendar,
		banks: c.Unit == pack.BankingDays, unsure: c.Confidence == pack.Unsure,
	}
}

// answer is the task that dates on a paper speak of.
const answer = "answer"

// printed lists the dates that an author printed on the paper of an event.
func (d Docket) printed(e tillproof.CaseEvent, task string, by tillproof.Dated, rules []dated) []dated {
	if task != answer {
		return nil
	}
	model := dated{by: by, print: true, owes: tillproof.WeOwe}
	zone, end := d.Zone, lastSecond
	if by == tillproof.ByNetwork {
		model.buffer = ahead
	}
	if len(rules) > 0 {
		c, _ := pack.ClockOf(rules[0].clock)
		model.clock, model.buffer, model.cal = c.ID, c.Buffer, c.Calendar
		zone, end = c.Zone, endOf(c)
	}
	var all []dated
	for _, p := range e.Printed {
		if p.By == by {
			model.day, model.due = p.Day, printedAt(p, zone, end)
			all = append(all, model)
		}
	}
	slices.SortStableFunc(all, earlier)
	return all
}

// ours is the merchant's own date: the first date less its buffer, or that of the provider where it is
// earlier. A printed date of the provider replaces its rule.
func ours(all []dated) time.Time {
	own := all[0].due.AddDate(0, 0, -all[0].buffer)
	for _, o := range all {
		if o.by == tillproof.ByProvider {
			if before := o.due.AddDate(0, 0, -o.buffer); before.Before(own) {
				return before
			}
			break
		}
	}
	return own
}

// why is the sentence that says where a date comes from.
func (d Docket) why(o dated, e tillproof.CaseEvent) tillproof.Note {
	if o.print {
		return tillproof.Note{Code: "case.why.printed." + string(o.by), Params: tillproof.Params{
			"time": wall(o.due, zoneOf(d.Zone)), "zone": d.Zone,
		}}
	}
	c, _ := pack.ClockOf(o.clock)
	return tillproof.Note{Code: "case.why." + string(c.Unit), Params: tillproof.Params{
		"clock": string(c.ID), "n": strconv.Itoa(c.Length), "time": wall(e.At, zoneOf(c.Zone)),
		"zone": c.Zone,
	}}
}

// doubts lists what is not certain about a deadline.
func (d Docket) doubts(e tillproof.CaseEvent, task string, all []dated) []tillproof.Note {
	var notes []tillproof.Note
	chosen := all[0]
	if task == answer && e.Step == tillproof.CaseRequest && len(e.Printed) == 0 {
		notes = append(notes, tillproof.Note{Code: "case.doubt.not_printed"})
	}
	if chosen.unsure {
		notes = append(notes, tillproof.Note{
			Code: "case.doubt.unsure", Params: tillproof.Params{"clock": string(chosen.clock)},
		})
	}
	for _, o := range all[1:] {
		if note, says := d.disagrees(chosen, o); says {
			notes = append(notes, note)
		}
	}
	cal, safe := d.calendar(chosen.cal), chosen.owes == tillproof.WeOwe
	if (chosen.banks || safe) && !cal.Covers(chosen.day) {
		notes = append(notes, tillproof.Note{
			Code:   "case.doubt.calendar",
			Params: tillproof.Params{"calendar": cmp.Or(cal.Name, "–"), "day": chosen.day.String()},
		})
	}
	return notes
}

// disagrees says how another date differs from the one that was chosen: dates of one author that are not the
// same, and a date of the provider that comes after the network's.
func (d Docket) disagrees(chosen, o dated) (tillproof.Note, bool) {
	p := tillproof.Params{
		"clock": string(o.clock), "time": wall(o.due, zoneOf(d.Zone)),
		"chosen": wall(chosen.due, zoneOf(d.Zone)),
	}
	code := ""
	switch {
	case o.by != chosen.by && o.due.After(chosen.due):
		code = "case.doubt.provider_after"
	case o.by != chosen.by || o.due.Equal(chosen.due):
	case o.print:
		code = "case.doubt.two_printed"
	case chosen.print:
		code = "case.doubt.rule_differs"
	default:
		code = "case.doubt.rules_differ"
	}
	return tillproof.Note{Code: code, Params: p}, code != ""
}
