package vault

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"

	"filippo.io/age"

	"github.com/tillproof/tillproof"
)

// Kept is what keeping some bytes answered.
type Kept struct {
	Digest  tillproof.Digest
	Size    int64
	Kind    string // media type, by content
	Existed bool   // the same bytes were kept already: nothing was written
}

// Put keeps the bytes that r gives, at most limit of them; 0, or more than MaxObject, is MaxObject. When it
// answers without an error they are on the disk. A reader that can go back to its start (io.Seeker) is read
// twice, and nothing is written of what is kept already; of another reader the sealed form of a repeat is
// written and thrown away. What is kept already is read in full, and replaced where it is damaged. Errors:
// vault.too_large, vault.quota, vault.full, vault.read_only, vault.io, and what r or ctx answered.
func (v *Vault) Put(ctx context.Context, r io.Reader, limit int64) (Kept, error) {
	if limit <= 0 || limit > MaxObject {
		limit = MaxObject
	}
	src := &source{ctx, r}
	if kept, err := v.kept(src, limit); kept.Existed || err != nil {
		return kept, err
	}
	var kept Kept
	err := v.blobs.Put(func(w io.Writer) (Place, error) {
		s, err := v.now().seal(w, src, limit)
		if err != nil {
			return Place{}, err
		}
		kept = Kept{Digest: s.digest, Size: s.size, Kind: s.kind}
		return v.place(ctx, &kept)
	})
	if errors.Is(err, fs.ErrExist) { // another writer was faster
		kept.Existed, err = true, nil
	}
	if err == nil && kept.Existed {
		err = v.blobs.Settle(objectName(kept.Digest))
	}
	if err != nil {
		return Kept{}, err
	}
	if !kept.Existed {
		v.spend(sealedSize(kept.Size, v.Workspace()))
	}
	return kept, nil
}

// kept looks, before anything is written, whether the bytes of a reader that can go back are kept already.
func (v *Vault) kept(src *source, limit int64) (Kept, error) {
	back, ok := src.r.(io.Seeker)
	if !ok {
		return Kept{}, nil
	}
	start, err := back.Seek(0, io.SeekCurrent)
	if err != nil {
		return Kept{}, nil // a pipe says that it can, and cannot
	}
	m := measured{sum: sha256.New()}
	if m.size, err = copyAll(&m, &bounded{src, limit, limit}); err != nil {
		return Kept{}, err
	}
	s := m.sealing()
	kept := Kept{Digest: s.digest, Size: s.size, Kind: s.kind}
	kept.Existed, err = v.isWhole(src.ctx, s.digest)
	if err == nil && kept.Existed {
		return kept, v.blobs.Settle(objectName(s.digest))
	}
	if err == nil {
		_, err = back.Seek(start, io.SeekStart)
	}
	return Kept{}, err
}

// place is where a sealed object belongs: nowhere if it is there and whole, over the one that is there if
// that is damaged.
func (v *Vault) place(ctx context.Context, k *Kept) (Place, error) {
	to := Place{Name: objectName(k.Digest)}
	whole, err := v.isWhole(ctx, k.Digest)
	switch {
	case err != nil:
		return Place{}, err
	case whole:
		k.Existed = true
		return Place{}, nil
	}
	b, err := v.blobs.Get(to.Name)
	if err == nil {
		to.Over = true
		err = b.Close()
	} else if errors.Is(err, fs.ErrNotExist) {
		err = v.checkQuota(sealedSize(k.Size, v.Workspace()))
	}
	return to, err
}

// isWhole reads an object in full; false where it is not there or damaged.
func (v *Vault) isWhole(ctx context.Context, d tillproof.Digest) (bool, error) {
	err := v.check(ctx, d)
	var coded *tillproof.Error
	switch {
	case err == nil:
		return true, nil
	case !errors.As(err, &coded):
	case coded.Kind == tillproof.KindInvalid, coded.Kind == tillproof.KindNotFound:
		return false, nil
	}
	return false, err
}

// check reads an object in full and answers what is wrong with it.
func (v *Vault) check(ctx context.Context, d tillproof.Digest) error {
	c, err := v.content(d)
	if err != nil {
		return err
	}
	_, err = c.WriteTo(stoppable{ctx})
	return named(d, errors.Join(err, c.Close()))
}

// stoppable takes all bytes until its context ends.
type stoppable struct{ ctx context.Context }

// Write takes the bytes and forgets them.
func (s stoppable) Write(b []byte) (int, error) { return len(b), s.ctx.Err() }

// source is what is to be kept, until its context ends.
type source struct {
	ctx context.Context
	r   io.Reader
}

// Read reads on.
func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// Open reads an object from its start. Only its io.EOF says that the object is whole: what went by before
// another error must not be believed. Errors: vault.object.*, vault.io.
func (v *Vault) Open(d tillproof.Digest) (io.ReadCloser, error) {
	c, err := v.content(d)
	if err != nil {
		return nil, err
	}
	return &reader{c, d}, nil
}

// reader puts the object's name to errors.
type reader struct {
	*content
	digest tillproof.Digest
}

// Read reads on.
func (r *reader) Read(p []byte) (int, error) {
	n, err := r.content.Read(p)
	return n, named(r.digest, err)
}

// WriteTo copies the object.
func (r *reader) WriteTo(w io.Writer) (int64, error) {
	n, err := r.content.WriteTo(w)
	return n, named(r.digest, err)
}

// Object is an object that was read in full and is whole: it may be read here and there.
type Object struct {
	opened *opened
	Digest tillproof.Digest
}

// OpenAt opens an object to be read here and there. It is read in full before, some 0.5 to 1 GB a second, and
// never held: each ReadAt opens the chunks of 64 KiB that it touches, so small reads want a buffer.
func (v *Vault) OpenAt(ctx context.Context, d tillproof.Digest) (*Object, error) {
	c, err := v.content(d)
	if err != nil {
		return nil, err
	}
	if _, err := c.WriteTo(stoppable{ctx}); err != nil {
		return nil, named(d, errors.Join(err, c.Close()))
	}
	return &Object{c.opened, d}, nil
}

// Size is the object's length.
func (o *Object) Size() int64 { return o.opened.size }

// ReadAt reads as a file does; several goroutines may call it.
func (o *Object) ReadAt(p []byte, off int64) (int, error) {
	switch {
	case off < 0:
		return 0, fs.ErrInvalid
	case off >= o.opened.size:
		return 0, io.EOF
	}
	short := int64(len(p)) > o.opened.size-off
	if short {
		p = p[:o.opened.size-off]
	}
	n, err := o.opened.plain.ReadAt(p, o.opened.from+off)
	if n == len(p) {
		err = nil
	}
	if err == nil && short {
		return n, io.EOF
	}
	if err != nil {
		err = named(o.Digest, broken(CodeChanged, err))
	}
	return n, err
}

// Kind is the media type of the object, by content.
func (o *Object) Kind() (string, error) {
	head := make([]byte, kindBytes)
	n, err := o.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return kindOf(head[:n]), nil
}

// Close closes the sealed file.
func (o *Object) Close() error { return o.opened.blob.Close() }

// content opens an object and looks at its ends.
func (v *Vault) content(d tillproof.Digest) (*content, error) {
	r := v.now()
	return r.content(v.blobs, d, r.identities())
}

func (r *ring) content(blobs Blobs, d tillproof.Digest, ids []age.Identity) (*content, error) {
	name := objectName(d)
	b, err := blobs.Get(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, named(d, fail(tillproof.KindNotFound, CodeMissing, nil))
	}
	if err != nil {
		return nil, err
	}
	o, err := r.open(b, ids)
	if err == nil && o.says != d {
		e := fail(tillproof.KindInvalid, CodeSwapped, nil)
		e.Params = tillproof.Params{"is": o.says.String()}
		err = e
	}
	if err != nil {
		return nil, named(d, errors.Join(err, b.Close()))
	}
	return o.content(), nil
}

// Has reports whether an object is there; it does not read it.
func (v *Vault) Has(d tillproof.Digest) (bool, error) {
	b, err := v.blobs.Get(objectName(d))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, b.Close()
}

// Erase removes an object for good; false where it was not there. What the disk keeps of it is sealed.
func (v *Vault) Erase(d tillproof.Digest) (bool, error) {
	size, err := v.sizeOf(objectName(d))
	if err != nil {
		return false, err
	}
	err = v.blobs.Remove(objectName(d))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		v.spend(-size)
	}
	return err == nil, err
}

func (v *Vault) sizeOf(name string) (int64, error) {
	b, err := v.blobs.Get(name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return b.Size(), b.Close()
}
