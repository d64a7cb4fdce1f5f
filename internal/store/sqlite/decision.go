package sqlite

import (
	"context"

	"github.com/tillproof/tillproof"
)

// AddDecision keeps a decision by hand.
func (s *Store) AddDecision(ctx context.Context, d tillproof.KeptDecision, act tillproof.Act) error {
	return s.act(ctx, act, func(t *tx) error {
		if r, err := t.c.one("decision", t.ws(), d.ID[:]); err != nil || r != nil {
			return orConflict(err, d.ID.String())
		}
		n, err := t.c.last("decision_last", 0, t.ws())
		if err != nil {
			return err
		}
		return t.setDecision("decision_add", n+1, d)
	})
}

func (t *tx) setDecision(statement string, n int64, d tillproof.KeptDecision) error {
	records, err := body(d.Records)
	if err != nil {
		return err
	}
	vals := []any{
		t.ws(), n, d.ID[:], d.Time.UnixMicro(), d.By, d.Ruling.String(), records, d.Reason,
	}
	return t.put(statement, sealed("decision", append(vals, undoneVals(d.Undone)...)...)...)
}

// UndoDecision takes a decision back.
func (s *Store) UndoDecision(
	ctx context.Context, id tillproof.RulingID, how tillproof.Undone, act tillproof.Act,
) error {
	return s.act(ctx, act, func(t *tx) error {
		r, err := t.c.one("decision", t.ws(), id[:])
		if err != nil {
			return err
		}
		if r == nil {
			return notFound(id.String())
		}
		d, err := decisionOf(r)
		if err != nil {
			return err
		}
		if d.Undone != nil {
			return conflict(id.String())
		}
		d.Undone = &how
		return t.setDecision("decision_set", r.int(1), d)
	})
}

func decisionOf(r row) (tillproof.KeptDecision, error) {
	d := tillproof.KeptDecision{
		ID: r.id(2), Time: r.time(3), By: r.text(4), Reason: r.text(7), Undone: r.undone(8),
	}
	if err := r.verify("decision", 1); err != nil {
		return d, err
	}
	if err := d.Ruling.UnmarshalText([]byte(r.text(5))); err != nil {
		return d, damaged("decision", r.key(1), err)
	}
	return d, r.unpack("decision", 1, 6, &d.Records)
}

// Decisions lists decisions, the oldest first; those that were taken back, too, where undone is true.
func (s *Store) Decisions(ctx context.Context, undone bool) (list []tillproof.KeptDecision, err error) {
	all := 0
	if undone {
		all = 1
	}
	err = s.read(ctx, func(c *conn) error {
		return c.run("decisions", func(r row) error {
			d, err := decisionOf(r)
			list = append(list, d)
			return err
		}, s.in[:], all)
	})
	return list, err
}
