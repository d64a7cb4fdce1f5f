package format

import "io"

// passes tells how far all of the loading is: the bytes are hashed, read and hashed again, and each of the
// three passes counts as much.
type passes struct {
	size int64
	tell func(done, size int64)
}

// watch is the input for one of the passes, counted from 0; own is told of this pass alone.
func (p passes) watch(in *Input, pass int64, own func(done, size int64)) *Input {
	const all = 3
	watched := *in
	watched.At = &progress{at: in.At, size: in.Size, tell: func(done, size int64) {
		if own != nil {
			own(done, size)
		}
		if p.tell != nil {
			p.tell((pass*size+done)/all, size)
		}
	}}
	return &watched
}

// progress tells how far a pass has come: the furthest byte asked for.
type progress struct {
	at   io.ReaderAt
	size int64
	done int64
	tell func(done, size int64)
}

// ReadAt reads and tells.
func (p *progress) ReadAt(b []byte, off int64) (int, error) {
	n, err := p.at.ReadAt(b, off)
	if end := off + int64(n); end > p.done {
		p.done = end
		p.tell(p.done, p.size)
	}
	return n, err
}
