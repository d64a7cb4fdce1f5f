package wrap

import (
	"bytes"
	"io"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// The bounds of one archive, everything inside it together. They stand far above what exports of a year
// hold, and far below what fills a memory or a minute.
const (
	maxMembers   = 1000    // entries: a year of daily reports of two terminals
	maxDirectory = 1 << 20 // bytes of a zip's directory: a thousand entries take a tenth of it
	maxTotal     = 4 << 30 // inflated bytes
	// maxRatio is how many bytes one packed byte may become, from ratioFrom bytes on. Tables and XML come to
	// 10 to 60; deflate cannot do more than 1,032.
	maxRatio  = 200
	ratioFrom = 16 << 20
	memCap    = 32 << 20 // a file that is held in memory; a longer one is inflated again and again
	maxLevel  = 2        // archives around a file
)

var (
	zipMagic   = []byte("PK\x03\x04")
	emptyMagic = []byte("PK\x05\x06") // a zip without entries
	gzipMagic  = []byte("\x1F\x8B")
	oleMagic   = []byte("\xD0\xCF\x11\xE0")
)

// Content is what an archive holds, in its own order.
type Content struct {
	Members []*Member // the files to read
	Left    []Left    // the entries that hold nothing to read
}

// Left is an entry of an archive that is not read.
type Left struct {
	Name string
	Why  Reason
}

// Reason says why an entry is not read.
type Reason uint8

// The reasons: a folder, a file that an operating system adds for itself, a file without bytes.
const (
	Folder Reason = iota
	System
	Empty
)

// Member is one file inside an archive.
type Member struct {
	Name string // "archive.zip/inner name", card numbers and control characters masked
	err  error  // why it cannot be read
	from *stream
	all  *budget
	keep int64
}

// Open looks into a zip or gzip file; the second answer is false for anything else. Errors concern the whole
// archive: wrap.broken and wrap.cut where it is damaged, wrap.members, wrap.size, wrap.ratio, wrap.overlap
// and wrap.deep where it is beyond the bounds, wrap.empty where nothing in it can be read.
func Open(in *format.Input) (Content, bool, error) { return openKeeping(in, memCap) }

// openKeeping is Open with files of at most so many bytes held in memory.
func openKeeping(in *format.Input, keep int64) (Content, bool, error) {
	head := in.Head.Raw
	a := &archive{all: newBudget(in.Size), keep: keep}
	var err error
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		err = a.gzip(&stream{open: rawOf(in), packed: in.Size, size: in.Size}, in.Name, 1)
	case bytes.HasPrefix(head, emptyMagic):
		return Content{}, true, fail(tillproof.KindInvalid, "wrap.empty", nil)
	case !bytes.HasPrefix(head, zipMagic) || workbookHead(head):
		return Content{}, false, nil
	default:
		z, bad := readZip(in.At, in.Size)
		if bad == nil && isWorkbook(z) {
			return Content{}, false, nil
		}
		if err = bad; err == nil {
			err = a.zip(fixed(z), in.Size, in.Name, 1)
		}
	}
	if err == nil && len(a.found.Members) == 0 {
		err = fail(tillproof.KindInvalid, "wrap.empty", nil)
	}
	return a.found, true, err
}

func rawOf(in *format.Input) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(in.Bytes()), nil }
}

// Input is the file itself. It is inflated once to its end, so that its check sum holds before the first
// record is made of it; call it anew for each reading, so that no more than one file is held at a time.
// Errors: wrap.password, wrap.method, wrap.broken, wrap.cut, wrap.size, wrap.ratio, wrap.large, and those of
// format.NewInput.
func (m *Member) Input() (*format.Input, error) {
	if m.err != nil {
		return nil, m.err
	}
	body, size, err := m.from.inflate(m.all, m.keep)
	if err != nil {
		return nil, err
	}
	if body == nil {
		return format.NewInput(m.Name, &again{from: m.from, size: size}, size)
	}
	return format.NewInput(m.Name, body, size)
}

// archive collects what is found while archives are opened.
type archive struct {
	found Content
	all   *budget
	keep  int64
	count int
	kept  *stream // the inner archive that is held
	held  *held
}

// add takes in a file of an archive, or what is in it where it is an archive too; level counts the archives
// around it. What is wrong with this file alone is kept for its reading.
func (a *archive) add(s *stream, name string, level int) error {
	head, err := s.head(len(zipMagic))
	if err != nil {
		a.member(s, name, err)
		return nil
	}
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		if level >= maxLevel {
			return deep(name)
		}
		return a.gzip(s, name, level+1)
	case bytes.HasPrefix(head, zipMagic):
		return a.inner(s, name, level)
	case bytes.HasPrefix(head, oleMagic) && s.size > a.keep:
		err = large()
	}
	a.member(s, name, err)
	return nil
}

// inner is a zip inside an archive: a workbook, or an archive to look into.
func (a *archive) inner(s *stream, name string, level int) error {
	body, err := a.hold(s)
	if err != nil {
		a.member(s, name, err)
		return nil
	}
	z, err := readZip(body, body.size)
	switch {
	case err == nil && isWorkbook(z), err != nil && workbookHead(body.head()):
		a.member(s, name, nil)
		return nil
	case level >= maxLevel:
		return deep(name)
	case err != nil:
		a.member(s, name, err)
		return nil
	}
	return a.zip(a.reopened(s), body.size, name, level+1)
}

func (a *archive) member(s *stream, name string, err error) {
	m := &Member{Name: name, err: err, from: s, all: a.all, keep: a.keep}
	a.found.Members = append(a.found.Members, m)
}

// hold keeps an inner archive in memory, one at a time.
func (a *archive) hold(s *stream) (*held, error) {
	if a.kept == s {
		return a.held, nil
	}
	a.kept, a.held = nil, nil
	body, _, err := s.inflate(a.all, a.keep)
	if err != nil {
		return nil, err
	}
	if body == nil {
		return nil, large()
	}
	a.kept, a.held = s, body
	return body, nil
}

func deep(name string) error {
	e := fail(tillproof.KindUnsupported, "wrap.deep", nil)
	e.Params = tillproof.Params{"member": name}
	return e
}

// large refuses a file that is read here and there and does not fit into memory.
func large() error {
	e := fail(tillproof.KindTooLarge, "wrap.large", nil)
	e.Params = mib(memCap)
	return e
}

func mib(n int64) tillproof.Params { return tillproof.Params{"mib": strconv.FormatInt(n>>20, 10)} }

func fail(kind tillproof.ErrorKind, code string, err error) *tillproof.Error {
	return &tillproof.Error{Op: "unpack", Kind: kind, Code: code, Err: err}
}
