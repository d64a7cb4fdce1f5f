package bulk

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"sync"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/match"
)

// joiner is what one worker of the second pass gathers.
type joiner struct {
	job      *job
	buf      []byte
	order    []uint64 // the entries by their hash, see place
	room     []uint64
	spare    *outputs
	near     [nearRows]entry // the next ones in that order
	rows     []entry         // of one hash, where they are not near
	clocks   *match.Clocks
	wallets  *match.Clocks
	off      offClocks
	waits    *clockWaits
	matched  [2]tally // the rows of pairs, of the log and of the report
	excluded tally    // rows of the log: voids and what they undo, and those that move nothing
	open     []open
	pairs    int64
	fees     int64 // pairs whose fee was compared
	noFee    int64 // pairs whose fee could not be
	kinds    []uint64
	out      *output

	voided    []voided
	strangers []uint64
	undone    []uint64
}

// join is the second pass: each partition by itself, and what comes out of them in their order.
func (j *job) join(ctx context.Context) error {
	joiners := make([]*joiner, len(j.workers))
	spare := &outputs{}
	for i := range joiners {
		joiners[i] = &joiner{
			job: j, clocks: &match.Clocks{}, wallets: &match.Clocks{}, spare: spare, waits: j.clockWaits(),
		}
	}
	err := inOrder(ctx, partitions, len(joiners), func(n, part int) (*output, error) {
		if err := j.shelf.check(part); err != nil {
			return nil, err
		}
		return joiners[n].join(part)
	}, func(part int, o *output) error {
		j.step(passJoin, int64(part+1), partitions)
		defer spare.give(o)
		return j.lists.pairs(part, o)
	})
	var undone []voided
	for _, w := range joiners {
		undone = append(undone, w.voided...)
		if j.watched != nil {
			j.watched.undone = append(j.watched.undone, w.undone...)
		}
		j.strangers = append(j.strangers, w.strangers...)
		j.clocks.Merge(w.clocks)
		j.wallets.Merge(w.wallets)
		for term, list := range w.off {
			if j.off == nil {
				j.off = offClocks{}
			}
			j.off[term] = append(j.off[term], list...)
		}
		j.matched[0].merge(&w.matched[0])
		j.matched[1].merge(&w.matched[1])
		j.left.merge(&w.excluded)
		j.open = append(j.open, w.open...)
		j.pairs += w.pairs
		j.fees += w.fees
		j.noFee += w.noFee
		if j.tables != nil {
			j.tables.kinds = append(j.tables.kinds, w.kinds...)
		}
	}
	j.reopen(undone, j.strangers)
	j.strangers = nil
	return err
}

// inOrder does n tasks on several workers and hands their results over one after the other, in their order.
func inOrder[T any](
	ctx context.Context, n, workers int, do func(worker, task int) (T, error), take func(task int, v T) error,
) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var mu sync.Mutex
	turn := sync.NewCond(&mu)
	next, done := 0, 0
	var wg sync.WaitGroup
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				mu.Lock()
				task := next
				next++
				mu.Unlock()
				if task >= n || ctx.Err() != nil {
					return
				}
				v, err := do(w, task)
				mu.Lock()
				for err == nil && done != task && ctx.Err() == nil {
					turn.Wait()
				}
				if err == nil && ctx.Err() == nil {
					err = take(task, v)
				}
				if err != nil {
					stop(err)
				}
				done++
				turn.Broadcast()
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	return context.Cause(ctx)
}

func (w *joiner) join(part int) (*output, error) {
	b, err := w.job.shelf.read(part, w.buf)
	if err != nil {
		return nil, err
	}
	w.buf = b
	n := len(b) / entrySize
	width := uint(bits.Len(uint(n)))
	w.order = slices.Grow(w.order[:0], n)[:n]
	w.room = slices.Grow(w.room[:0], n)[:n]
	var e entry
	for i := range n {
		e.get(b[i*entrySize:])
		w.order[i] = place(w.job.hashOf(&e), width, i)
	}
	sortPlaces(w.order, w.room)
	w.out = w.spare.take(n / 2)
	w.walk(b, width)
	return w.out, nil
}

// place is an entry of a partition for sorting: the bits of its hash behind those that chose the partition,
// as many as have room, and below them its number.
func place(hash uint64, width uint, i int) uint64 {
	return hash<<partitionBits&^(1<<width-1) | uint64(i)
}

// nearRows is how many entries are fetched together, in the order of their hashes: they lie all over the
// partition, and the memory answers many at once as fast as one.
const nearRows = 64

// walk takes the rows of one hash after the other.
func (w *joiner) walk(b []byte, width uint) {
	number := uint64(1)<<width - 1
	for at := 0; at < len(w.order); {
		n := min(nearRows, len(w.order)-at)
		for i, p := range w.order[at : at+n] {
			w.near[i].get(b[int(p&number)*entrySize:])
		}
		from := 0
		for from < n {
			hash := w.order[at+from] &^ number
			end := from + 1
			for end < n && w.order[at+end]&^number == hash {
				end++
			}
			if end == n && at+n < len(w.order) {
				break // there may be more of them
			}
			w.same(w.near[from:end])
			from = end
		}
		if from == 0 {
			from = w.many(b, w.order[at:], number)
		}
		at += from
	}
}

// many takes the rows of one hash, of which there may be any number, and answers how many there are.
func (w *joiner) many(b []byte, order []uint64, number uint64) int {
	w.rows = w.rows[:0]
	for _, p := range order {
		if p&^number != order[0]&^number {
			break
		}
		var e entry
		e.get(b[int(p&number)*entrySize:])
		w.rows = append(w.rows, e)
	}
	n := len(w.rows)
	w.same(w.rows)
	return n
}

// same takes rows whose hashes begin alike: those of one key, nearly always. The keys go in the order of
// their whole hashes.
func (w *joiner) same(rows []entry) {
	if len(rows) == 1 || len(rows) == 2 && w.sameKey(&rows[0], &rows[1]) {
		w.key(rows)
		return
	}
	slices.SortStableFunc(rows, func(a, b entry) int {
		return cmp.Compare(w.job.hashOf(&a), w.job.hashOf(&b))
	})
	for len(rows) > 0 {
		k := w.keyLength(rows)
		w.key(rows[:k])
		rows = rows[k:]
	}
}

// hashOf is the hash of an entry's key.
func (j *job) hashOf(e *entry) uint64 {
	place := hashNumber(uint64(e.term & (1<<termBits - 1)))
	if e.term&textTerm != 0 {
		place = j.terminals.hash[e.term&^textTerm]
	}
	return keyHash(j.merchants.hash[e.merchant], place, e.rrn)
}

// sortPlaces orders by hash: by counting over the bits that tell most keys apart, then by comparing what is
// left.
func sortPlaces(a, spare []uint64) {
	const digit = 11
	for _, shift := range [...]uint{64 - 2*digit, 64 - digit} {
		var at [1 << digit]int32
		for _, p := range a {
			at[p>>shift&(1<<digit-1)]++
		}
		sum := int32(0)
		for i, n := range at {
			at[i] = sum
			sum += n
		}
		for _, p := range a {
			d := p >> shift & (1<<digit - 1)
			spare[at[d]] = p
			at[d]++
		}
		a, spare = spare, a
	}
	for i := 1; i < len(a); i++ { // nearly sorted by now
		p, k := a[i], i
		for ; k > 0 && p < a[k-1]; k-- {
			a[k] = a[k-1]
		}
		a[k] = p
	}
}

// keyLength is how many rows share the key of the first. They are brought together.
func (w *joiner) keyLength(rows []entry) int {
	n := 1
	for i := 1; i < len(rows); i++ {
		if w.sameKey(&rows[0], &rows[i]) {
			rows[n], rows[i] = rows[i], rows[n]
			n++
		}
	}
	return n
}

func (w *joiner) sameKey(a, b *entry) bool {
	if a.rrn != b.rrn {
		return false
	}
	same := w.job.merchants.same
	return (a.merchant == b.merchant || same[a.merchant] == same[b.merchant]) &&
		(a.term == b.term || w.sameTerm(a.term, b.term))
}

func (w *joiner) sameTerm(a, b uint32) bool {
	if a&textTerm != 0 && b&textTerm != 0 {
		return w.job.terminals.same[a&^textTerm] == w.job.terminals.same[b&^textTerm]
	}
	return a&textTerm == 0 && b&textTerm == 0 && a&(1<<termBits-1) == b&(1<<termBits-1)
}

// group is what stands under one key.
type group struct {
	left, right [classMask + 1]*entry // the last of each class
	lefts       [classMask + 1]int
	rights      [classMask + 1]int
	held        bool
}

// key decides about the rows of one key, or leaves them over.
func (w *joiner) key(rows []entry) {
	hash := w.job.hashOf(&rows[0])
	if w.job.alone != tillproof.NoSide {
		w.single(hash, rows)
		return
	}
	if w.usual(hash, rows) {
		return
	}
	var g group
	n := 0
	for i := range rows {
		e := &rows[i]
		if !w.job.counts(e) {
			continue
		}
		n++
		g.held = g.held || w.job.ruledOut(e) || e.flags&holdFlag != 0 && e.class() != noClass
		if c := e.class(); e.acquirer() {
			g.right[c] = e
			g.rights[c]++
		} else {
			g.left[c] = e
			g.lefts[c]++
		}
	}
	switch {
	case n == 0:
	case w.decided(&g):
		w.take(hash, rows, &g)
	default:
		w.leave(hash, rows)
	}
}

// usual is key for what stands under most keys: a row of the log that moves nothing, or a row of the log and
// one of the report. It answers false where it is something else.
func (w *joiner) usual(hash uint64, rows []entry) bool {
	t := &rows[0]
	if len(rows) == 1 && !t.acquirer() && t.class() == noClass && w.job.counts(t) && !w.job.ruledOut(t) {
		w.excluded.add(t.cur, 1, t.amount)
		return true
	}
	if len(rows) != 2 {
		return false
	}
	a := &rows[1]
	if t.acquirer() {
		t, a = a, t
	}
	c := t.class()
	switch {
	case t.acquirer(), !a.acquirer(), a.class() != c, c != saleClass && c != refundClass,
		(t.flags|a.flags)&holdFlag != 0, !w.job.counts(t) || !w.job.counts(a),
		w.job.ruledOut(t) || w.job.ruledOut(a):
		return false
	case w.pair(t, a):
		w.settle(hash, t, a)
	default:
		w.leave(hash, rows)
	}
	return true
}

// decided reports keys under which only one answer is possible, whatever the other rows are: a pair of one
// class in which nothing differs; a sale and its void, of which the report has neither; rows that move
// nothing.
func (w *joiner) decided(g *group) bool {
	if g.held || g.rights[voidClass] > 0 {
		return false
	}
	if g.lefts[voidClass] > 0 {
		return g.lefts[voidClass] == 1 && g.lefts[saleClass] == 1 && g.lefts[refundClass] == 0 &&
			g.rights[saleClass] == 0 && g.rights[refundClass] == 0 && w.job.voids == 0 &&
			undoes(g.left[voidClass], g.left[saleClass])
	}
	for _, c := range [...]int{saleClass, refundClass} {
		if g.lefts[c] != g.rights[c] || g.lefts[c] > 1 || g.lefts[c] == 1 && !w.pair(g.left[c], g.right[c]) {
			return false
		}
	}
	return true
}

// undoes reports whether the void may be that of the sale; one that comes before it is not.
func undoes(void, sale *entry) bool {
	return void.cur == sale.cur && (void.time == 0 || sale.time == 0 || void.time >= sale.time)
}

// pair reports whether nothing speaks against two rows of one key.
func (w *joiner) pair(t, a *entry) bool {
	return t.amount == a.amount && w.job.sameCur(t.cur, a.cur) && !otherCard(t.card, a.card) && w.fee(t, a)
}

// fee reports whether the fee is the agreed one, or where none was agreed the one that the terminal expects.
func (w *joiner) fee(t, a *entry) bool {
	if a.flags&feeFlag == 0 {
		w.noFee++
		return true
	}
	want, slack, known := int64(t.fee), w.job.policy.FeeSlack, t.flags&feeFlag != 0
	if line, agreed := w.job.policy.TariffFor(cardKind(a.card, t.card)); agreed {
		fee, err := line.Fee(a.amount)
		if err != nil {
			return false // the room of matching says what is wrong with it
		}
		want, known = fee, true
	} else if slack == 0 {
		slack = match.ExpectedSlack
	}
	if !known {
		w.noFee++
		return true
	}
	w.fees++
	diff := int64(a.fee) - want
	return max(diff, -diff) <= slack
}

func (w *joiner) take(hash uint64, rows []entry, g *group) {
	for _, c := range [...]int{saleClass, refundClass} {
		if t, a := g.left[c], g.right[c]; t != nil && a != nil {
			w.settle(hash, t, a)
		}
	}
	if g.lefts[voidClass] > 0 {
		w.void(hash, rows, g.left[saleClass])
		w.noteUndone(g.left[saleClass])
	}
	for i := range rows {
		e := &rows[i]
		voided := g.lefts[voidClass] > 0
		if !e.acquirer() && (e.class() == noClass || voided) && w.job.counts(e) {
			w.excluded.add(e.cur, 1, e.amount)
		}
	}
}

// settle takes a pair.
func (w *joiner) settle(hash uint64, t, a *entry) {
	w.pairs++
	w.matched[0].add(t.cur, 1, t.amount)
	w.matched[1].add(a.cur, 1, a.amount)
	clocks := w.clocks
	if wallet := uint32(tillproof.Wallet); t.card>>kindShift == wallet || a.card>>kindShift == wallet {
		clocks = w.wallets
	}
	clocks.Add(unpackTime(t.time), unpackDay(a.time))
	w.clock(hash, t, a)
	w.out.pair(w.job, hash, t, a)
	w.kind(t, a)
}

// leave hands all rows of a key to the room of matching.
func (w *joiner) leave(hash uint64, rows []entry) {
	w.strange(rows)
	from := len(w.open)
	for i := range rows {
		if e := &rows[i]; w.job.counts(e) {
			w.open = append(w.open, open{hash, e.offset, e.merchant, e.source, e.flags})
		}
	}
	slices.SortFunc(w.open[from:], func(a, b open) int {
		return cmp.Or(cmp.Compare(a.reading, b.reading), cmp.Compare(a.offset, b.offset))
	})
}

// sameCur compares two currencies; where a file names none, it is the one that the others name.
func (j *job) sameCur(a, b uint8) bool { return j.home[a] == j.home[b] }
