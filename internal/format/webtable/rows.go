package webtable

import (
	"errors"
	"io"

	"golang.org/x/net/html"

	"github.com/tillproof/tillproof/internal/format/profile"
)

// rows streams the rows of one table of a page. Tables within its cells are passed over: each is a table of
// its own.
type rows struct {
	page   *page
	offset int64
	z      *html.Tokenizer
	nested int
	line   int // rows begun
	inRow  bool
	inCell bool
	closed bool // a row was closed by its own tag
	done   bool
	due    bool   // the tag of the next row was met
	skip   string // an element whose text is none of the page
	cell   cell
	grid   grid
}

// Next is the next row that holds cells; see profile.Rows.
func (r *rows) Next(row *profile.Row) error {
	if r.done {
		return io.EOF
	}
	if r.z == nil {
		z, err := r.page.tokens(r.offset)
		if err != nil {
			return err
		}
		r.z, r.nested = z, -1
	}
	row.Fault, row.Stopped = "", 0
	r.grid.row = row
	if r.due {
		if r.due = false; r.beginRow() != nil {
			return tooLarge("tr")
		}
	}
	for {
		full, err := r.step()
		if err != nil || r.done && !full {
			r.done = true
			return orEOF(err)
		}
		if full {
			return nil
		}
	}
}

func orEOF(err error) error {
	if err == nil {
		return io.EOF
	}
	return err
}

// step takes one token; full says that a row is complete.
func (r *rows) step() (full bool, err error) {
	switch r.z.Next() {
	case html.ErrorToken:
		if err := ended(r.z); !errors.Is(err, io.EOF) {
			return false, err
		}
		return r.breakOff(), nil
	case html.TextToken:
		return false, r.text(r.z.Text())
	case html.StartTagToken, html.SelfClosingTagToken:
		name, attrs := r.z.TagName()
		return r.start(string(name), attrs)
	case html.EndTagToken:
		name, _ := r.z.TagName()
		return r.end(string(name))
	}
	return false, nil
}

// breakOff is the end of the text within the table. Its last row may be cut, unless its rows are never
// closed: then it is as whole as all of them.
func (r *rows) breakOff() (full bool) {
	r.done = true
	if !r.inRow {
		return false
	}
	if err := r.endRow(); err != nil {
		return false
	}
	if r.closed {
		r.grid.row.Fault = "format.webtable.cut"
	}
	return true
}

func (r *rows) text(b []byte) error {
	if !r.inCell || r.nested > 0 || r.skip != "" {
		return nil
	}
	return r.cell.add(b)
}

// unread are the elements whose text no reader of the page sees, or that the page offers to choose from.
var unread = map[string]bool{
	"script": true, "style": true, "title": true, "noscript": true, "template": true, "select": true,
	"textarea": true, "iframe": true, "object": true,
}

// start takes a start tag.
func (r *rows) start(name string, attrs bool) (full bool, err error) {
	if name == "table" || name == "tr" || name == "td" || name == "th" {
		r.skip = "" // it was never closed
	}
	switch {
	case name == "table":
		r.nested++
		return false, nil
	case r.nested > 0 || r.skip != "":
		return false, nil
	case unread[name]:
		r.skip = name
		return false, nil
	}
	switch name {
	case "tr":
		if r.inRow {
			r.due = true
			return true, r.endRow()
		}
		return false, r.beginRow()
	case "td", "th":
		if !r.inRow {
			if err := r.beginRow(); err != nil {
				return false, err
			}
		}
		if err := r.endCell(); err != nil {
			return false, err
		}
		r.inCell = true
		r.cell.begin(r.z, attrs)
	case "br", "p", "div", "li":
		return false, r.text([]byte(" "))
	}
	return false, nil
}

// end takes an end tag.
func (r *rows) end(name string) (full bool, err error) {
	switch {
	case name == "table":
		if r.nested--; r.nested >= 0 {
			return false, nil
		}
		r.done = true
		if !r.inRow {
			return false, nil
		}
		return true, r.endRow()
	case r.skip != "":
		if name == r.skip {
			r.skip = ""
		}
		return false, nil
	case r.nested > 0:
		return false, nil
	}
	switch name {
	case "td", "th":
		return false, r.endCell()
	case "tr":
		r.closed = true
		if r.inRow {
			return true, r.endRow()
		}
	case "p", "div", "li":
		return false, r.text([]byte(" "))
	}
	return false, nil
}

func (r *rows) beginRow() error {
	r.line++
	if r.line > maxRows {
		return tooLarge("tr")
	}
	r.inRow = true
	r.grid.begin(r.line)
	return nil
}

func (r *rows) endRow() error {
	if err := r.endCell(); err != nil {
		return err
	}
	r.inRow = false
	r.grid.end()
	return nil
}

func (r *rows) endCell() error {
	if !r.inCell {
		return nil
	}
	r.inCell = false
	return r.grid.put(&r.cell)
}
