package deposit

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// maxSamePayDay bounds the search for days that are paid together: no run of days off is longer.
const maxSamePayDay = 31

// cut says where the ledger's files leave out a settlement day that is paid with the group's own, within
// where they leave out none: the Friday and Saturday of a report that starts on Sunday.
func (e *engine) cut(g int32) book.Place {
	days, paid := e.ledgerCover(e.groups[g].merchant), e.paidWith(g)
	if len(days) == 0 || !paid.From.Known() || !paid.To.Known() {
		return book.Within
	}
	for d := paid.From; d <= paid.To; d++ {
		if where := days.Place(d); where != book.Within {
			return where
		}
	}
	return book.Within
}

// paidWith are the settlement days that are paid with the group, its own included.
func (e *engine) paidWith(g int32) book.Days {
	at := &e.groups[g]
	paid := book.Days{From: at.from, To: at.to}
	if !at.from.Known() || !at.to.Known() {
		return paid
	}
	for i := 0; i < maxSamePayDay && e.payDay(paid.From-1) == e.payDay(at.from); i++ {
		paid.From--
	}
	for i := 0; i < maxSamePayDay && e.payDay(paid.To+1) == e.payDay(at.to); i++ {
		paid.To++
	}
	return paid
}

// whole reports whether the ledger covers every settlement day that is paid with the group, or the deposits
// of others show that the days it leaves out were not paid with them. Of another group only the exact net
// says anything: its deposit holds money that no file shows.
func (e *engine) whole(g int32) bool {
	return e.cut(g) == book.Within || e.wholeDays[e.groups[g].expected]
}

// Where so many merchants' deposits of a day, and so large a share in tenths, came to the cent although the
// ledger leaves out a settlement day that is paid with them, nothing was settled on that day.
const (
	manyWhole = 5
	mostWhole = 9
)

// findWholeDays finds the pay days of which the exact deposits show that no file is missing.
func (e *engine) findWholeDays() {
	e.wholeDays = map[tillproof.Date]bool{}
	for i := 0; i < len(e.groups); {
		j, cut, exact := i, 0, 0
		for ; j < len(e.groups) && e.groups[j].expected == e.groups[i].expected; j++ {
			if e.cut(int32(j)) == book.Within {
				continue
			}
			cut++
			if e.groups[j].done {
				exact++
			}
		}
		if exact >= manyWhole && exact*10 >= cut*mostWhole {
			e.wholeDays[e.groups[i].expected] = true
		}
		i = j
	}
}

func (e *engine) allWhole(groups []int32) bool {
	return !slices.ContainsFunc(groups, func(g int32) bool { return !e.whole(g) })
}

// ledgerCover are the days that the ledger covers for the merchant.
func (e *engine) ledgerCover(m tillproof.MerchantID) book.Cover {
	days := e.Views[e.ledger].Cover
	if e.ledger != tillproof.Acquirer {
		return days
	}
	if own, ok := e.Reports[m]; ok {
		days = own
	}
	if clip, ok := e.Clips[m]; ok && m != "" {
		return days.Clipped(clip)
	}
	return days
}

// cutCredits finds for each group that is not whole the credits that may pay it: those of its day, else the
// first one after it. Groups of several merchants may share one.
func (e *engine) cutCredits() map[int32][]int32 {
	out := map[int32][]int32{}
	for i := range e.groups {
		g := int32(i)
		if e.groups[i].done || e.whole(g) {
			continue
		}
		if lines := e.creditsAfter(g); len(lines) > 0 {
			out[g] = lines
		}
	}
	return out
}

// creditsAfter lists the free acquirer's credits of the group's day, else the first one after it.
func (e *engine) creditsAfter(g int32) []int32 {
	at := &e.groups[g]
	v := &e.Views[tillproof.Bank]
	var same []int32
	later, last := int32(book.Alone), e.lastDay(at.expected)
	for rank := range v.Lines {
		row := int32(rank)
		l := &v.Lines[rank]
		if e.entries[rank].used || l.Amount <= 0 || l.Cur != at.cur || e.speaks(row, at.merchant) < learned {
			continue
		}
		switch {
		case e.on(row, at.expected):
			same = append(same, row)
		case l.Day > at.expected && l.Day <= last && later == book.Alone:
			later = row
		}
	}
	if len(same) == 0 && later != book.Alone {
		return []int32{later}
	}
	return same
}

// sharedNote names the credits that hold a group and what no file shows.
func (e *engine) sharedNote(lines []int32) tillproof.Note {
	v := &e.Views[tillproof.Bank]
	sum := tillproof.NewMoney(e.sumOfLines(lines), v.Lines[lines[0]].Cur)
	n := tillproof.Note{Code: tillproof.NoteShared, Params: tillproof.Params{
		"n": book.Count(len(lines)), "amount": sum.Param(), "day": book.DateParam(v.Lines[lines[0]].Day),
	}}
	for _, rank := range lines {
		n.Rows = append(n.Rows, v.Ref(rank))
	}
	return n
}

// leaveCut leaves out the credits of groups that are not whole.
func (e *engine) leaveCut(credits map[int32][]int32) {
	for _, lines := range credits {
		for _, rank := range lines {
			e.entries[rank].used = true
			e.Exclude(tillproof.Bank, rank, excludedCut)
		}
	}
}

// excludedCut is the reason of rows and credits whose other part no file shows.
const excludedCut = "match.excluded.incomplete"
