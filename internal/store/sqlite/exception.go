package sqlite

import (
	"context"
	"fmt"

	"github.com/tillproof/tillproof"
)

// maxFound is how many ids a beginning may stand for before a person has to write more of it.
const maxFound = 8

// Exceptions lists exceptions without their content, the newest day first, then by id.
func (s *Store) Exceptions(
	ctx context.Context, want tillproof.WantedExceptions, page tillproof.Page,
) (list []tillproof.KeptException, err error) {
	limit, offset := bounded(page)
	err = s.read(ctx, func(c *conn) error {
		var found []keptException
		err := c.run("exceptions", func(r row) error {
			e, err := exceptionOf(r)
			found = append(found, e)
			return err
		}, s.filter(want, limit, offset)...)
		if err != nil {
			return err
		}
		list, err = s.shown(c, found)
		return err
	})
	return list, err
}

// filter writes what is wanted as the parameters of the statement.
func (s *Store) filter(want tillproof.WantedExceptions, limit, offset int) []any {
	states := want.States
	if len(states) == 0 {
		states = []tillproof.ExceptionState{
			tillproof.ExceptionNew, tillproof.ExceptionConfirmed, tillproof.ExceptionDismissed,
			tillproof.ExceptionSnoozed,
		}
	}
	lo, hi := bounds(want.From, want.To)
	args := []any{s.in[:], lo, hi, int64(want.Today)}
	for i := range 4 {
		args = append(args, string(states[min(i, len(states)-1)]))
	}
	cleared := 0
	if want.Cleared {
		cleared = 1
	}
	return append(args, cleared, want.Kind, want.Side.String(), limit, offset)
}

// shown completes exceptions by the ids of their runs and by what people said.
func (s *Store) shown(c *conn, found []keptException) ([]tillproof.KeptException, error) {
	runs := map[int64]tillproof.RunID{0: {}}
	list := make([]tillproof.KeptException, 0, len(found))
	for i := range found {
		e := &found[i]
		for _, at := range []struct {
			n    int64
			into *tillproof.RunID
		}{{e.first, &e.First}, {e.last, &e.Last}, {e.cleared, &e.Cleared}, {e.saidIn, &e.ContentOf}} {
			id, err := s.runOf(c, runs, at.n)
			if err != nil {
				return nil, err
			}
			*at.into = id
		}
		if e.judgements > 0 {
			j, err := s.judgement(c, e)
			if err != nil {
				return nil, err
			}
			e.Judged = &j
		}
		list = append(list, e.KeptException)
	}
	return list, nil
}

// runOf is the id of a run by its number; those that were looked up are remembered.
func (s *Store) runOf(c *conn, known map[int64]tillproof.RunID, n int64) (tillproof.RunID, error) {
	if id, ok := known[n]; ok {
		return id, nil
	}
	r, err := c.one("run_by_number", s.in[:], n)
	if err != nil {
		return tillproof.RunID{}, err
	}
	if r == nil {
		return tillproof.RunID{}, damaged("run", fmt.Sprint(n), nil)
	}
	known[n] = r.id(2)
	return known[n], r.verify("run", 1)
}

func (s *Store) judgement(c *conn, e *keptException) (tillproof.Judgement, error) {
	r, err := c.one("judgement", s.in[:], string(e.ID), e.judgements)
	if err != nil {
		return tillproof.Judgement{}, err
	}
	if r == nil {
		return tillproof.Judgement{}, damaged("judgement", fmt.Sprintf("%s/%d", e.ID, e.judgements), nil)
	}
	return judgementOf(r)
}

func judgementOf(r row) (tillproof.Judgement, error) {
	return tillproof.Judgement{
		Time: r.time(3), By: r.text(4), State: tillproof.ExceptionState(r.text(5)), Until: r.date(6),
		Reason: r.text(7),
	}, r.verify("judgement", 2)
}

// Exception is one exception with its content, and all versions of what it said, the oldest first.
func (s *Store) Exception(
	ctx context.Context, id tillproof.ExceptionID,
) (e tillproof.KeptException, versions []tillproof.ExceptionVersion, err error) {
	err = s.read(ctx, func(c *conn) error {
		kept, err := exception(c, s.in, id)
		if err != nil {
			return err
		}
		list, err := s.shown(c, []keptException{kept})
		if err != nil {
			return err
		}
		e = list[0]
		if versions, err = s.contents(c, &kept); err != nil {
			return err
		}
		e.Content = versions[len(versions)-1].Content
		return nil
	})
	return e, versions, err
}

func exception(c *conn, in [16]byte, id tillproof.ExceptionID) (keptException, error) {
	r, err := c.one("exception", in[:], string(id))
	if err != nil {
		return keptException{}, err
	}
	if r == nil {
		return keptException{}, notFound(string(id))
	}
	return exceptionOf(r)
}

// contents reads the versions of what an exception said; one that is missing is damage.
func (s *Store) contents(c *conn, e *keptException) ([]tillproof.ExceptionVersion, error) {
	runs := map[int64]tillproof.RunID{}
	var versions []tillproof.ExceptionVersion
	var numbers []int64
	err := c.run("contents", func(r row) error {
		versions = append(versions, tillproof.ExceptionVersion{Content: r.bytes(4)})
		numbers = append(numbers, r.int(3))
		return r.verify("exception_content", 2)
	}, s.in[:], string(e.ID))
	for i := 0; i < len(versions) && err == nil; i++ {
		versions[i].Run, err = s.runOf(c, runs, numbers[i])
	}
	if err == nil && len(versions) != e.Versions {
		err = damaged("exception_content", string(e.ID), nil)
	}
	return versions, err
}

// FindExceptions are the first ids that begin with a text.
func (s *Store) FindExceptions(
	ctx context.Context, beginning string,
) (ids []tillproof.ExceptionID, err error) {
	err = s.read(ctx, func(c *conn) error {
		return c.run("exceptions_beginning", func(r row) error {
			ids = append(ids, tillproof.ExceptionID(r.text(0)))
			return nil
		}, s.in[:], beginning, beginning+"\x7f", maxFound)
	})
	return ids, err
}

// Judge records what a person says of an exception.
func (s *Store) Judge(
	ctx context.Context, id tillproof.ExceptionID, from tillproof.ExceptionState, j tillproof.Judgement,
	act tillproof.Act,
) error {
	return s.act(ctx, act, func(t *tx) error {
		e, err := exception(t.c, t.in, id)
		if err != nil {
			return err
		}
		if !e.seenAs(from, j) {
			return conflict(string(id))
		}
		if e.judgements > 0 {
			last, err := s.judgement(t.c, &e)
			if err != nil {
				return err
			}
			if again := j; last == normal(again) {
				return conflict(string(id))
			}
		}
		return t.judge(&e, j)
	})
}

// seenAs reports whether a person can have seen the exception in that state: a snooze that has ended shows as
// new. The day is that of the person, who may be half a day ahead of UTC.
func (e *keptException) seenAs(state tillproof.ExceptionState, j tillproof.Judgement) bool {
	day := tillproof.LocalTimeOf(j.Time.UTC()).Date()
	ended := e.State == tillproof.ExceptionSnoozed && state == tillproof.ExceptionNew && e.Until <= day+1
	return e.State == state || ended
}

// normal is a judgement as it is kept.
func normal(j tillproof.Judgement) tillproof.Judgement {
	j.Time = micros(j.Time)
	if j.State != tillproof.ExceptionSnoozed {
		j.Until = tillproof.NoDate
	}
	return j
}

func (t *tx) judge(e *keptException, j tillproof.Judgement) error {
	j = normal(j)
	sums := tally{}
	if e.cleared == 0 {
		if err := sums.take(&e.KeptException); err != nil {
			return err
		}
	}
	e.State, e.Until = j.State, j.Until
	e.judgements++
	if e.cleared == 0 {
		if err := sums.add(&e.KeptException); err != nil {
			return err
		}
	}
	err := t.put("judgement_add", sealed(
		"judgement", t.ws(), string(e.ID), e.judgements, j.Time.UnixMicro(), j.By, string(j.State),
		int64(j.Until), j.Reason,
	)...)
	if err != nil {
		return err
	}
	if err := t.setException("exception_set", e); err != nil {
		return err
	}
	return t.saveTally(sums)
}

// Judgements lists what people said of an exception, the oldest first.
func (s *Store) Judgements(
	ctx context.Context, id tillproof.ExceptionID,
) (list []tillproof.Judgement, err error) {
	err = s.read(ctx, func(c *conn) error {
		if _, err := exception(c, s.in, id); err != nil {
			return err
		}
		return c.run("judgements", func(r row) error {
			j, err := judgementOf(r)
			list = append(list, j)
			return err
		}, s.in[:], string(id))
	})
	return list, err
}
