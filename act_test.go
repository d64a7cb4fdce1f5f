package tillproof_test

import (
	"go/ast"
	"slices"
	"strconv"
	"testing"

	"github.com/tillproof/tillproof"
)

// TestActKinds: the list has every kind that the source declares, each once.
func TestActKinds(t *testing.T) {
	var declared []tillproof.ActKind
	for _, f := range house(t) {
		if f.path != "act.go" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
				name, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				declared = append(declared, tillproof.ActKind(name))
			}
			return true
		})
	}
	if len(declared) < 18 || !slices.Equal(declared, tillproof.ActKinds[:]) {
		t.Errorf("declared %q, listed %q", declared, tillproof.ActKinds)
	}
}
