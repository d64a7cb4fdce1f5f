package bench

import (
	"fmt"
	"slices"

	"github.com/tillproof/tillproof"
)

// trueBreak is a break of the key with its records looked up.
type trueBreak struct {
	kind     string
	refs     map[Ref]bool
	residual int64
	taken    bool
}

// breaks: one is right where the key has one of its kind and residual that it shares a record with.
func (j *judge) breaks(a *Answer) error {
	truths, err := j.trueBreaks()
	if err != nil {
		return err
	}
	unknown, err := j.unknowable()
	if err != nil {
		return err
	}
	j.said = map[string]bool{}
	for i, b := range a.Breaks {
		refs, err := j.refs(b.Records)
		if err != nil {
			return fmt.Errorf("break %d: %w", i+1, err)
		}
		residual, err := j.minor(b.Residual)
		if err != nil {
			return fmt.Errorf("break %d: %w", i+1, err)
		}
		if j.repeated(fmt.Sprint(b.Kind, " ", residual, " ", join(refs))) {
			continue
		}
		if b.Kind == string(tillproof.Ambiguous) && within(refs, unknown) {
			j.score.Refused++
			continue
		}
		t := j.tally(b.Kind)
		t.Given++
		at := slices.IndexFunc(truths, func(t trueBreak) bool {
			return t.kind == b.Kind && t.residual == residual && !t.taken &&
				slices.ContainsFunc(refs, func(r Ref) bool { return t.refs[r] })
		})
		if at < 0 {
			j.fault(Fault{What: FalseBreak, Kind: b.Kind, Records: b.Records, Amount: b.Residual})
			continue
		}
		truths[at].taken = true
		t.Right++
		if !j.key.Breaks[at].Unknown {
			t.Found++
		}
	}
	j.missedBreaks(truths)
	return nil
}

func (j *judge) missedBreaks(truths []trueBreak) {
	for i, b := range j.key.Breaks {
		if truths[i].taken || b.Unknown {
			continue
		}
		j.fault(Fault{
			What: MissedBreak, Kind: b.Kind, Records: b.Records, Amount: b.Residual, Cause: b.Cause,
		})
	}
}

func (j *judge) trueBreaks() ([]trueBreak, error) {
	truths := make([]trueBreak, len(j.key.Breaks))
	for i, b := range j.key.Breaks {
		refs, err := j.truth(b.Records)
		if err != nil {
			return nil, err
		}
		residual, err := j.minor(b.Residual)
		if err != nil {
			return nil, fmt.Errorf("the key: %w", err)
		}
		truths[i] = trueBreak{kind: b.Kind, refs: setOf(refs), residual: residual}
		t := j.tally(b.Kind)
		t.True++
		if !b.Unknown {
			t.Knowable++
		}
	}
	return truths, nil
}

func setOf(refs Refs) map[Ref]bool {
	set := make(map[Ref]bool, len(refs))
	for _, r := range refs {
		set[r] = true
	}
	return set
}

func (j *judge) tally(kind string) *Tally {
	if j.score.Breaks[kind] == nil {
		j.score.Breaks[kind] = &Tally{}
	}
	return j.score.Breaks[kind]
}

// unknowable are the records of all that the files do not determine.
func (j *judge) unknowable() (map[Ref]bool, error) {
	var names []string
	for _, m := range j.key.Matches {
		if m.Unknown {
			names = slices.Concat(names, m.Terminal, m.Acquirer)
		}
	}
	for _, b := range j.key.Breaks {
		if b.Unknown {
			names = append(names, b.Records...)
		}
	}
	for _, d := range j.key.Deposits {
		if d.Unknown {
			names = slices.Concat(names, d.Bank, d.Rows)
		}
	}
	refs, err := j.truth(names)
	return setOf(refs), err
}

// within reports whether all records, and at least one, are in the set.
func within(refs Refs, set map[Ref]bool) bool {
	return len(refs) > 0 && !slices.ContainsFunc(refs, func(r Ref) bool { return !set[r] })
}
