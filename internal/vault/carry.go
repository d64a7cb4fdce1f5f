package vault

import (
	"context"
	"errors"
	"io"

	"github.com/tillproof/tillproof"
)

// SealTo writes the sealed form of what r gives, as Put would keep it, and keeps nothing: for what leaves the
// workspace. Errors: vault.too_large, and what r, w or ctx answered.
func (v *Vault) SealTo(ctx context.Context, w io.Writer, r io.Reader) (Kept, error) {
	s, err := v.now().seal(w, &source{ctx, r}, MaxObject)
	if err != nil {
		return Kept{}, err
	}
	return Kept{Digest: s.digest, Size: s.size, Kind: s.kind}, nil
}

// SealedSize is what the sealed form of n bytes takes.
func (v *Vault) SealedSize(n int64) int64 { return sealedSize(n, v.Workspace()) }

// OpenCarried reads an object that lies elsewhere, sealed by SealTo or kept by Put, from its start. Only its
// io.EOF says that the object is whole. It closes the blob.
func (v *Vault) OpenCarried(b Blob, d tillproof.Digest) (io.ReadCloser, error) {
	r := v.now()
	o, err := r.open(b, r.identities())
	if err == nil && o.says != d {
		e := fail(tillproof.KindInvalid, CodeSwapped, nil)
		e.Params = tillproof.Params{"is": o.says.String()}
		err = e
	}
	if err != nil {
		return nil, named(d, errors.Join(err, b.Close()))
	}
	return &reader{o.content(), d}, nil
}

// KeyFiles are the names, below the folder of a vault, of what a copy of it needs beside its objects, in
// ascending order; the file of a passphrase may be missing.
func KeyFiles() []string { return []string{formatName, passphraseName, ringName, sumsName} }
