//go:build unix

package table_test

import (
	"bytes"
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/tillproof/tillproof/internal/format"
)

// BenchmarkScan reads rows through the bulk door, with one worker; the hashing of the file is within it.
func BenchmarkScan(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"log", genLog(200_000, ",", "")},
		{"quoted CR LF", genLog(200_000, `","`, "\r")},
		{"Chinese words", benchTable(",")},
	} {
		b.Run(c.name, func(b *testing.B) {
			text := []byte(c.text)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			before := cpuTime(b)
			for b.Loop() {
				in, err := format.NewInput("x.csv", bytes.NewReader(text), int64(len(text)))
				if err != nil {
					b.Fatal(err)
				}
				s, err := format.Scan(context.Background(), in, formats(), format.Options{},
					func(int, []format.Row) error { return nil })
				if err != nil || s.At == nil {
					b.Fatal("not fast", err)
				}
			}
			b.ReportMetric(float64(len(text))*float64(b.N)/1e6/(cpuTime(b)-before).Seconds(), "MB/cpu-s")
		})
	}
}

// cpuTime is what the process has used of its processors: on a busy machine the clock says little.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Skip(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkAt goes back to every hundredth line of a file, in its order.
func BenchmarkAt(b *testing.B) {
	text := []byte(genLog(100_000, ",", ""))
	in, err := format.NewInput("x.csv", bytes.NewReader(text), int64(len(text)))
	if err != nil {
		b.Fatal(err)
	}
	var offsets []int64
	s, err := format.Scan(b.Context(), in, formats(), format.Options{}, func(_ int, rows []format.Row) error {
		for i := 0; i < len(rows); i += 100 {
			offsets = append(offsets, rows[i].Offset)
		}
		return nil
	})
	if err != nil || s.At == nil {
		b.Fatal("not fast", err)
	}
	for n := 0; b.Loop(); n++ {
		if _, err := s.At(offsets[n%len(offsets)], 0); err != nil {
			b.Fatal(err)
		}
	}
}
