package profile

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof/internal/format/cell"

	"github.com/goccy/go-yaml"

	"github.com/tillproof/tillproof"
)

// Profile is one layout of a table, as its data file describes it.
type Profile struct {
	Name     string         // the dialect that is shown: "terminal_zh"
	Family   string         // a name that stands for the layouts of what one program writes for each side
	Title    Words          // its name as people know it
	Where    Words          // where a merchant finds such a file
	Source   string         // where the layout is known from
	Side     tillproof.Side // whose view such a file shows
	Generic  bool           // a collection of common names: yields to a layout that names its columns
	CodePage string         // of files that are neither UTF-8 nor GB18030
	Currency tillproof.Currency

	columns  [numFields][]string // normal header names, the preferred first
	names    map[string]bool     // all of them
	heading  [numFields]string   // the preferred header as people write it
	require  [][]Field           // of each group one column must be there
	reject   []Field             // columns that such a file never has
	preamble map[string]Field    // labels before the header
	mark     cell.Mark
	order    cell.Order
	amount   amountRule
	words    vocabulary
	comment  string
	short    bool // rows may end before the last column
	wallet   wallet
	rules    rules
	below    bool // the narrative goes on in rows of its own
	shipped  bool // the program brings it: nobody has said that it is the layout of a file

	positions []Field          // of a layout without a header line: what each column means
	patterns  []*regexp.Regexp // of its columns; nil where any text will do
}

// Words are a text in the languages of the program.
type Words struct {
	ZH string `yaml:"zh"`
	EN string `yaml:"en"`
}

// amountRule says how the columns of a layout make an amount and its sign.
type amountRule struct {
	shape  amountShape
	minor  bool // whole numbers of minor units (fen)
	invert bool // spending is written positive
	feeOut bool // a fee that is charged is written positive
	debits bool // debits are written positive: a negative one is taken back
	feeTo  bool // a fee is written without sign: it goes against its amount
}

type amountShape uint8

const (
	bySign  amountShape = iota // one signed column
	bySides                    // debit and credit columns
	byFlag                     // amount and a direction flag
	byType                     // unsigned, the type word gives the sign
	byWords                    // unsigned, the beginning of the narrative gives the sign
	byKinds                    // a column for sales, one for what takes them back; the type says which
)

//go:embed data/*.yaml
var data embed.FS

// wordsFile holds the words that all layouts share.
const wordsFile = "data/words.yaml"

func loadAll(from fs.FS) ([]Profile, error) {
	shared, err := sharedWords(from)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(from, "data/*.yaml")
	if err != nil {
		return nil, err
	}
	var ps []Profile
	for _, name := range names {
		if name == wordsFile {
			continue
		}
		raw, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, err
		}
		p, err := parse(raw, shared)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		p.shipped = true
		ps = append(ps, p)
	}
	return ps, nil
}

func sharedWords(from fs.FS) (shared wordsYAML, err error) {
	raw, err := fs.ReadFile(from, wordsFile)
	if err != nil {
		return shared, err
	}
	if err := yaml.UnmarshalWithOptions(raw, &shared, yaml.Strict()); err != nil {
		return shared, fmt.Errorf("%s: %w", wordsFile, err)
	}
	return shared, nil
}

// profileYAML is a data file as it is written.
type profileYAML struct {
	Name       string              `yaml:"name"`
	Family     string              `yaml:"family"`
	Title      Words               `yaml:"title"`
	Where      Words               `yaml:"where"`
	Source     string              `yaml:"source"`
	Side       string              `yaml:"side"`
	Generic    bool                `yaml:"generic"`
	CodePage   string              `yaml:"code_page"`
	Currency   string              `yaml:"currency"`
	Decimal    string              `yaml:"decimal"` // point, comma; without it the file must show it
	Dates      string              `yaml:"dates"`   // ymd, dmy, mdy; without it the file must show it
	Shape      string              `yaml:"shape"`   // sign, sides, flag, type, words, kinds
	Unit       string              `yaml:"unit"`    // major, minor
	Invert     bool                `yaml:"spend_positive"`
	FeeOut     bool                `yaml:"fee_positive"`
	Debits     bool                `yaml:"debits_positive"`
	FeeTo      bool                `yaml:"fee_with_amount"`
	ShortRows  bool                `yaml:"short_rows"`
	Below      bool                `yaml:"narrative_below"`
	Comment    string              `yaml:"comment"`
	Require    []string            `yaml:"require"` // "amount", "day or booking_day"
	Reject     []string            `yaml:"reject"`
	Columns    map[string][]string `yaml:"columns"`
	Positions  []string            `yaml:"positions"` // of files without a header line: the fields in order
	Patterns   []string            `yaml:"patterns"`  // what the cells of each position look like
	Preamble   map[string][]string `yaml:"preamble"`
	Vocabulary wordsYAML           `yaml:"words"`
	Wallet     walletYAML          `yaml:",inline"`
	Rules      rulesYAML           `yaml:",inline"`
}

func parse(raw []byte, shared wordsYAML) (Profile, error) {
	var y profileYAML
	if err := yaml.UnmarshalWithOptions(raw, &y, yaml.Strict()); err != nil {
		return Profile{}, err
	}
	if err := y.check(); err != nil {
		return Profile{}, err
	}
	side, err := tillproof.ParseSide(y.Side)
	if err != nil {
		return Profile{}, wrong(CodeLayoutValue, []string{"side"}, "key", "side", "value", y.Side,
			"known", "terminal, acquirer, bank")
	}
	p := Profile{
		Name: y.Name, Family: y.Family, Title: y.Title, Where: y.Where, Source: y.Source, Side: side,
		Generic:  y.Generic,
		CodePage: y.CodePage, comment: y.Comment, short: y.ShortRows, below: y.Below,
		preamble: map[string]Field{},
	}
	if err := p.Currency.UnmarshalText([]byte(y.Currency)); err != nil {
		return p, wrong(CodeLayoutValue, []string{"currency"}, "key", "currency", "value", y.Currency,
			"known", "CNY, EUR, USD …")
	}
	if err := p.setStyle(y); err != nil {
		return p, err
	}
	if err := p.setColumns(y); err != nil {
		return p, err
	}
	if err := p.setPositions(y); err != nil {
		return p, err
	}
	if p.rules, err = newRules(y.Rules); err != nil {
		return p, err
	}
	if p.wallet, err = newWallet(y.Wallet); err != nil {
		return p, err
	}
	p.words, err = newVocabulary(shared, y.Vocabulary)
	return p, err
}

func pick[T any](table map[string]T, what, name string) (T, error) {
	v, ok := table[name]
	if !ok {
		known := slices.Sorted(maps.Keys(table))
		if len(known) > 0 && known[0] == "" {
			known = known[1:]
		}
		if name == "" {
			return v, wrong(CodeLayoutMissing, nil, "key", what, "known", strings.Join(known, ", "))
		}
		return v, wrong(CodeLayoutValue, []string{what}, "key", what, "value", name,
			"known", strings.Join(known, ", "))
	}
	return v, nil
}

// check asks for what every layout needs, and keeps a file from being larger than any table.
func (y *profileYAML) check() error {
	for _, k := range [...]struct{ key, value string }{
		{"name", y.Name}, {"source", y.Source}, {"side", y.Side}, {"shape", y.Shape}, {"unit", y.Unit},
	} {
		if k.value == "" {
			return wrong(CodeLayoutMissing, nil, "key", k.key, "known", y.example(k.key))
		}
	}
	if len(y.Columns) == 0 && len(y.Positions) == 0 {
		return wrong(CodeLayoutMissing, nil, "key", "columns", "known", y.example("columns"))
	}
	if len(y.Positions) == 0 && len(y.Require) == 0 {
		return wrong(CodeLayoutRequire, []string{"columns"})
	}
	headers := 0
	for _, h := range y.Columns {
		headers += len(h)
	}
	if len(y.Positions) > maxLayoutColumns || headers > maxLayoutWords {
		return wrong(CodeLayoutColumns, nil, "max", strconv.Itoa(maxLayoutColumns))
	}
	return nil
}

// example shows what a key that is missing may hold.
func (y *profileYAML) example(key string) string {
	return map[string]string{
		"name": "my_bank", "source": "My bank, export as CSV.", "side": "terminal, acquirer, bank",
		"shape": "sign, sides, flag, type, words", "unit": "major, minor",
		"columns": "amount: [Betrag]",
	}[key]
}

func (p *Profile) setStyle(y profileYAML) (err error) {
	marks := map[string]cell.Mark{"": cell.MarkAuto, "point": cell.MarkPoint, "comma": cell.MarkComma}
	if p.mark, err = pick(marks, "decimal", y.Decimal); err != nil {
		return err
	}
	orders := map[string]cell.Order{
		"": cell.OrderAuto, "ymd": cell.OrderYMD, "dmy": cell.OrderDMY, "mdy": cell.OrderMDY,
	}
	if p.order, err = pick(orders, "dates", y.Dates); err != nil {
		return err
	}
	shapes := map[string]amountShape{
		"sign": bySign, "sides": bySides, "flag": byFlag, "type": byType, "words": byWords,
		"kinds": byKinds,
	}
	if p.amount.shape, err = pick(shapes, "shape", y.Shape); err != nil {
		return err
	}
	p.amount.minor, err = pick(map[string]bool{"major": false, "minor": true}, "unit", y.Unit)
	p.amount.invert, p.amount.feeOut, p.amount.debits = y.Invert, y.FeeOut, y.Debits
	p.amount.feeTo = y.FeeTo
	return err
}

func (p *Profile) setColumns(y profileYAML) error {
	owner := map[string]string{}
	p.names = map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(y.Columns)) {
		headers := y.Columns[name]
		f, ok := parseField(name)
		if !ok {
			return unknownField("columns", name)
		}
		if len(headers) > 0 {
			p.heading[f] = headers[0]
		}
		for _, h := range headers {
			n := normal(h)
			if was, taken := owner[n]; taken && was != name {
				first, second := min(was, name), max(was, name)
				return wrong(CodeLayoutHeader, []string{"columns", name, h}, "header", h,
					"first", first, "second", second)
			}
			owner[n] = name
			p.columns[f] = append(p.columns[f], n)
			p.names[n] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(y.Preamble)) {
		labels := y.Preamble[name]
		f, ok := parseField(name)
		if !ok {
			return unknownField("preamble", name)
		}
		for _, l := range labels {
			p.preamble[normal(l)] = f
		}
	}
	for _, group := range y.Require {
		fields, err := fieldList("require", strings.Split(group, " or "))
		if err != nil {
			return err
		}
		p.require = append(p.require, fields)
	}
	var err error
	p.reject, err = fieldList("reject", y.Reject)
	return err
}

// unknownField is a field that no column can have.
func unknownField(key, name string) error {
	var known []string
	for _, f := range Fields() {
		known = append(known, f.String())
	}
	return wrong(CodeLayoutField, []string{key, name}, "field", name, "key", key,
		"known", strings.Join(known, ", "))
}

func fieldList(key string, names []string) ([]Field, error) {
	var fields []Field
	for _, n := range names {
		f, ok := parseField(n)
		if !ok {
			return nil, unknownField(key, n)
		}
		fields = append(fields, f)
	}
	return fields, nil
}
