package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

// ledger is a store that behaves, in one file of JSON.
type ledger struct {
	dir string

	ID      tillproof.WorkspaceID
	Leaves_ [][]byte
	Stored  [][]byte
	Kept    []tillproof.KeptObject
	Minor   int64 // of what stands
	Rulings int
}

func loadLedger(_ context.Context, dir string) (Copy, error) {
	text, err := os.ReadFile(filepath.Join(dir, storeDB))
	if err != nil {
		return nil, err
	}
	l := &ledger{dir: dir}
	return l, json.Unmarshal(text, l)
}

func (l *ledger) save() error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(l.dir, storeDB), text, 0o600)
}

func (l *ledger) Snapshot(_ context.Context, path string) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

func (l *ledger) Check(context.Context) error { return nil }
func (l *ledger) Close() error                { return nil }

func (l *ledger) Workspace(context.Context) (tillproof.WorkspaceInfo, error) {
	return tillproof.WorkspaceInfo{ID: l.ID, Schema: 7}, nil
}

func (l *ledger) Imports(_ context.Context, p tillproof.Page) ([]tillproof.Import, error) {
	return part(make([]tillproof.Import, 1500), p), nil
}

func (l *ledger) Sources(context.Context) ([]tillproof.KeptSource, error) {
	return make([]tillproof.KeptSource, 4), nil
}

func (l *ledger) Decisions(context.Context, bool) ([]tillproof.KeptDecision, error) {
	return make([]tillproof.KeptDecision, l.Rulings), nil
}

func (l *ledger) Runs(_ context.Context, p tillproof.Page) ([]tillproof.KeptRun, error) {
	return part([]tillproof.KeptRun{{ID: tillproof.RunID{15: 1}, Seq: 6}, {Seq: 5}}, p), nil
}

func (l *ledger) Tally(context.Context, tillproof.Date) (tillproof.ExceptionTally, error) {
	cny, err := tillproof.ParseCurrency("CNY")
	sum := tillproof.BucketSum{Currency: cny, Bucket: tillproof.BucketAtRisk, Exceptions: 3, Minor: l.Minor}
	return tillproof.ExceptionTally{
		States: map[tillproof.ExceptionState]int{
			tillproof.ExceptionNew: 11, tillproof.ExceptionConfirmed: 2,
		},
		Buckets: []tillproof.BucketSum{sum},
	}, err
}

func (l *ledger) Objects(_ context.Context, p tillproof.Page) ([]tillproof.KeptObject, error) {
	return part(l.Kept, p), nil
}

func (l *ledger) Checkpoints(context.Context, tillproof.Page) ([]tillproof.Checkpoint, error) {
	return nil, nil
}

func (l *ledger) Size(context.Context) (int64, error) { return int64(len(l.Leaves_)), nil }

func (l *ledger) Hashes(_ context.Context, at []int64) ([][32]byte, error) {
	out := make([][32]byte, len(at))
	for i, n := range at {
		copy(out[i][:], l.Stored[n])
	}
	return out, nil
}

func (l *ledger) Leaves(_ context.Context, from int64, leaf func(int64, []byte) error) error {
	for i := max(from, 0); i < int64(len(l.Leaves_)); i++ {
		if err := leaf(i, l.Leaves_[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *ledger) StoredHashes(_ context.Context, from int64, each func(int64, []byte) error) error {
	for i := max(from, 0); i < int64(len(l.Stored)); i++ {
		if err := each(i, l.Stored[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *ledger) Append(_ context.Context, acts ...tillproof.Act) error {
	for _, a := range acts {
		a.Seq = int64(len(l.Leaves_))
		leaf, err := translog.Encode(a)
		if err != nil {
			return err
		}
		added, err := translog.Append(a.Seq, leaf, translog.HashReaderFunc(l.read))
		if err != nil {
			return err
		}
		l.Leaves_ = append(l.Leaves_, leaf)
		for _, h := range added {
			l.Stored = append(l.Stored, bytes.Clone(h[:]))
		}
	}
	return l.save()
}

func (l *ledger) read(at []int64) ([]translog.Hash, error) {
	raw, err := l.Hashes(context.Background(), at)
	var out []translog.Hash
	for _, h := range raw {
		out = append(out, h)
	}
	return out, err
}

func part[T any](all []T, p tillproof.Page) []T {
	all = all[min(p.After, len(all)):]
	return slices.Clone(all[:min(p.Limit, len(all))])
}

// shop is a workspace with a few objects and a log.
type shop struct {
	rooms    Rooms
	store    *ledger
	vault    *vault.Vault
	dir      string // of the vault
	key      Unlock
	recovery Unlock
	objects  []tillproof.Digest
}

var day = time.Date(2026, 6, 30, 18, 0, 0, 123000, time.UTC)

func act(kind tillproof.ActKind) tillproof.Act {
	return tillproof.Act{Time: day, By: "wang", From: "cli@till", Kind: kind, Done: true}
}

func newShop(t *testing.T) *shop {
	t.Helper()
	root := t.TempDir()
	s := &shop{dir: filepath.Join(root, "vault")}
	s.rooms = Rooms{Open: loadLedger, Now: func() time.Time { return day }, Scratch: t.TempDir()}
	check(t, os.Mkdir(s.dir, 0o700))
	text, err := vault.NewKeyFile()
	check(t, err)
	s.key = func(string, bool) (vault.Unlock, error) { return vault.KeyFile(text) }
	way, err := vault.KeyFile(text)
	check(t, err)
	blobs, err := vault.NewFolder(s.dir)
	check(t, err)
	s.store = &ledger{dir: root, ID: tillproof.WorkspaceID{1, 2, 3}, Minor: 128800, Rulings: 4}
	v, recovery, err := vault.Create(blobs, s.store.ID.String(), way, vault.Options{})
	check(t, err)
	s.vault = v
	s.recovery = func(string, bool) (vault.Unlock, error) { return vault.RecoveryKey(recovery) }
	for _, text := range []string{"a,b\n", "", string(bytes.Repeat([]byte("1234567\n"), 20000))} {
		kept, err := v.Put(t.Context(), bytes.NewReader([]byte(text)), 0)
		check(t, err)
		s.objects = append(s.objects, kept.Digest)
		s.store.Kept = append(s.store.Kept, tillproof.KeptObject{Digest: kept.Digest, Size: kept.Size})
	}
	slices.SortFunc(s.store.Kept, func(a, b tillproof.KeptObject) int {
		return bytes.Compare(a.Digest[:], b.Digest[:])
	})
	acts := []tillproof.Act{act(tillproof.ActInit), act(tillproof.ActImport), act(tillproof.ActRun)}
	check(t, s.store.Append(t.Context(), acts...))
	return s
}

// backup makes a backup of the shop.
func (s *shop) backup(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.tillproof")
	_, err := s.rooms.Create(t.Context(), s.store, s.vault, s.dir, path)
	check(t, err)
	return path
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func codeOf(err error) string {
	var e *tillproof.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if codeOf(err) != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}
