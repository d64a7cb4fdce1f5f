package all

import (
	"bytes"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/pack"
	"github.com/tillproof/tillproof/internal/synth"
)

// BenchmarkRead reads the three files of a shop's month, from bytes to records with ids and sums: a table in
// GB18030, a workbook and a camt.053.
func BenchmarkRead(b *testing.B) {
	cal, ok := pack.Calendar("CN")
	if !ok {
		b.Fatal("no calendar CN")
	}
	files, err := synth.Month(synth.Demo(cal))
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range []struct {
		name string
		raw  []byte
	}{{"table", files.Terminal}, {"xlsx", files.Acquirer}, {"camt", files.Bank}} {
		b.Run(f.name, func(b *testing.B) {
			b.SetBytes(int64(len(f.raw)))
			b.ReportAllocs()
			rows := 0
			for b.Loop() {
				rows = 0
				in, err := format.NewInput(f.name, bytes.NewReader(f.raw), int64(len(f.raw)))
				if err != nil {
					b.Fatal(err)
				}
				_, err = format.Load(in, Formats(), format.Options{}, func(tillproof.Record) error {
					rows++
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
