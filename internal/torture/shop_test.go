package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/store/sqlite"
	"github.com/tillproof/tillproof/internal/vault"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

// shop is a workspace on the disk with what the workloads need.
type shop struct {
	root    string // holds all of it, and is all that a copy copies
	spoil   string // names the record that decisions are about
	wrong   string // the import that may be undone
	decided string // the decision that may be undone
	found   string // the exception that may be judged
}

func (s *shop) dir() string             { return filepath.Join(s.root, "ws") }
func (s *shop) key() string             { return filepath.Join(s.root, "shop.key") }
func (s *shop) file(name string) string { return filepath.Join(s.root, "files", name) }

// command is a call of the program on the shop.
func (s *shop) command(args ...string) *exec.Cmd {
	args = append(args, "--data-dir", s.dir(), "--key-file", s.key(), "--by", "wang", "--no-input", "-q")
	cmd := exec.Command(program, args...)
	cmd.Dir = s.root
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.root,
		"TMPDIR=" + filepath.Join(s.root, "tmp"), "LANG=C", "TZ=UTC",
	}
	return cmd
}

// result is how a call ended.
type result struct {
	code     int // -1: it was killed
	out, err string
}

// done reports a call that did what it was asked.
func (r result) done() bool { return r.code == 0 || r.code == 10 || r.code == 11 }

func finished(cmd *exec.Cmd) result {
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	r := result{out: out.String(), err: errs.String()}
	var ended *exec.ExitError
	switch {
	case errors.As(err, &ended):
		r.code = ended.ExitCode()
	case err != nil:
		r.code, r.err = -2, err.Error()
	}
	return r
}

// do runs a call that has to succeed.
func (s *shop) do(t testing.TB, args ...string) result {
	t.Helper()
	r := finished(s.command(args...))
	if !r.done() {
		t.Fatalf("%v: exit %d\n%s%s", args, r.code, r.out, r.err)
	}
	return r
}

// base is the shop that every test begins with, made once.
var base = sync.OnceValues(func() (*shop, error) {
	root, err := os.MkdirTemp("", "torture-base-")
	return &shop{root: root}, err
})

// newShop is a shop of its own for a test: three imports, runs, a decision and a verdict.
func newShop(t testing.TB) *shop {
	t.Helper()
	shared, err := base()
	check(t, err)
	if shared.found == "" {
		shared.furnish(t)
	}
	return shared.copy(t, t.TempDir())
}

// copy is the same shop in another place.
func (s *shop) copy(t testing.TB, to string) *shop {
	t.Helper()
	check(t, os.RemoveAll(to))
	check(t, os.CopyFS(to, os.DirFS(s.root)))
	other := *s
	other.root = to
	check(t, os.Chmod(other.dir(), 0o700))
	return &other
}

func (s *shop) furnish(t testing.TB) {
	t.Helper()
	check(t, os.MkdirAll(s.file(""), 0o700))
	check(t, os.MkdirAll(filepath.Join(s.root, "tmp"), 0o700))
	for i, name := range []string{"a", "b", "c"} {
		r := finished(s.command("synth", "--dir", s.file(name), "--days", "3", "--seed", string(rune('5'+i))))
		if r.code != 0 {
			t.Fatal(r.err)
		}
	}
	s.do(t, "init")
	s.do(t, append([]string{"import", "add"}, s.month("a")...)...)
	s.do(t, "recon", "run")
	s.do(t, append([]string{"import", "add"}, s.month("b")...)...)
	s.do(t, "recon", "run", "--policy", s.file("a/policy.yaml"))
	c := s.open(t)
	defer c.Close()
	ctx := context.Background()
	imports, err := c.Imports(ctx, tillproof.Page{Limit: 10})
	check(t, err)
	s.wrong = imports[0].ID.String()
	want := tillproof.AnyException()
	found, err := c.Exceptions(ctx, want, tillproof.Page{Limit: 100})
	check(t, err)
	if len(found) < 3 {
		t.Fatalf("%d exceptions: too few to work with", len(found))
	}
	s.found = string(found[0].ID)
	var records []string
	for i := range found {
		whole, _, err := c.Exception(ctx, found[i].ID)
		check(t, err)
		var x tillproof.ExceptionContent
		check(t, json.Unmarshal(whole.Content, &x))
		for _, row := range x.Rows[tillproof.Terminal] {
			records = append(records, row.ID.String())
		}
	}
	slices.Sort(records)
	records = slices.Compact(records)
	if len(records) < 2 {
		t.Fatalf("%d records of a terminal in exceptions", len(records))
	}
	s.spoil = records[0]
	s.do(t, "recon", "exclude", records[1], "--reason", "paid back in cash")
	decisions, err := c.Decisions(ctx, false)
	check(t, err)
	s.decided = decisions[0].ID.String()
	s.do(t, "exception", "dismiss", string(found[1].ID), "--reason", "known to us")
}

// month are the files of a month.
func (s *shop) month(name string) []string {
	return []string{
		s.file(name + "/terminal.csv"), s.file(name + "/acquirer.xlsx"), s.file(name + "/bank.xml"),
	}
}

// open opens the store of a shop within this process.
func (s *shop) open(t testing.TB) *sqlite.Store {
	t.Helper()
	opt := sqlite.Options{Now: time.Now, Wait: 10 * time.Second}
	c, err := sqlite.Open(context.Background(), s.dir(), opt)
	check(t, err)
	return c
}

// openVault opens the vault of a shop within this process.
func (s *shop) openVault() (*vault.Vault, error) {
	text, err := os.ReadFile(s.key())
	if err != nil {
		return nil, err
	}
	by, err := vault.KeyFile(text)
	if err != nil {
		return nil, err
	}
	blobs, err := vault.NewFolder(filepath.Join(s.dir(), "vault"))
	if err != nil {
		return nil, err
	}
	return vault.Open(blobs, by, vault.Options{})
}

// state is what a workspace comes to, without what chance and the clock put into it.
type state struct {
	Acts []string // the log, entry by entry
	Rest []string // everything else
	Head translog.Claim
}

// same reports whether two workspaces hold the same, whatever their logs say.
func (s *state) same(o *state) bool { return slices.Equal(s.Rest, o.Rest) }

// differ names what one has and the other has not.
func (s *state) differ(o *state) string {
	var out []string
	for _, line := range s.Rest {
		if !slices.Contains(o.Rest, line) {
			out = append(out, "- "+line)
		}
	}
	for _, line := range o.Rest {
		if !slices.Contains(s.Rest, line) {
			out = append(out, "+ "+line)
		}
	}
	return strings.Join(out[:min(len(out), 20)], "\n")
}

// look reads a workspace in full: each page and row, each entry of the log against a checkpoint from before,
// each object. An error says what is wrong with it.
func (s *shop) look(before *state) (*state, error) {
	ctx := context.Background()
	c, err := sqlite.Open(ctx, s.dir(), sqlite.Options{Now: time.Now, Wait: 10 * time.Second})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if err := c.Check(ctx); err != nil {
		return nil, err
	}
	st := &state{}
	if err := st.read(ctx, c); err != nil {
		return nil, err
	}
	var claims translog.Claims
	if before != nil {
		claims.Given = []translog.Claim{before.Head}
	}
	report, err := translog.Verify(ctx, c, claims, nil)
	if err != nil {
		return nil, err
	}
	if !report.Good() {
		return nil, errors.New("the log: " + string(report.Faults[0].Kind))
	}
	st.Head = translog.Head{Size: report.Size, Root: report.Root}.Claim("before")
	return st, s.lookAtVault(ctx, c)
}

// lookAtVault opens every object that the store names; those that nobody names may be left of what was
// killed.
func (s *shop) lookAtVault(ctx context.Context, c *sqlite.Store) error {
	v, err := s.openVault()
	if err != nil {
		return err
	}
	objects, err := c.Objects(ctx, tillproof.Page{Limit: tillproof.MaxPage})
	if err != nil {
		return err
	}
	var checks vault.Checks
	for i := range objects {
		o := &objects[i]
		checks.Expect = append(checks.Expect, vault.Expected{Digest: o.Digest, Size: o.Size})
	}
	found, err := v.Verify(ctx, checks)
	if err == nil && len(found.Damage) > 0 {
		err = found.Damage[0].Err
	}
	return err
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
