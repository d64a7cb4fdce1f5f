package profile

import (
	"maps"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// wordsYAML are the words of a layout as its data file writes them: what it means → the words that say it.
type wordsYAML struct {
	Kinds      map[string][]string `yaml:"kinds"`
	CardKinds  map[string][]string `yaml:"card_kinds"`
	EntryModes map[string][]string `yaml:"entry_modes"`
	Statuses   map[string][]string `yaml:"statuses"`
	TypeStates map[string][]string `yaml:"type_statuses"` // words of the type column that say the status too
	Flags      map[string][]string `yaml:"flags"`         // in, out, neutral
	Currencies map[string][]string `yaml:"currencies"`
	Responses  map[string][]string `yaml:"responses"` // posted, declined, unknown_outcome; anything else is noted
	Tenders    map[string][]string `yaml:"tenders"`   // posted, neutral: what a means of payment moves here
	Zones      map[string][]string `yaml:"zones"`     // a name of the zone database → how files call it
	Footers    []string            `yaml:"footers"`   // how a line of totals begins
	Balances   map[string][]string `yaml:"balances"`  // opening, closing, any: how a line begins that states one
	Skip       []string            `yaml:"skip"`      // narratives of lines that are no entries
	Empty      []string            `yaml:"empty"`     // what stands in a cell without a value
}

// vocabulary answers what a word of the file means. Keys are normal words.
type vocabulary struct {
	kinds      map[string]tillproof.RecordKind
	cardKinds  map[string]tillproof.CardKind
	entryModes map[string]tillproof.EntryMode
	statuses   map[string]tillproof.RecordStatus
	typeStates map[string]tillproof.RecordStatus
	in         map[string]bool // flag word → money comes in
	neutral    map[string]bool // flag words of rows that move nothing
	currencies map[string]tillproof.Currency
	responses  map[string]tillproof.RecordStatus
	tenders    map[string]tillproof.RecordStatus
	zones      map[string]string
	footers    []string
	balances   []balanceWord
	skip       map[string]bool
	empty      map[string]bool
}

var statusNames = map[string]tillproof.RecordStatus{
	"posted": tillproof.Posted, "declined": tillproof.Declined, "unknown_outcome": tillproof.UnknownOutcome,
	"cancelled": tillproof.Cancelled, "pending": tillproof.Pending, "neutral": tillproof.Neutral,
}

func parseStatus(s string) (tillproof.RecordStatus, bool) {
	v, ok := statusNames[s]
	return v, ok
}

func parseDirection(s string) (bool, bool) { return s == "in", s == "in" || s == "out" }

func parseZone(s string) (string, bool) { return s, strings.Contains(s, "/") }

func parseCurrencyCode(s string) (tillproof.Currency, bool) {
	c, err := tillproof.ParseCurrency(s)
	return c, err == nil
}

// neutralFlag names the flag words of rows that a file shows and does not count: 不计收支, 中性交易.
const neutralFlag = "neutral"

// directions are the flag words that give a direction.
func directions(flags map[string][]string) map[string][]string {
	out := maps.Clone(flags)
	delete(out, neutralFlag)
	return out
}

// newVocabulary lays the words of a layout over the shared ones.
func newVocabulary(shared, own wordsYAML) (vocabulary, error) {
	v := vocabulary{skip: wordSet(shared.Skip, own.Skip), empty: wordSet(shared.Empty, own.Empty)}
	v.neutral = wordSet(shared.Flags[neutralFlag], own.Flags[neutralFlag])
	for _, w := range append(append([]string{}, shared.Footers...), own.Footers...) {
		v.footers = append(v.footers, normal(w))
	}
	var errs [10]error
	v.kinds, errs[0] = meanings(tillproof.ParseRecordKind, shared.Kinds, own.Kinds)
	v.cardKinds, errs[1] = meanings(tillproof.ParseCardKind, shared.CardKinds, own.CardKinds)
	v.entryModes, errs[2] = meanings(tillproof.ParseEntryMode, shared.EntryModes, own.EntryModes)
	v.statuses, errs[3] = meanings(parseStatus, shared.Statuses, own.Statuses)
	v.in, errs[4] = meanings(parseDirection, directions(shared.Flags), directions(own.Flags))
	v.currencies, errs[5] = meanings(parseCurrencyCode, shared.Currencies, own.Currencies)
	v.responses, errs[6] = meanings(parseStatus, shared.Responses, own.Responses)
	v.tenders, errs[7] = meanings(parseStatus, shared.Tenders, own.Tenders)
	v.zones, errs[8] = meanings(parseZone, shared.Zones, own.Zones)
	v.balances, errs[9] = balanceWords(shared.Balances, own.Balances)
	var err error
	v.typeStates, err = meanings(parseStatus, shared.TypeStates, own.TypeStates)
	if err != nil {
		return v, err
	}
	for _, err := range errs {
		if err != nil {
			return v, err
		}
	}
	return v, nil
}

// meanings turns "meaning → words" lists into "word → meaning"; a later list overrides an earlier one.
func meanings[T comparable](
	parse func(string) (T, bool), lists ...map[string][]string,
) (map[string]T, error) {
	out := map[string]T{}
	for _, list := range lists {
		one := map[string]T{}
		for _, name := range slices.Sorted(maps.Keys(list)) {
			words := list[name]
			m, ok := parse(name)
			if !ok {
				return nil, wrong(CodeLayoutWord, []string{"words", name}, "value", name)
			}
			for _, w := range words {
				n := normal(w)
				if was, taken := one[n]; taken && was != m {
					return nil, wrong(CodeLayoutWord, []string{"words", w}, "value", w)
				}
				one[n] = m
			}
		}
		maps.Copy(out, one)
	}
	return out, nil
}

func wordSet(lists ...[]string) map[string]bool {
	set := map[string]bool{}
	for _, list := range lists {
		for _, w := range list {
			set[normal(w)] = true
		}
	}
	return set
}

// isFooter reports a cell that begins a line of totals: a footer word alone, or followed by a mark, a digit
// or a blank ("Total:", "合计 12 笔").
func (v *vocabulary) isFooter(cell string) bool {
	if cell == "" || len(cell) > maxFooterWord {
		return false
	}
	n := normal(cell)
	for _, w := range v.footers {
		rest, ok := strings.CutPrefix(n, w)
		if ok && (rest == "" || strings.IndexByte(":(0123456789", rest[0]) >= 0) {
			return true
		}
	}
	return false
}

// maxFooterWord is far above any footer's first cell; it keeps narratives out.
const maxFooterWord = 64
