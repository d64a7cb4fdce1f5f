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

	// What the cells of the current row say.
	at        [numFields]moment
	money     [3]money
	said      [numFields]*meaning
	narrative []byte
	again     format.Row // of a row that is read again
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

// Span is where a cell stands in its buffer.
type Span struct{ From, To int32 }

// Read reads the row whose cells stand in buf into out, whose bytes are those of the cells; false where the
// Reader must.
func (l *Lane) Read(buf []byte, cells []Span, out *format.Row) bool {
	if len(cells) != len(l.columns) || len(l.rule.comment) > 0 && l.isComment(buf, cells) {
		return false
	}
	filled := uint64(0)
	for i := range l.columns {
		c := &l.columns[i]
		text := buf[cells[i].From:cells[i].To]
		if len(text) == 0 {
			l.readEmpty(c, out)
			continue
		}
		if c.refused || !l.readCell(c, text, out) {
			return false
		}
		if c.field == NoField {
			filled |= 1 << i
		}
	}
	return l.finish(out, filled)
}

// isComment reports a row whose first filled cell may begin a comment.
func (l *Lane) isComment(buf []byte, cells []Span) bool {
	for _, c := range cells {
		if c.From < c.To {
			return bytes.HasPrefix(buf[c.From:c.To], l.rule.comment)
		}
	}
	return true
}

func (l *Lane) readEmpty(c *column, out *format.Row) {
	switch c.read {
	case readRef:
		*refOf(out, c.field) = nil
	case readMoment:
		l.at[c.field] = moment{day: tillproof.NoDate, second: -1}
	case readMoney:
		l.money[moneyAt(c.field)] = money{}
	case readWord:
		l.said[c.field] = l.meaningOf(c.field, nil)
	case readCard:
		out.Card = tillproof.Card{}
	default:
		if c.field == Narrative {
			l.narrative = nil
		}
	}
}

func (l *Lane) readCell(c *column, text []byte, out *format.Row) (ok bool) {
	switch c.read {
	case readRef:
		*refOf(out, c.field) = text
		return l.isRef(c.field, text)
	case readMoney:
		return l.readMoney(&l.money[moneyAt(c.field)], text)
	case readMoment:
		at := &l.at[c.field]
		if c.field == Clock && (len(text) < 7 || len(text) == 8 && text[2] == ':') {
			at.day = tillproof.NoDate
			at.second, ok = clockOf(text)
			return ok
		}
		return l.readMoment(at, text)
	case readWord:
		l.said[c.field] = l.meaningOf(c.field, text)
		return l.said[c.field].ok
	case readCard:
		return l.readCard(&out.Card, text)
	}
	if c.field == Narrative {
		l.narrative = text
	}
	return l.isText(c.field, text)
}

// refOf is where a row keeps a reference.
func refOf(out *format.Row, f Field) *[]byte {
	switch f {
	case Merchant:
		return &out.Merchant
	case Terminal:
		return &out.Terminal
	case Batch:
		return &out.Batch
	case STAN:
		return &out.STAN
	case RRN:
		return &out.RRN
	case Auth:
		return &out.Auth
	case Order:
		return &out.Order
	case Original:
		return &out.Original
	}
	return &out.Payout
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
	if l.rule.has[CardKind] {
		out.Card.Kind = l.said[CardKind].cardKind
	}
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
	if !gross.shown || out.Currency != l.usual && uint8(out.Currency.MinorDigits()) != l.digits {
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
	case rule.byType && gross.minor < 0 && !back, back && gross.minor > 0 && l.t.refundsOpen():
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
	if l.rule.has[Response] {
		out.Status = l.said[Response].status
	}
	if l.rule.has[Status] && l.said[Status].known {
		s := l.said[Status].status
		if !l.rule.has[Response] || s == tillproof.Cancelled || s == tillproof.Pending {
			out.Status = s
		}
	}
	if l.rule.has[Type] && l.said[Type].typeState && out.Status == tillproof.Posted {
		out.Status = l.said[Type].status
	}
}

// setRefs takes the references; see table.setRefs, tidyRefs and nameMerchant.
func (l *Lane) setRefs(out *format.Row) bool {
	if len(out.Merchant) == 0 || !l.rule.has[Merchant] {
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
	named, ok := bytes.CutPrefix(l.narrative, l.rule.names)
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
	if day := out.Day(); day != p.First || day != p.Last {
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

func (p *Passed) moneyOf(c tillproof.Currency) *format.Tally {
	for i := range p.Money {
		if p.Money[i].Currency == c {
			return &p.Money[i].Tally
		}
	}
	p.Money = append(p.Money, format.MoneySums{Currency: c})
	return &p.Money[len(p.Money)-1].Tally
}
