package xls

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// rowsOf reads a file and shows its cells, a line for each row: "sheet!row A=text B#number".
func rowsOf(raw []byte) (string, error) {
	in, err := format.NewInput("x", bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return "", err
	}
	s, err := streamOf(in)
	if err != nil {
		return "", err
	}
	b, err := openBook(s)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, ref := range b.sheets {
		rows, err := b.open(ref)
		if err != nil {
			return "", err
		}
		if err := show(&out, ref.name, rows); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}

func show(out *strings.Builder, name string, rows profile.Rows) error {
	var row profile.Row
	for {
		err := rows.Next(&row)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s!%d", name, row.Line)
		for i, c := range row.Cells {
			mark := "="
			if row.Numbers[i] {
				mark = "#"
			}
			if c != "" {
				fmt.Fprintf(out, " %c%s%s", 'A'+i, mark, c)
			}
		}
		out.WriteString(row.Fault + "\n")
	}
}

// hold compares the rows of a file with what they must be.
func hold(t *testing.T, raw []byte, want string) {
	t.Helper()
	got, err := rowsOf(raw)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// at is the head of a cell record: row, column, format.
func at(row, col int) []byte { return le(uint16(row), uint16(col), uint16(0)) }

// textOf is the text of row i: Chinese and Latin mixed so that some need two bytes a character, some one, and
// some two up to a point only.
func textOf(i int) string {
	parts := []string{
		"POS 清算款 ", "Müller & Söhne ", "商户", "settlement of card takings ", "银联商务股份有限公司 ", "é", "𠮷野家 ",
	}
	var s strings.Builder
	for n := i%7 + 1; n > 0; n-- {
		s.WriteString(parts[(i/n+n)%len(parts)])
	}
	return s.String() + fmt.Sprint(i)
}

// bigBook is a sheet of many rows whose texts are shared, and what it must give.
func bigBook(rows int) (book []byte, want string) {
	var shared []rich
	var out strings.Builder
	for i := range rows {
		r := rich{text: textOf(i)}
		if i%5 == 0 {
			r.runs = i % 23
		}
		if i%7 == 0 {
			r.guides = i % 31
		}
		shared = append(shared, r)
		fmt.Fprintf(&out, "大表!%d A=%s B#%d\n", i+1, textOf(i), i)
	}
	book = workbook(func(b *biff) { b.sst(shared) }, page{name: "大表", cells: func(b *biff) {
		b.rec(0x0200, make([]byte, 14)) // dimensions that claim an empty sheet
		for i := range rows {
			b.rec(idLabelSST, at(i, 0), uint32(i))
			b.rec(idRK, at(i, 1), uint32(i)<<2|2)
		}
	}})
	return book, out.String()
}

// The table of strings of a large sheet runs over many CONTINUE records, which end anywhere: within a text,
// between its parts, among its runs. Readers of this format have lost or garbled rows here for years. The
// file that this test makes was read by another reader (xlrd) too, with the same texts.
func TestStringsAcrossRecords(t *testing.T) {
	book, want := bigBook(6000)
	if n := bytes.Count(book, []byte{idContinue, 0x00, 0x20, 0x20}); n < 20 {
		t.Fatalf("only %d full CONTINUE records: the test tests nothing", n)
	}
	hold(t, file(book), want)
}

// A file over 6.8 MB needs more sectors for its FAT than its header can name.
func TestLargeContainer(t *testing.T) {
	book, want := bigBook(300)
	hold(t, file(append(book, make([]byte, 9<<20)...)), want)
}

// Records end at each place of a text in turn.
func TestStringCutAnywhere(t *testing.T) {
	texts := []rich{{"招商A", 2, 3}, {"plain é", 0, 0}, {"", 1, 0}, {"末𠮷x", 0, 5}}
	for pad := range 60 {
		all := append([]rich{{strings.Repeat("x", maxRecord-3-sstHeader-pad), 0, 0}}, texts...)
		book := workbook(func(b *biff) { b.sst(all) }, page{name: "S", cells: func(b *biff) {
			for i := range texts {
				b.rec(idLabelSST, at(0, i), uint32(i+1))
			}
		}})
		hold(t, file(book), "S!1 A=招商A B=plain é D=末𠮷x\n")
	}
}

// Numbers of all forms, with what a spreadsheet program shows for them.
func TestNumbers(t *testing.T) {
	book := workbook(func(b *biff) {
		b.rec(idXF, uint16(0), uint16(0), make([]byte, 16))
		b.rec(idXF, uint16(0), uint16(170), make([]byte, 16))
		b.rec(idFormat, uint16(170), wideText("000000"))
	}, page{name: "a", cells: func(b *biff) {
		b.rec(idNumber, at(0, 0), 9.3)
		b.rec(idRK, at(0, 1), uint32(0xFFFFFFFE))   // -1
		b.rec(idRK, at(0, 2), uint32(123456<<2|3))  // 1234.56
		b.rec(idRK, at(0, 3), uint32(0x3FF00000))   // the upper half of the binary number 1
		b.rec(idRK, at(0, 4), uint32(0x40C81C80|1)) // 12345, as hundredths
		b.rec(idNumber, le(uint16(0), uint16(5), uint16(1)), 42.0)
		b.rec(idNumber, at(0, 6), le(uint64(0x7FF8000000000000)))
		b.rec(idMulRK, uint16(1), uint16(1), uint16(0), uint32(7<<2|2), uint16(1), uint32(0xFFFFFF3B),
			uint16(0), uint32(10<<2|3), uint16(9999)) // 7, -50 and 10 hundredths; the last column is a claim
		b.rec(0x00BE, uint16(1), uint16(5), uint16(0), uint16(0), uint16(6)) // two that are blank
	}})
	hold(t, file(book), "a!1 A#9.3 B#-1 C#1234.56 D#1 E#123.45 F#000042 G=#NUM!\na!2 B#7 C#-0.5 D#0.1\n")
}

// Texts, truths, errors and the results of formulas.
func TestCells(t *testing.T) {
	formula := func(b *biff, col int, result any, grbit uint16) {
		b.rec(idFormula, at(2, col), result, grbit, uint32(0), uint16(0))
	}
	special := func(kind, value byte) []byte { return []byte{kind, 0, value, 0, 0, 0, 0xFF, 0xFF} }
	book := workbook(func(b *biff) { b.sst([]rich{{"shared", 0, 0}}) }, page{name: "a", cells: func(b *biff) {
		b.rec(idLabelSST, at(0, 0), uint32(0))
		b.rec(idLabel, at(0, 1), wideText("标签"))
		b.rec(idRString, at(0, 2), uint16(4), byte(0), "rich", uint16(1), uint16(0))
		b.rec(idBoolErr, at(1, 7), byte(1), byte(0))
		b.rec(idBoolErr, at(1, 8), byte(0x2A), byte(1))
		formula(b, 0, -0.07, 0)
		formula(b, 1, special(resultText, 0), 0)
		b.rec(0x04BC, make([]byte, 8)) // the shared formula between a cell and its text
		b.rec(idString, wideText("结果"))
		formula(b, 2, special(resultTruth, 0), 0)
		formula(b, 3, special(resultError, 0x07), 0)
		formula(b, 4, special(3, 0), 0) // an empty text
		formula(b, 5, 0.0, onLoad)      // never computed
		formula(b, 6, 0.0, 0)
		b.rec(idBOF, uint16(biff8), uint16(0x20), uint64(0)) // a chart within the sheet
		b.rec(idNumber, at(2, 7), 666.0)
		b.rec(idEOF)
		b.rec(idLabelSST, at(3, 0), uint32(77)) // a text that is not there
	}})
	hold(t, file(book), `a!1 A=shared B=标签 C=rich
a!2 H=TRUE I=#N/A
a!3 A#-0.07 B=结果 C=FALSE D=#DIV/0! F==? G#0
a!4format.xls.string
`)
}

// Writers that fill a sheet by columns leave its rows in no order; of two cells in one place the last counts.
func TestRowsOutOfOrder(t *testing.T) {
	book := workbook(nil, page{name: "a", cells: func(b *biff) {
		for _, c := range []int{2, 0, 1} {
			for r := 3; r >= 0; r-- {
				b.rec(idRK, at(r, c), uint32(10*r+c)<<2|2)
			}
		}
		b.rec(idRK, at(2, 1), uint32(99)<<2|2)
	}})
	hold(t, file(book), "a!1 A#0 B#1 C#2\na!2 A#10 B#11 C#12\na!3 A#20 B#99 C#22\na!4 A#30 B#31 C#32\n")
}

// Hidden sheets are read; a small workbook lies in the ministream.
func TestSheets(t *testing.T) {
	one := func(v uint32) func(*biff) {
		return func(b *biff) { b.rec(idRK, at(0, 0), v<<2|2) }
	}
	book := workbook(nil, page{"明细", false, one(1)}, page{"藏", true, one(2)}, page{"c", false, one(3)})
	if len(book) >= miniBelow {
		t.Fatalf("%d bytes: not in the ministream", len(book))
	}
	hold(t, file(book), "明细!1 A#1\n藏!1 A#2\nc!1 A#3\n")
}

// The texts of BIFF5 are bytes. Their code page is declared, or left out, or declared wrongly.
func TestCodePages(t *testing.T) {
	const chinese = "\xd5\xd0\xc9\xcc\xd2\xf8\xd0\xd0\xc7\xe5\xcb\xe3\xbf\xee" // 招商银行清算款
	for _, c := range []struct {
		name string
		page uint16
		text string
		want string
	}{
		{"Chinese, declared", 936, chinese, "招商银行清算款"},
		{"Chinese, declared Western", 1252, chinese, "招商银行清算款"},
		{"Chinese, not declared", 0, chinese, "招商银行清算款"},
		{"UTF-8, declared Western", 1252, "招商银行", "招商银行"},
		{"Western", 1252, "M\xfcller", "Müller"},
		{"Russian", 1251, "\xcf\xf0\xe8\xf5\xee\xe4", "Приход"},
		{"DOS", 850, "M\x81ller", "Müller"},
		{"unknown", 4711, "M\xfcller", "Müller"},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw := container(entry{"Book", bookOf(biff5, func(b *biff) {
				if c.page != 0 {
					b.rec(idCodePage, c.page)
				}
			}, page{name: c.text, cells: func(b *biff) {
				b.rec(idLabel, at(0, 0), narrowText(c.text))
				b.rec(idRString, at(0, 1), narrowText("x"), byte(1), byte(0), byte(0))
			}})})
			hold(t, raw, c.want+"!1 A="+c.want+" B=x\n")
		})
	}
}

// Shops' scripts write one sheet of BIFF without a container, its version left empty.
func TestBareSheet(t *testing.T) {
	var b biff
	b.rec(idBOF, uint16(0), uint16(bofSheet), uint16(0), uint16(0))
	b.rec(idLabel, at(0, 0), narrowText("\xc9\xcc\xbb\xa7")) // 商户
	b.rec(idNumber, at(0, 1), 12.5)
	b.rec(idEOF)
	hold(t, b.Bytes(), "!1 A=商户 B#12.5\n")
	hold(t, workbook(nil, page{"s", false, func(b *biff) { b.rec(idNumber, at(0, 0), 1.5) }}), "s!1 A#1.5\n")
}
