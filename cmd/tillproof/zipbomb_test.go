package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// zipped packs files: zipped ARCHIVE [NAME=]FILE... A name may be written in Go's escapes ("\\xc0"); a name
// that ends with a slash is a folder, and one without a file is an empty file.
func zipped(ts *testscript.TestScript, neg bool, args []string) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, arg := range args[1:] {
		name, file, named := strings.Cut(arg, "=")
		if !named {
			file = name
		}
		var body string
		if file != "" && !strings.HasSuffix(name, "/") {
			body = ts.ReadFile(file)
		}
		putInto(ts, w, &zip.FileHeader{Name: name, Method: zip.Deflate}, []byte(body))
	}
	ts.Check(w.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}

func putInto(ts *testscript.TestScript, w *zip.Writer, head *zip.FileHeader, body []byte) {
	f, err := w.CreateHeader(head)
	ts.Check(err)
	_, err = f.Write(body)
	ts.Check(err)
}

// gzipped packs files one after another as gzip members: gzipped ARCHIVE STORED-NAME FILE... The name - keeps
// none.
func gzipped(ts *testscript.TestScript, neg bool, args []string) {
	var b bytes.Buffer
	for _, file := range args[2:] {
		w := gzip.NewWriter(&b)
		if args[1] != "-" {
			w.Name = args[1]
		}
		_, err := w.Write([]byte(ts.ReadFile(file)))
		ts.Check(err)
		ts.Check(w.Close())
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}

// zipbombs are the archives that a reader must not believe, by the trick they use.
var zipbombs = map[string]func(ts *testscript.TestScript) []byte{
	"zeros.gz": zerosGzip, "zeros.zip": zerosZip, "nested": nestedZip, "overlap": overlapZip,
	"entries": entriesZip, "lying": lyingZip, "inner": innerZip,
}

// zipbomb makes an archive that would fill memory or time: zipbomb KIND FILE
func zipbomb(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), zipbombs[args[0]](ts), 0o600))
}

// zeros is so many MiB of zero bytes, deflated without taking the time for it: one flushed block refers to
// nothing before it.
func zeros(ts *testscript.TestScript, mib int) (raw []byte, sum uint32, size uint64) {
	block, empty := make([]byte, 1<<20), []byte{3, 0} // 3, 0: an empty last block (RFC 1951)
	one := flushed(ts, block)
	for range mib {
		sum = crc32.Update(sum, crc32.IEEETable, block)
	}
	return append(bytes.Repeat(one, mib), empty...), sum, uint64(mib) << 20
}

// zerosGzip is 4 GiB of zero bytes in some 4 MiB.
func zerosGzip(ts *testscript.TestScript) []byte {
	raw, _, size := zeros(ts, 4096)
	out := append([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"), raw...)
	out = binary.LittleEndian.AppendUint32(out, 0) // nobody comes as far as the check sum
	return binary.LittleEndian.AppendUint32(out, uint32(size))
}

// zerosZip is 1 GiB of zero bytes under an honest size.
func zerosZip(ts *testscript.TestScript) []byte { return zipOfZeros(ts, 1024, 0) }

// lyingZip says that its gigabyte is a kilobyte.
func lyingZip(ts *testscript.TestScript) []byte { return zipOfZeros(ts, 1024, 1<<10) }

func zipOfZeros(ts *testscript.TestScript, mib int, claimed uint64) []byte {
	raw, sum, size := zeros(ts, mib)
	if claimed > 0 {
		size = claimed
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateRaw(&zip.FileHeader{
		Name: "zeros.csv", Method: zip.Deflate, CRC32: sum,
		CompressedSize64: uint64(len(raw)), UncompressedSize64: size,
	})
	ts.Check(err)
	_, err = f.Write(raw)
	ts.Check(err)
	ts.Check(w.Close())
	return b.Bytes()
}

// nestedZip holds sixteen zips that each hold sixteen zips, five levels deep, at the bottom 64 MiB of zero
// bytes each: built like 42.zip.
func nestedZip(ts *testscript.TestScript) []byte {
	inner := zipOfZeros(ts, 64, 0)
	for level := range 5 {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for i := range 16 {
			head := &zip.FileHeader{Name: fmt.Sprintf("level%d-%02d.zip", level, i), Method: zip.Deflate}
			putInto(ts, w, head, inner)
		}
		ts.Check(w.Close())
		inner = b.Bytes()
	}
	return inner
}

// innerZip is one level deep, which is allowed, and holds a gigabyte there.
func innerZip(ts *testscript.TestScript) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	putInto(ts, w, &zip.FileHeader{Name: "day.zip", Method: zip.Deflate}, zerosZip(ts))
	ts.Check(w.Close())
	return b.Bytes()
}

// entriesZip has 70,000 entries: its directory alone takes many times its size in memory.
func entriesZip(ts *testscript.TestScript) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range 70_000 {
		_, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%d", i)})
		ts.Check(err)
	}
	ts.Check(w.Close())
	return b.Bytes()
}

// overlapZip has five entries that all inflate the same bytes, after D. Fifield, A better zip bomb (2019):
// the directory points again and again to one entry.
func overlapZip(ts *testscript.TestScript) []byte {
	raw := zipOfZeros(ts, 3, 0)
	at := bytes.Index(raw, []byte("PK\x01\x02"))
	end := bytes.LastIndex(raw, []byte("PK\x05\x06"))
	one := raw[at:end]
	out := bytes.Clone(raw[:at])
	const times = 5
	for range times {
		out = append(out, one...)
	}
	tail := bytes.Clone(raw[end:])
	binary.LittleEndian.PutUint16(tail[8:], times)
	binary.LittleEndian.PutUint16(tail[10:], times)
	binary.LittleEndian.PutUint32(tail[12:], uint32(times*len(one)))
	return append(out, tail...)
}
