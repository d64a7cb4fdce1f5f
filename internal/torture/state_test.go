package torture

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/store/sqlite"
)

// read takes in all that a store tells. Each line is one thing that is kept.
func (s *state) read(ctx context.Context, c *sqlite.Store) error {
	for _, part := range []func(context.Context, *sqlite.Store) error{
		s.readActs, s.readImports, s.readDecisions, s.readExceptions, s.readRuns,
	} {
		if err := part(ctx, c); err != nil {
			return err
		}
	}
	slices.Sort(s.Rest)
	return nil
}

func (s *state) add(form string, args ...any) { s.Rest = append(s.Rest, fmt.Sprintf(form, args...)) }

func (s *state) readActs(ctx context.Context, c *sqlite.Store) error {
	size, err := c.Size(ctx)
	if err != nil {
		return err
	}
	for from := int64(0); from < size; from += tillproof.MaxPage {
		acts, err := c.Acts(ctx, from, tillproof.MaxPage)
		if err != nil {
			return err
		}
		for i, a := range acts {
			if a.Seq != from+int64(i) {
				return fmt.Errorf("entry %d has the number %d", from+int64(i), a.Seq)
			}
			s.Acts = append(s.Acts, fmt.Sprintf("%s %v %s", a.Kind, a.Done, known(a.On)))
		}
	}
	return nil
}

// known leaves out the ids that are drawn by chance.
func known(ids []string) string {
	var out []string
	for _, id := range ids {
		if !strings.HasPrefix(id, "imp_") && !strings.HasPrefix(id, "dec_") {
			out = append(out, id)
		}
	}
	return strings.Join(out, " ")
}

func (s *state) readImports(ctx context.Context, c *sqlite.Store) error {
	imports, err := c.Imports(ctx, tillproof.Page{Limit: tillproof.MaxPage})
	if err != nil {
		return err
	}
	for i := range imports {
		in := &imports[i]
		var sources []string
		for k := range in.Sources {
			src := &in.Sources[k]
			sources = append(sources, fmt.Sprintf("%s %d/%d/%d "+
				"%s", src.ID, src.Rows, src.Fresh, src.Known, src.Index))
		}
		s.add("import %v undone %v", sources, in.Undone != nil)
	}
	sources, err := c.Sources(ctx)
	for i := range sources {
		s.add("source %s counts", sources[i].ID)
	}
	return err
}

func (s *state) readDecisions(ctx context.Context, c *sqlite.Store) error {
	decisions, err := c.Decisions(ctx, true)
	for i := range decisions {
		d := &decisions[i]
		s.add("decision %s %v %q undone %v", d.Ruling, d.Records, d.Reason, d.Undone != nil)
	}
	return err
}

func (s *state) readExceptions(ctx context.Context, c *sqlite.Store) error {
	want := tillproof.AnyException()
	want.Cleared = true
	for after := 0; ; after += tillproof.MaxPage {
		list, err := c.Exceptions(ctx, want, tillproof.Page{After: after, Limit: tillproof.MaxPage})
		if err != nil || len(list) == 0 {
			return err
		}
		for i := range list {
			e := &list[i]
			_, versions, err := c.Exception(ctx, e.ID)
			if err != nil {
				return err
			}
			judged, err := c.Judgements(ctx, e.ID)
			if err != nil {
				return err
			}
			s.add("exception %s %s %s %s %s %v cleared %v versions %d judged "+
				"%d", e.ID, e.State, e.Bucket, e.Amount,
				e.Day, e.Until, e.Cleared, len(versions), len(judged))
		}
	}
}

func (s *state) readRuns(ctx context.Context, c *sqlite.Store) error {
	runs, err := c.Runs(ctx, tillproof.Page{Limit: tillproof.MaxPage})
	if err != nil {
		return err
	}
	for i := range runs {
		r := &runs[i]
		s.add("run %d: records %v matched %d exceptions %d losses "+
			"%v", r.Seq, r.Counts.Records, r.Counts.Matched,
			r.Counts.Exceptions, r.Losses)
	}
	info, err := c.Workspace(ctx)
	if err != nil {
		return err
	}
	s.add("policy %s", info.Policy)
	waiting, err := c.Waiting(ctx)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		s.add("waiting %s %s %s", w.Record, w.Expected, w.Amount)
	}
	tally, err := c.Tally(ctx, tillproof.NoDate)
	for _, state := range slices.Sorted(maps.Keys(tally.States)) {
		s.add("tally %s %d", state, tally.States[state])
	}
	for _, b := range tally.Buckets {
		s.add("tally %s %s %d %d", b.Currency, b.Bucket, b.Exceptions, b.Minor)
	}
	return err
}
