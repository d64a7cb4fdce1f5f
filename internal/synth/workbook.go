package synth

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// workbook writes the smallest workbook that office programs open (ECMA-376 part 1): one sheet, texts in
// place, numbers as the decimals they are. It is written here and not with a library because the bytes must
// be the same for ever, the rows must stream, and an amount must reach the cell without passing through a
// float.
type workbook struct {
	zip *zip.Writer
	w   *bufio.Writer
	n   int
	err error
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const (
	spreadsheet   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageRels   = "http://schemas.openxmlformats.org/package/2006/relationships"
	contentTypes  = "http://schemas.openxmlformats.org/package/2006/content-types"
	sheetML       = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// amountStyle is the second cell format: two decimals (built-in number format 2).
const styles = `<styleSheet xmlns="` + spreadsheet + `"><fonts count="1"><font><sz val="11"/><name val="Calibri"/>` +
	`</font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill ` +
	`patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/>` +
	`</border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/>` +
	`<xf numFmtId="2" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`

func newWorkbook(w io.Writer, sheet string) *workbook {
	b := &workbook{zip: zip.NewWriter(w)}
	b.part("[Content_Types].xml", `<Types xmlns="`+contentTypes+`"><Default Extension="rels" ContentType=`+
		`"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType=`+
		`"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="`+sheetML+`sheet.main+xml"/>`+
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="`+sheetML+`worksheet+xml"/>`+
		`<Override PartName="/xl/styles.xml" ContentType="`+sheetML+`styles+xml"/></Types>`)
	b.part("_rels/.rels", `<Relationships xmlns="`+packageRels+`"><Relationship Id="rId1" Type="`+relationships+
		`/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	b.part("xl/workbook.xml", `<workbook xmlns="`+spreadsheet+`" xmlns:r="`+relationships+`"><sheets><sheet name="`+
		escape(sheet)+`" sheetId="1" r:id="rId1"/></sheets></workbook>`)
	b.part("xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+packageRels+`"><Relationship Id="rId1" Type="`+
		relationships+`/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="`+relationships+
		`/styles" Target="styles.xml"/></Relationships>`)
	b.part("xl/styles.xml", styles)
	b.begin("xl/worksheets/sheet1.xml")
	b.text(xmlHead + `<worksheet xmlns="` + spreadsheet + `"><sheetData>`)
	return b
}

// begin opens a part. Its header has no time, so that the bytes depend on the content alone.
func (b *workbook) begin(name string) {
	w, err := b.zip.Create(name)
	if b.err == nil {
		b.err = err
	}
	if err == nil {
		b.w = bufio.NewWriterSize(w, 1<<16)
	}
}

func (b *workbook) part(name, body string) {
	b.begin(name)
	b.text(xmlHead + body)
	b.flush()
}

func (b *workbook) text(s string) {
	if b.err == nil {
		_, b.err = b.w.WriteString(s)
	}
}

func (b *workbook) flush() {
	if b.err == nil {
		b.err = b.w.Flush()
	}
}

func (b *workbook) row(cells []cell) {
	b.n++
	n := strconv.Itoa(b.n)
	b.text(`<row r="` + n + `">`)
	for i, c := range cells {
		at := string(rune('A'+i)) + n
		switch {
		case c.number != "" && !strings.Contains(c.number, "."):
			b.text(`<c r="` + at + `"><v>` + c.number + `</v></c>`)
		case c.number != "":
			b.text(`<c r="` + at + `" s="1"><v>` + c.number + `</v></c>`)
		case c.text != "":
			b.text(`<c r="` + at + `" t="inlineStr"><is><t>` + escape(c.text) + `</t></is></c>`)
		}
	}
	b.text("</row>\n")
}

func (b *workbook) skip() { b.n++ }

func (b *workbook) close() error {
	b.text("</sheetData></worksheet>\n")
	b.flush()
	if b.err != nil {
		return b.err
	}
	return b.zip.Close()
}

func escape(s string) string {
	if !strings.ContainsAny(s, `<>&"'`) {
		return s
	}
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(s)) // a strings.Builder does not fail
	return out.String()
}
