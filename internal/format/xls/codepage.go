package xls

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillproof/tillproof/internal/format"
)

// codePage is the charset of a workbook whose texts are bytes (BIFF5). Writers in web shops declare Western
// and write Chinese: what the texts themselves show goes before what is declared.
type codePage struct {
	number uint16 // as declared; 0 where it is not
	seen   []byte // texts beyond ASCII, for the decision
	page   encoding.Encoding
	utf8   bool
}

// maxSample is how many bytes of texts the decision looks at.
const maxSample = format.HeadBytes

// see keeps a text for the decision.
func (p *codePage) see(raw []byte) {
	if len(p.seen)+len(raw) >= maxSample || bytes.IndexByte(raw, 0) >= 0 {
		return
	}
	for _, c := range raw {
		if c >= utf8.RuneSelf {
			p.seen = append(append(p.seen, raw...), '\n')
			return
		}
	}
}

// western is the code page that writers declare without asking what they write.
const western = 1252

// settle decides the charset.
func (p *codePage) settle(wide bool) {
	p.page = charmap.Windows1252
	if wide {
		return
	}
	if declared := pageOf(p.number); declared != nil {
		p.page = declared
	}
	if len(p.seen) == 0 || p.number != western && pageOf(p.number) != nil {
		return
	}
	in, err := format.NewInput("", bytes.NewReader(p.seen), int64(len(p.seen)))
	switch {
	case err != nil:
	case in.Charset == format.GB18030:
		p.page = simplifiedchinese.GB18030
	case in.Charset == format.UTF8:
		p.utf8 = true
	}
	p.seen = nil
}

// pageOf is the charset of a CODEPAGE record (MS-XLS 2.4.52), nil for one that nobody knows.
func pageOf(number uint16) encoding.Encoding {
	known := map[uint16]encoding.Encoding{
		367: charmap.Windows1252, 437: charmap.CodePage437, 850: charmap.CodePage850,
		852: charmap.CodePage852, 858: charmap.CodePage858, 866: charmap.CodePage866,
		936: simplifiedchinese.GB18030, 10000: charmap.Macintosh, 32768: charmap.Macintosh,
		32769: charmap.Windows1252,
	}
	if e, ok := known[number]; ok {
		return e
	}
	names := map[uint16]string{932: "shift_jis", 949: "euc-kr", 950: "big5", 65001: "utf-8"}
	name, ok := names[number]
	if !ok {
		name = "windows-" + strconv.Itoa(int(number))
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return e
}

func (p *codePage) decode(raw []byte) string {
	raw = bytes.TrimRight(raw, "\x00")
	if p.utf8 || p.page == nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	out, err := p.page.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return string(out)
}
