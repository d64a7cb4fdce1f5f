package vault

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
)

func TestWrongKeys(t *testing.T) {
	v, blobs, _ := onDisk(t, Options{})
	put(t, v, []byte("rows"))
	key := must(KeyFile(must(NewKeyFile())))
	stranger := must(RecoveryKey(key.keys[0].String()))
	for name, by := range map[string]Unlock{
		"passphrase": must(Passphrase("not the passphrase")), "key file": key, "recovery key": stranger,
	} {
		_, err := Open(blobs, by, quick)
		wantCode(t, name, err, CodeWrongKey)
	}
	if _, err := Passphrase("short 7"); codeOf(err) != "vault.passphrase.length" {
		t.Errorf("short: %v", err)
	}
	if _, err := Passphrase("十二月的收银箱子"); err != nil {
		t.Errorf("eight characters: %v", err)
	}
	if _, err := Open(blobs, Unlock{}, quick); err == nil {
		t.Error("nothing opens it")
	}
	_, _, err := Create(must(NewFolder(t.TempDir())), "ws_1", stranger, quick)
	wantCode(t, "a recovery key is no way", err, "vault.way")
	_, _, err = Create(must(NewFolder(t.TempDir())), "Ws/1", key, quick)
	wantCode(t, "an id with a slash", err, "vault.workspace")
	_, _, err = Create(blobs, "ws_2", key, quick)
	wantCode(t, "made twice", err, "vault.exists")
	_, err = Open(must(NewFolder(t.TempDir())), key, quick)
	wantCode(t, "an empty folder", err, "vault.none")
}

// A letter of a key that was misread is told from a key that is whole and another one's.
func TestDamagedKeyTexts(t *testing.T) {
	text := must(NewKeyFile())
	at := bytes.Index(text, []byte("AGE-SECRET-KEY-1"))
	for i := at; i < len(text)-1; i++ {
		bad := bytes.Clone(text)
		bad[i] = 'Q' + bad[i]%2 // Q or R
		if bad[i] == text[i] {
			bad[i] = 'S'
		}
		if _, err := KeyFile(bad); codeOf(err) != "vault.key_file" {
			t.Fatalf("letter %d: %v", i-at, err)
		}
		if _, err := RecoveryKey(string(bad[at:])); codeOf(err) != "vault.recovery_key" {
			t.Fatalf("letter %d: %v", i-at, err)
		}
	}
	line := string(text[at : len(text)-1])
	if _, err := RecoveryKey(" " + strings.ToLower(line[:20]) + "\n " + line[20:]); err != nil {
		t.Errorf("typed in two lines: %v", err)
	}
	for name, bad := range map[string][]byte{
		"empty": nil, "comments": []byte("# x\n"), "cut": text[:len(text)-9],
	} {
		if _, err := KeyFile(bad); codeOf(err) != "vault.key_file" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeyFileIsTheWay(t *testing.T) {
	blobs := must(NewFolder(t.TempDir()))
	file := must(KeyFile(must(NewKeyFile())))
	v, recovery, err := Create(blobs, "ws_1", file, quick)
	if err != nil {
		t.Fatal(err)
	}
	d := put(t, v, []byte("rows")).Digest
	if must(HasPassphrase(blobs)) {
		t.Error("it has a passphrase")
	}
	_, err = Open(blobs, must(Passphrase(oldPass)), quick)
	wantCode(t, "a passphrase", err, "vault.no_passphrase")
	v = must(Open(blobs, must(RecoveryKey(recovery)), quick))
	if err := v.SetPassphrase(must(Passphrase(newPass))); err != nil {
		t.Fatal(err)
	}
	_, err = Open(blobs, file, quick)
	wantCode(t, "the key file that was", err, CodeWrongKey)
	v = must(Open(blobs, must(Passphrase(newPass)), quick))
	if err := v.SetKeyFile(file); err != nil {
		t.Fatal(err)
	}
	v = must(Open(blobs, file, quick))
	if got := readAll(t, v, d); string(got) != "rows" {
		t.Errorf("%q", got)
	}
	if must(HasPassphrase(blobs)) {
		t.Error("it still has a passphrase")
	}
	seen := must(v.Verify(t.Context(), Checks{}))
	if len(seen.Damage) != 0 {
		t.Errorf("%+v", seen)
	}
}

func TestKeyFileLiesOutside(t *testing.T) {
	dir := t.TempDir()
	for path, inside := range map[string]bool{
		filepath.Join(dir, "a.key"): true, filepath.Join(dir, "vault", "keys", "a.key"): true, dir: true,
		filepath.Join(dir, "..", "a.key"): false, dir + "-keys/a.key": false, "/elsewhere/a.key": false,
		filepath.Join(dir, "x", "..", "..", "b.key"): false, filepath.Join(dir, "..a.key"): true,
	} {
		err := KeyFileOutside(path, dir)
		if (codeOf(err) == "vault.key_file.inside") != inside {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// An exchange of keys changes neither the secrets nor the ways, and takes its end though it was stopped.
func TestRotateKeepsSecretsAndWays(t *testing.T) {
	v, blobs, _ := onDisk(t, Options{})
	var kept []tillproof.Digest
	for _, s := range []string{"a", "b", "c"} {
		kept = append(kept, put(t, v, []byte(s)).Digest)
	}
	token, rows, seed, before := v.CardTokenKey(), v.RowHashKey(), v.LogSeed(), v.now().keys[0].String()
	if token == rows || rows == seed || token == (Secret{}) {
		t.Error("secrets are alike")
	}
	calls := 0
	if err := v.Rotate(t.Context(), func(done, size int64) { calls++ }); err != nil || calls != 3 {
		t.Fatalf("%v, %d calls", err, calls)
	}
	v = must(Open(blobs, must(Passphrase(oldPass)), quick))
	if v.CardTokenKey() != token || v.RowHashKey() != rows || v.LogSeed() != seed {
		t.Error("a secret changed")
	}
	if v.now().keys[0].String() == before {
		t.Error("the key is the same")
	}
	for i, d := range kept {
		if got := readAll(t, v, d); string(got) != string("abc"[i]) {
			t.Errorf("%q", got)
		}
	}
}

// While an object is damaged its key stays; when it is erased the exchange ends.
func TestRotateKeepsTheKeyOfWhatIsDamaged(t *testing.T) {
	v, blobs, dir := onDisk(t, Options{})
	good, bad := put(t, v, []byte("good")).Digest, put(t, v, []byte("bad")).Digest
	path := filepath.Join(dir, objectName(bad))
	sealed := must(os.ReadFile(path))
	broken := bytes.Clone(sealed)
	broken[len(broken)-1] ^= 1
	if err := os.WriteFile(path, broken, fileMode); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "rotate", v.Rotate(t.Context(), nil), "vault.rotate.damaged")
	v = must(Open(blobs, must(Passphrase(oldPass)), quick))
	if !v.Rotating() || string(readAll(t, v, good)) != "good" {
		t.Error("the exchange is not under way")
	}
	if err := os.WriteFile(path, sealed, fileMode); err != nil { // a backup was put back
		t.Fatal(err)
	}
	if string(readAll(t, v, bad)) != "bad" {
		t.Error("the old key is gone")
	}
	if err := v.Rotate(t.Context(), nil); err != nil || v.Rotating() {
		t.Errorf("%v", err)
	}
}

func TestDamagedSumsAreMadeAnew(t *testing.T) {
	v, blobs, _ := onDisk(t, Options{})
	if err := replace(blobs, sumsName, []byte("nonsense\n")); err != nil {
		t.Fatal(err)
	}
	seen := must(v.Verify(t.Context(), Checks{}))
	if len(seen.Damage) != 1 || seen.Damage[0].Name != sumsName || seen.Damage[0].Code != CodeKeyDamaged {
		t.Errorf("%+v", seen.Damage)
	}
	if err := v.SetPassphrase(must(Passphrase(newPass))); err != nil {
		t.Fatal(err)
	}
	if seen := must(v.Verify(t.Context(), Checks{})); len(seen.Damage) != 0 {
		t.Errorf("%+v", seen.Damage)
	}
}

func TestNewerFormatIsRefused(t *testing.T) {
	v, blobs, _ := onDisk(t, Options{})
	for line, code := range map[string]string{
		"tillproof-vault/2\n": "vault.newer", "tillproof-vault/17\n": "vault.newer",
		"tillproof-vault/0\n": CodeKeyDamaged, "tillproof-vault/2": CodeKeyDamaged, "": CodeKeyDamaged,
	} {
		if err := replace(blobs, formatName, []byte(line)); err != nil {
			t.Fatal(err)
		}
		_, err := Open(blobs, must(Passphrase(oldPass)), quick)
		wantCode(t, line, err, code)
		if seen := must(v.Verify(t.Context(), Checks{})); len(seen.Damage) != 1 {
			t.Errorf("%q: %+v", line, seen.Damage)
		}
	}
}

// TestEachByteIsGuarded changes each byte of a small vault: whatever it is, the vault does not open or
// names the file.
func TestEachByteIsGuarded(t *testing.T) {
	base := newHouse(t)
	stride := 7
	if torture {
		stride = 1
	}
	tried := 0
	for name, f := range base.disk.names {
		if f == nil {
			continue
		}
		for i := 0; i < len(f.bytes); i += stride {
			if !torture && len(f.bytes) > 5000 && i > 600 && i < len(f.bytes)-600 {
				i += 400 // the middle of a long object is alike
			}
			disk := base.disk.clone()
			disk.names[name].bytes[i] ^= 1 << (i % 8)
			tried++
			guarded(t, disk, name, i)
		}
	}
	if tried < 400 {
		t.Errorf("only %d bytes changed", tried)
	}
	t.Logf("%d bytes changed", tried)
}

func guarded(t *testing.T, disk *simDisk, name string, i int) {
	t.Helper()
	v, err := Open(must(openFolder(disk)), must(Passphrase(oldPass)), quick)
	if err != nil {
		if code := codeOf(err); code != CodeKeyDamaged && code != "vault.newer" {
			t.Errorf("byte %d of %s: %v", i, name, err)
		}
		return
	}
	seen, err := v.Verify(t.Context(), Checks{})
	if err != nil {
		t.Fatal(err)
	}
	want := name
	if d, ok := digestOfName(name); ok {
		want = d.String()
	}
	for _, d := range seen.Damage {
		if d.Name == want || name == sumsName && d.Code == codeKeySum {
			return
		}
	}
	t.Errorf("byte %d of %s: nobody noticed: %+v", i, name, seen)
}

// What a person waits for who opens a vault with a passphrase.
func BenchmarkPassphrase(b *testing.B) {
	v := &Vault{keys: keyStore{must(openFolder(newSimDisk())), workFactor}}
	way := must(Passphrase(oldPass))
	door := must(v.newDoor(way))
	if err := v.putWay(door, way); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := v.keys.door(oldPass); err != nil {
			b.Fatal(err)
		}
	}
}

// TestPassphraseCosts holds the work factor to its reason: a guess costs 100 ms on the machines of 2024; on
// one that is twice as fast it is time for a higher one.
func TestPassphraseCosts(t *testing.T) {
	v := &Vault{keys: keyStore{must(openFolder(newSimDisk())), workFactor}}
	way := must(Passphrase(oldPass))
	if err := v.putWay(must(v.newDoor(way)), way); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := v.keys.door(oldPass); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took < 50*time.Millisecond {
		t.Errorf("%v: a faster machine wants a higher factor", took)
	}
}
