package tillproof_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The house rules as tests: each fails with the place and the reason. A rule changes here and in an ADR,
// never by drift. The rules about imports stand in tidy_imports_test.go.

const (
	maxFileLines     = 600 // a longer file hides a second noun
	maxTestFileLines = 800
	maxFuncLines     = 70
	maxColumns       = 110
	maxParams        = 4 // after ctx; more wants a struct
	tabWidth         = 4
)

// sourceFile is one parsed Go file of the module.
type sourceFile struct {
	path string // slash-separated, from the module root
	text []byte
	ast  *ast.File
	fset *token.FileSet
	test bool
}

func (f *sourceFile) line(p token.Pos) int { return f.fset.Position(p).Line }

func (f *sourceFile) dir() string { return path.Dir(f.path) }

// house parses every Go file of the module.
func house(t *testing.T) []*sourceFile {
	t.Helper()
	var files []*sourceFile
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" ||
			d.Name() == "tools" || d.Name() == "bin" || d.Name() == "dist") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		tree, err := parser.ParseFile(fset, p, text, parser.ParseComments)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(p)
		files = append(files, &sourceFile{name, text, tree, fset, strings.HasSuffix(name, "_test.go")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 30 {
		t.Fatalf("only %d Go files found: the walk is broken", len(files))
	}
	return files
}

func TestSizes(t *testing.T) {
	for _, f := range house(t) {
		limit := maxFileLines
		if f.test {
			limit = maxTestFileLines
		}
		if n := bytes.Count(f.text, []byte("\n")); n > limit {
			t.Errorf("%s: %d lines, at most %d: find the second noun and give it a file", f.path, n, limit)
		}
		for i, line := range strings.Split(string(f.text), "\n") {
			n := len([]rune(line)) + strings.Count(line, "\t")*(tabWidth-1)
			if n > maxColumns && !strings.Contains(line, "`") {
				t.Errorf("%s:%d: %d columns, at most %d", f.path, i+1, n, maxColumns)
			}
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			at := f.line(fn.Pos())
			if n := f.line(fn.End()) - at + 1; n > maxFuncLines {
				t.Errorf("%s:%d: %s has %d lines, at most %d", f.path, at, fn.Name, n, maxFuncLines)
			}
			if n := paramsOf(fn); n > maxParams && !f.test {
				t.Errorf("%s:%d: %s has %d parameters, at most %d", f.path, at, fn.Name, n, maxParams)
			}
		}
	}
}

// paramsOf counts the parameters after a context.
func paramsOf(fn *ast.FuncDecl) int {
	n := fn.Type.Params.NumFields()
	if n == 0 {
		return 0
	}
	if sel, ok := fn.Type.Params.List[0].Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Context" {
		n--
	}
	return n
}

// floatRooms are the files that may use floats: scores, charts, and the numbers a workbook holds; each turns
// them into nothing that is an amount without checking that nothing is lost.
var floatRooms = []string{
	"internal/format/xlsx/", "internal/format/xls/", "internal/format/profile/stored.go", "internal/report/",
}

func TestNoFloatNearMoney(t *testing.T) {
	for _, f := range house(t) {
		exempt := slices.ContainsFunc(floatRooms, func(p string) bool { return strings.HasPrefix(f.path, p) })
		if f.test || exempt {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && (id.Name == "float64" || id.Name == "float32") {
				t.Errorf("%s:%d: no float touches an amount; see floatRooms", f.path, f.line(id.Pos()))
			}
			return true
		})
	}
}

func TestNoClockNoInitNoPrint(t *testing.T) {
	for _, f := range house(t) {
		if f.test || strings.HasPrefix(f.path, "cmd/") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if fn, ok := n.(*ast.FuncDecl); ok && fn.Name.Name == "init" && fn.Recv == nil {
				t.Errorf("%s:%d: init: registration is written out, not run", f.path, f.line(fn.Pos()))
			}
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			on, _ := sel.X.(*ast.Ident)
			if on == nil {
				return true
			}
			switch on.Name + "." + sel.Sel.Name {
			case "time.Now", "time.Since", "time.Until":
				t.Errorf("%s:%d: the clock comes in through now", f.path, f.line(sel.Pos()))
			case "log.Fatal", "log.Printf", "log.Println", "os.Exit",
				"fmt.Print", "fmt.Println", "fmt.Printf":
				t.Errorf("%s:%d: a room answers, the door speaks", f.path, f.line(sel.Pos()))
			}
			return true
		})
	}
}

var bannedPackages = []string{
	"util", "utils", "common", "helper", "helpers", "types", "models", "base", "misc",
}

var unfinished = regexp.MustCompile(`(?i)\b(TODO|FIXME|XXX|HACK)\b`)

func TestPackages(t *testing.T) {
	docs := map[string]bool{}
	for _, f := range house(t) {
		if slices.Contains(bannedPackages, f.ast.Name.Name) {
			t.Errorf("%s: package %s says nothing: name the noun", f.path, f.ast.Name.Name)
		}
		for _, c := range f.ast.Comments {
			if m := unfinished.FindString(c.Text()); m != "" {
				t.Errorf("%s:%d: %s: finish it or write it in docs/roadmap.md", f.path, f.line(c.Pos()), m)
			}
		}
		if f.test {
			continue
		}
		docs[f.dir()] = docs[f.dir()] || saysWhatItDoes(f.ast)
	}
	for dir, said := range docs {
		if !said {
			t.Errorf("%s: the package comment has no lines Takes, Gives and Never", dir)
		}
	}
}

func saysWhatItDoes(f *ast.File) bool {
	if f.Doc == nil {
		return false
	}
	text := "\n" + f.Doc.Text()
	return strings.Contains(text, "\nTakes ") && strings.Contains(text, "\nGives ") &&
		strings.Contains(text, "\nNever ")
}

func TestExportedIsDocumented(t *testing.T) {
	for _, f := range house(t) {
		if f.test || f.ast.Name.Name == "main" {
			continue
		}
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
					t.Errorf("%s:%d: %s has no comment", f.path, f.line(d.Pos()), d.Name)
				}
			case *ast.GenDecl:
				checkDecl(t, f, d)
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	e := d.Recv.List[0].Type
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	id, ok := e.(*ast.Ident)
	return ok && id.IsExported()
}

func checkDecl(t *testing.T, f *sourceFile, d *ast.GenDecl) {
	t.Helper()
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
				t.Errorf("%s:%d: type %s has no comment", f.path, f.line(s.Pos()), s.Name)
			}
		case *ast.ValueSpec:
			if s.Names[0].IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
				t.Errorf("%s:%d: %s has no comment", f.path, f.line(s.Pos()), s.Names[0])
			}
		}
	}
}
