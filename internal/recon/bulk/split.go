package bulk

import (
	"context"
	"fmt"
	"sync"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// The sides as bits of a dictionary.
const (
	terminalBit = 1 << tillproof.Terminal
	acquirerBit = 1 << tillproof.Acquirer
)

// reading is one way of reading a file. A file that turns out to need the other way is read twice; what the
// first reading gave is dead.
type reading struct {
	source int32
	side   tillproof.Side
	dead   bool
}

// maxReadings is what an entry has room for.
const maxReadings = 1<<8 - 1

// currencies gives each currency a small number, the same for all workers.
type currencies struct {
	mu   sync.Mutex
	list []tillproof.Currency
}

func (c *currencies) id(cur tillproof.Currency) uint8 {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, k := range c.list {
		if k == cur {
			return uint8(i)
		}
	}
	if len(c.list) == maxReadings {
		return maxReadings
	}
	c.list = append(c.list, cur)
	return uint8(len(c.list) - 1)
}

// tally counts rows and sums their amounts, by the number of their currency.
type tally struct{ by []count }

type count struct{ n, sum int64 }

func (t *tally) add(cur uint8, n, sum int64) {
	for len(t.by) <= int(cur) {
		t.by = append(t.by, count{})
	}
	t.by[cur].n += n
	t.by[cur].sum += sum
}

func (t *tally) merge(o *tally) {
	for cur, c := range o.by {
		t.add(uint8(cur), c.n, c.sum)
	}
}

// open is a row that only the room of matching can say something about. hash is the same for rows that may be
// one line twice.
type open struct {
	hash     uint64
	offset   int64
	merchant uint32
	reading  uint8
	flags    uint8
}

// worker is what one worker of the split gathers.
type worker struct {
	job       *job
	reading   uint8
	merchants *cache
	terminals *cache
	payouts   *cache
	side      tillproof.Side
	seen      [len(tillproof.Sides) + 1]numbers // terminals of digits, by side
	chunks    [partitions][]byte
	cells     *frames
	cur       tillproof.Currency // of the last row, and its number
	curID     uint8
	known     bool
	total     []*tally // by reading: all rows
	excluded  []*tally // by reading: those that move nothing
	open      []open
	voids     int64           // rows of the report that undo a sale
	nameless  bool            // a row of the report names no merchant
	offTerms  map[uint32]bool // terminals of rows without a key
	strangers []uint64        // see reopen
	buf       []byte
	found     [format.ScanBatch]name // the merchants of the rows at hand
}

// split is the first pass over one file of the log or the report.
func (j *job) split(ctx context.Context, in Input, source int32) error {
	j.begin(source, in.Side)
	scanned, err := in.Scan(ctx, source, func(n int, rows []format.Row) error {
		if len(rows) == 0 {
			j.readings[len(j.readings)-1].dead = true
			j.begin(source, in.Side)
			return nil
		}
		return j.workers[n].take(rows)
	})
	if err != nil {
		return err
	}
	if len(j.readings) > maxReadings {
		return tooMany("recon.bulk.files", maxReadings)
	}
	j.scanned[source] = scanned
	return nil
}

func tooMany(code string, most int) error {
	return &tillproof.Error{
		Op: "check", Kind: tillproof.KindTooLarge, Code: code,
		Params: tillproof.Params{"most": fmt.Sprint(most)},
	}
}

func (j *job) begin(source int32, side tillproof.Side) {
	j.readings = append(j.readings, reading{source: source, side: side})
	bit := uint8(1) << side
	for _, w := range j.workers {
		w.reading = uint8(len(j.readings) - 1)
		w.side = side
		w.merchants, w.terminals = newCache(j.merchants, bit), newCache(j.terminals, bit)
		w.total, w.excluded = append(w.total, &tally{}), append(w.excluded, &tally{})
	}
}

func newWorker(j *job) *worker {
	return &worker{job: j, payouts: newCache(j.payouts, acquirerBit), cells: newFrames()}
}

// take takes rows over. All merchants are looked up before a row is summed, and all are summed before one is
// filed: so the memory that one row waits for comes while the next ones are looked at.
func (w *worker) take(rows []format.Row) error {
	acquirer := w.side == tillproof.Acquirer
	for i := range rows {
		w.found[i] = w.merchants.find(rows[i].Merchant)
	}
	total := w.total[w.reading]
	for i := range rows {
		r := &rows[i]
		cur := w.currency(r.Currency)
		total.add(cur, 1, r.Amount)
		switch {
		case !acquirer:
		case r.Status == tillproof.Posted && r.Kind != tillproof.PreAuth:
			w.sum(r, w.found[i].id, cur)
		default:
			w.excluded[w.reading].add(cur, 1, r.Amount)
		}
	}
	for i := range rows {
		var err error
		if acquirer {
			err = w.reported(&rows[i], w.found[i])
		} else {
			err = w.logged(&rows[i], w.found[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// reported files a row of the report, unless it moves nothing.
func (w *worker) reported(r *format.Row, merchant name) error {
	w.nameless = w.nameless || merchant.id == 0
	class := classOf(r.Kind)
	if class == noClass || r.Status != tillproof.Posted {
		return nil
	}
	if class == voidClass {
		w.voids++
	}
	return w.file(r, &entry{flags: class | acquirerFlag, time: packDay(r.Settle)}, merchant, r.RRN)
}

// logged files a row of the log. A void stands under the reference of what it undoes.
func (w *worker) logged(r *format.Row, merchant name) error {
	e := entry{flags: classOf(r.Kind), time: packTime(r.Time)}
	switch r.Status {
	case tillproof.Posted:
	case tillproof.UnknownOutcome:
		e.flags |= holdFlag
	default:
		e.flags = noClass
	}
	if e.class() == voidClass && len(r.Original) > 0 {
		return w.file(r, &e, merchant, r.Original)
	}
	return w.file(r, &e, merchant, r.RRN)
}

func (w *worker) currency(c tillproof.Currency) uint8 {
	if !w.known || c != w.cur {
		w.cur, w.curID, w.known = c, w.job.currencies.id(c), true
	}
	return w.curID
}

// sum adds a row of the report to its deposit.
func (w *worker) sum(r *format.Row, merchant uint32, cur uint8) {
	day := r.Settle
	if !day.Known() {
		day = w.job.policy.SettleDay(r.Time)
	}
	if !day.Known() {
		day = r.Booking
	}
	c := w.cells.at(&summed{
		merchant: merchant, payout: w.payouts.find(r.Payout).id, kind: r.Kind, cur: cur, reading: w.reading,
		settle: day, value: r.Value,
	})
	c.n++
	c.gross += r.Amount
	c.fee += r.Fee
	c.due += dueOf(r)
}

func dueOf(r *format.Row) int64 {
	if r.Shows&format.ShowsNet != 0 {
		return r.Net
	}
	return r.Amount + r.Fee
}

// charged is the fee of a row as the room of matching sees it: what a stated net keeps back, else the fee.
func charged(r *format.Row, e *entry) {
	fee := -r.Fee
	known := r.Shows&format.ShowsFee != 0
	if r.Shows&format.ShowsNet != 0 {
		if kept := r.Amount - r.Net; kept != 0 {
			fee, known = kept, true
		} else if fee != 0 {
			e.flags |= apartFlag
		}
	}
	if known {
		e.flags |= feeFlag
	}
	if e.fee = int32(fee); int64(e.fee) != fee {
		e.flags |= holdFlag
	}
}

// file puts the entry of a row into the partition of its key. A row without a key is left over.
func (w *worker) file(r *format.Row, e *entry, merchant name, rrn []byte) error {
	cur := w.currency(r.Currency)
	e.source, e.amount, e.cur, e.merchant = w.reading, r.Amount, min(cur, noCur), merchant.id
	charged(r, e)
	var fits, keyed, placed bool
	large := max(e.amount, -e.amount) > maxAmount
	if e.card, fits = packCard(&r.Card); !fits || large || e.cur == noCur {
		e.flags |= holdFlag
	}
	if err := w.locate(r, e); err != nil {
		return err
	}
	e.rrn, keyed = packRRN(rrn)
	e.nr = uint8(min(len(rrn), maxRRN))
	var place uint64
	e.term, place, placed = packTerm(r.Terminal, w.terminals)
	if placed && e.term&textTerm == 0 {
		w.seen[w.side].add(e.term & (1<<termBits - 1))
	}
	switch {
	case w.side == tillproof.Terminal && adjusts(r):
		w.leave(r, e)
	case keyed && placed && e.merchant != 0 && !allZero(r.Merchant) && !large:
		return w.push(e, keyHash(merchant.hash, place, e.rrn))
	case e.class() == noClass:
		w.excluded[w.reading].add(cur, 1, r.Amount)
	default:
		w.stranger(e, merchant)
		w.leave(r, e)
	}
	return nil
}

// adjusts reports rows of the log that change the amount of a sale: a tip that was entered after it. They
// have no partner of their own, and the room of matching has to know them where the sale is left over.
func adjusts(r *format.Row) bool {
	return r.Kind == tillproof.Adjustment && (r.Status == tillproof.Posted || r.Status == tillproof.Neutral)
}

// locate says where the row is found again: in its file, or as a whole record in the temporary one.
func (w *worker) locate(r *format.Row, e *entry) error {
	e.offset = r.Offset
	if r.Record != nil {
		e.flags |= recordFlag
		w.buf = appendRecord(append(w.buf[:0], 0, 0, 0, 0), r.Record)
		var err error
		if e.offset, err = w.job.records.add(w.buf); err != nil {
			return err
		}
	}
	if e.offset > maxOffset {
		return tooMany("recon.bulk.long", maxOffset)
	}
	return nil
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != '0' {
			return false
		}
	}
	return true
}

func (w *worker) leave(r *format.Row, e *entry) {
	alike := mix(mix(uint64(r.Amount), uint64(r.Time)), uint64(e.card)<<32|uint64(e.merchant))
	w.open = append(w.open, open{alike, e.offset, e.merchant, e.source, e.flags})
	if e.term != 0 && len(w.offTerms) <= maxOffClocks {
		if w.offTerms == nil {
			w.offTerms = map[uint32]bool{}
		}
		w.offTerms[e.term] = true
	}
}

// push appends the entry to its partition.
func (w *worker) push(e *entry, h uint64) error {
	part := h >> (64 - partitionBits)
	b := w.chunks[part]
	if cap(b)-len(b) < entrySize {
		var err error
		if b, err = w.turn(int(part), b); err != nil {
			return err
		}
	}
	n := len(b)
	b = b[:n+entrySize]
	e.put(b[n:])
	w.chunks[part] = b
	return nil
}

// turn hands over a full chunk and answers an empty one.
func (w *worker) turn(part int, b []byte) ([]byte, error) {
	if b != nil {
		var err error
		if b, err = w.job.shelf.keep(part, b); err != nil {
			return nil, err
		}
	}
	if b == nil {
		b = make([]byte, 0, chunkSize)
	}
	return b, nil
}

// flush hands over what is left in the chunks.
func (w *worker) flush() error {
	for part, b := range w.chunks {
		if len(b) > 0 {
			if _, err := w.job.shelf.keep(part, b); err != nil {
				return err
			}
		}
		w.chunks[part] = nil
	}
	return nil
}
