package webtable

import (
	"errors"
	"regexp"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// Confidences of Sniff.
const (
	sureTable = 85 // a page with a table in sight
	surePage  = 50 // a page whose head is too long to see: its tables may follow
	sureBook  = 95 // the name space of SpreadsheetML
)

// spreadsheet is the dialect of the XML workbook before its layout is known.
const spreadsheet = "spreadsheetml"

// Format is the web page and the XML workbook, their tables in the layouts of a profile.Book.
func Format(layouts *profile.Book) format.Format {
	return format.Format{
		Name: "webtable", Sides: tillproof.Sides[:], Sniff: sniff, Profiles: layouts.Choices(),
		Dialects: append(layouts.Names(), spreadsheet),
		Open: func(in *format.Input, opt format.Options) (format.Reader, error) {
			if isWorkbook(in.Head.Text) {
				return openWorkbook(in, opt, layouts)
			}
			return openPage(in, opt, layouts)
		},
	}
}

func sniff(h *format.Head) format.Guess {
	switch {
	case isWorkbook(h.Text):
		return format.Guess{Confidence: sureBook, Dialect: spreadsheet}
	case !isPage(h.Text):
	case tableTag.MatchString(h.Text):
		return format.Guess{Confidence: sureTable}
	case !h.Whole:
		return format.Guess{Confidence: surePage}
	}
	return format.Guess{}
}

// sheetSpace is the name space of SpreadsheetML 2003 (MSDN, Office 2003 XML Reference Schemas).
const sheetSpace = "urn:schemas-microsoft-com:office:spreadsheet"

var (
	bookTag  = regexp.MustCompile(`<([A-Za-z]+:)?Workbook[\s>]`)
	tableTag = regexp.MustCompile(`(?i)<table[\s>/]`)
	// firstTag is the first tag of a page, behind a prolog, comments and white space.
	firstTag = regexp.MustCompile(`(?i)^(?:\s|\x{feff}|<\?[^>]*>|<!--(?s:.*?)-->)*<(!doctype\s+html|[a-z]+)[\s>/]`)
)

func isWorkbook(head string) bool {
	return strings.Contains(head, sheetSpace) && bookTag.MatchString(head)
}

// pageTags are the elements with which pages and pieces of pages begin.
var pageTags = map[string]bool{
	"html": true, "head": true, "body": true, "meta": true, "table": true, "style": true, "div": true,
	"title": true, "center": true, "form": true, "script": true, "link": true, "font": true, "span": true,
	"p": true, "br": true, "h1": true, "h2": true, "h3": true, "tr": true, "thead": true, "caption": true,
}

func isPage(head string) bool {
	m := firstTag.FindStringSubmatch(head)
	if m == nil {
		return false
	}
	tag := strings.ToLower(m[1])
	return strings.HasPrefix(tag, "!doctype") || pageTags[tag]
}

// openPage reads the tables of a page. Errors beside those of profile.Book.Reader: format.foreign.page where
// the page holds no table of more than a line, format.webtable.size, and what Input.Text answers.
func openPage(in *format.Input, opt format.Options, layouts *profile.Book) (format.Reader, error) {
	in, err := declared(in)
	if err != nil {
		return nil, err
	}
	p := &page{in: in}
	if err := p.survey(); err != nil {
		return nil, err
	}
	sources := p.sources(layouts, profile.Want{Profile: opt.Profile, Side: opt.Side})
	r, err := layouts.Reader(sources, opt)
	if err != nil {
		return nil, p.orPage(err)
	}
	return reader{r, p}, nil
}

// orPage is what to say instead where no table was recognised and none looks like data: the login page that a
// download gave, not a layout that is not known.
func (p *page) orPage(err error) error {
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Code != profile.CodeHeader && e.Code != profile.CodeEmpty {
		return err
	}
	for _, t := range p.tables {
		if t.wide >= 2 {
			return err
		}
	}
	return failure(tillproof.KindUnsupported, "format.foreign.page", nil)
}

// reader tells, at the end, of what the page lacks.
type reader struct {
	*profile.Reader
	page *page
}

// Summary adds that the page breaks off; see format.Reader.
func (r reader) Summary() format.Summary {
	s := r.Reader.Summary()
	if r.page.open {
		s.Issues = append(s.Issues, tillproof.Issue{Code: "format.webtable.unclosed"})
	}
	return s
}

// charset is how a page names its charset: <meta charset=…>, or the content of an http-equiv.
var charset = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([a-z0-9][a-z0-9_:.-]+)`)

// declared reads the page in the charset that it names, where its bytes did not decide: a page that says
// gb2312 and is UTF-8 is only wrong, and the other way round.
func declared(in *format.Input) (*format.Input, error) {
	m := charset.FindStringSubmatch(in.Head.Text)
	if m == nil {
		return in, nil
	}
	name := strings.ToLower(m[1])
	wide := strings.HasPrefix(name, "utf-16") // the tag itself was read in one byte a character
	chinese := in.Charset == format.GB18030 && name[:2] != "ut" && name[:2] != "gb"
	if wide || !in.Assumed && !chinese {
		return in, nil
	}
	return in.As(name)
}
