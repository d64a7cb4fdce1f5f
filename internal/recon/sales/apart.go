package sales

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// leaveUnreported says what became of terminal rows on days that the reports of their own merchant do not
// cover, although those of another merchant do.
func (e *engine) leaveUnreported() {
	if e.Reports == nil {
		return
	}
	term := &e.Views[tillproof.Terminal]
	for rank := range term.Lines {
		row := int32(rank)
		if !term.Free(row) {
			continue
		}
		m, day := term.Rec(row).Refs.Merchant, term.Lines[rank].Day
		days, known := e.Reports[m]
		where := days.Place(day)
		switch {
		case m == "" || where == book.After && term.Rec(row).Status == tillproof.UnknownOutcome:
			continue
		case !known:
			e.Exclude(tillproof.Terminal, row, book.ExcludedPlace[book.Between])
		case where == book.After:
			e.await(row, day)
		case where != book.Within:
			e.Exclude(tillproof.Terminal, row, book.ExcludedPlace[where])
		default:
			continue
		}
		term.Lines[rank].Class = book.NoClass
	}
}

// leaveUnlogged leaves out report rows of terminals that no log names: a log is missing, not a sale. A number
// that the policy does not list among the shop's terminals stays: it may be a stranger's.
func (e *engine) leaveUnlogged() {
	logged := e.loggedTerminals()
	if len(logged) == 0 {
		return
	}
	acq := &e.Views[tillproof.Acquirer]
	left := map[tillproof.TerminalID]int{}
	for rank := range acq.Lines {
		row := int32(rank)
		t := acq.Rec(row).Refs.Terminal
		if t == "" || logged[t] || !acq.Free(row) || e.stranger(t) {
			continue
		}
		left[t]++
		e.Exclude(tillproof.Acquirer, row, "match.excluded.not_logged")
		acq.Lines[rank].Class = book.NoClass // until the leftovers are known: its fee is checked as any
		e.unlogged = append(e.unlogged, row)
	}
	names := make([]tillproof.TerminalID, 0, len(left))
	for t := range left {
		names = append(names, t)
	}
	slices.Sort(names)
	for _, t := range names {
		e.Warn("match.warning.not_logged", tillproof.Params{"terminal": string(t), "n": book.Count(left[t])})
	}
}

// keepUnlogged gives the rows of leaveUnlogged back to the steps that need no terminal record.
func (e *engine) keepUnlogged() {
	acq := &e.Views[tillproof.Acquirer]
	for _, row := range e.unlogged {
		acq.Lines[row].Class = book.ClassOf(acq.Rec(row).Kind)
	}
}

// loggedTerminals are the numbers that the log names, and those of report rows that it has all the same:
// the two sides may write one terminal in two ways.
func (e *engine) loggedTerminals() map[tillproof.TerminalID]bool {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	out := map[tillproof.TerminalID]bool{}
	if e.Beyond != nil && e.Beyond.Terminal != nil {
		out[""] = e.Beyond.Logged // rows elsewhere name terminals, even if none here does
		for rank := range acq.Lines {
			t := acq.Rec(int32(rank)).Refs.Terminal
			if e.Beyond.Terminal(tillproof.Terminal, string(t)) {
				out[t] = true
			}
		}
	}
	for i := range term.Recs {
		if t := term.Recs[i].Refs.Terminal; t != "" {
			out[t] = true
		}
	}
	if !out[""] {
		delete(out, "")
	}
	if len(out) == 0 {
		return nil
	}
	for rank, m := range acq.Mate {
		if m != book.Alone {
			out[acq.Rec(int32(rank)).Refs.Terminal] = true
		}
	}
	return out
}

// stranger reports whether the policy lists the shop's terminals, and not this one.
func (e *engine) stranger(t tillproof.TerminalID) bool {
	own := e.Policy.Terminals
	return len(own) > 0 && !slices.Contains(own, t)
}
