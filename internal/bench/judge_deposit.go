package bench

import (
	"fmt"
	"maps"
	"slices"
)

// trueDeposits are the deposits of the key with their records looked up; numbers count from 1.
type trueDeposits struct {
	rows   []string       // of each, as one text
	refs   []Refs         // the same, one by one
	byBank map[string]int // the lines of the bank as one text
	owner  map[Ref]int    // a line of the bank
	found  []bool
}

// deposits: one is explained where the lines of the bank and all rows are those of the key. Several of the
// key explained as one are coarse.
func (j *judge) deposits(a *Answer) error {
	truth, err := j.trueDeposits()
	if err != nil {
		return err
	}
	t := &j.score.Deposits
	j.said = map[string]bool{}
	for i, d := range a.Deposits {
		bank, err := j.refs(d.Bank)
		if err != nil {
			return fmt.Errorf("deposit %d: %w", i+1, err)
		}
		rows, err := j.refs(d.Rows)
		if err != nil {
			return fmt.Errorf("deposit %d: %w", i+1, err)
		}
		lines, own := join(bank), join(rows)
		at := truth.byBank[lines]
		switch {
		case j.repeated(lines + "=" + own):
		case at > 0 && own == truth.rows[at-1]:
			t.Given++
			t.Right++
			truth.found[at-1] = true
			if !j.key.Deposits[at-1].Unknown {
				t.Found++
			}
		case at == 0 && truth.isUnion(bank, own):
			j.score.Coarse++
		default:
			t.Given++
			j.fault(Fault{What: WrongExplanation, Records: slices.Concat(d.Bank, d.Rows)})
		}
	}
	for i, d := range j.key.Deposits {
		if !truth.found[i] && !d.Unknown {
			j.fault(Fault{What: Unexplained, Records: slices.Concat(d.Bank, d.Rows)})
		}
	}
	return nil
}

func (j *judge) trueDeposits() (*trueDeposits, error) {
	truth := &trueDeposits{
		byBank: map[string]int{}, owner: map[Ref]int{}, found: make([]bool, len(j.key.Deposits)),
	}
	for i, d := range j.key.Deposits {
		bank, err := j.truth(d.Bank)
		if err != nil {
			return nil, err
		}
		rows, err := j.truth(d.Rows)
		if err != nil {
			return nil, err
		}
		j.score.Deposits.True++
		if !d.Unknown {
			j.score.Deposits.Knowable++
		}
		truth.rows, truth.refs = append(truth.rows, join(rows)), append(truth.refs, rows)
		truth.byBank[join(bank)] = i + 1
		for _, r := range bank {
			truth.owner[r] = i + 1
		}
	}
	return truth, nil
}

// isUnion reports whether the rows are those of all deposits that the bank's lines are.
func (t *trueDeposits) isUnion(bank Refs, rows string) bool {
	parts := map[int]bool{}
	for _, r := range bank {
		parts[t.owner[r]] = true
	}
	if parts[0] || len(parts) == 0 {
		return false
	}
	var all Refs
	for _, at := range slices.Sorted(maps.Keys(parts)) {
		all = append(all, t.refs[at-1]...)
	}
	return join(all) == rows
}
