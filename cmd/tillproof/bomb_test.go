package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"hash/crc32"
	"io"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// The workbook that bomb makes: its one sheet holds bombBlocks times bombBlock bytes of rows, 2 GiB.
const (
	bombBlock  = 1 << 20
	bombBlocks = 2048
)

// bomb makes a workbook of a few megabytes that inflates to gigabytes: bomb FILE
func bomb(ts *testscript.TestScript, neg bool, args []string) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, part := range [...][2]string{
		{"[Content_Types].xml", `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/` +
			`package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.` +
			`relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml"` +
			` ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName=` +
			`"/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
		{"_rels/.rels", `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"` +
			` Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"` +
			` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1"` +
			` r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/` +
			`2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/` +
			`relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
	} {
		f, err := w.Create(part[0])
		ts.Check(err)
		_, err = io.WriteString(f, part[1])
		ts.Check(err)
	}
	ts.Check(bombSheet(w))
	ts.Check(w.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}

// bombSheet writes the sheet without deflating gigabytes: one flushed block refers to nothing before it, so
// its bytes can stand again and again.
func bombSheet(w *zip.Writer) error {
	row := `<row><c t="inlineStr"><is><t>` + strings.Repeat("0", 1024) + `</t></is></c></row>`
	head := []byte(`<?xml version="1.0"?>` +
		`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	body := []byte(strings.Repeat(row, bombBlock/len(row)))
	tail := []byte(`</sheetData></worksheet>`)
	var raw bytes.Buffer
	sum, size := uint32(0), uint64(0)
	add := func(part []byte, times int, last bool) error {
		var one bytes.Buffer
		f, err := flate.NewWriter(&one, flate.BestCompression)
		if err != nil {
			return err
		}
		if _, err := f.Write(part); err != nil {
			return err
		}
		if last {
			err = f.Close()
		} else {
			err = f.Flush()
		}
		for range times {
			sum = crc32.Update(sum, crc32.IEEETable, part)
			size += uint64(len(part))
			raw.Write(one.Bytes())
		}
		return err
	}
	for _, p := range []struct {
		part  []byte
		times int
		last  bool
	}{{head, 1, false}, {body, bombBlocks, false}, {tail, 1, true}} {
		if err := add(p.part, p.times, p.last); err != nil {
			return err
		}
	}
	f, err := w.CreateRaw(&zip.FileHeader{
		Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, CRC32: sum,
		CompressedSize64: uint64(raw.Len()), UncompressedSize64: size,
	})
	if err != nil {
		return err
	}
	_, err = f.Write(raw.Bytes())
	return err
}

// flushed is the part deflated into blocks that refer to nothing before them.
func flushed(ts *testscript.TestScript, part []byte) []byte {
	var one bytes.Buffer
	f, err := flate.NewWriter(&one, flate.BestCompression)
	ts.Check(err)
	_, err = f.Write(part)
	ts.Check(err)
	ts.Check(f.Flush())
	return one.Bytes()
}
