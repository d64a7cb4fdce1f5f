package sqlite

import (
	"bytes"
	"context"

	"github.com/tillproof/tillproof"
)

// Object is what is known of an object.
func (s *Store) Object(ctx context.Context, d tillproof.Digest) (o tillproof.KeptObject, err error) {
	err = s.read(ctx, func(c *conn) error {
		o, err = object(c, s.in, d)
		return err
	})
	return o, err
}

func object(c *conn, in [16]byte, d tillproof.Digest) (tillproof.KeptObject, error) {
	r, err := c.one("object", in[:], d[:])
	if err != nil {
		return tillproof.KeptObject{}, err
	}
	if r == nil {
		return tillproof.KeptObject{}, notFound(d.String())
	}
	return objectOf(r)
}

func objectOf(r row) (tillproof.KeptObject, error) {
	return tillproof.KeptObject{
		Digest: r.digest(1), Size: r.int(2), Type: r.text(3), Name: r.text(4), Keep: r.date(5),
		Drop: r.date(6), Held: r.text(7), Purpose: tillproof.ObjectPurpose(r.text(8)), Erased: r.undone(9),
	}, r.verify("object", 1)
}

func (t *tx) setObject(statement string, o tillproof.KeptObject) error {
	vals := []any{
		t.ws(), bytes.Clone(o.Digest[:]), o.Size, o.Type, o.Name, int64(o.Keep), int64(o.Drop), o.Held,
		string(o.Purpose),
	}
	return t.put(statement, sealed("object", append(vals, undoneVals(o.Erased)...)...)...)
}

// keepObject keeps an object that an act brings. One that is there already is kept for as long as either
// asks, is dropped where either must be, and has its content again.
func (t *tx) keepObject(o tillproof.KeptObject) error {
	r, err := t.c.one("object", t.ws(), o.Digest[:])
	if err != nil {
		return err
	}
	if r == nil {
		return t.setObject("object_add", o)
	}
	there, err := objectOf(r)
	if err != nil {
		return err
	}
	there.Keep = max(there.Keep, o.Keep)
	there.Drop = max(there.Drop, o.Drop) // NoDate is the least: never is what only both can say
	there.Erased = nil
	return t.setObject("object_set", there)
}

// Objects lists objects by digest.
func (s *Store) Objects(ctx context.Context, page tillproof.Page) (list []tillproof.KeptObject, err error) {
	limit, offset := bounded(page)
	err = s.read(ctx, func(c *conn) error {
		return c.run("objects", func(r row) error {
			o, err := objectOf(r)
			list = append(list, o)
			return err
		}, s.in[:], limit, offset)
	})
	return list, err
}

// bounded is a page as a statement takes it.
func bounded(p tillproof.Page) (limit, offset int) {
	if p.Limit <= 0 || p.Limit > tillproof.MaxPage {
		p.Limit = tillproof.MaxPage
	}
	return p.Limit, max(p.After, 0)
}

// Hold puts an object on legal hold, or frees it.
func (s *Store) Hold(ctx context.Context, d tillproof.Digest, reason string, act tillproof.Act) error {
	return s.act(ctx, act, func(t *tx) error {
		o, err := object(t.c, t.in, d)
		if err != nil {
			return err
		}
		if o.Held == reason || o.Erased != nil {
			return conflict(d.String())
		}
		o.Held = reason
		return t.setObject("object_set", o)
	})
}

// wanted reports whether an object may not go yet: the policy of today, what a source that counts is read
// with, and, but for sources, what is to be kept. A file whose import was taken back was a mistake, and no
// evidence.
func (s *Store) wanted(c *conn, o tillproof.KeptObject, today tillproof.Date) (bool, error) {
	r, err := workspaceRow(c, s.in)
	if err != nil || r.digest(2) == o.Digest {
		return true, err
	}
	imports, err := s.wholeImports(c, "imports_counting")
	if err != nil {
		return true, err
	}
	for _, in := range imports {
		for _, src := range in.Sources {
			if o.Digest == src.Object || o.Digest == src.Index || o.Digest == src.Tokens {
				return true, nil
			}
		}
	}
	switch o.Purpose {
	case tillproof.ObjectSource, tillproof.ObjectOriginal, tillproof.ObjectIndex, tillproof.ObjectTokens:
		return false, nil
	}
	return o.Keep > today, nil
}

// MarkErased says that the content of an object is gone.
func (s *Store) MarkErased(
	ctx context.Context, d tillproof.Digest, how tillproof.Undone, act tillproof.Act,
) error {
	return s.act(ctx, act, func(t *tx) error {
		o, err := object(t.c, t.in, d)
		if err != nil {
			return err
		}
		wanted, err := s.wanted(t.c, o, tillproof.LocalTimeOf(how.Time.UTC()).Date())
		if err != nil {
			return err
		}
		if wanted || o.Erased != nil || o.Held != "" {
			return conflict(d.String())
		}
		o.Erased = &how
		return t.setObject("object_set", o)
	})
}
