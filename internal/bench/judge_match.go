package bench

import (
	"fmt"
	"slices"
)

// matches: a pair is right where all its lines stand for one sale of the key, some on each side.
func (j *judge) matches(a *Answer) error {
	owner := map[Ref]int{} // line → which match of the key, from 1
	t := &j.score.Matches
	for i, m := range j.key.Matches {
		both, err := j.truth(m.Terminal, m.Acquirer)
		if err != nil {
			return err
		}
		for _, r := range both {
			owner[r] = i + 1
		}
		t.True++
		if !m.Unknown {
			t.Knowable++
		}
	}
	found := make([]bool, len(j.key.Matches))
	j.said = map[string]bool{}
	for i, m := range a.Matches {
		at, again, err := j.match(m, owner)
		if err != nil {
			return fmt.Errorf("match %d: %w", i+1, err)
		}
		switch {
		case again:
		case at == 0:
			t.Given++
			j.fault(Fault{What: FalseMatch, Records: slices.Concat(m.Terminal, m.Acquirer)})
		case found[at-1]: // another line of the same sale
			j.score.Repeated++
		default:
			t.Given++
			t.Right++
			found[at-1] = true
			if !j.key.Matches[at-1].Unknown {
				t.Found++
			}
		}
	}
	for i, m := range j.key.Matches {
		if !found[i] && !m.Unknown {
			j.fault(Fault{What: MissedMatch, Records: slices.Concat(m.Terminal, m.Acquirer)})
		}
	}
	return nil
}

// match is the match of the key that one of the answer is, 0 where it is none.
func (j *judge) match(m Match, owner map[Ref]int) (at int, again bool, err error) {
	left, err := j.refs(m.Terminal)
	if err != nil {
		return 0, false, err
	}
	right, err := j.refs(m.Acquirer)
	if err != nil {
		return 0, false, err
	}
	if len(left) == 0 || len(right) == 0 {
		return 0, false, nil
	}
	if j.repeated(join(left) + "=" + join(right)) {
		return 0, true, nil
	}
	at = owner[left[0]]
	for _, r := range slices.Concat(left, right) {
		if owner[r] != at {
			return 0, false, nil
		}
	}
	if left[0].File == right[0].File {
		return 0, false, nil
	}
	return at, false, nil
}
