package unionpay

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/tillproof/tillproof"
)

//go:embed data/codes.yaml
var codesFile []byte

// codes is what the codes of the files mean.
type codes struct {
	zmType, zmCode, acom map[string]tillproof.RecordKind
	cards                map[string]tillproof.CardKind
	approved             []string
}

// list is one list of the data file. Source, confidence and first day are for its readers and the test.
type list struct {
	Source     string              `yaml:"source"`
	Confidence string              `yaml:"confidence"`
	From       string              `yaml:"from"`
	Kinds      map[string][]string `yaml:"kinds"`
	Codes      []string            `yaml:"codes"`
}

var meanings = sync.OnceValue(func() *codes {
	c, err := readCodes(codesFile)
	if err != nil {
		panic(fmt.Sprintf("embedded codes: %v", err)) // a broken build, caught by the first test
	}
	return c
})

func readCodes(raw []byte) (*codes, error) {
	var lists map[string]list
	if err := yaml.UnmarshalWithOptions(raw, &lists, yaml.Strict()); err != nil {
		return nil, err
	}
	c := &codes{approved: lists["approvals"].Codes}
	var errs [4]error
	c.zmType, errs[0] = invert(lists["zm_types"].Kinds, tillproof.ParseRecordKind)
	c.zmCode, errs[1] = invert(lists["zm_codes"].Kinds, tillproof.ParseRecordKind)
	c.acom, errs[2] = invert(lists["acom"].Kinds, tillproof.ParseRecordKind)
	c.cards, errs[3] = invert(lists["cards"].Kinds, tillproof.ParseCardKind)
	if i := slices.IndexFunc(errs[:], func(err error) bool { return err != nil }); i >= 0 {
		return nil, errs[i]
	}
	return c, nil
}

func invert[T any](kinds map[string][]string, parse func(string) (T, bool)) (map[string]T, error) {
	out := map[string]T{}
	for name, words := range kinds {
		k, ok := parse(name)
		if !ok {
			return nil, fmt.Errorf("kind %q is not known", name)
		}
		for _, w := range words {
			if _, taken := out[w]; taken {
				return nil, fmt.Errorf("code %q has two meanings", w)
			}
			out[w] = k
		}
	}
	return out, nil
}

// acomKind is the kind of a message, by its condition code where that decides.
func (c *codes) acomKind(mti, code, condition string) (tillproof.RecordKind, bool) {
	if len(code) < 2 {
		return tillproof.NoKind, false
	}
	key := mti + " " + code[:2]
	if k, ok := c.acom[key+" "+condition]; ok {
		return k, true
	}
	k, ok := c.acom[key]
	return k, ok
}
