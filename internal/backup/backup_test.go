package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault"
)

func TestBackupComesBack(t *testing.T) {
	s := newShop(t)
	path := s.backup(t)
	made, err := Read(t.Context(), path)
	check(t, err)
	m := made.Manifest
	if m.Workspace != s.store.ID.String() || m.Schema != 7 || m.Entries != 3 || !m.Made.Equal(day) {
		t.Errorf("%+v", m)
	}
	for what, by := range map[string]Unlock{"key file": s.key, "recovery key": s.recovery} {
		res, err := s.rooms.Prove(t.Context(), path, by)
		if err != nil || res.Objects != 3 || len(res.Damage) != 0 || res.Proven != 3 {
			t.Errorf("%s: %+v %v", what, res, err)
		}
		dir := filepath.Join(t.TempDir(), "new")
		res, err = s.rooms.Restore(t.Context(), path, dir, by, func(r Result) (tillproof.Act, error) {
			return act(tillproof.ActRestore), nil
		})
		check(t, err)
		s.same(t, dir, by)
	}
	if left, _ := os.ReadDir(s.rooms.Scratch); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// same asks that a folder holds the shop, and nothing more.
func (s *shop) same(t *testing.T, dir string, by Unlock) {
	t.Helper()
	names, err := filepath.Glob(dir + "*")
	check(t, err)
	if !slices.Equal(names, []string{dir}) {
		t.Errorf("beside the folder: %v", names)
	}
	there, err := os.ReadDir(dir)
	check(t, err)
	if len(there) != 2 || there[0].Name() != "vault" || there[1].Name() != "workspace.db" {
		t.Errorf("%v", there)
	}
	back, err := loadLedger(t.Context(), dir)
	check(t, err)
	got := back.(*ledger)
	begun := len(got.Leaves_) == 4 && bytes.Contains(got.Leaves_[3], []byte("backup.restore"))
	if got.Minor != 128800 || !begun {
		t.Errorf("%+v", got)
	}
	blobs, err := vault.NewFolder(filepath.Join(dir, "vault"))
	check(t, err)
	way, err := by("", false)
	check(t, err)
	v, err := vault.Open(blobs, way, vault.Options{})
	check(t, err)
	for _, d := range s.objects {
		r, err := v.Open(d)
		check(t, err)
		text, err := io.ReadAll(r)
		if err != nil || tillproof.DigestOf(text) != d {
			t.Errorf("%s: %v", d, err)
		}
		check(t, r.Close())
	}
	check(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is %v", path, info.Mode())
		}
		return err
	}))
}

// TestOtherProgramsReadIt: archive/tar knows the members, and nothing of what was kept stands there in clear.
func TestOtherProgramsReadIt(t *testing.T) {
	s := newShop(t)
	raw, err := os.ReadFile(s.backup(t))
	check(t, err)
	var names []string
	for in := tar.NewReader(bytes.NewReader(raw)); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		check(t, err)
		if h.Mode != 0o600 || h.Typeflag != tar.TypeReg {
			t.Errorf("%+v", h)
		}
		text, err := io.ReadAll(in)
		check(t, err)
		if strings.HasSuffix(h.Name, ".age") && !bytes.HasPrefix(text, []byte("age-encryption")) {
			t.Errorf("%s is not sealed", h.Name)
		}
		names = append(names, h.Name)
	}
	want := []string{
		"tillproof-backup", "vault/format", "vault/keys/ring.age", "vault/keys/sums", "checkpoint",
		"workspace.db.age", "totals.age",
	}
	for _, o := range s.store.Kept {
		d := o.Digest.String()
		want = append(want, "vault/objects/"+d[:2]+"/"+d+".age")
	}
	if want = append(want, "manifest"); !slices.Equal(names, want) {
		t.Errorf("%v\nwant %v", names, want)
	}
	for _, clear := range []string{"1234567", "128800", "at_risk", "wang"} {
		if bytes.Contains(raw, []byte(clear)) {
			t.Errorf("%q stands in clear", clear)
		}
	}
}

// TestEveryByteCounts: without any key, each changed byte and each cut is found.
func TestEveryByteCounts(t *testing.T) {
	s := newShop(t)
	s.store.Kept = slices.DeleteFunc(s.store.Kept, func(o tillproof.KeptObject) bool {
		return o.Size > 100
	})
	raw, err := os.ReadFile(s.backup(t))
	check(t, err)
	for i := range raw {
		for _, flip := range []byte{1, 0x80} {
			raw[i] ^= flip
			_, err := scan(t.Context(), bytes.NewReader(raw), ignoreMember)
			raw[i] ^= flip
			switch codeOf(err) {
			case CodeDamaged, CodeCut: // a length that grew asks for more than there is
			case CodeNewer:
				if i != 512+len("tillproof-backup/") {
					t.Fatalf("byte %d: %v", i, err)
				}
			default:
				t.Fatalf("byte %d of %d: %v", i, len(raw), err)
			}
		}
		_, err := scan(t.Context(), bytes.NewReader(raw[:i]), ignoreMember)
		if code := codeOf(err); code != CodeCut && (code != CodeNone || i >= len(headName)) {
			t.Fatalf("cut at %d of %d: %v", i, len(raw), err)
		}
	}
	if _, err := scan(t.Context(), bytes.NewReader(raw), ignoreMember); err != nil {
		t.Fatal(err)
	}
	_, err = scan(t.Context(), bytes.NewReader(append(raw, 0)), ignoreMember)
	wantCode(t, "a byte more", err, CodeDamaged)
}

func TestOtherFilesAreNoBackups(t *testing.T) {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	check(t, w.WriteHeader(&tar.Header{Name: "a", Mode: 0o600}))
	check(t, w.Close())
	dir := t.TempDir()
	for name, text := range map[string][]byte{
		"empty": nil, "text": bytes.Repeat([]byte("a,b\n"), 1000), "tar": archive.Bytes(),
	} {
		path := filepath.Join(dir, name)
		check(t, os.WriteFile(path, text, 0o600))
		_, err := Read(t.Context(), path)
		wantCode(t, name, err, CodeNone)
	}
	_, err := Read(t.Context(), dir)
	wantCode(t, "a folder", err, CodeNone)
	_, err = Read(t.Context(), filepath.Join(dir, "nothing"))
	wantCode(t, "no file", err, "backup.missing")
}

func TestNewerVersionIsRefused(t *testing.T) {
	s := newShop(t)
	raw, err := os.ReadFile(s.backup(t))
	check(t, err)
	copy(raw[512:], "tillproof-backup/2")
	path := filepath.Join(t.TempDir(), "b")
	check(t, os.WriteFile(path, raw, 0o600))
	dir := filepath.Join(t.TempDir(), "new")
	_, err = s.rooms.Restore(t.Context(), path, dir, s.key, nil)
	wantCode(t, "version 2", err, CodeNewer)
	nothingAt(t, dir)
}

func nothingAt(t *testing.T, dir string) {
	t.Helper()
	if names, _ := filepath.Glob(dir + "*"); len(names) != 0 {
		t.Errorf("left: %v", names)
	}
}

func TestWrongKeyOpensNothing(t *testing.T) {
	s, other := newShop(t), newShop(t)
	path := s.backup(t)
	dir := filepath.Join(t.TempDir(), "new")
	_, err := s.rooms.Restore(t.Context(), path, dir, other.key, nil)
	wantCode(t, "another key file", err, vault.CodeWrongKey)
	_, err = s.rooms.Restore(t.Context(), path, dir, other.recovery, nil)
	wantCode(t, "another recovery key", err, vault.CodeWrongKey)
	nothingAt(t, dir)
}

// TestForgedManifest: a manifest in which every digest is right, signed by another key.
func TestForgedManifest(t *testing.T) {
	s := newShop(t)
	raw, err := os.ReadFile(s.backup(t))
	check(t, err)
	made, err := scan(t.Context(), bytes.NewReader(raw), ignoreMember)
	check(t, err)
	old := made.text()
	made.Entries++
	made.sign([ed25519.SeedSize]byte{1})
	text := made.text()
	if len(text) != len(old) {
		t.Fatalf("%d and %d bytes", len(text), len(old))
	}
	path := filepath.Join(t.TempDir(), "b")
	check(t, os.WriteFile(path, bytes.Replace(raw, old, text, 1), 0o600))
	_, err = s.rooms.Prove(t.Context(), path, s.key)
	wantCode(t, "forged", err, CodeForged)
}

// TestNothingIsWrittenOver: a place where something is stays as it is; an empty folder is taken.
func TestNothingIsWrittenOver(t *testing.T) {
	s := newShop(t)
	path := s.backup(t)
	_, err := s.rooms.Create(t.Context(), s.store, s.vault, s.dir, path)
	wantCode(t, "the file is there", err, CodeExists)
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "mine"), []byte("x"), 0o600))
	_, err = s.rooms.Restore(t.Context(), path, dir, s.key, nil)
	wantCode(t, "the folder holds something", err, CodeExists)
	_, err = s.rooms.Restore(t.Context(), path, filepath.Join(dir, "mine"), s.key, nil)
	wantCode(t, "a file is there", err, CodeExists)
	if there, _ := os.ReadDir(dir); len(there) != 1 {
		t.Errorf("%v", there)
	}
	empty := t.TempDir()
	if _, err = s.rooms.Restore(t.Context(), path, empty, s.key, nil); err != nil {
		t.Error(err)
	}
}

// TestWhatWasLostBefore: objects that were damaged or gone when the backup was made do not stop it; the proof
// fails, and the rest comes back.
func TestWhatWasLostBefore(t *testing.T) {
	s := newShop(t)
	gone, bad := s.objects[0], s.objects[2]
	check(t, os.Remove(filepath.Join(s.dir, "objects", gone.String()[:2], gone.String()+".age")))
	at := filepath.Join(s.dir, "objects", bad.String()[:2], bad.String()+".age")
	raw, err := os.ReadFile(at)
	check(t, err)
	raw[len(raw)/2] ^= 4
	check(t, os.WriteFile(at, raw, 0o600))
	path := s.backup(t)
	_, err = s.rooms.Prove(t.Context(), path, s.key)
	wantCode(t, "proof", err, CodeIncomplete)
	res, err := s.rooms.Restore(t.Context(), path, filepath.Join(t.TempDir(), "new"), s.key, nil)
	check(t, err)
	found := map[string]string{}
	for _, d := range res.Damage {
		found[d.Name] = d.Code
	}
	want := map[string]string{gone.String(): vault.CodeMissing, bad.String(): vault.CodeChanged}
	if res.Objects != 1 || !maps.Equal(found, want) {
		t.Errorf("%d whole, %v", res.Objects, found)
	}
	if want := []tillproof.Digest{gone}; !slices.Equal(res.Manifest.Missing, want) {
		t.Errorf("missing %v", res.Manifest.Missing)
	}
}

// TestTotalsAreCompared: a store that reads otherwise than when it was copied is told.
func TestTotalsAreCompared(t *testing.T) {
	s := newShop(t)
	path := s.backup(t)
	s.rooms.Open = func(ctx context.Context, dir string) (Copy, error) {
		c, err := loadLedger(ctx, dir)
		c.(*ledger).Minor--
		return c, err
	}
	_, err := s.rooms.Prove(t.Context(), path, s.key)
	wantCode(t, "another amount", err, CodeDiffers)
	s.rooms.Open = func(ctx context.Context, dir string) (Copy, error) {
		c, err := loadLedger(ctx, dir)
		l := c.(*ledger)
		l.Leaves_, l.Stored = l.Leaves_[:2], l.Stored[:3]
		return c, err
	}
	_, err = s.rooms.Prove(t.Context(), path, s.key)
	wantCode(t, "a shorter log", err, CodeLog)
}

// TestCutShort: what processes that died have left is taken away, what a living one has is not.
func TestCutShort(t *testing.T) {
	s := newShop(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "shop.tillproof")
	check(t, os.WriteFile(path+partEnd, bytes.Repeat([]byte("x"), 1<<20), 0o600))
	_, err := s.rooms.Create(t.Context(), s.store, s.vault, s.dir, path)
	check(t, err)
	_, err = s.rooms.Prove(t.Context(), path, s.key)
	check(t, err)
	stale, busy := filepath.Join(dir, "a"+partEnd), filepath.Join(dir, "b"+partEnd)
	check(t, os.WriteFile(stale, nil, 0o600))
	f, err := os.Create(busy)
	check(t, err)
	defer f.Close()
	if !lock(f) {
		t.Fatal("no lock")
	}
	Sweep(dir)
	_, goneErr := os.Stat(stale)
	if _, err := os.Stat(busy); err != nil || !errors.Is(goneErr, os.ErrNotExist) {
		t.Error(err, goneErr)
	}
	target := filepath.Join(dir, "new")
	check(t, os.MkdirAll(target+".restoring/vault", 0o700))
	_, err = s.rooms.Restore(t.Context(), path, target, s.key, nil)
	check(t, err)
}
