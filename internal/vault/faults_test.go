package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
)

// Each act is tried again and again while the first, second, third … operation of the disk fails, until
// none is left to fail, in every mode. After each, the vault is looked at as a process sees it that goes
// on, as the next process does after a kill, and after a loss of power.

// quick lets a vault be opened many times; what scrypt costs is tested elsewhere.
var quick = Options{WorkFactor: 2}

const (
	oldPass = "the old passphrase"
	newPass = "the new passphrase"
)

// house is a vault with three objects on a disk that can fail.
type house struct {
	disk     *simDisk
	recovery string
	kept     map[tillproof.Digest][]byte
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{disk: newSimDisk(), kept: map[tillproof.Digest][]byte{}}
	v, recovery, err := Create(must(openFolder(h.disk)), "ws_1", must(Passphrase(oldPass)), quick)
	if err != nil {
		t.Fatal(err)
	}
	h.recovery = recovery
	for _, b := range [][]byte{{}, []byte("one"), bytes.Repeat([]byte("three "), 12000)} {
		kept, err := v.Put(t.Context(), bytes.NewReader(b), 0)
		if err != nil {
			t.Fatal(err)
		}
		h.kept[kept.Digest] = b
	}
	return h
}

// act is something that is done to an open vault; done reports whether its effect is there.
type act struct {
	name string
	do   func(t *testing.T, v *Vault) error
	done func(t *testing.T, v *Vault) bool
	gone *tillproof.Digest // an object that it takes away
	pass []string          // that may open the vault after it broke off
	last string            // that opens it after it was done
	// recovery may open the vault beside the key of the house, once it broke off.
	recovery *[]string
}

var newBytes = bytes.Repeat([]byte("new,row\n"), 9000)

func acts() []*act {
	object := tillproof.DigestOf(newBytes)
	one := tillproof.DigestOf([]byte("one"))
	var shown []string
	show := func(key string) error { shown = append(shown, key); return nil }
	has := func(d tillproof.Digest) func(*testing.T, *Vault) bool {
		return func(t *testing.T, v *Vault) bool { return v.check(t.Context(), d) == nil }
	}
	old := []string{oldPass}
	return []*act{
		{name: "put", pass: old, last: oldPass, done: has(object), do: func(t *testing.T, v *Vault) error {
			_, err := v.Put(t.Context(), bytes.NewReader(newBytes), 0)
			return err
		}},
		{
			name: "put from a pipe", pass: old, last: oldPass, done: has(object),
			do: func(t *testing.T, v *Vault) error {
				_, err := v.Put(t.Context(), io.MultiReader(bytes.NewReader(newBytes)), 0)
				return err
			},
		},
		{name: "put again", pass: old, last: oldPass, done: has(one), do: func(t *testing.T, v *Vault) error {
			_, err := v.Put(t.Context(), io.MultiReader(bytes.NewReader([]byte("one"))), 0)
			return err
		}},
		{
			name: "erase", pass: old, last: oldPass, gone: &one,
			done: func(t *testing.T, v *Vault) bool { has, err := v.Has(one); return !has && err == nil },
			do:   func(_ *testing.T, v *Vault) error { _, err := v.Erase(one); return err },
		},
		{
			name: "rotate", pass: old, last: oldPass,
			done: func(_ *testing.T, v *Vault) bool { return !v.Rotating() },
			do:   func(t *testing.T, v *Vault) error { return v.Rotate(t.Context(), nil) },
		},
		{
			name: "set passphrase", pass: []string{oldPass, newPass}, last: newPass,
			done: func(*testing.T, *Vault) bool { return true },
			do:   func(_ *testing.T, v *Vault) error { return v.SetPassphrase(must(Passphrase(newPass))) },
		},
		{
			name: "new recovery key", pass: old, last: oldPass, recovery: &shown,
			done: func(*testing.T, *Vault) bool { return true },
			do:   func(_ *testing.T, v *Vault) error { return v.NewRecovery(show) },
		},
	}
}

func TestEachOperationFailsOnce(t *testing.T) {
	base := newHouse(t)
	for _, a := range acts() {
		t.Run(a.name, func(t *testing.T) {
			most := 0
			for mode := range numFaults {
				n := 1
				stride := 1
				if !torture { // each operation fails in one of the modes
					n, stride = 1+int(mode), int(numFaults)
				}
				for ; base.tryOnce(t, a, mode, n); n += stride {
					if n > 2000 {
						t.Fatal("no end")
					}
				}
				most = max(most, n)
			}
			t.Logf("%d operations", most-1)
			if most <= 3 { // the least: look, remove, force
				t.Errorf("only %d operations could fail", most-1)
			}
		})
	}
}

// tryOnce does an act while the n-th operation fails; false where there is no n-th operation.
func (h *house) tryOnce(t *testing.T, a *act, mode faultMode, n int) bool {
	t.Helper()
	disk := h.disk.clone()
	if a.recovery != nil {
		*a.recovery = nil
	}
	v, err := Open(must(openFolder(disk)), must(Passphrase(oldPass)), quick)
	if err != nil {
		t.Fatal(err)
	}
	disk.n, disk.failAt, disk.mode = 0, n, mode
	err = a.do(t, v)
	hit := disk.n >= n
	at := fmt.Sprintf("%s, operation %d (%v)", mode, n, disk.log)
	disk.failAt = 0
	if hit && err == nil && (mode == faultKill || mode == faultAfter) && n < disk.n {
		t.Errorf("%s: acknowledged by a dead process", at)
	}
	acknowledged := err == nil
	for where, now := range map[string]*simDisk{"killed": disk.killed(), "power cut": disk.cut()} {
		h.look(t, a, now, acknowledged, at+", "+where)
	}
	if !disk.dead && !acknowledged {
		// The same process tries again.
		if codeOf(err) == "" {
			t.Errorf("%s: an error without a code: %v", at, err)
		}
		if err := a.do(t, v); err != nil {
			t.Errorf("%s: the second attempt fails: %v", at, err)
		}
		h.look(t, a, disk.cut(), true, at+", tried again")
	}
	return hit
}

// look opens the vault as the next process does: nothing that was kept is lost, what was acknowledged is
// there, nothing is damaged, and the act can be done again.
func (h *house) look(t *testing.T, a *act, disk *simDisk, acknowledged bool, at string) {
	t.Helper()
	v := h.openBy(t, a, disk, acknowledged, at)
	if v == nil {
		return
	}
	if acknowledged && !a.done(t, v) {
		t.Errorf("%s: acknowledged, and not done", at)
	}
	h.whole(t, a, v, at)
	h.keeps(t, a, v, disk, at)
	if err := a.do(t, v); err != nil {
		t.Errorf("%s: cannot be done afterwards: %v", at, err)
	}
	if v = h.openBy(t, a, disk.cut(), true, at+", done again"); v != nil {
		if !a.done(t, v) {
			t.Errorf("%s: done again, and not done", at)
		}
		h.whole(t, a, v, at+", done again")
	}
	for name := range disk.names {
		if len(name) > len(tempFolder) && name[:len(tempFolder)+1] == tempFolder+"/" {
			t.Errorf("%s: %s is left over", at, name)
		}
	}
}

// openBy opens the vault by one of the passphrases that may be valid, and by the recovery key.
func (h *house) openBy(t *testing.T, a *act, disk *simDisk, acknowledged bool, at string) *Vault {
	t.Helper()
	pass := a.pass
	if acknowledged {
		pass = []string{a.last}
	}
	recoveries := []string{h.recovery}
	if a.recovery != nil {
		recoveries = append(recoveries, *a.recovery...)
	}
	blobs, err := openFolder(disk)
	if err != nil {
		t.Errorf("%s: %v", at, err)
		return nil
	}
	var out *Vault
	var why error
	for _, p := range pass {
		if v, err := Open(blobs, must(Passphrase(p)), quick); err == nil {
			out = v
		} else {
			why = errors.Join(why, err)
		}
	}
	recovered := false
	for _, r := range slices.Backward(recoveries) {
		if recovered {
			break
		}
		_, err := Open(blobs, must(RecoveryKey(r)), quick)
		recovered = err == nil
	}
	if out == nil {
		t.Errorf("%s: no passphrase opens it: %v", at, why)
	}
	if !recovered {
		t.Errorf("%s: no recovery key opens it", at)
	}
	return out
}

// keeps puts an object with the keys that were found: it must be there after a loss of power.
func (h *house) keeps(t *testing.T, a *act, v *Vault, disk *simDisk, at string) {
	t.Helper()
	later := []byte("put after " + at)
	if _, err := v.Put(t.Context(), bytes.NewReader(later), 0); err != nil {
		t.Errorf("%s: %v", at, err)
		return
	}
	next := h.openBy(t, a, disk.cut(), false, at+", later")
	if next == nil {
		return
	}
	if err := next.check(t.Context(), tillproof.DigestOf(later)); err != nil {
		t.Errorf("%s: what was put later is lost: %v", at, err)
	}
	if _, err := v.Erase(tillproof.DigestOf(later)); err != nil {
		t.Error(err)
	}
}

// whole compares what was kept before the act.
func (h *house) whole(t *testing.T, a *act, v *Vault, at string) {
	t.Helper()
	var expect []Expected
	for d, b := range h.kept {
		if a.gone != nil && *a.gone == d {
			continue
		}
		expect = append(expect, Expected{Digest: d, Size: int64(len(b))})
		if r, err := v.Open(d); err != nil {
			t.Errorf("%s: %v", at, err)
		} else if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%s: %s differs, %v", at, d, err)
		}
	}
	seen, err := v.Verify(t.Context(), Checks{Expect: expect})
	if err != nil || len(seen.Damage) > 0 {
		t.Errorf("%s: %v %+v", at, err, seen)
	}
}

// A vault that is being made when it breaks off can be made again, and never opens half made.
func TestEachOperationOfCreateFailsOnce(t *testing.T) {
	for mode := range numFaults {
		n := 1
		for hit := true; hit; n++ {
			disk := newSimDisk()
			disk.failAt, disk.mode = n, mode
			recovery, err := create(disk)
			hit = disk.n >= n
			at := fmt.Sprintf("%s, operation %d (%v)", mode, n, disk.log)
			disk.failAt = 0
			for _, next := range []*simDisk{disk.killed(), disk.cut()} {
				if err == nil {
					openCreated(t, next, recovery, at)
					continue
				}
				again, err := create(next)
				if codeOf(err) == "vault.exists" { // made, and reported as failed
					openCreated(t, next, "", at)
				} else if err != nil {
					t.Errorf("%s: cannot be made again: %v", at, err)
				} else {
					openCreated(t, next.cut(), again, at)
				}
			}
		}
		if n < 20 {
			t.Errorf("%s: only %d operations", mode, n)
		}
	}
}

func create(disk *simDisk) (string, error) {
	blobs, err := openFolder(disk)
	if err != nil {
		return "", err
	}
	_, recovery, err := Create(blobs, "ws_1", must(Passphrase(oldPass)), quick)
	return recovery, err
}

func openCreated(t *testing.T, disk *simDisk, recovery, at string) {
	t.Helper()
	blobs := must(openFolder(disk))
	v, err := Open(blobs, must(Passphrase(oldPass)), quick)
	if err != nil {
		t.Errorf("%s: %v", at, err)
		return
	}
	if recovery != "" {
		if _, err := Open(blobs, must(RecoveryKey(recovery)), quick); err != nil {
			t.Errorf("%s: %v", at, err)
		}
	}
	if seen, err := v.Verify(t.Context(), Checks{}); err != nil || len(seen.Damage) > 0 {
		t.Errorf("%s: %v %+v", at, err, seen)
	}
}
