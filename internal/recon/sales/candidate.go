package sales

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/choose"
)

// twins finds for each report row without a terminal record the matched row that it repeats: the same
// reference or, without references, the same terminal, card, amount and second.
func (e *engine) twins() map[int32]int32 {
	acq := &e.Views[tillproof.Acquirer]
	wanted := map[uint64][]int32{}
	for rank := range acq.Lines {
		if row := int32(rank); acq.Free(row) {
			e.eachTwinHash(row, func(h uint64) { wanted[h] = append(wanted[h], row) })
		}
	}
	out := map[int32]int32{}
	if len(wanted) == 0 {
		return out
	}
	for rank := range acq.Lines {
		first := int32(rank)
		if acq.Mate[first] == book.Alone {
			continue
		}
		e.eachTwinHash(first, func(h uint64) {
			for _, row := range wanted[h] {
				if _, known := out[row]; !known && e.repeats(row, first) {
					out[row] = first
				}
			}
		})
	}
	return out
}

// twinKeys are the keys of leg 1 that name one transaction within the report.
var twinKeys = keys[:8]

func (e *engine) eachTwinHash(row int32, visit func(uint64)) {
	acq := &e.Views[tillproof.Acquirer]
	l, r := &acq.Lines[row], acq.Rec(row)
	for i, k := range twinKeys {
		if h, ok := e.hash(k, tillproof.Acquirer, row); ok {
			visit(uint64(hasher(h).number(l.Amount).number(int64(i))))
		}
	}
	if l.At.Known() && r.Card.Known() {
		visit(uint64(hasher(cardHash(l, r.Card)).number(int64(l.At))))
	}
}

func (e *engine) repeats(row, first int32) bool {
	acq := &e.Views[tillproof.Acquirer]
	a, b := &acq.Lines[row], &acq.Lines[first]
	ra, rb := acq.Rec(row), acq.Rec(first)
	if a.Amount != b.Amount || a.Class != b.Class || a.Cur != b.Cur || otherCard(ra, rb) {
		return false
	}
	for _, f := range [...]field{merchantField, terminalField, rrnField} {
		va, vb := e.value(f, ra), e.value(f, rb)
		if va != "" && vb != "" && va != vb {
			return false
		}
	}
	for _, k := range twinKeys {
		if _, ok := e.hash(k, tillproof.Acquirer, row); ok && k.same(ra, rb) {
			return true
		}
	}
	return a.At.Known() && a.At == b.At && tillproof.SameCard(ra.Card, rb.Card) &&
		terminalField.of(ra) == terminalField.of(rb)
}

// maxNearMiss is how far apart in time two leftovers of one card and amount may lie to be shown to a person
// as a possible pair: one day covers wrong time zones and clocks set to the wrong half of the day.
const maxNearMiss = 86400

// maxCandidates bounds what is shown with one break: a person looks at a few, not at a list.
const maxCandidates = 3

// nearMisses shows with each terminal row that was not settled the report rows of the same card and amount
// that were too far off to be taken.
func (e *engine) nearMisses() map[int32][]tillproof.Candidate {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	every := func(*book.Line) bool { return true }
	out := map[int32][]tillproof.Candidate{}
	merge(e.cardRows(term, every), e.cardRows(acq, every), func(ls, rs []keyed) {
		if len(ls)*len(rs) > choose.MaxPairs {
			return // shown as a help only: nothing depends on it
		}
		for _, l := range ls {
			out[l.row] = e.nearest(term, l.row, acq, rs)
		}
	})
	return out
}

// unmatchedCandidates shows with each report row that the terminal does not have the terminal rows that came
// near, whatever became of them.
func (e *engine) unmatchedCandidates() map[int32][]tillproof.Candidate {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	rights := e.cardRows(acq, func(*book.Line) bool { return true })
	out := map[int32][]tillproof.Candidate{}
	if len(rights) == 0 {
		return out
	}
	wanted := make(map[uint64]bool, len(rights))
	for _, r := range rights {
		wanted[r.hash] = true
	}
	var lefts []keyed
	for rank := range term.Lines {
		l, r := term.Lines[rank], term.Rec(int32(rank))
		if l.Class = book.ClassOf(r.Kind); l.Class == book.NoClass || !r.Card.Known() {
			continue
		}
		if h := cardHash(&l, r.Card); wanted[h] {
			lefts = append(lefts, keyed{h, int32(rank)})
		}
	}
	sortKeyed(lefts)
	merge(rights, lefts, func(rs, ls []keyed) {
		if len(ls)*len(rs) > choose.MaxPairs {
			return // shown as a help only: nothing depends on it
		}
		for _, r := range rs {
			out[r.row] = e.nearest(acq, r.row, term, ls)
		}
	})
	return out
}

// nearest lists the others by the time between them and the row, and why each was not taken.
func (e *engine) nearest(v *book.View, row int32, other *book.View, rows []keyed) []tillproof.Candidate {
	type near struct {
		seconds uint64
		row     int32
	}
	var list []near
	for _, o := range rows {
		if !tillproof.SameCard(v.Rec(row).Card, other.Rec(o.row).Card) ||
			other.Lines[o.row].Amount != v.Lines[row].Amount {
			continue
		}
		s := secondsBetween(v.Lines[row].At, other.Lines[o.row].At)
		if s <= maxNearMiss {
			list = append(list, near{s, o.row})
		}
	}
	slices.SortFunc(list, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.seconds, b.seconds), cmp.Compare(a.row, b.row))
	})
	var out []tillproof.Candidate
	for _, n := range list[:min(len(list), maxCandidates)] {
		p := other.Describe(n.row)
		p["seconds"] = strconv.FormatUint(n.seconds, 10)
		out = append(out, tillproof.Candidate{
			Row: other.Ref(n.row), Why: tillproof.Note{Code: e.whyNot(other, n.row, n.seconds), Params: p},
		})
	}
	return out
}

func (e *engine) whyNot(v *book.View, row int32, seconds uint64) string {
	st := e.Run.States[v.Side][v.Lines[row].Pos]
	switch {
	case v.Mate[row] != book.Alone:
		return "match.why.taken"
	case st.Status == tillproof.Excluded && st.Reason == "match.excluded.declined":
		return "match.why.declined"
	case st.Status == tillproof.Excluded:
		return "match.why.excluded"
	case seconds <= uint64(e.window()):
		return "match.why.other_reference"
	}
	return "match.why.clock"
}
