package table_test

import (
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/table"
)

// FuzzDoors: whatever stands under a header, both doors give the same.
func FuzzDoors(f *testing.F) {
	few := fewFormats(f)
	table.CutBlocks(f, 200)
	for kind, head := range plainHeads {
		row := plainRows[kind] + "\n"
		f.Add(head+"\n"+strings.Repeat(row, 5), uint8(1), false)
		f.Add(head+"\r\n"+row+"合计,,,12\n"+row, uint8(2), true)
		f.Add(head+"\n"+row+`"`+strings.ReplaceAll(plainRows[kind], ",", `","`)+"\"\n", uint8(3), true)
		f.Add(strings.ReplaceAll(head+"\n"+row+row, ",", "|"), uint8(2), false)
	}
	f.Fuzz(func(t *testing.T, text string, workers uint8, cny bool) {
		if len(text) == 0 || len(text) > 20_000 {
			return
		}
		opt := format.Options{Workers: int(workers % 4)}
		if cny {
			opt.Currency = tillproof.CNY
		}
		doors(t, few, []byte(text), opt)
	})
}
