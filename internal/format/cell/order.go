package cell

import "github.com/tillproof/tillproof"

// Order is a set of orders in which a file may write the parts of its dates.
type Order uint8

// The orders, and sets of them.
const (
	OrderYMD Order = 1 << iota
	OrderDMY
	OrderMDY

	OrderAuto Order = 0 // the layout says nothing, the file itself must show it
	OrderAny        = OrderYMD | OrderDMY | OrderMDY
)

// Orders are the single ones.
var Orders = [...]Order{OrderYMD, OrderDMY, OrderMDY}

// IsOpen reports a date of three parts that does not say itself which part is the year.
func (d Date) IsOpen() bool { return d.Parts == 3 && !d.Named && d.Digits[0] != 4 }

// Fits is the set of orders under which the parts of an open date can be a day. It does not ask the calendar:
// 31/09/26 is a day first that does not exist, not a year first.
func (d Date) Fits() Order {
	var o Order
	p, n := d.Part, d.Digits
	if n[0] > 2 || n[1] > 2 {
		return o
	}
	if n[0] == 2 && n[2] <= 2 && isMonth(p[1]) && isMonthDay(p[2]) {
		o |= OrderYMD
	}
	if d.han || n[2] != 2 && n[2] != 4 {
		return o
	}
	if isMonthDay(p[0]) && isMonth(p[1]) {
		o |= OrderDMY
	}
	if isMonth(p[0]) && isMonthDay(p[1]) && d.sep != '.' {
		o |= OrderMDY
	}
	return o
}

func isMonth(v int) bool    { return v >= 1 && v <= 12 }
func isMonthDay(v int) bool { return v >= 1 && v <= 31 }

// under gives year, month and day of an open date under one order.
func (d Date) under(o Order) (ymd [3]int) {
	p := d.Part
	switch o {
	case OrderYMD:
		return [3]int{fullYear(p[0], d.Digits[0]), p[1], p[2]}
	case OrderMDY:
		return [3]int{fullYear(p[2], d.Digits[2]), p[0], p[1]}
	}
	return [3]int{fullYear(p[2], d.Digits[2]), p[1], p[0]}
}

// openDate reads an open date where all orders of the set that fit it give the same day.
func (d Date) openDate(o Order) (tillproof.Date, error) {
	var day [3]int
	fits := d.Fits() & o
	for _, one := range Orders {
		if fits&one == 0 {
			continue
		}
		v := d.under(one)
		if day != [3]int{} && day != v {
			return tillproof.NoDate, ErrDayMonth
		}
		day = v
	}
	return calendarDay(day[0], day[1], day[2])
}
