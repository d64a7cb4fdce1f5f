package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/tillproof/tillproof"
)

// The names of the forms.
const (
	KeySchema     = "tillproof.bench-key/1"
	AnswersSchema = "tillproof.bench-answers/1"
)

// KeyName is the answer key's file beside the files that it is about.
const KeyName = "key.json"

// Key is the truth about one set of files.
type Key struct {
	Schema   string                    `json:"schema"`
	Set      string                    `json:"set"`
	Kind     string                    `json:"kind"`   // of merchant
	Custom   string                    `json:"custom"` // of settlement
	Noise    string                    `json:"noise"`
	Seed     uint64                    `json:"seed"`
	From     tillproof.Date            `json:"from"`
	To       tillproof.Date            `json:"to"`
	Currency tillproof.Currency        `json:"currency"`
	Lines    map[string]int            `json:"lines"` // of each file
	Loss     Loss                      `json:"loss"`
	Matches  []Match                   `json:"matches"`
	Breaks   []Break                   `json:"breaks"`
	Deposits []Deposit                 `json:"deposits"`
	IDs      map[string]map[string]int `json:"ids"` // file → number that one line of it shows → the line
}

// Match is one sale or refund on both sides. In the key each line of a list may stand for it: a line that the
// log shows twice, rows of the report that show the same in every cell. A pair of one of each is right, and a
// row is used once.
type Match struct {
	Terminal []string `json:"terminal"`
	Acquirer []string `json:"acquirer"`
	Unknown  bool     `json:"unknowable,omitempty"` // in the key: the files do not determine it
}

// Break is something that does not agree. Residual is what the merchant is short of: positive missing,
// negative too much.
type Break struct {
	Kind     string   `json:"kind"`
	Records  []string `json:"records"`
	Residual string   `json:"residual"`
	Unknown  bool     `json:"unknowable,omitempty"`
	Cause    string   `json:"cause,omitempty"` // in the key: what was done
}

// Deposit is which lines of the report make which line of the bank statement.
type Deposit struct {
	Bank    []string `json:"bank"`
	Rows    []string `json:"rows"`
	Unknown bool     `json:"unknowable,omitempty"`
}

// Loss is decimal amounts by the figures of docs/loss.md; "" is zero.
type Loss struct {
	Confirmed     string `json:"confirmed,omitempty"`
	ConfirmedFees string `json:"confirmed_fees,omitempty"`
	AtRisk        string `json:"at_risk,omitempty"`
	AtRiskFees    string `json:"at_risk_fees,omitempty"`
	Timing        string `json:"timing,omitempty"`
	Owed          string `json:"owed,omitempty"`
}

// Answers are what a tool says, by the names of the sets.
type Answers struct {
	Schema string            `json:"schema"`
	Tool   string            `json:"tool"`
	Sets   map[string]Answer `json:"sets"`
}

// Answer is what a tool says about one set.
type Answer struct {
	Matches  []Match   `json:"matches"`
	Breaks   []Break   `json:"breaks"`
	Deposits []Deposit `json:"deposits"`
	Loss     Loss      `json:"loss"`
}

// maxJSON bounds a file of keys or answers: those of a year of all kinds take a tenth of it.
const maxJSON = 512 << 20

// ReadKey reads a key.
func ReadKey(r io.Reader) (*Key, error) {
	var k Key
	if err := decode(r, &k); err != nil {
		return nil, err
	}
	if k.Schema != KeySchema {
		return nil, fmt.Errorf("the schema is %q, not %q", k.Schema, KeySchema)
	}
	return &k, nil
}

// ReadAnswers reads a file of results.
func ReadAnswers(r io.Reader) (*Answers, error) {
	var a Answers
	if err := decode(r, &a); err != nil {
		return nil, err
	}
	if a.Schema != AnswersSchema {
		return nil, fmt.Errorf("the schema is %q, not %q", a.Schema, AnswersSchema)
	}
	return &a, nil
}

func decode(r io.Reader, into any) error {
	limited := &io.LimitedReader{R: r, N: maxJSON + 1}
	d := json.NewDecoder(limited)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if limited.N <= 0 {
		return fmt.Errorf("larger than %d MiB", maxJSON>>20)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows the end at byte %d", d.InputOffset())
	}
	return nil
}

// WriteTo writes the key: one match, break and deposit on each line.
func (k *Key) WriteTo(w io.Writer) (int64, error) {
	var b bytes.Buffer
	b.WriteString("{\n")
	field := func(name string, v any, end string) error {
		text, err := json.Marshal(v)
		fmt.Fprintf(&b, "%q: %s%s\n", name, text, end)
		return err
	}
	head := *k
	for _, f := range []struct {
		name  string
		value any
	}{
		{"schema", head.Schema},
		{"set", head.Set},
		{"kind", head.Kind},
		{"custom", head.Custom},
		{"noise", head.Noise},
		{"seed", head.Seed},
		{"from", head.From},
		{"to", head.To},
		{"currency", head.Currency},
		{"lines", head.Lines},
		{"loss", head.Loss},
	} {
		if err := field(f.name, f.value, ","); err != nil {
			return 0, err
		}
	}
	if err := errorsOf(
		list(&b, "matches", k.Matches), list(&b, "breaks", k.Breaks), list(&b, "deposits", k.Deposits),
		field("ids", k.IDs, ""),
	); err != nil {
		return 0, err
	}
	b.WriteString("}\n")
	n, err := w.Write(b.Bytes())
	return int64(n), err
}

func errorsOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

func list[T any](b *bytes.Buffer, name string, items []T) error {
	fmt.Fprintf(b, "%q: [", name)
	for i, it := range items {
		text, err := json.Marshal(it)
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(text)
	}
	b.WriteString("\n],\n")
	return nil
}
