package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/tillproof/tillproof"
)

// book is an open workbook: where its sheets are, and the texts they share.
type book struct {
	parts   map[string]*zip.File // by lower-case name
	sheets  []sheetRef
	date904 bool // days count from 1904-01-01 instead of 1900
	strings []string
}

type sheetRef struct {
	name   string
	part   string
	hidden bool
}

// openBook reads everything but the sheets.
func openBook(at io.ReaderAt, size int64) (*book, error) {
	z, err := zip.NewReader(at, size)
	if err != nil {
		return nil, failureOf("format.xlsx.truncated", err)
	}
	if len(z.File) > maxParts {
		return nil, failure(tillproof.KindTooLarge, "format.xlsx.size", tillproof.Params{"part": "zip"})
	}
	b := &book{parts: map[string]*zip.File{}}
	for _, f := range z.File {
		b.parts[partName("", f.Name)] = f
	}
	main, err := b.mainPart()
	if err != nil {
		return nil, err
	}
	if err := b.readWorkbook(main); err != nil {
		return nil, err
	}
	return b, b.readStrings(main)
}

func failureOf(code string, err error) error {
	e := failure(tillproof.KindInvalid, code, nil)
	e.Err = err
	return e
}

// partName resolves a relationship's target from a folder of the archive. Names are compared without case.
func partName(folder, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if !strings.HasPrefix(target, "/") {
		target = path.Join("/", folder, target)
	}
	return strings.ToLower(strings.TrimPrefix(path.Clean(target), "/"))
}

// mainPart is the workbook part: where the package's relationships say, else where every program puts it.
func (b *book) mainPart() (string, error) {
	const usual = "xl/workbook.xml"
	if b.parts["_rels/.rels"] != nil {
		rels, err := b.relations("_rels/.rels", "")
		if err != nil {
			return "", err
		}
		for _, r := range rels {
			if strings.HasSuffix(r.kind, "/officeDocument") && b.parts[r.target] != nil {
				if strings.HasPrefix(r.target, "xl/") || strings.Contains(r.target, "workbook") {
					return r.target, nil
				}
			}
		}
	}
	if b.parts[usual] != nil {
		return usual, nil
	}
	if b.parts["xl/workbook.bin"] != nil {
		return "", failure(tillproof.KindUnsupported, "format.xlsx.binary", nil)
	}
	return "", failure(tillproof.KindUnsupported, "format.xlsx.no_workbook", nil)
}

// relation is one line of a relationships part.
type relation struct{ id, kind, target string }

func (b *book) relations(part, folder string) ([]relation, error) {
	var out []relation
	err := b.elements(part, maxSmallBytes, func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" {
			out = append(out, relation{
				attr(e, "Id"), attr(e, "Type"), partName(folder, attr(e, "Target")),
			})
		}
		return nil
	})
	return out, err
}

// attr is an attribute by its local name; the one of a namespace (r:id) is told from the plain one by id.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// elements calls see for each start element of a part.
func (b *book) elements(part string, limit int64, see func(*xml.Decoder, xml.StartElement) error) error {
	f := b.parts[part]
	if f == nil {
		return failure(tillproof.KindInvalid, "format.xlsx.broken", tillproof.Params{"part": part})
	}
	r, err := openPart(f, limit)
	if err != nil {
		return err
	}
	defer r.Close()
	d := newDecoder(r)
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return broken(part, err)
		}
		switch tok := tok.(type) {
		case xml.Directive:
			return failure(tillproof.KindForbidden, "format.xlsx.directive", tillproof.Params{"part": part})
		case xml.StartElement:
			if err := see(d, tok); err != nil {
				return broken(part, err)
			}
		}
	}
}

// newDecoder reads XML without name spaces and without entities of its own. Workbooks are UTF-8.
func newDecoder(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(r)
	d.Strict = true
	d.Entity = nil
	return d
}

func (b *book) readWorkbook(main string) error {
	folder, file := path.Split(main)
	rels, err := b.relations(folder+"_rels/"+file+".rels", folder)
	if err != nil {
		return err
	}
	target := map[string]relation{}
	for _, r := range rels {
		target[r.id] = r
	}
	err = b.elements(main, maxSmallBytes, func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			v := attr(e, "date1904")
			b.date904 = v == "1" || v == "true"
		case "sheet":
			r, ok := target[attr(e, "id")]
			if ok && strings.HasSuffix(r.kind, "/worksheet") {
				state := attr(e, "state") // hidden, veryHidden; else visible
				hidden := state != "" && state != "visible"
				b.sheets = append(b.sheets, sheetRef{attr(e, "name"), r.target, hidden})
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case len(b.sheets) == 0:
		return failure(tillproof.KindInvalid, "format.xlsx.no_sheet", nil)
	case len(b.sheets) > maxSheets:
		return failure(tillproof.KindTooLarge, "format.xlsx.size", tillproof.Params{"part": main})
	}
	return nil
}

// readStrings reads the texts that cells share. A workbook without them holds its texts in the cells.
func (b *book) readStrings(main string) error {
	part := partName(path.Dir(main), "sharedStrings.xml")
	if b.parts[part] == nil {
		return nil
	}
	return b.elements(part, maxStringBytes, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		if len(b.strings) == maxStrings {
			return failure(tillproof.KindTooLarge, "format.xlsx.size", tillproof.Params{"part": part})
		}
		s, err := text(d, "si")
		b.strings = append(b.strings, s)
		return err
	})
}

// text is the text inside an element up to its end: its t elements, without the phonetic guides (rPh).
func text(d *xml.Decoder, end string) (string, error) {
	var out strings.Builder
	inside, phonetic := false, 0
	for {
		tok, err := d.RawToken()
		if err != nil {
			return "", err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			inside = tok.Name.Local == "t"
			if tok.Name.Local == "rPh" {
				phonetic++
			}
		case xml.EndElement:
			inside = false
			switch tok.Name.Local {
			case end:
				return out.String(), nil
			case "rPh":
				phonetic--
			}
		case xml.CharData:
			if inside && phonetic == 0 && out.Len()+len(tok) <= maxCellBytes {
				out.Write(tok)
			}
		}
	}
}
