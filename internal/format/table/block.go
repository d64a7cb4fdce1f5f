package table

import (
	"bytes"
	"hash/crc32"

	"github.com/tillproof/tillproof/internal/format/profile"
)

// blockSize is what a worker reads at once: large enough that reading costs little, small enough to stay in
// the cache of a core. A line belongs to the block in which it begins. Tests make it small.
var blockSize int64 = 1 << 20

// What else bounds the reading of blocks.
const (
	// ahead is how much of the next block is read along, for the end of the last line.
	ahead = 8 << 10
	// maxPlain is the longest line that may cross a block's end; a file with a longer one goes the other way.
	maxPlain = 64 << 10
	// markSize is how far apart the lines are counted for the way back: what is read again for one line, at
	// the price of eight bytes of memory for each.
	markSize = 4 << 10
	// spareBlocks may wait for their turn while all workers are busy.
	spareBlocks = 2
	// loadSize is how many bytes are looked at together.
	loadSize = 8
)

// block is the bytes of one block, the byte before it, and the end of its last line.
type block struct {
	buf  []byte
	at   int64 // of the file: where buf begins
	size int   // bytes that are of the file

	quotes bool // some line has one
}

func newBlock() *block { return &block{buf: make([]byte, 1+blockSize+ahead+loadSize)} }

// read takes the bytes of block n and of the end of its last line.
func (b *block) read(p *pass, n int64) error {
	b.at = max(0, n*blockSize-1)
	end := min(p.to, (n+1)*blockSize)
	if b.at >= end {
		b.size = 0
		return nil
	}
	if err := b.fill(p, min(p.to, end+ahead)); err != nil {
		return err
	}
	for end < p.to {
		whole := int(end-b.at) - 1 // the last byte of the block
		if bytes.IndexByte(b.buf[whole:b.size], '\n') >= 0 || b.at+int64(b.size) == p.to {
			return nil
		}
		if int64(b.size)+b.at-end >= maxPlain {
			return errAnew
		}
		if err := b.fill(p, min(p.to, b.at+int64(b.size)+maxPlain)); err != nil {
			return err
		}
	}
	return nil
}

func (b *block) fill(p *pass, to int64) error {
	n := int(to - b.at)
	if n+loadSize > len(b.buf) {
		b.buf = append(b.buf, make([]byte, n+loadSize-len(b.buf))...)
	}
	b.size = n
	return p.in.ReadAt(b.buf[:n], b.at)
}

// staysOpen reports a quote that no line closes among those which would be joined to its own: it is then no
// quote around a cell. It is not known where too few of them were read.
func (b *block) staysOpen(end int) bool {
	rest := b.buf[end:b.size]
	for n := 0; n < maxRecordLines+2; n++ { // the end of its own line first
		i := bytes.IndexByte(rest, '\n')
		if i < 0 || bytes.IndexByte(rest[:i], '"') >= 0 || bytes.IndexByte(rest[:i], 0) >= 0 {
			return false
		}
		rest = rest[i+1:]
	}
	return true
}

// parsed is what a block gives in its turn.
type parsed struct {
	*block
	n      int64
	pieces []piece // each ends with an odd line, but for the last
	lines  int
	marks  []mark
}

// mark is where the lines of a block are counted, for the way back: how many of them begin up to it, and
// what the bytes from it to the next one add up to.
type mark struct {
	lines int32
	sum   uint32
}

// checked is the sum by which bytes are known again. It is no proof, as the digest is one: it tells that a
// file was written while it was read.
func checked(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// piece is the plain lines before an odd one.
type piece struct {
	passed profile.Passed
	odd    physical // its number counts from the block's first line
	offset int64
	last   int // the last line before it
	ends   bool
}
