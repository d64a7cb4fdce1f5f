package habit

import (
	"math/bits"

	"github.com/tillproof/tillproof/internal/detect/stream"
)

const hour = 3600

func (m *Memory) rowFacts(v *Vector, t *stream.Txn, x *row) {
	if t.Timed {
		v[TimeOfDay] = int32(t.At.SecondOfDay() / 60)
	}
	v[DayOfWeek] = (int32(t.At.Date())%7 + 7 + 3) % 7 // 1 January 1970 was a Thursday
	v[Kind] = int32(t.Kind)
	v[Declined] = choice(x.declined)
	if x.entry != 0 {
		v[EntryMode] = int32(x.entry)
	}
}

func choice(yes bool) int32 {
	if yes {
		return 1
	}
	return 0
}

func (m *Memory) cardFacts(v *Vector, c *card, r *cardRow, x *row) {
	v[CardRatio] = r.ratio
	v[CardSteps] = c.logs.steps(x.log)
	if c.largest > 0 {
		v[CardOverLargest] = permille(x.amount, c.largest)
	}
	v[CardUsual] = fact(x.usual)
	v[CardRows] = fact(int64(c.count))
	if c.count > 0 {
		v[CardAge], v[CardSince] = fact(x.now.since(c.first)), fact(x.now.since(c.last))
	}
	c.turnTo(uint32(x.now / day))
	v[CardRows7d], v[CardRows30d] = c.rowsOn(7), c.rowsOn(30)
	if x.hour >= 0 && c.count > 0 {
		v[CardHourShare] = m.shareOf(c.hours[:], x.hour/3, m.world.hours.third(x.hour/3))
	}
	if x.entry != 0 && c.count > 0 {
		v[CardEntryShare] = m.shareOf(c.entries[:], int(x.entry), 500)
	}
	if x.category != 0 {
		v[CardNewKind] = choice(c.kinds.fresh(x.category))
	}
	c.recentFacts(v, r, x)
	c.highFacts(v, x, m.opts.Delay)
	c.fraudFacts(v, x)
}

// shareOf is how much of a key's rows fell where this one falls, with four rows of everybody mixed in.
func (m *Memory) shareOf(counts []uint8, i int, everybody int64) int32 {
	const pool = 4
	all := int64(pool)
	for _, n := range counts {
		all += int64(n)
	}
	return fact((int64(counts[i])*1000 + pool*everybody) / all)
}

// share is what permille of all rows fall into an hour.
func (h *byHour) share(at, span int) int64 {
	var all, here int64
	for i, n := range h {
		all += int64(n)
		if i/span == at {
			here += int64(n)
		}
	}
	if all == 0 {
		return int64(1000 * span / 24)
	}
	return here * 1000 / all
}

func (h *byHour) third(at int) int64 { return h.share(at, 3) }

func (c *card) recentFacts(v *Vector, r *cardRow, x *row) {
	var in1h, in3h, in1d, new3h, new1d, denied, smallRun int32
	spent, spent1d := int64(r.ratio), int64(r.ratio)
	run := r.ratio <= small
	for i := 1; i <= cardRows; i++ {
		e := &c.rows[(int(c.next)+2*cardRows-i)%cardRows]
		age := x.now.since(e.at)
		if e.at == 0 || age > day {
			break
		}
		in1d++
		spent1d += int64(e.ratio)
		new1d += choice(e.fresh)
		denied += choice(e.declined)
		if run = run && e.ratio <= small; run {
			smallRun++
		}
		if age > 3*hour {
			continue
		}
		in3h++
		spent += int64(e.ratio)
		new3h += choice(e.fresh)
		in1h += choice(age <= hour)
	}
	v[CardRows1h], v[CardRows3h], v[CardRows1d] = in1h, in3h, in1d
	v[CardSpent3h], v[CardSpent1d] = fact(spent), fact(spent1d)
	v[CardSmallRun], v[CardDeclines1d] = smallRun, denied
	if days := max(1, min(30, x.now.since(c.first)/day)); c.count > 0 { // with one more row of a usual day
		v[CardPace] = permille(int64(in1d+1)*days, int64(v[CardRows30d])+days)
	}
	if c.count > 0 {
		v[CardNewShare] = permille(int64(bits.OnesCount32(c.fresh)), int64(min(c.count, cardRows)))
	}
	v[CardNewTerminal] = choice(r.fresh)
	v[CardNewTerminals3h], v[CardNewTerminals1d] = new3h, new1d
}

func (c *card) highFacts(v *Vector, x *row, delay int64) {
	var raised1, raised3, raised7, raised14, high3, high7, high14, very7, very14 int32
	var pending, cleared, fraud int32
	first, last := int64(-1), int64(-1)
	for i := 1; i <= cardHighs; i++ {
		e := &c.highs[(int(c.nextHigh)+2*cardHighs-i)%cardHighs]
		age := x.now.since(e.at)
		if e.at == 0 || age > 30*day {
			break
		}
		raised1, raised3 = raised1+within(age, 1), raised3+within(age, 3)
		raised7, raised14 = raised7+within(age, 7), raised14+within(age, 14)
		if e.ratio < high {
			continue
		}
		high3, high7, high14 = high3+within(age, 3), high7+within(age, 7), high14+within(age, 14)
		switch {
		case e.fraud:
			fraud++
		case age >= delay:
			cleared++
		default:
			pending++
		}
		if last < 0 {
			last = age
		}
		if age <= 21*day {
			first = age
		}
		if e.ratio >= veryHigh {
			very7, very14 = very7+within(age, 7), very14+within(age, 14)
		}
	}
	v[CardRaised1d], v[CardRaised3d], v[CardRaised7d], v[CardRaised14d] = raised1, raised3, raised7, raised14
	v[CardHigh3d], v[CardHigh7d], v[CardHigh14d] = high3, high7, high14
	v[CardVeryHigh7d], v[CardVeryHigh14d] = very7, very14
	v[CardHighPending], v[CardHighCleared], v[CardHighFraud] = pending, cleared, fraud
	if rows := c.rowsOn(14); rows > 0 {
		v[CardHighShare14d] = permille(int64(high14), int64(rows))
	}
	if last >= 0 {
		v[CardSinceHigh] = fact(last)
	}
	if first >= 0 {
		v[CardSinceFirstHigh] = fact(first)
		v[CardFirstHighDays] = daysSince(x.now, x.now-moment(first))
	}
}

// daysSince counts midnights: whoever has a card or a terminal in hand has it for days.
func daysSince(now, then moment) int32 { return int32(now/day) - int32(then/day) }

func within(age int64, days int64) int32 { return choice(age <= days*day) }

func (c *card) fraudFacts(v *Vector, x *row) {
	v[CardGood] = fact(int64(c.nGood))
	var in16, in30, high30, plain30 int32
	for i := range c.frauds {
		e := &c.frauds[i]
		age := x.now.since(e.at)
		if e.at == 0 || age > 30*day {
			continue
		}
		in30++
		in16 += within(age, 16)
		high30 += choice(e.ratio >= high)
		plain30 += choice(e.ratio < high)
	}
	v[CardFrauds16d], v[CardFrauds30d] = in16, in30
	v[CardHighFrauds30d], v[CardPlainFrauds30d] = high30, plain30
	if c.nFrauds > 0 {
		v[CardSinceFraud] = fact(x.now.since(c.lastBad))
	}
}

func (m *Memory) terminalFacts(v *Vector, t *terminal, x *row) {
	usual := t.mean.pooled(poolRows, max(1, x.usual))
	v[TerminalRatio], v[TerminalUsual] = permille(x.amount, usual), fact(usual)
	v[TerminalRows] = fact(int64(t.count))
	if t.count > 0 {
		v[TerminalAge], v[TerminalSince] = fact(x.now.since(t.first)), fact(x.now.since(t.last))
		v[TerminalMeanRatio] = fact(t.ratios.pooled(poolRows, 1000))
	}
	if x.hour >= 0 && t.count > 0 {
		v[TerminalHourShare] = m.shareOf(t.hours[:], x.hour, m.world.hours.share(x.hour, 1))
	}
	if x.entry != 0 && t.count > 0 {
		v[TerminalEntryShare] = m.shareOf(t.entries[:], int(x.entry), 500)
	}
	t.recentFacts(v, x)
	t.courseFacts(v, x, m.opts.Delay)
	if t.count > 0 { // with one more row of a usual hour
		hours := 24 * max(1, min(30, x.now.since(t.first)/day))
		v[TerminalPace] = permille(int64(v[TerminalRows1h]+1)*hours, int64(v[TerminalRows30d])+hours)
	}
	v[TerminalFraudShare] = m.fraudShare(t.nFrauds, t.count)
	v[TerminalGood] = fact(int64(t.nGood))
	if t.nPlain > 0 || t.nGood > 0 {
		m.orderFacts(v, t, x)
	}
}

func (t *terminal) recentFacts(v *Vector, x *row) {
	var in10m, in1h int32
	for i := 1; i <= terminalRows; i++ {
		at := t.times[(int(t.next)+2*terminalRows-i)%terminalRows]
		age := x.now.since(at)
		if at == 0 || age > hour {
			break
		}
		in1h++
		in10m += choice(age <= 600)
	}
	v[TerminalRows10m], v[TerminalRows1h] = in10m, in1h
	seen := int64(min(t.count, terminalRows))
	if seen == 0 {
		return
	}
	var cards uint64 // a bit for each card, which two cards may share
	for _, card := range t.cards[:seen] {
		cards |= 1 << (card % 64)
	}
	v[TerminalCards] = permille(int64(bits.OnesCount64(cards)), seen)
	v[TerminalHighShare] = permille(int64(bits.OnesCount16(t.highs)), seen)
	v[TerminalSmallShare] = permille(int64(bits.OnesCount16(t.smalls)), seen)
	v[TerminalDeclineShare] = permille(int64(bits.OnesCount16(t.denied)), seen)
	v[TerminalNewShare] = permille(int64(bits.OnesCount16(t.fresh)), seen)
}

func (t *terminal) courseFacts(v *Vector, x *row, delay int64) {
	var in1, in7, in30, bad8, bad14, bad30, plain14, plain30, good14, good30 int32
	for i := int(t.course.n) - 1; i >= 0; i-- {
		p := &t.course.parts[i]
		age := x.now.since(p.to)
		if age > 30*day {
			break
		}
		rows, frauds := int32(p.rows), int32(p.frauds)
		in30 += rows
		in7 += rows * within(age, 7)
		in1 += rows * within(age, 1)
		bad30, plain30 = bad30+frauds, plain30+int32(p.plain)
		good := int32(0)
		if age >= delay {
			good = max(0, rows-frauds)
		}
		good30 += good
		if age > 14*day {
			continue
		}
		good14 += good
		bad14, plain14 = bad14+frauds, plain14+int32(p.plain)
		bad8 += frauds * within(age, 8)
	}
	v[TerminalRows1d], v[TerminalRows7d], v[TerminalRows30d] = in1, in7, in30
	v[TerminalFrauds8d], v[TerminalFrauds14d], v[TerminalFrauds30d] = bad8, bad14, bad30
	v[TerminalPlain14d], v[TerminalPlain30d] = plain14, plain30
	if n := bad14 + good14; n > 0 {
		v[TerminalFraudShare14d] = permille(int64(bad14), int64(n))
	}
	if n := bad30 + good30; n > 0 {
		v[TerminalFraudShare30d] = permille(int64(bad30), int64(n))
	}
}

func (m *Memory) orderFacts(v *Vector, t *terminal, x *row) {
	usual := int64(log2(int64(m.world.plain)+1)) - int64(log2(int64(m.world.rows)+1000))
	o := t.course.weigh(x.now, m.opts.Delay, usual)
	v[TerminalOdds], v[TerminalOddsGain] = fact(o.odds), fact(o.gain)
	if o.last == 0 {
		return
	}
	v[TerminalStreak], v[TerminalStreakAge] = o.streak, fact(x.now.since(o.streakFrom))
	v[TerminalStreakDays] = daysSince(x.now, o.streakFrom)
	if o.before != 0 {
		v[TerminalBeforeStreak] = fact(x.now.since(o.before))
	}
	v[TerminalGoodSince], v[TerminalSincePlain] = o.goodSince, fact(x.now.since(o.last))
	v[TerminalOddsRate], v[TerminalOddsAge] = int32(o.rate), fact(x.now.since(o.since))
	v[TerminalOddsFrauds] = o.frauds
	if o.rows > 0 {
		v[TerminalOddsShare] = permille(int64(o.frauds), int64(o.rows))
	}
}

func (m *Memory) placeFacts(view *View, t *stream.Txn, x *row) {
	v, b := &view.Vector, &view.before
	b.merchant, b.category = place{}, place{}
	if t.Merchant != 0 {
		p := m.merchants.use(t.Merchant)
		b.merchant = *p
		v[MerchantRatio] = permille(x.amount, p.mean.pooled(poolRows, max(1, x.usual)))
		v[MerchantSteps] = p.logs.steps(x.log)
		if x.hour >= 0 && p.count > 0 {
			v[MerchantHourShare] = m.shareOf(p.hours[:], x.hour, m.world.hours.share(x.hour, 1))
		}
		v[MerchantDeclineShare] = permille(int64(p.denied), int64(p.tries))
		v[MerchantFraudShare] = m.fraudShare(p.frauds, p.count)
		if x.counts {
			p.add(x)
		}
	}
	if t.Category != 0 {
		p := m.categories.use(t.Category)
		b.category = *p
		v[CategoryRatio] = permille(x.amount, p.mean.pooled(poolRows, max(1, x.usual)))
		v[CategorySteps] = p.logs.steps(x.log)
		if x.hour >= 0 && p.count > 0 {
			v[CategoryHourShare] = m.shareOf(p.hours[:], x.hour, m.world.hours.share(x.hour, 1))
		}
		v[CategoryFraudShare] = m.fraudShare(p.frauds, p.count)
		if x.counts {
			p.add(x)
		}
	}
}

// fraudShare is the share of rows that were confirmed as fraud in parts of a million, with a hundred rows of
// everybody mixed in: a few rows prove nothing.
func (m *Memory) fraudShare(frauds, rows uint32) int32 {
	const pool = 100
	all := int64(m.world.frauds) * 1_000_000 / int64(m.world.rows+1)
	return fact((int64(frauds)*1_000_000 + pool*all) / (int64(rows) + pool))
}
