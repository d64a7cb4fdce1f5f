package translog

import (
	"context"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Claims are what a log is compared with.
type Claims struct {
	Public string   // the key of the log
	Kept   [][]byte // the checkpoints that were kept beside the log
	Given  []Claim  // checkpoints from elsewhere
}

// Verify walks a whole log: it computes every hash anew from the entries, compares with every stored hash and
// with every checkpoint, and says what is wrong from the first bad entry on. It answers an error only where
// it could not look. progress, if not nil, is told the number of entries from time to time.
func Verify(ctx context.Context, log Source, claims Claims, progress func(done int64)) (Report, error) {
	w := &walk{
		log: log, report: &Report{}, moved: map[int64]bool{},
		rows: newReader(func(from int64, each func(int64, []byte) error) error {
			return log.Leaves(ctx, from, each)
		}, true),
		hashes: newReader(func(from int64, each func(int64, []byte) error) error {
			return log.StoredHashes(ctx, from, each)
		}, false),
	}
	w.takeClaims(claims)
	w.compareClaims()
	for {
		row, found, err := w.row(0)
		if err == nil && found {
			err = w.entry(ctx, row)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return Report{}, err
		}
		if !found {
			break
		}
		if w.next%batchRows == 0 && progress != nil {
			progress(w.next)
		}
	}
	if err := w.close(); err != nil {
		return Report{}, err
	}
	return *w.report, nil
}

// walk is a verification under way.
type walk struct {
	log    Source
	rows   *reader
	hashes *reader
	report *Report

	next  int64          // the number of the entry that should come
	shift int64          // how much the keys of the rows are ahead of the numbers by now
	moved map[int64]bool // entries that stood in another's place

	found edge     // computed from the entries
	told  edge     // the same with the stored hash where the two differ, while it is open which is right
	open  *dispute // nil: the two edges are one
	lost  bool     // an entry and its hash are gone: nothing can be computed any more

	looked int   // the scans of rows after which the hashes were last looked for
	claim  int   // the next of report.Claims
	good   int64 // entries before this one agree with a checkpoint
	proven int64 // and with one from elsewhere
	broken bool  // an entry is bad: what a checkpoint says of stored hashes does not hold of the entries
	parted bool  // a checkpoint names another root
}

// dispute is a stored hash that does not follow from the entries below it. The next hash above, or the next
// checkpoint, tells which of the two was changed.
type dispute struct {
	level       int
	first, last int64
}

func (w *walk) fault(f Fault) {
	w.broken = w.broken || f.entry()
	w.report.add(f)
}

// takeClaims opens the kept checkpoints and sorts all of them by size.
func (w *walk) takeClaims(claims Claims) {
	for _, text := range claims.Kept {
		h, err := Open(text, claims.Public)
		if err != nil {
			w.fault(Fault{Kind: FaultCheckpoint, First: -1, Last: -1, Found: -1, Why: err})
			continue
		}
		c := h.Claim("")
		c.Kept = true
		w.report.Claims = append(w.report.Claims, Checked{Claim: c})
	}
	for _, c := range claims.Given {
		c.Kept = false
		w.report.Claims = append(w.report.Claims, Checked{Claim: c})
	}
	slices.SortStableFunc(w.report.Claims, func(a, b Checked) int {
		return int(min(max(a.Size-b.Size, -1), 1))
	})
}

// grow takes in the hash of the next entry and compares what follows from it with what is stored.
func (w *walk) grow(h Hash) error {
	found, told := h, h
	index, absent := StoredIndex(w.next), false
	for level := 0; ; level++ {
		row, have, err := w.storedAt(index + int64(level))
		if err != nil {
			return err
		}
		last := w.next
		first := last >> level << level
		switch {
		case have:
			found, told = w.compare(dispute{level, first, last}, found, told, row)
		case !absent:
			absent = true // once for an entry
			w.fault(Fault{Kind: FaultHash, First: first, Last: last, Found: -1})
		}
		if w.next>>level&1 == 0 {
			w.found.nodes[level], w.told.nodes[level] = found, told
			break
		}
		if w.open != nil {
			told = tlog.NodeHash(w.told.nodes[level], told)
		}
		found = tlog.NodeHash(w.found.nodes[level], found)
		if w.open == nil {
			told = found
		}
	}
	w.next++
	w.found.size, w.told.size = w.next, w.next
	w.compareClaims()
	return nil
}

// compare judges a hash that follows from the entries by the stored one. It answers the hashes to go on with,
// in the edge of what was found and in that of what is told.
func (w *walk) compare(at dispute, found, told, stored Hash) (Hash, Hash) {
	if w.open != nil && found != told { // this hash stands above the dispute: it decides
		switch stored {
		case found:
			w.settle(true)
			return found, found
		case told:
			w.settle(false)
			return told, told
		}
		w.giveUp()
		found = told
	}
	if found == stored {
		return found, told
	}
	if w.open != nil {
		w.giveUp()
	}
	w.open = &at
	return found, stored
}

// settle ends a dispute: either the entries are right and the stored hash was changed, or the other way.
func (w *walk) settle(entriesRight bool) {
	f := Fault{Kind: FaultRewritten, First: w.open.first, Last: w.open.last, Found: -1}
	switch {
	case entriesRight:
		f.Kind = FaultHash
		w.told = w.found
	case w.open.level == 0:
		f.Kind = FaultChanged
		fallthrough
	default:
		w.found = w.told
	}
	w.open = nil
	w.fault(f)
}

// giveUp ends a dispute that nothing decides.
func (w *walk) giveUp() {
	f := Fault{Kind: FaultUnclear, First: w.open.first, Last: w.open.last, Found: -1}
	w.found = w.told
	w.open = nil
	w.fault(f)
}

// compareClaims compares with the checkpoints of the size that was reached.
func (w *walk) compareClaims() {
	claims := w.report.Claims
	for ; w.claim < len(claims) && claims[w.claim].Size == w.next; w.claim++ {
		c := &claims[w.claim]
		c.Compared = true
		switch {
		case c.fits(w.found.root()):
			if w.open != nil {
				w.settle(true)
			}
			c.Holds = !w.broken
		case w.open != nil && c.fits(w.told.root()):
			w.settle(false)
		case !w.parted:
			w.parted = true
			first := w.since(&c.Claim)
			f := Fault{Kind: FaultRewritten, First: first, Last: w.next - 1, Found: -1, Against: &c.Claim}
			w.fault(f)
		}
		if c.Holds {
			w.good = w.next
		}
		if c.Holds && !c.Kept {
			w.proven = w.next
		}
	}
}

// since is the first entry that may be the reason why a checkpoint does not agree. Whoever has the key can
// have signed the kept ones anew, so only those from elsewhere narrow down what one from elsewhere shows.
func (w *walk) since(c *Claim) int64 {
	if c.Kept {
		return w.good
	}
	return w.proven
}

// close looks at what is left when the entries have come to their end.
func (w *walk) close() error {
	if w.open != nil {
		w.giveUp()
	}
	w.report.Size = w.next
	if !w.lost {
		w.report.Root = w.found.root()
	}
	if err := w.restOfHashes(); err != nil {
		return err
	}
	claims := w.report.Claims
	if n := len(claims); n > 0 && claims[n-1].Size > w.next {
		largest := &claims[n-1]
		for i := range claims { // of two that say the same, the one from elsewhere says more
			if c := &claims[i]; c.Size == largest.Size && !c.Kept {
				largest = c
			}
		}
		w.fault(Fault{
			Kind: FaultRolledBack, First: w.next, Last: largest.Size - 1, Found: -1, Against: &largest.Claim,
		})
	}
	w.report.finish()
	return nil
}

// restOfHashes tells stored hashes without entries: of entries that were taken off the end, or stray ones.
func (w *walk) restOfHashes() error {
	begin := StoredCount(w.next)
	rest, last := int64(0), int64(0)
	for {
		row, found, err := w.hashes.peek(0)
		if err != nil {
			return err
		}
		if !found {
			break
		}
		w.hashes.skip()
		if row.key >= begin {
			rest, last = rest+1, row.key
		}
	}
	switch {
	case rest == 0:
	case last == begin+rest-1:
		level, n := tlog.SplitStoredHashIndex(last)
		w.tellMissing(w.next, (n+1)<<level-1)
	default:
		w.fault(Fault{Kind: FaultHash, First: w.next, Last: w.next, Found: -1})
	}
	return nil
}
