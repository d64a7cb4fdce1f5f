package ctf

import (
	"math"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// count is what a batch or a file holds so far, to be held against its trailer. Headers are not counted;
// trailers count themselves.
type count struct {
	records, transactions, monetary, amounts int64

	unsure bool // an amount could not be read, or the sum is beyond what can be counted
}

// add counts a record.
func (c *count) add(r record) {
	c.records++
	if r.component() != "0" {
		return
	}
	c.transactions++
	if _, draft := natures[r.code()]; draft {
		c.monetary++
		c.sum(r.at(77, 88))
	} else if r.code() != batchTrailer && r.code() != fileTrailer {
		c.unsure = true // whether it counts as monetary, and its amount, are not known
	}
}

// sum adds a source amount, whatever its currency and direction.
func (c *count) sum(s string) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || len(s) != 12 || c.amounts > math.MaxInt64-n {
		c.unsure = true
		return
	}
	c.amounts += n
}

// hold compares the figures of a trailer with what was counted.
func (r *reader) hold(rec record, c *count) {
	for _, f := range [...]struct {
		code  string
		said  string
		found int64
		sure  bool
	}{
		{codeRecords, rec.at(49, 60), c.records, true},
		{codeTransactions, rec.at(75, 83), c.transactions, true},
		{codeMonetary, rec.at(31, 42), c.monetary, !c.unsure},
		{codeSum, rec.at(102, 116), c.amounts, !c.unsure},
	} {
		n, err := strconv.ParseInt(f.said, 10, 64)
		if f.said == "" || !f.sure || err == nil && n == f.found {
			continue
		}
		said := format.Shown(f.said)
		if err == nil {
			said = strconv.FormatInt(n, 10)
		}
		r.Note(r.issue(f.code, 0, "", tillproof.Params{
			"stated": said, "found": strconv.FormatInt(f.found, 10),
		}))
	}
}
