package bulk

import (
	"cmp"
	"context"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/match"
)

// Without a report the log is compared with the statements at the agreed fees. What makes a deposit is sought
// among rows, since fees are rounded row by row: so all rows that may pay a line are held together.

// unreported compares merchants one after the other with the lines that name them.
func (j *job) unreported(ctx context.Context) error {
	rows := int64(0)
	for _, c := range j.total[tillproof.Terminal].by {
		rows += c.n
	}
	if rows > maxSingles {
		return noReport()
	}
	j.singles.at = map[string][]uint64{"": nil}
	for id, name := range j.merchants.texts {
		if j.merchants.sides[id]&terminalBit != 0 {
			j.singles.at[name] = nil
		}
	}
	if err := j.findRows(ctx, tillproof.Terminal); err != nil {
		return err
	}
	parts, err := j.logParts(rows)
	if err != nil {
		return err
	}
	beyond := &match.Beyond{Merchants: j.loggedAlone()} // voids are seen to by the leg that has no report
	if len(parts) > 1 {
		if beyond.Terms, err = j.learnLogTerms(&parts[0], beyond); err != nil {
			return err
		}
	}
	return inOrder(ctx, len(parts), 1, func(_, n int) (*settledDeposits, error) {
		return j.settleDeposits(parts[n], beyond)
	}, func(n int, s *settledDeposits) error {
		j.step(passSingles, int64(n+1), int64(len(parts)))
		return j.takeDeposits(s)
	})
}

// logParts cuts the merchants of the log. Lines that name nobody may pay any merchant that no line names:
// those stay together. Where too many rows would be, the comparison is refused.
func (j *job) logParts(rows int64) ([]depositPart, error) {
	var names []tillproof.MerchantID
	for name := range j.singles.at {
		names = append(names, tillproof.MerchantID(name))
	}
	slices.Sort(names)
	namer := match.NewNamer(names)
	whole := rows <= maxSingle
	of := map[tillproof.MerchantID][]int64{}
	rest := depositPart{single: true, logged: true}
	several := false
	err := j.bank.each(func(line int64, r *tillproof.Record) {
		named := namer.Named(r)
		if whole || len(named) != 1 {
			rest.lines = append(rest.lines, line)
			several = several || len(named) > 1 && !r.Amount.IsZero()
			return
		}
		of[named[0]] = append(of[named[0]], line)
	})
	if err != nil {
		return nil, err
	}
	if several && !whole {
		return nil, noReport()
	}
	return j.packLogged(names, of, rest)
}

func (j *job) packLogged(
	names []tillproof.MerchantID, of map[tillproof.MerchantID][]int64, rest depositPart,
) ([]depositPart, error) {
	var out []depositPart
	held, left := 0, 0
	for _, m := range names {
		n := len(j.singles.at[string(m)])
		lines := of[m]
		if len(lines) == 0 {
			left += n
			rest.names = append(rest.names, string(m))
			continue
		}
		if n > maxSingle {
			return nil, noReport()
		}
		if len(out) == 0 || held+n > maxSingle {
			out, held = append(out, depositPart{single: true, logged: true}), 0
		}
		last := &out[len(out)-1]
		last.names, last.lines = append(last.names, string(m)), append(last.lines, lines...)
		held += n
	}
	if left > maxSingle {
		return nil, noReport()
	}
	return append(out, rest), nil
}

func noReport() error {
	return &tillproof.Error{Op: "check", Kind: tillproof.KindUnsupported, Code: NoReport}
}

// learnLogTerms counts how soon the deposits of the first merchants come, where no policy says so.
func (j *job) learnLogTerms(p *depositPart, beyond *match.Beyond) (*match.Terms, error) {
	if j.policy.Settlement.Known {
		return nil, nil // each part may find that others than the agreed ones hold
	}
	rows, err := j.rowsOfMerchants(p.names)
	if err != nil {
		return nil, err
	}
	run, err := j.depositRun(*p, rows)
	if err != nil {
		return nil, err
	}
	exact, err := match.ExactDays(run, beyond)
	if err != nil {
		return nil, err
	}
	terms := match.BestTerms(exact)
	return &terms, nil
}

// takeLogged counts what became of the rows of the log.
func (j *job) takeLogged(s *settledDeposits) error {
	for i, st := range s.run.States[tillproof.Terminal] {
		r := &s.run.Records[tillproof.Terminal][i]
		j.singles.state[st.Status].add(s.curs[i], 1, r.Amount.Minor())
		if st.Status == tillproof.Timing {
			j.lists.timing(s.run, r, st)
		}
	}
	return j.watched.learn(s.run)
}

// rowsOfMerchants are all rows of merchants, in the order of their files and lines.
func (j *job) rowsOfMerchants(names []string) ([]tillproof.Record, error) {
	n := 0
	for _, m := range names {
		n += len(j.singles.at[m])
	}
	out := make([]tillproof.Record, 0, n)
	kept := j.records.reader()
	for _, m := range names {
		var seen map[tillproof.RecordID]int
		source := int32(-1)
		slices.Sort(j.singles.at[m])
		for _, word := range j.singles.at[m] {
			at := unpackAt(word)
			if j.isGone(at) {
				continue
			}
			if at.source != source {
				seen, source = map[tillproof.RecordID]int{}, at.source
			}
			r, err := j.singleRow(at, kept, seen)
			if err != nil {
				return nil, err
			}
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b tillproof.Record) int {
		x, y := originOf(&a), originOf(&b)
		return cmp.Or(cmp.Compare(x.source, y.source), cmp.Compare(x.part, y.part),
			cmp.Compare(x.line, y.line))
	})
	return out, nil
}
