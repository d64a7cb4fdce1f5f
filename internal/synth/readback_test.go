package synth

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

// The files are read back with the standard library and excelize, not with the room format: what is proved
// here is what anyone would read.

type readRow struct {
	line                     int
	merchant, terminal       string
	batch, stan, rrn, auth   string
	card, kind, deed         string
	at                       tillproof.LocalTime
	settle                   tillproof.Date
	amount, fee, net         int64
	response, original, mode string
}

type readEntry struct {
	line, account           int // account: ordinal of the statement
	day                     tillproof.Date
	amount                  int64
	counterparty, narrative string
}

type readBack struct {
	terminal, acquirer []readRow
	terminalAt         map[int]*readRow
	acquirerAt         map[int]*readRow
	bank               []readEntry
	bankAt             map[int]*readEntry
	footer             [4]string // count, gross, fee, net
}

func read(t rapid.TB, f Files, lang string) *readBack {
	t.Helper()
	b := &readBack{
		terminalAt: map[int]*readRow{}, acquirerAt: map[int]*readRow{}, bankAt: map[int]*readEntry{},
	}
	b.readTerminal(t, f.Terminal, lang)
	if f.Key.Files.Acquirer == AcquirerName {
		b.readSheet(t, f.Acquirer)
	} else {
		b.readReportCSV(t, f.Acquirer)
	}
	b.readBank(t, f.Bank)
	for i := range b.terminal {
		b.terminalAt[b.terminal[i].line] = &b.terminal[i]
	}
	for i := range b.acquirer {
		b.acquirerAt[b.acquirer[i].line] = &b.acquirer[i]
	}
	for i := range b.bank {
		b.bankAt[b.bank[i].line] = &b.bank[i]
	}
	return b
}

func must[T any](t rapid.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func minor(t rapid.TB, s string) int64 {
	t.Helper()
	x := must[tillproof.Exact](t)(tillproof.ParseExact(s))
	return must[int64](t)(x.Minor(tillproof.CNY))
}

func moments(t rapid.TB, date, clock string) tillproof.LocalTime {
	t.Helper()
	d := must[tillproof.Date](t)(tillproof.ParseDate(date))
	var n [3]int
	for i, p := range strings.Split(clock, ":") {
		n[i] = must[int](t)(strconv.Atoi(p))
	}
	return d.At(n[0], n[1], n[2])
}

func (b *readBack) readTerminal(t rapid.TB, raw []byte, lang string) {
	t.Helper()
	if lang != English {
		raw = must[[]byte](t)(simplifiedchinese.GB18030.NewDecoder().Bytes(raw))
	}
	r := csv.NewReader(bytes.NewReader(raw))
	header := must[[]string](t)(r.Read())
	if len(header) != 15 {
		t.Fatalf("terminal header %q", header)
	}
	for {
		c, err := r.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		line, _ := r.FieldPos(0)
		b.terminal = append(b.terminal, readRow{
			line: line, merchant: c[0], terminal: c[1], batch: c[2], stan: c[3], rrn: c[4], auth: c[5],
			card: c[6],
			kind: c[7], at: moments(t, c[8], c[9]), deed: c[10], mode: c[11], amount: minor(t, c[12]),
			response: c[13],
			original: c[14],
		})
	}
}

func (b *readBack) readSheet(t rapid.TB, raw []byte) {
	t.Helper()
	x := must[*excelize.File](t)(excelize.OpenReader(bytes.NewReader(raw),
		excelize.Options{RawCellValue: true}))
	defer x.Close()
	rows := must[[][]string](t)(x.GetRows(x.GetSheetName(0)))
	for i, c := range rows {
		b.reportRow(t, i+1, c, i == len(rows)-1)
	}
}

func (b *readBack) readReportCSV(t rapid.TB, raw []byte) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(string(raw), "\r\n"), "\r\n")
	for i, l := range lines {
		b.reportRow(t, i+1, strings.Split(l, ","), i == len(lines)-1)
	}
}

func (b *readBack) reportRow(t rapid.TB, line int, c []string, last bool) {
	t.Helper()
	switch {
	case line <= 5:
		return
	case last:
		b.footer = [4]string{c[4], c[10], c[11], c[12]}
		return
	case len(c) != 13:
		t.Fatalf("report row %d has %d cells: %q", line, len(c), c)
	}
	date, clock, _ := strings.Cut(c[8], " ")
	b.acquirer = append(b.acquirer, readRow{
		line: line, settle: day(c[0]), merchant: c[1], terminal: c[2], batch: c[3], stan: c[4], rrn: c[5],
		card: c[6],
		kind: c[7], at: moments(t, date, clock), deed: c[9], amount: minor(t, c[10]), fee: minor(t, c[11]),
		net: minor(t, c[12]),
	})
}

// camtEntry is what the tests need of an entry; element names are those of ISO 20022.
type camtEntry struct {
	Amt       string
	CdtDbtInd string
	Day       string   `xml:"BookgDt>Dt"`
	Dbtr      string   `xml:"NtryDtls>TxDtls>RltdPties>Dbtr>Pty>Nm"`
	Cdtr      string   `xml:"NtryDtls>TxDtls>RltdPties>Cdtr>Pty>Nm"`
	Text      []string `xml:"NtryDtls>TxDtls>RmtInf>Ustrd"`
}

type camtBalance struct {
	Code string `xml:"Tp>CdOrPrtry>Cd"`
	Amt  string
}

// readBank reads entries with the line on which each starts, and proves that each statement's balances hold.
func (b *readBack) readBank(t rapid.TB, raw []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(raw))
	var balances []int64
	var moved int64
	account := 0
	for {
		offset := d.InputOffset()
		tok, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if end, ok := tok.(xml.EndElement); ok && end.Name.Local == "Stmt" {
			if len(balances) != 2 || balances[0]+moved != balances[1] {
				t.Errorf("statement does not add up: balances %v, moved %d", balances, moved)
			}
			balances, moved = nil, 0
			account++
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "Bal":
			var bal camtBalance
			if err := d.DecodeElement(&bal, &start); err != nil {
				t.Fatal(err)
			}
			balances = append(balances, minor(t, bal.Amt))
		case "Ntry":
			var e camtEntry
			if err := d.DecodeElement(&e, &start); err != nil {
				t.Fatal(err)
			}
			amount := minor(t, e.Amt)
			if e.CdtDbtInd == "DBIT" {
				amount = -amount
			}
			moved += amount
			if balances[0]+moved < 0 {
				t.Errorf("account below zero on %s", e.Day)
			}
			b.bank = append(b.bank, readEntry{
				line: 1 + bytes.Count(raw[:offset], []byte("\n")), account: account,
				day: day(e.Day), amount: amount,
				counterparty: e.Dbtr + e.Cdtr, narrative: strings.Join(e.Text, " "),
			})
		}
	}
}
