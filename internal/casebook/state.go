package casebook

import (
	"slices"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/pack"
)

// state puts into a deadline what became of it: whether it stood still, was met, missed or stopped.
func (d Docket) state(l *tillproof.Deadline) {
	l.State = tillproof.Running
	paused := d.pause(l)
	if done, ok := d.done(*l); ok {
		l.Done, l.State = done.At.UTC(), tillproof.Met
		if !l.Due.IsZero() && done.At.After(l.Due) {
			l.State = tillproof.Missed
		}
		return
	}
	end, closed := d.closed()
	switch {
	case closed:
		l.Done, l.State = end.At.UTC(), tillproof.Stopped
	case paused:
		l.State, l.Due = tillproof.Paused, time.Time{}
	case !l.Due.IsZero() && d.Now.After(l.Due):
		l.State = tillproof.Missed
	}
}

// done is the event that did what a deadline asks for.
func (d Docket) done(l tillproof.Deadline) (tillproof.CaseEvent, bool) {
	ends := tillproof.CaseSubmit
	if c, ok := pack.ClockOf(l.Clock); ok {
		ends = c.Ends
	}
	start := d.event(l.StartedBy)
	switch start.Step {
	case tillproof.CaseRequest:
		ends = tillproof.CaseAnswer
	case tillproof.CasePromise:
		ends = tillproof.CaseKept
	}
	about := ends == tillproof.CaseAnswer || ends == tillproof.CaseKept
	for _, e := range d.Events {
		switch {
		case e.Step != ends:
		case about && e.About == l.StartedBy,
			// What was filed counts by when it was filed: a notice may be entered after it.
			!about && ends == tillproof.CaseSubmit && !e.At.Before(start.At),
			!about && ends == tillproof.CaseClose && e.Seq > start.Seq:
			return e, true
		}
	}
	return tillproof.CaseEvent{}, false
}

// closed is the close that stands: no reopening came after it.
func (d Docket) closed() (tillproof.CaseEvent, bool) {
	for _, e := range slices.Backward(d.Events) {
		switch e.Step {
		case tillproof.CaseReopen:
			return tillproof.CaseEvent{}, false
		case tillproof.CaseClose:
			return e, true
		}
	}
	return tillproof.CaseEvent{}, false
}

// span is a time during which we owed an answer. An open one has not ended.
type span struct {
	from, to time.Time
	open     bool
}

// pause moves the date of a deadline of theirs by the time during which they waited for us, and reports
// whether they still do. Our own deadlines never stand still: no network waits because a provider does.
func (d Docket) pause(l *tillproof.Deadline) bool {
	c, ok := pack.ClockOf(l.Clock)
	if !ok || !c.Pauses || l.Owes != tillproof.TheyOwe {
		return false
	}
	cal := d.calendar(c.Calendar)
	for _, s := range d.spans(l.Started) {
		if s.from.After(l.Due) { // too late before they asked
			return false
		}
		if s.open {
			l.Left = stood(c, s.from, l.Due, cal)
			return true
		}
		l.Still += stood(c, s.from, s.to, cal)
		l.Due, _ = due(c, l.Started, l.Still, cal)
	}
	return false
}

// spans lists the times after a start in which a request waited for our answer, overlapping ones as one.
func (d Docket) spans(start time.Time) []span {
	var all []span
	for _, e := range d.Events {
		if e.Step == tillproof.CaseRequest && !e.At.Before(start) {
			all = append(all, d.span(e))
		}
	}
	slices.SortStableFunc(all, func(a, b span) int { return a.from.Compare(b.from) })
	var merged []span
	for _, s := range all {
		n := len(merged) - 1
		if n < 0 || !merged[n].open && s.from.After(merged[n].to) {
			merged = append(merged, s)
			continue
		}
		merged[n].open = merged[n].open || s.open
		if s.to.After(merged[n].to) {
			merged[n].to = s.to
		}
	}
	return merged
}

// span is the time from a request to its answer, or to the close that came instead.
func (d Docket) span(request tillproof.CaseEvent) span {
	for _, e := range d.Events {
		answers := e.Step == tillproof.CaseAnswer && e.About == request.Seq
		closes := e.Step == tillproof.CaseClose && e.Seq > request.Seq
		if answers || closes {
			return span{from: request.At, to: e.At}
		}
	}
	return span{from: request.At, open: true}
}
