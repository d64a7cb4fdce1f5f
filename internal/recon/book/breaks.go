package book

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// At is a row by side and rank.
type At struct {
	Side tillproof.Side
	Rank int32
}

// found is a break with the row by which it is ordered.
type found struct {
	b  tillproof.Break
	at At
}

// Report keeps a break; orderBreaks gives it its place and its id.
func (bk *Book) Report(b tillproof.Break, first At) {
	if b.ExpectedBy == 0 {
		b.ExpectedBy = tillproof.NoDate
	}
	bk.found = append(bk.found, found{b, first})
}

// OrderBreaks sorts the breaks by day, kind and first record, and names each by its content.
func (bk *Book) OrderBreaks() {
	kind := map[tillproof.BreakKind]int{}
	for i, k := range tillproof.BreakKinds {
		kind[k] = i
	}
	day := func(f *found) tillproof.Date { return bk.Views[f.at.Side].Lines[f.at.Rank].Day }
	slices.SortStableFunc(bk.found, func(a, b found) int {
		return cmp.Or(
			cmp.Compare(day(&a), day(&b)), cmp.Compare(kind[a.b.Kind], kind[b.b.Kind]),
			cmp.Compare(a.at.Side, b.at.Side), cmp.Compare(a.at.Rank, b.at.Rank),
			bk.compareRefs(a.b.Records, b.b.Records),
		)
	})
	bk.nameBreaks()
	bk.Run.Breaks = make([]tillproof.Break, len(bk.found))
	for i, f := range bk.found {
		bk.Run.Breaks[i] = f.b
	}
}

func (bk *Book) compareRefs(a, b []tillproof.RowRef) int {
	return slices.CompareFunc(a, b, func(x, y tillproof.RowRef) int {
		one, other := bk.Run.Record(x).ID, bk.Run.Record(y).ID
		return cmp.Or(cmp.Compare(x.Side, y.Side), slices.Compare(one[:], other[:]))
	})
}

// TariffError says that the agreed tariff of a card kind is no fee.
func TariffError(kind tillproof.CardKind, err error) error {
	return &tillproof.Error{
		Op: "match", Kind: tillproof.KindInvalid, Code: "match.tariff",
		Params: tillproof.Params{"kind": OrDash(kind.String())}, Err: err,
	}
}

// BreakUnknown reports a transaction whose outcome no file shows: a status query answers it, it is no loss.
func (bk *Book) BreakUnknown(row int32) {
	term := &bk.Views[tillproof.Terminal]
	p := term.Describe(row)
	p["response"] = OrDash(term.Rec(row).Response)
	bk.Except(tillproof.Terminal, row, tillproof.OutcomeUnknown)
	bk.Report(tillproof.Break{
		Kind: tillproof.OutcomeUnknown, Leg: tillproof.TerminalAcquirer, Side: tillproof.Terminal,
		Amount: term.Money(row), Residual: tillproof.NewMoney(0, term.Lines[row].Cur),
		Records: []tillproof.RowRef{term.Ref(row)},
		Reason:  tillproof.Note{Code: "match.unknown_outcome", Params: p},
	}, At{tillproof.Terminal, row})
}
