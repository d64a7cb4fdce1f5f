package synth

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"

	"github.com/tillproof/tillproof"
)

// KeySchema names the form of key.json.
const KeySchema = "tillproof.key/1"

// Fen is an amount in minor units of CNY. Its text is the decimal amount in yuan: 123450 is "1234.50".
type Fen int64

// MarshalText writes yuan with two decimals.
func (f Fen) MarshalText() ([]byte, error) {
	return []byte(tillproof.FormatMinor(int64(f), tillproof.CNY)), nil
}

// UnmarshalText reads what MarshalText writes.
func (f *Fen) UnmarshalText(b []byte) error {
	x, err := tillproof.ParseExact(string(b))
	if err != nil {
		return err
	}
	v, err := x.Minor(tillproof.CNY)
	*f = Fen(v)
	return err
}

// Expect says what a correct reconciliation makes of a fact.
type Expect string

// What is expected: a break, a finding, or no word of complaint.
const (
	ExpectBreak   Expect = "break"
	ExpectFinding Expect = "finding"
	ExpectNothing Expect = "nothing"
)

// Key is the answer key of one run.
type Key struct {
	Schema   string                `json:"schema"`
	Seed     uint64                `json:"seed"`
	From     tillproof.Date        `json:"from"`
	To       tillproof.Date        `json:"to"`
	Currency tillproof.Currency    `json:"currency"`
	Files    FileNames             `json:"files"`
	Totals   Totals                `json:"totals"`
	Loss     map[string]*LossTruth `json:"loss"` // by currency code
	Facts    []Fact                `json:"facts"`
	// NotPlanted lists facts of the options for which a merchant's month turned out too quiet.
	NotPlanted []NotPlanted `json:"not_planted"`
	Deposits   []Deposit    `json:"deposits"`
	Edges      Edges        `json:"edges"`
	Matches    []Pair       `json:"matches"` // true pairs: line of the terminal log, line of the report
}

// FileNames are the names of the files that the lines of the key speak of.
type FileNames struct {
	Terminal string `json:"terminal"`
	Acquirer string `json:"acquirer"`
	Bank     string `json:"bank"`
}

// Totals count the entries of the files. Sales are the approved ones of the terminal log, later cancelled or
// not.
type Totals struct {
	Terminal int `json:"terminal"`
	Acquirer int `json:"acquirer"`
	Bank     int `json:"bank"`
	Sales    int `json:"sales"`
	Gross    Fen `json:"gross"` // of the report, with the merchant's sign, as are fee and net
	Fee      Fen `json:"fee"`   // charged: positive
	Net      Fen `json:"net"`
}

// LossTruth is what the merchant truly lost, in one currency.
type LossTruth struct {
	Confirmed LossParts `json:"confirmed"`
	AtRisk    LossParts `json:"at_risk"`
	Timing    Fen       `json:"timing"`
	Owed      Fen       `json:"owed"`
	Recovered Fen       `json:"recovered"`
}

// LossParts keeps the merchant's money and the acquirer's fees apart.
type LossParts struct {
	Principal Fen `json:"principal"`
	Fees      Fen `json:"fees"`
}

// Fact is something planted and what should be said of it. Code is the kind of break or the id of the rule;
// for an innocent fact it is the note that explains it, or empty. Residual is what the merchant is short of
// by it: positive missing, negative too much, zero where nothing is.
type Fact struct {
	Kind     FactKind             `json:"kind"`
	Expect   Expect               `json:"expect"`
	Code     string               `json:"code"`
	Merchant tillproof.MerchantID `json:"merchant"`
	Amount   Fen                  `json:"amount"`
	Residual Fen                  `json:"residual"`
	Records  []Line               `json:"records"`
	Note     string               `json:"note"`
}

// NotPlanted is a fact that was asked for and for which the merchant's month had no room.
type NotPlanted struct {
	Kind     FactKind             `json:"kind"`
	Merchant tillproof.MerchantID `json:"merchant"`
}

// Line is a place in one of the files: a line of text, a row of a sheet, the line on which a bank entry
// starts.
type Line struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Deposit is one group of report lines that are paid together. The lines of a group are consecutive.
type Deposit struct {
	Merchant tillproof.MerchantID `json:"merchant"`
	Line     int                  `json:"line"` // of the bank statement, 0: not there
	Acquirer [2]int               `json:"acquirer"`
	Rows     int                  `json:"rows"`
	Settled  [2]tillproof.Date    `json:"settled"`
	Expected tillproof.Date       `json:"expected"`
	Arrived  tillproof.Date       `json:"arrived"`
	Net      Fen                  `json:"net"`
	Paid     Fen                  `json:"paid"`
}

// Edges are the records whose other half lies outside the files' days.
type Edges struct {
	AcquirerBefore []int `json:"acquirer_before"` // settled on the first day, swiped the evening before
	TerminalAfter  []int `json:"terminal_after"`  // swiped on the last day after the cut-off
	PriorDeposits  []int `json:"prior_deposits"`  // paid for the days before the files
}

// Pair is one sale on both sides: line of the terminal log, line of the report.
type Pair [2]int32

// pairsPerLine keeps the lists of a million pairs readable and greppable.
const pairsPerLine = 12

// WriteTo writes key.json: one fact and one deposit on each line, the pairs in rows.
func (k *Key) WriteTo(w io.Writer) (int64, error) {
	kw := &keyWriter{w: bufio.NewWriter(w)}
	kw.raw("{\n")
	for _, f := range []struct {
		name  string
		value any
	}{
		{"schema", k.Schema},
		{"seed", k.Seed},
		{"from", k.From},
		{"to", k.To},
		{"currency", k.Currency},
		{"files", k.Files},
		{"totals", k.Totals},
		{"loss", k.Loss},
		{"edges", k.Edges},
		{"not_planted", k.NotPlanted},
	} {
		kw.raw(`"` + f.name + `": `)
		kw.json(f.value)
		kw.raw(",\n")
	}
	list(kw, "facts", k.Facts)
	list(kw, "deposits", k.Deposits)
	kw.pairs(k.Matches)
	kw.raw("}\n")
	if err := kw.w.Flush(); kw.err == nil {
		kw.err = err
	}
	return kw.n, kw.err
}

type keyWriter struct {
	w   *bufio.Writer
	n   int64
	err error
}

func (k *keyWriter) raw(s string) {
	n, err := k.w.WriteString(s)
	k.n += int64(n)
	if k.err == nil {
		k.err = err
	}
}

func (k *keyWriter) json(v any) {
	b, err := json.Marshal(v)
	if k.err == nil {
		k.err = err
	}
	k.raw(string(b))
}

func list[T any](k *keyWriter, name string, items []T) {
	k.raw(`"` + name + `": [`)
	for i, it := range items {
		k.raw(separator(i, 1))
		k.json(it)
	}
	k.raw("\n],\n")
}

func (k *keyWriter) pairs(pairs []Pair) {
	k.raw(`"matches": [`)
	for i, p := range pairs {
		k.raw(separator(i, pairsPerLine))
		k.raw("[" + strconv.Itoa(int(p[0])) + "," + strconv.Itoa(int(p[1])) + "]")
	}
	k.raw("\n]\n")
}

func separator(i, perLine int) string {
	switch {
	case i == 0:
		return "\n"
	case i%perLine == 0:
		return ",\n"
	}
	return ","
}
