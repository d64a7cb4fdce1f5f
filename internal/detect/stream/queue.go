package stream

import (
	"math"
	"slices"

	"github.com/tillproof/tillproof"
)

// Queue brings rows into the written total order. A row may come up to Lateness seconds after a younger one;
// one that comes later than that is passed on at once and counted.
type Queue struct {
	Lateness int64
	Late     int // rows that came later than Lateness

	newest tillproof.LocalTime // of all rows
	passed tillproof.LocalTime // every row before it has been passed on
	heap   []place
	rows   []Txn
	free   []int32
	begun  bool
}

// place is a row that waits.
type place struct {
	at  tillproof.LocalTime
	row int32
}

// Push takes a row and passes on those that no row in time can precede any more.
func (q *Queue) Push(t *Txn, pass func(*Txn)) {
	if !q.begun {
		q.begun, q.newest, q.passed = true, t.At, math.MinInt64
	}
	if t.At < q.passed {
		q.Late++
		pass(t)
		return
	}
	if t.At > q.newest {
		q.newest = t.At
		back := tillproof.LocalTime(q.Lateness)
		q.release(max(t.At, math.MinInt64+back)-back, pass)
	}
	q.hold(t)
}

// End passes on all rows that wait.
func (q *Queue) End(pass func(*Txn)) {
	q.release(math.MaxInt64, pass)
	q.begun = false
}

// release passes on the rows before a moment.
func (q *Queue) release(until tillproof.LocalTime, pass func(*Txn)) {
	q.passed = max(q.passed, until)
	for len(q.heap) > 0 && q.heap[0].at < until {
		top := q.heap[0].row
		last := len(q.heap) - 1
		q.heap[0] = q.heap[last]
		q.heap = q.heap[:last]
		q.sink()
		q.free = append(q.free, top)
		pass(&q.rows[top])
	}
}

func (q *Queue) hold(t *Txn) {
	var row int32
	if n := len(q.free); n > 0 {
		row = q.free[n-1]
		q.free = q.free[:n-1]
		q.rows[row] = *t
	} else {
		row = int32(len(q.rows))
		q.rows = append(q.rows, *t)
	}
	q.heap = append(q.heap, place{t.At, row})
	for i := len(q.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !q.before(i, up) {
			break
		}
		q.heap[i], q.heap[up] = q.heap[up], q.heap[i]
		i = up
	}
}

func (q *Queue) before(i, j int) bool {
	a, b := q.heap[i], q.heap[j]
	if a.at != b.at {
		return a.at < b.at
	}
	return Compare(&q.rows[a.row], &q.rows[b.row]) < 0
}

func (q *Queue) sink() {
	for i := 0; ; {
		least := i
		for _, down := range [...]int{2*i + 1, 2*i + 2} {
			if down < len(q.heap) && q.before(down, least) {
				least = down
			}
		}
		if least == i {
			return
		}
		q.heap[i], q.heap[least] = q.heap[least], q.heap[i]
		i = least
	}
}

// waiting lists the rows that wait in their order.
func (q *Queue) waiting() []Txn {
	rows := make([]Txn, len(q.heap))
	for i, p := range q.heap {
		rows[i] = q.rows[p.row]
	}
	slices.SortFunc(rows, func(a, b Txn) int { return Compare(&a, &b) })
	return rows
}
