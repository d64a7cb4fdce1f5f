package match

import (
	"github.com/tillproof/tillproof"
)

// A void names the sale that it undoes by one of these, the most exact first. The first three say "the number
// that the void calls the original is the sale's"; files differ in which number they put there.
type undoKey struct {
	void, sale func(r *tillproof.Record) string
	amount     bool // the opposite amount belongs to the key, and no other card
}

func original(r *tillproof.Record) string { return r.Refs.Original }

func order(r *tillproof.Record) string { return orderField.of(r) }

func slot(r *tillproof.Record) string {
	if batchField.of(r) == "" || traceField.of(r) == "" {
		return ""
	}
	return terminalField.of(r) + "\x00" + batchField.of(r) + "\x00" + traceField.of(r)
}

func batchAndCard(r *tillproof.Record) string {
	if batchField.of(r) == "" || r.Card.Last == [4]byte{} {
		return ""
	}
	return terminalField.of(r) + "\x00" + batchField.of(r) + "\x00" + string(r.Card.Last[:])
}

var undoKeys = [...]undoKey{
	{original, func(r *tillproof.Record) string { return r.Refs.RRN }, false},
	{original, func(r *tillproof.Record) string { return r.Refs.STAN }, false},
	{original, func(r *tillproof.Record) string { return r.Refs.Order }, false},
	{slot, slot, false},
	{order, order, true}, // a web shop names the order and nothing else
	{batchAndCard, batchAndCard, true},
}

// linkVoids finds the sale that each void or reversal of the terminal undoes. The nearest earlier sale of the
// same terminal is meant; a sale is undone once.
func (e *engine) linkVoids() {
	v := &e.views[tillproof.Terminal]
	var voids []int32
	for rank := range v.lines {
		if v.lines[rank].class == voidClass {
			voids = append(voids, int32(rank))
		}
	}
	e.undone = make([]bool, len(v.lines))
	for _, k := range undoKeys {
		if len(voids) == 0 {
			return
		}
		candidates := e.salesToUndo(k, voids)
		left := voids[:0:0]
		for _, void := range voids {
			sale := e.nearestBefore(void, candidates[k.void(v.rec(void))], k.amount)
			if sale == alone {
				left = append(left, void)
				continue
			}
			e.undoes[void] = sale
			e.undone[sale] = true
		}
		voids = left
	}
}

// salesToUndo lists the sales, of any outcome, that carry a wanted value.
func (e *engine) salesToUndo(k undoKey, voids []int32) map[string][]int32 {
	v := &e.views[tillproof.Terminal]
	wanted := make(map[string][]int32, len(voids))
	for _, void := range voids {
		if s := k.void(v.rec(void)); s != "" {
			wanted[s] = nil
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	for rank := range v.lines {
		r := v.rec(int32(rank))
		if classOf(r.Kind) != saleClass {
			continue
		}
		if s := k.sale(r); s != "" {
			if list, ok := wanted[s]; ok {
				wanted[s] = append(list, int32(rank))
			}
		}
	}
	return wanted
}

// nearestBefore is the last sale of the void's merchant and terminal that is not later than the void.
func (e *engine) nearestBefore(void int32, sales []int32, amount bool) int32 {
	v := &e.views[tillproof.Terminal]
	a, ra := &v.lines[void], v.rec(void)
	best := int32(alone)
	for _, s := range sales {
		b, rb := &v.lines[s], v.rec(s)
		switch {
		case e.undone[s] || a.cur != b.cur || a.at.Known() && b.at.Known() && b.at > a.at:
		case ra.Refs.Terminal != rb.Refs.Terminal || ra.Refs.Merchant != rb.Refs.Merchant:
		case amount && (a.amount != -b.amount && a.amount != b.amount || otherCard(ra, rb)):
		default:
			best = s // sales stand in rank order: the last is the nearest
		}
	}
	return best
}

// asRefunds gives voids that found no void the class of refunds and runs the steps once more: after the
// cut-off the sale is settled, and what the till calls a void the acquirer lists as a refund of the next day;
// or the acquirer still caught in its batch what the till calls a refund.
func (e *engine) asRefunds() {
	var changed [len(tillproof.Sides) + 1][]int32
	refunds := [len(tillproof.Sides) + 1]int{}
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		v := &e.views[side]
		for rank := range v.lines {
			row := int32(rank)
			switch {
			case !v.free(row):
			case v.lines[rank].class == voidClass:
				changed[side] = append(changed[side], row)
			case v.lines[rank].class == refundClass:
				refunds[side]++
			}
		}
	}
	if len(changed[tillproof.Terminal])*refunds[tillproof.Acquirer] == 0 &&
		len(changed[tillproof.Acquirer])*refunds[tillproof.Terminal] == 0 {
		return
	}
	e.setClass(changed, refundClass)
	e.runSteps()
	e.setClass(changed, voidClass)
}

// setClass gives the rows that are still free a class.
func (e *engine) setClass(rows [len(tillproof.Sides) + 1][]int32, c class) {
	for side := range rows {
		for _, row := range rows[side] {
			if v := &e.views[side]; v.mate[row] == alone {
				v.lines[row].class = c
			}
		}
	}
}

// undoVoided takes a match back where the acquirer settled a sale without its void, although the void should
// be in the report too: the acquirer row then has no terminal record that still stands.
func (e *engine) undoVoided() {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	for void, sale := range e.undoes {
		row := term.mate[sale]
		if row == alone || int(e.method[row]) == byHandStep || term.mate[void] != alone ||
			term.rec(void).Status != tillproof.Posted ||
			acq.cover.place(term.lines[void].day) != within {
			continue
		}
		term.mate[sale], acq.mate[row] = alone, alone
		e.voidedBy[row] = sale
	}
}

// excludeVoided leaves out a sale and its void where the report shows neither, and voids whose sale no file
// shows: nothing moved.
func (e *engine) excludeVoided() {
	v := &e.views[tillproof.Terminal]
	for rank := range v.lines {
		void := int32(rank)
		if v.lines[rank].class != voidClass || v.mate[rank] != alone {
			continue
		}
		reason := "match.excluded.voided"
		if v.rec(void).Kind == tillproof.Reversal {
			reason = "match.excluded.reversed"
		}
		sale, linked := e.undoes[void]
		if linked && v.mate[sale] != alone {
			continue // the sale is in the report, the void not yet: see leftTerminal
		}
		v.lines[void].class = noClass
		e.exclude(tillproof.Terminal, void, reason)
		if linked {
			v.lines[sale].class = noClass
			e.exclude(tillproof.Terminal, sale, reason)
		}
	}
}
