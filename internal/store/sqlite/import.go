package sqlite

import (
	"context"

	"github.com/tillproof/tillproof"
)

// AddImport keeps an import with its sources and their objects.
func (s *Store) AddImport(
	ctx context.Context, in tillproof.Import, objects []tillproof.KeptObject, act tillproof.Act,
) error {
	return s.act(ctx, act, func(t *tx) error {
		if r, err := t.c.one("import", t.ws(), in.ID[:]); err != nil || r != nil {
			return orConflict(err, in.ID.String())
		}
		for _, src := range in.Sources {
			r, err := t.c.one("source_counts", t.ws(), src.ID[:])
			if err != nil || r != nil {
				return orConflict(err, src.ID.String())
			}
		}
		n, err := t.c.last("import_last", 0, t.ws())
		if err != nil {
			return err
		}
		if err := t.setImport("import_add", n+1, in); err != nil {
			return err
		}
		for i, src := range in.Sources {
			if err := t.addSource(n+1, i, src); err != nil {
				return err
			}
		}
		for _, o := range objects {
			if err := t.keepObject(o); err != nil {
				return err
			}
		}
		return nil
	})
}

// orConflict is the error, or the conflict where there is none.
func orConflict(err error, id string) error {
	if err != nil {
		return err
	}
	return conflict(id)
}

func (t *tx) setImport(statement string, n int64, in tillproof.Import) error {
	vals := []any{t.ws(), n, in.ID[:], in.Time.UnixMicro(), in.By, int64(len(in.Sources))}
	return t.put(statement, sealed("import", append(vals, undoneVals(in.Undone)...)...)...)
}

func (t *tx) addSource(importN int64, n int, src tillproof.KeptSource) error {
	b, err := body(src)
	if err != nil {
		return err
	}
	return t.put("source_add", sealed("source", t.ws(), importN, int64(n), src.ID[:], b)...)
}

// UndoImport takes an import back: its sources count no more.
func (s *Store) UndoImport(
	ctx context.Context, id tillproof.ImportID, how tillproof.Undone, act tillproof.Act,
) error {
	return s.act(ctx, act, func(t *tx) error {
		r, err := t.c.one("import", t.ws(), id[:])
		if err != nil {
			return err
		}
		if r == nil {
			return notFound(id.String())
		}
		in, err := s.wholeImport(t.c, r)
		if err != nil {
			return err
		}
		if in.Undone != nil {
			return conflict(id.String())
		}
		in.Undone = &how
		return t.setImport("import_set", r.int(1), in)
	})
}

// importOf reads an import without its sources.
func importOf(r row) (tillproof.Import, error) {
	return tillproof.Import{
		ID: r.id(2), Time: r.time(3), By: r.text(4), Undone: r.undone(6),
	}, r.verify("import", 1)
}

// Import is one import.
func (s *Store) Import(ctx context.Context, id tillproof.ImportID) (in tillproof.Import, err error) {
	err = s.read(ctx, func(c *conn) error {
		r, err := c.one("import", s.in[:], id[:])
		if err != nil {
			return err
		}
		if r == nil {
			return notFound(id.String())
		}
		in, err = s.wholeImport(c, r)
		return err
	})
	return in, err
}

// wholeImport reads an import with its sources.
func (s *Store) wholeImport(c *conn, r row) (tillproof.Import, error) {
	in, err := importOf(r)
	if err != nil {
		return in, err
	}
	err = c.run("sources", func(r row) error {
		if err := r.verify("source", 2); err != nil {
			return err
		}
		var src tillproof.KeptSource
		err := r.unpack("source", 2, 4, &src)
		in.Sources = append(in.Sources, src)
		return err
	}, s.in[:], r.int(1))
	if err == nil && int64(len(in.Sources)) != r.int(5) {
		err = damaged("source", r.key(1), nil)
	}
	return in, err
}

// Imports lists imports, the newest first.
func (s *Store) Imports(ctx context.Context, page tillproof.Page) (list []tillproof.Import, err error) {
	limit, offset := bounded(page)
	err = s.read(ctx, func(c *conn) error {
		list, err = s.wholeImports(c, "imports", limit, offset)
		return err
	})
	return list, err
}

func (s *Store) wholeImports(c *conn, statement string, args ...any) ([]tillproof.Import, error) {
	var rows []row
	err := c.run(statement, func(r row) error {
		rows = append(rows, r)
		return nil
	}, append([]any{s.in[:]}, args...)...)
	list := make([]tillproof.Import, 0, len(rows))
	for i := 0; i < len(rows) && err == nil; i++ {
		var in tillproof.Import
		in, err = s.wholeImport(c, rows[i])
		list = append(list, in)
	}
	return list, err
}

// Sources lists the sources of imports that count, the oldest first.
func (s *Store) Sources(ctx context.Context) (list []tillproof.KeptSource, err error) {
	err = s.read(ctx, func(c *conn) error {
		imports, err := s.wholeImports(c, "imports_counting")
		for _, in := range imports {
			list = append(list, in.Sources...)
		}
		return err
	})
	return list, err
}
