package xls

import (
	"testing"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// refusal is a file and the code with which it is refused.
type refusal struct {
	code string
	file []byte
}

func oneCell(b *biff) { b.rec(idNumber, at(0, 0), 1.5) }

// goodBook is a workbook that is nothing but right, larger than a ministream.
func goodBook() []byte {
	return file(workbook(nil, page{"s", false, func(b *biff) {
		for i := range 2000 {
			b.rec(idNumber, at(i, 0), 1.5)
		}
	}}))
}

func locked54(b *biff) { b.rec(idFilePass, make([]byte, 54)) }

// What comes in the container of workbooks and is none, or none that can be read, is named.
func others() map[string]refusal {
	pad := make([]byte, 5000)
	old := func(id, size uint16) []byte { return le(id, size, uint16(2), uint16(16), uint16(0), pad) }
	return map[string]refusal{
		"password": {"format.xls.encrypted", file(workbook(locked54, page{"s", false, oneCell}))},
		"password of one sheet": {
			"format.xls.encrypted", container(entry{"Book", bookOf(biff5, nil, page{"s", false, locked54})}),
		},
		"XLSX with a password": {
			"format.xlsx.encrypted",
			container(entry{"EncryptionInfo", pad[:200]}, entry{"EncryptedPackage", pad}),
		},
		"letter":         {"format.xls.word", container(entry{"WordDocument", pad})},
		"slides":         {"format.xls.slides", container(entry{"PowerPoint Document", pad})},
		"mail":           {"format.xls.mail", container(entry{"__properties_version1.0", pad[:64]})},
		"other":          {"format.xls.no_workbook", container(entry{"Contents", pad})},
		"BIFF4":          {"format.xls.version", old(0x0409, 6)},
		"BIFF3":          {"format.xls.version", old(0x0209, 6)},
		"BIFF2":          {"format.xls.version", old(0x0009, 4)},
		"no sheet":       {"format.xls.no_sheet", file(workbook(nil))},
		"charts only":    {"format.xls.no_sheet", file(globals(chartOnly))},
		"no sector size": {"format.xls.broken", le(ole2Magic, make([]byte, 600))},
	}
}

// What is cut off, or leads nowhere, says so.
func damaged() map[string]refusal {
	good := goodBook()
	sheet := page{"s", false, oneCell}
	whole := workbook(nil, sheet)
	return map[string]refusal{
		"cut in the middle":      {"format.xls.truncated", good[:len(good)/2]},
		"cut by one sector":      {"format.xls.truncated", good[:len(good)-sector]},
		"no end of the globals":  {"format.xls.truncated", file(whole[:20])},
		"no end of the sheet":    {"format.xls.truncated", file(whole[:len(whole)-4])},
		"cut within a record":    {"format.xls.truncated", file(whole[:len(whole)-9])},
		"sheet beyond the end":   {"format.xls.truncated", file(globals(sheetAt(1 << 30)))},
		"stream beyond the file": {"format.xls.truncated", longer(good)},
		"sheet within a record":  {"format.xls.broken", file(globals(sheetAt(20)))},
		"two sheets in one":      {"format.xls.broken", file(globals(sheetAt(0), sheetAt(0)))},
		"strings cut off":        {"format.xls.broken", file(globals(stringsCutOff))},
		"cell cut off": {"format.xls.broken", file(workbook(nil, page{"s", false, func(b *biff) {
			b.rec(idNumber, le(uint16(0)), "abc")
		}}))},
		"number cut off": {"format.xls.broken", file(workbook(nil, page{"Date", false, func(b *biff) {
			for i, s := range []string{"Date", "Label", "Amount"} {
				b.rec(idLabel, at(0, i), wideText(s))
			}
			b.rec(idNumber, at(1, 0), "abc")
		}}))},
		"column 300": {"format.xls.broken", file(workbook(nil, page{"s", false, func(b *biff) {
			b.rec(idNumber, at(0, 300), 1.0)
		}}))},
		"chain in a circle":     {"format.xls.broken", circle(good)},
		"directory in a circle": {"format.xls.broken", dirCircle(good)},
	}
}

func TestRefused(t *testing.T) {
	formats := []format.Format{Format(profile.Builtin())}
	for _, all := range []map[string]refusal{others(), damaged()} {
		for name, c := range all {
			t.Run(name, func(t *testing.T) {
				_, _, err := formattest.Load(c.file, formats, format.Options{})
				if code := formattest.Code(err); code != c.code {
					t.Errorf("%v, want %s", err, c.code)
				}
			})
		}
	}
}

// globals is a workbook without a sheet of its own.
func globals(parts ...func(*biff)) []byte {
	var b biff
	b.rec(idBOF, uint16(biff8), uint16(bofBook), uint64(0))
	for _, p := range parts {
		p(&b)
	}
	b.rec(idEOF)
	return append(b.Bytes(), make([]byte, 5000)...)
}

func chartOnly(b *biff) { b.rec(idSheet, uint32(0), byte(0), byte(2), byte(1), byte(0), "c") }

func sheetAt(off uint32) func(*biff) {
	return func(b *biff) { b.rec(idSheet, off, byte(0), byte(0), byte(1), byte(0), "s") }
}

func stringsCutOff(b *biff) { b.rec(idSST, uint32(9), uint32(9), uint16(60000), byte(0), "abc") }
