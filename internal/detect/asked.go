package detect

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/habit"
	"github.com/tillproof/tillproof/internal/detect/learn"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// Asked is what a run is asked beside the book: rules of the user's own, and what verdicts have taught. The
// zero value asks nothing. It holds no state: one value serves any number of runs.
type Asked struct {
	Custom []CustomRule
	Model  *learn.Model // nil: there is none yet
	// Verdict is what is known about a row that happened at a moment. Nil: nothing is. See Verdicts.
	Verdict func(r *tillproof.Record, at tillproof.LocalTime) (Verdict, bool)
	Delay   int64 // seconds after which a verdict is known at the latest; 0: a week
	Workers int   // processors that training may use
	// Silent says which findings are kept silent, by their rule and the day on which they began, and why.
	Silent func(rule tillproof.RuleID, day tillproof.Date) (Silence, bool)
	// OnTaught hears, at the end of a run, of the trainings in it: whoever keeps models takes them from here.
	OnTaught func(all []teach.Lesson)
}

// Verdict is what a person found out about a row, and from which moment on it counts.
type Verdict struct {
	Record tillproof.RecordID
	Fraud  bool
	Known  tillproof.LocalTime // never at the moment of its own row or before
}

// Silence is why and until when a rule is kept silent.
type Silence struct {
	Reason string
	Until  tillproof.Date
}

// Verdicts looks verdicts up by their records, for Asked.Verdict. Of two about one record that do not agree
// nothing is known.
func Verdicts(all []Verdict) func(*tillproof.Record, tillproof.LocalTime) (Verdict, bool) {
	by, torn := map[tillproof.RecordID]Verdict{}, map[tillproof.RecordID]bool{}
	for _, v := range all {
		if old, ok := by[v.Record]; ok {
			torn[v.Record] = torn[v.Record] || old.Fraud != v.Fraud
			v.Known = min(v.Known, old.Known)
		}
		by[v.Record] = v
	}
	return func(r *tillproof.Record, _ tillproof.LocalTime) (Verdict, bool) {
		v, ok := by[r.ID]
		return v, ok && !torn[r.ID]
	}
}

// VerdictsOn are the verdicts about the rows of a finding that was confirmed or dismissed.
func VerdictsOn(
	run *tillproof.Run, f *tillproof.Finding, fraud bool, known tillproof.LocalTime,
) []Verdict {
	all := make([]Verdict, len(f.Records))
	for i, ref := range f.Records {
		all[i] = Verdict{Record: run.Record(ref).ID, Fraud: fraud, Known: known}
	}
	return all
}

// learns reports whether the learned score is asked: without a model and verdicts it has nothing to say that
// belongs into a reconciliation.
func (a *Asked) learns() bool { return a.Model != nil || a.Verdict != nil }

// teacher gives the facts that rules of the user ask for, and the chances where there is something to learn
// from; nil where neither is wanted. The error is a *tillproof.Error where the model does not fit.
func (a *Asked) teacher() (*teach.Teacher, error) {
	if !a.learns() && len(a.Custom) == 0 {
		return nil, nil
	}
	return teach.New(teach.Options{
		Delay: a.Delay, Model: a.Model, Fixed: a.Verdict == nil, Workers: a.Workers,
	})
}

// Engine is an engine that asks the book and all that is asked beside it. The options of the caller
// say how much it remembers.
func (a *Asked) Engine(o Options) (*Engine, error) {
	t, err := a.teacher()
	if err != nil {
		return nil, err
	}
	o.Verdicts = a.Verdict != nil
	if o.Custom = a.Custom; t != nil {
		o.Teacher = t
	}
	if !a.learns() {
		o.Least = Certain + 1 // the teacher is there for the facts only
	}
	o.Silent = func(in *Incident) bool {
		_, silent := a.silent(in.Rule.ID, in.First.Date())
		return silent
	}
	return NewEngine(o), nil
}

func (a *Asked) silent(rule tillproof.RuleID, day tillproof.Date) (Silence, bool) {
	if a.Silent == nil {
		return Silence{}, false
	}
	return a.Silent(rule, day)
}

// taught says, at the end of a stream, what could not be learned.
func (a *Asked) taught(e *Engine) []tillproof.Note {
	t, ok := e.opts.Teacher.(*teach.Teacher)
	if !ok || !a.learns() {
		return nil
	}
	if a.OnTaught != nil {
		a.OnTaught(t.Record())
	}
	return Unlearned(t, a.Verdict != nil)
}

// Unlearned says why a teacher has no model, where verdicts were to teach it, and whether too little has
// passed to tell what is unusual. A teacher with a model gives nothing.
func Unlearned(t *teach.Teacher, verdicts bool) []tillproof.Note {
	l, ok := t.Lack()
	if !ok {
		return nil
	}
	var notes []tillproof.Note
	add := func(code string, numbers ...int) {
		p := tillproof.Params{}
		for i, name := range []string{"n", "needed", "m", "judging"}[:len(numbers)] {
			p[name] = strconv.Itoa(numbers[i])
		}
		notes = append(notes, tillproof.Note{Code: code, Params: p})
	}
	switch {
	case !verdicts:
	case l.Trained > 0:
		add("detect.untaught.worse", l.Trained)
	case l.Frauds < teach.LeastFrauds || l.Held < teach.LeastHeld:
		add("detect.untaught.frauds", l.Frauds, teach.LeastFrauds, l.Held, teach.LeastHeld)
	default:
		add("detect.untaught.soon", l.Frauds+l.Held)
	}
	learned := Learned()
	switch known := int(learned.value("known")); {
	case l.Rows < habit.LeastRows:
		add("detect.unknown.rows", l.Rows, habit.LeastRows)
	case l.OfOneCard == 0:
		add("detect.unknown.no_card")
	case l.OfOneCard <= known:
		add("detect.unknown.card", l.OfOneCard, known+1)
	}
	return notes
}

// tell hands the engine what is known about a row of a run, or about the row of the other side that it was
// matched with.
func (a *Asked) tell(e *Engine, t *stream.Txn, rows ...*tillproof.Record) {
	if a.Verdict == nil || !t.At.Known() {
		return
	}
	for _, r := range rows {
		if r == nil {
			continue
		}
		if v, ok := a.Verdict(r, t.At); ok {
			e.Know(stream.Label{Txn: *t, Known: max(v.Known, t.At+1), Fraud: v.Fraud})
			return
		}
	}
}

// hush is what is said about findings that are kept silent: one note for each rule and reason.
type hush struct {
	notes []tillproof.Note
	n     []int
}

func (h *hush) add(rule tillproof.RuleID, s Silence) {
	p := tillproof.Params{"rule": string(rule), "reason": s.Reason, "until": s.Until.String()}
	for i, n := range h.notes {
		if n.Params["rule"] == p["rule"] && n.Params["reason"] == p["reason"] &&
			n.Params["until"] == p["until"] {
			h.n[i]++
			n.Params["n"] = strconv.Itoa(h.n[i])
			return
		}
	}
	p["n"] = "1"
	h.notes, h.n = append(h.notes, tillproof.Note{Code: "detect.silent", Params: p}), append(h.n, 1)
}
