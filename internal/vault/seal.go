package vault

import (
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"strconv"

	"filippo.io/age"

	"github.com/tillproof/tillproof"
)

// step is how much of an object is read at once: four of age's chunks, each of which is opened once.
const step = 256 << 10

// headLine is what a sealed text begins with.
func headLine(workspace string) string { return "tillproof-object/1 " + workspace + "\n" }

// sealing is what sealing some bytes told of them.
type sealing struct {
	digest tillproof.Digest
	size   int64
	kind   string
}

// seal writes the sealed form of what src gives, at most limit bytes.
func (r *ring) seal(w io.Writer, src io.Reader, limit int64) (sealing, error) {
	sealed, err := age.Encrypt(w, r.keys[0].Recipient())
	if err != nil {
		return sealing{}, err
	}
	if _, err := io.WriteString(sealed, headLine(r.workspace)); err != nil {
		return sealing{}, err
	}
	m := measured{sum: sha256.New()}
	m.size, err = copyAll(io.MultiWriter(sealed, &m), &bounded{src, limit, limit})
	if err != nil {
		return sealing{}, err
	}
	out := m.sealing()
	if _, err := sealed.Write(out.digest[:]); err != nil {
		return sealing{}, err
	}
	return out, sealed.Close()
}

// copyAll copies in steps; a source with steps of its own keeps them.
func copyAll(w io.Writer, r io.Reader) (int64, error) {
	return io.CopyBuffer(struct{ io.Writer }{w}, r, make([]byte, step))
}

// sealedSize is what an object of n bytes takes on the disk; see docs/vault-format.md.
func sealedSize(n int64, workspace string) int64 {
	const chunk, tag, header = 64 << 10, 16, 184
	text := int64(len(headLine(workspace))) + n + int64(len(tillproof.Digest{}))
	return header + text + tag*((text+chunk-1)/chunk)
}

// measured takes the bytes of an object as they go by.
type measured struct {
	sum  hash.Hash
	size int64
	head []byte
}

// Write takes the next bytes.
func (m *measured) Write(b []byte) (int, error) {
	if room := kindBytes - len(m.head); room > 0 {
		m.head = append(m.head, b[:min(room, len(b))]...)
	}
	return m.sum.Write(b)
}

func (m *measured) sealing() sealing {
	s := sealing{size: m.size, kind: kindOf(m.head)}
	m.sum.Sum(s.digest[:0])
	return s
}

// bounded refuses the byte behind its limit.
type bounded struct {
	src        io.Reader
	left, most int64
}

// Read reads on, up to one byte more than there may be.
func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.src.Read(p)
	if b.left -= int64(n); b.left < 0 {
		e := fail(tillproof.KindTooLarge, "vault.too_large", nil)
		e.Params = tillproof.Params{"mib": strconv.FormatInt(max(1, b.most>>20), 10)}
		return 0, e
	}
	return n, err
}

// opened is an object whose ends have been looked at: it belongs to this workspace and says what it is.
type opened struct {
	blob  Blob
	plain io.ReaderAt
	from  int64 // of the object's bytes within the text
	size  int64
	says  tillproof.Digest
}

// open looks at the ends of a sealed file. Errors: vault.object.foreign, vault.object.torn, vault.io.
func (r *ring) open(blob Blob, ids []age.Identity) (*opened, error) {
	plain, size, err := unseal(honest{blob}, ids)
	if err != nil {
		return nil, err
	}
	line := headLine(r.workspace)
	o := &opened{blob: blob, plain: plain, from: int64(len(line))}
	o.size = size - o.from - int64(len(o.says))
	if o.size < 0 {
		return nil, fail(tillproof.KindInvalid, CodeForeign, nil)
	}
	head := make([]byte, len(line))
	for _, part := range []struct {
		b   []byte
		off int64
	}{{head, 0}, {o.says[:], o.from + o.size}} {
		if n, err := plain.ReadAt(part.b, part.off); n < len(part.b) {
			return nil, broken(CodeChanged, err)
		}
	}
	if string(head) != line {
		return nil, fail(tillproof.KindInvalid, CodeForeign, nil)
	}
	return o, nil
}

// unseal opens an age file; the code of an error says which part of it did not open.
func unseal(src honest, ids []age.Identity) (io.ReaderAt, int64, error) {
	header, err := age.ExtractHeader(io.NewSectionReader(src, 0, src.Size()))
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, 0, broken(CodeTorn, err)
	case err != nil:
		return nil, 0, broken(CodeForeign, err)
	}
	key, err := age.DecryptHeader(header, ids...)
	if err != nil {
		return nil, 0, broken(CodeForeign, err)
	}
	plain, size, err := age.DecryptReaderAt(src, src.Size(), age.NewInjectedFileKeyIdentity(key))
	if err != nil {
		return nil, 0, broken(CodeTorn, err)
	}
	return plain, size, nil
}

// honest gives what the disk answers a code, so that it is told from bytes that do not open.
type honest struct{ Blob }

// ReadAt reads as a file does.
func (h honest) ReadAt(b []byte, off int64) (int, error) {
	n, err := h.Blob.ReadAt(b, off)
	if err != nil && !errors.Is(err, io.EOF) {
		err = failedFile("object", err)
	}
	return n, err
}

// broken is an object of which a part did not open, or what the disk answered.
func broken(code string, err error) error {
	if codeOf(err) != "" {
		return err
	}
	return fail(tillproof.KindInvalid, code, err)
}

// content reads an object from its start. Its last Read tells whether all that went by is what the object
// says it is: before that nothing of it may be believed.
type content struct {
	*opened
	at  int64
	sum hash.Hash
	end error
}

func (o *opened) content() *content { return &content{opened: o, sum: sha256.New()} }

// Read gives the next bytes, and at the end io.EOF for an object that is whole.
func (c *content) Read(p []byte) (int, error) {
	if c.end != nil {
		return 0, c.end
	}
	if c.at == c.size {
		c.end = c.verdict()
		return 0, c.end
	}
	n, err := c.plain.ReadAt(p[:min(int64(len(p)), c.size-c.at)], c.from+c.at)
	c.sum.Write(p[:n])
	c.at += int64(n)
	if n > 0 || len(p) == 0 {
		return n, nil
	}
	c.end = broken(CodeChanged, err)
	return 0, c.end
}

// WriteTo reads in the steps in which age opens its chunks once.
func (c *content) WriteTo(w io.Writer) (int64, error) {
	total := int64(0)
	for buf := make([]byte, step); ; {
		room := buf
		if c.at == 0 {
			room = buf[:step-c.from%step] // from there on at the borders of chunks
		}
		n, err := c.Read(room)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return total, err
			}
			total += int64(n)
		}
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

func (c *content) verdict() error {
	var is tillproof.Digest
	c.sum.Sum(is[:0])
	if is != c.says {
		return fail(tillproof.KindInvalid, CodeChanged, nil)
	}
	return io.EOF
}

// Close closes the sealed file.
func (c *content) Close() error { return c.blob.Close() }
