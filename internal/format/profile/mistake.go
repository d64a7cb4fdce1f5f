package profile

import (
	"errors"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/tillproof/tillproof"
)

// Bounds of a layout file, which may come from anybody. The longest that is shipped has 8 KB; the widest real
// export has 81 columns.
const (
	maxLayoutBytes   = 64 << 10
	maxLayoutDepth   = 16
	maxLayoutColumns = 200
	maxLayoutWords   = 4000 // headers, words and labels of all kinds
)

// The codes of what is wrong with a layout file.
const (
	CodeLayoutSize    = "format.profile.size"
	CodeLayoutColumns = "format.profile.columns"
	CodeLayoutSyntax  = "format.profile.syntax"
	CodeLayoutAnchor  = "format.profile.anchor"
	CodeLayoutKey     = "format.profile.key"
	CodeLayoutTwice   = "format.profile.key_twice"
	CodeLayoutType    = "format.profile.type"
	CodeLayoutMissing = "format.profile.missing"
	CodeLayoutValue   = "format.profile.value"
	CodeLayoutField   = "format.profile.field"
	CodeLayoutHeader  = "format.profile.header_twice"
	CodeLayoutRequire = "format.profile.requires_nothing"
	CodeLayoutPattern = "format.profile.pattern"
	CodeLayoutNoDay   = "format.profile.no_day"
	CodeLayoutNoMoney = "format.profile.no_amount"
	CodeLayoutWord    = "format.profile.word"
	CodeLayoutBroken  = "format.profile.broken"
)

// mistake is what is wrong in a layout file, by the path of keys and words that leads to it.
type mistake struct {
	code   string
	path   []string
	params tillproof.Params
}

func (m *mistake) Error() string { return m.code + " at " + strings.Join(m.path, ": ") }

// wrong is a mistake. Params come in pairs; what the file says is masked and cut, what is known is not.
func wrong(code string, path []string, params ...string) *mistake {
	m := &mistake{code: code, path: path, params: tillproof.Params{}}
	for i := 0; i+1 < len(params); i += 2 {
		value := params[i+1]
		if params[i] != "known" {
			value = shown(value)
		}
		m.params[params[i]] = value
	}
	return m
}

// unbelieved looks at a layout file before it is parsed: its size, its depth, and anchors, with which a page
// of text can stand for gigabytes.
func unbelieved(raw []byte) error {
	if len(raw) > maxLayoutBytes {
		return wrong(CodeLayoutSize, nil, "max", strconv.Itoa(maxLayoutBytes>>10))
	}
	depth := 0
	for _, t := range lexer.Tokenize(string(raw)) {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.AnchorType, token.AliasType, token.MergeKeyType, token.TagType:
			return wrong(CodeLayoutAnchor, nil, "value", t.Value).at(t)
		}
		if depth > maxLayoutDepth || t.Position != nil && t.Position.IndentNum > 2*maxLayoutDepth {
			return wrong(CodeLayoutSyntax, nil, "cause", "nested too deeply").at(t)
		}
	}
	return nil
}

// placed is a mistake whose place is known already.
type placed struct {
	*mistake
	line, column int
}

func (m *mistake) at(t *token.Token) *placed {
	if t == nil || t.Position == nil {
		return &placed{mistake: m}
	}
	return &placed{m, t.Position.Line, t.Position.Column}
}

// told is the error of a layout file as a person is told it: with its code and its line.
func told(raw []byte, err error) error {
	var (
		m    *mistake
		p    *placed
		word yaml.Error
	)
	switch {
	case errors.As(err, &p):
	case errors.As(err, &m):
		p = &placed{mistake: m}
		p.line, p.column = find(raw, m.path)
	case errors.As(err, &word):
		p = misread(word)
	default:
		p = &placed{mistake: wrong(CodeLayoutBroken, nil, "cause", err.Error())}
	}
	place := tillproof.Place{Line: p.line, Column: p.column}
	if len(p.path) > 0 {
		place.Field = shown(p.path[0])
	}
	p.params["line"] = strconv.Itoa(p.line)
	return &tillproof.Error{
		Op: "read layout", Kind: tillproof.KindInvalid, Code: p.code, Place: place, Params: p.params,
		Err: err,
	}
}

// misread is what the YAML reader found wrong.
func misread(err yaml.Error) *placed {
	t := err.GetToken()
	value := ""
	if t != nil {
		value = t.Value
	}
	var (
		unknown *yaml.UnknownFieldError
		twice   *yaml.DuplicateKeyError
		syntax  *yaml.SyntaxError
	)
	code := CodeLayoutType
	switch {
	case errors.As(err, &unknown):
		code = CodeLayoutKey
	case errors.As(err, &twice):
		code = CodeLayoutTwice
	case errors.As(err, &syntax):
		code = CodeLayoutSyntax
	}
	cause := strings.Join(strings.Fields(err.GetMessage()), " ")
	return wrong(code, []string{value}, "key", value, "value", value, "cause", cause).at(t)
}

// find is the place in the file to which a path of keys and words leads; where it ends early, the last key
// that is there.
func find(raw []byte, path []string) (line, column int) {
	tree, err := parser.ParseBytes(raw, 0)
	if err != nil || len(tree.Docs) == 0 {
		return 0, 0
	}
	node := tree.Docs[0].Body
	for _, step := range path {
		next, at := stepInto(node, step)
		if at == nil {
			next, at = anywhere(node, step)
		}
		if at == nil {
			return line, column
		}
		line, column, node = at.Line, at.Column, next
	}
	return line, column
}

// anywhere finds a word however deep it stands.
func anywhere(node ast.Node, word string) (ast.Node, *token.Position) {
	if node == nil {
		return nil, nil
	}
	for _, n := range ast.Filter(ast.StringType, node) {
		if t := n.GetToken(); t != nil && t.Value == word {
			return n, t.Position
		}
	}
	return nil, nil
}

// stepInto finds a key of a mapping, or a word of a list.
func stepInto(node ast.Node, step string) (ast.Node, *token.Position) {
	var pairs []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	case *ast.SequenceNode:
		for _, v := range n.Values {
			if t := v.GetToken(); t != nil && t.Value == step {
				return v, t.Position
			}
		}
	}
	for _, p := range pairs {
		if t := p.Key.GetToken(); t != nil && t.Value == step {
			return p.Value, t.Position
		}
	}
	return nil, nil
}
