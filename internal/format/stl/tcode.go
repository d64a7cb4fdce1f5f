package stl

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/tillproof/tillproof"
)

//go:embed data/tcodes.tsv
var tcodesFile string

// meaning is what a row with a code is, as a credit and as a debit.
type meaning [2]struct {
	kind    tillproof.RecordKind
	neutral bool
}

// tcodes reads the table of codes. The program ships it, so a mistake in it is one of the program.
func tcodes() map[string]meaning {
	out := map[string]meaning{}
	for line := range strings.Lines(tcodesFile) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != 3 {
			panic(fmt.Sprintf("stl: data/tcodes.tsv: %q has %d cells", line, len(cells)))
		}
		var m meaning
		for i, name := range cells[1:] {
			kind, ok := tillproof.ParseRecordKind(name)
			m[i].kind, m[i].neutral = kind, name == "neutral"
			if m[i].neutral {
				m[i].kind = tillproof.Adjustment
			} else if !ok || kind == tillproof.NoKind {
				panic(fmt.Sprintf("stl: data/tcodes.tsv: %q is no kind", name))
			}
		}
		out[cells[0]] = m
	}
	return out
}

// group is how much of a code names its group: T and two digits.
const group = 3

// meaningOf is what a code means; false for a code that the table does not know, not even by its group.
func meaningOf(codes map[string]meaning, code string) (meaning, bool) {
	if m, ok := codes[code]; ok {
		return m, true
	}
	if len(code) < group {
		return meaning{}, false
	}
	m, ok := codes[code[:group]]
	return m, ok
}
