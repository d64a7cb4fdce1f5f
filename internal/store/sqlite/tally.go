package sqlite

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
)

// tallyKey is what the sums of standing exceptions are kept by.
type tallyKey struct {
	state    tillproof.ExceptionState
	until    tillproof.Date // of snoozed ones; NoDate
	currency tillproof.Currency
	bucket   tillproof.Bucket
}

func (k tallyKey) compare(o tallyKey) int {
	return cmp.Or(
		cmp.Compare(k.state, o.state), cmp.Compare(k.until, o.until),
		slices.Compare(k.currency[:], o.currency[:]), cmp.Compare(k.bucket, o.bucket),
	)
}

type tallySum struct {
	exceptions int64
	minor      int64
}

// tally gathers what an act adds to the sums, and takes from them.
type tally map[tallyKey]tallySum

// tallied is where an exception counts; only standing ones do.
func tallied(e *tillproof.KeptException) tallyKey {
	k := tallyKey{
		state: e.State, until: tillproof.NoDate, currency: e.Amount.Currency(), bucket: e.Bucket,
	}
	if e.State == tillproof.ExceptionSnoozed {
		k.until = e.Until
	}
	return k
}

func (t tally) add(e *tillproof.KeptException) error { return t.count(e, 1, e.Amount.Minor()) }

func (t tally) take(e *tillproof.KeptException) error { return t.count(e, -1, -e.Amount.Minor()) }

func (t tally) count(e *tillproof.KeptException, n, minor int64) error {
	k := tallied(e)
	sum := t[k]
	sum.exceptions += n
	var err error
	sum.minor, err = sumOf(sum.minor, minor)
	t[k] = sum
	return err
}

func sumOf(a, b int64) (int64, error) {
	sum, err := tillproof.AddMinor(a, b)
	if err != nil {
		return 0, fail(tillproof.KindInvalid, "store.overflow", err)
	}
	return sum, nil
}

// saveTally brings the kept sums up to date.
func (t *tx) saveTally(changes tally) error {
	for _, k := range slices.SortedFunc(maps.Keys(changes), tallyKey.compare) {
		if err := t.saveSum(k, changes[k]); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) saveSum(k tallyKey, change tallySum) error {
	key := []any{t.ws(), string(k.state), int64(k.until), k.currency.String(), string(k.bucket)}
	r, err := t.c.one("tally_row", key...)
	if err != nil {
		return err
	}
	statement := "tally_add"
	if r != nil {
		if err := r.verify("tally", 4); err != nil {
			return err
		}
		statement = "tally_set"
		change.exceptions += r.int(5)
		if change.minor, err = sumOf(change.minor, r.int(6)); err != nil {
			return err
		}
	}
	switch {
	case change.exceptions < 0:
		return damaged("tally", r.key(4), nil)
	case change.exceptions == 0 && r == nil:
		return nil
	case change.exceptions == 0:
		return t.put("tally_drop", key...)
	}
	return t.put(statement, sealed("tally", append(key, change.exceptions, change.minor)...)...)
}

// Tally sums the standing exceptions.
func (s *Store) Tally(ctx context.Context, today tillproof.Date) (tillproof.ExceptionTally, error) {
	out := tillproof.ExceptionTally{States: map[tillproof.ExceptionState]int{}}
	err := s.read(ctx, func(c *conn) error {
		return c.run("tally", func(r row) error {
			if err := r.verify("tally", 4); err != nil {
				return err
			}
			state := tillproof.ExceptionState(r.text(1))
			if state == tillproof.ExceptionSnoozed && r.date(2) <= today {
				state = tillproof.ExceptionNew
			}
			out.States[state] += int(r.int(5))
			if state == tillproof.ExceptionDismissed {
				return nil
			}
			return addBucket(&out, r)
		}, s.in[:])
	})
	slices.SortFunc(out.Buckets, func(a, b tillproof.BucketSum) int {
		return cmp.Or(slices.Compare(a.Currency[:], b.Currency[:]), cmp.Compare(a.Bucket, b.Bucket))
	})
	return out, err
}

func addBucket(out *tillproof.ExceptionTally, r row) error {
	var currency tillproof.Currency
	if err := currency.UnmarshalText([]byte(r.text(3))); err != nil {
		return damaged("tally", r.key(4), err)
	}
	bucket := tillproof.Bucket(r.text(4))
	i := slices.IndexFunc(out.Buckets, func(b tillproof.BucketSum) bool {
		return b.Currency == currency && b.Bucket == bucket
	})
	if i < 0 {
		i = len(out.Buckets)
		out.Buckets = append(out.Buckets, tillproof.BucketSum{Currency: currency, Bucket: bucket})
	}
	b := &out.Buckets[i]
	b.Exceptions += int(r.int(5))
	var err error
	b.Minor, err = sumOf(b.Minor, r.int(6))
	return err
}
