package sales

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
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
	v := &e.Views[tillproof.Terminal]
	var voids []int32
	for rank := range v.Lines {
		if v.Lines[rank].Class == book.VoidClass {
			voids = append(voids, int32(rank))
		}
	}
	e.undone = make([]bool, len(v.Lines))
	for _, k := range undoKeys {
		if len(voids) == 0 {
			return
		}
		candidates := e.salesToUndo(k, voids)
		left := voids[:0:0]
		for _, void := range voids {
			sale := e.nearestBefore(void, candidates[k.void(v.Rec(void))], k.amount)
			if sale == book.Alone {
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
	v := &e.Views[tillproof.Terminal]
	wanted := make(map[string][]int32, len(voids))
	for _, void := range voids {
		if s := k.void(v.Rec(void)); s != "" {
			wanted[s] = nil
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	for rank := range v.Lines {
		r := v.Rec(int32(rank))
		if book.ClassOf(r.Kind) != book.SaleClass {
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
	v := &e.Views[tillproof.Terminal]
	a, ra := &v.Lines[void], v.Rec(void)
	best := int32(book.Alone)
	for _, s := range sales {
		b, rb := &v.Lines[s], v.Rec(s)
		switch {
		case e.undone[s] || a.Cur != b.Cur || a.At.Known() && b.At.Known() && b.At > a.At:
		case ra.Refs.Terminal != rb.Refs.Terminal || ra.Refs.Merchant != rb.Refs.Merchant:
		case amount && (a.Amount != -b.Amount && a.Amount != b.Amount || otherCard(ra, rb)):
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
		v := &e.Views[side]
		for rank := range v.Lines {
			row := int32(rank)
			switch {
			case !v.Free(row):
			case v.Lines[rank].Class == book.VoidClass:
				changed[side] = append(changed[side], row)
			case v.Lines[rank].Class == book.RefundClass:
				refunds[side]++
			}
		}
	}
	if len(changed[tillproof.Terminal])*refunds[tillproof.Acquirer] == 0 &&
		len(changed[tillproof.Acquirer])*refunds[tillproof.Terminal] == 0 {
		return
	}
	e.setClass(changed, book.RefundClass)
	e.runSteps()
	e.setClass(changed, book.VoidClass)
}

// setClass gives the rows that are still free a class.
func (e *engine) setClass(rows [len(tillproof.Sides) + 1][]int32, c book.Class) {
	for side := range rows {
		for _, row := range rows[side] {
			if v := &e.Views[side]; v.Mate[row] == book.Alone {
				v.Lines[row].Class = c
			}
		}
	}
}

// undoVoided takes a match back where the acquirer settled a sale without its void, although the void should
// be in the report too: the acquirer row then has no terminal record that still stands.
func (e *engine) undoVoided() {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	for void, sale := range e.undoes {
		row := term.Mate[sale]
		if row == book.Alone || int(e.method[row]) == byHandStep || term.Mate[void] != book.Alone ||
			term.Rec(void).Status != tillproof.Posted ||
			acq.Cover.Place(term.Lines[void].Day) != book.Within {
			continue
		}
		term.Mate[sale], acq.Mate[row] = book.Alone, book.Alone
		e.voidedBy[row] = sale
	}
}

// excludeVoided leaves out a sale and its void where the report shows neither, and voids whose sale no file
// shows: nothing moved.
func (e *engine) excludeVoided() {
	v := &e.Views[tillproof.Terminal]
	for rank := range v.Lines {
		void := int32(rank)
		if v.Lines[rank].Class != book.VoidClass || v.Mate[rank] != book.Alone {
			continue
		}
		reason := "match.excluded.voided"
		if v.Rec(void).Kind == tillproof.Reversal {
			reason = "match.excluded.reversed"
		}
		sale, linked := e.undoes[void]
		if linked && v.Mate[sale] != book.Alone {
			continue // the sale is in the report, the void not yet: see leftTerminal
		}
		v.Lines[void].Class = book.NoClass
		e.Exclude(tillproof.Terminal, void, reason)
		if linked {
			v.Lines[sale].Class = book.NoClass
			e.Exclude(tillproof.Terminal, sale, reason)
		}
	}
}
