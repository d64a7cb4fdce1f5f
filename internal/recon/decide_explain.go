package recon

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/match"
)

// Explained is what a name stands for in a run, and why it ended so.
type Explained struct {
	Break   *tillproof.Break   // nil where the name is not that of a break
	Finding *tillproof.Finding // likewise
	Rows    []tillproof.Explanation
	All     int // the records of the break or finding; Rows are the first of them
}

// maxExplained bounds the records of one break or finding that are explained one by one.
const maxExplained = 20

// Explain says why a record, a break or a finding is what it is. The name is an id, its beginning, file:line,
// or that of a payout or batch. What is not found is a note without an answer.
func Explain(run *tillproof.Run, name string) (*Explained, tillproof.Note) {
	out := &Explained{}
	var rows []tillproof.RowRef
	switch prefix, letters, _ := strings.Cut(name, "_"); {
	case prefix == "brk" && len(letters) >= minLetters:
		same := func(i int) string { return run.Breaks[i].ID.String() }
		i, why := onlyOne(name, len(run.Breaks), same)
		if why.Code != "" {
			return nil, why
		}
		out.Break, rows = &run.Breaks[i], run.Breaks[i].Records
	case prefix == "fnd" && len(letters) >= minLetters:
		i, why := onlyOne(name, len(run.Findings), func(i int) string { return run.Findings[i].ID.String() })
		if why.Code != "" {
			return nil, why
		}
		out.Finding, rows = &run.Findings[i], run.Findings[i].Records
	default:
		found := find(run, []string{name})[0]
		if found.why.Code != "" {
			return nil, found.why
		}
		if rows = found.rows; rows == nil {
			rows = []tillproof.RowRef{found.ref}
		}
	}
	out.All = len(rows)
	for _, ref := range rows[:min(len(rows), maxExplained)] {
		x := match.Explain(run, ref)
		tellParted(run, &x)
		out.Rows = append(out.Rows, x)
	}
	return out, tillproof.Note{}
}

// onlyOne is the place of the one id that begins with the name.
func onlyOne(name string, n int, id func(i int) string) (int, tillproof.Note) {
	var hits []int
	for i := range n {
		if strings.HasPrefix(id(i), name) {
			hits = append(hits, i)
		}
	}
	switch len(hits) {
	case 0:
		return 0, whyNot("decide.misfit.not_found", name)
	case 1:
		return hits[0], tillproof.Note{}
	}
	why := whyNot("decide.misfit.ambiguous", name)
	ids := make([]string, 0, maxIDs)
	for _, i := range hits[:min(len(hits), maxIDs)] {
		ids = append(ids, id(i))
	}
	why.Params["n"], why.Params["ids"] = strconv.Itoa(len(hits)), strings.Join(ids, ", ")
	return 0, why
}

// tellParted says of candidates that a person ruled out that this is why they lost.
func tellParted(run *tillproof.Run, x *tillproof.Explanation) {
	for i := range x.Second {
		for n := range run.Decisions {
			d := &run.Decisions[n]
			parted := d.Ruling == tillproof.RuleUnmatch && d.Obeyed()
			if parted && names(d, x.Ref) && names(d, x.Second[i].Row) {
				x.Second[i].Why = tillproof.Note{
					Code: "decide.lost", Params: tillproof.Params{"reason": d.Reason},
				}
			}
		}
	}
}

func names(d *tillproof.Decision, ref tillproof.RowRef) bool { return slices.Contains(d.Records, ref) }
