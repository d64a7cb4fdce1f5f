package synth

import (
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// settleDays is the n of T+n: deposits come on the next banking day.
const settleDays = 1

// minCreepDays and minCreepSales leave a fee that rises in the middle enough rows before and after: about one
// sale in four is by credit card and in the second half.
const (
	minCreepDays  = 6
	minCreepSales = 150
)

func (r *run) creepFits() bool {
	return r.o.Days >= minCreepDays && r.o.Days*r.o.Terminals*r.o.SalesPerDay >= minCreepSales
}

// minBatchSales is the least trade of a terminal's day from which an evening's batch can be left open.
const minBatchSales = 12

// group is the settlement days that are paid on one day.
type group struct {
	from, to tillproof.Date
	pay      tillproof.Date
	holiday  bool // a public holiday, not only a weekend, moved the pay day
}

// end is the last day of all three files.
func (r *run) end() tillproof.Date { return r.o.Start + tillproof.Date(r.o.Days) - 1 }

// settleDay is the acquirer's day of a moment.
func settleDay(t tillproof.LocalTime) tillproof.Date {
	if t.SecondOfDay() >= cutOffMinute*60 {
		return t.Date() + 1
	}
	return t.Date()
}

// payDay is the next banking day after a settlement day. It is synth's own arithmetic, not the policy's.
func (r *run) payDay(d tillproof.Date) tillproof.Date {
	for d++; !r.o.Calendar.IsBanking(d); d++ {
	}
	return d
}

// nextWeekday is the pay day of a world without holidays.
func nextWeekday(d tillproof.Date) tillproof.Date {
	for d++; d.Weekday() == time.Saturday || d.Weekday() == time.Sunday; d++ {
	}
	return d
}

func (r *run) groupDays() []group {
	var out []group
	for d := r.o.Start; d <= r.end(); d++ {
		pay := r.payDay(d)
		if n := len(out); n == 0 || out[n-1].pay != pay {
			out = append(out, group{from: d, pay: pay})
		}
		g := &out[len(out)-1]
		g.to = d
		g.holiday = g.holiday || r.holidayMoved(d, pay)
	}
	return out
}

func (r *run) holidayMoved(d, pay tillproof.Date) bool {
	if pay <= nextWeekday(d) {
		return false
	}
	for x := d + 1; x < pay; x++ {
		if _, off := r.o.Calendar.Holidays[x]; off {
			return true
		}
	}
	return false
}

// due reports whether the statement reaches the group's pay day.
func (r *run) due(g group) bool { return g.pay <= r.end() }

// depositRoom lists the groups whose deposit may be tampered with: due, not the first, not on the statement's
// last day, and not one that a holiday moved, whose own story must stay clear.
func (r *run) depositRoom() []int {
	var out []int
	for i, g := range r.groups {
		if i > 0 && g.pay < r.end() && !g.holiday {
			out = append(out, i)
		}
	}
	return out
}

// lateBy is how many pay days later a late deposit comes.
const lateBy = 2

// depositSlots gives each deposit fact of the run a group of its own, differently in each block of merchants.
// The pay day on which a late deposit arrives is kept free of other deposit facts. False: there is no room.
func (r *run) depositSlots(facts []FactKind, block int) (map[FactKind]int, bool) {
	free := r.depositRoom()
	dice.Shuffle(dice.New(r.o.Seed, streamSlots, uint64(block)), free)
	slots := map[FactKind]int{}
	arrives := -1
	for _, k := range depositFacts {
		if !has(facts, k) {
			continue
		}
		at := -1
		for i, g := range free {
			if g >= 0 && g != arrives && (k != DepositLate || r.lateFits(g)) {
				at = i
				break
			}
		}
		if at < 0 {
			return nil, false
		}
		slots[k] = free[at]
		if k == DepositLate {
			arrives = free[at] + lateBy
		}
		free[at] = -1
	}
	return slots, true
}

func (r *run) lateFits(g int) bool {
	return g+lateBy < len(r.groups) && r.groups[g+lateBy].pay < r.end() &&
		!r.groups[g+1].holiday && !r.groups[g+lateBy].holiday
}

// rowDays lists the settlement days on which single transactions may be tampered with: not the first day, not
// the last, paid within the statement, and not in a group whose deposit is tampered with.
func (r *run) rowDays(slots map[FactKind]int) []tillproof.Date {
	taken := make([]bool, len(r.groups))
	for _, k := range depositFacts {
		if g, ok := slots[k]; ok {
			taken[g] = true
		}
	}
	var out []tillproof.Date
	for i, g := range r.groups {
		for d := max(g.from, r.o.Start+1); d <= min(g.to, r.end()-1); d++ {
			if r.due(g) && !taken[i] {
				out = append(out, d)
			}
		}
	}
	return out
}

// twiceDays are the row days whose next day is a row day too: the second settlement of a sale comes a day
// later.
func twiceDays(days []tillproof.Date) []tillproof.Date {
	var out []tillproof.Date
	for i, d := range days {
		if i+1 < len(days) && days[i+1] == d+1 {
			out = append(out, d)
		}
	}
	return out
}

// fits reports whether the period has room for the facts in every block.
func (r *run) fits(facts []FactKind) bool {
	if has(facts, FeeCreep) && !r.creepFits() {
		return false
	}
	if has(facts, BatchNotClosed) && r.o.SalesPerDay < minBatchSales {
		return false
	}
	if has(facts, HolidayLate) && !r.holidayDue() {
		return false
	}
	for block := 0; block*blockOf < r.o.Merchants; block++ {
		slots, ok := r.depositSlots(facts, block)
		if !ok {
			return false
		}
		days := r.rowDays(slots)
		for _, k := range rowFacts {
			if has(facts, k) && (len(days) == 0 || k == SettledTwice && len(twiceDays(days)) == 0) {
				return false
			}
		}
	}
	return true
}

func (r *run) holidayDue() bool {
	for _, g := range r.groups {
		if g.holiday && r.due(g) {
			return true
		}
	}
	return false
}

// start chooses the first day by the seed where none is given: a day from 2025 on whose period has deposits
// enough to plant in. Short periods move past the long holidays.
func (r *run) start() {
	if r.o.Start.Known() && r.o.Start != 0 {
		return
	}
	first, _ := tillproof.NewDate(2025, 1, 6)
	const choices = 600
	offset := dice.New(r.o.Seed, streamStart).Below(choices)
	for range choices {
		r.o.Start = first + tillproof.Date(offset)
		r.groups = r.groupDays()
		if len(r.depositRoom()) >= min(3, r.o.Days/2) {
			return
		}
		offset = (offset + 1) % choices
	}
}
