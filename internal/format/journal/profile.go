package journal

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

//go:embed data/*.yaml
var data embed.FS

// wordsFile holds the words that all profiles share.
const wordsFile = "data/words.yaml"

// profile is how one family of terminals prints.
type profile struct {
	name      string
	currency  tillproof.Currency
	dates     format.DateOrder // AnyOrder: the file must show it
	signature []*regexp.Regexp
	start     pattern
	end       pattern  // counts only once an amount was printed
	marks     string   // the words that end looks for, as a person reads them
	whole     []string // fields with which a slip is whole when the next one begins; none: it needs its mark
	idle      *pattern // ends a session that printed none; nil: there are no such
	statuses  []statusLine
	entries   map[string]tillproof.EntryMode
	fields    []pattern
	words     *words
}

// statusLine is a line that says how a transaction went.
type statusLine struct {
	status  tillproof.RecordStatus
	pattern pattern
}

// words is what the values of slips mean.
type words struct {
	kinds      map[string]tillproof.RecordKind
	cash       map[string]bool
	currencies map[string]tillproof.Currency
	responses  map[string]tillproof.RecordStatus
}

// profileYAML is a profile as its file writes it. Patterns are those of Go's regexp; a named group is a
// field: merchant, terminal, batch, stan, rrn, auth, order, original, card, entry, date, time, type, amount,
// total (goes before amount), currency, currency_after, response.
type profileYAML struct {
	Name       string            `yaml:"name"`
	Title      map[string]string `yaml:"title"`
	Where      map[string]string `yaml:"where"`
	Source     string            `yaml:"source"`
	Currency   string            `yaml:"currency"`
	Dates      string            `yaml:"dates"`
	Signature  []string          `yaml:"signature"`
	Start      string            `yaml:"start"`
	End        string            `yaml:"end"`
	Marks      []string          `yaml:"marks"`
	Whole      []string          `yaml:"whole"`
	Idle       string            `yaml:"idle"`
	Statuses   map[string]string `yaml:"statuses"`
	EntryModes map[string]string `yaml:"entry_modes"`
	Fields     []string          `yaml:"fields"`
}

type wordsYAML struct {
	Kinds      map[string][]string `yaml:"kinds"`
	Cash       []string            `yaml:"cash"`
	Currencies map[string][]string `yaml:"currencies"`
	Responses  map[string][]string `yaml:"responses"`
}

// profiles reads the files of data. The program ships them, so a mistake in them is one of the program.
var profiles = sync.OnceValue(func() []*profile {
	out, err := parseAll(data)
	if err != nil {
		panic("journal: " + err.Error())
	}
	return out
})

func parseAll(from fs.FS) ([]*profile, error) {
	w, err := parseWords(from)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", wordsFile, err)
	}
	names, err := fs.Glob(from, "data/*.yaml")
	if err != nil {
		return nil, err
	}
	var out []*profile
	for _, name := range names {
		if name == wordsFile {
			continue
		}
		raw, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, err
		}
		p, err := parse(raw, w)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, p)
	}
	return out, nil
}

func parseWords(from fs.FS) (*words, error) {
	raw, err := fs.ReadFile(from, wordsFile)
	if err != nil {
		return nil, err
	}
	var y wordsYAML
	if err := yaml.UnmarshalWithOptions(raw, &y, yaml.Strict()); err != nil {
		return nil, err
	}
	w := &words{
		kinds: map[string]tillproof.RecordKind{}, cash: map[string]bool{},
		currencies: map[string]tillproof.Currency{}, responses: map[string]tillproof.RecordStatus{},
	}
	for name, all := range y.Kinds {
		kind, ok := tillproof.ParseRecordKind(name)
		if !ok {
			return nil, fmt.Errorf("%q is no kind", name)
		}
		for _, word := range all {
			w.kinds[normal(word)] = kind
		}
	}
	for _, word := range y.Cash {
		w.cash[normal(word)] = true
	}
	for name, all := range y.Currencies {
		c, err := tillproof.ParseCurrency(name)
		if err != nil {
			return nil, err
		}
		for _, word := range all {
			w.currencies[normal(word)] = c
		}
	}
	for name, all := range y.Responses {
		status, ok := statusOf(name)
		if !ok {
			return nil, fmt.Errorf("%q is no status", name)
		}
		for _, code := range all {
			w.responses[code] = status
		}
	}
	return w, nil
}

// statusOf reads the name of a status.
func statusOf(name string) (tillproof.RecordStatus, bool) {
	for s := tillproof.Posted; s <= tillproof.Neutral; s++ {
		if s.String() == name {
			return s, true
		}
	}
	return tillproof.Posted, false
}

// normal is a word as words are compared: capitals, no blanks.
func normal(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }

// groups are the names that a pattern may give to its groups.
var groups = []string{
	"", "merchant", "terminal", "batch", "stan", "rrn", "auth", "order", "original", "card", "entry", "date",
	"time", "type", "amount", "total", "currency", "currency_after", "response",
}

func parse(raw []byte, w *words) (*profile, error) {
	var y profileYAML
	if err := yaml.UnmarshalWithOptions(raw, &y, yaml.Strict()); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(y.Name, name+".") || y.Source == "" || y.Title["zh"] == "" || y.Title["en"] == "" ||
		y.Where["zh"] == "" || y.Where["en"] == "" || len(y.Signature) == 0 || len(y.Fields) == 0 ||
		len(y.Marks) == 0 {
		return nil, fmt.Errorf("%q lacks its name, title, where, source, signature, marks or fields", y.Name)
	}
	p := &profile{name: y.Name, words: w, entries: map[string]tillproof.EntryMode{}}
	if y.Currency != "" {
		c, err := tillproof.ParseCurrency(y.Currency)
		if err != nil {
			return nil, err
		}
		p.currency = c
	}
	if y.Dates != "any" {
		order, ok := format.ParseDateOrder(y.Dates)
		if !ok {
			return nil, fmt.Errorf("dates: %q is not any, ymd, dmy or mdy", y.Dates)
		}
		p.dates = order
	}
	for word, mode := range y.EntryModes {
		m, ok := tillproof.ParseEntryMode(mode)
		if !ok {
			return nil, fmt.Errorf("entry_modes: %q is none", mode)
		}
		p.entries[normal(word)] = m
	}
	return p, p.compile(&y)
}

// compile reads the patterns.
func (p *profile) compile(y *profileYAML) error {
	var err error
	one := func(s string) pattern {
		p, bad := compilePattern(s)
		if bad != nil {
			err = bad
			return p
		}
		for _, group := range p.SubexpNames() {
			if !slices.Contains(groups, group) {
				err = fmt.Errorf("%q is no field", group)
			}
		}
		return p
	}
	for _, s := range y.Signature {
		p.signature = append(p.signature, one(s).Regexp)
	}
	p.start, p.end = one(y.Start), one(y.End)
	if y.Idle != "" {
		idle := one(y.Idle)
		p.idle = &idle
	}
	for _, mark := range y.Marks {
		if !p.end.in(lineOf(mark)) {
			err = fmt.Errorf("marks: %q ends nothing", mark)
		}
	}
	for _, group := range y.Whole {
		if !slices.Contains(groups, group) {
			err = fmt.Errorf("whole: %q is no field", group)
		}
	}
	p.marks, p.whole = strings.Join(y.Marks, " / "), y.Whole
	for s := tillproof.Declined; s <= tillproof.Neutral; s++ {
		if pattern := y.Statuses[s.String()]; pattern != "" {
			p.statuses = append(p.statuses, statusLine{s, one(pattern)})
		}
	}
	for _, s := range y.Fields {
		p.fields = append(p.fields, one(s))
	}
	return err
}
