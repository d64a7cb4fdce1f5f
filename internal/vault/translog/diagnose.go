package translog

import (
	"context"
	"errors"
)

// row looks at the n-th row from here, 0 for the next. Where the rows are at their end and hashes are left,
// the log may have grown meanwhile: it looks again.
func (w *walk) row(n int) (stored, bool, error) {
	row, found, err := w.rows.peek(n)
	if found || err != nil || n > 0 {
		return row, found, err
	}
	rest, more, err := w.hashes.peek(0)
	if err != nil || !more || rest.key < StoredCount(w.next) && !w.lost {
		return stored{}, false, err
	}
	w.rows.again()
	return w.rows.peek(0)
}

// storedAt takes the stored hash of an index; false where there is none.
func (w *walk) storedAt(index int64) (Hash, bool, error) {
	h, found, err := w.peekAt(index)
	if found {
		w.hashes.skip()
	}
	return h, found, err
}

// peekAt looks at the stored hash of an index. Rows before it have no place in the log.
func (w *walk) peekAt(index int64) (Hash, bool, error) {
	for {
		row, found, err := w.hashes.peek(0)
		switch {
		case err != nil:
			return Hash{}, false, err
		case !found && w.looked != w.rows.scans: // the entry may be younger than the last look at the hashes
			w.looked = w.rows.scans
			w.hashes.again()
			continue
		case !found || row.key > index:
			return Hash{}, false, nil
		case row.key == index && len(row.bytes) == len(Hash{}):
			return Hash(row.bytes), true, nil
		}
		w.hashes.skip()
		if row.key < index && !w.lost {
			w.fault(Fault{Kind: FaultHash, First: w.next, Last: w.next, Found: -1})
		}
	}
}

// entry takes in a row: the entry that should come, or one of the ways in which it is not.
func (w *walk) entry(ctx context.Context, row stored) error {
	if row.number == w.next && row.key == w.next+w.shift {
		if want, have, err := w.peekAt(StoredIndex(w.next)); err != nil || have && want == row.hash {
			return w.take(row.hash, err)
		}
	}
	return w.oddEntry(ctx, row)
}

// take goes on to the next row with the hash of this one's entry.
func (w *walk) take(h Hash, err error) error {
	w.rows.skip()
	if err != nil || w.lost {
		w.next++
		return err
	}
	return w.grow(h)
}

// takeAt is take for an entry whose key may be another than it should be.
func (w *walk) takeAt(key int64, h Hash) error {
	if key != w.next+w.shift {
		w.fault(Fault{Kind: FaultMoved, First: w.next, Last: w.next, Found: w.next})
		w.shift = key - w.next
	}
	return w.take(h, nil)
}

// numberOf is the number that an entry gives itself, -1 where it is no entry.
func numberOf(entry []byte) int64 {
	a, err := Decode(entry)
	if err != nil {
		return -1
	}
	return a.Seq
}

// oddEntry says in which way a row is not the entry that should come, and goes on in a way that lets the next
// ones be judged by themselves.
func (w *walk) oddEntry(ctx context.Context, row stored) error {
	number, h := row.number, row.hash
	want, have, err := w.peekAt(StoredIndex(w.next))
	if err != nil {
		return err
	}
	next, more, err := w.row(1)
	if err != nil {
		return err
	}
	elsewhere := false // it is a true entry of the log, out of its place
	if number > w.next {
		if elsewhere, err = w.isStored(ctx, number, h); err != nil {
			return err
		}
	}
	switch {
	case have && number == w.next && h == want:
		return w.takeAt(row.key, h)
	case have && more && next.hash == want && !w.lost:
		f := Fault{Kind: FaultInserted, First: w.next, Last: w.next, Found: number}
		if elsewhere {
			f.Kind = FaultMoved
			w.remember(number)
		}
		w.fault(f)
		w.shift++
		w.rows.skip()
		return nil
	case elsewhere:
		return w.missing(number, row.key-number)
	case row.key > w.next+w.shift && (number < 0 || number == row.key-w.shift) && w.hashesLeft():
		return w.missing(row.key-w.shift, w.shift)
	case number != w.next && !have && !w.hashesLeft():
		w.fault(Fault{Kind: FaultInserted, First: w.next, Last: w.next, Found: number})
		w.rows.skip()
		return nil
	case number == w.next && !w.lost:
		return w.takeAt(row.key, h) // grow finds which of the two is right
	}
	w.fault(Fault{Kind: kindOf(number, w.next), First: w.next, Last: w.next, Found: number})
	w.rows.skip()
	return w.standIn()
}

// kindOf is what is wrong with a row that stands where another entry should.
func kindOf(number, want int64) FaultKind {
	switch {
	case number < 0:
		return FaultUndecodable
	case number < want:
		return FaultMoved
	}
	return FaultChanged
}

// hashesLeft reports whether hashes are stored of entries still to come: without any, nothing says that there
// were some.
func (w *walk) hashesLeft() bool {
	_, found, err := w.hashes.peek(0)
	return found && err == nil
}

// remember notes an entry that stood in another's place: it will not be called missing where it belongs.
func (w *walk) remember(number int64) {
	if len(w.moved) < MaxFaults {
		w.moved[number] = true
	}
}

// missing tells that the entries up to another are not there. shift is how much the keys are ahead from then
// on.
func (w *walk) missing(until, shift int64) error {
	w.tellMissing(w.next, until-1)
	for w.next < until {
		if w.lost {
			w.next = until // there may be any number of them
			break
		}
		if err := w.standIn(); err != nil {
			return err
		}
	}
	w.shift = shift
	return nil
}

// tellMissing tells it of those entries that were not seen in another's place.
func (w *walk) tellMissing(first, last int64) {
	for first <= last && w.moved[first] {
		first++
	}
	if first <= last {
		w.fault(Fault{Kind: FaultMissing, First: first, Last: last, Found: -1})
	}
}

// standIn goes on with the stored hash in the place of an entry that is not there or not right, so that the
// entries after it are judged by themselves.
func (w *walk) standIn() error {
	h, have, err := w.peekAt(StoredIndex(w.next))
	if err != nil {
		return err
	}
	if w.lost = w.lost || !have; w.lost {
		w.next++
		return nil
	}
	return w.grow(h)
}

var errSeen = errors.New("seen")

// isStored reports whether a hash is stored as that of an entry.
func (w *walk) isStored(ctx context.Context, seq int64, h Hash) (bool, error) {
	is, at := false, StoredIndex(seq)
	err := w.log.StoredHashes(ctx, at, func(index int64, hash []byte) error {
		is = index == at && string(hash) == string(h[:])
		return errSeen
	})
	if err != nil && !errors.Is(err, errSeen) {
		return false, err
	}
	return is, nil
}
