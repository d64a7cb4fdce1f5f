package sqlite

import (
	"cmp"
	"context"
	"slices"

	"github.com/tillproof/tillproof"
)

// SaveRun keeps a run after the one that it was made after.
func (s *Store) SaveRun(
	ctx context.Context, r tillproof.NewRun, act tillproof.Act,
) (kept tillproof.KeptRun, err error) {
	err = s.act(ctx, act, func(t *tx) error {
		kept, err = t.saveRun(r)
		return err
	})
	if err != nil {
		return tillproof.KeptRun{}, err
	}
	return kept, nil
}

func (t *tx) saveRun(r tillproof.NewRun) (tillproof.KeptRun, error) {
	run := r.Run
	last, err := t.c.one("run_last", t.ws())
	if err != nil {
		return run, err
	}
	if err := t.follows(last, r); err != nil {
		return run, err
	}
	run.Seq = 1
	if last != nil {
		run.Seq = last.int(1) + 1
	}
	id := [16]byte(run.ID)
	if err := t.put("run_add", sealed("run", t.ws(), run.Seq, id[:], int64(len(r.Waiting)))...); err != nil {
		return run, err
	}
	if run.Changes, err = t.saveExceptions(run, r.Exceptions); err != nil {
		return run, err
	}
	run.Changes.Arrived, run.Changes.Overdue = r.Settled, r.Late
	if err := t.saveWaiting(r.Waiting); err != nil {
		return run, err
	}
	run.Time = micros(run.Time)
	b, err := body(run)
	if err != nil {
		return run, err
	}
	return run, t.put("run_body_add", sealed("run_body", t.ws(), run.Seq, b)...)
}

// follows refuses a run that was made after another one than the newest, and the newest again: what was made
// from the same over other days is another.
func (t *tx) follows(last row, r tillproof.NewRun) error {
	if newest := runID(last); newest != r.After {
		return conflict(newest.String())
	}
	if last == nil {
		return nil
	}
	if err := last.verify("run", 1); err != nil || r.After != r.Run.ID {
		return err
	}
	there, err := wholeRun(t.c, t.in, last)
	if err != nil {
		return err
	}
	if there.From == r.Run.From && there.To == r.Run.To {
		return conflict(r.After.String())
	}
	return nil
}

// runID is the id of a row of run, zero where there is none.
func runID(r row) tillproof.RunID {
	if r == nil {
		return tillproof.RunID{}
	}
	return r.id(2)
}

// saveWaiting puts the items of the newest run in the place of those of the one before.
func (t *tx) saveWaiting(items []tillproof.Waiting) error {
	if err := t.put("waiting_clear", t.ws()); err != nil {
		return err
	}
	items = slices.Clone(items)
	slices.SortStableFunc(items, byExpected)
	for i, w := range items {
		id := [16]byte(w.Record)
		err := t.put("waiting_add", sealed(
			"waiting", t.ws(), int64(i+1), id[:], w.Side.String(), int64(w.Day), int64(w.Expected),
			w.Amount.Minor(), w.Amount.Currency().String(),
		)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// byExpected orders items by their day, those of which nobody knows it last.
func byExpected(a, b tillproof.Waiting) int {
	if a.Expected.Known() != b.Expected.Known() {
		return cmp.Compare(b.Expected, a.Expected)
	}
	return cmp.Or(
		cmp.Compare(a.Expected, b.Expected), cmp.Compare(a.Day, b.Day),
		slices.Compare(a.Record[:], b.Record[:]),
	)
}

// Waiting lists the items of the newest run that are under way, by expected day.
func (s *Store) Waiting(ctx context.Context) (list []tillproof.Waiting, err error) {
	err = s.read(ctx, func(c *conn) error {
		last, err := c.one("run_last", s.in[:])
		if err != nil || last == nil {
			return err
		}
		if err := last.verify("run", 1); err != nil {
			return err
		}
		err = c.run("waiting", func(r row) error {
			if err := r.verify("waiting", 1); err != nil {
				return err
			}
			side, err := tillproof.ParseSide(r.text(3))
			if err != nil {
				return damaged("waiting", r.key(1), err)
			}
			amount, err := money(r, 6)
			list = append(list, tillproof.Waiting{
				Record: r.id(2), Side: side, Day: r.date(4), Expected: r.date(5), Amount: amount,
			})
			return err
		}, s.in[:])
		if err == nil && int64(len(list)) != last.int(3) {
			err = damaged("waiting", last.key(1), nil)
		}
		return err
	})
	return list, err
}

// money reads an amount from two columns.
func money(r row, i int) (tillproof.Money, error) {
	var c tillproof.Currency
	if err := c.UnmarshalText([]byte(r.text(i + 1))); err != nil {
		return tillproof.Money{}, damaged("money", r.key(1), err)
	}
	return tillproof.NewMoney(r.int(i), c), nil
}

// LastRun is the newest run.
func (s *Store) LastRun(ctx context.Context) (tillproof.KeptRun, error) {
	return s.oneRun(ctx, "run", "run_last", s.in[:])
}

// Run is the newest run of that id.
func (s *Store) Run(ctx context.Context, id tillproof.RunID) (tillproof.KeptRun, error) {
	return s.oneRun(ctx, id.String(), "run_by_id", s.in[:], id[:])
}

func (s *Store) oneRun(
	ctx context.Context, what, statement string, args ...any,
) (run tillproof.KeptRun, err error) {
	err = s.read(ctx, func(c *conn) error {
		r, err := c.one(statement, args...)
		if err != nil {
			return err
		}
		if r == nil {
			return notFound(what)
		}
		run, err = wholeRun(c, s.in, r)
		return err
	})
	return run, err
}

func wholeRun(c *conn, in [16]byte, r row) (run tillproof.KeptRun, err error) {
	if err := r.verify("run", 1); err != nil {
		return run, err
	}
	b, err := c.one("run_body", in[:], r.int(1))
	if err != nil {
		return run, err
	}
	if b == nil {
		return run, damaged("run_body", r.key(1), nil)
	}
	if err := b.verify("run_body", 1); err != nil {
		return run, err
	}
	return run, b.unpack("run_body", 1, 2, &run)
}

// Runs lists runs, the newest first.
func (s *Store) Runs(ctx context.Context, page tillproof.Page) (list []tillproof.KeptRun, err error) {
	limit, offset := bounded(page)
	err = s.read(ctx, func(c *conn) error {
		var rows []row
		err := c.run("runs", func(r row) error {
			rows = append(rows, r)
			return nil
		}, s.in[:], limit, offset)
		for i := 0; i < len(rows) && err == nil; i++ {
			var run tillproof.KeptRun
			run, err = wholeRun(c, s.in, rows[i])
			list = append(list, run)
		}
		return err
	})
	return list, err
}
