package qif

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// order is a set of orders in which the parts of a date can stand.
type order uint8

const (
	yearFirst order = 1 << iota
	dayFirst
	monthFirst

	noOrder order = 0
)

// orders lists the single orders.
var orders = [...]order{yearFirst, dayFirst, monthFirst}

// date is a date as it is written: three numbers, of which the order is not known.
type date struct {
	part, digits [3]int
	modern       bool // an apostrophe stands before the year: it is of this century
	text         string
	line         int
}

var (
	errDate    = errors.New("no date")
	errTwoWays = errors.New("a date that can be more than one day")
)

var (
	dateForm    = regexp.MustCompile(`^(\d{1,4})[/.-](\d{1,2})([/.'-])(\d{1,4})$`)
	compactForm = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
)

// parseDate reads 8/15/13, 8/15'13, 15.8.2013, 2013-08-15 or 20130815; blanks pad single digits.
func parseDate(f field) (date, error) {
	d := date{text: f.text, line: f.line}
	s := strings.ReplaceAll(f.text, " ", "")
	var parts []string
	if m := dateForm.FindStringSubmatch(s); m != nil {
		parts, d.modern = []string{m[1], m[2], m[4]}, m[3] == "'"
	} else if m := compactForm.FindStringSubmatch(s); m != nil {
		parts = m[1:]
	} else {
		return d, errDate
	}
	for i, p := range parts {
		d.part[i], _ = strconv.Atoi(p)
		d.digits[i] = len(p)
	}
	return d, nil
}

// fits is the set of orders that the parts allow. It asks for ranges and not for the calendar: 31/9/26 is a
// day first that does not exist. A year of two digits stands first only where nothing else can be.
func (d date) fits() order {
	n := d.digits
	if n[0] == 4 {
		if n[2] <= 2 && !d.modern && isMonth(d.part[1]) && isDay(d.part[2]) {
			return yearFirst
		}
		return noOrder
	}
	if n[0] > 2 || n[2] == 3 {
		return noOrder
	}
	var o order
	year := n[2] != 1 || d.modern // Quicken pads the year after an apostrophe: 1/ 5' 5
	if year && isDay(d.part[0]) && isMonth(d.part[1]) {
		o |= dayFirst
	}
	if year && isMonth(d.part[0]) && isDay(d.part[1]) {
		o |= monthFirst
	}
	if o == noOrder && n[0] == 2 && n[2] <= 2 && !d.modern && isMonth(d.part[1]) && isDay(d.part[2]) {
		o = yearFirst
	}
	return o
}

func isMonth(v int) bool { return v >= 1 && v <= 12 }
func isDay(v int) bool   { return v >= 1 && v <= 31 }

// single reports a set of one order.
func (o order) single() bool { return o != 0 && o&(o-1) == 0 }

// day reads the date: by the one order that fits it, else by the order of the file, else where both orders
// give the same day.
func (d date) day(file order) (tillproof.Date, error) {
	fits := d.fits()
	if !fits.single() && fits&file != 0 {
		fits &= file
	}
	day := tillproof.NoDate
	for _, o := range orders {
		if fits&o == 0 {
			continue
		}
		one, err := d.under(o)
		switch {
		case err != nil:
			return tillproof.NoDate, err
		case day.Known() && one != day:
			return tillproof.NoDate, errTwoWays
		}
		day = one
	}
	if !day.Known() {
		return day, errDate
	}
	return day, nil
}

// pivot is the first two-digit year of the last century.
const pivot = 80

// under is the day in one order.
func (d date) under(o order) (tillproof.Date, error) {
	y, m, day, n := d.part[2], d.part[1], d.part[0], d.digits[2]
	switch o {
	case monthFirst:
		m, day = day, m
	case yearFirst:
		y, day, n = d.part[0], d.part[2], d.digits[0]
	}
	switch {
	case n == 4:
	case y >= pivot && !d.modern:
		y += 1900
	default:
		y += 2000
	}
	date, ok := tillproof.NewDate(y, time.Month(m), day)
	if !ok {
		return tillproof.NoDate, errDate
	}
	return date, nil
}

// dateEvidence is what the dates of a whole file show about their order: for each order the first date that
// has no other, and the first that has two.
type dateEvidence struct {
	only [len(orders)]*date
	open *date
}

func (e *dateEvidence) add(d date) {
	fits := d.fits()
	if d.digits[0] == 4 || fits == noOrder {
		return // the form itself says where the year is
	}
	if !fits.single() {
		if one, err := d.day(noOrder); err == nil && one.Known() {
			return // the same day in both orders
		}
		if e.open == nil {
			e.open = &d
		}
		return
	}
	for i, o := range orders {
		if fits == o && e.only[i] == nil {
			e.only[i] = &d
		}
	}
}

// orderCodes are the decisions of each order: by a date of the file, by the user.
var orderCodes = [...][2]string{
	{"format.decision.dates.ymd.shown", "format.decision.dates.ymd.told"},
	{"format.decision.dates.dmy.shown", "format.decision.dates.dmy.told"},
	{"format.decision.dates.mdy.shown", "format.decision.dates.mdy.told"},
}

// decide settles the order for the dates that have two: what other dates of the file show, which the user
// must not contradict, else what the user says. Without either, and where the dates contradict each other, it
// is no order.
func (e *dateEvidence) decide(told format.DateOrder) (order, notes, error) {
	var out notes
	shown, at := noOrder, 0
	for i, d := range e.only {
		if d != nil {
			shown, at = shown|orders[i], i
		}
	}
	stated := map[format.DateOrder]int{format.YearFirst: 0, format.DayFirst: 1, format.MonthFirst: 2}
	i, says := stated[told]
	switch {
	case shown.single() && says && orders[i] != shown:
		return noOrder, out, e.only[at].contradicts(told)
	case shown.single():
		out.decided = append(out.decided, e.only[at].note(orderCodes[at][0]))
		return shown, out, nil
	case shown != noOrder:
		out.issues = append(out.issues, e.mixed())
	}
	if says && e.open != nil {
		out.decided = append(out.decided, e.open.note(orderCodes[i][1]))
		return orders[i], out, nil
	}
	return noOrder, out, nil
}

// notes are what the evidence of a file gives beside the answer.
type notes struct {
	decided []tillproof.Note
	issues  []tillproof.Issue
}

func (d *date) note(code string) tillproof.Note {
	return tillproof.Note{Code: code, Params: tillproof.Params{
		"value": format.Shown(d.text), "line": strconv.Itoa(d.line),
	}}
}

// contradicts is the error of a date that has one order only, and not the one that the user says.
func (d *date) contradicts(told format.DateOrder) error {
	return &tillproof.Error{
		Op: "read", Kind: tillproof.KindInvalid, Code: "format.qif.dates_told",
		Place: tillproof.Place{Line: d.line}, Params: tillproof.Params{
			"value": format.Shown(d.text), "line": strconv.Itoa(d.line), "told": told.String(),
		},
	}
}

// mixed is the issue of dates that contradict each other, with the first of each side.
func (e *dateEvidence) mixed() tillproof.Issue {
	var two []*date
	for _, d := range e.only {
		if d != nil {
			two = append(two, d)
		}
	}
	return tillproof.Issue{
		Code: "format.qif.dates_mixed", Place: tillproof.Place{Line: two[1].line, Field: "D"},
		Params: tillproof.Params{
			"value": format.Shown(two[0].text), "line": strconv.Itoa(two[0].line),
			"other": format.Shown(two[1].text), "at": strconv.Itoa(two[1].line),
		},
	}
}
