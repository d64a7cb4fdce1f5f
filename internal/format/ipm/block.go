package ipm

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// The blocks of a blocked file: 1012 bytes of data and two fillers.
const (
	blockSize = 1014
	blockData = 1012
	filler    = 0x40
)

// lengthSize is the length before each record; maxRecord bounds a record: the elements of a message together
// can hold no more.
const (
	lengthSize = 4
	maxRecord  = 16 << 10
)

// lengthOf is the length that b begins with, in 4 bytes, the highest first.
func lengthOf(b []byte) int {
	return int(min(binary.BigEndian.Uint32(b), maxRecord+1))
}

// unblock takes the fillers out of the whole blocks of a head; nil where one of them does not end in fillers.
func unblock(head []byte) []byte {
	var out []byte
	for len(head) >= blockSize {
		if head[blockData] != filler || head[blockData+1] != filler {
			return nil
		}
		out = append(out, head[:blockData]...)
		head = head[blockSize:]
	}
	if out == nil {
		return nil
	}
	return append(out, head...)
}

// blocks reads the data of a blocked file.
type blocks struct {
	src  io.Reader
	left int // bytes of data of the block that are still to come
}

func (b *blocks) Read(p []byte) (int, error) {
	if b.left == 0 {
		b.left = blockData
	}
	n, err := b.src.Read(p[:min(len(p), b.left)])
	b.left -= n
	if b.left > 0 || err != nil {
		return n, err
	}
	var end [blockSize - blockData]byte
	if _, err := io.ReadFull(b.src, end[:]); err != nil && !errors.Is(err, io.EOF) &&
		!errors.Is(err, io.ErrUnexpectedEOF) {
		return n, err
	}
	return n, nil
}

// records reads a file record by record.
type records struct {
	in *bufio.Reader
	n  int
}

func newRecords(src io.Reader, blocked bool) *records {
	if blocked {
		src = &blocks{src: bufio.NewReaderSize(src, 64<<10)}
	}
	return &records{in: bufio.NewReaderSize(src, 2*maxRecord)}
}

// unreadable ends the reading: the file ends within a record, or a length is none. left is the bytes that are
// there, or the length that is claimed.
type unreadable struct {
	code string
	left int64
}

func (e *unreadable) Error() string { return e.code }

// pass passes the zeros and fillers behind a file. Where another one follows, as where days were put
// together, it answers true. Bytes that are neither end the reading with format.ipm.rest.
func (r *records) pass() (more bool, err error) {
	for {
		b, err := r.in.Peek(lengthSize + typeSize)
		switch {
		case len(b) == 0 && errors.Is(err, io.EOF):
			return false, nil
		case err != nil && !errors.Is(err, io.EOF):
			return false, err
		case len(b) == lengthSize+typeSize && begins(b):
			return true, nil
		case b[0] != 0 && b[0] != filler:
			return false, r.stop("format.ipm.rest", 0)
		}
		if _, err := r.in.Discard(1); err != nil {
			return false, err
		}
	}
}

// begins reports a length and a message type of clearing, in either code page.
func begins(b []byte) bool {
	n := lengthOf(b)
	mti := b[lengthSize:]
	if n < typeSize+bitmapSize || n > maxRecord || mti[0] != '1' && mti[0] != 0xF1 {
		return false
	}
	for _, c := range mti[1:typeSize] {
		if digit := c - mti[0] + 1; digit > 9 { // the digits follow each other in both
			return false
		}
	}
	return true
}

// next is the next record, good until the call after. A length of zero ends a file.
func (r *records) next() ([]byte, error) {
	b, err := r.in.Peek(lengthSize)
	switch {
	case len(b) == 0 && errors.Is(err, io.EOF):
		return nil, io.EOF
	case errors.Is(err, io.EOF):
		return nil, r.stop("format.ipm.cut", int64(len(b)))
	case err != nil:
		return nil, err
	}
	n := lengthOf(b)
	if n == 0 {
		more, err := r.pass()
		switch {
		case err != nil:
			return nil, err
		case !more:
			return nil, io.EOF
		}
		return r.next()
	}
	r.n++
	if n > maxRecord {
		return nil, r.stop("format.ipm.length", int64(binary.BigEndian.Uint32(b)))
	}
	b, err = r.in.Peek(lengthSize + n)
	switch {
	case errors.Is(err, io.EOF):
		return nil, r.stop("format.ipm.cut", int64(len(b)-lengthSize))
	case err != nil:
		return nil, err
	}
	_, err = r.in.Discard(lengthSize + n)
	return b[lengthSize:], err
}

// stop ends the reading.
func (r *records) stop(code string, n int64) error {
	left, err := io.Copy(io.Discard, r.in)
	if err != nil {
		return err
	}
	return &unreadable{code, max(n, left)}
}
