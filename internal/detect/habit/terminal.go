package habit

const terminalRows = 16

// terminal is what is remembered of one terminal: see TerminalBytes.
type terminal struct {
	first, last moment
	count       uint32
	paid        total
	mean        mean                 // amounts
	ratios      mean                 // permille of the cards' habits
	times       [terminalRows]moment // of the last rows
	cards       [terminalRows]uint32 // that made them
	next        uint8                // where the next row goes in both
	highs       uint16               // of the last rows, the last in the lowest bit: twice what is usual
	smalls      uint16
	fresh       uint16 // the terminal was new to the card
	denied      uint16
	hours       [24]uint8
	entries     [8]uint8
	course      course
	nFrauds     uint32
	nPlain      uint32 // confirmed frauds of a usual amount
	nGood       uint32 // confirmed as genuine by a person
}

// terminalRow is a row as its terminal takes it.
type terminalRow struct {
	card     uint32
	ratio    int32
	fresh    bool // the terminal was new to the card
	declined bool
}

func (t *terminal) add(now moment, r terminalRow, x *row) {
	if t.count == 0 {
		t.first = now
	}
	t.last = max(t.last, now)
	t.count++
	t.times[t.next], t.cards[t.next] = now, r.card
	t.highs = t.highs<<1 | uint16(choice(r.ratio >= high))
	t.smalls = t.smalls<<1 | uint16(choice(r.ratio <= small))
	t.fresh = t.fresh<<1 | uint16(choice(r.fresh))
	t.denied = t.denied<<1 | uint16(choice(r.declined))
	t.next = (t.next + 1) % terminalRows
	if x.hour >= 0 {
		bumpShare(t.hours[:], x.hour)
	}
	bumpShare(t.entries[:], int(x.entry))
	if r.declined {
		return
	}
	t.course.add(now)
	t.mean.add(x.amount)
	t.paid.add(x)
	if r.ratio > 0 {
		t.ratios.add(min(int64(r.ratio), 10*veryHigh))
	}
}

func (t *terminal) confirm(at moment, fraud, plain bool) {
	t.course.confirm(at, fraud, plain)
	if !fraud {
		t.nGood++
		return
	}
	t.nFrauds++
	if plain {
		t.nPlain++
	}
}

// place is what is remembered of one merchant or one category: see PlaceBytes.
type place struct {
	count  uint32
	paid   total
	mean   mean // amounts
	logs   spread
	hours  [24]uint8
	frauds uint32 // confirmed
	tries  uint16 // rows of late, halved when full
	denied uint16 // of them declined
}

func (p *place) add(x *row) {
	p.count++
	if p.tries == 1000 {
		p.tries, p.denied = p.tries/2, p.denied/2
	}
	p.tries++
	if x.hour >= 0 {
		bumpShare(p.hours[:], x.hour)
	}
	if x.declined {
		p.denied++
		return
	}
	p.mean.add(x.amount)
	p.paid.add(x)
	p.logs.add(x.log)
}
