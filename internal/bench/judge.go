package bench

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// Judge scores an answer. It answers an error for an answer that does not keep to the form.
func Judge(k *Key, a *Answer) (*Score, error) {
	j := &judge{
		key: k, score: &Score{Breaks: map[string]*Tally{}, Currency: k.Currency}, kept: map[string]int{},
	}
	for _, step := range []func(*Answer) error{j.matches, j.breaks, j.deposits, j.loss} {
		if err := step(a); err != nil {
			return nil, err
		}
	}
	return j.score, nil
}

type judge struct {
	key   *Key
	score *Score
	kept  map[string]int // faults by sort
	said  map[string]bool
}

func (j *judge) fault(f Fault) {
	if j.kept[f.What]++; j.kept[f.What] <= maxFaults {
		j.score.Faults = append(j.score.Faults, f)
	}
}

// refs reads the names of an answer and counts those that no file has.
func (j *judge) refs(names []string) (Refs, error) {
	found, unknown, err := j.key.places(names)
	j.score.Unknown += unknown
	return found, err
}

// truth reads names of the key, which are all known.
func (j *judge) truth(names ...[]string) (Refs, error) {
	found, unknown, err := j.key.places(slices.Concat(names...))
	if err == nil && unknown > 0 {
		err = errRef
	}
	if err != nil {
		return nil, fmt.Errorf("the key: %w", err)
	}
	return found, nil
}

// repeated reports a statement that was made before.
func (j *judge) repeated(statement string) bool {
	if j.said[statement] {
		j.score.Repeated++
		return true
	}
	j.said[statement] = true
	return false
}

func join(r Refs) string { return strings.Join(r.Names(), " ") }

// loss is how far the figures are off, summed over all of them.
func (j *judge) loss(a *Answer) error {
	said := a.Loss.figures()
	for i, f := range j.key.Loss.figures() {
		want, err := j.minor(f)
		if err != nil {
			return fmt.Errorf("the key: %w", err)
		}
		got, err := j.minor(said[i])
		if err != nil {
			return fmt.Errorf("loss: %w", err)
		}
		j.score.LossOff += max(got-want, want-got)
	}
	return nil
}

func (l Loss) figures() [6]string {
	return [...]string{l.Confirmed, l.ConfirmedFees, l.AtRisk, l.AtRiskFees, l.Timing, l.Owed}
}

// maxMinor bounds an amount of an answer, so that no sum of differences can leave the range.
const maxMinor = 1 << 55

func (j *judge) minor(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	x, err := tillproof.ParseExact(text)
	if err != nil {
		return 0, fmt.Errorf("%q: %w", text, err)
	}
	v, err := x.Minor(j.key.Currency)
	if err == nil && (v > maxMinor || v < -maxMinor) {
		err = tillproof.ErrOverflow
	}
	if err != nil {
		return 0, fmt.Errorf("%q: %w", text, err)
	}
	return v, nil
}
