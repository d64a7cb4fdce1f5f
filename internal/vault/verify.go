package vault

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// Expected is an object that somebody remembers.
type Expected struct {
	Digest tillproof.Digest
	Size   int64 // -1: not remembered
	Erased bool  // it was erased: it should not be there
}

// Checks are what Verify is told; the zero value knows of no object and looks at all that are there.
type Checks struct {
	Expect   []Expected
	Progress func(done, size int64) // of the sealed bytes
}

// Damage is one thing that is wrong with the vault.
type Damage struct {
	Name string // of the file, or the object's digest
	Code string // why
	Err  error
}

// Verified is what a look at the whole vault found. Lists are sorted by name.
type Verified struct {
	Objects int // that are whole
	Bytes   int64
	Erased  int // that are expected to be gone, and are
	Damage  []Damage
	Unasked []tillproof.Digest // whole objects that nobody remembers
}

// Verify reads everything that is kept. Damage is no error: what could not be read is named and the rest is
// read on. Errors: ctx's, and a folder that cannot be listed.
func (v *Vault) Verify(ctx context.Context, c Checks) (*Verified, error) {
	all, err := v.blobs.List("")
	if err != nil {
		return nil, err
	}
	p := &inspection{vault: v, out: &Verified{}, expect: map[tillproof.Digest]Expected{}, tell: c.Progress}
	for _, e := range c.Expect {
		p.expect[e.Digest] = e
	}
	for _, n := range all {
		p.size += n.Size
	}
	p.keys()
	for _, n := range all {
		if err := p.file(ctx, n); err != nil {
			return nil, err
		}
	}
	for _, e := range c.Expect {
		p.gone(e)
	}
	slices.SortStableFunc(p.out.Damage, func(a, b Damage) int { return strings.Compare(a.Name, b.Name) })
	return p.out, nil
}

// codeKeySum is a key file and its sum that do not agree: either may be the one that was changed.
const codeKeySum = "vault.key_sum"

// inspection is one look at the vault.
type inspection struct {
	vault      *Vault
	out        *Verified
	expect     map[tillproof.Digest]Expected
	seen       map[tillproof.Digest]bool
	done, size int64
	tell       func(done, size int64)
}

func (p *inspection) damage(name string, err error) {
	p.out.Damage = append(p.out.Damage, Damage{name, codeOf(err), err})
}

// keys looks at the files of keys and the format.
func (p *inspection) keys() {
	if err := checkFormat(p.vault.blobs); err != nil {
		p.damage(formatName, err)
	}
	sums, err := p.vault.keys.sums()
	if err == nil && (len(sums) == 0 || len(sums[ringName]) == 0) {
		err = failAt(tillproof.KindInvalid, CodeKeyDamaged, sumsName, nil)
	}
	if err != nil {
		p.damage(sumsName, err)
		return
	}
	for _, name := range []string{ringName, passphraseName} {
		raw, err := p.vault.keys.read(name)
		switch {
		case errors.Is(err, fs.ErrNotExist) && len(sums[name]) == 0:
		case errors.Is(err, fs.ErrNotExist):
			p.damage(name, failAt(tillproof.KindInvalid, CodeKeyDamaged, name, err))
		case err != nil:
			p.damage(name, failedFile(name, err))
		case !slices.Contains(sums[name], tillproof.DigestOf(raw)):
			p.damage(name, failAt(tillproof.KindInvalid, codeKeySum, name, nil))
		}
	}
}

// file looks at one file.
func (p *inspection) file(ctx context.Context, n Named) error {
	d, isObject := digestOfName(n.Name)
	switch {
	case isObject:
		if err := p.object(ctx, d, n); err != nil {
			return err
		}
	case n.Name == formatName, n.Name == ringName, n.Name == passphraseName, n.Name == sumsName:
	default:
		p.damage(n.Name, failAt(tillproof.KindInvalid, CodeStray, n.Name, nil))
	}
	p.done += n.Size
	if p.tell != nil {
		p.tell(p.done, p.size)
	}
	return nil
}

func (p *inspection) object(ctx context.Context, d tillproof.Digest, n Named) error {
	if p.seen == nil {
		p.seen = map[tillproof.Digest]bool{}
	}
	p.seen[d] = true
	e, asked := p.expect[d]
	err := p.vault.check(ctx, d)
	if stop := ctx.Err(); stop != nil {
		return stop
	}
	short := asked && e.Size >= 0 && n.Size < sealedSize(e.Size, p.vault.Workspace())
	switch {
	case err != nil && short && codeOf(err) != CodeMissing:
		p.damage(d.String(), named(d, fail(tillproof.KindInvalid, CodeTorn, err)))
	case err != nil:
		p.damage(d.String(), err)
	case e.Erased:
		p.damage(d.String(), named(d, fail(tillproof.KindInvalid, "vault.object.returned", nil)))
	default:
		p.out.Objects++
		p.out.Bytes += n.Size
		if !asked {
			p.out.Unasked = append(p.out.Unasked, d)
		}
	}
	return nil
}

// gone names an object that should be there.
func (p *inspection) gone(e Expected) {
	switch {
	case p.seen[e.Digest]:
	case e.Erased:
		p.out.Erased++
	default:
		p.damage(e.Digest.String(), named(e.Digest, fail(tillproof.KindNotFound, CodeMissing, nil)))
	}
}

// Digests are the objects that lie in the vault, sorted; none of them is read.
func (v *Vault) Digests() ([]tillproof.Digest, error) {
	all, err := v.blobs.List(objectsPrefix)
	if err != nil {
		return nil, err
	}
	var out []tillproof.Digest
	for _, n := range all {
		if d, ok := digestOfName(n.Name); ok {
			out = append(out, d)
		}
	}
	return out, nil
}

// Sealed opens an object as it lies on the disk, for whoever carries it elsewhere without its key.
func (v *Vault) Sealed(d tillproof.Digest) (io.ReadCloser, int64, error) {
	b, err := v.blobs.Get(objectName(d))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, named(d, fail(tillproof.KindNotFound, CodeMissing, nil))
	}
	if err != nil {
		return nil, 0, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.NewSectionReader(b, 0, b.Size()), b}, b.Size(), nil
}
