package bulk

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tillproof/tillproof"
)

// spill is one temporary file that no folder names: it is gone when the program ends, however it ends.
type spill struct {
	file *os.File
	end  atomic.Int64
}

func newSpill(dir string) (*spill, error) {
	f, err := unnamed(dir)
	if err != nil {
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	return &spill{file: f}, nil
}

// put writes a block and answers where it stands.
func (s *spill) put(b []byte) (int64, error) {
	at := s.end.Add(int64(len(b))) - int64(len(b))
	if _, err := s.file.WriteAt(b, at); err != nil {
		return 0, fmt.Errorf("write the temporary file: %w", err)
	}
	return at, nil
}

func (s *spill) get(b []byte, at int64) error {
	if _, err := s.file.ReadAt(b, at); err != nil {
		return fmt.Errorf("read the temporary file: %w", err)
	}
	return nil
}

func (s *spill) close() { _ = s.file.Close() } // it holds nothing that is kept

// The partitions of the keys. Their number is fixed, so that the order of what comes out of them depends on
// nothing but the keys.
const (
	partitionBits = 9
	partitions    = 1 << partitionBits
	// chunkSize is what a worker gathers for a partition before it goes to the file: with two workers 16 MB.
	chunkSize = 16 << 10 / entrySize * entrySize
)

// chunk is a part of a partition: in memory, or in the temporary file.
type chunk struct {
	at   int64
	size int32
	mem  []byte
}

// shelf holds the chunks of all partitions. Those of small files stay in memory.
type shelf struct {
	file  *spill
	spare int64 // bytes that may still be kept in memory
	mu    sync.Mutex
	parts [partitions][]chunk
}

// keep takes a chunk over and answers the buffer for the next one.
func (s *shelf) keep(part int, b []byte) ([]byte, error) {
	s.mu.Lock()
	inside := s.spare >= int64(cap(b))
	if inside {
		s.spare -= int64(cap(b))
		s.parts[part] = append(s.parts[part], chunk{size: int32(len(b)), mem: b})
	}
	s.mu.Unlock()
	if inside {
		return nil, nil
	}
	at, err := s.file.put(b)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.parts[part] = append(s.parts[part], chunk{at: at, size: int32(len(b))})
	s.mu.Unlock()
	return b[:0], nil
}

func (s *shelf) size(part int) int {
	n := 0
	for _, c := range s.parts[part] {
		n += int(c.size)
	}
	return n
}

// read puts the partition's entries into the buffer, and lets go of what was in memory.
func (s *shelf) read(part int, buf []byte) ([]byte, error) {
	n := s.size(part)
	if cap(buf) < n {
		buf = make([]byte, n+n/8)
	}
	buf = buf[:0]
	for _, c := range s.parts[part] {
		from := len(buf)
		buf = buf[:from+int(c.size)]
		if c.mem != nil {
			copy(buf[from:], c.mem)
			continue
		}
		if err := s.file.get(buf[from:], c.at); err != nil {
			return nil, err
		}
	}
	s.parts[part] = nil
	return buf, nil
}

// records are whole records, each after its length: in memory up to a bound, then in the temporary file.
type records struct {
	file *spill
	most int64 // bytes that wait to be written
	mu   sync.Mutex
	buf  []byte
	base int64 // bytes that are written
}

// recordBuffer is what is gathered before it is written.
const recordBuffer = 256 << 10

// add takes a record that begins with four bytes for its length, and answers where it stands.
func (s *records) add(b []byte) (int64, error) {
	binary.LittleEndian.PutUint32(b, uint32(len(b)-recordHead))
	s.mu.Lock()
	defer s.mu.Unlock()
	if int64(len(s.buf)+len(b)) > s.most {
		if err := s.flush(); err != nil {
			return 0, err
		}
		s.most = recordBuffer
	}
	at := s.base + int64(len(s.buf))
	s.buf = append(s.buf, b...)
	return at, nil
}

// recordHead is the length before each record.
const recordHead = 4

// flush writes what waits.
func (s *records) flush() error {
	if len(s.buf) == 0 {
		return nil
	}
	if s.file == nil {
		return errKept
	}
	if _, err := s.file.put(s.buf); err != nil {
		return err
	}
	s.base += int64(len(s.buf))
	s.buf = s.buf[:0]
	return nil
}

// clear forgets all records.
func (s *records) clear() {
	s.buf, s.base = s.buf[:0], 0
	s.file.end.Store(0)
}

// each visits all records in the order in which they were added.
func (s *records) each(visit func(at int64, r *tillproof.Record)) error {
	in := bufio.NewReaderSize(io.MultiReader(
		io.NewSectionReader(s.file.file, 0, s.base), bytes.NewReader(s.buf)), recordBuffer)
	var b []byte
	for at := int64(0); at < s.base+int64(len(s.buf)); {
		var head [recordHead]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return errKept
		}
		n := int(binary.LittleEndian.Uint32(head[:]))
		b = slices.Grow(b[:0], n)[:n]
		if _, err := io.ReadFull(in, b); err != nil {
			return errKept
		}
		r, _, err := readRecord(b)
		if err != nil {
			return err
		}
		visit(at, &r)
		at += int64(recordHead + n)
	}
	return nil
}

// recordReader reads records that stand anywhere, for one goroutine.
type recordReader struct {
	*records
	room []byte
}

// oneRecord is about as long as records are: what is read at first.
const oneRecord = 512

func (s *records) reader() *recordReader { return &recordReader{s, make([]byte, oneRecord)} }

// get reads the record that stands at a place.
func (r *recordReader) get(at int64) (tillproof.Record, error) {
	b := r.room[:min(oneRecord, max(0, r.base-at))]
	if at >= r.base {
		b = r.buf[at-r.base:]
	} else if err := r.file.get(b, at); err != nil {
		return tillproof.Record{}, err
	}
	if len(b) < recordHead {
		return tillproof.Record{}, errKept
	}
	n := int(binary.LittleEndian.Uint32(b)) + recordHead
	if n > len(b) {
		if at >= r.base || int64(n) > r.base-at {
			return tillproof.Record{}, errKept
		}
		r.room = slices.Grow(r.room, n)
		b = r.room[:n]
		if err := r.file.get(b, at); err != nil {
			return tillproof.Record{}, err
		}
	}
	rec, _, err := readRecord(b[recordHead:n])
	return rec, err
}
