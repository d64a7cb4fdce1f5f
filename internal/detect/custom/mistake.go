package custom

import (
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/tillproof/tillproof"
)

// wrong is a mistake in a rule: its code, and pairs of names and values for its text.
func wrong(code string, pairs ...string) *tillproof.Error {
	p := tillproof.Params{}
	for i := 0; i+1 < len(pairs); i += 2 {
		p[pairs[i]] = pairs[i+1]
	}
	return &tillproof.Error{Op: "read rule", Kind: tillproof.KindInvalid, Code: code, Params: p}
}

func contains(all []string, s string) bool { return slices.Contains(all, s) }

func quoted(all []string) []string {
	out := make([]string, 0, len(all))
	for _, s := range all {
		out = append(out, strconv.Quote(s))
	}
	return out
}

// maxSlip is how many letters a word may differ from a name to be taken for a slip of the pen.
const maxSlip = 3

// nearest is the name that a word was probably meant to be, "" where none is near.
func nearest(word string, names []string) string {
	best, near := min(maxSlip, len(word)/2)+1, ""
	for _, n := range names {
		if d := distance(word, n); d < best {
			best, near = d, n
		}
	}
	return near
}

// distance counts the letters to add, drop or change to make b of a (Levenshtein 1965).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// aliases finds an anchor or an alias in a tree.
type aliases struct{ found *token.Token }

// Visit looks at a node.
func (a *aliases) Visit(n ast.Node) ast.Visitor {
	switch n.Type() {
	case ast.AnchorType, ast.AliasType, ast.MergeKeyType:
		if a.found == nil {
			a.found = n.GetToken()
		}
	}
	return a
}
