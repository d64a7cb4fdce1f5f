package vault

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"filippo.io/age"

	"github.com/tillproof/tillproof"
)

// Work factors of scrypt: N = 2^workFactor, with r = 8 and p = 1. 16 takes 64 MiB and 0.15 to 0.2 s of a
// core: a guess must cost 0.1 s, and a command on a busy machine must not wait 0.5 s, which 17 (0.35 to 0.4
// s) would make it do. age's own program writes 18, so that much is read; more would let a file hold up
// whoever opens it.
const (
	workFactor    = 16
	maxWorkFactor = 18
)

// keyStore reads and writes the files below keys/.
type keyStore struct {
	blobs  Blobs
	factor int // workFactor; less in tests that do not test it
}

// unlock opens the ring.
func (s keyStore) unlock(u Unlock) (*ring, error) {
	keys := u.keys
	if u.passphrase != "" {
		door, err := s.door(u.passphrase)
		if err != nil {
			return nil, err
		}
		keys = []*age.X25519Identity{door}
	}
	var ids []age.Identity
	for _, k := range keys {
		ids = append(ids, k)
	}
	text, err := s.open(ringName, ids...)
	if err != nil {
		return nil, err
	}
	r, err := parseRing(string(text))
	if err != nil {
		return nil, failAt(tillproof.KindInvalid, CodeKeyDamaged, ringName, err)
	}
	return r, nil
}

// door is the key that the passphrase guards.
func (s keyStore) door(passphrase string) (*age.X25519Identity, error) {
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, fail(tillproof.KindInvalid, CodeWrongKey, nil)
	}
	id.SetMaxWorkFactor(maxWorkFactor)
	text, err := s.open(passphraseName, id)
	if err != nil {
		return nil, err
	}
	keys, err := parseKeys(text)
	if err != nil || len(keys) != 1 {
		return nil, failAt(tillproof.KindInvalid, CodeKeyDamaged, passphraseName, nil)
	}
	return keys[0], nil
}

// open is the text of a key file. A key that does not fit a file that is whole is the wrong one.
func (s keyStore) open(name string, ids ...age.Identity) ([]byte, error) {
	sealed, err := s.read(name)
	if errors.Is(err, fs.ErrNotExist) && name == passphraseName {
		return nil, fail(tillproof.KindUnauthenticated, "vault.no_passphrase", nil)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, failAt(tillproof.KindInvalid, CodeKeyDamaged, name, err)
	}
	if err != nil {
		return nil, failedFile(name, err)
	}
	var text []byte
	r, err := age.Decrypt(bytes.NewReader(sealed), ids...)
	if err == nil {
		text, err = io.ReadAll(io.LimitReader(r, maxRing))
	}
	if err == nil {
		return text, nil
	}
	var other *age.NoIdentityMatchError
	whole, sumsErr := s.isWhole(name, sealed)
	if sumsErr == nil && whole && errors.As(err, &other) {
		return nil, fail(tillproof.KindUnauthenticated, CodeWrongKey, nil)
	}
	return nil, failAt(tillproof.KindInvalid, CodeKeyDamaged, name, nil)
}

// read is a small file.
func (s keyStore) read(name string) ([]byte, error) { return readSmall(s.blobs, name) }

func readSmall(blobs Blobs, name string) ([]byte, error) {
	b, err := blobs.Get(name)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	if b.Size() > maxKeyFile {
		return nil, failAt(tillproof.KindInvalid, CodeKeyDamaged, name, nil)
	}
	return io.ReadAll(io.NewSectionReader(b, 0, b.Size()))
}

// putRing seals the ring to all its ways.
func (s keyStore) putRing(r *ring) error {
	return s.put(ringName, r.text(), r.recipients()...)
}

// putDoor seals the key of a way with a passphrase.
func (s keyStore) putDoor(door *age.X25519Identity, passphrase string) error {
	to, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return fail(tillproof.KindInvalid, "vault.passphrase.length", nil)
	}
	to.SetWorkFactor(s.factor)
	return s.put(passphraseName, door.String()+"\n", to)
}

// put replaces a key file. Its sum is written down before, and the sum of what it was is dropped after.
func (s keyStore) put(name, text string, to ...age.Recipient) error {
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, to...)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return failedFile(name, err)
	}
	sums, err := s.sumsOrNew()
	if err != nil {
		return err
	}
	sum := tillproof.DigestOf(sealed.Bytes())
	sums[name] = append(sums[name], sum)
	if err := s.putSums(sums); err != nil {
		return err
	}
	if err := replace(s.blobs, name, sealed.Bytes()); err != nil {
		return err
	}
	sums[name] = []tillproof.Digest{sum}
	return s.putSums(sums)
}

// drop removes the file of a way that is no longer one.
func (s keyStore) drop(name string) error {
	if err := s.blobs.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	sums, err := s.sumsOrNew()
	if err != nil || len(sums[name]) == 0 {
		return err
	}
	delete(sums, name)
	return s.putSums(sums)
}

// keySums are the sums of the key files: two of a file while it is replaced.
type keySums map[string][]tillproof.Digest

var errSums = errors.New("a line is not of its form")

// sums reads keys/sums; a vault that is being made has none.
func (s keyStore) sums() (keySums, error) {
	raw, err := s.read(sumsName)
	if errors.Is(err, fs.ErrNotExist) {
		return keySums{}, nil
	}
	if err != nil {
		return nil, failedFile(sumsName, err)
	}
	out := keySums{}
	for line := range strings.Lines(string(raw)) {
		digits, file, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		var d tillproof.Digest
		name := "keys/" + file
		known := name == ringName || name == passphraseName
		if !ok || !known || d.UnmarshalText([]byte(digits)) != nil {
			return nil, failAt(tillproof.KindInvalid, CodeKeyDamaged, sumsName, errSums)
		}
		out[name] = append(out[name], d)
	}
	if out.text() != string(raw) {
		return nil, failAt(tillproof.KindInvalid, CodeKeyDamaged, sumsName, errSums)
	}
	return out, nil
}

// sumsOrNew are the sums, made anew where they are damaged: whoever writes a key file has opened the ring.
func (s keyStore) sumsOrNew() (keySums, error) {
	sums, err := s.sums()
	if codeOf(err) != CodeKeyDamaged {
		return sums, err
	}
	sums = keySums{}
	for _, name := range []string{ringName, passphraseName} {
		raw, err := s.read(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, failedFile(name, err)
		}
		sums[name] = []tillproof.Digest{tillproof.DigestOf(raw)}
	}
	return sums, nil
}

func (k keySums) text() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(k)) {
		for _, d := range k[name] {
			fmt.Fprintf(&b, "%s  %s\n", hex.EncodeToString(d[:]), path.Base(name))
		}
	}
	return b.String()
}

func (s keyStore) putSums(k keySums) error {
	return replace(s.blobs, sumsName, []byte(k.text()))
}

// settle makes sure that the ring stays that was opened: whoever exchanged it may have died before it was
// sure to, and an object that is sealed to its key would be lost with it. A change that came to its end
// left one sum.
func (s keyStore) settle() error {
	sums, err := s.sums()
	if err == nil && len(sums[ringName]) == 1 {
		return nil
	}
	return s.blobs.Settle(ringName)
}

// isWhole reports whether a key file is what its sum says.
func (s keyStore) isWhole(name string, sealed []byte) (bool, error) {
	sums, err := s.sums()
	if err != nil {
		return false, err
	}
	return slices.Contains(sums[name], tillproof.DigestOf(sealed)), nil
}
