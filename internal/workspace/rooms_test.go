package workspace_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/all"
	"github.com/tillproof/tillproof/internal/pack"
	"github.com/tillproof/tillproof/internal/recon"
	"github.com/tillproof/tillproof/internal/store/sqlite"
	"github.com/tillproof/tillproof/internal/synth"
	"github.com/tillproof/tillproof/internal/vault"
	"github.com/tillproof/tillproof/internal/workspace"
)

// rooms are a real store and a real vault in a folder of the test, with an engine as the front door has it.
type rooms struct {
	*workspace.Service
	store *sqlite.Store
	vault *vault.Vault
	mu    sync.Mutex
	clock time.Time
	dir   string
	asked workspace.Ask // the last time
}

func open(t *testing.T, policy tillproof.Policy) *rooms {
	t.Helper()
	dir := t.TempDir()
	r := &rooms{clock: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), dir: dir}
	id, err := tillproof.NewWorkspaceID(rand.Reader)
	check(t, err)
	first := tillproof.Act{Time: r.clock, By: "Li", From: "test", Kind: tillproof.ActInit, Done: true}
	check(t, sqlite.Create(t.Context(), dir, id, first, sqlite.Options{Now: r.now}))
	r.store, err = sqlite.Open(t.Context(), dir, sqlite.Options{Now: r.now, Wait: time.Second})
	check(t, err)
	t.Cleanup(func() { check(t, r.store.Close()) })
	text, err := vault.NewKeyFile()
	check(t, err)
	key, err := vault.KeyFile(text)
	check(t, err)
	blobs, err := vault.NewFolder(filepath.Join(dir))
	check(t, err)
	r.vault, _, err = vault.Create(blobs, id.String(), key, vault.Options{})
	check(t, err)
	opt := workspace.Options{Who: workspace.Who{By: "Li", From: "test"}, Now: r.now, Chance: rand.Reader}
	r.Service = workspace.New(r.store, keeper{r.vault}, engine{policy, &r.asked}, opt)
	return r
}

// now is a clock that goes on by a second each time.
func (r *rooms) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clock = r.clock.Add(time.Second)
	return r.clock
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type keeper struct{ v *vault.Vault }

func (k keeper) Put(ctx context.Context, r io.Reader) (workspace.Stored, error) {
	kept, err := k.v.Put(ctx, r, 0)
	return workspace.Stored{Digest: kept.Digest, Size: kept.Size, Type: kept.Kind}, err
}

func (k keeper) Open(ctx context.Context, d tillproof.Digest) (workspace.Opened, error) {
	return k.v.OpenAt(ctx, d)
}

var askedMu sync.Mutex

// engine reads and reconciles as the front door does, under one policy.
type engine struct {
	policy tillproof.Policy
	asked  *workspace.Ask
}

func reconFile(f workspace.File) recon.File {
	return recon.File{Name: f.Name, At: f.At, Size: f.Size, Side: f.Reading.Side, Profile: f.Reading.Profile}
}

func (e engine) options() recon.Options {
	return recon.Options{Formats: all.Formats(), Policy: e.policy}
}

func (e engine) Unpack(f workspace.File) ([]workspace.File, []tillproof.Note, error) {
	return []workspace.File{f}, nil, nil
}

func (e engine) Bytes(f workspace.File) (io.ReaderAt, int64, error) { return f.At, f.Size, nil }

func (e engine) Read(
	ctx context.Context, f workspace.File, sink func(tillproof.Record) error,
) (tillproof.Source, error) {
	return recon.Read(ctx, reconFile(f), e.options(), sink)
}

func (e engine) HoldsCards(workspace.File) (bool, error) { return false, nil }

func (e engine) Redact(context.Context, workspace.File, workspace.Scratch) (workspace.Redacted, error) {
	panic("no file of these tests holds a card number")
}

func (e engine) Reconcile(
	ctx context.Context, files []workspace.File, ask workspace.Ask,
) (*tillproof.Run, error) {
	askedMu.Lock()
	*e.asked = ask
	askedMu.Unlock()
	opt := e.options()
	opt.Decisions = ask.Decisions
	if len(ask.Decisions) > 0 {
		text, err := json.Marshal(ask.Decisions)
		if err != nil {
			return nil, err
		}
		opt.Basis.Decisions = tillproof.DigestOf(text)
	}
	in := make([]recon.File, len(files))
	for i, f := range files {
		in[i] = reconFile(f)
	}
	return recon.Check(ctx, in, opt)
}

func (e engine) Explain(run *tillproof.Run, name string) ([]tillproof.Explanation, int) {
	x, _ := recon.Explain(run, name)
	if x == nil {
		return nil, 0
	}
	return x.Rows, x.All
}

// month is a month of a shop with an answer key.
func month(t *testing.T, seed uint64) synth.Files {
	t.Helper()
	calendar, _ := pack.Calendar("CN")
	start, err := tillproof.ParseDate("2026-09-01")
	check(t, err)
	files, err := synth.Month(synth.Options{
		Seed: seed, Merchants: 1, Terminals: 2, Days: 30, SalesPerDay: 12, Start: start, Lang: "en",
		Calendar: calendar,
	})
	check(t, err)
	return files
}

func file(name string, text []byte) workspace.File {
	return workspace.File{Name: name, At: bytes.NewReader(text), Size: int64(len(text))}
}

// add imports files and answers the import.
func (r *rooms) add(t *testing.T, files ...workspace.File) (tillproof.Import, *workspace.Preview) {
	t.Helper()
	p, err := r.Preview(t.Context(), files)
	check(t, err)
	defer p.Close()
	for _, err := range p.Failed {
		t.Fatal(err)
	}
	in, err := r.Import(t.Context(), p)
	check(t, err)
	return in, p
}

func (r *rooms) reconcile(t *testing.T) *workspace.Outcome {
	t.Helper()
	out, err := r.Reconcile(t.Context(), workspace.Everything)
	check(t, err)
	return out
}
