package wrap

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"sync"

	"github.com/tillproof/tillproof"
)

// stream is bytes that can be inflated from their start as often as wanted.
type stream struct {
	open   func() (io.ReadCloser, error)
	packed int64 // the bytes that it takes in the archive
	size   int64 // inflated, as the archive states it; unstated where it does not
	paid   bool  // its inflated bytes are in the budget
}

// unstated is the size of a stream whose archive names none that could be trusted.
const unstated = -1

// budget is what one archive may still inflate.
type budget struct {
	left  int64
	ratio bool // the ratio is what bounds it, not the total
}

func newBudget(size int64) *budget {
	most := max(ratioFrom, size*maxRatio)
	if size > maxTotal/maxRatio {
		return &budget{left: maxTotal}
	}
	return &budget{left: most, ratio: true}
}

// take spends bytes; the error says which bound is reached.
func (b *budget) take(n int64) error {
	if n < 0 || n > b.left {
		return b.beyond()
	}
	b.left -= n
	return nil
}

func (b *budget) beyond() error {
	if b.ratio {
		return fail(tillproof.KindTooLarge, "wrap.ratio", nil)
	}
	e := fail(tillproof.KindTooLarge, "wrap.size", nil)
	e.Params = mib(maxTotal)
	return e
}

// head is the first n bytes, or what there is.
func (s *stream) head(n int) ([]byte, error) {
	r, err := s.open()
	if err != nil {
		return nil, fault(err)
	}
	defer func() { _ = r.Close() }() // only read
	b := make([]byte, n)
	got, err := io.ReadFull(r, b)
	if err != nil && got == 0 && !errors.Is(err, io.EOF) {
		return nil, fault(err)
	}
	return b[:got], nil
}

// inflate reads to the end, where the check sum stands: into memory, or only counting once there are more
// than keep bytes, which answers nil for the body. A workbook of more than keep bytes is refused at once.
func (s *stream) inflate(all *budget, keep int64) (*held, int64, error) {
	r, err := s.open()
	if err != nil {
		return nil, 0, fault(err)
	}
	defer func() { _ = r.Close() }() // only read
	bound := s.size
	if bound == unstated {
		bound = max(ratioFrom, s.packed*maxRatio)
		if !s.paid {
			bound = min(bound, all.left)
		}
	}
	body, size := &held{}, int64(0)
	for buf := make([]byte, chunk); ; buf = body.next(buf) {
		n, err := io.ReadFull(r, buf)
		if size += int64(n); size > bound {
			return nil, 0, s.beyond(all)
		}
		if body != nil && size > keep {
			if randomAccess(body.head()) {
				return nil, 0, large()
			}
			body = nil
		}
		body.add(buf[:n])
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && atEnd(r) {
			break
		}
		if err != nil {
			return nil, 0, fault(err)
		}
	}
	if s.size != unstated && size != s.size {
		return nil, 0, fail(tillproof.KindInvalid, "wrap.cut", nil)
	}
	return body, size, s.pay(all, size)
}

// atEnd tells the short last piece of a stream from one that broke off: ReadFull gives both the same error,
// the reader gives its own again.
func atEnd(r io.Reader) bool {
	_, err := r.Read(make([]byte, 1))
	return errors.Is(err, io.EOF)
}

func (s *stream) pay(all *budget, size int64) error {
	if s.paid || s.size != unstated {
		return nil
	}
	s.paid = true
	return all.take(size)
}

// beyond says why there are more bytes than there may be.
func (s *stream) beyond(all *budget) error {
	if s.size != unstated {
		return fail(tillproof.KindInvalid, "wrap.broken", nil) // more than its directory says
	}
	if all.left < s.packed*maxRatio {
		return all.beyond()
	}
	return fail(tillproof.KindTooLarge, "wrap.ratio", nil)
}

func randomAccess(head []byte) bool {
	return bytes.HasPrefix(head, zipMagic) || bytes.HasPrefix(head, oleMagic)
}

// chunk is how memory for a file is taken: what is inflated never has to be moved to a larger place.
const chunk = 64 << 10

// held is a file in memory; nil holds nothing and counts nothing.
type held struct {
	chunks [][]byte // all but the last of chunk bytes
	size   int64
}

// next is the room for the following piece: a new one where the last was kept.
func (h *held) next(used []byte) []byte {
	if h == nil {
		return used
	}
	return make([]byte, chunk)
}

func (h *held) add(piece []byte) {
	if h == nil || len(piece) == 0 {
		return
	}
	h.chunks = append(h.chunks, piece)
	h.size += int64(len(piece))
}

func (h *held) head() []byte {
	if len(h.chunks) == 0 {
		return nil
	}
	return h.chunks[0]
}

// ReadAt reads as a file does.
func (h *held) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) && off < h.size {
		c := copy(p[n:], h.chunks[off/chunk][off%chunk:])
		n, off = n+c, off+int64(c)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// maxRestarts bounds how often a long file is inflated from its start: one reading takes about five.
const maxRestarts = 100

// again reads a file that is not held: forwards as it is inflated, backwards from its start anew.
type again struct {
	from     *stream
	size     int64
	mu       sync.Mutex
	r        io.ReadCloser
	at       int64
	restarts int
}

// ReadAt reads as a file does.
func (a *again) ReadAt(p []byte, off int64) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if off >= a.size {
		return 0, io.EOF
	}
	if err := a.seek(off); err != nil {
		return 0, fault(err)
	}
	short := false
	if rest := a.size - off; int64(len(p)) > rest {
		p, short = p[:rest], true
	}
	n, err := io.ReadFull(a.r, p)
	a.at += int64(n)
	switch {
	case err != nil:
		a.close()
		return n, fault(err)
	case short:
		return n, io.EOF
	}
	return n, nil
}

// seek makes off the next byte.
func (a *again) seek(off int64) error {
	if a.r != nil && off < a.at {
		a.close()
	}
	if a.r == nil {
		if a.restarts++; a.restarts > maxRestarts {
			return large()
		}
		r, err := a.from.open()
		if err != nil {
			return err
		}
		a.r, a.at = r, 0
	}
	n, err := io.CopyN(io.Discard, a.r, off-a.at)
	a.at += n
	if err != nil {
		a.close()
	}
	return err
}

func (a *again) close() {
	_ = a.r.Close() // only read
	a.r = nil
}

// fault says what is wrong with packed bytes: cut off, damaged, of a kind that is not known, or not to be
// had.
func fault(err error) error {
	var known *tillproof.Error
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fail(tillproof.KindInvalid, "wrap.cut", err)
	case errors.Is(err, zip.ErrAlgorithm):
		return fail(tillproof.KindUnsupported, "wrap.method", err)
	case errors.As(err, &corrupt), errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrFormat),
		errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return fail(tillproof.KindInvalid, "wrap.broken", err)
	}
	return fail(tillproof.KindUnavailable, "format.read", err)
}
