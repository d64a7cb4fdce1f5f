package synth

import (
	"bytes"
	"io"
	"os"
	"path/filepath"

	"github.com/tillproof/tillproof"
)

// The names of the files that Write makes.
const (
	TerminalName    = "terminal.csv"
	AcquirerName    = "acquirer.xlsx"
	AcquirerCSVName = "acquirer.csv"
	BankName        = "bank.xml"
	KeyName         = "key.json"
)

// Files is a run in memory.
type Files struct {
	Terminal, Acquirer, Bank []byte
	Key                      Key // with the names under which the lines of the key speak of the files
	Policy                   tillproof.Policy
}

// Month makes a run in memory: for the demo and for tests. Big runs go to disk with Write.
func Month(o Options) (Files, error) {
	r, err := newRun(o)
	if err != nil {
		return Files{}, err
	}
	var terminal, acquirer, bank bytes.Buffer
	if err := r.generate(&terminal, &acquirer, &bank); err != nil {
		return Files{}, err
	}
	return Files{
		Terminal: terminal.Bytes(), Acquirer: acquirer.Bytes(), Bank: bank.Bytes(), Key: *r.key,
		Policy: r.policy(),
	}, nil
}

// Write makes a run in a directory, which it creates if need be: the three files and key.json. It holds one
// merchant's period in memory at a time, and eight bytes for each pair of the key. The error is a
// *tillproof.Error: of the options, or of writing.
func Write(dir string, o Options) (Key, error) {
	r, err := newRun(o)
	if err != nil {
		return Key{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Key{}, writeError(dir, err)
	}
	names := r.fileNames()
	out := make([]*os.File, 0, 4)
	defer func() {
		for _, f := range out {
			_ = f.Close() // after a success it is closed already
		}
	}()
	for _, name := range []string{names.Terminal, names.Acquirer, names.Bank, KeyName} {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return Key{}, writeError(name, err)
		}
		out = append(out, f)
	}
	if err := r.generate(out[0], out[1], out[2]); err != nil {
		return Key{}, writeError(dir, err)
	}
	if _, err := r.key.WriteTo(out[3]); err != nil {
		return Key{}, writeError(KeyName, err)
	}
	for _, f := range out {
		if err := f.Close(); err != nil {
			return Key{}, writeError(f.Name(), err)
		}
	}
	return *r.key, nil
}

func writeError(file string, err error) error {
	return &tillproof.Error{
		Op: "synth", Kind: tillproof.KindUnavailable, Code: "synth.write", Place: tillproof.Place{File: file},
		Params: tillproof.Params{"file": file}, Err: err,
	}
}

// bulky reports whether the report has too many rows for a workbook.
func (r *run) bulky() bool {
	return r.o.Merchants*r.o.Days*r.o.Terminals*r.o.SalesPerDay > maxSheetRows
}

func (r *run) fileNames() FileNames {
	n := FileNames{Terminal: TerminalName, Acquirer: AcquirerName, Bank: BankName}
	if r.bulky() {
		n.Acquirer = AcquirerCSVName
	}
	return n
}

// generate writes the three files merchant by merchant, and the key as it goes.
func (r *run) generate(terminal, acquirer, bank io.Writer) error {
	r.key = &Key{
		Schema: KeySchema, Seed: r.o.Seed, From: r.o.Start, To: r.end(), Currency: tillproof.CNY,
		Files: r.fileNames(), Loss: map[string]*LossTruth{tillproof.CNY.String(): {}},
		Edges:      Edges{AcquirerBefore: []int{}, TerminalAfter: []int{}, PriorDeposits: []int{}},
		NotPlanted: []NotPlanted{},
	}
	t := newTerminalFile(terminal, r.o.Lang, r.words())
	a := newAcquirerFile(r.grid(acquirer), r)
	b := newBankFile(bank, r)
	for i := range r.o.Merchants {
		m := r.newMonth(i)
		m.ordinary()
		m.plant()
		m.number()
		m.blind()
		m.settleRows()
		m.pay()
		t.month(m)
		a.month(m)
		b.month(m)
		r.answer(m)
	}
	r.key.Totals = Totals{
		Terminal: t.line - 1, Acquirer: a.rows, Bank: b.entries, Sales: t.sales,
		Gross: Fen(a.gross), Fee: Fen(a.fee), Net: Fen(a.net),
	}
	for _, f := range []func() error{t.close, a.close, b.close} {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) grid(w io.Writer) grid {
	if r.bulky() {
		return newCSVGrid(w)
	}
	return newWorkbook(w, r.words().sheet)
}
