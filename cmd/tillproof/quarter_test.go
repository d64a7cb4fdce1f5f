package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tillproof/tillproof"
)

// days writes the rows of some days of what synth made, as the three files that a shop would fetch for them:
// days DIR FROM TO NAME writes NAME-terminal.csv, NAME-acquirer.xlsx and NAME-bank.xml. The rows stay as they
// are, so that those of two such files that share a day are the same.
func days(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: days DIR FROM TO NAME")
	}
	cut := daysCut{ts: ts, dir: ts.MkAbs(args[0]), from: args[1], to: args[2], name: ts.MkAbs(args[3])}
	cut.terminal()
	cut.acquirer()
	cut.bank()
}

type daysCut struct {
	ts                  *testscript.TestScript
	dir, from, to, name string
}

func (c *daysCut) has(day string) bool { return day >= c.from && day <= c.to }

func (c *daysCut) read(name string) []byte {
	b, err := os.ReadFile(filepath.Join(c.dir, name))
	c.ts.Check(err)
	return b
}

func (c *daysCut) write(end string, b []byte) { c.ts.Check(os.WriteFile(c.name+end, b, 0o600)) }

// terminalDay is the column of the day in a terminal log of synth.
const terminalDay = 8

func (c *daysCut) terminal() {
	var out bytes.Buffer
	for i, line := range bytes.SplitAfter(c.read("terminal.csv"), []byte("\n")) {
		cells := bytes.Split(line, []byte(","))
		if i == 0 || len(cells) > terminalDay && c.has(string(cells[terminalDay])) {
			out.Write(line)
		}
	}
	c.write("-terminal.csv", out.Bytes())
}

// rowDay is the first cell of a row where it holds a day, rowHead the row of the column names.
var (
	rowDay  = regexp.MustCompile(`<c r="A[0-9]+" t="inlineStr"><is><t>(\d{4}-\d\d-\d\d)</t>`)
	rowHead = `<row r="5">`
)

func (c *daysCut) acquirer() {
	book := c.read("acquirer.xlsx")
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	c.ts.Check(err)
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		c.ts.Check(err)
		b, err := io.ReadAll(r)
		c.ts.Check(err)
		if strings.HasSuffix(f.Name, "sheet1.xml") {
			b = c.rows(b)
		}
		w, err := to.Create(f.Name)
		c.ts.Check(err)
		_, err = w.Write(b)
		c.ts.Check(err)
	}
	c.ts.Check(to.Close())
	c.write("-acquirer.xlsx", out.Bytes())
}

// rows keeps the head of a sheet and the rows of the days, each on its line; titles and totals go.
func (c *daysCut) rows(sheet []byte) []byte {
	var out bytes.Buffer
	start := bytes.Index(sheet, []byte("<row "))
	end := bytes.LastIndex(sheet, []byte("</row>")) + len("</row>")
	out.Write(sheet[:start])
	for line := range bytes.Lines(sheet[start:end]) {
		m := rowDay.FindSubmatch(line)
		if bytes.HasPrefix(line, []byte(rowHead)) || m != nil && c.has(string(m[1])) {
			out.Write(line)
		}
	}
	out.Write(sheet[end:])
	return out.Bytes()
}

var (
	entryForm   = regexp.MustCompile(`(?s)<Ntry>.*?</Ntry>\n`)
	entryDay    = regexp.MustCompile(`<BookgDt><Dt>([^<]*)</Dt>`)
	entryAmount = regexp.MustCompile(`<Amt Ccy="([A-Z]*)">([^<]*)</Amt>\n<CdtDbtInd>(....)</CdtDbtInd>`)
	balanceForm = regexp.MustCompile(`(<Cd>(OPBD|CLBD)</Cd>.*?<Amt Ccy="[A-Z]*">)([^<]*)(</Amt>.*?<Dt><Dt>)([^<]*)(</Dt>)`)
	periodForm  = regexp.MustCompile(`(<FrDtTm>)[^T]*(T.*?<ToDtTm>)[^T]*(T)`)
	summaryForm = regexp.MustCompile(`<TxsSummry>.*</TxsSummry>\n`)
)

// bank keeps the entries of the days, with the balances before and after them.
func (c *daysCut) bank() {
	text := string(c.read("bank.xml"))
	all := entryForm.FindAllString(text, -1)
	first := strings.Index(text, "<Ntry>")
	head, tail := text[:first], text[strings.LastIndex(text, "</Ntry>\n")+len("</Ntry>\n"):]
	opening := c.money(balanceForm.FindStringSubmatch(head)[3])
	closing := opening
	var kept strings.Builder
	for _, e := range all {
		m := entryAmount.FindStringSubmatch(e)
		amount := c.money(m[2])
		if m[3] == "DBIT" {
			amount = -amount
		}
		switch day := entryDay.FindStringSubmatch(e)[1]; {
		case day < c.from:
			opening, closing = opening+amount, closing+amount
		case day <= c.to:
			closing += amount
			kept.WriteString(e)
		}
	}
	head = summaryForm.ReplaceAllString(head, "")
	head = periodForm.ReplaceAllString(head, "${1}"+c.from+"${2}"+c.to+"${3}")
	head = balanceForm.ReplaceAllStringFunc(head, func(s string) string {
		m := balanceForm.FindStringSubmatch(s)
		minor, day := opening, c.from
		if m[2] == "CLBD" {
			minor, day = closing, c.to
		}
		return m[1] + fmt.Sprintf("%d.%02d", minor/100, minor%100) + m[4] + day + m[6]
	})
	c.write("-bank.xml", []byte(head+kept.String()+tail))
}

// money is an amount in minor units.
func (c *daysCut) money(s string) int64 {
	x, err := tillproof.ParseExact(s)
	c.ts.Check(err)
	m, err := x.Money(tillproof.CNY)
	c.ts.Check(err)
	return m.Minor()
}

// answers writes what a result in JSON says, whatever its files are called and in whichever order they came:
// answers FROM TO. The result is that of check, or of recon run.
func answers(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: answers FROM TO")
	}
	type result struct {
		Loss    json.RawMessage
		Matches struct{ Total int }
		Breaks  []struct{ ID, Kind, Amount, Residual string }
		Finding []struct {
			ID, Rule, Amount string
			AtRisk           bool `json:"at_risk"`
		} `json:"findings"`
	}
	var all struct {
		result
		Result *result
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &all))
	if all.Result != nil {
		all.result = *all.Result
	}
	lines := []string{fmt.Sprintf("loss %s", all.Loss), fmt.Sprintf("matched %d", all.Matches.Total)}
	for _, b := range all.Breaks {
		lines = append(lines, fmt.Sprintf("break %s %s %s %s", b.ID, b.Kind, b.Amount, b.Residual))
	}
	for _, f := range all.Finding {
		lines = append(lines, fmt.Sprintf("finding %s %s %s %v", f.ID, f.Rule, f.Amount, f.AtRisk))
	}
	if len(lines) < 3 {
		ts.Fatalf("%s says nothing", args[0])
	}
	slices.Sort(lines[2:])
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(lines, "\n")+"\n"), 0o600))
}
