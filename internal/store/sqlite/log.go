package sqlite

import (
	"context"
	"fmt"
	"math"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

// leafPage is how many entries are read at a time: a reader that stayed longer would keep the log of writes
// from shrinking.
const leafPage = 1000

// Append adds acts that have no other effect.
func (s *Store) Append(ctx context.Context, acts ...tillproof.Act) error {
	if len(acts) == 0 {
		return nil
	}
	last := len(acts) - 1
	return s.act(ctx, acts[last], func(t *tx) error {
		for _, a := range acts[:last] {
			if err := t.log(a); err != nil {
				return err
			}
		}
		return nil
	})
}

// numbered is a row of the log: an entry, or a hash.
type numbered struct {
	n int64
	b []byte
}

func (s *Store) numbered(c *conn, statement string, from int64, limit int) (list []numbered, err error) {
	err = c.run(statement, func(r row) error {
		list = append(list, numbered{r.int(0), r.bytes(1)})
		return nil
	}, s.in[:], from, limit)
	return list, err
}

// Acts lists acts from a number on. An entry that is not what was written is an error.
func (s *Store) Acts(ctx context.Context, from int64, limit int) (acts []tillproof.Act, err error) {
	if limit <= 0 || limit > tillproof.MaxPage {
		limit = tillproof.MaxPage
	}
	err = s.read(ctx, func(c *conn) error {
		entries, err := s.numbered(c, "entries", from, limit)
		for i := 0; i < len(entries) && err == nil; i++ {
			var a tillproof.Act
			a, err = s.actOf(c, entries[i])
			acts = append(acts, a)
		}
		return err
	})
	return acts, err
}

func (s *Store) actOf(c *conn, e numbered) (tillproof.Act, error) {
	key := fmt.Sprint(e.n)
	h, err := storedHash(c, s.in[:], translog.StoredIndex(e.n))
	if err != nil {
		return tillproof.Act{}, err
	}
	if h != translog.EntryHash(e.b) {
		return tillproof.Act{}, damaged("entry", key, nil)
	}
	a, err := translog.Decode(e.b)
	if err != nil || a.Seq != e.n {
		return tillproof.Act{}, damaged("entry", key, err)
	}
	return a, nil
}

// Leaves hands over the stored bytes of each entry, in order, unjudged.
func (s *Store) Leaves(ctx context.Context, from int64, leaf func(seq int64, b []byte) error) error {
	return s.walk(ctx, "entries", from, leaf)
}

// StoredHashes hands over the stored hashes of the tree, in the order of their indexes, unjudged.
func (s *Store) StoredHashes(
	ctx context.Context, from int64, each func(index int64, hash []byte) error,
) error {
	return s.walk(ctx, "hashes", from, each)
}

// walk hands over what a statement answers from a number on, page after page.
func (s *Store) walk(
	ctx context.Context, statement string, from int64, each func(n int64, b []byte) error,
) error {
	for {
		var page []numbered
		err := s.read(ctx, func(c *conn) (err error) {
			page, err = s.numbered(c, statement, from, leafPage)
			return err
		})
		if err != nil {
			return err
		}
		for _, e := range page {
			if err := each(e.n, e.b); err != nil {
				return err
			}
			if e.n == math.MaxInt64 {
				return nil
			}
			from = e.n + 1
		}
		if len(page) < leafPage {
			return nil
		}
	}
}

// Size is the number of entries.
func (s *Store) Size(ctx context.Context) (size int64, err error) {
	err = s.read(ctx, func(c *conn) error {
		last, err := c.last("entry_last", -1, s.in[:])
		size = last + 1
		return err
	})
	return size, err
}

// Hashes reads stored hashes of the tree.
func (s *Store) Hashes(ctx context.Context, at []int64) (hashes [][32]byte, err error) {
	err = s.read(ctx, func(c *conn) error {
		for _, n := range at {
			h, err := storedHash(c, s.in[:], n)
			if err != nil {
				return err
			}
			hashes = append(hashes, h)
		}
		return nil
	})
	return hashes, err
}

// AddCheckpoint keeps a signed state of the log.
func (s *Store) AddCheckpoint(ctx context.Context, cp tillproof.Checkpoint, act tillproof.Act) error {
	return s.act(ctx, act, func(t *tx) error {
		r, err := t.c.one("checkpoint_last", t.ws())
		if err != nil {
			return err
		}
		n := int64(1)
		if r != nil {
			last, err := checkpointOf(r)
			if err != nil {
				return err
			}
			if string(last.Text) == string(cp.Text) {
				return conflict(fmt.Sprint(cp.Size))
			}
			n = r.int(1) + 1
		}
		return t.put("checkpoint_add", sealed(
			"checkpoint", t.ws(), n, cp.Size, cp.Time.UnixMicro(), cp.Text,
		)...)
	})
}

func checkpointOf(r row) (tillproof.Checkpoint, error) {
	return tillproof.Checkpoint{Size: r.int(2), Time: r.time(3), Text: r.bytes(4)}, r.verify("checkpoint", 1)
}

// Checkpoints lists checkpoints, the newest first.
func (s *Store) Checkpoints(
	ctx context.Context, page tillproof.Page,
) (list []tillproof.Checkpoint, err error) {
	limit, offset := bounded(page)
	err = s.read(ctx, func(c *conn) error {
		return c.run("checkpoints", func(r row) error {
			cp, err := checkpointOf(r)
			list = append(list, cp)
			return err
		}, s.in[:], limit, offset)
	})
	return list, err
}
