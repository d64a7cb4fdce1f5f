package profile

import (
	"bytes"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// Lane reads fast rows for one goroutine.
type Lane struct {
	*Fast
	passed Passed
	looks  [2]map[string]bool // the cells that were looked through: references that may be long, and others
	words  [numFields]map[string]meaning
	short  [numFields][shortWords]shortWord
	days   [32]dayOf
	refs   [numFields][]byte
	at     [numFields]moment
	money  [3]money
	said   [numFields]meaning
}

// shortWord is a word of at most eight bytes: most words are.
type shortWord struct {
	text uint64
	size int
	meaning
}

// shortWords is how many of them are at hand for each column, by their hash.
const shortWords = 16

// Lane is a way for one more goroutine.
func (f *Fast) Lane() *Lane {
	l := &Lane{Fast: f}
	for i := range l.looks {
		l.looks[i] = map[string]bool{}
	}
	for i := range l.words {
		l.words[i] = map[string]meaning{}
	}
	l.reset()
	return l
}

func (l *Lane) reset() {
	money := l.passed.Money[:0]
	l.passed = Passed{noMinor: true}
	l.passed.First, l.passed.Last, l.passed.Money = tillproof.NoDate, tillproof.NoDate, money
}

// Take is what the rows since the last call add, and begins anew.
func (l *Lane) Take() Passed {
	p := l.passed
	p.Money = append([]format.MoneySums(nil), p.Money...)
	l.reset()
	return p
}

// Read reads a row into out, whose bytes are those of the cells; false where the Reader must.
func (l *Lane) Read(cells [][]byte, out *format.Row) bool {
	if len(cells) != len(l.columns) || l.isComment(cells) {
		return false
	}
	filled := uint64(0)
	for i := range l.columns {
		c := &l.columns[i]
		text := cells[i]
		if len(text) == 0 {
			l.readEmpty(c)
			continue
		}
		filled |= 1 << i
		if c.refused || !l.readCell(c, text) {
			return false
		}
	}
	return l.finish(out, filled)
}

// isComment reports a row whose first filled cell may begin a comment.
func (l *Lane) isComment(cells [][]byte) bool {
	if len(l.rule.comment) == 0 {
		return false
	}
	for _, c := range cells {
		if len(c) > 0 {
			return bytes.HasPrefix(c, l.rule.comment)
		}
	}
	return true
}

func (l *Lane) readEmpty(c *column) {
	switch c.read {
	case readRef:
		l.refs[c.field] = nil
	case readMoment:
		l.at[c.field] = moment{day: tillproof.NoDate, second: -1}
	case readMoney:
		l.money[moneyAt(c.field)] = money{}
	case readWord:
		l.said[c.field] = l.meaningOf(c.field, nil)
	case readCard:
		l.said[Card] = meaning{}
	default:
		if c.field == Narrative {
			l.refs[Narrative] = nil
		}
	}
}

func (l *Lane) readCell(c *column, text []byte) (ok bool) {
	switch c.read {
	case readRef:
		l.refs[c.field] = text
		return l.isRef(c.field, text)
	case readMoney:
		m := &l.money[moneyAt(c.field)]
		*m, ok = l.moneyOf(text)
		return ok
	case readMoment:
		at := &l.at[c.field]
		if c.field == Clock && (len(text) < 7 || len(text) == 8 && text[2] == ':') {
			at.day = tillproof.NoDate
			at.second, ok = clockOf(text)
			return ok
		}
		*at, ok = l.momentOf(text)
		return ok
	case readWord:
		l.said[c.field] = l.meaningOf(c.field, text)
		return l.said[c.field].ok
	case readCard:
		l.said[Card], ok = l.cardOf(text)
		return ok
	}
	if c.field == Narrative {
		l.refs[Narrative] = text
	}
	return l.isText(c.field, text)
}

func moneyAt(f Field) int {
	switch f {
	case Fee:
		return 1
	case Net:
		return 2
	}
	return 0
}

// finish makes the row of what its cells say, as table.entry does, and refuses what that would note.
func (l *Lane) finish(out *format.Row, filled uint64) bool {
	if !l.setKind(out) || !l.setMoney(out) || !l.setTime(out) {
		return false
	}
	l.setStatus(out)
	if out.Kind == tillproof.Reserve && out.Amount > 0 {
		out.Kind = tillproof.ReserveRelease
	}
	if !l.setRefs(out) {
		return false
	}
	out.Card = l.said[Card].card
	out.Card.Kind = l.said[CardKind].cardKind
	l.pass(out, filled)
	return true
}

func (l *Lane) setKind(out *format.Row) bool {
	out.Kind = tillproof.Entry
	if l.rule.bank {
		return true
	}
	if !l.rule.has[Type] {
		l.said[Type] = l.meaningOf(Type, nil)
	}
	out.Kind = l.said[Type].kind
	return l.said[Type].ok && out.Kind != tillproof.PreAuth
}

// setMoney gives the amounts their signs; see table.sign, table.setMoney and what they call.
func (l *Lane) setMoney(out *format.Row) bool {
	gross, fee, net := l.money[0], l.money[1], l.money[2]
	out.Currency = l.usual
	if l.rule.has[CurrencyCode] {
		if out.Currency = l.said[CurrencyCode].currency; !l.said[CurrencyCode].ok {
			return false
		}
	}
	if !gross.shown || uint8(out.Currency.MinorDigits()) != l.digits {
		return false
	}
	rule, back := &l.rule, goesOut(out.Kind)
	out.Amount, out.Fee, out.Net, out.Shows = gross.minor, fee.minor, net.minor, format.ShowsAmount
	if fee.shown {
		out.Shows |= format.ShowsFee
		if rule.feeOut {
			out.Fee = -out.Fee
		}
	}
	switch {
	case rule.byType && gross.minor < 0 && !back:
		return false
	case rule.turned, rule.byType && gross.minor > 0 && back:
		out.Amount = -out.Amount
	}
	if rule.feeTo && out.Amount < 0 && out.Fee < 0 {
		out.Fee = -out.Fee
	}
	if net.shown {
		out.Shows |= format.ShowsNet
		turned := out.Net != 0 && (out.Net < 0) != (out.Amount < 0)
		if turned || fee.shown && out.Amount+out.Fee != out.Net {
			return false
		}
	}
	return !(rule.byType && out.Kind == tillproof.Sale && out.Fee > 0)
}

// setTime joins day and time of day; see table.dates and table.setTime.
func (l *Lane) setTime(out *format.Row) bool {
	day, clock, book := l.moment(Day), l.moment(Clock), l.moment(BookingDay)
	out.Booking, out.Value, out.Settle = book.day, l.moment(ValueDay).day, l.moment(SettleDay).day
	out.Time = tillproof.NoTime
	bank := l.rule.bank
	if !out.Booking.Known() && bank {
		out.Booking = day.day
	}
	switch {
	case clock.day.Known():
		day = clock
	case clock.second >= 0:
		if !day.day.Known() {
			day.day = book.day
		}
		day.second = clock.second
	case !day.day.Known() && book.second >= 0:
		day = book
	}
	switch {
	case !day.day.Known():
		return out.Booking.Known() || out.Value.Known() || out.Settle.Known()
	case day.second < 0:
		if !out.Booking.Known() {
			out.Booking = day.day
		}
		return true
	}
	out.Time = day.day.At(0, 0, day.second)
	if bank && !out.Booking.Known() {
		out.Booking = day.day
	}
	return true
}

func (l *Lane) moment(f Field) moment {
	if !l.rule.has[f] {
		return moment{day: tillproof.NoDate, second: -1}
	}
	return l.at[f]
}

// setStatus is what the answer, the status and the type say; see table.setStatus and setWalletStatus.
func (l *Lane) setStatus(out *format.Row) {
	out.Status = tillproof.Posted
	status := meaning{}
	if l.rule.has[Status] {
		status = l.said[Status]
	}
	known, s := status.known, status.status
	switch {
	case !l.rule.has[Response]:
		if known {
			out.Status = s
		}
	default:
		answer := l.said[Response]
		out.Status = answer.status
		if known && (!answer.known || s == tillproof.Cancelled || s == tillproof.Pending) {
			out.Status = s
		}
	}
	if t := &l.said[Type]; l.rule.has[Type] && t.typeState && out.Status == tillproof.Posted {
		out.Status = t.status
	}
}

// setRefs takes the references; see table.setRefs, tidyRefs and nameMerchant.
func (l *Lane) setRefs(out *format.Row) bool {
	r := &l.refs
	out.Merchant, out.Terminal, out.Batch, out.STAN = r[Merchant], r[Terminal], r[Batch], r[STAN]
	out.RRN, out.Auth, out.Order, out.Original, out.Payout = r[RRN], r[Auth], r[Order], r[Original], r[Payout]
	if len(out.Merchant) == 0 {
		out.Merchant = l.above[0]
	}
	if len(out.Terminal) == 0 {
		out.Terminal = l.above[1]
	}
	if !undoes(out.Kind) && bytes.Equal(out.Original, out.RRN) {
		out.Original = nil
	}
	if len(l.rule.names) == 0 || len(out.Merchant) > 0 {
		return true
	}
	named, ok := bytes.CutPrefix(r[Narrative], l.rule.names)
	if !ok {
		return true
	}
	out.Merchant = bytes.TrimSpace(named)
	return len(out.Merchant) < minRef && isDigits(out.Merchant)
}

// pass adds the row to the sums.
func (l *Lane) pass(out *format.Row, filled uint64) {
	p := &l.passed
	p.Rows++
	p.filled |= filled
	for i := range l.money {
		if l.money[i].shown {
			p.asWritten[i].add(l.money[i])
		}
	}
	p.noMinor = p.noMinor && l.digits == 0
	p.bare = p.bare || l.rule.has[CurrencyCode] && l.said[CurrencyCode].bare
	p.ByStatus[out.Status]++
	if day := dayOfRow(out); day != p.First || day != p.Last {
		p.First, p.Last = format.Earlier(p.First, day), format.Later(p.Last, day)
	}
	tally := p.moneyOf(out.Currency)
	tally.Entries++
	if out.Status != tillproof.Posted {
		return
	}
	side, size := &tally.Credit, out.Amount
	if size < 0 {
		side, size = &tally.Debit, -size
	}
	side.Unscaled, side.Scale = side.Unscaled+size, l.digits
}

// dayOfRow is tillproof.Record.Day of the row.
func dayOfRow(r *format.Row) tillproof.Date {
	switch {
	case r.Settle.Known():
		return r.Settle
	case r.Booking.Known():
		return r.Booking
	case r.Time.Known():
		return r.Time.Date()
	}
	return r.Value
}

func (p *Passed) moneyOf(c tillproof.Currency) *format.Tally {
	for i := range p.Money {
		if p.Money[i].Currency == c {
			return &p.Money[i].Tally
		}
	}
	p.Money = append(p.Money, format.MoneySums{Currency: c})
	return &p.Money[len(p.Money)-1].Tally
}
