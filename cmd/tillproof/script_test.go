package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// The scripts of testdata/script run the real program; README.md there explains their words.

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tillproof": main, "grow": grow, "measure": measure})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               copyFiles,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "peak": peak, "interrupt": interrupt, "nothing": nothing, "gb18030": gb18030,
			"sparse": sparse, "shops": shops, "fill": fill, "cut": cut, "broken": corrupt, "bomb": bomb,
			"spare": spare, "zipped": zipped, "gzipped": gzipped, "zipbomb": zipbomb,
			"keep": keepWord, "tamper": tamper, "recovery": recovery, "flip": flip, "swap": swapText,
			"days": days, "answers": answers,
		},
	})
}

// copyFiles gives each script its own copy of the sample files.
func copyFiles(env *testscript.Env) error {
	env.Setenv("TMPDIR", filepath.Join(env.WorkDir, ".tmp"))
	env.Setenv("LANG", "C")
	env.Setenv("TZ", "UTC")
	env.Setenv("HOME", filepath.Join(env.WorkDir, ".home"))
	return os.CopyFS(env.WorkDir, os.DirFS("testdata/files"))
}

// exits runs a program and asks for its exit code: exits CODE PROGRAM ARG...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	err := ts.Exec(args[1], args[2:]...)
	wantCode(ts, args[0], err)
	noCards(ts, "standard output", ts.ReadFile("stdout"))
	noCards(ts, "standard error", ts.ReadFile("stderr"))
}

func wantCode(ts *testscript.TestScript, want string, err error) {
	got := 0
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(got) != want {
		ts.Fatalf("exit code %d, want %s", got, want)
	}
}

// interruptAfter is long enough for a program to be deep in its work.
const interruptAfter = 300 * time.Millisecond

// interrupt starts a program, presses Ctrl-C, and asks that it ends within a second with 130: interrupt
// PROGRAM ARG... Its standard input stays open and silent.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	cmd := exec.Command("sh", append([]string{"-c", `exec "$0" "$@"`}, args...)...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"), "TMPDIR="+ts.Getenv("TMPDIR"), "LANG=C")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	silent, err := cmd.StdinPipe()
	ts.Check(err)
	defer func() { _ = silent.Close() }()
	ts.Check(cmd.Start())
	time.Sleep(interruptAfter)
	ts.Check(cmd.Process.Signal(os.Interrupt))
	pressed := time.Now()
	err = cmd.Wait()
	_, _ = ts.Stderr().Write(errs.Bytes())
	wantCode(ts, "130", err)
	if took := time.Since(pressed); took > time.Second {
		ts.Fatalf("it ended %v after Ctrl-C", took)
	}
}

// keepWord keeps what a group of an expression matches in the last output of a program: keep NAME RE
func keepWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep NAME RE")
	}
	m := regexp.MustCompile(`(?m)` + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(m) != 2 {
		ts.Fatalf("%s matches %d groups of the last output, one is needed", args[1], len(m))
	}
	ts.Setenv(args[0], m[1])
}

// nothing asks that a directory is empty: nothing DIR
func nothing(ts *testscript.TestScript, neg bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(entries) > 0 {
		ts.Fatalf("%s holds %v", args[0], entries)
	}
}

// gb18030 writes a UTF-8 file in the encoding of Chinese terminals: gb18030 FROM TO
func gb18030(ts *testscript.TestScript, neg bool, args []string) {
	text, err := simplifiedchinese.GB18030.NewEncoder().String(ts.ReadFile(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}

// sparse makes a file of zero bytes that takes no room, after what it holds already: sparse FILE MIB
func sparse(ts *testscript.TestScript, neg bool, args []string) {
	mib, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_RDWR|os.O_CREATE, 0o600)
	ts.Check(err)
	ts.Check(f.Truncate(mib << 20))
	ts.Check(f.Close())
}

// corrupt copies a file and spoils bytes of its last line, so that they are no text: broken FROM TO
func corrupt(ts *testscript.TestScript, neg bool, args []string) {
	text := []byte(ts.ReadFile(args[0]))
	at := bytes.LastIndexByte(bytes.TrimSpace(text), '\n') + 80
	copy(text[at:], "\xff\xff\x80")
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o600))
}

// fill makes a file longer by letters without a line end: fill FILE MIB
func fill(ts *testscript.TestScript, neg bool, args []string) {
	mib, err := strconv.Atoi(args[1])
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	ts.Check(err)
	block := bytes.Repeat([]byte("x"), 1<<20)
	for range mib {
		_, err := f.Write(block)
		ts.Check(err)
	}
	ts.Check(f.Close())
}

// cut takes the end of a file away: cut FILE BYTES-THAT-STAY
func cut(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), n))
}

// grow appends a line to a file again and again for two seconds: a program of its own, to run beside another.
func grow() {
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		f, err := os.OpenFile(os.Args[1], os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			os.Exit(1)
		}
		_, _ = f.WriteString("\r\n")
		_ = f.Close()
	}
}

// cardLike are the runs of digits that could be a card number (ISO/IEC 7812: up to 19 digits; the shortest in
// use has 13).
var cardLike = regexp.MustCompile(`(^|[^0-9A-Za-z.])([0-9]{13,19})($|[^0-9A-Za-z])`)

// noCards asks that a text shows no full card number.
func noCards(ts *testscript.TestScript, what, text string) {
	for _, m := range cardLike.FindAllStringSubmatch(text, -1) {
		if luhn(m[2]) {
			ts.Fatalf("%s shows what may be a card number: %s...%s", what, m[2][:6], m[2][len(m[2])-4:])
		}
	}
}

// luhn is the check digit of card numbers (ISO/IEC 7812-1 annex B).
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// TestNoScriptEscapesTheCardCheck: each run of the program in the scripts goes through exits, peak,
// spare or interrupt.
func TestNoScriptEscapesTheCardCheck(t *testing.T) {
	free := regexp.MustCompile(`(?m)^(!|\?)?\s*exec tillproof`)
	scripts := os.DirFS("testdata/script")
	err := fs.WalkDir(scripts, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".txt") {
			return err
		}
		text, err := os.ReadFile(filepath.Join("testdata/script", path))
		if err == nil && free.Match(text) {
			t.Errorf("%s runs the program with exec", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !luhn("4111111111111111") || luhn("4111111111111112") {
		t.Error("the check itself is wrong")
	}
}
