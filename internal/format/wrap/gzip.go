package wrap

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"path"
	"strings"
)

// gzip takes in the one file of a gzip file. Several members one after another are one file (RFC 1952,
// section 2.2); its name is the stored one of the first.
func (a *archive) gzip(s *stream, name string, level int) error {
	inner := &stream{open: gunzip(s), packed: s.packed, size: unstated}
	if stored := storedName(s); stored != "" {
		name = join(name, stored)
	}
	if level == 1 {
		// What is wrong with the only file of an archive is wrong with the archive.
		if _, err := inner.head(1); err != nil {
			return err
		}
	}
	return a.add(inner, name, level)
}

// storedName is the name that the first header keeps, without folders: gzip restores none.
func storedName(s *stream) string {
	r, err := s.open()
	if err != nil {
		return ""
	}
	defer func() { _ = r.Close() }() // only read
	z, err := gzip.NewReader(r)
	if err != nil || z.Name == "" {
		return ""
	}
	raw := make([]byte, 0, len(z.Name))
	for _, r := range z.Name { // the library reads the bytes as Latin-1
		raw = append(raw, byte(r))
	}
	return path.Base(strings.ReplaceAll(decodeName(raw), `\`, "/"))
}

func gunzip(s *stream) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		src, err := s.open()
		if err != nil {
			return nil, err
		}
		buf := bufio.NewReaderSize(src, chunk)
		z, err := gzip.NewReader(buf)
		if err != nil {
			_ = src.Close() // only read
			return nil, err
		}
		z.Multistream(false)
		return &members{z: z, buf: buf, src: src}, nil
	}
}

// members reads the members of a gzip file one after another. Zero bytes behind the last are the padding of a
// tape or a disk; anything else is damage.
type members struct {
	z   *gzip.Reader
	buf *bufio.Reader
	src io.Closer
	err error
}

// Read reads on, into the next member where one ends.
func (m *members) Read(p []byte) (int, error) {
	for m.err == nil {
		n, err := m.z.Read(p)
		switch {
		case errors.Is(err, io.EOF):
			m.err = m.nextMember()
		case err != nil:
			m.err = err
		}
		if n > 0 || len(p) == 0 {
			return n, nil
		}
	}
	return 0, m.err
}

func (m *members) nextMember() error {
	for {
		c, err := m.buf.ReadByte()
		if err != nil {
			return err // io.EOF: all is read
		}
		if c == 0 {
			continue
		}
		if err := m.buf.UnreadByte(); err != nil {
			return err
		}
		if err := m.z.Reset(m.buf); err != nil {
			if errors.Is(err, io.EOF) {
				return io.ErrUnexpectedEOF
			}
			return err
		}
		m.z.Multistream(false)
		return nil
	}
}

// Close closes the file beneath.
func (m *members) Close() error { return m.src.Close() }
