package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/tillproof/tillproof"
)

// Dump reads everything that a store shows, but for its log, as a text.
func Dump(ctx context.Context, s Store) (string, error) {
	d := reading{all: map[string]any{}}
	everything := tillproof.AnyException()
	everything.Cleared = true
	d.keep("workspace")(s.Workspace(ctx))
	d.keep("imports")(s.Imports(ctx, page{}))
	d.keep("sources")(s.Sources(ctx))
	d.keep("decisions")(s.Decisions(ctx, true))
	d.keep("runs")(s.Runs(ctx, page{}))
	d.keep("waiting")(s.Waiting(ctx))
	d.keep("tally")(s.Tally(ctx, date("2026-03-05")))
	d.keep("objects")(s.Objects(ctx, page{}))
	d.keep("checkpoints")(s.Checkpoints(ctx, page{}))
	list, err := s.Exceptions(ctx, everything, page{})
	d.keep("exceptions")(list, err)
	for _, e := range list {
		whole, versions, err := s.Exception(ctx, e.ID)
		d.keep("exception "+string(e.ID))(whole, err)
		d.keep("versions "+string(e.ID))(versions, err)
		d.keep("judgements " + string(e.ID))(s.Judgements(ctx, e.ID))
	}
	return d.text()
}

// reading gathers answers under names.
type reading struct {
	all map[string]any
	err error
}

func (d *reading) keep(name string) func(any, error) {
	return func(v any, err error) {
		d.all[name] = v
		d.err = errors.Join(d.err, err)
	}
}

func (d *reading) text() (string, error) {
	b, err := json.MarshalIndent(d.all, "", " ")
	return string(b), errors.Join(d.err, err)
}

func dump(t *testing.T, s Store) string {
	t.Helper()
	text, err := Dump(t.Context(), s)
	ok(t, err)
	return text
}

// history reads the log of acts as texts.
func history(t *testing.T, s Store) []string {
	t.Helper()
	var leaves []string
	ok(t, s.Leaves(t.Context(), 0, func(seq int64, b []byte) error {
		if seq != int64(len(leaves)) {
			t.Fatalf("entry %d follows %d entries", seq, len(leaves))
		}
		leaves = append(leaves, string(b))
		return nil
	}))
	size, err := s.Size(t.Context())
	ok(t, err)
	if int(size) != len(leaves) {
		t.Fatalf("the log says %d entries and has %d", size, len(leaves))
	}
	return leaves
}

// moment is all that a store shows at one time.
type moment struct {
	kept string
	log  []string
}

func now(t *testing.T, s Store) moment {
	t.Helper()
	return moment{dump(t, s), history(t, s)}
}

// unchanged holds a store to what it showed before.
func unchanged(t *testing.T, s Store, what string, before moment) {
	t.Helper()
	after := now(t, s)
	if after.kept != before.kept {
		t.Fatalf("%s: the store is\n%s\nand was\n%s", what, after.kept, before.kept)
	}
	same(t, what+": the log", after.log, before.log)
}
