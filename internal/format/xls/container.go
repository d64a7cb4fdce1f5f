package xls

import (
	"errors"
	"io"

	"github.com/richardlehane/mscfb"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// inside are the streams by which an OLE2 file shows what it is; the first that is there decides. A mail may
// hold a workbook, deeper in its folders: only the streams of the root count.
var inside = [...]struct{ stream, code string }{
	{"EncryptedPackage", "format.xlsx.encrypted"}, // MS-OFFCRYPTO 2.3.4
	{"WordDocument", "format.xls.word"},
	{"PowerPoint Document", "format.xls.slides"},
	{"__properties_version1.0", "format.xls.mail"},
}

// workbookStreams are the names of the workbook: of BIFF8 first, for a file may hold both for old programs.
var workbookStreams = [...]string{"Workbook", "Book"}

// stream is the workbook of a file, to be read from any place, again and again.
type stream struct {
	size int64
	from func(off int64) (io.Reader, error)
}

// bare is a workbook without a container: the file itself.
func bare(in *format.Input) *stream {
	return &stream{in.Size, func(off int64) (io.Reader, error) {
		return io.NewSectionReader(in.At, off, in.Size-off), nil
	}}
}

// contained finds the workbook in an OLE2 file.
func contained(in *format.Input) (*stream, error) {
	m := &meter{at: in.At, size: in.Size, left: maxContainer}
	doc, err := mscfb.New(m)
	if err != nil {
		return nil, m.verdict(err)
	}
	m.left = 0
	file, err := workbookOf(doc.File)
	if err != nil {
		return nil, err
	}
	switch {
	case file.Size > in.Size:
		return nil, cutOff(nil)
	case file.Size > maxStream:
		return nil, tooLarge(file.Name)
	}
	if err := m.prove(*file); err != nil {
		return nil, m.verdict(err)
	}
	m.seen = nil
	p := &places{meter: m, kept: []place{{0, *file}}}
	return &stream{file.Size, p.from}, nil
}

// place is a stream made ready to be read at a place: which is in the value, so that each copy has its own.
type place struct {
	off  int64
	file mscfb.File
}

// places are where reading has begun before. To seek is to follow the chain of sectors link by link; from a
// place before it the way is shorter.
type places struct {
	meter *meter
	kept  []place
}

func (p *places) from(off int64) (io.Reader, error) {
	near := p.kept[0]
	for _, k := range p.kept {
		if k.off <= off && k.off > near.off {
			near = k
		}
	}
	if near.off != off {
		if _, err := near.file.Seek(off, io.SeekStart); err != nil {
			return nil, p.meter.verdict(err)
		}
		near.off = off
		p.kept = append(p.kept, near) // one for each sheet at most
	}
	return &near.file, nil
}

// workbookOf finds the workbook among the entries of the container, or says what the file is instead.
func workbookOf(entries []*mscfb.File) (*mscfb.File, error) {
	root := map[string]*mscfb.File{}
	for _, f := range entries {
		if len(f.Path) == 0 {
			root[f.Name] = f
		}
	}
	for _, i := range inside {
		if root[i.stream] != nil {
			return nil, failure(tillproof.KindUnsupported, i.code, nil)
		}
	}
	for _, name := range workbookStreams {
		if f := root[name]; f != nil && !f.FileInfo().IsDir() {
			return f, nil
		}
	}
	return nil, failure(tillproof.KindUnsupported, "format.xls.no_workbook", nil)
}

var (
	errBudget = errors.New("the container's directory is larger than any real one")
	errCycle  = errors.New("a chain of sectors runs in a circle")
)

// meter passes reads on to the file. It bounds what opening the container may cost, knows whether a read went
// beyond the end of the file, and sees a sector that is read twice.
type meter struct {
	at    io.ReaderAt
	size  int64
	left  int64 // bytes that may still be read while the container is opened; 0: no bound
	short bool
	seen  []uint64 // one bit for each smallest sector, while the stream is proved
	over  bool
}

// The smallest sector of a container, and what a read of a single link costs at least.
const (
	smallSector = 64
	linkBytes   = 4
	linkCost    = 16
)

func (m *meter) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off+int64(len(p)) > m.size {
		m.short = true
		return 0, io.ErrUnexpectedEOF
	}
	if m.left > 0 {
		if m.left -= max(int64(len(p)), linkCost); m.left <= 0 {
			m.over = true
			return 0, errBudget
		}
	}
	if m.seen != nil && len(p) > linkBytes && !m.mark(off, len(p)) {
		return 0, errCycle
	}
	n, err := m.at.ReadAt(p, off)
	if n == len(p) {
		err = nil
	}
	return n, err
}

// mark notes the sectors of a read; false where one was read before.
func (m *meter) mark(off int64, n int) bool {
	for s := off / smallSector; s*smallSector < off+int64(n); s++ {
		bit := uint64(1) << (s % 64)
		if m.seen[s/64]&bit != 0 {
			return false
		}
		m.seen[s/64] |= bit
	}
	return true
}

// proveChunk is how much of the stream is read in one step; a multiple of every sector size.
const proveChunk = 64 << 10

// prove reads the whole stream once: its chain of sectors is there, as long as the directory says, and meets
// no sector twice.
func (m *meter) prove(file mscfb.File) error {
	m.seen = make([]uint64, m.size/smallSector/64+1)
	buf := make([]byte, proveChunk)
	for left := file.Size; left > 0; {
		n, err := file.Read(buf)
		left -= int64(n)
		switch {
		case left <= 0:
		case err != nil:
			return err
		case n == 0:
			return io.ErrNoProgress
		}
	}
	return nil
}

// verdict is what a failure of the container means.
func (m *meter) verdict(err error) error {
	switch {
	case m.over:
		return tooLarge("OLE2")
	case m.short:
		return cutOff(err)
	}
	e := failure(tillproof.KindInvalid, "format.xls.broken", tillproof.Params{"part": "OLE2"})
	e.Err = err
	return e
}
