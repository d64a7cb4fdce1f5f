package ofx

import (
	"errors"
	"io"
	"slices"
	"strings"
)

// element is a leaf with its value, or an aggregate with what is in it.
type element struct {
	name, text string
	kids       []*element
	line, col  int
	dropped    bool // nothing of it is kept
}

// at follows names to the first element there; nil where there is none.
func (e *element) at(path ...string) *element {
	for _, name := range path {
		if e == nil {
			return nil
		}
		i := slices.IndexFunc(e.kids, func(k *element) bool { return k.name == name })
		if i < 0 {
			return nil
		}
		e = e.kids[i]
	}
	return e
}

// value is the text at a path, "" where there is none.
func (e *element) value(path ...string) string {
	if k := e.at(path...); k != nil {
		return k.text
	}
	return ""
}

// level is how deep a container of the specification lies. Containers are read piece by piece; an opening tag
// closes every container that lies as deep or deeper, for files leave closing tags out.
func level(name string) (int, bool) {
	switch name {
	case "OFX":
		return 1, true
	case "STMTTRNRS", "CCSTMTTRNRS", "INTRATRNRS", "INTERTRNRS":
		return 3, true
	case "STMTRS", "CCSTMTRS":
		return 4, true
	case "BANKTRANLIST", "BANKTRANLISTP":
		return 5, true
	case "STMTTRN", "STMTTRNP", "INTRARS", "INTERRS", "LEDGERBAL", "AVAILBAL":
		return 6, false
	}
	if strings.HasSuffix(name, "MSGSRSV1") {
		return 2, true
	}
	return 0, false
}

// ofBank reports the sets of messages that hold what this room reads.
func ofBank(set string) bool {
	switch set {
	case "BANKMSGSRSV1", "CREDITCARDMSGSRSV1", "SIGNONMSGSRSV1", "INTERXFERMSGSRSV1":
		return true
	}
	return false
}

// events is what tree finds.
type events interface {
	opened(container string) error
	closed(container string)
	leaf(container string, e *element)
	aggregate(container string, e *element) error
}

// tree puts tokens together to elements.
type tree struct {
	scan  *scanner
	to    events
	stack []*element
	parts int  // elements and
	size  int  // bytes since the last entry, balance or the like began
	any   bool // a tag was met
	whole bool // the root was closed
}

// maybe is the opening tag that was read last: a leaf if a value follows, an empty one if its closing tag
// does, else an aggregate.
type maybe struct {
	*element
	pieces []string
}

// read reads to the next event of the root: it hands on what it finds, and answers io.EOF at the end.
func (t *tree) read() error {
	tok, err := t.scan.next()
	if err != nil {
		return err
	}
	switch tok.kind {
	case value:
		return nil // text in an aggregate means nothing
	case closing:
		return t.close(tok.text)
	}
	t.any = true
	open := maybe{element: &element{name: tok.text, line: tok.line, col: tok.col}}
	if tok.kind == empty {
		return t.shut(open)
	}
	return t.settle(open)
}

// settle decides what an opening tag was by what follows it.
func (t *tree) settle(open maybe) error {
	for {
		tok, err := t.scan.next()
		atEnd := errors.Is(err, io.EOF)
		switch {
		case err != nil && !atEnd:
			return err
		case !atEnd && tok.kind == value:
			if len(open.pieces) == 0 {
				open.line, open.col = tok.line, tok.col
			}
			open.pieces = append(open.pieces, tok.text)
			if t.size += len(tok.text); t.size > maxBytes {
				return t.scan.tooLarge("bytes", maxBytes)
			}
			continue
		case !atEnd && tok.kind == closing && tok.text == open.name:
			return t.shut(open)
		}
		finish := t.shut
		if len(open.pieces) == 0 {
			finish = func(open maybe) error { return t.open(open.element) }
		}
		if failed := finish(open); failed != nil {
			return failed
		}
		switch {
		case atEnd:
			return err
		case tok.kind == closing:
			return t.close(tok.text)
		}
		open = maybe{element: &element{name: tok.text, line: tok.line, col: tok.col}}
		if tok.kind == empty {
			return t.shut(open)
		}
	}
}

// shut takes a leaf, or an aggregate with nothing in it.
func (t *tree) shut(open maybe) error {
	if n, _ := level(open.name); n > 0 && len(open.pieces) == 0 {
		if err := t.open(open.element); err != nil {
			return err
		}
		return t.close(open.name)
	}
	open.text = strings.Join(strings.Fields(strings.Join(open.pieces, " ")), " ")
	top := t.top()
	if top == nil {
		return nil
	}
	if err := t.count(top); err != nil {
		return err
	}
	if _, container := level(top.name); container {
		t.to.leaf(top.name, open.element)
	} else if !top.dropped {
		top.kids = append(top.kids, open.element)
	}
	return nil
}

func (t *tree) count(in *element) error {
	if in != nil && in.dropped {
		t.size = 0
		return nil
	}
	if t.parts++; t.parts > maxParts {
		return t.scan.tooLarge("parts", maxParts)
	}
	return nil
}

func (t *tree) top() *element {
	if len(t.stack) == 0 {
		return nil
	}
	return t.stack[len(t.stack)-1]
}

// open puts an aggregate on the stack.
func (t *tree) open(e *element) error {
	n, container := level(e.name)
	for n > 0 && t.reaches(n) {
		if err := t.pop(false); err != nil {
			return err
		}
	}
	if len(t.stack) == maxDepth {
		return t.scan.tooLarge("depth", maxDepth)
	}
	parent := t.top()
	if err := t.count(parent); err != nil {
		return err
	}
	inContainer := parent == nil
	if parent != nil {
		_, inContainer = level(parent.name)
		e.dropped = parent.dropped
	}
	switch {
	case container:
		e.dropped = e.dropped || strings.HasSuffix(e.name, "MSGSRSV1") && !ofBank(e.name)
		if n == 2 || !e.dropped {
			if err := t.to.opened(e.name); err != nil {
				return err
			}
		}
	case inContainer || e.name == "STATUS":
		t.parts, t.size = 0, 0
	}
	if e.name == "STATUS" {
		e.dropped = false // an error is told wherever it stands
	}
	t.stack = append(t.stack, e)
	return nil
}

// reaches reports whether an element that lies as deep, or deeper, is open.
func (t *tree) reaches(n int) bool {
	return slices.ContainsFunc(t.stack, func(e *element) bool {
		depth, _ := level(e.name)
		return depth >= n
	})
}

// close closes the element of that name and what was left open in it. A closing tag of nothing that is open
// means nothing.
func (t *tree) close(name string) error {
	if !slices.ContainsFunc(t.stack, func(e *element) bool { return e.name == name }) {
		return nil
	}
	for {
		own := t.top().name == name
		if err := t.pop(own); err != nil || own {
			return err
		}
	}
}

// pop takes the last element from the stack. One that has no closing tag of its own was a leaf without a
// value, unless the specification knows it: what seemed to be in it stands beside it.
func (t *tree) pop(own bool) error {
	e := t.top()
	t.stack = t.stack[:len(t.stack)-1]
	n, container := level(e.name)
	t.whole = t.whole || n == 1 && own
	if container {
		if !e.dropped {
			t.to.closed(e.name)
		}
		return nil
	}
	parent := t.top()
	at := ""
	if parent != nil {
		at = parent.name
	}
	_, inContainer := level(at)
	inContainer = inContainer || parent == nil
	switch {
	case e.name == "STATUS", n > 0 && !e.dropped, inContainer && !e.dropped && own:
		if err := t.to.aggregate(at, e); err != nil {
			return err
		}
	case !own && inContainer && !e.dropped:
		for _, k := range e.kids {
			t.to.leaf(at, k)
		}
	}
	if inContainer || parent.dropped {
		return nil
	}
	if own {
		parent.kids = append(parent.kids, e)
		return nil
	}
	kids := e.kids
	e.kids = nil
	parent.kids = append(append(parent.kids, e), kids...)
	return nil
}

// cutAt is the entry in which the file ended; nil where it ended between them.
func (t *tree) cutAt() *element {
	for _, e := range t.stack {
		if n, container := level(e.name); n > 0 && !container {
			return e
		}
	}
	return nil
}
