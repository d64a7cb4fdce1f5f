package markup

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// The caps of one document. Real entries have some hundred elements; a payroll batch of a bank has one detail
// per person.
const (
	maxToken = 1 << 20  // bytes of one tag, text or comment
	maxDepth = 64       // elements within elements
	maxNodes = 300_000  // elements of one entry, which take some 60 MiB
	maxBytes = 64 << 20 // text of one entry
)

// Node is an element that was read whole: an entry, a balance, a ticket.
type Node struct {
	Name, Text   string // local name; text without the blanks around it, "" where elements stand inside
	Kids         []*Node
	Line, Column int // where its start tag stands, from 1
	attrs        []xml.Attr
}

// Place is where the element begins, under a name for a person.
func (n *Node) Place(name string) tillproof.Place {
	return tillproof.Place{Line: n.Line, Column: n.Column, Field: name}
}

// At follows local names to the first element there; nil where there is none.
func (n *Node) At(path ...string) *Node {
	for _, name := range path {
		if n == nil {
			return nil
		}
		n = n.Kid(name)
	}
	return n
}

// Kid is the first child of that name, nil where there is none.
func (n *Node) Kid(name string) *Node {
	if n == nil {
		return nil
	}
	for _, k := range n.Kids {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// Each is every child of that name.
func (n *Node) Each(name string) []*Node {
	if n == nil {
		return nil
	}
	var out []*Node
	for _, k := range n.Kids {
		if k.Name == name {
			out = append(out, k)
		}
	}
	return out
}

// Value is the text at a path, "" where there is none.
func (n *Node) Value(path ...string) string {
	if k := n.At(path...); k != nil {
		return k.Text
	}
	return ""
}

// First is the first text that is not empty.
func First(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// Document reads tokens one by one under the caps.
type Document struct {
	dec   *xml.Decoder
	guard *guard
	Depth int // elements that are open
}

// NewDocument reads a text that is UTF-8 by now.
func NewDocument(r io.Reader) *Document {
	g := &guard{src: r}
	return &Document{dec: newDecoder(g), guard: g}
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

// Pos is the line and column at which the next token starts.
func (d *Document) Pos() (int, int) { return d.dec.InputPos() }

// Next is the next token. A document type declaration is refused before anything in it could be used.
func (d *Document) Next() (xml.Token, error) {
	d.guard.since = 0
	tok, err := d.dec.Token()
	if err != nil {
		return nil, d.broken(err)
	}
	switch tok.(type) {
	case xml.Directive:
		return nil, d.Refuse(tillproof.KindForbidden, "format.xml.dtd", nil)
	case xml.StartElement:
		if d.Depth++; d.Depth > maxDepth {
			return nil, d.TooLarge("depth", maxDepth)
		}
	case xml.EndElement:
		d.Depth--
	}
	return tok, nil
}

// Skip reads to the end of the element whose start was just read.
func (d *Document) Skip() error {
	for end := d.Depth - 1; d.Depth > end; {
		if _, err := d.Next(); err != nil {
			return err
		}
	}
	return nil
}

// Read reads the element whose start was just read as a whole.
func (d *Document) Read(start xml.StartElement, line, col int) (*Node, error) {
	return d.ReadParts(start, line, col, Parts{})
}

// Parts are the elements of one name, standing in those of another, that are used as they end. What Take
// takes is not kept in the tree, so that an entry of many parts costs what one of them does. It sees the
// whole as far as it was read by then.
type Parts struct {
	In, Name string
	Take     func(whole, part *Node) (taken bool, err error)
}

// take hands out an element that ended, if it is one of the parts.
func (p Parts) take(whole, parent, part *Node) (taken bool, err error) {
	if part.Name != p.Name || parent.Name != p.In {
		return false, nil
	}
	return p.Take(whole, part)
}

// ReadParts reads like Read, and hands out the parts.
func (d *Document) ReadParts(start xml.StartElement, line, col int, parts Parts) (*Node, error) {
	root := newNode(start, line, col)
	stack := []branch{{node: root}}
	nodes, size := 1, 0
	for len(stack) > 0 {
		line, col = d.Pos()
		tok, err := d.Next()
		if err != nil {
			return nil, err
		}
		top := &stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			top.parted = true
			stack = append(stack, branch{node: newNode(tok, line, col), nodes: nodes, size: size})
			if nodes++; nodes > maxNodes {
				return nil, d.TooLarge("elements", maxNodes)
			}
		case xml.CharData:
			if size += len(tok); size > maxBytes {
				return nil, d.TooLarge("bytes", maxBytes)
			}
			if !top.parted {
				top.node.Text += string(tok)
			}
		case xml.EndElement:
			done := *top
			done.node.Text = strings.TrimSpace(done.node.Text)
			if stack = stack[:len(stack)-1]; len(stack) == 0 {
				break
			}
			parent := stack[len(stack)-1].node
			taken, err := parts.take(root, parent, done.node)
			switch {
			case err != nil:
				return nil, err
			case taken:
				nodes, size = done.nodes, done.size
			default:
				parent.Kids = append(parent.Kids, done.node)
			}
		}
	}
	return root, nil
}

// branch is an element that is open, and what was counted before it.
type branch struct {
	node        *Node
	parted      bool // elements stand inside
	nodes, size int
}

func newNode(e xml.StartElement, line, col int) *Node {
	return &Node{Name: e.Name.Local, Line: line, Column: col, attrs: e.Attr}
}

// Attr is an attribute by its local name, "" where there is none.
func (n *Node) Attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// broken turns the decoder's error into ours. io.EOF passes: it is the end of a whole document.
func (d *Document) broken(err error) error {
	var ours *tillproof.Error
	switch {
	case errors.Is(err, io.EOF) && d.Depth == 0:
		return io.EOF
	case errors.Is(err, errToken):
		return d.TooLarge("token", maxToken)
	case errors.As(err, &ours):
		return err
	}
	var why *xml.SyntaxError
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, &why) && why.Msg == "unexpected EOF" {
		return d.Refuse(tillproof.KindInvalid, codeBroken, err)
	}
	if why != nil {
		if m := entity.FindStringSubmatch(why.Msg); m != nil {
			e := d.Refuse(tillproof.KindInvalid, codeEntity, err)
			e.Params["entity"] = format.Shown(m[1])
			return e
		}
	}
	return d.Refuse(tillproof.KindInvalid, codeSyntax, err)
}

// The ways in which a document stops.
const (
	codeBroken = "format.xml.broken" // its end is missing
	codeEntity = "format.xml.entity" // it refers to something that it does not declare
	codeSyntax = "format.xml.syntax" // it is no XML from here on
)

// entity is how the decoder names an entity that is none of the five of XML. A bare & is another fault.
var entity = regexp.MustCompile(`^invalid character entity &([^ ;]+);$`)

// TooLarge is format.xml.size: it names the limit for the log; a person needs its size only.
func (d *Document) TooLarge(what string, most int) error {
	e := d.Refuse(tillproof.KindTooLarge, "format.xml.size", nil)
	e.Params["limit"], e.Params["max"] = what, strconv.Itoa(most)
	return e
}

// BreaksOff is the issue for an error after which the rest of a document cannot be read, although what stood
// before it could: its end is missing, an entity is not declared, or it is no XML from there on. nil for any
// other error.
func BreaksOff(err error) *format.LineError {
	if err == nil { // asked at each token
		return nil
	}
	var e *tillproof.Error
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Code {
	case codeBroken, codeEntity, codeSyntax:
		return &format.LineError{Issue: tillproof.Issue{Code: e.Code, Place: e.Place, Params: e.Params}}
	}
	return nil
}

// Refuse is an error at the place of the reading. The cause is kept as text, card numbers masked: the decoder
// quotes what it met.
func (d *Document) Refuse(kind tillproof.ErrorKind, code string, err error) *tillproof.Error {
	if err != nil {
		err = errors.New(format.Shown(err.Error()))
	}
	line, col := d.Pos()
	return &tillproof.Error{
		Op: "read", Kind: kind, Code: code, Place: tillproof.Place{Line: line, Column: col}, Err: err,
		Params: tillproof.Params{"line": strconv.Itoa(line), "column": strconv.Itoa(col)},
	}
}
