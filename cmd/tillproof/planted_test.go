package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/tillproof/tillproof/internal/format/formattest"
)

// The whole program is given files in which card numbers stand in the place of words and numbers, a thousand
// for each format, and all that it writes is searched: both outputs, the pages, the temporary folder.

const (
	plantedEach = 1000
	perFile     = 10 // the more numbers a file has, the less of it can be read
)

// plantable are files of each format that hold words; the numbers of formats in EBCDIC are planted by their
// rooms. Tables of xlsx are written as workbooks.
var plantable = map[string]string{
	"1c": "onec/testdata/*.1c", "bai2": "bai2/testdata/*.bai", "camt": "camt/testdata/*.xml",
	"ctf": "ctf/testdata/day.ctf", "iso8583": "iso8583/testdata/*.log", "journal": "journal/testdata/*.txt",
	"mrx": "mrx/testdata/*.xml", "mt94x": "mt94x/testdata/*.sta", "ofx": "ofx/testdata/*.ofx",
	"poslog": "poslog/testdata/*.xml", "qif": "qif/testdata/*.qif", "stl": "stl/testdata/*.csv",
	"table": "table/testdata/*.csv", "unionpay": "unionpay/testdata/*.txt",
	"webtable": "webtable/testdata/*.xls", "xls": "xls/testdata/*.xls",
	"xlsx": "table/testdata/terminal_zh.csv",
}

// TestPlantedCards reads the files of each format in one call for each output.
func TestPlantedCards(t *testing.T) {
	for _, room := range slices.Sorted(maps.Keys(plantable)) {
		t.Run(room, func(t *testing.T) {
			g := &gardener{rng: rand.New(rand.NewPCG(1, 2)), planted: map[string]bool{}}
			names := g.files(t, room)
			for _, args := range [][]string{
				{"--lang", "zh"}, {"--lang", "en", "--json"}, {"--csv"},
			} {
				g.run(t, slices.Concat([]string{"read"}, names, args))
			}
		})
	}
}

// TestPlantedCardsInReports reconciles planted files of three sides and searches the page and the workbook.
func TestPlantedCardsInReports(t *testing.T) {
	g := &gardener{rng: rand.New(rand.NewPCG(3, 4)), planted: map[string]bool{}}
	reports := 0
	for i := 0; g.n < plantedEach; i++ {
		dir := t.TempDir()
		var args []string
		for _, name := range []string{"pos.csv", "settle.csv", "bank.xml"} {
			raw := readTestFile(t, "testdata/files/"+name)
			raw = g.plant(raw, isContent(name))
			args = append(args, g.write(t, dir, i, name, raw))
		}
		page, book := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.xlsx")
		g.run(t, slices.Concat([]string{"check", "--html", page, "--xlsx", book}, args))
		if html, err := os.ReadFile(page); err == nil {
			reports++
			g.search(t, "the page", string(html))
			g.search(t, "the workbook", unzipped(t, readTestFile(t, book)))
		}
	}
	if reports < 10 {
		t.Errorf("only %d of the runs wrote a report: nothing is shown", reports)
	}
}

// gardener plants card numbers and looks for them.
type gardener struct {
	rng     *rand.Rand
	planted map[string]bool
	n       int
}

// files writes copies of a format's files with a thousand numbers in them, and numbers in their names.
func (g *gardener) files(t *testing.T, room string) []string {
	t.Helper()
	sources, err := filepath.Glob("../../internal/format/" + plantable[room])
	if err != nil || len(sources) == 0 {
		t.Fatalf("no files: %v", err)
	}
	dir := t.TempDir()
	var names []string
	for i := 0; g.n < plantedEach; i++ {
		if i > plantedEach {
			t.Fatalf("no place for %d numbers", plantedEach-g.n)
		}
		name := sources[i%len(sources)]
		raw, may := readTestFile(t, name), isContent(name)
		if i%4 == 0 {
			may = anywhere
		}
		raw = g.plant(raw, may)
		if room == "xlsx" {
			raw = workbookOf(t, raw)
		}
		names = append(names, g.write(t, dir, i, filepath.Base(name), raw))
	}
	return names
}

// write gives a file a card number in its name.
func (g *gardener) write(t *testing.T, dir string, i int, name string, raw []byte) string {
	t.Helper()
	pan := formattest.Planted[i%len(formattest.Planted)]
	as := formattest.Disguises[i%len(formattest.Disguises)](pan)
	to := filepath.Join(dir, fmt.Sprintf("%d_%s_%s", i, as, name))
	if err := os.WriteFile(to, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	g.planted[pan] = true
	return to
}

// plant puts some numbers into a file, where words stand that may be taken. No number takes the place of a
// part of another one: what is left of that is none.
func (g *gardener) plant(raw []byte, may func(raw []byte, word [2]int) bool) []byte {
	words := slices.DeleteFunc(formattest.WordsOf(raw), func(w [2]int) bool { return !may(raw, w) })
	chosen := g.rng.Perm(len(words))
	chosen = chosen[:min(len(chosen), perFile)]
	slices.Sort(chosen)
	for _, i := range slices.Backward(chosen) { // the places of those before it stay
		pan := formattest.Planted[g.rng.IntN(len(formattest.Planted))]
		as := formattest.Disguises[g.rng.IntN(len(formattest.Disguises))](pan)
		if out, ok := formattest.Plant(raw, words[i], as); ok { // not every charset has full-width digits
			raw = out
			g.planted[pan] = true
			g.n++
		}
	}
	return raw
}

func anywhere([]byte, [2]int) bool { return true }

// isContent spares what a file cannot be read without: the header of a table, the tags of a document.
func isContent(name string) func(raw []byte, word [2]int) bool {
	if filepath.Ext(name) == ".xml" {
		return func(raw []byte, w [2]int) bool { return w[0] > 0 && raw[w[0]-1] == '>' }
	}
	return func(raw []byte, w [2]int) bool { return w[0] > bytes.IndexByte(raw, '\n') }
}

// run calls the program and searches what it writes, and what lies in the temporary folder whenever it
// writes and when it has ended.
func (g *gardener) run(t *testing.T, args []string) {
	t.Helper()
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	var spilled strings.Builder
	look := func() { spilled.WriteString(contentOf(t, temp)) }
	out, errs := &listener{before: look}, &listener{before: look}
	std := streams{in: strings.NewReader(""), out: out, err: errs}
	code := run(t.Context(), args, std, noEnv, time.Now)
	look()
	if code == exitFailed || code == exitUsage {
		t.Fatalf("%s: %s", args[0], errs.text.String())
	}
	if out.text.Len()+errs.text.Len() == 0 {
		t.Fatal("nothing was written")
	}
	g.search(t, "the output of "+args[0], out.text.String())
	g.search(t, "the errors of "+args[0], errs.text.String())
	g.search(t, "the temporary folder", spilled.String())
}

// search looks for every number that was planted.
func (g *gardener) search(t *testing.T, where, text string) {
	t.Helper()
	plain := formattest.Plain(text)
	for pan := range g.planted {
		if strings.Contains(plain, pan) {
			t.Errorf("%s shows %s: %s", where, pan, formattest.Around(text, pan))
		}
	}
}

// listener is an output that is looked at before each write.
type listener struct {
	text   bytes.Buffer
	before func()
}

func (l *listener) Write(b []byte) (int, error) {
	l.before()
	return l.text.Write(b)
}

// contentOf is the text of all files in a folder, and their names.
func contentOf(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all.WriteString(path + "\n")
		raw, err := os.ReadFile(path)
		all.Write(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// unzipped is the text of a workbook.
func unzipped(t *testing.T, raw []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	return all.String()
}

// workbookOf is a table as a workbook of texts.
func workbookOf(t *testing.T, table []byte) []byte {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(table))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	book := excelize.NewFile()
	defer book.Close()
	for y, row := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", y+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func readTestFile(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
