package recon

import (
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/tillproof/tillproof"
)

// Names of groups: the lines that one payout pays, and those of one batch of a terminal.
const (
	payoutPrefix = "payout:"
	batchPrefix  = "batch:"
)

// maxGroup bounds the lines that one name stands for: a busy terminal's batch has thousands, and whoever
// means more means a day of a chain, which no person has looked at.
const maxGroup = 50_000

// groupName is what a decision names instead of single lines: payout:NUMBER, batch:NUMBER or
// batch:TERMINAL/NUMBER.
type groupName struct {
	payout, terminal, batch string
}

func groupOf(name string) (groupName, bool) {
	if number, ok := strings.CutPrefix(name, payoutPrefix); ok {
		return groupName{payout: plain(number)}, plain(number) != ""
	}
	number, ok := strings.CutPrefix(name, batchPrefix)
	if !ok {
		return groupName{}, false
	}
	terminal := ""
	if at := strings.LastIndexByte(number, '/'); at >= 0 {
		terminal, number = number[:at], number[at+1:]
	}
	return groupName{terminal: plain(terminal), batch: plain(number)}, plain(number) != ""
}

// plain is a number without the zeros in front, which spreadsheets drop.
func plain(number string) string { return strings.TrimLeft(strings.TrimSpace(number), "0") }

// has reports whether the group has the line, if it is one that moves money. A line that announces a payout
// is none: it sums up the others.
func (g groupName) has(r *tillproof.Record) bool {
	switch {
	case r.Status != tillproof.Posted || r.Kind == tillproof.PreAuth || r.Kind == tillproof.Payout:
		return false
	case g.payout != "":
		return plain(r.Refs.Payout) == g.payout
	}
	return plain(r.Refs.Batch) == g.batch &&
		(g.terminal == "" || plain(string(r.Refs.Terminal)) == g.terminal)
}

// ledgerOf is the side whose lines the bank is compared with: groups are of its lines.
func ledgerOf(sources []tillproof.Source) tillproof.Side {
	if slices.ContainsFunc(sources, func(s tillproof.Source) bool { return s.Side == tillproof.Acquirer }) {
		return tillproof.Acquirer
	}
	return tillproof.Terminal
}

// readGroups fills in what became of the names of groups. It goes through the lines once.
func readGroups(run *tillproof.Run, names []string, out []sought) {
	groups := map[groupName][]tillproof.RowRef{}
	for _, name := range names {
		if g, ok := groupOf(name); ok {
			groups[g] = nil
		}
	}
	if len(groups) == 0 {
		return
	}
	side := ledgerOf(run.Sources)
	for i := range run.Records[side] {
		r := &run.Records[side][i]
		for _, g := range namesOf(r) {
			if rows, asked := groups[g]; asked && g.has(r) {
				groups[g] = append(rows, tillproof.RowRef{Side: side, N: int32(i)})
			}
		}
	}
	for i, name := range names {
		if g, ok := groupOf(name); ok {
			out[i] = soughtGroup(run, g, name, groups[g])
		}
	}
}

// namesOf are the names of the groups that a line may be in.
func namesOf(r *tillproof.Record) [3]groupName {
	batch := plain(r.Refs.Batch)
	return [3]groupName{
		{payout: plain(r.Refs.Payout)},
		{batch: batch},
		{batch: batch, terminal: plain(string(r.Refs.Terminal))},
	}
}

func soughtGroup(run *tillproof.Run, g groupName, name string, rows []tillproof.RowRef) sought {
	switch {
	case len(rows) == 0:
		return sought{why: whyNot("decide.misfit.group", name)}
	case len(rows) > maxGroup:
		why := whyNot("decide.misfit.group_large", name)
		why.Params["most"] = strconv.Itoa(maxGroup)
		return sought{why: why}
	}
	if terminals := terminalsOf(run, rows); g.batch != "" && len(terminals) > 1 {
		why := whyNot("decide.misfit.batch", name)
		why.Params["ids"] = strings.Join(terminals[:min(len(terminals), maxIDs)], ", ")
		return sought{why: why}
	}
	return sought{rows: rows}
}

// terminalsOf are the names of a batch by terminal, sorted.
func terminalsOf(run *tillproof.Run, rows []tillproof.RowRef) []string {
	var out []string
	last := ""
	for _, ref := range rows {
		refs := &run.Record(ref).Refs
		name := batchPrefix + string(refs.Terminal) + "/" + refs.Batch
		if name != last && !slices.Contains(out, name) && len(out) <= maxIDs {
			out = append(out, name)
		}
		last = name
	}
	slices.Sort(out)
	return out
}

// groupSeeker says of each record of a run that is not held whether a group that decisions name has it. Of a
// group that is too large it wants no more than proves that.
type groupSeeker struct {
	side  tillproof.Side
	sides []tillproof.Side // by source
	names map[groupName]*atomic.Int64
}

func seekGroups(decisions []tillproof.Decision, sources []tillproof.Source) *groupSeeker {
	s := &groupSeeker{side: ledgerOf(sources), names: map[groupName]*atomic.Int64{}}
	for i := range sources {
		s.sides = append(s.sides, sources[i].Side)
	}
	for i := range decisions {
		for _, name := range decisions[i].Named {
			if g, ok := groupOf(name); ok {
				s.names[g] = &atomic.Int64{}
			}
		}
	}
	return s
}

func (s *groupSeeker) wants(r *tillproof.Record) bool {
	if len(s.names) == 0 || s.sides[r.Origin.Source] != s.side {
		return false
	}
	for _, g := range namesOf(r) {
		if n := s.names[g]; n != nil && g.has(r) && n.Add(1) <= maxGroup+1 {
			return true
		}
	}
	return false
}
