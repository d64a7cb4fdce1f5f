package bulk

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"slices"

	"github.com/tillproof/tillproof"
)

// The compact result file: a mark, the matched pairs in the order of their key's hash, the ids of what stands
// in the other lists, a trailer that says where each part begins, and the length of the trailer.
const (
	indexMark = "tillproof-r\x00\x00\x00\x00\x01"
	pairSize  = 24
	idSize    = 24
)

// appendPair writes a pair: the hash of its key, and where its rows stand.
//
//	hash 64; the terminal row: offset 40, file 8, 16 spare; the acquirer row: offset 40, file 8, 16 spare
func (j *job) appendPair(b []byte, hash uint64, t, a *entry) []byte {
	b = binary.LittleEndian.AppendUint64(b, hash)
	b = binary.LittleEndian.AppendUint64(b, j.whereabouts(t))
	return binary.LittleEndian.AppendUint64(b, j.whereabouts(a))
}

// byLine marks the place of a row whose line is known, and not the byte at which it begins.
const byLine = 1 << 63

func lineWord(at *tillproof.Origin) uint64 {
	return byLine | uint64(uint8(at.Source))<<40 | uint64(uint32(at.Line))
}

// noOffset is the place of a row whose file gives none: its record came without one.
const noOffset = 1<<40 - 1

func (j *job) whereabouts(e *entry) uint64 {
	at := uint64(e.offset)
	if e.flags&recordFlag != 0 {
		at = noOffset
	}
	return at | uint64(j.readings[e.source].source)<<40
}

// trailer says what stands where.
type trailer struct {
	Version int             `json:"version"`
	Sources []trailerSource `json:"sources"`
	Pairs   []int64         `json:"pairs"` // by partition
	IDs     int64           `json:"ids"`
	Lists   []string        `json:"lists"`
}

type trailerSource struct {
	File   string `json:"file"`
	Side   string `json:"side"`
	Digest string `json:"sha256"`
}

// index writes the compact result file.
type index struct {
	f     *os.File
	w     *bufio.Writer
	pairs []int64
	lists []string
	ids   []listedID
}

// listedID says in which row of which list a record stands.
type listedID struct {
	id   tillproof.RecordID
	list uint8
	row  int64
}

func newIndex(path string) (*index, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	x := &index{f: f, w: bufio.NewWriterSize(f, listBuffer), pairs: make([]int64, partitions)}
	x.lists = listNames()
	_, err = x.w.WriteString(indexMark)
	return x, err
}

func (x *index) add(part int, o *output) error {
	x.pairs[part] = int64(len(o.index) / pairSize)
	_, err := x.w.Write(o.index)
	return err
}

func (x *index) listed(id tillproof.RecordID, list string, row int64) {
	x.ids = append(x.ids, listedID{id, uint8(slices.Index(x.lists, list)), row})
}

// finish writes what follows the pairs.
func (x *index) finish(sources []tillproof.Source) error {
	slices.SortFunc(x.ids, func(a, b listedID) int {
		return cmp.Or(bytes.Compare(a.id[:], b.id[:]), cmp.Compare(a.list, b.list), cmp.Compare(a.row, b.row))
	})
	var b [idSize]byte
	for _, l := range x.ids {
		copy(b[:], l.id[:])
		binary.LittleEndian.PutUint64(b[len(l.id):], uint64(l.list)|uint64(l.row)<<8)
		if _, err := x.w.Write(b[:]); err != nil {
			return err
		}
	}
	t := trailer{Version: 1, Pairs: x.pairs, IDs: int64(len(x.ids)), Lists: x.lists}
	for i := range sources {
		s := &sources[i]
		t.Sources = append(t.Sources, trailerSource{s.File, s.Side.String(), s.Digest.String()})
	}
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	text = binary.LittleEndian.AppendUint64(text, uint64(len(text)))
	_, err = x.w.Write(text)
	return errors.Join(err, x.w.Flush(), x.f.Close())
}

// HashOf is the hash under which the compact result file has a pair.
func HashOf(merchant, terminal, rrn string) uint64 {
	v, _ := packRRN([]byte(rrn))
	return keyHash(hashName([]byte(merchant)), hashName([]byte(terminal)), v)
}

// appendPlaces is appendPair for records that are held: their files have no offsets at hand, but lines.
func appendPlaces(b []byte, hash uint64, t, a *tillproof.Origin) []byte {
	b = binary.LittleEndian.AppendUint64(b, hash)
	b = binary.LittleEndian.AppendUint64(b, lineWord(t))
	return binary.LittleEndian.AppendUint64(b, lineWord(a))
}
