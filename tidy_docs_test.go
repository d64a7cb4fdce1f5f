package tillproof_test

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestGlossary compares docs/glossary.md with the exported types of the vocabulary, both ways.
func TestGlossary(t *testing.T) {
	page, err := os.ReadFile("docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Za-z]+)`").FindAllStringSubmatch(string(page), -1) {
		rows[m[1]] = true
	}
	types := map[string]bool{}
	for _, f := range house(t) {
		if f.test || f.dir() != "." {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok && s.Name.IsExported() {
				types[s.Name.Name] = true
			}
			return true
		})
	}
	for name := range types {
		if !rows[name] {
			t.Errorf("docs/glossary.md has no row for %s", name)
		}
	}
	for name := range rows {
		if !types[name] {
			t.Errorf("docs/glossary.md has a row for %s, which is no exported type of the vocabulary", name)
		}
	}
}

var (
	linkTo     = regexp.MustCompile(`\]\(([^)#:]+)\)`)
	lineNumber = regexp.MustCompile(`\.go:\d+`)
)

// TestDocuments: one title each, links that lead somewhere, no line numbers that the next edit makes false.
func TestDocuments(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("docs/*/*.md")
	if err != nil {
		t.Fatal(err)
	}
	pages = append(append(pages, more...), "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
	for _, p := range pages {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Error(err)
			continue
		}
		titles, fenced := 0, false
		for _, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "```") {
				fenced = !fenced
			}
			if !fenced && strings.HasPrefix(line, "# ") {
				titles++
			}
		}
		if titles != 1 {
			t.Errorf("%s has %d titles, not one", p, titles)
		}
		if m := lineNumber.FindString(string(text)); m != "" {
			t.Errorf("%s names the line %s: name the function", p, m)
		}
		for _, m := range linkTo.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(p), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", p, m[1])
			}
		}
	}
}
