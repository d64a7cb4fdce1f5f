package bulk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/match"
)

// keepBank keeps a line of a statement until the merchants are known.
func (j *job) keepBank(r tillproof.Record) error {
	j.total[tillproof.Bank].add(j.currencies.id(r.Amount.Currency()), 1, r.Amount.Minor())
	j.bankRows++
	j.buf = appendRecord(append(j.buf[:0], 0, 0, 0, 0), &r)
	_, err := j.bank.add(j.buf)
	return err
}

// depositPart are the cells of some merchants and the lines of the statements that may pay them: the places
// of both.
type depositPart struct {
	cells []int32
	lines []int64
	ruled []tillproof.Record // rows of the report about which people ruled: they stand for themselves
	// single says that not the cells are compared, but all rows of their merchants.
	single bool
	owing  match.Owing // what the statements show elsewhere
	logged bool        // the rows are those of the log, since there is no report
	names  []string    // and these are their merchants
}

// reconcileDeposits is the last pass: the sums of the report against the statements.
func (j *job) reconcileDeposits(ctx context.Context) error {
	list := j.cells.sorted(j.merchants.text, j.payouts.text)
	switch {
	case j.alone == tillproof.Terminal && j.has(tillproof.Bank) && len(j.policy.Tariff) > 0:
		return j.unreported(ctx)
	case !j.has(tillproof.Acquirer):
		return j.closeBank()
	case !j.has(tillproof.Bank):
		return nil
	}
	parts, sample, err := j.depositParts(list)
	if err != nil {
		return err
	}
	beyond := &match.Beyond{Leg: tillproof.AcquirerBank, Merchants: j.loggedAlone(), Clips: j.clips}
	if j.beyond != nil {
		beyond.Reports = j.beyond.Reports
	}
	if j.cutOff != 0 {
		j.policy.CutOff = j.cutOff
	}
	if len(parts) > 1 {
		if beyond.Terms, err = j.learnTerms(ctx, sample, beyond); err != nil {
			return err
		}
	}
	again, err := j.byDays(ctx, parts, beyond)
	if err != nil || len(again) == 0 {
		return err
	}
	if err := j.findSingles(ctx, again); err != nil {
		return err
	}
	return inOrder(ctx, len(again), 1, func(_, n int) (*settledDeposits, error) {
		return j.settleDeposits(again[n], beyond)
	}, func(n int, s *settledDeposits) error {
		j.step(passSingles, int64(n+1), int64(len(again)))
		return j.takeDeposits(s)
	})
}

// byDays compares the sums of all parts, and answers what has to be looked at again: merchants whose sums do
// not explain their deposits, and parts with negative nets that did not come, of which only all parts
// together show whether they should have.
func (j *job) byDays(
	ctx context.Context, parts []depositPart, beyond *match.Beyond,
) (again []depositPart, err error) {
	var owing match.Owing
	err = inOrder(ctx, len(parts), j.abreast(), func(_, n int) (*settledDeposits, error) {
		return j.settleDeposits(parts[n], beyond)
	}, func(n int, s *settledDeposits) error {
		j.step(passDeposits, int64(n+1), int64(len(parts)))
		own := s.known.Owing
		owing.Debits, owing.Carried = owing.Debits+own.Debits, owing.Carried+own.Carried
		later := j.inSingles(s)
		if len(later) == 0 && own.Asked > 0 && len(parts) > 1 {
			later = []depositPart{s.part}
		}
		if len(later) == 0 {
			return j.takeDeposits(s)
		}
		for _, p := range later {
			p.owing = own
			again = append(again, p)
		}
		return nil
	})
	for i := range again {
		own := &again[i].owing
		own.Debits, own.Carried = owing.Debits-own.Debits, owing.Carried-own.Carried
	}
	if n := j.singles.left; n > 0 {
		j.answer.warn(tillproof.Note{Code: "recon.bulk.by_days", Params: tillproof.Params{
			"n": strconv.Itoa(n), "rows": strconv.Itoa(maxSingle), "most": strconv.Itoa(maxSingles),
		}})
	}
	return again, err
}

// closeBank gives a state to the lines of a statement that nothing is compared with.
func (j *job) closeBank() error {
	if j.has(tillproof.Bank) { // it says why nothing is compared
		run := &tillproof.Run{Policy: j.policy, Sources: j.sources}
		if _, err := match.ReconcilePart(run, &match.Beyond{Leg: tillproof.AcquirerBank}); err != nil {
			return err
		}
		j.answer.merge(run, nil, j.mover(run))
	}
	return j.bank.each(func(_ int64, r *tillproof.Record) {
		j.bankStates[tillproof.Excluded].add(j.currencies.id(r.Amount.Currency()), 1, r.Amount.Minor())
	})
}

// depositParts cuts the merchants into parts. A line that names one merchant belongs to it. The others may
// pay any merchant of which no line bears the number: those stay together.
// The sample is what shows how soon deposits come.
func (j *job) depositParts(list []cell) (parts []depositPart, sample depositPart, err error) {
	var merchants []tillproof.MerchantID
	for i := range list {
		m := tillproof.MerchantID(j.merchants.text(list[i].key.merchant()))
		if n := len(merchants); n == 0 || merchants[n-1] != m {
			merchants = append(merchants, m)
		}
	}
	whole := len(list)+j.bankRows <= partRows
	ruled, bound := j.rulings.ofReport()
	for m := range bound {
		merchants = append(merchants, m)
	}
	slices.Sort(merchants)
	namer := match.NewNamer(slices.Compact(merchants))
	j.singles.namer = namer
	of := map[tillproof.MerchantID][]int64{}
	var others []int64
	err = j.bank.each(func(line int64, r *tillproof.Record) {
		_, byHand := j.rulings.named(r)
		switch named := namer.Named(r); {
		case whole || len(named) == 0 || byHand || len(named) == 1 && bound[named[0]]:
			others = append(others, line)
		case len(named) == 1:
			of[named[0]] = append(of[named[0]], line)
		default:
			others = append(others, line)
			whole = whole || r.Amount.Minor() != 0
		}
	})
	if err != nil {
		return nil, sample, err
	}
	if whole {
		if parts, err = j.onePart(list); err == nil {
			parts[0].ruled = ruled
		}
		return parts, sample, err
	}
	parts, sample = cutDeposits(list, of, others, func(c *cell) tillproof.MerchantID {
		return tillproof.MerchantID(j.merchants.text(c.key.merchant()))
	})
	parts[len(parts)-1].ruled = ruled
	return parts, sample, nil
}

// onePart is for statements whose lines may pay any merchant.
func (j *job) onePart(list []cell) ([]depositPart, error) {
	p := depositPart{cells: appendRange(nil, 0, len(list))}
	err := j.bank.each(func(line int64, _ *tillproof.Record) { p.lines = append(p.lines, line) })
	return []depositPart{p}, err
}

func appendRange(to []int32, from, end int) []int32 {
	for i := from; i < end; i++ {
		to = append(to, int32(i))
	}
	return to
}

func cutDeposits(
	list []cell, of map[tillproof.MerchantID][]int64, others []int64, name func(*cell) tillproof.MerchantID,
) (parts []depositPart, sample depositPart) {
	rest := depositPart{lines: others}
	var now depositPart
	for from := 0; from < len(list); {
		end := from + 1
		for end < len(list) && name(&list[end]) == name(&list[from]) {
			end++
		}
		lines := of[name(&list[from])]
		if len(lines) == 0 {
			rest.cells = appendRange(rest.cells, from, end)
		} else {
			if size := len(now.cells) + len(now.lines); size > 0 && size+end-from+len(lines) > partRows {
				parts = append(parts, now)
				now = depositPart{}
			}
			now.cells, now.lines = appendRange(now.cells, from, end), append(now.lines, lines...)
			if len(sample.cells)+len(sample.lines) < learnRows {
				sample.cells = appendRange(sample.cells, from, end)
				sample.lines = append(sample.lines, lines...)
			}
		}
		from = end
	}
	if len(now.cells) > 0 {
		parts = append(parts, now)
	}
	return append(parts, rest), sample
}

// depositRun is the reconciliation of a part: some rows of the report, and those that people ruled about.
func (j *job) depositRun(p depositPart, rows []tillproof.Record) (*tillproof.Run, error) {
	run := &tillproof.Run{Policy: j.policy, Sources: j.sources}
	side := tillproof.Acquirer
	if p.logged {
		side = tillproof.Terminal
	}
	run.Records[side] = append(rows, p.ruled...)
	run.Records[tillproof.Bank] = make([]tillproof.Record, len(p.lines))
	in := j.bank.reader()
	for i, at := range p.lines {
		r, err := in.get(at)
		if err != nil {
			return nil, err
		}
		j.nameCurrency(&r)
		run.Records[tillproof.Bank][i] = r
	}
	return run, nil
}

// summaries are the cells of a part as rows of the report.
func (j *job) summaries(p *depositPart) []tillproof.Record {
	out := make([]tillproof.Record, len(p.cells), len(p.cells)+len(p.ruled))
	for i, c := range p.cells {
		out[i] = j.summary(&j.cells.list[c])
	}
	return out
}

// summary is a cell as one row of the report.
func (j *job) summary(c *cell) tillproof.Record {
	cur := j.currency(c.key.cur())
	r := tillproof.NewRecord(c.key.kind())
	r.Amount, r.Net = tillproof.NewMoney(c.gross, cur), tillproof.NewMoney(c.due, cur)
	r.Fee = tillproof.NewMoney(c.fee, cur)
	r.SettleDate, r.ValueDate = c.key.settle(), c.key.value()
	r.Refs.Merchant = tillproof.MerchantID(j.merchants.text(c.key.merchant()))
	r.Refs.Payout = j.payouts.text(c.key.payout())
	r.Origin.Source = j.readings[c.key.source()].source
	line := fmt.Sprintf("sum\x00%s\x00%s\x00%s\x00%s\x00%s\x00%s\x00%d", r.Refs.Merchant, r.Refs.Payout,
		r.Kind, cur, r.SettleDate, r.ValueDate, r.Origin.Source)
	r.ID = tillproof.RecordIDOf(tillproof.Acquirer, []byte(line), 0)
	return r
}

// learnRows is about how many sums and lines are asked how soon deposits come: those of hundreds of
// merchants, and terms are those of the acquirer.
const learnRows = 6_000

// learnTerms counts how soon the deposits come, where no policy says so.
func (j *job) learnTerms(
	ctx context.Context, sample depositPart, beyond *match.Beyond,
) (*match.Terms, error) {
	if j.policy.Settlement.Known {
		return &match.Terms{Days: j.policy.Settlement.Days, Together: true}, nil
	}
	run, err := j.depositRun(sample, j.summaries(&sample))
	if err != nil {
		return nil, err
	}
	exact, err := match.ExactDays(run, beyond)
	if err := cmp.Or(err, ctx.Err()); err != nil {
		return nil, err
	}
	terms := match.BestTerms(exact)
	return &terms, nil
}

// settledDeposits is what the room of matching says about a part.
type settledDeposits struct {
	part  depositPart
	run   *tillproof.Run
	known match.Part
	loss  []tillproof.Loss
	from  []int   // of the run's decisions: their places among all
	curs  []uint8 // of single rows: the number of the currency under which they were counted
}

func (j *job) settleDeposits(p depositPart, beyond *match.Beyond) (*settledDeposits, error) {
	s := &settledDeposits{part: p}
	rows, err := j.rowsToPay(s)
	if err != nil {
		return nil, err
	}
	run, err := j.depositRun(p, rows)
	if err != nil {
		return nil, err
	}
	s.run = run
	run.Decisions, s.from = j.rulings.of(run)
	here := *beyond
	here.Owing = p.owing
	if s.known, err = match.ReconcilePart(run, &here); err != nil {
		return nil, err
	}
	if j.opt.Judge != nil {
		j.opt.Judge(run)
	}
	s.loss, run.LossLines, err = tillproof.SumLoss(run.Breaks, nil, tillproof.OpenItems(run))
	return s, err
}

// rowsToPay are the cells of a part, or the rows themselves.
func (j *job) rowsToPay(s *settledDeposits) ([]tillproof.Record, error) {
	if !s.part.single {
		return j.summaries(&s.part), nil
	}
	find := func() ([]tillproof.Record, error) { return j.singleRows(&s.part) }
	if s.part.logged {
		find = func() ([]tillproof.Record, error) { return j.rowsOfMerchants(s.part.names) }
	}
	rows, err := find()
	s.curs = make([]uint8, len(rows))
	for i := range rows {
		s.curs[i] = j.currencies.id(rows[i].Amount.Currency())
		j.nameCurrency(&rows[i])
	}
	return rows, err
}

func (j *job) takeDeposits(s *settledDeposits) error {
	run := s.run
	j.rulings.learn(run, s.from, 1)
	falls := map[tillproof.RowRef]int{}
	for i := range run.Waterfalls {
		w := &run.Waterfalls[i]
		for _, ref := range w.Rows {
			falls[ref] = i
		}
		j.countSteps(s, w)
	}
	for i := range run.Breaks {
		b := &run.Breaks[i]
		var fall *tillproof.Waterfall
		for _, ref := range b.Records {
			if n, ok := falls[ref]; ok && fall == nil {
				fall = &run.Waterfalls[n]
			}
		}
		j.answer.countBreak(run, b)
		j.lists.depositRow(run, b, fall)
	}
	switch {
	case s.part.logged:
		if err := j.takeLogged(s); err != nil {
			return err
		}
	case s.part.single:
		j.takeSingles(s)
	default:
		for i, c := range s.part.cells {
			j.cells.list[c].state = run.States[tillproof.Acquirer][i].Status
		}
	}
	for i, st := range run.States[tillproof.Bank] {
		r := &run.Records[tillproof.Bank][i]
		j.bankStates[st.Status].add(j.currencies.id(r.Amount.Currency()), 1, r.Amount.Minor())
	}
	for i := range run.Waterfalls {
		if w := &run.Waterfalls[i]; w.Status != tillproof.Excluded {
			j.answer.Deposits++
		}
	}
	m := j.mover(run)
	j.answer.merge(run, s.loss, m)
	j.answer.await(run)
	j.show(m)
	return nil
}

// countSteps puts the number of rows, in place of the number of sums, into the steps of a waterfall.
func (j *job) countSteps(s *settledDeposits, w *tillproof.Waterfall) {
	if w.Leg != tillproof.AcquirerBank {
		return
	}
	run := s.run
	byKind := map[tillproof.StepKind]int{}
	all := 0
	for _, ref := range w.Rows {
		if s.part.single || int(ref.N) >= len(s.part.cells) {
			all++
			byKind[match.StepOf(run.Record(ref).Kind)]++
			continue
		}
		c := &j.cells.list[s.part.cells[ref.N]]
		all += int(c.n)
		byKind[match.StepOf(c.key.kind())] += int(c.n)
	}
	for i := range w.Steps {
		if n := byKind[w.Steps[i].Kind]; n > 0 {
			w.Steps[i].Count = n
		} else {
			w.Steps[i].Count = all
		}
	}
}
