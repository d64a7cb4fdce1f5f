package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tillproof/tillproof"
)

// onDisk is a new vault in a folder of its own.
func onDisk(t *testing.T, opt Options) (*Vault, Blobs, string) {
	t.Helper()
	dir := t.TempDir()
	blobs := must(NewFolder(dir))
	opt.WorkFactor = quick.WorkFactor
	v, _, err := Create(blobs, "ws_1", must(Passphrase(oldPass)), opt)
	if err != nil {
		t.Fatal(err)
	}
	return v, blobs, dir
}

func put(t *testing.T, v *Vault, b []byte) Kept {
	t.Helper()
	kept, err := v.Put(t.Context(), bytes.NewReader(b), 0)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if codeOf(err) != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestOneObjectForTheSameBytes(t *testing.T) {
	v, blobs, dir := onDisk(t, Options{})
	b := bytes.Repeat([]byte("a,b\n"), 50000)
	first := put(t, v, b)
	if first.Existed || first.Size != 200000 || first.Digest != tillproof.DigestOf(b) {
		t.Errorf("%+v", first)
	}
	path := filepath.Join(dir, objectName(first.Digest))
	before := must(os.Stat(path))
	for name, r := range map[string]io.Reader{
		"a file": bytes.NewReader(b), "a pipe": io.MultiReader(bytes.NewReader(b)),
	} {
		again, err := v.Put(t.Context(), r, 0)
		if err != nil || !again.Existed || again.Digest != first.Digest || again.Size != first.Size {
			t.Errorf("%s: %+v %v", name, again, err)
		}
	}
	if after := must(os.Stat(path)); !os.SameFile(before, after) {
		t.Error("it was written again")
	}
	if all := must(blobs.List(objectsPrefix)); len(all) != 1 {
		t.Errorf("%d objects", len(all))
	}
}

// The bytes behind the place where a reader stands are what is kept.
func TestPutBeginsWhereTheReaderStands(t *testing.T) {
	v, _, _ := onDisk(t, Options{})
	r := strings.NewReader("head,body")
	if _, err := io.CopyN(io.Discard, r, 5); err != nil {
		t.Fatal(err)
	}
	kept, err := v.Put(t.Context(), r, 0)
	if err != nil || kept.Digest != tillproof.DigestOf([]byte("body")) {
		t.Errorf("%+v %v", kept, err)
	}
}

func TestDamagedObjectIsReplaced(t *testing.T) {
	v, _, dir := onDisk(t, Options{})
	b := []byte("some,rows\n")
	d := put(t, v, b).Digest
	path := filepath.Join(dir, objectName(d))
	sealed := must(os.ReadFile(path))
	sealed[len(sealed)-1] ^= 1
	if err := os.WriteFile(path, sealed, fileMode); err != nil {
		t.Fatal(err)
	}
	_, err := v.Open(d)
	wantCode(t, "open", err, CodeTorn)
	if kept := put(t, v, b); kept.Existed {
		t.Error("it existed, damaged")
	}
	if got := readAll(t, v, d); !bytes.Equal(got, b) {
		t.Errorf("%q", got)
	}
}

func TestDamageIsNamed(t *testing.T) {
	v, blobs, dir := onDisk(t, Options{})
	long := bytes.Repeat([]byte("0123456789abcdef"), 20000) // 5 chunks
	var digests []tillproof.Digest
	var expect []Expected
	for i := range 7 {
		b := append(bytes.Clone(long), byte(i))
		digests = append(digests, put(t, v, b).Digest)
		expect = append(expect, Expected{Digest: digests[i], Size: int64(len(b))})
	}
	change := func(i int, f func(b []byte) []byte) {
		path := filepath.Join(dir, objectName(digests[i]))
		if err := os.WriteFile(path, f(must(os.ReadFile(path))), fileMode); err != nil {
			t.Fatal(err)
		}
	}
	change(0, func(b []byte) []byte { b[len(b)/2] ^= 4; return b })
	change(1, func(b []byte) []byte { return b[:len(b)-70000] })
	change(2, func([]byte) []byte { return must(os.ReadFile(filepath.Join(dir, objectName(digests[3])))) })
	other, _, otherDir := onDisk(t, Options{})
	b := append(bytes.Clone(long), 4)
	put(t, other, b)
	foreign := must(os.ReadFile(filepath.Join(otherDir, objectName(digests[4]))))
	change(4, func([]byte) []byte { return foreign })
	if err := os.Remove(filepath.Join(dir, objectName(digests[5]))); err != nil {
		t.Fatal(err)
	}
	stray := objectsPrefix + "ab/notes.txt"
	if err := replace(blobs, stray, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		digests[0].String(): CodeChanged, digests[1].String(): CodeTorn, digests[2].String(): CodeSwapped,
		digests[4].String(): CodeForeign, digests[5].String(): CodeMissing, stray: CodeStray,
	}
	done, size := int64(0), int64(0)
	tell := func(d, s int64) { done, size = d, s }
	seen, err := v.Verify(t.Context(), Checks{Expect: expect, Progress: tell})
	if err != nil || seen.Objects != 2 || len(seen.Unasked) != 0 || done != size || size == 0 {
		t.Errorf("%+v %v, %d of %d", seen, err, done, size)
	}
	for _, d := range seen.Damage {
		if want[d.Name] != d.Code {
			t.Errorf("%s is %s, want %s", d.Name, d.Code, want[d.Name])
		}
		delete(want, d.Name)
	}
	if len(want) > 0 {
		t.Errorf("not named: %v", want)
	}
	r, err := v.Open(digests[0])
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, r); codeOf(err) != CodeChanged || n == int64(len(long)+1) {
		t.Errorf("%d bytes, %v", n, err)
	}
	_, err = v.OpenAt(t.Context(), digests[0])
	wantCode(t, "open at", err, CodeChanged)
}

// An object that was sealed for another workspace with the same key, and one whose bytes are not those of
// its name although all of age's sums are right.
func TestForgedObjects(t *testing.T) {
	v, blobs, _ := onDisk(t, Options{})
	far := v.now().clone()
	far.workspace = "ws_2"
	d := tillproof.DigestOf([]byte("x"))
	err := blobs.Put(func(w io.Writer) (Place, error) {
		_, err := far.seal(w, strings.NewReader("x"), 10)
		return Place{objectName(d), true}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = v.Open(d)
	wantCode(t, "another workspace", err, CodeForeign)
	kept := put(t, v, []byte("y"))
	sealed, _, err := v.Sealed(kept.Digest)
	if err != nil {
		t.Fatal(err)
	}
	if err := replace(blobs, objectName(d), must(io.ReadAll(sealed))); err != nil {
		t.Fatal(err)
	}
	_, err = v.Open(d)
	wantCode(t, "another object", err, CodeSwapped)
	var coded *tillproof.Error
	if errors.As(err, &coded) && coded.Params["is"] != kept.Digest.String() {
		t.Errorf("it is %s", coded.Params["is"])
	}
}

func TestErasedObjects(t *testing.T) {
	v, _, _ := onDisk(t, Options{})
	b := []byte("a statement")
	d := put(t, v, b).Digest
	for _, want := range []bool{true, false} {
		if was, err := v.Erase(d); err != nil || was != want {
			t.Errorf("%v %v", was, err)
		}
	}
	gone := Checks{Expect: []Expected{{Digest: d, Erased: true}}}
	if seen, err := v.Verify(t.Context(), gone); err != nil || seen.Erased != 1 || len(seen.Damage) > 0 {
		t.Errorf("%+v %v", seen, err)
	}
	put(t, v, b)
	seen, err := v.Verify(t.Context(), gone)
	if err != nil || len(seen.Damage) != 1 || seen.Damage[0].Code != "vault.object.returned" {
		t.Errorf("%+v %v", seen, err)
	}
	seen, err = v.Verify(t.Context(), Checks{})
	if err != nil || len(seen.Unasked) != 1 || seen.Unasked[0] != d {
		t.Errorf("%+v %v", seen, err)
	}
}

func TestObjectIsReadHereAndThere(t *testing.T) {
	v, _, _ := onDisk(t, Options{})
	b := make([]byte, 300000)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	o, err := v.OpenAt(t.Context(), put(t, v, b).Digest)
	if err != nil || o.Size() != int64(len(b)) {
		t.Fatal(err)
	}
	defer o.Close()
	whole := bytes.NewReader(b)
	for range 300 {
		off, n := rng.Int64N(int64(len(b)+10)), rng.IntN(140000)
		want, got := make([]byte, n), make([]byte, n)
		wn, werr := whole.ReadAt(want, off)
		gn, gerr := o.ReadAt(got, off)
		if wn != gn || !errors.Is(gerr, werr) || !bytes.Equal(got, want) {
			t.Fatalf("%d bytes at %d: %d %v, want %d %v", n, off, gn, gerr, wn, werr)
		}
	}
}

func TestBounds(t *testing.T) {
	v, _, _ := onDisk(t, Options{Quota: 3000})
	for _, r := range []io.Reader{strings.NewReader("12345"), io.MultiReader(strings.NewReader("12345"))} {
		_, err := v.Put(t.Context(), r, 4)
		wantCode(t, "beyond the limit", err, "vault.too_large")
		if k, err := v.Put(t.Context(), strings.NewReader("1234"), 4); err != nil || k.Size != 4 {
			t.Errorf("at the limit: %v", err)
		}
	}
	// "1234" takes 4 + 23 + 32 + 16 + 184 = 259 bytes sealed ("tillproof-object/1 ws_1" and a line feed have
	// 24): 260. 2496 more take 2752, together 3012.
	_, err := v.Put(t.Context(), bytes.NewReader(make([]byte, 2496)), 0)
	wantCode(t, "beyond the quota", err, "vault.quota")
	if _, err := v.Put(t.Context(), bytes.NewReader(make([]byte, 2484)), 0); err != nil {
		t.Errorf("within the quota to the byte: %v", err)
	}
	if used := must(v.Used()); used != 3000 {
		t.Errorf("%d bytes used", used)
	}
	if _, err := v.Erase(tillproof.DigestOf([]byte("1234"))); err != nil {
		t.Error(err)
	}
	put(t, v, []byte("12"))
}

func TestFilesAreForTheirOwnerAlone(t *testing.T) {
	v, _, dir := onDisk(t, Options{})
	put(t, v, []byte("rows"))
	files := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		want := fs.FileMode(fileMode)
		if e.IsDir() {
			want = dirMode
		} else {
			files++
		}
		if info := must(e.Info()); info.Mode().Perm() != want {
			t.Errorf("%s is %v", path, info.Mode())
		}
		return nil
	})
	if err != nil || files != 5 {
		t.Errorf("%d files, %v", files, err)
	}
}

// A folder that cannot be written, as on a disk that is full or read-only, can be read.
func TestReadOnly(t *testing.T) {
	base := newHouse(t)
	disk := base.disk.clone()
	delete(disk.names, tempFolder)
	blobs := must(openFolder(&readOnly{simDisk: disk}))
	v := must(Open(blobs, must(Passphrase(oldPass)), quick))
	if seen := must(v.Verify(t.Context(), Checks{})); len(seen.Damage) > 0 || seen.Objects != 3 {
		t.Errorf("%+v", seen)
	}
	_, err := v.Put(t.Context(), strings.NewReader("new"), 0)
	wantCode(t, "put", err, CodeReadOnly)
	_, err = v.Erase(tillproof.DigestOf([]byte("one")))
	wantCode(t, "erase", err, CodeReadOnly)
	wantCode(t, "rotate", v.Rotate(t.Context(), nil), CodeReadOnly)
}

// readOnly refuses every change.
type readOnly struct{ *simDisk }

func (readOnly) makeDir(string) error        { return syscall.EROFS }
func (readOnly) create(string) (temp, error) { return nil, syscall.EROFS }
func (readOnly) rename(_, _ string) error    { return syscall.EROFS }
func (readOnly) remove(string) error         { return syscall.EROFS }

// What a dead process left is swept away, what a living one writes is not.
func TestSweep(t *testing.T) {
	v, _, dir := onDisk(t, Options{})
	left := filepath.Join(dir, tempFolder, "0123")
	if err := os.WriteFile(left, []byte("half"), fileMode); err != nil {
		t.Fatal(err)
	}
	in, out := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := v.Put(t.Context(), in, 0)
		done <- err
	}()
	if _, err := out.Write(make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	if _, err := NewFolder(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the leftover: %v", err)
	}
	if err := out.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Errorf("the one that was written: %v", err)
	}
	if rest := must(os.ReadDir(filepath.Join(dir, tempFolder))); len(rest) != 0 {
		t.Errorf("%d files are left", len(rest))
	}
}

func TestManyWriters(t *testing.T) {
	v, blobs, dir := onDisk(t, Options{})
	errs := make(chan error)
	for range 8 {
		go func() {
			mine, err := Open(must(NewFolder(dir)), must(Passphrase(oldPass)), quick)
			if err == nil {
				for i := range 20 {
					_, e := mine.Put(t.Context(), strings.NewReader(fmt.Sprint("object ", i)), 0)
					err = errors.Join(err, e)
				}
			}
			errs <- err
		}()
	}
	for range 8 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	seen, err := v.Verify(t.Context(), Checks{})
	if err != nil || seen.Objects != 20 || len(seen.Damage) != 0 {
		t.Errorf("%+v %v", seen, err)
	}
	if all := must(blobs.List(tempFolder)); len(all) != 0 {
		t.Errorf("left over: %v", all)
	}
}

func TestSecretsShowNothing(t *testing.T) {
	v, _, _ := onDisk(t, Options{})
	key := must(KeyFile(must(NewKeyFile())))
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	for _, secret := range []any{v.CardTokenKey(), must(Passphrase(oldPass)), key} {
		logger.Info("x", "secret", secret)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
			if got := fmt.Sprintf(verb, secret); got != masked {
				t.Errorf("%T under %s: %s", secret, verb, got)
			}
		}
	}
	if s := log.String(); strings.Contains(s, "old") || strings.Count(s, masked) != 3 {
		t.Errorf("the log shows %s", s)
	}
}

func TestKinds(t *testing.T) {
	ofd := "PK\x03\x04\x14\x00\x00\x00\x08\x00" + strings.Repeat("\x00", 16) + "\x07\x00\x00\x00OFD.xml"
	const sheetKind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	for head, want := range map[string]string{
		"":                                 "text/plain",
		"%PDF-1.7\n":                       "application/pdf",
		"\x89PNG\r\n\x1a\n":                "image/png",
		"\xff\xd8\xff\xe0":                 "image/jpeg",
		"a,b\n1,2\n":                       "text/plain",
		"\xbd\xbb\xd2\xd7\n":               "text/plain", // 交易 in GB18030
		"<?xml version=\"1.0\"":            "text/xml",
		"\x1f\x8b\x08\x00":                 "application/x-gzip",
		ofd:                                "application/ofd",
		"PK\x03\x04xl/workbook.xml":        sheetKind,
		"PK\x03\x04day.csv":                "application/zip",
		"\x00\x00\x00\x18ftypheic\x00\x00": "image/heic",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "application/x-ole-storage",
		"From: a@b.example\r\nTo: c@d.example\r\n": "message/rfc822",
		"Received: from x by y\r\n":                "message/rfc822",
		"Date: 2026-01-01\nAmount: 5\n":            "text/plain",
		"\x00\x01\x02\x03":                         "application/octet-stream",
	} {
		if got := kindOf([]byte(head)); got != want {
			t.Errorf("%q is %s, want %s", head, got, want)
		}
	}
}
