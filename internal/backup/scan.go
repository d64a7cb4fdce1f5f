package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault"
)

// readBuffer is how much of a backup is read at once.
const readBuffer = 256 << 10

// taker takes the bytes of a member; what it does not read is read past.
type taker func(name string, body io.Reader) error

// scan walks a backup from its first byte to its last and holds each to the format. The members go by before
// the manifest has confirmed them: until scan answers, nothing of them may be believed.
func scan(ctx context.Context, r io.Reader, take taker) (*Manifest, error) {
	s := &scanner{ctx: ctx, in: bufio.NewReaderSize(r, readBuffer), take: take}
	if err := s.head(); err != nil {
		return nil, err
	}
	for s.manifest == nil {
		name, size, err := s.header()
		if err == nil {
			err = s.member(name, size)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := s.zeros(endBlocks, manifestName); err != nil {
		return nil, err
	}
	if _, err := s.in.ReadByte(); !errors.Is(err, io.EOF) {
		if err == nil {
			return nil, damaged(manifestName, errors.New("the file goes on"))
		}
		return nil, failedFile("", err)
	}
	if err := s.compare(); err != nil {
		return nil, err
	}
	return s.manifest, nil
}

// scanner is a walk through a backup.
type scanner struct {
	ctx      context.Context
	in       *bufio.Reader
	take     taker
	seen     []Member
	stage    int // how far in the order of members
	manifest *Manifest
}

// likeness is how many bytes of the first header may differ in a backup that is damaged rather than another
// file: another archive differs in its name alone by more.
const likeness = 16

// head reads the first member, which says that the file is a backup.
func (s *scanner) head() error {
	first, err := s.in.Peek(block)
	if err != nil && !errors.Is(err, io.EOF) {
		return failedFile("", err)
	}
	line := formatName + " "
	want := header(headName, 0)
	differ := 0
	for i := range first {
		ours := i >= 124 && i < 136 || i >= 148 && i < 156 // size and checksum
		if !ours && first[i] != want[i] {
			differ++
		}
	}
	switch {
	case len(first) < len(headName), differ > likeness:
		return fail(tillproof.KindInvalid, CodeNone, nil, nil)
	case len(first) < block:
		return cut(io.EOF)
	}
	name, size, err := s.header()
	if err != nil {
		return err
	}
	if name != headName || size > block {
		return damaged(headName, nil)
	}
	text := make([]byte, size)
	keep := s.take
	s.take = func(name string, body io.Reader) error {
		if _, err := io.ReadFull(body, text); err != nil {
			return err
		}
		return keep(name, bytes.NewReader(text))
	}
	err = s.member(name, size)
	s.take = keep
	switch {
	case err != nil:
		return err
	case newer(string(text)):
		return fail(tillproof.KindUnsupported, CodeNewer, nil, nil)
	case !strings.HasPrefix(string(text), line):
		return damaged(headName, nil)
	}
	return nil
}

// newer reports the first line of a later version.
func newer(line string) bool {
	version, _, _ := strings.Cut(strings.TrimPrefix(line, formatStem), " ")
	n, err := strconv.Atoi(version)
	return err == nil && n > 1 && strings.HasPrefix(line, formatStem)
}

func (s *scanner) header() (string, int64, error) {
	if err := s.ctx.Err(); err != nil {
		return "", 0, err
	}
	var h [block]byte
	if _, err := io.ReadFull(s.in, h[:]); err != nil {
		return "", 0, cut(err)
	}
	name, size, ok := readHeader(&h)
	if !ok || !s.inOrder(name) || len(s.seen) > maxMembers {
		return "", 0, damaged(s.after(), errors.New("the header that follows is not of its form"))
	}
	return name, size, nil
}

// after names the last member that was read, for a reader of an error.
func (s *scanner) after() string {
	if len(s.seen) == 0 {
		return headName
	}
	return s.seen[len(s.seen)-1].Name
}

// order are the members that come one by one; objects stand before the last of them.
var order = func() []string {
	names := []string{headName}
	for _, key := range vault.KeyFiles() {
		names = append(names, vaultFolder+key)
	}
	return append(names, checkpointName, databaseName, totalsName, manifestName)
}()

// optional is the member that may be left out.
var optional = slices.IndexFunc(order, func(name string) bool {
	return strings.HasSuffix(name, "passphrase.age")
})

// inOrder reports whether a member may come next, and takes note that it came.
func (s *scanner) inOrder(name string) bool {
	if isObject(name) {
		return s.stage == len(order)-1 && (!isObject(s.after()) || s.after() < name)
	}
	if s.stage == optional && s.stage < len(order) && order[s.stage] != name {
		s.stage++
	}
	if s.stage >= len(order) || order[s.stage] != name {
		return false
	}
	s.stage++
	return true
}

func (s *scanner) member(name string, size int64) error {
	if name == manifestName {
		return s.readManifest(size)
	}
	body := &measured{r: io.LimitReader(s.in, size), sum: sha256.New(), ctx: s.ctx}
	err := s.take(name, body)
	if err == nil {
		_, err = io.Copy(io.Discard, body)
	}
	ended := err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if body.n < size && ended {
		return cut(io.EOF)
	}
	if err != nil {
		return err
	}
	one := Member{Sized{Size: size}, name}
	body.sum.Sum(one.Digest[:0])
	s.seen = append(s.seen, one)
	return s.zeros(padding(size), name)
}

func (s *scanner) readManifest(size int64) error {
	if size > maxManifest {
		return damaged(manifestName, nil)
	}
	text, err := io.ReadAll(io.LimitReader(s.in, size))
	if err != nil {
		return failedFile("", err)
	}
	if int64(len(text)) < size {
		return cut(io.EOF)
	}
	if s.manifest, err = parseManifest(text); err != nil {
		return err
	}
	return s.zeros(padding(size), manifestName)
}

// zeros reads what fills a place up.
func (s *scanner) zeros(n int64, name string) error {
	buf := make([]byte, n)
	if _, err := io.ReadFull(s.in, buf); err != nil {
		return cut(err)
	}
	if !bytes.Equal(buf, make([]byte, n)) {
		return damaged(name, errors.New("what fills it up is not zero"))
	}
	return nil
}

// compare holds the members to the manifest.
func (s *scanner) compare() error {
	said := s.manifest.Members
	for i, have := range s.seen {
		if i >= len(said) || said[i] != have {
			return damaged(have.Name, nil)
		}
	}
	if len(said) > len(s.seen) {
		return damaged(said[len(s.seen)].Name, fmt.Errorf("it is not there"))
	}
	return nil
}

// measured counts and sums what goes by.
type measured struct {
	ctx context.Context
	r   io.Reader
	n   int64
	sum hash.Hash
}

// Read reads on.
func (m *measured) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.r.Read(p)
	m.n += int64(n)
	m.sum.Write(p[:n])
	return n, err
}
