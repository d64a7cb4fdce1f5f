package xls

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// The records of MS-XLS 2.3 that are read, by their numbers. All others are passed over: dimensions and
// indexes are claims about what the records themselves show.
const (
	idFormula   = 0x0006
	idEOF       = 0x000A
	idDate1904  = 0x0022
	idFilePass  = 0x002F
	idContinue  = 0x003C
	idCodePage  = 0x0042
	idSheet     = 0x0085 // BoundSheet
	idMulRK     = 0x00BD
	idRString   = 0x00D6
	idXF        = 0x00E0
	idSST       = 0x00FC
	idLabelSST  = 0x00FD
	idNumber    = 0x0203
	idLabel     = 0x0204
	idBoolErr   = 0x0205
	idString    = 0x0207
	idRK        = 0x027E
	idFormula3  = 0x0206 // as some programs still write it
	idFormula4  = 0x0406
	idFormat    = 0x041E
	idBOF       = 0x0809
	headerBytes = 4
)

// bufferBytes holds a whole record of the usual length (8,224 bytes) and the header of the next.
const bufferBytes = 16 << 10

// records cuts a stream into records.
type records struct {
	src  *bufio.Reader
	id   uint16
	data []byte // of the record; good until the next
	buf  []byte
}

func newRecords(src io.Reader) *records {
	return &records{src: bufio.NewReaderSize(src, bufferBytes)}
}

// next reads a record. io.EOF is the end between two records, io.ErrUnexpectedEOF one within.
func (r *records) next() error {
	var head [headerBytes]byte
	if _, err := io.ReadFull(r.src, head[:]); err != nil {
		return err
	}
	r.id = binary.LittleEndian.Uint16(head[:])
	n := int(binary.LittleEndian.Uint16(head[2:]))
	if cap(r.buf) < n {
		r.buf = make([]byte, n)
	}
	r.data = r.buf[:n]
	_, err := io.ReadFull(r.src, r.data)
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// more goes on to the next record if it continues this one.
func (r *records) more() (bool, error) {
	head, err := r.src.Peek(headerBytes)
	switch {
	case errors.Is(err, io.EOF):
		return false, nil
	case err != nil:
		return false, err
	case binary.LittleEndian.Uint16(head) != idContinue:
		return false, nil
	}
	return true, r.next()
}

var errShort = errors.New("a record is shorter than what it holds")

// has reports that the record is long enough for n bytes.
func (r *records) has(n int) error {
	if len(r.data) < n {
		return errShort
	}
	return nil
}

func u16(b []byte) uint16 { return binary.LittleEndian.Uint16(b) }
func u32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
func u64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }
