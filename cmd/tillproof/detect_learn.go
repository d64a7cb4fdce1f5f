package main

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// learnedScore is the rule that the learned score speaks by.
const learnedScore tillproof.RuleID = "learned_score"

// learner passes rows and verdicts on to whoever learns, and keeps what it said about the last row: the rule
// of the learned score is asked right after it.
type learner struct {
	inner  detect.Teacher
	floor  int64
	chance int64
}

// The chances from which on the learned score speaks, in parts of a thousand million. Without a budget a
// finding should be right more often than not; a budget ranks what is less likely too.
const (
	likely   = ppb / 2
	possible = ppb / 50
)

func (w *watch) newLearner() (*learner, error) {
	l := &learner{floor: likely}
	if w.flags.alerts > 0 {
		l.floor = possible
	}
	return l, nil
}

// Next asks for the chance of a row.
func (l *learner) Next(t *stream.Txn) ([]int32, int64) {
	l.chance = 0
	if l.inner == nil {
		return nil, 0
	}
	var facts []int32
	facts, l.chance = l.inner.Next(t)
	return facts, l.chance
}

// Know passes a verdict on.
func (l *learner) Know(v *stream.Label) {
	if l.inner != nil {
		l.inner.Know(v)
	}
}

// Walk writes or reads the state of whoever learns.
func (l *learner) Walk(t *stream.Tape) {
	if l.inner != nil {
		l.inner.Walk(t)
	}
}
