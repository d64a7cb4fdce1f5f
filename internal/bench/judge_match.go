package bench

import (
	"fmt"
	"slices"
)

// trueMatches are the matches of the key with their records looked up; numbers count from 1.
type trueMatches struct {
	owner map[Ref]int    // line of the log → its match
	rows  []map[Ref]bool // of each match, the rows that may be its half
	used  map[Ref]bool   // rows that a right answer has taken
	found []bool
}

// matches: a pair is right where all its lines of the log stand for one sale of the key, all its rows may be
// the other half, and none was taken before.
func (j *judge) matches(a *Answer) error {
	truth, err := j.trueMatches()
	if err != nil {
		return err
	}
	t := &j.score.Matches
	j.said = map[string]bool{}
	for i, m := range a.Matches {
		left, err := j.refs(m.Terminal)
		if err != nil {
			return fmt.Errorf("match %d: %w", i+1, err)
		}
		right, err := j.refs(m.Acquirer)
		if err != nil {
			return fmt.Errorf("match %d: %w", i+1, err)
		}
		at := truth.of(left, right)
		switch {
		case len(left) > 0 && len(right) > 0 && j.repeated(join(left)+"="+join(right)):
		case at > 0 && truth.found[at-1]: // another line of the same sale
			j.score.Repeated++
		case at == 0 || !truth.take(at, right):
			t.Given++
			j.fault(Fault{What: FalseMatch, Records: slices.Concat(m.Terminal, m.Acquirer)})
		default:
			t.Given++
			t.Right++
			if !j.key.Matches[at-1].Unknown {
				t.Found++
			}
		}
	}
	for i, m := range j.key.Matches {
		if !truth.found[i] && !m.Unknown {
			j.fault(Fault{What: MissedMatch, Records: slices.Concat(m.Terminal, m.Acquirer)})
		}
	}
	return nil
}

func (j *judge) trueMatches() (*trueMatches, error) {
	truth := &trueMatches{
		owner: map[Ref]int{}, used: map[Ref]bool{}, found: make([]bool, len(j.key.Matches)),
	}
	for i, m := range j.key.Matches {
		left, err := j.truth(m.Terminal)
		if err != nil {
			return nil, err
		}
		right, err := j.truth(m.Acquirer)
		if err != nil {
			return nil, err
		}
		for _, r := range left {
			truth.owner[r] = i + 1
		}
		truth.rows = append(truth.rows, setOf(right))
		j.score.Matches.True++
		if !m.Unknown {
			j.score.Matches.Knowable++
		}
	}
	return truth, nil
}

// of is the match of the key that a pair is, 0 where it is none.
func (t *trueMatches) of(left, right Refs) int {
	if len(left) == 0 {
		return 0
	}
	at := t.owner[left[0]]
	if at == 0 || slices.ContainsFunc(left, func(r Ref) bool { return t.owner[r] != at }) ||
		!within(right, t.rows[at-1]) {
		return 0
	}
	return at
}

// take uses up the rows; false where one was used before.
func (t *trueMatches) take(at int, rows Refs) bool {
	if slices.ContainsFunc(rows, func(r Ref) bool { return t.used[r] }) {
		return false
	}
	for _, r := range rows {
		t.used[r] = true
	}
	t.found[at-1] = true
	return true
}
