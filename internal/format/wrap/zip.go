package wrap

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// opener gives the zip anew: that on disk is kept, an inner one may have to be inflated again.
type opener func() (*zip.Reader, error)

func fixed(z *zip.Reader) opener { return func() (*zip.Reader, error) { return z, nil } }

func (a *archive) reopened(s *stream) opener {
	return func() (*zip.Reader, error) {
		body, err := a.hold(s)
		if err != nil {
			return nil, err
		}
		return zip.NewReader(body, body.size)
	}
}

// zip takes in the entries of a zip of so many bytes.
func (a *archive) zip(open opener, size int64, name string, level int) error {
	z, err := open()
	if err != nil {
		return fault(err)
	}
	if a.count += len(z.File); a.count > maxMembers {
		return tooMany()
	}
	if err := a.checkSizes(z, size); err != nil {
		return err
	}
	taken := map[string]int{}
	for i, f := range z.File {
		inner := nameOf(f)
		shown := join(name, inner)
		if why, left := leave(f, inner); left {
			a.found.Left = append(a.found.Left, Left{shown, why})
			continue
		}
		if taken[shown]++; taken[shown] > 1 {
			shown += " (" + strconv.Itoa(taken[shown]) + ")"
		}
		s := &stream{
			open:   entry(open, i),
			packed: int64(f.CompressedSize64), size: int64(f.UncompressedSize64), paid: true,
		}
		if err := unreadable(f); err != nil {
			a.member(s, shown, err)
			continue
		}
		if err := a.add(s, shown, level); err != nil {
			return err
		}
	}
	return nil
}

func entry(open opener, i int) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		z, err := open()
		if err != nil {
			return nil, err
		}
		return z.File[i].Open()
	}
}

func leave(f *zip.File, name string) (Reason, bool) {
	switch {
	case strings.HasSuffix(name, "/"):
		return Folder, true
	case isSystem(name):
		return System, true
	case f.UncompressedSize64 == 0:
		return Empty, true
	}
	return 0, false
}

// encrypted is the bit of an entry's flags that says so (APPNOTE 4.4.4), aes the method of WinZip's.
const (
	encrypted = 1
	aes       = 99
)

func unreadable(f *zip.File) error {
	switch {
	case f.Flags&encrypted != 0, f.Method == aes:
		return fail(tillproof.KindUnsupported, "wrap.password", nil)
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return fail(tillproof.KindUnsupported, "wrap.method", nil)
	}
	return nil
}

// checkSizes pays for the entries by the sizes that the directory states, and refuses entries that share
// packed bytes: no honest program writes such, and they are how a small zip becomes a large bomb.
func (a *archive) checkSizes(z *zip.Reader, size int64) error {
	type span struct{ from, to int64 }
	var spans []span
	for _, f := range z.File {
		if err := a.all.take(int64(f.UncompressedSize64)); err != nil {
			return err
		}
		at, err := f.DataOffset()
		packed := int64(f.CompressedSize64)
		if err != nil || packed < 0 || packed > size-at {
			return fail(tillproof.KindInvalid, "wrap.broken", err)
		}
		if packed > 0 {
			spans = append(spans, span{at, at + packed})
		}
	}
	slices.SortFunc(spans, func(x, y span) int { return cmp.Compare(x.from, y.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return fail(tillproof.KindInvalid, "wrap.overlap", nil)
		}
	}
	return nil
}

func tooMany() error {
	e := fail(tillproof.KindTooLarge, "wrap.members", nil)
	e.Params = tillproof.Params{"max": strconv.Itoa(maxMembers)}
	return e
}

// workbookParts are names that only the zips of office programs begin with (ECMA-376 part 2; OpenDocument
// 1.3 part 2, section 3.3).
var workbookParts = [...]string{"[content_types].xml", "_rels/", "docprops/", "xl/", "mimetype"}

func isPart(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	return slices.ContainsFunc(workbookParts[:], func(p string) bool {
		return name == p || strings.HasSuffix(p, "/") && strings.HasPrefix(name, p)
	})
}

// isWorkbook reports the zip of an office program: it is a file itself, no wrapper around files.
func isWorkbook(z *zip.Reader) bool {
	for i, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		if name == "[content_types].xml" || strings.HasPrefix(name, "xl/") || i == 0 && isPart(name) {
			return true
		}
	}
	return false
}

// localHeader is the length of an entry's header before its name (APPNOTE 4.3.7).
const localHeader = 30

// workbookHead reports that the first entry belongs to an office program: it is known without the directory,
// which a file that is cut off lacks.
func workbookHead(head []byte) bool {
	if len(head) < localHeader {
		return false
	}
	n := int(binary.LittleEndian.Uint16(head[26:]))
	return isPart(string(head[localHeader:min(len(head), localHeader+n)]))
}

// readZip reads the directory of a zip, once its end has shown that it is no longer than it may be.
func readZip(at io.ReaderAt, size int64) (*zip.Reader, error) {
	n, err := directoryBytes(at, size)
	if err != nil {
		return nil, err
	}
	if n > maxDirectory {
		return nil, tooMany()
	}
	z, err := zip.NewReader(at, size)
	if err != nil {
		return nil, fault(err)
	}
	return z, nil
}

// The records at the end of a zip (APPNOTE 4.3.14 to 4.3.16).
const (
	endLen     = 22
	maxComment = 1<<16 - 1
	locatorLen = 20
	end64Len   = 56
)

// directoryBytes is how many bytes stand between the beginning of the directory and its end record, which
// bounds the memory that reading it takes. wrap.cut: there is no end record.
func directoryBytes(at io.ReaderAt, size int64) (int64, error) {
	tail := make([]byte, min(size, endLen+maxComment))
	from := size - int64(len(tail))
	if n, err := at.ReadAt(tail, from); n < len(tail) && !errors.Is(err, io.EOF) {
		return 0, fault(err)
	}
	i := bytes.LastIndex(tail, emptyMagic)
	for i >= 0 && len(tail)-i < endLen {
		i = bytes.LastIndex(tail[:i], emptyMagic)
	}
	if i < 0 {
		return 0, fail(tillproof.KindInvalid, "wrap.cut", nil)
	}
	end := from + int64(i)
	length := int64(binary.LittleEndian.Uint32(tail[i+12:]))
	start := int64(binary.LittleEndian.Uint32(tail[i+16:]))
	if length == 1<<32-1 || start == 1<<32-1 {
		var err error
		if end, length, start, err = directory64(at, end); err != nil {
			return 0, err
		}
	}
	if start < 0 || length < 0 || start > end || length > end {
		return 0, fail(tillproof.KindInvalid, "wrap.broken", nil)
	}
	return max(length, end-start), nil
}

// directory64 reads the end record of a zip beyond 4 GiB, which the locator before the other one names.
func directory64(at io.ReaderAt, end int64) (end64, length, start int64, err error) {
	broken := fail(tillproof.KindInvalid, "wrap.broken", nil)
	locator, record := make([]byte, locatorLen), make([]byte, end64Len)
	if end < locatorLen {
		return 0, 0, 0, broken
	}
	if _, err := at.ReadAt(locator, end-locatorLen); err != nil || string(locator[:4]) != "PK\x06\x07" {
		return 0, 0, 0, broken
	}
	end64 = int64(binary.LittleEndian.Uint64(locator[8:]))
	if end64 < 0 || end64 > end {
		return 0, 0, 0, broken
	}
	if _, err := at.ReadAt(record, end64); err != nil || string(record[:4]) != "PK\x06\x06" {
		return 0, 0, 0, broken
	}
	length = int64(binary.LittleEndian.Uint64(record[40:]))
	start = int64(binary.LittleEndian.Uint64(record[48:]))
	return end64, length, start, nil
}
