package bulk

import "github.com/tillproof/tillproof"

// A sale that was voided, and that the report shows all the same under a reference of another length, lies
// under another key. Where a row of the report stays without a partner, the voided sales of its merchant and
// amount go with it through the room of matching, which sees what it is.

// maxVoided bounds the rows that are remembered for that: some 15 MB. Beyond, none are, and such a row of the
// report is called one that no till shows, without the reason.
const maxVoided = 250_000

// voided is a row of a sale and its void, and what a row of the report has in common with the sale.
type voided struct {
	open
	alike  uint64
	amount int64
	cur    uint8
}

// alikeOf is what a voided sale and the row of the report that settles it have in common.
func alikeOf(merchant uint64, amount int64) uint64 { return mix(merchant, uint64(amount)) }

// void remembers the rows of a sale and its void.
func (w *joiner) void(hash uint64, rows []entry, sale *entry) {
	if len(w.voided) > maxVoided {
		return
	}
	alike := alikeOf(w.job.merchants.hash[sale.merchant], sale.amount)
	for i := range rows {
		if e := &rows[i]; w.job.counts(e) {
			w.voided = append(w.voided, voided{
				open{hash, e.offset, e.merchant, e.source, e.flags}, alike, e.amount, e.cur,
			})
		}
	}
}

// strange notes the rows of the report that have no partner under their key.
func (w *joiner) strange(rows []entry) {
	for i := range rows {
		if !rows[i].acquirer() {
			return
		}
	}
	for i := range rows {
		w.strangers = append(w.strangers, alikeOf(w.job.merchants.hash[rows[i].merchant], rows[i].amount))
	}
}

// reopen hands voided sales to the room of matching that rows of the report may settle.
func (j *job) reopen(list []voided, strangers []uint64) {
	if len(list) > maxVoided {
		return
	}
	wanted := make(map[uint64]bool, len(strangers))
	for _, alike := range strangers {
		wanted[alike] = true
	}
	for i := range list {
		v := &list[i]
		if wanted[v.alike] || j.nameless && len(strangers) > 0 {
			j.open = append(j.open, v.open)
			j.left.add(v.cur, -1, -v.amount)
		}
	}
}

// stranger notes a row of the report that has no key.
func (w *worker) stranger(e *entry, merchant name) {
	if w.side == tillproof.Acquirer {
		w.strangers = append(w.strangers, alikeOf(merchant.hash, e.amount))
	}
}
