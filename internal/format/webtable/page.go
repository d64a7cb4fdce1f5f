package webtable

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// page is a web page: where its tables are.
type page struct {
	in      *format.Input
	tables  []tableRef
	date904 bool
	open    bool // it ends within a table
}

// tableRef is one table of a page.
type tableRef struct {
	offset int64 // of its start tag in the decoded text
	trs    int   // tags of rows
	rows   int   // as a spreadsheet program counts them
	wide   int   // rows with three cells that hold something
	lead   bool  // it has no header: it stands in front of the next
}

// tokens starts a tokenizer at a place of the decoded text.
func (p *page) tokens(offset int64) (*html.Tokenizer, error) {
	text, err := p.in.Text()
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, text, offset); err != nil {
		return nil, err
	}
	z := html.NewTokenizer(text)
	z.SetMaxBuf(maxToken)
	return z, nil
}

// ended is what a tokenizer that stopped means: io.EOF, or why it could not go on.
func ended(z *html.Tokenizer) error {
	if errors.Is(z.Err(), html.ErrBufferExceeded) {
		return tooLarge("tag")
	}
	return z.Err()
}

// date904 stands in the comment by which Excel keeps its settings in a page.
const date904 = "<x:Date1904"

// survey finds the tables of the page.
func (p *page) survey() error {
	z, err := p.tokens(0)
	if err != nil {
		return err
	}
	var offset int64
	var open []tableRef // each within the one before
	for {
		kind := z.Next()
		raw := z.Raw()
		at := offset
		offset += int64(len(raw))
		switch kind {
		case html.ErrorToken:
			p.open = len(open) > 0
			for ; len(open) > 0; open = open[:len(open)-1] {
				p.keep(open)
			}
			slices.SortFunc(p.tables, func(a, b tableRef) int {
				return cmp.Compare(a.offset, b.offset)
			})
			if err := ended(z); !errors.Is(err, io.EOF) {
				return err
			}
			return p.bounded()
		case html.CommentToken:
			p.date904 = p.date904 || strings.Contains(string(raw), date904)
		case html.StartTagToken, html.EndTagToken:
			name, _ := z.TagName()
			switch s := string(name); {
			case s == "tr" && len(open) > 0 && kind == html.StartTagToken:
				open[len(open)-1].trs++
			case s != "table":
			case kind == html.StartTagToken:
				open = append(open, tableRef{offset: at})
			case len(open) > 0:
				p.keep(open)
				open = open[:len(open)-1]
			}
		}
		if len(open) > maxNested {
			return tooLarge("table")
		}
		if err := p.bounded(); err != nil {
			return err
		}
	}
}

func (p *page) bounded() error {
	if len(p.tables) > maxTables {
		return tooLarge("table")
	}
	return nil
}

// keep takes up the innermost open table. One of a single row within another is layout: no header and line
// fit into it, and pages put one into each cell.
func (p *page) keep(open []tableRef) {
	if t := open[len(open)-1]; len(open) == 1 || t.trs > 1 {
		p.tables = append(p.tables, t)
	}
}

// maxLead is how many rows may stand in front of a table: a preamble of 27 lines is the longest one known.
const maxLead = 40

// sources are the tables that have a header. One without stands in front of the next, as it does on a sheet:
// labels with the account, a title. If no table has a header, all of them are sources, and say what they
// lack.
func (p *page) sources(layouts *profile.Book, want profile.Want) []profile.Source {
	any := false
	for i := range p.tables {
		t := &p.tables[i]
		probe := &counter{rows: p.rows(i), ref: t}
		t.lead = layouts.Probe(probe, want).Score == 0
		any = any || !t.lead
	}
	var sources []profile.Source
	first, lines := 0, 0
	for i := range p.tables {
		t := &p.tables[i]
		if any && t.lead {
			if lines += t.rows; lines > maxLead {
				first, lines = i+1, 0 // too much to be a preamble
			}
			continue
		}
		from := first
		if !any {
			from = i
		}
		sources = append(sources, p.source(from, i))
		first, lines = i+1, 0
	}
	return sources
}

// source is the table last, behind the tables from first on.
func (p *page) source(first, last int) profile.Source {
	return profile.Source{
		Part: int32(last), Ragged: true,
		Open: func() (profile.Rows, error) {
			s := &stack{}
			for i := first; i <= last; i++ {
				s.tables = append(s.tables, p.rows(i))
			}
			return s, nil
		},
		Serial: func(number string) (tillproof.Date, int, bool) {
			return profile.Serial(number, p.date904)
		},
	}
}

// rows reads one table from its start.
func (p *page) rows(i int) *rows { return &rows{page: p, offset: p.tables[i].offset} }

// counter looks at the rows that a search for the header meets.
type counter struct {
	rows *rows
	ref  *tableRef
}

// Next passes a row on; see profile.Rows.
func (c *counter) Next(row *profile.Row) error {
	err := c.rows.Next(row)
	if err != nil {
		return err
	}
	c.ref.rows = row.Line
	filled := 0
	for _, s := range row.Cells {
		if s != "" {
			filled++
		}
	}
	if filled >= 3 {
		c.ref.wide++
	}
	return nil
}

// stack gives the rows of tables that stand one above the other.
type stack struct {
	tables []*rows
	above  int // rows of the tables before
	last   int
}

// Next is the next row, counted over all tables; see profile.Rows.
func (s *stack) Next(row *profile.Row) error {
	for len(s.tables) > 0 {
		err := s.tables[0].Next(row)
		if errors.Is(err, io.EOF) {
			s.tables, s.above = s.tables[1:], s.last
			continue
		}
		row.Line += s.above
		s.last = row.Line
		return err
	}
	return io.EOF
}
