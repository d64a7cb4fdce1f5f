package torture

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

var goldenFlag = flag.Bool("golden", false, "keep a workspace of this version in testdata/golden")

// TestUpgrade: the workspace of each version that ever landed is opened, says what it said then, and can be
// used; one of a newer version is refused and not touched.
func TestUpgrade(t *testing.T) {
	rec := ledger.entry(t, "old workspaces", "P15",
		"Upgrade works from every version: the workspaces in internal/torture/testdata/golden, one for "+
			"each schema that "+
			"landed, are opened, compared with what they held, and used; a newer one is refused (exit "+
			"14), untouched.")
	if *goldenFlag {
		keepGolden(t)
	}
	all, err := filepath.Glob("testdata/golden/schema-*")
	check(t, err)
	if len(all) == 0 {
		t.Fatal("no old workspaces are there")
	}
	for _, dir := range all {
		s := (&shop{root: dir}).copy(t, filepath.Join(t.TempDir(), "old"))
		check(t, os.MkdirAll(filepath.Join(s.root, "tmp"), 0o700))
		rec.add("workspaces of old versions", 1)
		want, err := os.ReadFile(filepath.Join(dir, "state.txt"))
		check(t, err)
		st, err := s.look(nil)
		if err != nil {
			rec.fail("%s: %v", dir, err)
			continue
		}
		if got := strings.Join(st.Rest, "\n") + "\n"; got != string(want) {
			rec.fail("%s holds something else now:\n%s", dir, got)
		}
		s.do(t, "recon", "list")
		s.do(t, "backup", "create", filepath.Join(s.root, "b"))
		if err := s.refuseNewer(t); err != nil {
			rec.fail("%s: %v", dir, err)
		}
		rec.add("newer versions refused", 1)
	}
}

// refuseNewer makes the workspace one of a later version.
func (s *shop) refuseNewer(t testing.TB) error {
	t.Helper()
	path := filepath.Join(s.dir(), "workspace.db")
	db, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	check(t, err)
	check(t, sqlitex.ExecuteScript(db, "PRAGMA user_version = 999", nil))
	check(t, db.Close())
	before, err := os.ReadFile(path)
	check(t, err)
	backUp := []string{"backup", "create", filepath.Join(s.root, "c")}
	for _, args := range [][]string{{"status"}, {"recon", "run"}, backUp} {
		if r := finished(s.command(args...)); r.code != 14 {
			return fmt.Errorf("%v on a newer workspace: exit %d %s", args, r.code, r.err)
		}
	}
	after, err := os.ReadFile(path)
	check(t, err)
	if !bytes.Equal(before, after) {
		return fmt.Errorf("the refusal has touched the newer workspace")
	}
	return nil
}

// keepGolden keeps a workspace of this version, small enough to stand in the repository.
func keepGolden(t testing.TB) {
	t.Helper()
	s := newShop(t)
	c := s.open(t)
	info, err := c.Workspace(s.ctx())
	check(t, err)
	check(t, c.Close())
	dir := filepath.Join("testdata", "golden", fmt.Sprintf("schema-%d", info.Schema))
	if _, err := os.Stat(dir); err == nil {
		t.Fatalf("%s is there: what has landed is not replaced", dir)
	}
	st, err := s.look(nil)
	check(t, err)
	check(t, os.CopyFS(filepath.Join(dir, "ws"), os.DirFS(s.dir())))
	key, err := os.ReadFile(s.key())
	check(t, err)
	check(t, os.WriteFile(filepath.Join(dir, "shop.key"), key, 0o600))
	check(t, os.WriteFile(filepath.Join(dir, "state.txt"), []byte(strings.Join(st.Rest, "\n")+"\n"), 0o644))
}
