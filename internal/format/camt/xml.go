package camt

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// The caps of one document. Real entries have some hundred elements; a payroll batch has one TxDtls per
// person.
const (
	maxToken = 1 << 20  // bytes of one tag, text or comment
	maxDepth = 64       // elements within elements
	maxNodes = 400_000  // elements of one entry
	maxBytes = 64 << 20 // text of one entry
)

// node is an element that was read whole: an entry, a balance, an account.
type node struct {
	name      string
	text      string
	currency  string // attribute Ccy
	kids      []*node
	line, col int
}

// at follows local names to the first element there; nil where there is none.
func (n *node) at(path ...string) *node {
	for _, name := range path {
		if n == nil {
			return nil
		}
		n = n.kid(name)
	}
	return n
}

func (n *node) kid(name string) *node {
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

// each is every child of that name.
func (n *node) each(name string) []*node {
	if n == nil {
		return nil
	}
	var out []*node
	for _, k := range n.kids {
		if k.name == name {
			out = append(out, k)
		}
	}
	return out
}

// value is the text at a path, "" where there is none.
func (n *node) value(path ...string) string {
	if k := n.at(path...); k != nil {
		return k.text
	}
	return ""
}

// first is the first text that is not empty.
func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// document reads tokens one by one under the caps.
type document struct {
	dec   *xml.Decoder
	guard *guard
	depth int
}

func newDocument(r io.Reader) *document {
	g := &guard{src: r}
	return &document{dec: newDecoder(g), guard: g}
}

// guard bounds what one token may read: the XML decoder itself would hold a text of any size.
type guard struct {
	src   io.Reader
	since int
}

var errToken = errors.New("one token is too long")

func (g *guard) Read(p []byte) (int, error) {
	if g.since > maxToken {
		return 0, errToken
	}
	n, err := g.src.Read(p)
	g.since += n
	return n, err
}

// pos is the line and column at which the next token starts.
func (d *document) pos() (int, int) { return d.dec.InputPos() }

// next is the next token. A document type declaration is refused before anything in it could be used.
func (d *document) next() (xml.Token, error) {
	d.guard.since = 0
	tok, err := d.dec.Token()
	if err != nil {
		return nil, d.broken(err)
	}
	switch tok.(type) {
	case xml.Directive:
		return nil, d.refuse(tillproof.KindForbidden, "format.xml.dtd", nil)
	case xml.StartElement:
		if d.depth++; d.depth > maxDepth {
			return nil, d.tooLarge("depth", maxDepth)
		}
	case xml.EndElement:
		d.depth--
	}
	return tok, nil
}

// skip reads to the end of the element whose start was just read.
func (d *document) skip() error {
	for end := d.depth - 1; d.depth > end; {
		if _, err := d.next(); err != nil {
			return err
		}
	}
	return nil
}

// read reads the element whose start was just read as a whole.
func (d *document) read(start xml.StartElement, line, col int) (*node, error) {
	root := newNode(start, line, col)
	stack := []*node{root}
	nodes, size := 1, 0
	for len(stack) > 0 {
		line, col = d.pos()
		tok, err := d.next()
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			if nodes++; nodes > maxNodes {
				return nil, d.tooLarge("elements", maxNodes)
			}
			k := newNode(tok, line, col)
			top.kids = append(top.kids, k)
			stack = append(stack, k)
		case xml.CharData:
			if size += len(tok); size > maxBytes {
				return nil, d.tooLarge("bytes", maxBytes)
			}
			if len(top.kids) == 0 {
				top.text += string(tok)
			}
		case xml.EndElement:
			top.text = strings.TrimSpace(top.text)
			stack = stack[:len(stack)-1]
		}
	}
	return root, nil
}

func newNode(e xml.StartElement, line, col int) *node {
	n := &node{name: e.Name.Local, line: line, col: col}
	for _, a := range e.Attr {
		if a.Name.Local == "Ccy" {
			n.currency = a.Value
		}
	}
	return n
}

// broken turns the decoder's error into ours. io.EOF passes: it is the end of a whole document.
func (d *document) broken(err error) error {
	var ours *tillproof.Error
	switch {
	case errors.Is(err, io.EOF) && d.depth == 0:
		return io.EOF
	case errors.Is(err, errToken):
		return d.tooLarge("token", maxToken)
	case errors.As(err, &ours):
		return err
	}
	var why *xml.SyntaxError
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, &why) && why.Msg == "unexpected EOF" {
		return d.refuse(tillproof.KindInvalid, codeBroken, err)
	}
	if why != nil {
		if m := entity.FindStringSubmatch(why.Msg); m != nil {
			e := d.refuse(tillproof.KindInvalid, codeEntity, err)
			e.Params["entity"] = clip(m[1])
			return e
		}
	}
	return d.refuse(tillproof.KindInvalid, codeSyntax, err)
}

// The ways in which a document stops.
const (
	codeBroken = "format.xml.broken" // its end is missing
	codeEntity = "format.xml.entity" // it refers to something that it does not declare
	codeSyntax = "format.xml.syntax" // it is no XML from here on
)

// entity is how the decoder names an entity that is none of the five of XML. A bare & is another fault.
var entity = regexp.MustCompile(`^invalid character entity &([^ ;]+);$`)

// tooLarge names the limit for the log; a person needs its size only.
func (d *document) tooLarge(what string, most int) error {
	e := d.refuse(tillproof.KindTooLarge, "format.xml.size", nil)
	e.Params["what"], e.Params["max"] = what, strconv.Itoa(most)
	return e
}

func (d *document) refuse(kind tillproof.ErrorKind, code string, err error) *tillproof.Error {
	line, col := d.pos()
	return &tillproof.Error{
		Op: "read", Kind: kind, Code: code, Place: tillproof.Place{Line: line, Column: col}, Err: err,
		Params: tillproof.Params{"line": strconv.Itoa(line), "column": strconv.Itoa(col)},
	}
}
