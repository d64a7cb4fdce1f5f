package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// addressSpace bounds what a run under peak may ask the system for, in KiB. The runtime of Go reserves more
// than it uses; what counts is the peak of the resident set.
const addressSpace = 4 << 20

// bounded runs a program in a bounded address space and asks for its exit code and that it shows no card
// number. It answers what the run took.
func bounded(ts *testscript.TestScript, code string, args []string) (mib int64, cpu time.Duration) {
	taken := filepath.Join(ts.Getenv("WORK"), ".taken")
	program := filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], "measure") // where testscript puts it
	cmd := exec.Command(program, append([]string{taken}, args...)...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"), "TMPDIR="+ts.Getenv("TMPDIR"), "LANG=C")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	_, _ = ts.Stdout().Write(out.Bytes())
	_, _ = ts.Stderr().Write(errs.Bytes())
	wantCode(ts, code, err)
	noCards(ts, "standard output", out.String())
	noCards(ts, "standard error", errs.String())
	_, err = fmt.Sscan(ts.ReadFile(taken), &mib, &cpu)
	ts.Check(err)
	return mib, cpu
}

// measure is a program of its own: measure FILE PROGRAM ARG... runs a program and writes down what it took. A
// process that the test started itself would begin with the peak of the test's own memory.
func measure() {
	limit := fmt.Sprintf(`ulimit -v %d && exec "$0" "$@"`, addressSpace)
	cmd := exec.Command("sh", append([]string{"-c", limit}, os.Args[2:]...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err := cmd.Run()
	state := cmd.ProcessState
	if state == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitFailed)
	}
	mib, cpu := state.SysUsage().(*syscall.Rusage).Maxrss>>10, state.UserTime()+state.SystemTime()
	err = os.WriteFile(os.Args[1], fmt.Appendf(nil, "%d %d\n", mib, cpu), 0o600)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(state.ExitCode())
}

// peak runs a program in a bounded address space and asks for its exit code and for a peak of its resident
// set that is at most so many MiB: peak MIB CODE PROGRAM ARG...
func peak(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: peak MIB CODE PROGRAM ARG...")
	}
	most, err := strconv.ParseInt(args[0], 10, 64)
	ts.Check(err)
	used, _ := bounded(ts, args[1], args[2:])
	ts.Logf("peak %d MiB", used)
	if used > most {
		ts.Fatalf("peak %d MiB, at most %d", used, most)
	}
}

// What a refusal may take: seconds of the processor, and MiB above a run over a small file.
const (
	spareTime = time.Second
	spareMiB  = 64
)

// spare runs a program that must refuse something: it asks for the exit code, for less than a second of the
// processor, and for less than 64 MiB more than reading a small file takes: spare CODE PROGRAM ARG...
func spare(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: spare CODE PROGRAM ARG...")
	}
	small, _ := bounded(ts, "0", []string{args[1], "read", "pos.csv"})
	used, cpu := bounded(ts, args[0], args[1:])
	ts.Logf("%d MiB above %d MiB, %v", used-small, small, cpu)
	if used-small >= spareMiB || cpu >= spareTime {
		ts.Fatalf("%d MiB above %d MiB in %v; less than %d MiB in %v",
			used-small, small, cpu, spareMiB, spareTime)
	}
}
