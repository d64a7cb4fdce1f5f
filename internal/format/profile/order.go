package profile

import "github.com/tillproof/tillproof"

// order is a set of orders in which a file may write the parts of its dates.
type order uint8

const (
	orderYMD order = 1 << iota
	orderDMY
	orderMDY

	orderAuto order = 0 // the layout says nothing, the file itself must show it
	orderAny        = orderYMD | orderDMY | orderMDY
)

var singleOrders = [...]order{orderYMD, orderDMY, orderMDY}

// isOpen reports a date of three parts that does not say itself which part is the year.
func (d dateCell) isOpen() bool { return d.n == 3 && !d.named && d.digits[0] != 4 }

// fits is the set of orders under which the parts of an open date can be a day. It does not ask the calendar:
// 31/09/26 is a day first that does not exist, not a year first.
func (d dateCell) fits() order {
	var o order
	p, n := d.part, d.digits
	if n[0] > 2 || n[1] > 2 {
		return o
	}
	if n[0] == 2 && n[2] <= 2 && isMonth(p[1]) && isMonthDay(p[2]) {
		o |= orderYMD
	}
	if d.han || n[2] != 2 && n[2] != 4 {
		return o
	}
	if isMonthDay(p[0]) && isMonth(p[1]) {
		o |= orderDMY
	}
	if isMonth(p[0]) && isMonthDay(p[1]) && d.sep != '.' {
		o |= orderMDY
	}
	return o
}

func isMonth(v int) bool    { return v >= 1 && v <= 12 }
func isMonthDay(v int) bool { return v >= 1 && v <= 31 }

// under gives year, month and day of an open date under one order.
func (d dateCell) under(o order) (ymd [3]int) {
	p := d.part
	switch o {
	case orderYMD:
		return [3]int{fullYear(p[0], d.digits[0]), p[1], p[2]}
	case orderMDY:
		return [3]int{fullYear(p[2], d.digits[2]), p[0], p[1]}
	}
	return [3]int{fullYear(p[2], d.digits[2]), p[1], p[0]}
}

// openDate reads an open date where all orders of the set that fit it give the same day.
func (d dateCell) openDate(o order) (tillproof.Date, error) {
	var day [3]int
	fits := d.fits() & o
	for _, one := range singleOrders {
		if fits&one == 0 {
			continue
		}
		v := d.under(one)
		if day != [3]int{} && day != v {
			return tillproof.NoDate, errDayMonth
		}
		day = v
	}
	return calendarDay(day[0], day[1], day[2])
}

// dateEvidence is what the dates of a whole file show about the order of their parts.
type dateEvidence struct {
	against order // orders that some cell does not fit
	short   [len(singleOrders)]dateRange
	full    dateRange                  // the days whose year is written in full
	only    [len(singleOrders)]witness // the first date that fits no other order
	open    witness                    // the first date that fits several
}

// dateRange is the first and the last of some days.
type dateRange struct {
	first, last tillproof.Date
	any         bool
}

func (r *dateRange) add(d tillproof.Date) {
	if !r.any || d < r.first {
		r.first = d
	}
	if !r.any || d > r.last {
		r.last = d
	}
	r.any = true
}

func (r dateRange) days() int { return int(r.last - r.first) }

func (r dateRange) years() (first, last int) { return r.first.Time().Year(), r.last.Time().Year() }

// add takes the date of a cell into account. A cell that fits no order shows nothing.
func (e *dateEvidence) add(d dateCell, cell string, line int) {
	if !d.isOpen() {
		day, err := d.date(orderAny, 0)
		if err == nil && (d.n == 1 || d.digits[0] == 4 || d.digits[2] == 4) {
			e.full.add(day)
		}
		return
	}
	fits := d.fits()
	if fits == 0 || d.han {
		return
	}
	e.against |= orderAny &^ fits
	e.witness(fits, cell, line)
	for i, o := range singleOrders {
		if fits&o == 0 {
			continue
		}
		v := d.under(o)
		day, err := calendarDay(v[0], v[1], v[2])
		switch {
		case err != nil:
		case d.digits[2] == 4:
			e.full.add(day)
		default:
			e.short[i].add(day)
		}
	}
}

// witness keeps a cell that fits one order only, or several.
func (e *dateEvidence) witness(fits order, cell string, line int) {
	for i, o := range singleOrders {
		if fits == o {
			e.only[i].keep(cell, line)
			return
		}
	}
	e.open.keep(cell, line)
}

// decide is the set of orders that the file leaves possible, and whether its dates contradict each other. A
// layout that says nothing is one of those that write the year last, unless the file shows the year first.
func (e *dateEvidence) decide(layout order) (o order, mixed bool) {
	plausible := orderAny &^ e.implausible()
	if plausible == 0 {
		plausible = orderAny
		mixed = true
	}
	o = plausible &^ e.against
	if mixed || o == 0 {
		o, mixed = plausible, true
	}
	if layout == orderAuto && o != orderYMD {
		o &^= orderYMD
	}
	return o, mixed
}

// implausible is the set of orders whose years cannot be those of the file: they are not the years that the
// file writes in full elsewhere, or they scatter over years what another order shows as one stretch of days.
func (e *dateEvidence) implausible() order {
	var out order
	for i, o := range singleOrders {
		if r := e.short[i]; r.any && e.full.any {
			first, last := r.years()
			lo, hi := e.full.years()
			if first < lo-1 || last > hi+1 {
				out |= o
			}
		}
	}
	ymd, dmy, mdy := e.short[0], e.short[1], e.short[2]
	switch {
	case scatters(ymd, dmy) || scatters(ymd, mdy):
		out |= orderYMD
	case ymd.any:
		if scatters(dmy, ymd) {
			out |= orderDMY
		}
		if scatters(mdy, ymd) {
			out |= orderMDY
		}
	}
	return out
}

// A till's file covers one stretch of days. Read in the wrong order, its days become years: a week of
// days is read as seven years. stretchDays bounds the right reading, scatterTimes how much longer the wrong
// one is; nearer than that, the file does not tell.
const (
	stretchDays  = 366
	scatterTimes = 8
)

func scatters(wrong, right dateRange) bool {
	return wrong.any && right.any && right.days() <= stretchDays &&
		wrong.days() > stretchDays && wrong.days() > scatterTimes*right.days()
}
