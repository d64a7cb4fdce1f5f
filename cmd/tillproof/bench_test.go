package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/tillproof/tillproof/internal/locale"
	"github.com/tillproof/tillproof/internal/pack"
	"github.com/tillproof/tillproof/internal/synth"
)

// BenchmarkCheckMillion runs the built program over a month of a chain with more than a million sales and
// tells rows a second and the peak of its memory. TILLPROOF_BENCH_MERCHANTS makes it smaller or larger.
func BenchmarkCheckMillion(b *testing.B) {
	dir := b.TempDir()
	program := filepath.Join(dir, "tillproof")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	merchants := 320 // of three terminals: a little over a million approved sales
	if n, err := strconv.Atoi(os.Getenv("TILLPROOF_BENCH_MERCHANTS")); err == nil {
		merchants = n
	}
	files, key := benchFiles(b, dir, merchants)
	for b.Loop() {
		start := time.Now()
		cmd := exec.Command(program, append([]string{"check", "--quiet"}, files...)...)
		err := cmd.Run()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != exitExceptions {
			b.Fatalf("check ended with %v", err)
		}
		rows := float64(key.Totals.Terminal + key.Totals.Acquirer + key.Totals.Bank)
		b.ReportMetric(rows/time.Since(start).Seconds(), "rows/s")
		if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && runtime.GOOS == "linux" {
			b.ReportMetric(float64(usage.Maxrss)/1024, "peak-MB")
		}
	}
	b.ReportMetric(float64(key.Totals.Sales), "sales")
}

func benchFiles(b *testing.B, dir string, merchants int) ([]string, synth.Key) {
	b.Helper()
	cal, ok := pack.Calendar("CN")
	if !ok {
		b.Fatal("no calendar CN")
	}
	o := synth.Options{Seed: 1, Merchants: merchants, Days: 30, Calendar: cal}
	key, err := synth.Write(dir, o)
	if err != nil {
		b.Fatal(err)
	}
	policy, err := synth.Policy(o)
	if err != nil {
		b.Fatal(err)
	}
	page := filepath.Join(dir, "policy.yaml")
	var text bytes.Buffer
	if err := (&door{getenv: noEnv, lang: locale.EN}).writePolicy(&text, policy); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(page, text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return []string{
		"--policy", page, filepath.Join(dir, key.Files.Terminal), filepath.Join(dir, key.Files.Acquirer),
		filepath.Join(dir, key.Files.Bank),
	}, key
}
