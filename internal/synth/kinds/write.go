package kinds

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/bench"
)

// The names of the files.
const (
	TerminalName = "terminal.csv"
	OrdersName   = "orders.csv"
	AcquirerName = "acquirer.csv"
	BankName     = "bank.csv"
)

// File is a file of a set.
type File struct {
	Name    string
	Content []byte
}

// Set is one set of the benchmark: the files in the order of the money, what the merchant knows, the key.
type Set struct {
	Files  []File
	Policy tillproof.Policy
	Key    *bench.Key
}

// Make makes a set. The error is a *tillproof.Error about the options.
func Make(o Options) (*Set, error) {
	m, err := newMonth(o)
	if err != nil {
		return nil, err
	}
	m.trade()
	m.plant()
	m.settleAll()
	m.pay()
	for _, w := range m.rows {
		w.show.amount = w.amount
	}
	m.lose()
	set := &Set{Policy: m.policy()}
	m.terminalFile(set)
	m.acquirerFile(set)
	m.bankFile(set)
	m.know()
	set.Key = m.truth()
	for _, f := range set.Files {
		set.Key.Lines[f.Name] = strings.Count(string(f.Content), "\n")
	}
	return set, nil
}

// table writes a file of rows and counts its lines.
type table struct {
	b  strings.Builder
	w  *csv.Writer
	no int
}

func newTable() *table {
	t := &table{}
	t.w = csv.NewWriter(&t.b)
	return t
}

// put writes a row and answers its line. No cell holds a line break, so that rows are lines.
func (t *table) put(cells ...string) int {
	_ = t.w.Write(cells) // a builder takes everything
	t.no++
	return t.no
}

func (t *table) file(name string) File {
	t.w.Flush()
	return File{Name: name, Content: []byte(t.b.String())}
}

// terminalFile writes the log and, where the web shop exports them, the orders.
func (m *month) terminalFile(set *Set) {
	slices.SortStableFunc(m.lines, func(a, b *line) int { return cmp.Compare(a.show.at, b.show.at) })
	w := m.custom.words
	log, orders := newTable(), newTable()
	log.put(w.terminal...)
	orders.put(w.orders...)
	for _, l := range m.lines {
		day := l.show.at.Date()
		if day < m.start || day > m.end {
			continue
		}
		s := &l.show
		if l.online {
			if status := w.status[outcome(l.response)]; status != "" {
				l.no = orders.put(s.merchant, s.order, day.String(), clock(s.at), w.deeds[s.deed],
					m.money(s.amount), status)
			}
			continue
		}
		l.no = log.put(s.merchant, s.terminal, s.batch, s.stan, s.rrn, s.auth, s.card, w.kinds[sortOf(l.of)],
			day.String(), clock(s.at), w.deeds[s.deed], m.money(s.amount), l.response, s.original, s.order)
	}
	set.Files = append(set.Files, log.file(TerminalName))
	if orders.no > 1 {
		set.Files = append(set.Files, orders.file(OrdersName))
	}
}

// outcome is an index into the words for what became of an order; shops do not export those that were not
// paid.
func outcome(response string) int {
	switch response {
	case approved:
		return 0
	case "68", "91", "96", "98":
		return 1
	}
	return 2
}

func sortOf(e *event) int {
	switch e.kind() {
	case tillproof.Wallet:
		return 2
	case tillproof.CardCredit:
		return 1
	}
	return 0
}

// acquirerFile writes the report: preamble, header, rows, and a footer with control totals.
func (m *month) acquirerFile(set *Set) {
	w := m.custom.words
	t := newTable()
	t.put(w.title)
	t.put(w.merchant + m.merchantID(0))
	t.put(w.period + m.start.String() + w.to + m.reportEnd.String())
	header := slices.Clone(w.acquirer)
	if m.custom.split {
		header = append(header, w.split...)
	}
	if m.custom.payouts {
		header = append(header, "Payout ID")
	}
	t.put(header...)
	var n int
	var gross, fees int64
	for _, r := range m.rows {
		if m.hidden(r) {
			continue
		}
		r.no = t.put(m.cells(r)...)
		n++
		gross += r.amount
		fees += r.fee
	}
	foot := make([]string, len(header))
	foot[0], foot[4] = w.total, strconv.Itoa(n)
	foot[12], foot[13], foot[14] = m.money(gross), m.money(fees), m.money(gross-fees)
	t.put(foot...)
	set.Files = append(set.Files, t.file(AcquirerName))
}

func (m *month) cells(r *row) []string {
	s, w := &r.show, m.custom.words
	day, at, kind := s.at.Date().String(), clock(s.at), ""
	if r.of != nil {
		kind = w.kinds[sortOf(r.of)]
	}
	cells := []string{
		r.settle.String(), s.merchant, s.terminal, s.batch, s.stan, s.rrn, s.auth, s.card, kind, day, at,
		w.deeds[s.deed], m.money(r.amount), m.money(r.fee), m.money(r.net()), s.original, s.order,
	}
	if m.custom.split {
		interchange := r.fee * 4 / 10
		scheme := r.fee * 15 / 100
		cells = append(cells, m.money(interchange), m.money(scheme), m.money(r.fee-interchange-scheme))
	}
	if m.custom.payouts {
		cells = append(cells, m.payoutID(r.settle))
	}
	return cells
}

// bankFile writes the statement with its running balance.
func (m *month) bankFile(set *Set) {
	t := newTable()
	t.put(m.custom.words.bank...)
	balance := int64(2_000_000)
	for i, e := range m.entries {
		balance += e.amount
		ref := "LJ" + compact(e.day) + pad(i+1, 5)
		e.no = t.put(e.day.String(), e.party, e.text, m.money(e.amount), m.money(balance), ref)
	}
	set.Files = append(set.Files, t.file(BankName))
}

func (m *month) money(minor int64) string { return tillproof.FormatMinor(minor, m.custom.currency) }

func clock(t tillproof.LocalTime) string {
	s := t.SecondOfDay()
	return pad(s/3600, 2) + ":" + pad(s/60%60, 2) + ":" + pad(s%60, 2)
}

// policy is what the merchant of the set knows about itself.
func (m *month) policy() tillproof.Policy {
	p := tillproof.Policy{
		Merchant: m.Kind, Zone: m.custom.zone, Currency: m.custom.currency, CutOff: m.custom.cutOff,
		Settlement: tillproof.Settlement{Days: m.custom.days, Known: true, Calendar: m.cal},
		Tariff:     m.custom.tariff, Payers: []string{m.custom.words.payer}, Window: tillproof.DefaultWindow,
	}
	if m.noise.feesRoundDown {
		p.FeeSlack = 1
	}
	if m.shop.slips > 0 {
		p.TipPPM = slipTip * 10_000
	}
	return p
}

// Write writes the files of a set and its key with the help of a function that makes a file.
func (s *Set) Write(file func(name string, write func(io.Writer) error) error) error {
	for _, f := range s.Files {
		err := file(f.Name, func(w io.Writer) error {
			_, err := w.Write(f.Content)
			return err
		})
		if err != nil {
			return err
		}
	}
	return file(bench.KeyName, func(w io.Writer) error {
		_, err := s.Key.WriteTo(w)
		return err
	})
}
