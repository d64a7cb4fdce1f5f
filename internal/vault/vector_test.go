package vault

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/tillproof/tillproof"
)

// The vault of testdata/age was made by the age program of Debian, sha256sum and printf: see its README.

const vectorPassphrase = "十二月 cashbox 7731"

// vectorFolder is a copy of that vault.
func vectorFolder(t *testing.T) (Blobs, string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/age/vault")); err != nil {
		t.Fatal(err)
	}
	blobs, err := NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	return blobs, dir
}

func vectorObjects(t *testing.T) map[tillproof.Digest][]byte {
	t.Helper()
	long := make([]byte, 70000)
	for i := range long {
		long[i] = byte(i * 7 % 251)
	}
	out := map[tillproof.Digest][]byte{}
	short := []byte("Date,Amount\n2026-01-05,12.50\n")
	for digits, b := range map[string][]byte{ // as sha256sum printed them
		"b440361e015dc4b75b0e9ff28576f77710f30eb6dd94df849704f25e104969b8": short,
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": {},
		"84bc50d4d2f6f3a614f6720911ca67c9e4c8771648a9d7934a556450e4e8192b": long,
	} {
		var d tillproof.Digest
		if err := d.UnmarshalText([]byte(digits)); err != nil {
			t.Fatal(err)
		}
		out[d] = b
	}
	return out
}

func vectorKey(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata/age", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVectorOpensByEachWay(t *testing.T) {
	passphrase, err := Passphrase(vectorPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	door, err := KeyFile(vectorKey(t, "door.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(vectorKey(t, "recovery.txt")))
	recovery, err := RecoveryKey(strings.ToLower(lines[len(lines)-1]))
	if err != nil {
		t.Fatal(err)
	}
	ways := map[string]Unlock{"passphrase": passphrase, "key file": door, "recovery": recovery}
	for name, by := range ways {
		t.Run(name, func(t *testing.T) {
			blobs, _ := vectorFolder(t)
			v, err := Open(blobs, by, Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkVector(t, v)
		})
	}
}

func checkVector(t *testing.T, v *Vault) {
	t.Helper()
	if got := v.Workspace(); got != "ws_0123456789abcdef0123456789abcdef" {
		t.Errorf("workspace %s", got)
	}
	if !v.Rotating() {
		t.Error("the vector is in the middle of an exchange")
	}
	for name, s := range map[string]Secret{"11": v.CardTokenKey(), "22": v.RowHashKey(), "33": v.LogSeed()} {
		if got := hex.EncodeToString(s[:]); got != strings.Repeat(name, 32) {
			t.Errorf("secret %s is %s", name, got)
		}
	}
	for d, want := range vectorObjects(t) {
		r, err := v.Open(d)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, %v", d, len(got), err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	seen, err := v.Verify(t.Context(), Checks{})
	if err != nil || seen.Objects != 3 || len(seen.Damage) > 0 {
		t.Errorf("%+v %v", seen, err)
	}
}

// What this program writes has the sizes that the page states and opens with age's own functions.
func TestSealedBytesAreThoseOfThePage(t *testing.T) {
	blobs, _ := vectorFolder(t)
	door, err := KeyFile(vectorKey(t, "door.txt"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := Open(blobs, door, Options{})
	if err != nil {
		t.Fatal(err)
	}
	// Sealed sizes as stat printed them for the files of age, and one on each side of a chunk: 55 bytes of
	// head line and 32 of digest leave 65449 for the first chunk.
	for _, size := range []struct{ plain, sealed int64 }{
		{0, 287}, {29, 316}, {70000, 70303}, {65449, 184 + 65536 + 16}, {65450, 184 + 65537 + 32},
	} {
		b := bytes.Repeat([]byte{'7'}, int(size.plain))
		kept, err := v.Put(t.Context(), bytes.NewReader(b), 0)
		if err != nil {
			t.Fatal(err)
		}
		sealed, n, err := v.Sealed(kept.Digest)
		if err != nil || n != size.sealed {
			t.Fatalf("%d bytes are sealed in %d, want %d (%v)", size.plain, n, size.sealed, err)
		}
		plain, err := age.Decrypt(sealed, v.now().keys[0])
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(plain)
		head := "tillproof-object/1 ws_0123456789abcdef0123456789abcdef\n"
		want := head + string(b) + string(kept.Digest[:])
		if err != nil || string(got) != want {
			t.Errorf("%d bytes: the sealed text differs, %v", size.plain, err)
		}
		if err := sealed.Close(); err != nil {
			t.Error(err)
		}
	}
}

// An exchange that age's program left half done is ended; then the old key is gone and nothing else.
func TestVectorExchangeIsEnded(t *testing.T) {
	blobs, _ := vectorFolder(t)
	door, err := KeyFile(vectorKey(t, "door.txt"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := Open(blobs, door, Options{})
	if err != nil {
		t.Fatal(err)
	}
	old := v.now().keys[1]
	if err := v.Rotate(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	v, err = Open(blobs, door, Options{})
	if err != nil || v.Rotating() {
		t.Fatalf("rotating %v, %v", v.Rotating(), err)
	}
	for d, want := range vectorObjects(t) {
		if got := readAll(t, v, d); !bytes.Equal(got, want) {
			t.Errorf("%s differs", d)
		}
		sealed, _, err := v.Sealed(d)
		if err != nil {
			t.Fatal(err)
		}
		var other *age.NoIdentityMatchError
		if _, err := age.Decrypt(sealed, old); !errors.As(err, &other) {
			t.Errorf("%s: the old key still answers %v", d, err)
		}
		sealed.Close()
	}
}

func readAll(t *testing.T, v *Vault, d tillproof.Digest) []byte {
	t.Helper()
	r, err := v.Open(d)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
