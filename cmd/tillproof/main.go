package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

// graceAfterInterrupt is how long a run may tidy up after Ctrl-C before the process ends anyway: short enough
// to feel like at once.
const graceAfterInterrupt = 500 * time.Millisecond

// gcPercent makes the collector run twice as often as by default: a run holds its records to the end, and by
// default as much again would be waiting to be collected. It costs some 3 % of the time.
const gcPercent = 50

func main() { os.Exit(mainCode()) }

// mainCode runs the command line of the process and gives its exit code. The first Ctrl-C lets the run tidy
// up, the second one ends the process; either way nothing is left behind.
func mainCode() int {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ending()...)
	defer stop()
	// To be told of a closed pipe is to get it as an error of the write, after which everything is tidied up.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	scratch := &leftovers{}
	defer scratch.sweep()
	ownTempDir(scratch)
	std := streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, scratch: scratch}
	done := make(chan int, 1)
	go func() { done <- run(ctx, os.Args[1:], std, os.Getenv, time.Now) }()
	select {
	case code := <-done:
		return code
	case <-ctx.Done():
		stop()
	}
	select {
	case code := <-done:
		return code
	case <-time.After(graceAfterInterrupt):
		tellInterrupted(os.Args[1:], std, os.Getenv)
		return exitInterrupted
	}
}

// ending are the signals that end a run: Ctrl-C, a request to end, and the end of the console unless the run
// was started to outlive it (nohup).
func ending() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// ownTempDir gives the process a directory of its own for what it spills. Without one (no room, no right) the
// spills go where they always go.
func ownTempDir(scratch *leftovers) {
	dir, err := os.MkdirTemp("", "tillproof-")
	if err != nil {
		return
	}
	scratch.add(dir)
	for _, name := range [...]string{"TMPDIR", "TMP"} {
		if os.Setenv(name, dir) != nil {
			return
		}
	}
}
