package xls

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// hostile are files that claim or hold more than any real one.
func hostile() map[string]refusal {
	sheet := page{"s", false, oneCell}
	empty := func(n int) []byte { return make([]byte, 3*n) } // strings without characters
	return map[string]refusal{
		"a thousand million strings declared": {"format.table.header", file(workbook(func(b *biff) {
			b.rec(idSST, uint32(1<<30), uint32(1<<30))
		}, sheet))},
		"a string with four thousand million guides": {"format.xls.broken", file(workbook(func(b *biff) {
			b.rec(idSST, uint32(1), uint32(1), uint16(1), byte(flagExt), ^uint32(0), "a")
		}, sheet))},
		"five million strings": {"format.xls.size", file(workbook(func(b *biff) {
			b.rec(idSST, uint32(5e6), uint32(5e6), empty(2000))
			for range 2500 {
				b.rec(idContinue, empty(2000))
			}
		}, sheet))},
		"cells out of order without end": {
			"format.xls.size",
			file(workbook(nil, page{"s", false, func(b *biff) {
				row := le(uint16(9), uint16(0), make([]byte, 6*255), uint16(255))
				for i := range 5000 {
					row[0] = byte(i % 7)
					b.rec(idMulRK, row)
				}
			}})),
		},
		"a hundred sheets": {
			"format.xls.size", file(workbook(nil, slices.Repeat([]page{sheet}, 100)...)),
		},
		"a directory of a million entries": {"format.xls.size", vast(128 << 20 / 16)},
		"charts within charts": {"format.table.empty", file(workbook(nil, page{"s", false, func(b *biff) {
			for range 100000 {
				b.rec(idBOF, uint16(biff8), uint16(0x20))
			}
			for range 100000 {
				b.rec(idEOF)
			}
		}}))},
	}
}

// What a file claims costs nothing; what it holds costs in proportion. Each ends within a second and 64 MiB.
func TestHostile(t *testing.T) {
	formats := []format.Format{Format(profile.Builtin())} // the layouts are read once, by no file's fault
	for name, c := range hostile() {
		t.Run(name, func(t *testing.T) {
			var err error
			cost := formattest.CostOf(func() {
				_, _, err = formattest.Load(c.file, formats, format.Options{})
			})
			if code := formattest.Code(err); code != c.code {
				t.Errorf("%v, want %s", err, c.code)
			}
			if cost.MiB >= 64 || cost.CPU > time.Second {
				t.Errorf("%d MiB and %s of the processor", cost.MiB, cost.CPU)
			}
		})
	}
}

// A published test number in any cell is masked before a record exists.
func TestCardsAreMasked(t *testing.T) {
	const number = "4111111111111111"
	texts := []rich{
		{"Date", 0, 0},
		{"Label", 0, 0},
		{"Amount", 0, 0},
		{"2026-09-16", 0, 0},
		{"paid with 4111 1111 1111 1111", 0, 0},
		{"Reference", 0, 0},
		{number, 0, 0},
	}
	raw := file(workbook(func(b *biff) { b.sst(texts) }, page{"s", false, func(b *biff) {
		for i, s := range []uint32{0, 1, 2, 5} {
			b.rec(idLabelSST, at(0, i), s)
		}
		for row := 1; row <= 2; row++ {
			b.rec(idLabelSST, at(row, 0), uint32(3))
			b.rec(idLabelSST, at(row, 1), uint32(4))
			b.rec(idNumber, at(row, 2), 1.5)
			b.rec(idLabelSST, at(row, 3), uint32(6))
		}
		b.rec(idLabelSST, at(3, 0), uint32(3))
		b.rec(idNumber, at(3, 1), 4111111111111111.0)
		b.rec(idNumber, at(3, 2), 4111111111111111.0)
	}}))
	src, records, err := formattest.Load(raw, []format.Format{Format(profile.Builtin())}, format.Options{})
	if err != nil || len(records) != 2 || src.Masked < 4 {
		t.Fatalf("%d records, %d masked, %v", len(records), src.Masked, err)
	}
	if got := fmt.Sprintf("%+v %+v", src, records); strings.Contains(got, number) ||
		strings.Contains(got, "1111 1111") {
		t.Errorf("the number is left in %s", got)
	}
}

// again reads a file twice and compares.
func again(t *testing.T, raw []byte) {
	t.Helper()
	load := func() string {
		formats := []format.Format{Format(profile.Builtin())}
		src, records, err := formattest.Load(raw, formats, format.Options{})
		if err == nil && src.Totals.Entries < len(records) {
			t.Errorf("%d entries, %d records", src.Totals.Entries, len(records))
		}
		return fmt.Sprintf("%+v %+v %v", src.Totals, records, err)
	}
	if first, second := load(), load(); first != second {
		t.Errorf("%s\nand then\n%s", first, second)
	}
}

// seeds are small workbooks with one of each kind of record.
func seeds() [][]byte {
	table := func(b *biff) {
		for i := range 3 {
			b.rec(idLabelSST, at(0, i), uint32(i))
		}
		b.rec(idNumber, at(1, 0), 46281.5)
		b.rec(idLabel, at(1, 1), wideText("x"))
		b.rec(idMulRK, uint16(1), uint16(2), uint16(0), uint32(150<<2|3), uint16(2))
		b.rec(idFormula, at(2, 0), []byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, uint16(0), uint32(0))
		b.rec(idString, wideText("2026-09-17"))
		b.rec(idBoolErr, at(2, 1), byte(7), byte(1))
		b.rec(idRK, at(2, 2), uint32(1<<2|2))
	}
	names := []rich{{"Date", 1, 0}, {"Label", 0, 3}, {"Amount", 0, 0}}
	return [][]byte{
		workbook(func(b *biff) { b.sst(names) }, page{"s", false, table}),
		workbook(func(b *biff) {
			b.rec(idDate1904, uint16(1))
			b.rec(idXF, make([]byte, 20))
			b.rec(idFormat, uint16(0), wideText("000"))
			b.sst(names)
		}, page{"s", true, table}, page{"t", false, table}),
		bookOf(biff5, func(b *biff) { b.rec(idCodePage, uint16(936)) }, page{"s", false, func(b *biff) {
			b.rec(idLabel, at(0, 0), narrowText("\xc8\xd5\xc6\xda"))
			b.rec(idRString, at(0, 1), narrowText("x"), byte(0))
		}}),
	}
}

// FuzzWorkbook changes what is in the container.
func FuzzWorkbook(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, book []byte) {
		if len(book) > 0 {
			again(t, file(book))
		}
	})
}

// FuzzFile changes the container too.
func FuzzFile(f *testing.F) {
	for _, s := range seeds() {
		f.Add(file(s))
		f.Add(s)
		f.Add(file(append(bytes.Clone(s), make([]byte, 5000)...)))
	}
	f.Add(container(entry{"EncryptedPackage", make([]byte, 100)}, entry{"WordDocument", make([]byte, 5000)}))
	f.Fuzz(func(t *testing.T, raw []byte) { again(t, raw) })
}
