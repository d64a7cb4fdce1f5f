package kinds

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// deed is what a line does.
type deed uint8

const (
	sale deed = iota
	refund
	void
	preauth
	completion
	release // of a pre-authorisation
	adjust  // of a sale, to the amount with its tip
	fee
	deedCount
)

// event is one sale or refund as it truly happened.
type event struct {
	at       tillproof.LocalTime
	shop     int
	terminal int // from 1; 0: online
	deed     deed
	card     int // −1: paid by a code
	credit   bool
	amount   int64 // what the customer owes or gets, positive
	original *event
	order    string
	rrn      string
	auth     string
	stan     int
	batch    int

	settled bool
	settle  tillproof.Date
	lines   []*line // of the log that stand for it
	others  []*line // of the log that belong to its story and move nothing
	row     *row
	extra   *row // settled once more
	marked  bool // has a story: plant nothing more, lose nothing of it
	blind   bool // the report shows no number of it
}

// shown are the fields of a line or row as its file shows them; noise changes them and not the event.
type shown struct {
	merchant, terminal, batch, stan, rrn, auth, card, order, original string
	at                                                                tillproof.LocalTime
	deed                                                              deed

	amount int64 // of a row with the merchant's sign
}

// line is a line of the log.
type line struct {
	of       *event
	show     shown
	response string
	online   bool // in the file of orders
	no       int
}

// row is a row of the report.
type row struct {
	of          *event // nil: a fee that is charged on its own
	show        shown
	settle      tillproof.Date
	amount, fee int64 // with the merchant's sign; the fee that is charged is positive
	agreed      int64
	no          int
	own         string // of a row that is paid alone: the name of its unit
}

func (w *row) net() int64 { return w.amount - w.fee }

// month is one set under way.
type month struct {
	Options
	shop   *shop
	custom *custom
	noise  noise
	cal    tillproof.Calendar

	start, end tillproof.Date
	reportEnd  tillproof.Date

	events        []*event
	lines         []*line
	rows          []*row
	units         []*payUnit
	entries       []*entry
	facts         []fact
	creep         tillproof.Date
	creepBy       int64         // parts per million on top
	unknownRows   map[*row]bool // what the files do not determine, see know
	unknownEvents map[*event]bool
}

func newMonth(o Options) (*month, error) {
	if err := o.checkMonths(); err != nil {
		return nil, err
	}
	m := &month{Options: o, creep: tillproof.NoDate}
	var err error
	if m.shop, err = find(shops, func(s *shop) string { return s.name }, o.Kind, "kind"); err != nil {
		return nil, err
	}
	m.custom, err = find(customs, func(c *custom) string { return c.name }, o.Custom, "custom")
	if err != nil {
		return nil, err
	}
	level, err := find(noises, func(n *noise) string { return n.name }, o.Noise, "noise")
	if err != nil {
		return nil, err
	}
	m.noise = *level
	cal, ok := o.Calendar(m.custom.calendar)
	if !ok {
		return nil, &tillproof.Error{
			Op: "bench", Kind: tillproof.KindInvalid, Code: "synth.kinds.calendar",
			Params: tillproof.Params{"calendar": m.custom.calendar},
		}
	}
	m.cal = cal
	m.period()
	return m, nil
}

// startWeeks is from how many Mondays a set's first day is drawn.
const startWeeks = 44

// period begins on a Monday that is no holiday and follows no day that is paid together with it.
func (m *month) period() {
	first, _ := tillproof.NewDate(2025, 1, 13)
	week := dice.New(m.Seed, streamStart).Below(startWeeks)
	for {
		m.start = first + tillproof.Date(7*week)
		if m.cal.IsBanking(m.start) && m.payDay(m.start-1) < m.payDay(m.start) {
			break
		}
		week = (week + 1) % startWeeks
	}
	m.end = m.start + tillproof.Date(m.Months*monthDays) - 1
	m.reportEnd = m.end - tillproof.Date(m.noise.reportEndsEarly)
}

// settleDay is the acquirer's day of a moment.
func (m *month) settleDay(t tillproof.LocalTime) tillproof.Date {
	if m.custom.cutOff > 0 && t.SecondOfDay() >= m.custom.cutOff*60 {
		return t.Date() + 1
	}
	return t.Date()
}

// payDay is the banking day on which a settlement day is credited. It is this room's own arithmetic, not the
// policy's.
func (m *month) payDay(d tillproof.Date) tillproof.Date {
	for n := m.custom.days; n > 0; n-- {
		for d++; !m.cal.IsBanking(d); d++ {
		}
	}
	return d
}

// merchantID is built as acquirers do; the eighth digit on tells the shops of a chain apart.
func (m *month) merchantID(shop int) string {
	head := map[string]string{"cn": "10431005", "eu": "00527640", "us": "00498123", "us_net": "00498177"}
	return head[m.custom.name] + pad(4110+shop*37, 4) + pad(shop+1, 3)
}

// virtual is the place, beyond the tills, that acquirers number for web orders.
const virtual = 88

// terminalID has leading zeros where they are the custom: spreadsheets drop them.
func (m *month) terminalID(shop, terminal int) string {
	if terminal == 0 {
		terminal = virtual
	}
	if m.custom.name == "cn" {
		return strconv.Itoa(31040000 + shop*100 + terminal)
	}
	return pad(712000+shop*100+terminal, 8)
}

func pad(n, width int) string {
	s := strconv.Itoa(n)
	for len(s) < width {
		s = "0" + s
	}
	return s
}

func compact(d tillproof.Date) string { return d.Time().Format("20060102") }

// place numbers what has a clock and a trace of its own.
func (m *month) place(e *event) int { return e.shop*100 + e.terminal }

func (e *event) kind() tillproof.CardKind {
	switch {
	case e.card < 0:
		return tillproof.Wallet
	case e.credit:
		return tillproof.CardCredit
	}
	return tillproof.CardDebit
}

// cardSpace is how many cards there are: a prefix of its own for each sort and four last digits with a
// second part of the prefix.
const cardSpace = 60_000

// masked is the card as the log shows it. No two of them look the same: 7919 is prime and scatters them.
func (e *event) masked() string {
	if e.card < 0 {
		return ""
	}
	prefixes := [2][6]string{
		{"621234", "621467", "622188", "622309", "623058", "621799"},
		{"625001", "622545", "628266", "622689", "625907", "628318"},
	}
	sort := 0
	if e.credit {
		sort = 1
	}
	v := e.card * 7919 % cardSpace
	return prefixes[sort][v/10_000] + "******" + pad(v%10_000, 4)
}
