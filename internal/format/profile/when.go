package profile

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// moment is what a date or time cell shows.
type moment struct {
	day    tillproof.Date
	second int // after midnight, -1 where only a day is shown
	zone   string
}

// readDay reads a cell of a date column, with the time of day that may follow in the same cell.
func (t *table) readDay(f Field) (moment, string) {
	out := moment{day: tillproof.NoDate, second: -1}
	text := t.cell(f)
	if text == "" {
		return out, ""
	}
	if t.isNumber(f) && t.src.Serial != nil && cell.WholeDigits(text) <= serialDigits {
		day, second, ok := t.src.Serial(text)
		if ok && isCardDay(day) {
			out.day = day
			if strings.Contains(text, ".") {
				out.second = second
			}
			return out, ""
		}
		if text, ok = shortDay(text); !ok {
			return out, CodeDate
		}
	}
	d, err := cell.SplitDate(cell.Fold(text))
	if err != nil {
		return out, CodeDate
	}
	d = monthAndDay(d)
	if d.IsOpen() {
		t.settle()
	}
	if out.day, err = d.Day(t.style.order, t.yearOf(d)); err != nil {
		return out, dateCause(err)
	}
	rest := d.Rest
	if d.Parts == 1 && d.Digits[0] == 14 {
		rest = text[8:]
	}
	if rest == "" {
		return out, ""
	}
	if out.second, out.zone, err = cell.ParseClock(rest); err != nil {
		return out, CodeTime
	}
	return out, ""
}

// isCardDay reports a day on which a card could be used, and a file written: the serial day of a workbook
// that is none is another number. 930 is not a day of 1902, and 260916 not one of 2614.
func isCardDay(d tillproof.Date) bool {
	return d.Known() && d.Time().Year() >= firstCardYear && d.Time().Year() <= lastCardYear
}

const (
	firstCardYear = 1970 // no electronic record of a card is older
	lastCardYear  = 2099 // the last that --year takes
)

// shortDay is a month and a day that a workbook holds as a number, with the zero that it lost: 916 and 1231.
func shortDay(number string) (string, bool) {
	if n := len(number); n < 3 || n > 4 || cell.WholeDigits(number) != n {
		return "", false
	}
	return strings.Repeat("0", 4-len(number)) + number, true
}

// monthAndDay takes "0916", as ISO 8583 writes the local date (data element 13), for 16 September. What is no
// day of a year stays as it is.
func monthAndDay(d cell.Date) cell.Date {
	if d.Parts != 1 || d.Digits[0] != 4 || d.Rest != "" {
		return d
	}
	md := cell.Date{Parts: 2, Part: [3]int{d.Part[0] / 100, d.Part[0] % 100}, Digits: [3]int{2, 2}}
	if _, err := md.Day(cell.OrderYMD, leapYear); err != nil {
		return d
	}
	return md
}

// leapYear is a year that has each day.
const leapYear = 2024

// serialDigits: day 2958465 is 9999-12-31, the last day of a workbook's calendar; longer numbers are
// yyyymmdd.
const serialDigits = 7

func dateCause(err error) string {
	switch {
	case errors.Is(err, cell.ErrNoDay):
		return CodeDateNoDay
	case errors.Is(err, cell.ErrDayMonth):
		return CodeDateTwoWays
	case errors.Is(err, cell.ErrNoYear):
		return CodeDateYear
	}
	return CodeDate
}

// clockField is the time column of a row: a refund may have its own.
func (t *table) clockField(kind tillproof.RecordKind) Field {
	if undoes(kind) && t.cell(RefundClock) != "" {
		return RefundClock
	}
	return Clock
}

// readClock reads a cell of a time column: a time of day, or a whole moment.
func (t *table) readClock(f Field) (moment, string) {
	out := moment{day: tillproof.NoDate, second: -1}
	text := t.cell(f)
	if text == "" {
		return out, ""
	}
	if t.isNumber(f) && t.src.Serial != nil && strings.Contains(text, ".") {
		day, second, ok := t.src.Serial(text)
		if !ok || day.Known() && !isCardDay(day) {
			return out, CodeTime
		}
		return moment{day: day, second: second}, ""
	}
	if t.isNumber(f) && len(text) < 6 {
		text = strings.Repeat("0", 6-len(text)) + text // 91112 is 09:11:12 without its leading zero
	}
	written := cell.Fold(text)
	if len(written) == 5 && strings.Trim(written, "0123456789") == "" {
		written = "0" + written // so does written that went through a spreadsheet
		t.noteOnce(CodeTimePadded, Clock, text)
	}
	if d, err := cell.SplitDate(written); err == nil && d.IsMoment() {
		return t.readDay(f)
	}
	var err error
	if out.second, out.zone, err = cell.ParseClock(written); err != nil {
		return out, CodeTime
	}
	return out, ""
}

// dates reads the days and the moment of a row into the record.
func (t *table) dates(r *tillproof.Record) (string, Field) {
	day, code := t.readDay(Day)
	if code != "" {
		return code, Day
	}
	at := t.clockField(r.Kind)
	clock, code := t.readClock(at)
	if code != "" {
		return code, at
	}
	book, code := t.readDay(BookingDay)
	if code != "" {
		return code, BookingDay
	}
	value, code := t.readDay(ValueDay)
	if code != "" {
		return code, ValueDay
	}
	settle, code := t.readDay(SettleDay)
	if code != "" {
		return code, SettleDay
	}
	r.BookingDate, r.ValueDate, r.SettleDate = book.day, value.day, settle.day
	if !r.BookingDate.Known() && t.lay.Side == tillproof.Bank {
		r.BookingDate = day.day
	}
	return t.setTime(r, day, clock, book)
}

// setTime joins day and time of day. A day without a time is kept as a day: midnight would be a claim.
func (t *table) setTime(r *tillproof.Record, day, clock, book moment) (string, Field) {
	switch {
	case clock.day.Known():
		day = clock
	case clock.second >= 0:
		if !day.day.Known() {
			day.day = book.day
		}
		day.second, day.zone = clock.second, clock.zone
	case !day.day.Known() && book.second >= 0:
		day = book
	}
	if !day.day.Known() {
		if !r.BookingDate.Known() && !r.ValueDate.Known() && !r.SettleDate.Known() {
			return CodeDateMissing, t.dayField()
		}
		return "", NoField
	}
	if day.second < 0 {
		if !r.BookingDate.Known() {
			r.BookingDate = day.day
		}
		return "", NoField
	}
	r.Time = day.day.At(day.second/3600, day.second/60%60, day.second%60)
	t.toZone(r, day.zone)
	return "", NoField
}

// toMerchantClock turns a time that names its offset into the merchant's own clock.
func (t *table) toMerchantClock(r *tillproof.Record, east int) {
	if t.opt.Zone == nil {
		t.noteOnce(CodeZone, Clock, "")
		return
	}
	at := time.Unix(int64(r.Time)-int64(east), 0).In(t.opt.Zone)
	r.Time = tillproof.LocalTimeOf(at)
}

func (t *table) dayField() Field {
	for _, f := range [...]Field{Day, BookingDay, Clock, SettleDay, ValueDay} {
		if t.lay.has(f) {
			return f
		}
	}
	return NoField
}

// preset is what stands above the header: the merchant, the account, the period, the year of days without
// one.
type preset struct {
	merchant, terminal, account string
	currency                    tillproof.Currency
	foreign                     bool // it names a code that is none
	from, to                    tillproof.Date
	year, month                 int
}

// readPreamble takes what the lines above the header say.
func (t *table) readPreamble(lines [][]string) {
	t.preset.from, t.preset.to = tillproof.NoDate, tillproof.NoDate
	for row, cells := range lines {
		for i, c := range cells {
			c = clean(c)
			t.presetYear(c)
			for _, pair := range pairs(c) {
				label, value := splitLabel(pair)
				f, known := t.label(label)
				if !known {
					continue
				}
				if value == "" {
					value = t.valueBeside(lines, row, i)
				}
				t.setPreset(f, unbracket(value))
			}
		}
	}
}

func splitLabel(s string) (label, value string) {
	for _, colon := range []string{"：", ":"} {
		if l, v, ok := strings.Cut(s, colon); ok {
			return l, clean(v)
		}
	}
	return s, ""
}

func (t *table) setPreset(f Field, value string) {
	switch f {
	case Merchant:
		t.preset.merchant = value
	case Terminal:
		t.preset.terminal = value
	case Account:
		t.preset.account = value
	case CurrencyCode:
		var known bool
		t.preset.currency, known = t.currencyWord(value)
		t.preset.foreign = !known && cell.LooksCode(value)
	case Day, BookingDay, SettleDay:
		t.presetPeriod(value)
	case PeriodFrom, PeriodTo:
		t.presetEnd(f, value)
	case Opening, Closing:
		t.presetBalance(f, value)
	}
}

// presetPeriod reads "2026-09-16 至 2026-10-15", "03.03.2019 - 03.04.2019" or one day.
func (t *table) presetPeriod(value string) {
	value = cell.Fold(value)
	for _, mid := range []string{"至", "到", "~", " - ", "—", " to "} {
		from, to, ok := strings.Cut(value, mid)
		if ok {
			t.preset.from, t.preset.to = t.plainDay(from), t.plainDay(to)
			return
		}
	}
	if from, to, ok := plainPeriod(value); ok {
		t.preset.from, t.preset.to = t.plainDay(from), t.plainDay(to)
		return
	}
	d := t.plainDay(value)
	t.preset.from, t.preset.to = d, d
}

func (t *table) plainDay(s string) tillproof.Date {
	d, err := cell.SplitDate(strings.TrimSpace(s))
	if err != nil {
		return tillproof.NoDate
	}
	if d.IsOpen() {
		t.settle()
	}
	day, err := d.Day(t.style.order, 0)
	if err != nil {
		return tillproof.NoDate
	}
	return day
}

// presetYear finds "2024年01月" in a title: the year, and the month, of days that are written without a year.
func (t *table) presetYear(s string) {
	before, after, ok := strings.Cut(s, "年")
	if !ok || len(before) < 4 {
		return
	}
	year, err := strconv.Atoi(before[len(before)-4:])
	if err != nil || year < 1990 {
		return
	}
	month, _, _ := strings.Cut(after, "月")
	m, _ := strconv.Atoi(strings.TrimSpace(month))
	t.preset.year, t.preset.month = year, m
}

// yearOf is the year of a day that is written without one: the title's, and the year before for the months
// that lie after the statement's own (December in a bill of January); without a title the one that the user
// states.
func (t *table) yearOf(d cell.Date) int {
	switch {
	case d.Parts != 2:
		return 0
	case t.preset.year == 0:
		return t.opt.Year
	case t.preset.month > 0 && d.Part[0] > t.preset.month:
		return t.preset.year - 1
	}
	return t.preset.year
}
