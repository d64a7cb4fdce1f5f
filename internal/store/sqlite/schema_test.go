package sqlite

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"zombiezen.com/go/sqlite"
)

var update = flag.Bool("update", false, "write schema.sql anew")

func initial() tillproof.Act {
	return tillproof.Act{
		Time: tillproof.Date(20_500).Time(), By: "王芳", From: "cli@till-1", Kind: tillproof.ActInit,
		Done: true,
	}
}

// folder is a new workspace.
func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "workspace")
	if err := Create(t.Context(), dir, tillproof.WorkspaceID{1}, initial(), Options{}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func reopen(t *testing.T, dir string, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// rawConn is a connection past the store.
func rawConn(t *testing.T, dir string) *conn {
	t.Helper()
	c, err := openConn(filepath.Join(dir, fileName), sqlite.OpenReadWrite, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.close() })
	return c
}

// dumpSchema is what the migrations come to.
func dumpSchema(t *testing.T, c *conn) string {
	t.Helper()
	var parts []string
	stmt, _, err := c.db.PrepareTransient(
		"SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name")
	if err != nil {
		t.Fatal(err)
	}
	defer stmt.Finalize()
	for {
		more, err := stmt.Step()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return strings.Join(parts, "\n\n") + "\n"
		}
		parts = append(parts, stmt.ColumnText(0)+";")
	}
}

func TestSchemaIsWhatTheMigrationsComeTo(t *testing.T) {
	got := dumpSchema(t, rawConn(t, folder(t)))
	if *update {
		if err := os.WriteFile("schema.sql", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil || got != string(want) {
		t.Error("schema.sql is not what the migrations come to; run the test with -update and read it")
	}
}

// Each table begins with its workspace, in its columns and in its key, and every index does.
func TestEveryKeyBeginsWithTheWorkspace(t *testing.T) {
	schema := dumpSchema(t, rawConn(t, folder(t)))
	tables := 0
	for statement := range strings.SplitSeq(schema, ";") {
		statement = strings.TrimSpace(statement)
		switch {
		case statement == "":
		case strings.HasPrefix(statement, "CREATE TABLE"):
			tables++
			if !strings.Contains(statement, "(\n  workspace BLOB NOT NULL,") ||
				!strings.Contains(statement, "PRIMARY KEY (workspace") {
				t.Errorf("without a workspace at its head:\n%s", statement)
			}
		case !strings.Contains(statement, " (workspace, "):
			t.Errorf("without a workspace at its head:\n%s", statement)
		}
	}
	if tables < 15 {
		t.Errorf("only %d tables were looked at", tables)
	}
}

// beyond are the statements that are not about one workspace.
var beyond = []string{
	"workspaces", "begin", "begin_read", "commit", "rollback", "savepoint", "release", "rollback_act",
}

var (
	fromTable = regexp.MustCompile(`(?:FROM|JOIN|UPDATE) ([a-z_]+)(?: AS ([a-z]))?`)
	inserted  = regexp.MustCompile(`^INSERT INTO [a-z_]+ \(workspace, [\s\S]*VALUES \(\$1, `)
)

// Every statement is about one workspace: one condition for each table that it names, or a row that is
// written under it. In a join the second table may take it from the first.
func TestEveryStatementNamesTheWorkspace(t *testing.T) {
	looked := 0
	for name, text := range queries() {
		if slices.Contains(beyond, name) {
			continue
		}
		looked++
		if strings.HasPrefix(text, "INSERT") {
			if !inserted.MatchString(text) {
				t.Errorf("%s writes a row under no workspace", name)
			}
			continue
		}
		tables := len(fromTable.FindAllString(text, -1))
		conditions := strings.Count(text, "workspace = $1") +
			len(regexp.MustCompile(`workspace = [a-z]\.workspace`).FindAllString(text, -1))
		if tables == 0 || conditions < tables {
			t.Errorf("%s names %d tables and %d workspaces", name, tables, conditions)
		}
	}
	if looked < 50 {
		t.Errorf("only %d statements were looked at", looked)
	}
}

// Every statement can be prepared, its parameters count from 1 without a gap, and something uses it.
func TestStatements(t *testing.T) {
	c := rawConn(t, folder(t))
	source := goSource(t)
	for name, text := range queries() {
		stmt, err := c.db.Prepare(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		order := slices.Clone(c.bindsOf(name, stmt))
		slices.Sort(order)
		for i, at := range order {
			if i != at {
				t.Errorf("%s: parameter $%d is not used", name, i+1)
				break
			}
		}
		if !strings.Contains(source, `"`+name+`"`) && !strings.HasPrefix(name, "check_") {
			t.Errorf("nothing uses %s", name)
		}
	}
	for _, table := range checkedTables {
		query("check_" + table.name)
	}
}

// goSource is the text of the files of this package that are no tests.
func goSource(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}

// Lists and sums never walk over a table: those that a status or a screen needs read an index or a key.
func TestPlans(t *testing.T) {
	c := rawConn(t, folder(t))
	for name, want := range map[string]string{
		"exceptions":           "USING COVERING INDEX exception_list",
		"tally":                "USING PRIMARY KEY",
		"exceptions_beginning": "id>? AND id<?",
		"run_by_id":            "COVERING INDEX run_id",
		"import":               "INDEX import_id",
		"decision":             "INDEX decision_id",
		"source_counts":        "INDEX source_id",
		"contents":             "workspace=? AND id=?",
	} {
		plan := explain(t, c, query(name))
		if !strings.Contains(plan, want) {
			t.Errorf("%s: the plan has no %q:\n%s", name, want, plan)
		}
		if strings.Contains(plan, "SCAN exception") || strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") {
			t.Errorf("%s walks or sorts:\n%s", name, plan)
		}
	}
}

func explain(t *testing.T, c *conn, text string) string {
	t.Helper()
	stmt, _, err := c.db.PrepareTransient("EXPLAIN QUERY PLAN " + text)
	if err != nil {
		t.Fatal(err)
	}
	defer stmt.Finalize()
	var lines []string
	for {
		more, err := stmt.Step()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return strings.Join(lines, "\n")
		}
		lines = append(lines, stmt.ColumnText(3))
	}
}
