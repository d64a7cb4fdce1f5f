package casebook

import (
	"slices"
	"time"

	"github.com/tillproof/tillproof"
)

// Guard is a condition of a transition beside state, step and role.
type Guard string

// The guards.
const (
	Complete   Guard = "complete"    // nothing that is required is missing, or a reason is given
	Confirmed  Guard = "confirmed"   // what forfeits the money is confirmed by naming the money
	Reasoned   Guard = "reasoned"    // a reason is given
	OthersOpen Guard = "others_open" // another request waits for its answer
	LastOpen   Guard = "last_open"   // no other request waits
)

// Transition is one row of the table of states.
type Transition struct {
	From     []tillproof.CaseState
	On       tillproof.CaseStep
	To       tillproof.CaseState // "": the state stays
	By       []tillproof.Role
	Starts   []tillproof.Owes // whose clocks begin to run
	Stops    []tillproof.Owes // whose clocks are done with
	Pauses   []tillproof.Owes // whose clocks stand still until the answer
	Resumes  []tillproof.Owes
	Guards   []Guard
	Outcomes []tillproof.Outcome // of a close: those that are possible from here
}

var (
	us, them = tillproof.WeOwe, tillproof.TheyOwe

	// keepers lead a case. anyone may note what happened, the auditor apart, who only reads. told are those
	// who may enter what the other side did, itself included.
	keepers = []tillproof.Role{tillproof.Owner, tillproof.Finance}
	anyone  = []tillproof.Role{tillproof.Owner, tillproof.Finance, tillproof.Store}
	told    = []tillproof.Role{tillproof.Owner, tillproof.Finance, tillproof.Provider}
	open    = []tillproof.CaseState{
		tillproof.Preparing, tillproof.Submitted, tillproof.InformationRequested, tillproof.UnderReview,
	}
)

// Transitions is the table of states. What it does not list is refused. The guard of the code, the buttons of
// a screen, docs/states.md and the test over every state and step are made of it.
var Transitions = []Transition{
	{
		From: open, On: tillproof.CaseNotice, By: anyone,
		Starts: []tillproof.Owes{us, them},
	},
	{
		From: []tillproof.CaseState{tillproof.Preparing}, On: tillproof.CaseSubmit, To: tillproof.Submitted,
		By: keepers, Starts: []tillproof.Owes{them}, Stops: []tillproof.Owes{us}, Guards: []Guard{Complete},
	},
	{
		From: []tillproof.CaseState{tillproof.Submitted}, On: tillproof.CaseTake, To: tillproof.UnderReview,
		By: told,
	},
	{
		// A retrieval comes before anything was filed: so a case may begin with a request.
		From: open,
		On:   tillproof.CaseRequest, To: tillproof.InformationRequested,
		By: told, Starts: []tillproof.Owes{us}, Pauses: []tillproof.Owes{them},
	},
	{
		From: []tillproof.CaseState{tillproof.InformationRequested}, On: tillproof.CaseAnswer,
		By: keepers, Stops: []tillproof.Owes{us}, Guards: []Guard{OthersOpen, Confirmed},
	},
	{
		From: []tillproof.CaseState{tillproof.InformationRequested}, On: tillproof.CaseAnswer,
		To: tillproof.UnderReview,
		By: keepers, Stops: []tillproof.Owes{us}, Resumes: []tillproof.Owes{them},
		Guards: []Guard{LastOpen, Confirmed},
	},
	{
		From: open, On: tillproof.CasePromise, By: anyone, Starts: []tillproof.Owes{them},
	},
	{
		From: open, On: tillproof.CaseKept, By: anyone, Stops: []tillproof.Owes{them},
	},
	{
		From: []tillproof.CaseState{tillproof.Preparing}, On: tillproof.CaseClose, To: tillproof.Closed,
		By: keepers, Stops: []tillproof.Owes{us, them}, Guards: []Guard{Reasoned},
		Outcomes: []tillproof.Outcome{ // nobody can refuse what was not filed
			tillproof.RecoveredInFull, tillproof.RecoveredInPart, tillproof.Withdrawn, tillproof.FalseAlarm,
		},
	},
	{
		From: []tillproof.CaseState{tillproof.Submitted, tillproof.UnderReview}, On: tillproof.CaseClose,
		To: tillproof.Closed,
		By: told, Stops: []tillproof.Owes{us, them}, Guards: []Guard{Reasoned},
		Outcomes: tillproof.Outcomes[:],
	},
	{
		From: []tillproof.CaseState{tillproof.InformationRequested}, On: tillproof.CaseClose,
		To: tillproof.Closed,
		By: told, Stops: []tillproof.Owes{us, them}, Guards: []Guard{Reasoned, Confirmed},
		Outcomes: tillproof.Outcomes[:],
	},
	{
		From: []tillproof.CaseState{tillproof.Closed}, On: tillproof.CaseReopen, To: tillproof.Preparing,
		By: keepers, Starts: []tillproof.Owes{us}, Guards: []Guard{Reasoned},
	},
}

// own are outcomes that the applicant alone can give a case: the other side neither withdraws it nor finds
// that there was nothing to it.
var own = []tillproof.Outcome{tillproof.Withdrawn, tillproof.FalseAlarm}

// Progress is how far a case has come: what its events say, and nothing else.
type Progress struct {
	State   tillproof.CaseState
	Outcome tillproof.Outcome
	Waiting []int // Seq of requests that wait for an answer
	Pledged []int // Seq of promises that were not kept yet
	Last    int   // Seq of the last event
}

// Replay is the progress after the events. The first is an opening; their order is that of Seq. It trusts
// what was kept: guards are asked once, when an event is taken.
func Replay(events []tillproof.CaseEvent) (Progress, error) {
	if len(events) == 0 || events[0].Step != tillproof.CaseOpen {
		return Progress{}, broken("case.event.first", 0)
	}
	p := Progress{State: tillproof.Preparing, Last: events[0].Seq}
	for _, e := range events[1:] {
		if e.Seq <= p.Last {
			return Progress{}, broken("case.event.order", e.Seq)
		}
		row := p.row(e)
		if row == nil {
			return Progress{}, refused("case.event.not_allowed", tillproof.Params{
				"case_step": string(e.Step), "case_state": string(p.State),
			})
		}
		p.take(*row, e)
	}
	return p, nil
}

// take is the progress after an event by its row.
func (p *Progress) take(row Transition, e tillproof.CaseEvent) {
	p.Last = e.Seq
	if row.To != "" {
		p.State = row.To
	}
	switch e.Step {
	case tillproof.CaseRequest:
		p.Waiting = append(slices.Clone(p.Waiting), e.Seq)
	case tillproof.CaseAnswer:
		p.Waiting = without(p.Waiting, e.About)
	case tillproof.CasePromise:
		p.Pledged = append(slices.Clone(p.Pledged), e.Seq)
	case tillproof.CaseKept:
		p.Pledged = without(p.Pledged, e.About)
	case tillproof.CaseClose:
		p.Outcome, p.Waiting, p.Pledged = e.Outcome, nil, nil
	case tillproof.CaseReopen:
		p.Outcome = tillproof.NoOutcome
	}
}

func without(list []int, seq int) []int {
	return slices.DeleteFunc(slices.Clone(list), func(n int) bool { return n == seq })
}

// row is the row of the table for an event; nil where there is none.
func (p *Progress) row(e tillproof.CaseEvent) *Transition {
	for i, row := range Transitions {
		if row.On != e.Step || !slices.Contains(row.From, p.State) {
			continue
		}
		others := len(without(p.Waiting, e.About)) > 0
		unfit := OthersOpen
		if others {
			unfit = LastOpen
		}
		if slices.Contains(row.Guards, unfit) {
			continue
		}
		return &Transitions[i]
	}
	return nil
}

// Steps lists what a role may do next, in the order of the table.
func (p Progress) Steps(role tillproof.Role) []tillproof.CaseStep {
	var steps []tillproof.CaseStep
	for _, row := range Transitions {
		here := slices.Contains(row.From, p.State) && slices.Contains(row.By, role)
		if row.On == tillproof.CaseKept && len(p.Pledged) == 0 {
			here = false
		}
		if here && !slices.Contains(steps, row.On) {
			steps = append(steps, row.On)
		}
	}
	return steps
}

// Asked is what guards look at beside the events.
type Asked struct {
	Now       time.Time
	Complete  bool            // nothing required is missing, see Checklist
	Forfeits  Forfeit         // what the event would give away, see Docket.Forfeits
	Confirmed tillproof.Money // the money that the user named
}

// Next is the progress after one more event, which is asked everything that the table demands of it.
func (p Progress) Next(e tillproof.CaseEvent, asked Asked) (Progress, error) {
	row := p.row(e)
	switch {
	case row == nil:
		return p, refused("case.event.not_allowed", tillproof.Params{
			"case_step": string(e.Step), "case_state": string(p.State),
		})
	case !slices.Contains(row.By, e.Role):
		return p, forbidden("case.event.role", tillproof.Params{
			"case_step": string(e.Step), "role": string(e.Role),
		})
	case e.Seq <= p.Last:
		return p, broken("case.event.order", e.Seq)
	case e.At.After(asked.Now):
		return p, refused("case.event.future", tillproof.Params{"time": utc(e.At)})
	}
	if err := p.about(e); err != nil {
		return p, err
	}
	if err := outcome(*row, e); err != nil {
		return p, err
	}
	if err := guard(*row, e, asked); err != nil {
		return p, err
	}
	p.take(*row, e)
	return p, nil
}

// about asks that an answer names a request that waits, and a kept promise one that was made.
func (p Progress) about(e tillproof.CaseEvent) error {
	answers := e.Step == tillproof.CaseAnswer && !slices.Contains(p.Waiting, e.About)
	keeps := e.Step == tillproof.CaseKept && !slices.Contains(p.Pledged, e.About)
	if answers || keeps {
		return broken("case.event.about", e.About)
	}
	return nil
}

func outcome(row Transition, e tillproof.CaseEvent) error {
	possible := slices.Contains(row.Outcomes, e.Outcome)
	if e.Role == tillproof.Provider && slices.Contains(own, e.Outcome) {
		possible = false
	}
	if len(row.Outcomes) == 0 {
		possible = e.Outcome == tillproof.NoOutcome
	}
	if !possible {
		return refused("case.event.outcome", tillproof.Params{"outcome": string(e.Outcome)})
	}
	return nil
}

func guard(row Transition, e tillproof.CaseEvent, asked Asked) error {
	for _, g := range row.Guards {
		switch {
		case g == Complete && !asked.Complete && e.Reason == "":
			return refused("case.event.incomplete", nil)
		case g == Reasoned && e.Reason == "":
			return refused("case.event.reason", tillproof.Params{"case_step": string(e.Step)})
		case g == Confirmed && asked.Forfeits.Code != "" && asked.Confirmed != asked.Forfeits.Money:
			return asked.Forfeits.unconfirmed()
		}
	}
	return nil
}
