package torture

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// How often each thing is done. The defaults are what `go test` takes; `make torture` asks for more.
var (
	binaryFlag = flag.String("binary", "", "the program; empty: it is built")
	trustFlag  = flag.String("trust", "", "folder of trust.md and trust.json, where the counts are to be "+
		"written")
	seedFlag   = flag.Uint64("seed", 1, "of all chance")
	killsFlag  = flag.Int("kills", 9, "commands that are killed")
	flipsFlag  = flag.Int("flips", 300, "bytes that are spoilt, torn off or exchanged")
	clocksFlag = flag.Int("clocks", 20, "histories under a clock that lies")
	racesFlag  = flag.Int("races", 2, "histories of many writers")
	tampers    = flag.Int("tampers", 60, "ways to change the log behind the program's back")
	backups    = flag.Int("backups", 4, "backups made while others write, and restored")
	forFlag    = flag.Duration("for", 0, "how long a test may go on counting; 0: to its end")
)

// timeIsUp reports a test that has gone on for as long as it may.
func timeIsUp(began time.Time) bool { return *forFlag > 0 && time.Since(began) > *forFlag }

// program is the path of the real program.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := runAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runAll(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "torture-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	program = *binaryFlag
	if program == "" {
		program = filepath.Join(dir, "tillproof")
		build := exec.Command("go", "build", "-o", program, "github.com/tillproof/tillproof/cmd/tillproof")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return 1, fmt.Errorf("build the program: %w\n%s", err, out)
		}
	}
	ledger.begun = time.Now()
	code := m.Run()
	if *trustFlag == "" {
		return code, nil
	}
	return code, ledger.write(*trustFlag)
}
