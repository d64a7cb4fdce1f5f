package stream

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"
	"strconv"

	"github.com/tillproof/tillproof"
)

// Tape writes a state or reads it back: the same walk over its fields does both, so that the two cannot
// differ. A tape begins with its name and version and ends with the digest of all before. After an error it
// does nothing more; reading then leaves zeros.
type Tape struct {
	w   *bufio.Writer
	r   *bufio.Reader
	sum hash.Hash
	err error
	buf [8]byte
}

// The codes of the errors of Restore.
const (
	codeBroken  = "detect.state.broken"
	codeVersion = "detect.state.version"
	codeWrite   = "detect.state.write"
)

var errBroken = errors.New("the state does not hold together")

// TapeTo writes a state of a kind.
func TapeTo(w io.Writer, kind [4]byte, version uint32) *Tape {
	t := &Tape{w: bufio.NewWriterSize(w, 1<<16), sum: sha256.New()}
	t.head(kind, version)
	return t
}

// TapeFrom reads a state of a kind. Another kind or version is an error that Close answers.
func TapeFrom(r io.Reader, kind [4]byte, version uint32) *Tape {
	t := &Tape{r: bufio.NewReaderSize(r, 1<<16), sum: sha256.New()}
	t.head(kind, version)
	return t
}

func (t *Tape) head(kind [4]byte, version uint32) {
	gotKind, got := kind, version
	for i := range gotKind {
		Octet(t, &gotKind[i])
	}
	Word4(t, &got)
	switch {
	case t.err != nil:
	case gotKind != kind:
		t.Break()
	case got != version:
		t.err = &tillproof.Error{
			Op: "detect", Kind: tillproof.KindUnsupported, Code: codeVersion, Params: tillproof.Params{
				"version": strconv.FormatUint(uint64(got), 10),
				"known":   strconv.FormatUint(uint64(version), 10),
			},
		}
	}
}

// Reading reports whether the tape reads.
func (t *Tape) Reading() bool { return t.r != nil }

// Err is the first error.
func (t *Tape) Err() error { return t.err }

// Break notes that what was read cannot be a state.
func (t *Tape) Break() {
	if t.err == nil {
		t.err = broken(errBroken)
	}
}

func broken(err error) error {
	return &tillproof.Error{Op: "detect", Kind: tillproof.KindInvalid, Code: codeBroken, Err: err}
}

// Close writes the digest or compares it, and answers the first error. Nothing may follow a digest.
func (t *Tape) Close() error {
	var digest [sha256.Size]byte
	t.sum.Sum(digest[:0])
	switch {
	case t.err != nil:
	case t.r == nil:
		if _, t.err = t.w.Write(digest[:]); t.err == nil {
			t.err = t.w.Flush()
		}
		if t.err != nil {
			t.err = &tillproof.Error{
				Op: "detect", Kind: tillproof.KindUnavailable, Code: codeWrite, Err: t.err,
			}
		}
	default:
		var got [sha256.Size + 1]byte
		if n, err := io.ReadFull(t.r, got[:]); n != sha256.Size || !errors.Is(err, io.ErrUnexpectedEOF) ||
			digest != [sha256.Size]byte(got[:]) {
			t.Break()
		}
	}
	return t.err
}

func (t *Tape) bytes(n int) []byte {
	b := t.buf[:n]
	if t.err != nil {
		clear(b)
		return b
	}
	if t.r != nil {
		if _, err := io.ReadFull(t.r, b); err != nil {
			clear(b)
			t.err = broken(err)
			return b
		}
	} else {
		_, t.err = t.w.Write(b)
	}
	t.sum.Write(b)
	return b
}

// Word8 is a number of eight bytes.
func Word8[T ~int64 | ~uint64](t *Tape, p *T) {
	binary.LittleEndian.PutUint64(t.buf[:], uint64(*p))
	*p = T(binary.LittleEndian.Uint64(t.bytes(8)))
}

// Word4 is a number of four bytes.
func Word4[T ~int32 | ~uint32](t *Tape, p *T) {
	binary.LittleEndian.PutUint32(t.buf[:], uint32(*p))
	*p = T(binary.LittleEndian.Uint32(t.bytes(4)))
}

// Word2 is a number of two bytes.
func Word2[T ~int16 | ~uint16](t *Tape, p *T) {
	binary.LittleEndian.PutUint16(t.buf[:], uint16(*p))
	*p = T(binary.LittleEndian.Uint16(t.bytes(2)))
}

// Octet is a number of one byte.
func Octet[T ~uint8](t *Tape, p *T) {
	t.buf[0] = byte(*p)
	*p = T(t.bytes(1)[0])
}

// Flag is a yes or no.
func (t *Tape) Flag(p *bool) {
	var b byte
	if *p {
		b = 1
	}
	if Octet(t, &b); b > 1 {
		t.Break()
	}
	*p = b == 1
}

// Count is how many of something follow: from 0 to most.
func (t *Tape) Count(n, most int) int {
	v := int64(n)
	if Word8(t, &v); v < 0 || v > int64(most) {
		t.Break()
	}
	if t.err != nil {
		return 0
	}
	return int(v)
}

// Text is a short string of at most 255 bytes.
func (t *Tape) Text(p *string) {
	n := byte(min(len(*p), 255))
	Octet(t, &n)
	b := []byte(*p)[:min(len(*p), 255)]
	if t.Reading() {
		b = make([]byte, n)
	}
	for i := range b {
		Octet(t, &b[i])
	}
	*p = string(b)
}

// Currency is a code of three bytes.
func (t *Tape) Currency(c *tillproof.Currency) {
	for i := range c {
		Octet(t, &c[i])
	}
}
