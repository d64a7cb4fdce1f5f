package all

import (
	"bytes"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/tillproof/tillproof/internal/format/formattest"
	"github.com/xuri/excelize/v2"
)

// sheetLayouts are tables of testdata that are read as workbooks too: of a terminal, an acquirer, a bank.
var sheetLayouts = []string{"terminal_zh.csv", "acquirer_en.csv", "bank_zh.csv"}

// workbooks writes tables as workbooks, as another program does.
func workbooks(t *testing.T, tables []string) []string {
	t.Helper()
	var out []string
	for _, name := range tables {
		for _, want := range sheetLayouts {
			if filepath.Base(name) != want {
				continue
			}
			to := filepath.Join(t.TempDir(), strings.TrimSuffix(want, ".csv")+".xlsx")
			if err := os.WriteFile(to, sheetOf(t, cellsOf(t, name), nil), 0o600); err != nil {
				t.Fatal(err)
			}
			out = append(out, to)
		}
	}
	return out
}

// cellsOf are the cells of a table of testdata.
func cellsOf(t *testing.T, name string) [][]string {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// sheetOf is a workbook of texts, some cells ("B3") given as something else.
func sheetOf(t *testing.T, rows [][]string, other map[string]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for y, row := range rows {
		for x, text := range row {
			at, err := excelize.CoordinatesToCellName(x+1, y+1)
			if err != nil {
				t.Fatal(err)
			}
			var value any = text
			if v, given := other[at]; given {
				value = v
			}
			if err := f.SetCellValue("Sheet1", at, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// word is a part of a cell that a card number can take the place of.
var word = regexp.MustCompile(`[0-9A-Za-z]{4,}`)

// TestPlantedInWorkbooks puts card numbers into the cells of workbooks: in the place of a word, in each
// disguise, and as the number that a spreadsheet makes of its digits.
func TestPlantedInWorkbooks(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	count := 0
	for _, name := range sheetLayouts {
		rows := cellsOf(t, "../table/testdata/"+name)
		for y, row := range rows {
			for x, text := range row {
				pan := formattest.Planted[rng.IntN(len(formattest.Planted))]
				as := formattest.Disguises[rng.IntN(len(formattest.Disguises))](pan)
				at, err := excelize.CoordinatesToCellName(x+1, y+1)
				if err != nil {
					t.Fatal(err)
				}
				var value any = as
				if spot := word.FindStringIndex(text); spot != nil {
					value = text[:spot[0]] + as + text[spot[1]:]
				}
				if len(pan) == 16 && count%3 == 0 { // longer ones lose their end as a number
					if value, err = strconv.ParseFloat(pan, 64); err != nil {
						t.Fatal(err)
					}
				}
				count++
				out := everything(sheetOf(t, rows, map[string]any{at: value}), "export "+as+".xlsx")
				if formattest.Shows(out, pan) {
					t.Errorf("%s: %v in %s is left in %s", name, value, at, formattest.Around(out, pan))
				}
			}
		}
	}
	if count < 100 {
		t.Errorf("%d numbers planted: the tables have more cells", count)
	}
}
