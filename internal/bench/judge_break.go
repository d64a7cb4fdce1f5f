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
	said, err := j.saidBreaks(a, unknown)
	if err != nil {
		return err
	}
	var rest []saidBreak
	for _, b := range said {
		at := slices.IndexFunc(truths, func(t trueBreak) bool {
			return t.kind == b.Kind && t.residual == b.residual && !t.taken &&
				slices.ContainsFunc(b.refs, func(r Ref) bool { return t.refs[r] })
		})
		if at < 0 {
			rest = append(rest, b)
			continue
		}
		j.take(truths, at, 1)
	}
	for _, b := range j.parts(truths, rest) {
		j.fault(Fault{What: FalseBreak, Kind: b.Kind, Records: b.Records, Amount: b.Residual})
	}
	j.missedBreaks(truths)
	return nil
}

// saidBreak is a break of the answer with its records looked up.
type saidBreak struct {
	Break
	refs     Refs
	residual int64
}

// saidBreaks reads the breaks of the answer, without those that were said before and the refusals.
func (j *judge) saidBreaks(a *Answer, unknown map[Ref]bool) ([]saidBreak, error) {
	j.said = map[string]bool{}
	var said []saidBreak
	for i, b := range a.Breaks {
		if !slices.Contains(tillproof.BreakKinds[:], tillproof.BreakKind(b.Kind)) {
			return nil, fmt.Errorf("break %d: no kind of break is called %q; there are %v", i+1, b.Kind,
				tillproof.BreakKinds)
		}
		refs, err := j.refs(b.Records)
		if err != nil {
			return nil, fmt.Errorf("break %d: %w", i+1, err)
		}
		residual, err := j.minor(b.Residual)
		if err != nil {
			return nil, fmt.Errorf("break %d: %w", i+1, err)
		}
		switch {
		case j.repeated(fmt.Sprint(b.Kind, " ", residual, " ", join(refs))):
		case b.Kind == string(tillproof.Ambiguous) && within(refs, unknown):
			j.score.Refused++
		default:
			j.tally(b.Kind).Given++
			said = append(said, saidBreak{b, refs, residual})
		}
	}
	return said, nil
}

// take notes that a break of the key was found, said in so many parts.
func (j *judge) take(truths []trueBreak, at, parts int) {
	truths[at].taken = true
	t := j.tally(truths[at].kind)
	t.Right += parts
	if !j.key.Breaks[at].Unknown {
		t.Found++
	}
}

// parts takes breaks that say in parts what the key has as one: of its kind, each about records of it alone,
// none about a record of another, and together of its residual. A chain's deposit that never came may be said
// shop by shop. It answers what is left.
func (j *judge) parts(truths []trueBreak, rest []saidBreak) []saidBreak {
	for at := range truths {
		t := &truths[at]
		var mine []int
		var sum int64
		named := map[Ref]bool{}
		overlap := false
		for i, b := range rest {
			if t.taken || b.Kind != t.kind || !within(b.refs, t.refs) {
				continue
			}
			for _, r := range b.refs {
				overlap = overlap || named[r]
				named[r] = true
			}
			mine = append(mine, i)
			sum += b.residual
		}
		if len(mine) < 2 || overlap || sum != t.residual {
			continue
		}
		j.take(truths, at, len(mine))
		for _, i := range slices.Backward(mine) {
			rest = slices.Delete(rest, i, i+1)
		}
	}
	return rest
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
