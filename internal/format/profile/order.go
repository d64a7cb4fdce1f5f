package profile

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// orderOf is the order that the user says, orderAuto for none.
func orderOf(o format.DateOrder) cell.Order {
	switch o {
	case format.YearFirst:
		return cell.OrderYMD
	case format.DayFirst:
		return cell.OrderDMY
	case format.MonthFirst:
		return cell.OrderMDY
	}
	return cell.OrderAuto
}

// single is the place of one order among Orders, -1 for a set of several.
func single(o cell.Order) int {
	for i, one := range cell.Orders {
		if o == one {
			return i
		}
	}
	return -1
}

// decideOrder settles the order of the parts of dates. What the rows show comes first, then what the user
// says, then the layout. A layout that names its columns is certain of its order; one that knows them by
// their position alone fits the tables of other banks too, and is believed where the user has named it or
// brought it. A word of the user that all this contradicts ends the reading: see contradicted.
func (t *table) decideOrder(e *evidence) {
	layout, told := t.lay.order, orderOf(t.opt.Dates)
	certain := layout == cell.OrderDMY || layout == cell.OrderMDY
	if certain && !t.placed {
		t.holdToLayout(e, told)
		return
	}
	base := layout
	if certain {
		base = cell.OrderAuto
	}
	believed := certain && (!t.lay.shipped || t.lay.answersTo(t.opt.Profile))
	dates := &e.dates
	o, mixed := dates.Decide(base)
	if mixed {
		t.noteOnce(CodeDatesMixed, NoField, "")
	}
	if told != cell.OrderAuto && !mixed {
		t.decideTold(e, told)
		return
	}
	at := single(o)
	switch {
	case at >= 0 && dates.Only[at].Line > 0:
		t.decided(dateCodes[at][0], paramsOf(dates.Only[at]))
	case at >= 0 && dates.Open.Line > 0 && !mixed && dates.Implausible() == 0 && o == cell.OrderDMY:
		t.decided(DatesDMYLast, paramsOf(dates.Open))
	case at >= 0 && dates.Open.Line > 0 && !mixed:
		t.decided(dateCodes[at][1], paramsOf(dates.Open))
	case told != cell.OrderAuto && dates.Open.Line > 0:
		o = told
		t.decided(dateCodes[single(told)][2], paramsOf(dates.Open))
	case certain && dates.Open.Line > 0 && believed:
		t.noteAt(CodeDatesLayout, t.dayField(), dates.Open)
	}
	if believed && o&layout != 0 && told == cell.OrderAuto {
		o = layout
	}
	t.style.order = o
}

// decideTold takes the order that the user says, where the rows agree with it or leave it open.
func (t *table) decideTold(e *evidence, told cell.Order) {
	possible, _ := e.dates.Decide(cell.OrderYMD) // a year of two digits may stand first: the user may say so
	at := single(told)
	t.style.order = told
	switch only := e.dates.Only[at]; {
	case possible&told == 0:
		t.contradict(e, possible, "")
	case only.Line > 0:
		t.decided(dateCodes[at][0], paramsOf(only))
	case e.dates.Open.Line > 0:
		t.decided(dateCodes[at][2], paramsOf(e.dates.Open))
	}
}

// holdToLayout compares what the user says with the order of a layout that is certain of its own. Only a file
// whose dates all fit the user's order, some of them no other, shows that it is not of this layout's making.
func (t *table) holdToLayout(e *evidence, told cell.Order) {
	if told == cell.OrderAuto || told == t.lay.order {
		return
	}
	only := e.dates.Only[single(told)]
	switch {
	case e.notTold.Line > 0 || only.Line == 0 && e.dates.Open.Line > 0:
		t.contradict(e, t.lay.order, t.lay.Name)
	case only.Line > 0:
		t.style.order = told
		t.decided(dateCodes[single(told)][0], paramsOf(only))
	}
}

// contradict ends the reading of a file whose dates do not have the order that the user says: a date that
// fits no such order, else days that lie close together in another, or the layout of the file.
func (t *table) contradict(e *evidence, shows cell.Order, layout string) {
	code, proof := CodeDatesToldNear, e.dates.Open
	switch {
	case e.notTold.Line > 0:
		code, proof = CodeDatesTold, e.notTold
	case layout != "":
		code = CodeDatesToldLayout
	}
	p := paramsOf(proof)
	p["told"], p["profile"] = t.opt.Dates.String(), layout
	t.stop = &tillproof.Error{
		Op: "read table", Kind: tillproof.KindInvalid, Code: code, Params: p,
		Place: tillproof.Place{Line: proof.Line},
	}
}
