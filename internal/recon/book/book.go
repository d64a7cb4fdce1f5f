package book

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// Book is one reconciliation under way, as both legs see it.
type Book struct {
	Run    *tillproof.Run
	Policy tillproof.Policy // with what had to be assumed filled in
	Views  [len(tillproof.Sides) + 1]View
	home   tillproof.Currency // of rows that name none
	Leg    tillproof.Leg      // that to the bank, where it was compared

	Decided   Decided
	WalletDay bool // payments by wallet have the calendar's day

	Reports map[tillproof.MerchantID]Cover // where merchants have reports of their own
	Series  map[tillproof.MerchantID]int32 // their files, by the first one
	Clips   map[tillproof.MerchantID]Days  // of the report's merchants of which it has a portion
	Absent  map[tillproof.MerchantID]bool  // the report may lack their part altogether

	Beyond *Beyond        // of a part: what the other rows have taught
	Owing  Owing          // what leg 2 saw of negative nets
	Bound  map[string]int // bounds that were hit, and how often

	found []found
}

// New opens the book of a run; of the whole run, where nothing is known beyond it.
func New(run *tillproof.Run, beyond *Beyond) *Book {
	return &Book{
		Run: run, Policy: run.Policy, home: homeCurrency(run), Beyond: beyond, Bound: map[string]int{},
	}
}

// Begin orders the rows and leaves out those that can have no partner.
func (bk *Book) Begin() error {
	if err := bk.checkSums(); err != nil {
		return err
	}
	run := bk.Run
	for _, side := range tillproof.Sides {
		bk.Views[side] = bk.newView(side)
		run.States[side] = make([]tillproof.RowState, len(run.Records[side]))
	}
	run.Matches, run.Waterfalls, run.Breaks = nil, nil, nil
	bk.Reports, bk.Series = bk.reportsOf()
	bk.knowBeyond()
	bk.warnMissing()
	bk.readDecisions()
	bk.excludeUnsettled()
	return nil
}

// Has reports whether the run has a row of the side, or a file that was read and has none. A file of which no
// line could be read says nothing: what it holds is not missing.
func (bk *Book) Has(side tillproof.Side) bool { return Has(bk.Run, side) }

// Has is Book.Has for a run without a book.
func Has(run *tillproof.Run, side tillproof.Side) bool {
	return len(run.Records[side]) > 0 || hasFile(run, side) && !unread(run, side)
}

func hasFile(run *tillproof.Run, side tillproof.Side) bool {
	return slices.ContainsFunc(run.Sources, func(s tillproof.Source) bool { return s.Side == side })
}

// unread reports whether the side has lines, none of which could be read.
func unread(run *tillproof.Run, side tillproof.Side) bool {
	return len(run.Records[side]) == 0 &&
		slices.ContainsFunc(run.Sources, func(s tillproof.Source) bool {
			return s.Side == side && s.Unread > 0
		})
}

// Raise sets the state of a row unless it already has a worse one: the worst of the legs counts.
func (bk *Book) Raise(side tillproof.Side, rank int32, st tillproof.RowState) {
	at := &bk.Run.States[side][bk.Views[side].Lines[rank].Pos]
	if st.Status > at.Status {
		*at = st
	}
}

// Exclude leaves the row out, for the reason.
func (bk *Book) Exclude(side tillproof.Side, rank int32, reason string) {
	bk.Raise(side, rank, tillproof.RowState{
		Status: tillproof.Excluded, Reason: reason, Expected: tillproof.NoDate,
	})
}

// Matched says that the row has its partner.
func (bk *Book) Matched(side tillproof.Side, rank int32) {
	bk.Raise(side, rank, tillproof.RowState{Status: tillproof.Matched, Expected: tillproof.NoDate})
}

// Except says that the row is part of a break.
func (bk *Book) Except(side tillproof.Side, rank int32, kind tillproof.BreakKind) {
	bk.Raise(side, rank, tillproof.RowState{
		Status: tillproof.Exception, Reason: "break." + string(kind), Expected: tillproof.NoDate,
	})
}

// PartnerOf is the row that a match joins with the row.
func PartnerOf(m *tillproof.Match, ref tillproof.RowRef) (tillproof.RowRef, bool) {
	switch ref {
	case m.Left:
		return m.Right, true
	case m.Right:
		return m.Left, true
	}
	return tillproof.RowRef{}, false
}
