package bulk

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/tillproof/tillproof/internal/format"
)

// like is a row under the fingerprint of all that the bulk door shows of it: lines that are equal have the
// same one.
type like struct {
	print uint64
	at    rowAt
}

const (
	likeBits  = 8
	likeParts = 1 << likeBits // of 100 million rows each has 6 MB
	likeSize  = 16
	likeChunk = 16 << 10 // gathered of a part before it is written: 4 MB for all
)

// likes finds the rows that may be one line twice, whatever their number: their fingerprints stand in a
// temporary file, in parts that are looked at one by one.
type likes struct {
	file   *spill
	bufs   [likeParts][]byte
	chunks [likeParts][]chunk
}

// newLikes makes the file in the folder of the other ones.
func (j *job) newLikes() (*likes, error) {
	f, err := newSpill(j.temp)
	if err != nil {
		return nil, err
	}
	return &likes{file: f}, nil
}

func (l *likes) close() { l.file.close() }

func (l *likes) add(r *format.Row, at rowAt) error {
	print := printOf(r)
	part := print >> (64 - likeBits)
	b := binary.LittleEndian.AppendUint64(l.bufs[part], print)
	b = binary.LittleEndian.AppendUint64(b, at.pack())
	l.bufs[part] = b
	if len(b) < likeChunk {
		return nil
	}
	return l.write(int(part))
}

func (l *likes) write(part int) error {
	b := l.bufs[part]
	at, err := l.file.put(b)
	l.chunks[part] = append(l.chunks[part], chunk{at: at, size: int32(len(b))})
	l.bufs[part] = b[:0]
	return err
}

// groups visits the rows that share a fingerprint with another, file by file and in the order of their lines.
func (l *likes) groups(visit func([]like) error) error {
	var all []like
	var buf []byte
	for part := range likeParts {
		if err := l.write(part); err != nil {
			return err
		}
		all = all[:0]
		for _, c := range l.chunks[part] {
			buf = slices.Grow(buf[:0], int(c.size))[:c.size]
			if err := l.file.get(buf, c.at); err != nil {
				return err
			}
			for b := buf; len(b) > 0; b = b[likeSize:] {
				at := unpackAt(binary.LittleEndian.Uint64(b[8:]))
				all = append(all, like{binary.LittleEndian.Uint64(b), at})
			}
		}
		slices.SortFunc(all, func(a, b like) int {
			return cmp.Or(cmp.Compare(a.print, b.print), cmp.Compare(a.at.source, b.at.source),
				cmp.Compare(kind(a.at.kept), kind(b.at.kept)), cmp.Compare(a.at.offset, b.at.offset))
		})
		for rest := all; len(rest) > 0; {
			n := 1
			for n < len(rest) && rest[n].print == rest[0].print {
				n++
			}
			if n > 1 {
				if err := visit(rest[:n]); err != nil {
					return err
				}
			}
			rest = rest[n:]
		}
	}
	return nil
}

// kind puts rows that were kept behind the others of their file.
func kind(kept bool) int {
	if kept {
		return 1
	}
	return 0
}

// printOf is the fingerprint of a row.
func printOf(r *format.Row) uint64 {
	h := mix(uint64(r.Amount), uint64(r.Fee))
	h = mix(h, uint64(r.Net))
	h = mix(h, uint64(r.Time))
	h = mix(h, uint64(r.Settle)<<32^uint64(r.Booking)<<16^uint64(r.Value))
	h = mix(h, uint64(r.Kind)<<8|uint64(r.Status))
	for _, ref := range [...][]byte{
		r.Merchant, r.Terminal, r.Batch, r.STAN, r.RRN, r.Auth, r.Order, r.Original, r.Payout,
	} {
		h = mix(h, hashText(ref))
	}
	return h
}
