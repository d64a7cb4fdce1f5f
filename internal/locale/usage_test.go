package locale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

// usage is what the module's own source says about codes.
type usage struct {
	codes    map[string]string // code → where it is written
	families []string          // "report.next.": codes built from a name
	mistakes map[string]string // codes of Error and Issue values, which need a hint
}

// module is the root of the module, seen from this folder.
const module = "../.."

// rooms lists the first parts of codes: every catalogue file names one, and the parts that its codes start
// with.
func prefixes() map[string]bool {
	all := map[string]bool{}
	for code := range catalogues()[EN] {
		first, _, _ := strings.Cut(code, ".")
		all[first] = true
	}
	return all
}

// fileNames are endings that make a dotted word a file, not a code.
var fileNames = []string{
	".go", ".json", ".html", ".csv", ".xlsx", ".xml", ".yaml", ".txt", ".053", ".md", ".tmp", ".log",
	".db", ".age",
}

func readUsage(t *testing.T) usage {
	t.Helper()
	u := usage{codes: map[string]string{}, mistakes: map[string]string{}}
	known := prefixes()
	err := filepath.WalkDir(module, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // a folder that another test makes and removes
		}
		name := d.Name()
		if d.IsDir() && path != module && (strings.HasPrefix(name, ".") || name == "testdata" ||
			name == "tilltest") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		if path == filepath.Join(module, "act.go") { // kinds of acts: their texts begin with act.
			return nil
		}
		u.readFile(path, known)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

var (
	codeForm   = regexp.MustCompile(`^([a-z][a-z0-9]*)(\.[a-z0-9_]+)+$`)
	familyForm = regexp.MustCompile(`^([a-z][a-z0-9]*)(\.[a-z0-9_]+)*\.(%|$)`)
)

func (u *usage) readFile(path string, known map[string]bool) {
	src, err := os.ReadFile(path)
	if err != nil {
		return
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, src, parser.SkipObjectResolution)
	if err != nil {
		return // half written; the compiler will say so
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.CompositeLit:
			u.readMistake(n, path)
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				u.add(text, path, known)
			}
		}
		return true
	})
}

func (u *usage) add(text, path string, known map[string]bool) {
	first, _, _ := strings.Cut(text, ".")
	if !known[first] {
		return
	}
	if familyForm.MatchString(text) {
		family, _, _ := strings.Cut(text, "%")
		u.families = append(u.families, family)
		return
	}
	file := slices.ContainsFunc(fileNames, func(end string) bool { return strings.HasSuffix(text, end) })
	if codeForm.MatchString(text) && !file {
		u.codes[text] = path
	}
}

// readMistake notes the code of an Error or Issue literal.
func (u *usage) readMistake(lit *ast.CompositeLit, path string) {
	name := ""
	switch typ := lit.Type.(type) {
	case *ast.SelectorExpr:
		name = typ.Sel.Name
	case *ast.Ident:
		name = typ.Name
	}
	if name != "Error" && name != "Issue" {
		return
	}
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, _ := kv.Key.(*ast.Ident)
		val, _ := kv.Value.(*ast.BasicLit)
		if key == nil || val == nil || key.Name != "Code" {
			continue
		}
		if code, err := strconv.Unquote(val.Value); err == nil {
			u.mistakes[code] = path
		}
	}
}

func TestEachCodeInTheSourceHasATextAndEachMistakeAHint(t *testing.T) {
	u := readUsage(t)
	if len(u.codes) == 0 {
		t.Fatal("no code found in the source: this test looks in the wrong place")
	}
	for code, path := range u.codes {
		if !Has(EN, code) && !isName(code) {
			t.Errorf("%s: %q has no text", path, code)
		}
	}
	for code, path := range u.mistakes {
		if !Has(EN, code) {
			t.Errorf("%s: error or issue %q has no text", path, code)
		}
		if !Has(EN, code+".hint") {
			t.Errorf("%s: error or issue %q has no hint", path, code)
		}
	}
}

// notCodes are dotted words of the source that name something else: formats, layouts, schemas.
var notCodes = map[string]bool{
	"workspace.db": true, "workspace.lock": true, "workspace.init": true, "workspace.migrate": true,
	"policy.set": true, "recon.run": true, "audit.checkpoint": true,
}

func isName(code string) bool { return notCodes[code] }

// builtFamilies are codes put together from a name of the vocabulary.
var builtFamilies = []string{
	"method.", "rule.", "break.", "status.", "holiday.", "step.", "side.", "kind.", "bucket.", "severity.",
	"part.", "act.", "card_kind.", "limit.", "tariff.", "locale.tariff.",
	"applicant.", "case_kind.", "case_state.", "case_step.", "clock_basis.", "confidence.", "contact.",
	"deadline_state.", "item_state.", "level.", "network_stage.", "outcome.", "owes.", "role.", "slip_field.",
}

// A room that is still growing has texts before it has code, so a room counts only once its code uses a text.
func TestNoTextIsUnused(t *testing.T) {
	u := readUsage(t)
	used := func(code string) bool {
		for _, end := range []string{oneSuffix, ".hint.told", ".hint"} {
			code = strings.TrimSuffix(code, end)
		}
		in := func(f string) bool { return strings.HasPrefix(code, f) }
		return u.codes[code] != "" || u.codes[code+".hint"] != "" || u.mistakes[code] != "" ||
			slices.ContainsFunc(u.families, in) || slices.ContainsFunc(builtFamilies, in)
	}
	for _, p := range pages(t) {
		if p.lang != EN || !slices.ContainsFunc(p.codes, func(c string) bool { return u.codes[c] != "" }) {
			continue
		}
		for _, c := range p.codes {
			if !used(c) {
				t.Errorf("%s: nothing in the source uses %s", p.name, c)
			}
		}
	}
}

// Each name of the vocabulary that people are shown has its term.
func TestTheVocabularyHasTerms(t *testing.T) {
	var codes []string
	for _, k := range tillproof.BreakKinds {
		codes = append(codes, "break."+string(k))
	}
	for s := tillproof.Excluded; s <= tillproof.Exception; s++ {
		codes = append(codes, "status."+s.String())
	}
	for _, s := range tillproof.Sides {
		codes = append(codes, "side."+s.String())
	}
	for _, s := range tillproof.Steps {
		codes = append(codes, "step."+string(s))
	}
	for s := tillproof.Info; s <= tillproof.High; s++ {
		codes = append(codes, "severity."+s.String())
	}
	for k := tillproof.Sale; k <= tillproof.Entry; k++ {
		codes = append(codes, "kind."+k.String())
	}
	for _, k := range tillproof.ActKinds {
		codes = append(codes, "act."+string(k))
	}
	for _, b := range []tillproof.Bucket{
		tillproof.BucketConfirmed, tillproof.BucketAtRisk, tillproof.BucketTiming, tillproof.BucketOwed,
	} {
		codes = append(codes, "bucket."+string(b))
	}
	for _, lang := range Langs {
		for _, c := range codes {
			if !Has(lang, c) {
				t.Errorf("%s lacks %s", lang, c)
			}
		}
	}
}
