package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

func noEnv(string) string { return "" }

// doorFor is a door without a process.
func doorFor(in string) (*door, *bytes.Buffer) {
	var errs bytes.Buffer
	return &door{
		std:    streams{in: strings.NewReader(in), out: io.Discard, err: &errs},
		getenv: noEnv, now: time.Now, lang: locale.EN, spoolMax: maxStdin,
	}, &errs
}

func TestRunIsAFunction(t *testing.T) {
	var out, errs bytes.Buffer
	std := streams{in: strings.NewReader(""), out: &out, err: &errs}
	if code := run(t.Context(), []string{"version"}, std, noEnv, time.Now); code != exitClean {
		t.Errorf("exit %d: %s", code, errs.String())
	}
	if !strings.HasPrefix(out.String(), "tillproof ") {
		t.Errorf("got %q", out.String())
	}
}

func TestRunAnswersAnEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	std := streams{in: strings.NewReader(""), out: &out, err: &errs}
	file := filepath.Join("testdata", "files", "pos.csv")
	code := run(ctx, []string{"check", file}, std, noEnv, time.Now)
	if code != exitInterrupted || !strings.Contains(errs.String(), "cmd.interrupted") || out.Len() > 0 {
		t.Errorf("exit %d, out %q, err %q", code, out.String(), errs.String())
	}
}

func TestStandardInputHasACap(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	d, _ := doorFor(strings.Repeat("x", 100))
	d.spoolMax = 100
	file, err := d.openStdin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || info.Size() != 100 {
		t.Errorf("size %v, %v", info, err)
	}
	d, _ = doorFor(strings.Repeat("x", 101))
	d.spoolMax = 100
	_, err = d.openStdin(t.Context())
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Code != "cmd.input.stdin_too_long" || exitOf(err) != exitUnread {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// silent is a pipe whose other side never writes.
type silent struct{}

func (silent) Read([]byte) (int, error) { select {} }

func TestStandardInputThatIsSilentCanBeLeft(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := spool(ctx, silent{}, 10); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestStandardInputThatBreaksOff(t *testing.T) {
	d, _ := doorFor("")
	d.std.in = io.MultiReader(strings.NewReader("some"), broken{})
	_, err := d.openStdin(t.Context())
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Code != "cmd.input.stdin" {
		t.Errorf("got %v", err)
	}
}

var errBroken = errors.New("the line is dead")

// broken is a stream that fails at once.
type broken struct{}

func (broken) Read([]byte) (int, error)  { return 0, errBroken }
func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestOutputThatCannotBeWritten(t *testing.T) {
	d, errs := doorFor("")
	d.std.out = broken{}
	code := run(t.Context(), []string{"version"}, d.std, noEnv, time.Now)
	if code != exitStorage || !strings.Contains(errs.String(), "cmd.output.write") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}

func TestAFileIsWrittenWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.html")
	d, _ := doorFor("")
	write := func(text string, fail error) error {
		return d.writeFile(t.Context(), path, func(w io.Writer) error {
			if _, err := io.WriteString(w, text); err != nil {
				return err
			}
			return fail
		})
	}
	if err := write("first", nil); err != nil {
		t.Fatal(err)
	}
	if err := write("second", errBroken); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != "first" {
		t.Errorf("the file holds %q, %v", got, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != outputMode {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
	err = d.writeFile(t.Context(), filepath.Join(dir, "none", "x"), func(io.Writer) error { return nil })
	if exitOf(err) != exitStorage {
		t.Errorf("got %v", err)
	}
}

func TestColourAndWidthOnlyForAConsole(t *testing.T) {
	d, _ := doorFor("")
	if d.colour(d.std.out) || d.width(d.std.out) != defaultWidth || isConsole(d.std.in) {
		t.Error("a stream that is no console was taken for one")
	}
	if got := d.paint(d.std.out, red, "x"); got != "x" {
		t.Errorf("got %q", got)
	}
	if report, _ := d.newProgress(); report != nil {
		t.Error("progress where nobody looks")
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"waterfal", "waterfalls", 2}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestLeftoversAreSwept(t *testing.T) {
	dir := t.TempDir()
	var l leftovers
	for _, name := range []string{"a", "b"} {
		path := filepath.Join(dir, name)
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		l.add(path)
	}
	l.remove(filepath.Join(dir, "a"))
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left: %v", entries)
	}
	l.sweep()
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("left: %v", entries)
	}
}
