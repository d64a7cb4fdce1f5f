package main

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/tillproof/tillproof"
)

const (
	// maxDecisions bounds the decisions of a file: a person makes a few a day.
	maxDecisions = 20_000
	// maxNamed bounds the records of one decision: the lines of a large shop's day.
	maxNamed = 5_000
	// maxDecisionsFile bounds the file: as many decisions, each about a few records and with a sentence.
	maxDecisionsFile = 16 << 20
	// maxDecisionText bounds a reason or a name.
	maxDecisionText = 1000
)

// readDecisions reads a decisions file: a list in YAML, or in JSON, which is YAML too. It reports every
// mistake with its line and column, all together, and answers none where there is one: a decision that is
// silently left out would look like one that was made.
func readDecisions(file string, text []byte) ([]tillproof.Decision, error) {
	r := &decisionReader{policyReader: policyReader{file: file, family: "decisions."}}
	root := r.root(text)
	if root == nil || len(r.mistakes) > 0 {
		return nil, errors.Join(r.mistakes...)
	}
	items := r.list(root, "")
	if len(items) > maxDecisions {
		r.mistake(items[maxDecisions], "", "decisions.too_many", number(maxDecisions))
		return nil, errors.Join(r.mistakes...)
	}
	for _, item := range items {
		r.decision(item)
	}
	r.contradictions()
	if len(r.mistakes) > 0 {
		return nil, errors.Join(r.mistakes...)
	}
	return r.decisions, nil
}

// decisionReader gathers decisions and mistakes. Keys, lists and values are those of a policy, with sentences
// of their own.
type decisionReader struct {
	policyReader
	decisions []tillproof.Decision
	nodes     []ast.Node // where they stand
}

// root is the one document of the file, nil with a mistake where there is none.
func (r *decisionReader) root(text []byte) ast.Node {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	switch {
	case len(text) > maxDecisionsFile:
		r.mistake(nil, "", "policy.too_large", bytesParam(maxDecisionsFile))
		return nil
	case !utf8.Valid(text):
		at := bytes.Count(text[:validUTF8(text)], []byte("\n")) + 1
		r.mistakes = append(r.mistakes, &tillproof.Error{
			Op: "read decisions", Kind: tillproof.KindInvalid, Code: "decisions.encoding",
			Place: tillproof.Place{File: r.file, Line: at},
		})
		return nil
	case depth(text) > maxPolicyDepth:
		r.mistake(nil, "", "policy.too_deep", number(maxPolicyDepth))
		return nil
	}
	tree, err := parser.ParseBytes(spacesForTabs(text), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.mistakes = append(r.mistakes, r.syntax(err))
		return nil
	}
	var bodies []ast.Node
	for _, doc := range tree.Docs {
		if doc.Body != nil {
			bodies = append(bodies, doc.Body)
		}
	}
	switch {
	case len(bodies) == 0:
		r.mistake(nil, "", "policy.empty", nil)
		return nil
	case len(bodies) > 1:
		r.mistake(bodies[1], "", "policy.documents", nil)
		return nil
	}
	return bodies[0]
}

// validUTF8 is the length of the part that is text.
func validUTF8(text []byte) int {
	for i := 0; i < len(text); {
		c, n := utf8.DecodeRune(text[i:])
		if c == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(text)
}

// spacesForTabs makes JSON that is indented by tabs readable: YAML forbids them there.
func spacesForTabs(text []byte) []byte {
	if start := bytes.TrimLeft(text, " \t\r\n"); len(start) == 0 || start[0] != '[' && start[0] != '{' {
		return text
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	for i, l := range lines {
		rest := bytes.TrimLeft(l, "\t ")
		lines[i] = append(bytes.Repeat([]byte(" "), len(l)-len(rest)), rest...)
	}
	return bytes.Join(lines, nil)
}

// rulings are the keys that say what is decided.
var rulings = map[string]tillproof.Ruling{
	"match": tillproof.RuleMatch, "unmatch": tillproof.RuleUnmatch, "exclude": tillproof.RuleExclude,
}

func (r *decisionReader) decision(n ast.Node) {
	var d tillproof.Decision
	before := len(r.mistakes)
	keys := map[string]func(ast.Node, string){
		"reason": func(n ast.Node, at string) { d.Reason = r.words(n, at) },
		"by":     func(n ast.Node, at string) { d.By = r.words(n, at) },
		"at":     func(n ast.Node, at string) { d.At = r.words(n, at) },
	}
	for key, ruling := range rulings {
		keys[key] = func(n ast.Node, at string) {
			if d.Ruling != tillproof.NoRuling {
				p := tillproof.Params{"one": d.Ruling.String(), "other": key}
				r.mistake(n, at, "decisions.two_rulings", p)
				return
			}
			d.Ruling = ruling
			d.Named = r.named(n, at, ruling)
		}
	}
	r.fieldsOf(n, "", keys)
	if len(r.mistakes) > before {
		return
	}
	if d.Ruling == tillproof.NoRuling {
		r.mistake(n, "", "decisions.no_ruling", nil)
	}
	if d.Reason == "" {
		r.mistake(n, "", "decisions.no_reason", nil)
	}
	d.Place = r.placeOf(n, "")
	r.decisions, r.nodes = append(r.decisions, d), append(r.nodes, n)
}

// words is a text for people.
func (r *decisionReader) words(n ast.Node, at string) string {
	text := strings.TrimSpace(r.scalar(n, at))
	if len(text) > maxDecisionText {
		r.mistake(n, at, "decisions.text_long", number(maxDecisionText))
		return ""
	}
	return mask(text)
}

// named are the records of a decision: a list, or one alone.
func (r *decisionReader) named(n ast.Node, at string, ruling tillproof.Ruling) []string {
	before := len(r.mistakes)
	var names []string
	if _, ok := n.(*ast.SequenceNode); ok {
		names = r.texts(n, at)
	} else if one := r.scalar(n, at); one != "" {
		names = []string{one}
	}
	switch {
	case len(r.mistakes) > before:
	case len(names) > maxNamed:
		r.mistake(n, at, "decisions.too_many_named", number(maxNamed))
	case len(names) == 0:
		r.mistake(n, at, "decisions.no_records", nil)
	case len(names) == 1 && ruling != tillproof.RuleExclude:
		r.mistake(n, at, "decisions.one_record", nil)
	}
	for i, name := range names {
		switch {
		case len(name) > maxDecisionText:
			r.mistake(n, at, "decisions.text_long", number(maxDecisionText))
			return nil
		case !strings.HasPrefix(name, "rec_"):
			if !strings.Contains(name, ":") {
				r.mistake(n, at, "decisions.record", tillproof.Params{"value": mask(name)})
			}
			names[i] = mask(name)
		}
	}
	return names
}

// contradictions finds what the file alone shows: two decisions that say opposite things of the same names.
// One record in two decisions to match is for the engine, which knows the legs.
func (r *decisionReader) contradictions() {
	said := map[string]int{}
	for i := range r.decisions {
		d := &r.decisions[i]
		for _, name := range d.Named {
			first, seen := said[name]
			if !seen {
				said[name] = i
				continue
			}
			one := &r.decisions[first]
			if (one.Ruling == tillproof.RuleExclude) != (d.Ruling == tillproof.RuleExclude) {
				p := tillproof.Params{"record": name, "line": strconv.Itoa(one.Place.Line)}
				r.mistake(r.nodes[i], "", "decisions.contradiction", p)
			}
		}
	}
}

// takeDecisions reads the decisions that the user named, if any.
func (d *door) takeDecisions(path string) error {
	if path == "" {
		return nil
	}
	name, text, err := readWhole(path, maxDecisionsFile)
	if err != nil {
		return renamed(err, "decisions.no_file")
	}
	d.basis.Decisions = tillproof.DigestOf(text)
	d.decisions, err = readDecisions(name, text)
	return err
}

// readWhole reads a settings file on disk, and one byte more than it may have.
func readWhole(path string, most int64) (name string, text []byte, err error) {
	f := &input{path: path, name: mask(path)}
	file, err := openRegular(f)
	if err != nil {
		return f.name, nil, err
	}
	defer func() { _ = file.Close() }() // only read
	if text, err = io.ReadAll(io.LimitReader(file, most+1)); err != nil {
		return f.name, nil, cannotOpen(f, err)
	}
	return f.name, text, nil
}
