package main

import (
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// A layout file may come from anybody: it is looked at before it is believed.

// The bounds of a layout file: the longest that is shipped has 8 KB and three levels.
const (
	maxLayout      = 1 << 20
	maxLayoutDepth = 32
	maxLayoutName  = 64
)

// readLayout reads a layout file. Errors: those of opening, profile.too_large, profile.syntax,
// profile.anchor, profile.broken, profile.name and profile.card, each with the line where it is known.
func readLayout(path string) (ownLayout, error) {
	f := &input{path: path, name: mask(path)}
	file, err := openRegular(f)
	if err != nil {
		return ownLayout{}, noLayout(err)
	}
	defer func() { _ = file.Close() }() // only read
	raw, err := io.ReadAll(io.LimitReader(file, maxLayout+1))
	if err != nil {
		return ownLayout{}, cannotOpen(f, err)
	}
	p, err := parseLayout(path, raw)
	return ownLayout{p, path, raw}, err
}

// noLayout gives what cannot be a layout its own words, as noPolicy does.
func noLayout(err error) error {
	var e *tillproof.Error
	if errors.As(err, &e) && (e.Code == "cmd.input.directory" || e.Code == "cmd.input.device") {
		own := *e
		own.Code = "profile.no_file"
		return &own
	}
	return err
}

func parseLayout(path string, raw []byte) (profile.Profile, error) {
	if len(raw) > maxLayout || depth(raw) > maxLayoutDepth {
		return profile.Profile{}, badLayout(path, "profile.too_large", nil)
	}
	if line := cardLine(raw); line > 0 {
		e := badLayout(path, "profile.card", nil)
		e.Kind, e.Place.Line = tillproof.KindForbidden, line
		return profile.Profile{}, e
	}
	tree, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return profile.Profile{}, misread(path, raw, "profile.syntax", err)
	}
	if at := shortcut(tree); at != nil {
		e := badLayout(path, "profile.anchor", nil)
		if t := at.GetToken(); t != nil && t.Position != nil {
			e.Place.Line, e.Place.Column = t.Position.Line, t.Position.Column
		}
		return profile.Profile{}, e
	}
	p, err := profile.Parse(raw)
	if err != nil {
		return p, misread(path, raw, "profile.broken", err)
	}
	if !goodName(p.Name) {
		return p, badLayout(path, "profile.name", tillproof.Params{"name": mask(p.Name)})
	}
	return p, nil
}

func badLayout(path, code string, p tillproof.Params) *tillproof.Error {
	return &tillproof.Error{
		Op: "read layout", Kind: tillproof.KindInvalid, Code: code, Place: tillproof.Place{File: mask(path)},
		Params: p,
	}
}

// quotedWord is what a message says is wrong.
var quotedWord = regexp.MustCompile(`"([^"]+)"`)

// misread tells what a parser said, and where: as it knows, else on the first line that holds the word.
func misread(path string, raw []byte, code string, err error) error {
	cause := err.Error()
	place := tillproof.Place{File: mask(path)}
	var e yaml.Error
	if errors.As(err, &e) {
		cause = e.GetMessage()
		if t := e.GetToken(); t != nil && t.Position != nil {
			place.Line, place.Column = t.Position.Line, t.Position.Column
		}
	} else if m := quotedWord.FindStringSubmatch(cause); m != nil {
		place.Line = lineWith(raw, m[1])
	}
	return &tillproof.Error{
		Op: "read layout", Kind: tillproof.KindInvalid, Code: code, Place: place,
		Params: tillproof.Params{"cause": mask(strings.Join(strings.Fields(cause), " "))}, Err: err,
	}
}

func lineWith(raw []byte, word string) int {
	n := 0
	for line := range strings.Lines(string(raw)) {
		if n++; strings.Contains(line, word) {
			return n
		}
	}
	return 0
}

// cardLine is the first line that shows what may be a full card number, 0 for none: a layout is passed on.
func cardLine(raw []byte) int {
	n := 0
	for line := range strings.Lines(string(raw)) {
		if n++; mask(line) != line {
			return n
		}
	}
	return 0
}

// shortcut finds an anchor or alias: with them a page of text can stand for gigabytes.
func shortcut(tree *ast.File) ast.Node {
	v := &shortcuts{}
	for _, doc := range tree.Docs {
		if doc.Body != nil {
			ast.Walk(v, doc.Body)
		}
	}
	return v.found
}

type shortcuts struct{ found ast.Node }

// Visit notes the first anchor or alias.
func (v *shortcuts) Visit(n ast.Node) ast.Visitor {
	switch n.Type() {
	case ast.AnchorType, ast.AliasType, ast.MergeKeyType:
		if v.found == nil {
			v.found = n
		}
	}
	return v
}

// goodName reports a name that can be a file's name on each system and stand after FILE=.
func goodName(s string) bool {
	n := 0
	for _, r := range s {
		n++
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' && (r != '.' || n == 1) {
			return false
		}
	}
	return n > 0 && n <= maxLayoutName && !isLayoutFile(s)
}
