package vault

import (
	"context"
	"errors"
	"io"
	"strconv"

	"filippo.io/age"

	"github.com/tillproof/tillproof"
)

// Rotating reports an exchange of keys that was stopped: Rotate goes on with it.
func (v *Vault) Rotating() bool { return len(v.now().keys) > 1 }

// Rotate gives the vault a new key and seals each object to it, or goes on with an exchange that was stopped
// anywhere. Nobody else may use the vault meanwhile. Passphrase, key file and recovery key stay: after a
// theft they are changed first. progress, which may be nil, is told of the sealed bytes. Errors:
// vault.rotate.damaged where objects cannot be read: the old key is kept until they are erased or put anew.
func (v *Vault) Rotate(ctx context.Context, progress func(done, size int64)) error {
	if !v.Rotating() {
		if err := v.begin(); err != nil {
			return err
		}
	}
	all, err := v.blobs.List(objectsPrefix)
	if err != nil {
		return err
	}
	var done, size int64
	for _, n := range all {
		size += n.Size
	}
	var bad []tillproof.Digest
	for _, n := range all {
		d, ok := digestOfName(n.Name)
		if !ok {
			continue
		}
		err := v.reseal(ctx, d)
		var coded *tillproof.Error
		switch {
		case errors.As(err, &coded) && coded.Kind == tillproof.KindInvalid:
			bad = append(bad, d)
		case err != nil:
			return err
		}
		if done += n.Size; progress != nil {
			progress(done, size)
		}
	}
	if len(bad) > 0 {
		e := fail(tillproof.KindInvalid, "vault.rotate.damaged", nil)
		e.Params = tillproof.Params{"n": strconv.Itoa(len(bad)), "name": bad[0].String()}
		return e
	}
	r := v.now().clone()
	r.keys = r.keys[:1]
	return v.putRing(r)
}

// begin puts a new key before the old one.
func (v *Vault) begin() error {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return failedFile(ringName, err)
	}
	r := v.now().clone()
	r.keys = append([]*age.X25519Identity{key}, r.keys...)
	return v.putRing(r)
}

func (v *Vault) putRing(r *ring) error {
	if err := v.keys.putRing(r); err != nil {
		return err
	}
	v.take(r)
	return nil
}

// reseal seals an object to the first key, if that does not open it yet.
func (v *Vault) reseal(ctx context.Context, d tillproof.Digest) error {
	r := v.now()
	if c, err := r.content(v.blobs, d, r.identities()[:1]); err == nil {
		// Whoever sealed it may have died before its new form was sure to stay: then the old key opens it.
		return errors.Join(c.Close(), v.blobs.Settle(objectName(d)))
	}
	c, err := v.content(d)
	if err != nil {
		return err
	}
	err = v.blobs.Put(func(w io.Writer) (Place, error) {
		// The last Read of the content fails where it is not what it says it is, and nothing is replaced.
		_, err := r.seal(w, &source{ctx, c}, MaxObject)
		return Place{objectName(d), true}, err
	})
	return named(d, errors.Join(err, c.Close()))
}

// SetPassphrase makes a passphrase the way to unlock the vault, in the place of the way that was.
func (v *Vault) SetPassphrase(passphrase Unlock) error {
	if passphrase.passphrase == "" {
		return fail(tillproof.KindInvalid, "vault.way", nil)
	}
	return v.setWay(passphrase)
}

// SetKeyFile makes a key file the way to unlock the vault. Its text has to be on the disk already. Where it
// takes the place of another one under the same name, the file first holds the new key and the old, and the
// new one alone when SetKeyFile has answered.
func (v *Vault) SetKeyFile(file Unlock) error {
	if len(file.keys) == 0 {
		return fail(tillproof.KindInvalid, "vault.way", nil)
	}
	return v.setWay(file)
}

// setWay exchanges the way in three steps; see docs/vault-format.md.
func (v *Vault) setWay(way Unlock) error {
	door, err := v.newDoor(way)
	if err != nil {
		return err
	}
	r := v.now().clone()
	r.doors = append([]*age.X25519Recipient{door.Recipient()}, r.doors...)
	if err := v.putRing(r); err != nil {
		return err
	}
	if err := v.putWay(door, way); err != nil {
		return err
	}
	r = r.clone()
	r.doors = r.doors[:1]
	return v.putRing(r)
}

// NewRecovery exchanges the recovery key. The new one is shown before it is valid, so that at every moment a
// person has one that is; an error of show leaves the old one.
func (v *Vault) NewRecovery(show func(key string) error) error {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return failedFile(ringName, err)
	}
	if err := show(key.String()); err != nil {
		return err
	}
	r := v.now().clone()
	r.recovery = key.Recipient()
	return v.putRing(r)
}
