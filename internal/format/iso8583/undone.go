package iso8583

import "github.com/tillproof/tillproof"

// outcomes remembers how the last transactions ended: a reversal of one that never came about, or of which
// nobody knows whether it did, moves nothing.
type outcomes struct {
	now, before map[string]ended
}

// ended is how a transaction ended, and its amount.
type ended struct {
	status tillproof.RecordStatus
	amount tillproof.Money
}

// maxOutcomes is how many names are remembered at least; a transaction has one or two.
const maxOutcomes = 16384

func newOutcomes() *outcomes { return &outcomes{now: map[string]ended{}} }

// nameOf is a transaction by a number of its terminal: a trace number has six digits, a reference number
// twelve places.
func nameOf(r *tillproof.Record, number string) string {
	return string(r.Refs.Merchant) + "\x1f" + string(r.Refs.Terminal) + "\x1f" + number
}

// add remembers a transaction and reports a reversal that moves nothing.
func (o *outcomes) add(r *tillproof.Record) (undoesNothing bool) {
	if r.Kind == tillproof.Reversal {
		was, known := o.undone(r)
		return known && was.status != tillproof.Posted
	}
	for _, number := range [...]string{r.Refs.STAN, r.Refs.RRN} {
		if number == "" {
			continue
		}
		if len(o.now) >= maxOutcomes {
			o.now, o.before = map[string]ended{}, o.now
		}
		o.now[nameOf(r, number)] = ended{r.Status, r.Amount}
	}
	return false
}

// undone is what a reversal takes back. Where the number that it calls the original is not in the log, one
// that has its own trace number and amount is meant: terminals send a reversal under the number of the sale
// that was not answered, and only the host gives it a reference number. That number is then the original.
func (o *outcomes) undone(r *tillproof.Record) (was ended, known bool) {
	if was, known = o.find(r, r.Refs.Original); known || r.Refs.STAN == "" {
		return was, known
	}
	was, known = o.find(r, r.Refs.STAN)
	if !known || was.amount != r.Amount.Neg() {
		return ended{}, false
	}
	r.Refs.Original = r.Refs.STAN
	return was, true
}

func (o *outcomes) find(r *tillproof.Record, number string) (was ended, known bool) {
	if number == "" {
		return ended{}, false
	}
	if was, known = o.now[nameOf(r, number)]; !known {
		was, known = o.before[nameOf(r, number)]
	}
	return was, known
}
