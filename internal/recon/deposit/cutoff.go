package deposit

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/solve"
)

// cutAt is one way to cut a day at another minute: the rows after it are left to the next deposit, or those
// of the next day before it are paid with this one.
type cutAt struct {
	sum   int64
	tail  int  // rows of the group that are left out
	head  int  // rows of the next group that are paid along
	carry bool // what an earlier cut left is paid along
}

// otherCutOffs looks for a deposit that is the group up to another minute than the report's day: that day's
// last rows come with the next deposit, or the next day's first rows came with this one. Every cut is tried;
// exactly one must make the line, and few may come near (see solve).
func (e *engine) otherCutOffs() {
	for _, run := range e.byMerchant() {
		for i, g := range run {
			if e.groups[g].done || e.groups[g].rest || !e.whole(g) {
				continue
			}
			next := int32(book.Alone)
			if i+1 < len(run) && e.consecutive(g, run[i+1]) && !e.groups[run[i+1]].rest &&
				e.groups[run[i+1]].apart == "" {
				next = run[i+1]
			}
			e.cutGroup(g, next)
		}
	}
}

func (e *engine) cutGroup(g, next int32) {
	carried := e.carriedInto(g)
	cuts := e.cuts(g, next, carried)
	if len(cuts) == 0 {
		return
	}
	for _, rank := range e.linesNear(g) {
		if !e.lineFor(rank, g) || !e.on(rank, e.groups[g].expected) {
			continue
		}
		if c, ok := e.onlyCut(cuts, rank); ok {
			e.takeCut(c, [2]int32{g, next}, carried, rank)
			return
		}
	}
}

// carriedInto lists the groups of rows that earlier deposits of the merchant left out.
func (e *engine) carriedInto(g int32) []int32 {
	var out []int32
	to := &e.groups[g]
	for _, r := range e.rests {
		at := &e.groups[r]
		if !at.done && at.apart == "" && at.merchant == to.merchant && at.cur == to.cur &&
			at.expected < to.expected {
			out = append(out, r)
		}
	}
	return out
}

// cuts lists the cuts of a group whose rows all have a time.
func (e *engine) cuts(g, next int32, carried []int32) []cutAt {
	times := e.byTime(g)
	var carry int64
	for _, r := range carried {
		carry += e.groups[r].net
	}
	var out []cutAt
	add := func(sum int64, tail, head int) {
		out = append(out, cutAt{sum, tail, head, false})
		if len(carried) > 0 {
			out = append(out, cutAt{sum + carry, tail, head, true})
		}
	}
	net := e.groups[g].net
	for k := 1; k < len(times); k++ {
		if row := times[len(times)-k]; e.later(times[len(times)-k-1], row) {
			add(net-e.sumDue(times[len(times)-k:]), k, 0)
		}
	}
	if next == book.Alone {
		return out
	}
	times = e.byTime(next)
	sum := int64(0)
	for k := 1; k < len(times); k++ {
		sum += e.due[times[k-1]]
		if e.later(times[k-1], times[k]) {
			add(net+sum, 0, k)
		}
	}
	return out
}

func (e *engine) sumDue(rows []int32) int64 {
	var sum int64
	for _, row := range rows {
		sum += e.due[row]
	}
	return sum
}

func (e *engine) later(a, b int32) bool {
	v := &e.Views[e.ledger]
	return v.Lines[a].At < v.Lines[b].At
}

// byTime are the rows of a group by their time, none where one shows no time.
func (e *engine) byTime(g int32) []int32 {
	v := &e.Views[e.ledger]
	rows := slices.Clone(e.groupRows(g))
	for _, row := range rows {
		if !v.Lines[row].At.Known() {
			return nil
		}
	}
	slices.SortStableFunc(rows, func(a, b int32) int {
		switch {
		case e.later(a, b):
			return -1
		case e.later(b, a):
			return 1
		}
		return 0
	})
	return rows
}

// onlyCut is the one cut that makes the line, if chance is unlikely to have made it.
func (e *engine) onlyCut(cuts []cutAt, rank int32) (cutAt, bool) {
	amount := e.Views[tillproof.Bank].Lines[rank].Amount
	var found cutAt
	n, near := 0, 0
	for _, c := range cuts {
		switch diff := c.sum - amount; {
		case diff == 0:
			found = c
			n++
		case max(diff, -diff) <= solve.Window:
			near++
		}
	}
	return found, n == 1 && near <= solve.MaxNear
}

func (e *engine) takeCut(c cutAt, of [2]int32, carried []int32, rank int32) {
	g, next := of[0], of[1]
	groups := []int32{g}
	if c.carry {
		groups = append(slices.Clone(carried), g)
	}
	note := tillproof.Note{Code: "match.note.cut_off"}
	moved := c.tail
	var edge int32
	if c.tail > 0 {
		rows := e.byTime(g)
		rows = rows[len(rows)-c.tail:]
		edge = rows[0]
		e.leaveOut(g, rows)
	} else {
		moved = c.head
		rows := e.byTime(next)
		edge = rows[c.head]
		groups = append([]int32{e.carve(next, rows[:c.head])}, groups...)
		note.Code = "match.note.cut_off_next"
	}
	note.Params = tillproof.Params{
		"n": book.Count(moved), "time": book.TimeParam(&e.Views[e.ledger].Lines[edge]),
	}
	e.settle(otherCutOff, groups, []int32{rank})
	w := &e.Run.Waterfalls[len(e.Run.Waterfalls)-1]
	w.Notes = append(w.Notes, note)
}
