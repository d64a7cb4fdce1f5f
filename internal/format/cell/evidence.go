package cell

import (
	"strings"

	"github.com/tillproof/tillproof"
)

// Evidence is what the dates of a whole file show about the order of their parts.
type Evidence struct {
	against Order // orders that some cell does not fit
	short   [len(Orders)]dateRange
	full    dateRange            // the days whose year is written in full
	Only    [len(Orders)]Witness // the first date that fits no other order
	Open    Witness              // the first date that fits several
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

// Add takes the date of a cell into account. A cell that fits no order shows nothing.
func (e *Evidence) Add(d Date, cell string, line int) {
	if !d.IsOpen() {
		day, err := d.Day(OrderAny, 0)
		if err == nil && (d.Parts == 1 || d.Digits[0] == 4 || d.Digits[2] == 4) {
			e.full.add(day)
		}
		return
	}
	fits := d.Fits()
	if fits == 0 || d.han {
		return
	}
	e.against |= OrderAny &^ fits
	e.witness(fits, cell, line)
	for i, o := range Orders {
		if fits&o == 0 {
			continue
		}
		v := d.under(o)
		day, err := calendarDay(v[0], v[1], v[2])
		switch {
		case err != nil:
		case d.Digits[2] == 4:
			e.full.add(day)
		default:
			e.short[i].add(day)
		}
	}
}

// witness keeps a cell that fits one order only, or several.
func (e *Evidence) witness(fits Order, cell string, line int) {
	for i, o := range Orders {
		if fits == o {
			e.Only[i].Keep(cell, line)
			return
		}
	}
	e.Open.Keep(cell, line)
}

// Decide is the set of orders that the file leaves possible, and whether its dates contradict each other. A
// layout that says nothing is one of those that write the year last, unless the file shows the year first.
func (e *Evidence) Decide(layout Order) (o Order, mixed bool) {
	plausible := OrderAny &^ e.Implausible()
	if plausible == 0 {
		plausible = OrderAny
		mixed = true
	}
	o = plausible &^ e.against
	if mixed || o == 0 {
		o, mixed = plausible, true
	}
	if layout == OrderAuto && o != OrderYMD {
		o &^= OrderYMD
	}
	return o, mixed
}

// Implausible is the set of orders whose years cannot be those of the file: they are not the years that the
// file writes in full elsewhere, or they scatter over years what another order shows as one stretch of days.
func (e *Evidence) Implausible() Order {
	var out Order
	for i, o := range Orders {
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
		out |= OrderYMD
	case ymd.any:
		if scatters(dmy, ymd) {
			out |= OrderDMY
		}
		if scatters(mdy, ymd) {
			out |= OrderMDY
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

// Witness is a cell that shows something of the whole file.
type Witness struct {
	Value string
	Line  int
}

// Keep takes the first cell that shows it.
func (w *Witness) Keep(cell string, line int) {
	if w.Line == 0 {
		*w = Witness{strings.Clone(cell), line}
	}
}
