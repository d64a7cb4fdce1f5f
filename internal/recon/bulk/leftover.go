package bulk

import (
	"cmp"
	"context"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/match"
)

const (
	// partRows is how many rows are reconciled at once. It is no share of the cap, so that what comes out
	// depends on the files alone: as whole records they take some 20 MB.
	partRows = 32_000
	// mostTogether bounds the rows that may be taken for each other and so must be held at once.
	mostTogether = 2_000_000
)

// part is a run of the open rows that no other row can be taken for.
type part struct {
	rows    []open
	fetched [][]chunk // by file: records that its lines give
}

// reconcileOpen is the third pass: what the keys did not decide goes through the room of matching.
func (j *job) reconcileOpen(ctx context.Context) error {
	if j.alone == tillproof.Terminal {
		j.open = nil // none of them can have a partner
	}
	parts, err := j.parts()
	if err != nil {
		return err
	}
	if len(parts) == 0 {
		parts = []part{{}} // it says what the files lack
	}
	if err := j.fetch(ctx, parts); err != nil {
		return err
	}
	j.beyond = j.whatOthersTeach()
	if j.beyond.Apart, err = j.apart(); err != nil {
		return err
	}
	return inOrder(ctx, len(parts), j.abreast(), func(_, n int) (*settled, error) {
		return j.settlePart(&parts[n])
	}, func(n int, s *settled) error {
		j.step(passOpen, int64(n+1), int64(len(parts)))
		return j.takePart(s)
	})
}

// parts sorts the open rows by merchant and cuts them. The rows of merchants that only one side knows stay
// together: the two sides may know one merchant by two numbers, and so do all rows where one names none.
func (j *job) parts() ([]part, error) {
	known := func(id uint32) bool {
		same := j.merchants.same[id]
		if j.alone != tillproof.NoSide {
			return same != 0 // nobody can be known by another number
		}
		return same != 0 && j.sidesOf(same) == terminalBit|acquirerBit
	}
	nameless := j.nameless || slices.ContainsFunc(j.open, func(o open) bool { return o.merchant == 0 })
	rank := func(o *open) string {
		if nameless && j.alone == tillproof.NoSide || !known(o.merchant) {
			return ""
		}
		return j.merchants.text(j.merchants.same[o.merchant])
	}
	rank = j.rulings.joined(j, rank)
	slices.SortFunc(j.open, func(a, b open) int {
		ra, rb := j.readings[a.reading], j.readings[b.reading]
		return cmp.Or(cmp.Compare(rank(&a), rank(&b)), cmp.Compare(ra.source, rb.source),
			cmp.Compare(a.offset, b.offset), cmp.Compare(a.flags, b.flags))
	})
	var out []part
	from := 0
	for i := 0; i < len(j.open); {
		end := i + 1
		for end < len(j.open) && rank(&j.open[end]) == rank(&j.open[i]) {
			end++
		}
		if end-i > mostTogether {
			return nil, tooMany("recon.bulk.together", mostTogether)
		}
		if end-from > partRows && i > from {
			out = append(out, part{rows: j.open[from:i]})
			from = i
		}
		i = end
	}
	if from < len(j.open) {
		out = append(out, part{rows: j.open[from:]})
	}
	return out, nil
}

// sidesOf are the sides that show a merchant, whatever zeros they put before it.
func (j *job) sidesOf(same uint32) uint8 { return j.sides[same] }

// whatOthersTeach is what a part has to know of all rows.
func (j *job) whatOthersTeach() *match.Beyond {
	b := &match.Beyond{
		Leg: tillproof.TerminalAcquirer, Clocks: j.clocks, Wallets: j.wallets,
		Days: map[tillproof.MerchantID]match.Days{},
		Merchant: func(side tillproof.Side, number string) bool {
			return j.merchants.shows(1<<side, j.sides, number)
		},
		Terminal: func(side tillproof.Side, number string) bool {
			return j.showsTerminal(side, number)
		},
		Logged: j.seen[tillproof.Terminal].any() || shown(j.terminalSides, terminalBit) > 0,
	}
	if j.pairs > 0 {
		b.Fields = []string{"merchant", "terminal", "rrn"}
	}
	b.OneMerchant = shown(j.sides, terminalBit) <= 1 && shown(j.sides, acquirerBit) <= 1
	files := map[tillproof.MerchantID][]int32{}
	for i := range j.cells.list {
		k := j.cells.list[i].key
		if j.cells.list[i].n == 0 {
			continue // an earlier file has its rows
		}
		m := tillproof.MerchantID(j.merchants.text(k.merchant()))
		if src := j.readings[k.source()].source; !slices.Contains(files[m], src) {
			files[m] = append(files[m], src)
		}
		day := k.settle()
		if !day.Known() {
			continue
		}
		d, seen := b.Days[m]
		if !seen {
			d = match.Days{From: day, To: day}
		}
		b.Days[m] = match.Days{From: min(d.From, day), To: max(d.To, day)}
	}
	if !j.nameless {
		for _, list := range files {
			slices.Sort(list)
		}
		b.Reports = files
	}
	return b
}

// showsTerminal reports whether a row of the side has the number.
func (j *job) showsTerminal(side tillproof.Side, number string) bool {
	if len(number) <= maxTerm {
		if v, ok := digits([]byte(number)); ok {
			return j.seen[side].has(uint32(v))
		}
	}
	return j.terminals.shows(1<<side, j.terminalSides, number)
}

// settled is what the room of matching says about a part.
type settled struct {
	run   *tillproof.Run
	known match.Part
	loss  []tillproof.Loss
	ruled []int // of the run's decisions: their places among all
}

func (j *job) settlePart(p *part) (*settled, error) {
	run := &tillproof.Run{Policy: j.policy, Sources: j.sources}
	if err := j.recordsOf(p, run); err != nil {
		return nil, err
	}
	s := &settled{run: run}
	run.Decisions, s.ruled = j.rulings.of(run)
	var err error
	if s.known, err = match.ReconcilePart(run, j.beyond); err != nil {
		return nil, err
	}
	if j.opt.Judge != nil {
		j.opt.Judge(run)
	}
	s.loss, run.LossLines, err = tillproof.SumLoss(run.Breaks, nil, tillproof.OpenItems(run))
	return s, err
}

func (j *job) nameCurrency(r *tillproof.Record) {
	if r.Amount.Currency().Known() || !j.homeCur.Known() {
		return
	}
	r.Amount = tillproof.NewMoney(r.Amount.Minor(), j.homeCur)
	for _, m := range [...]*tillproof.Money{&r.Fee, &r.Net, &r.Balance} {
		if !m.IsZero() {
			*m = tillproof.NewMoney(m.Minor(), j.homeCur)
		}
	}
}

// takePart adds a part to the answer.
func (j *job) takePart(s *settled) error {
	run := s.run
	j.rulings.learn(run, s.ruled, 0)
	for i, st := range run.States[tillproof.Terminal] {
		rec := &run.Records[tillproof.Terminal][i]
		j.openStates[st.Status].add(j.currencies.id(rec.Amount.Currency()), 1, rec.Amount.Minor())
		if st.Status == tillproof.Timing {
			j.lists.timing(run, rec, st)
		}
	}
	for i, st := range run.States[tillproof.Acquirer] {
		rec := &run.Records[tillproof.Acquirer][i]
		if _, alone := j.rulings.named(rec); alone {
			continue // it is in no sum
		}
		key := j.cellOf(rec, j.live[rec.Origin.Source])
		j.openRows = append(j.openRows, openRow{key, originOf(rec), rec.Amount.Minor(), st.Status})
	}
	for _, m := range run.Matches {
		j.answer.pairs(m.Method, 1)
		if !agrees(run, m) {
			continue
		}
		t, a := run.Record(m.Left), run.Record(m.Right)
		how := howOf(m.Method)
		j.answer.count(how, t, a)
		j.lists.matchedRow(t, a, how)
	}
	if s.known.CutOff != 0 {
		j.cutOff = s.known.CutOff
	}
	for m, d := range s.known.Clips {
		j.clips[m] = d
	}
	for i := range run.Breaks {
		b := &run.Breaks[i]
		j.answer.countBreak(run, b)
		j.lists.breakRows(run, b)
	}
	m := j.mover(run)
	j.answer.merge(run, s.loss, m)
	j.answer.await(run)
	j.show(m)
	return cmp.Or(j.tables.leftOver(j, run), j.watched.learn(run))
}

// howOf says how two rows were matched: by the whole key, by another reference, or without one.
func howOf(m tillproof.Method) string {
	switch {
	case m == match.WholeKey:
		return howExact
	case m == tillproof.ByHand:
		return howManual
	case len(m) > len(byReference) && m[:len(byReference)] == byReference:
		return "reference"
	}
	return howFallback
}

const (
	howExact    = "exact"
	howManual   = "manual"
	howFallback = "fallback"
	byReference = "reference."
)

// cellOf is the cell of a row of the report, as the split has it.
func (j *job) cellOf(r *tillproof.Record, reading uint8) cellKey {
	day := r.SettleDate
	if !day.Known() {
		day = j.policy.SettleDay(r.Time)
	}
	if !day.Known() {
		day = r.BookingDate
	}
	cur := j.currencies.id(r.Amount.Currency())
	return summed{
		merchant: j.merchants.ids[string(r.Refs.Merchant)], payout: j.payouts.ids[r.Refs.Payout],
		kind: r.Kind, cur: cur, reading: reading, settle: day, value: r.ValueDate,
	}.key()
}
