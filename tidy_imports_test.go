package tillproof_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

const (
	module        = "github.com/tillproof/tillproof"
	maxDepth      = 6 // docs/adr/0009-two-legs-one-book.md
	maxMeanDegree = 3.0
)

// room is one row of the import table: which rooms of the module, and which libraries, non-test code may
// import. Libraries are listed here and nowhere else by default, so that a new one is a decision.
type room struct {
	ours []string // "" is the root
	libs []string // prefixes of import paths
}

// rooms is house.md section 2 for the rooms that stand. "*" allows every room of the module.
var rooms = map[string]room{
	"":                {},
	"internal/locale": {ours: []string{""}},
	"internal/pack":   {ours: []string{""}, libs: []string{"github.com/goccy/go-yaml"}},
	"internal/recon/match": {ours: []string{
		"", "internal/recon/book", "internal/recon/sales", "internal/recon/deposit",
	}},
	"internal/recon/book":  {ours: []string{""}},
	"internal/recon/sales": {ours: []string{"", "internal/recon/book", "internal/recon/choose"}},
	"internal/recon/deposit": {ours: []string{
		"", "internal/recon/book", "internal/recon/choose", "internal/recon/solve",
	}},
	"internal/recon/choose": {},
	"internal/recon/tariff": {ours: []string{""}},
	"internal/recon/solve":  {},
	"internal/detect": {ours: []string{
		"", "internal/pack", "internal/detect/stream", "internal/detect/habit", "internal/detect/learn",
		"internal/detect/teach",
	}},
	"internal/detect/stream": {ours: []string{""}},
	"internal/detect/habit":  {ours: []string{"", "internal/detect/stream"}},
	"internal/detect/learn":  {ours: []string{""}},
	"internal/detect/teach": {ours: []string{
		"", "internal/detect/stream", "internal/detect/habit", "internal/detect/learn",
	}},
	"internal/detect/custom": {
		ours: []string{"", "internal/detect", "internal/detect/stream", "internal/detect/habit"},
		libs: []string{"cel.dev/cel-go", "github.com/goccy/go-yaml"},
	},
	"internal/format":      {ours: []string{""}, libs: []string{"golang.org/x/text"}},
	"internal/format/cell": {ours: []string{""}, libs: []string{"golang.org/x/text"}},
	"internal/format/profile": {
		ours: []string{"", "internal/format", "internal/format/cell"},
		libs: []string{"github.com/goccy/go-yaml", "golang.org/x/text"},
	},
	"internal/format/table": {ours: []string{"", "internal/format", "internal/format/profile"}},
	"internal/format/xlsx":  {ours: []string{"", "internal/format", "internal/format/profile"}},
	"internal/format/camt":  {ours: []string{"", "internal/format", "internal/format/markup"}},
	"internal/format/mt94x": {ours: []string{"", "internal/format"}},
	"internal/format/bai2": {
		ours: []string{"", "internal/format"},
	},
	"internal/format/qif": {
		ours: []string{"", "internal/format"},
	},
	"internal/format/ofx": {
		ours: []string{"", "internal/format"},
		libs: []string{"golang.org/x/text"},
	},
	"internal/format/onec": {
		ours: []string{"", "internal/format"},
	},
	"internal/format/xls": {
		ours: []string{"", "internal/format", "internal/format/profile"},
		libs: []string{"github.com/richardlehane/mscfb", "golang.org/x/text"},
	},
	"internal/format/webtable": {
		ours: []string{"", "internal/format", "internal/format/markup", "internal/format/profile"},
		libs: []string{"golang.org/x/net/html"},
	},
	"internal/format/iso8583": {
		ours: []string{"", "internal/format", "internal/format/markup"},
		libs: []string{"github.com/moov-io/iso8583", "github.com/goccy/go-yaml", "golang.org/x/text"},
	},
	"internal/format/ctf": {
		ours: []string{"", "internal/format"},
		libs: []string{"golang.org/x/text"},
	},
	"internal/format/ipm": {
		ours: []string{"", "internal/format"},
		libs: []string{"golang.org/x/text"},
	},
	"internal/format/poslog": {ours: []string{"", "internal/format", "internal/format/markup"}},
	"internal/format/mrx":    {ours: []string{"", "internal/format", "internal/format/markup"}},
	"internal/format/unionpay": {
		ours: []string{"", "internal/format"},
		libs: []string{"golang.org/x/text", "github.com/goccy/go-yaml"},
	},
	"internal/format/journal": {
		ours: []string{"", "internal/format"},
		libs: []string{"github.com/goccy/go-yaml"},
	},
	"internal/format/stl": {
		ours: []string{"", "internal/format"},
	},
	"internal/format/wrap": {
		ours: []string{"", "internal/format"},
		libs: []string{"golang.org/x/text"},
	},
	"internal/format/markup": {ours: []string{"", "internal/format"}},
	"internal/format/formattest": {
		ours: []string{"", "internal/format"},
		libs: []string{"github.com/google/go-cmp", "golang.org/x/text"},
	},
	"internal/format/all": {ours: []string{"*"}}, // the list of formats knows each of them
	"internal/recon": {ours: []string{
		"", "internal/format", "internal/format/wrap", "internal/recon/match", "internal/recon/tariff",
		"internal/detect",
		"internal/pack",
		"internal/recon/bulk",
	}},
	"internal/recon/bulk": {ours: []string{"", "internal/format", "internal/recon/match"}},
	"internal/report": {
		ours: []string{"", "internal/locale", "internal/pack"},
		libs: []string{"charm.land/lipgloss/v2", "github.com/xuri/excelize/v2", "github.com/rivo/uniseg"},
	},
	"internal/report/kept": {ours: []string{
		"", "internal/locale", "internal/report", "internal/workspace",
	}},
	"internal/casebook":        {ours: []string{"", "internal/pack"}},
	"internal/workspace":       {ours: []string{""}},
	"internal/vault":           {ours: []string{""}, libs: []string{"filippo.io/age"}},
	"internal/backup":          {ours: []string{"", "internal/vault", "internal/vault/translog"}},
	"internal/vault/vaulttest": {ours: []string{"internal/vault"}},
	"internal/vault/translog":  {ours: []string{""}, libs: []string{"golang.org/x/mod/sumdb"}},
	"internal/store/sqlite": {
		ours: []string{"", "internal/vault/translog"}, libs: []string{"zombiezen.com/go/sqlite"},
	},
	"internal/store/storetest": {ours: []string{"", "internal/vault/translog"}},
	"internal/synth": {
		ours: []string{"", "internal/pack", "internal/synth/dice"},
		libs: []string{"golang.org/x/text"},
	},
	"internal/bench":       {ours: []string{""}},
	"internal/synth/dice":  {},
	"internal/synth/cards": {ours: []string{"", "internal/synth/dice"}},
	"internal/synth/kinds": {
		ours: []string{"", "internal/bench", "internal/synth/dice"},
	},
	"internal/torture":  {}, // tests alone
	"internal/tilltest": {ours: []string{""}},
	"cmd/tillproof": {ours: []string{"*"}, libs: []string{
		"github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/goccy/go-yaml",
		"github.com/schollz/progressbar/v3",
		"golang.org/x/term",
	}},
}

// rootStd are packages of the standard library that the vocabulary must not know.
var rootStd = []string{"os", "net", "net/http", "database/sql", "context", "log", "math/rand", "math/rand/v2"}

// nowhere are packages that no room may import: the templates keep every exported method in the binary (14
// MB).
var nowhere = []string{"text/template", "html/template", "unsafe"}

func TestImports(t *testing.T) {
	graph := map[string]map[string]bool{}
	for _, f := range house(t) {
		if f.test {
			continue
		}
		dir := strings.TrimPrefix(f.dir(), ".")
		row, known := rooms[dir]
		if !known {
			t.Errorf("%s: the room %s has no row in the import table", f.path, dir)
			continue
		}
		if graph[dir] == nil {
			graph[dir] = map[string]bool{}
		}
		for _, spec := range f.ast.Imports {
			to := strings.Trim(spec.Path.Value, `"`)
			if problem := judge(dir, row, to); problem != "" {
				t.Errorf("%s: imports %s: %s", f.path, to, problem)
			}
			if ours, ok := strings.CutPrefix(to, module); ok {
				graph[dir][strings.TrimPrefix(ours, "/")] = true
			}
		}
	}
	for name := range rooms {
		if graph[name] == nil {
			t.Errorf("the import table has a row for %q, which does not stand", name)
		}
	}
	checkShape(t, graph)
}

// judge says what is wrong with an import, "" if nothing.
func judge(dir string, row room, to string) string {
	ours, isOurs := strings.CutPrefix(to, module)
	ours = strings.TrimPrefix(ours, "/")
	switch {
	case slices.Contains(nowhere, to):
		return "no room may"
	case dir == "" && slices.Contains(rootStd, to):
		return "the vocabulary does no I/O"
	case isOurs && strings.HasSuffix(ours, "test"):
		return "rooms for tests stay in tests"
	case isOurs && !slices.Contains(row.ours, ours) && !slices.Contains(row.ours, "*"):
		return fmt.Sprintf("the row of %q does not allow it", dir)
	case !isOurs && strings.Contains(strings.Split(to, "/")[0], "."):
		listed := func(p string) bool { return to == p || strings.HasPrefix(to, p+"/") }
		if !slices.ContainsFunc(row.libs, listed) {
			return fmt.Sprintf("the row of %q does not list this library", dir)
		}
	}
	return ""
}

// checkShape holds the import graph to its budget: depth and mean out-degree tell whether one sees through a
// house.
func checkShape(t *testing.T, graph map[string]map[string]bool) {
	t.Helper()
	depth := map[string]int{}
	var measure func(string) int
	measure = func(n string) int {
		if d, ok := depth[n]; ok {
			return d
		}
		depth[n] = 0
		for to := range graph[n] {
			depth[n] = max(depth[n], measure(to)+1)
		}
		return depth[n]
	}
	edges, nodes := 0, 0
	for _, n := range slices.Sorted(maps.Keys(graph)) {
		if d := measure(n); d > maxDepth {
			t.Errorf("%q lies %d imports deep, at most %d", n, d, maxDepth)
		}
		if n == "cmd/tillproof" || n == "internal/format/all" {
			continue // the front door knows every room, the list of formats every format
		}
		edges += len(graph[n])
		nodes++
	}
	if mean := float64(edges) / float64(nodes); mean > maxMeanDegree {
		t.Errorf("mean out-degree %.2f, at most %.1f", mean, maxMeanDegree)
	}
}

// TestDependenciesAreExplained holds docs/dependencies.md to go.mod: each direct module has its line.
func TestDependenciesAreExplained(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	direct := 0
	for _, line := range strings.Split(string(mod), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 2 && strings.Contains(fields[0], ".") && fields[0] != "go" {
			direct++
			if !strings.Contains(string(page), fields[0]) {
				t.Errorf("%s has no line in docs/dependencies.md", fields[0])
			}
		}
	}
	if direct == 0 {
		t.Error("no direct module found in go.mod: the test reads it wrong")
	}
}
