package tariff

// tally counts votes for values. It is emptied by a new round, without touching its cells: the search empties
// it for each of thousands of rates.
type tally struct {
	cells []cell
	round int
}

type cell struct {
	value        int64
	votes, round int
	seen         bool
}

func newTally(values int) tally {
	size := 16
	for size < 4*values {
		size *= 2
	}
	return tally{cells: make([]cell, size)}
}

func (t *tally) reset() { t.round++ }

// at finds the cell of a value; there are always free ones.
func (t *tally) at(value int64) *cell {
	mask := uint64(len(t.cells) - 1)
	for i := uint64(value) * 0x9E3779B97F4A7C15 >> 32 & mask; ; i = (i + 1) & mask {
		c := &t.cells[i]
		if c.round != t.round {
			*c = cell{value: value, round: t.round}
		}
		if c.value == value {
			return c
		}
	}
}

// add gives a value n votes and answers how many it has.
func (t *tally) add(value int64, n int) int {
	c := t.at(value)
	c.votes += n
	return c.votes
}

func (t *tally) of(value int64) int { return t.at(value).votes }

// first answers true the first time in a round that it is asked for a value.
func (t *tally) first(value int64) bool {
	c := t.at(value)
	was := c.seen
	c.seen = true
	return !was
}
