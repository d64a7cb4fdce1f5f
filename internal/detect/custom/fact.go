package custom

import (
	"slices"

	"cel.dev/cel-go/cel"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/habit"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// Kind is what values a fact has.
type Kind uint8

// The kinds of facts.
const (
	Number Kind = iota // a whole number
	Word               // one of a few words
	Yes                // true or false
	Name               // of a card, terminal, merchant or category: compare it with name("…")
)

var kindNames = [...]string{"number", "word", "yes_no", "name"}

// String is the stable English name.
func (k Kind) String() string { return kindNames[k] }

// Fact is something that a rule may ask about a transaction. Its text is in the catalogue under Text.
type Fact struct {
	Name  string
	Kind  Kind
	Unit  string   // of a number: what it counts, as the catalogue names it under "custom.unit."
	Words []string // of a word: all that it can be, "" for not shown
	Text  string

	number func(*scene) (int64, bool) // false: the data does not show it
	word   func(*scene) string
}

// scene is what a rule looks at: a transaction, and what was usual before it.
type scene struct {
	tx    *stream.Txn
	habit []int32 // nil where nothing is learned
	names []named // that the rule asks for
}

// own are the facts of the row itself.
func own() []Fact {
	return []Fact{
		number("amount", "minor", func(t *stream.Txn) (int64, bool) { return t.Amount, true }),
		number("whole", "major", func(t *stream.Txn) (int64, bool) { return t.Amount / unitOf(t), true }),
		number("hour", "clock_hour", func(t *stream.Txn) (int64, bool) {
			return int64(t.At.SecondOfDay() / 3600), t.Timed
		}),
		number("minute", "clock_minute", func(t *stream.Txn) (int64, bool) {
			return int64(t.At.SecondOfDay() / 60 % 60), t.Timed
		}),
		number("weekday", "weekday", func(t *stream.Txn) (int64, bool) {
			return (int64(t.At.Date().Weekday())+6)%7 + 1, t.At.Known()
		}),
		number("day", "day", func(t *stream.Txn) (int64, bool) {
			return int64(t.At.Date().Time().Day()), t.At.Known()
		}),
		number("month", "month", func(t *stream.Txn) (int64, bool) {
			return int64(t.At.Date().Time().Month()), t.At.Known()
		}),
		number("stan", "count", func(t *stream.Txn) (int64, bool) { return int64(t.STAN), t.STAN >= 0 }),
		{Name: "undone", Kind: Yes, Text: ownText("undone"), number: func(s *scene) (int64, bool) {
			return truth(s.tx.Undone), true
		}},
		word("kind", names(tillproof.ParseRecordKind, tillproof.Entry), func(t *stream.Txn) string {
			return t.Kind.String()
		}),
		word("status", statuses(), func(t *stream.Txn) string { return t.Status.String() }),
		word("entry", names(tillproof.ParseEntryMode, tillproof.EntryFallback), func(t *stream.Txn) string {
			return t.Entry.String()
		}),
		word("card_kind", names(tillproof.ParseCardKind, tillproof.Wallet), func(t *stream.Txn) string {
			return t.Class.String()
		}),
		word("response", nil, responseOf),
		word("currency", nil, func(t *stream.Txn) string { return t.Currency.String() }),
		name("card", func(t *stream.Txn) stream.Key { return t.Card }),
		name("terminal", func(t *stream.Txn) stream.Key { return t.Terminal }),
		name("merchant", func(t *stream.Txn) stream.Key { return t.Merchant }),
		name("category", func(t *stream.Txn) stream.Key { return t.Category }),
	}
}

func ownText(name string) string { return "custom.fact." + name }

func number(name, unit string, of func(*stream.Txn) (int64, bool)) Fact {
	return Fact{
		Name: name, Kind: Number, Unit: unit, Text: ownText(name),
		number: func(s *scene) (int64, bool) { return of(s.tx) },
	}
}

func word(name string, words []string, of func(*stream.Txn) string) Fact {
	return Fact{
		Name: name, Kind: Word, Words: words, Text: ownText(name),
		word: func(s *scene) string { return of(s.tx) },
	}
}

func name(what string, of func(*stream.Txn) stream.Key) Fact {
	return Fact{
		Name: what, Kind: Name, Text: ownText(what),
		number: func(s *scene) (int64, bool) { return int64(s.called(of(s.tx))), true },
	}
}

// names are the words of a vocabulary up to its last.
func names[T interface {
	~uint8
	String() string
}](parse func(string) (T, bool), last T) []string {
	var all []string
	for v := T(0); v <= last; v++ {
		if w := v.String(); w == "" || known(parse, w) {
			all = append(all, w)
		}
	}
	return all
}

func known[T any](parse func(string) (T, bool), w string) bool {
	_, ok := parse(w)
	return ok
}

func statuses() []string {
	var all []string
	for s := tillproof.Posted; s <= tillproof.Neutral; s++ {
		all = append(all, s.String())
	}
	return all
}

func responseOf(t *stream.Txn) string {
	if t.Response == [2]byte{} {
		return ""
	}
	return string(t.Response[:])
}

// unitOf is how many minor units the unit of the row's currency has, a hundred where none is known.
func unitOf(t *stream.Txn) int64 {
	if !t.Currency.Known() {
		return 100
	}
	unit := int64(1)
	for range t.Currency.MinorDigits() {
		unit *= 10
	}
	return unit
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// told are the facts of the habit that the row itself tells better.
var told = []string{"amount", "time_of_day", "weekday", "kind", "declined", "entry_mode"}

// learned are the other facts of the habit, under their own names.
func learned() []Fact {
	var all []Fact
	for i, f := range habit.Facts {
		if slices.Contains(told, f.Name) {
			continue
		}
		all = append(all, Fact{
			Name: f.Name, Kind: Number, Unit: unitNames[f.Unit], Text: "habit.fact." + f.Name,
			number: func(s *scene) (int64, bool) {
				if i >= len(s.habit) || s.habit[i] == habit.Missing {
					return 0, false
				}
				return int64(s.habit[i]), true
			},
		})
	}
	return all
}

var unitNames = map[habit.Unit]string{
	habit.Count: "count", habit.Times: "times", habit.Share: "share", habit.Rare: "rare",
	habit.Seconds: "seconds", habit.Minor: "minor", habit.Steps: "steps", habit.Clock: "minutes",
	habit.Weekday: "weekday0", habit.Doubling: "doubling", habit.Choice: "choice",
}

var facts = append(own(), learned()...)

// Facts are all facts that rules may ask for: those of the row, then those that were learned.
func Facts() []Fact { return slices.Clone(facts) }

var byName = func() map[string]*Fact {
	all := make(map[string]*Fact, len(facts))
	for i := range facts {
		all[facts[i].Name] = &facts[i]
	}
	return all
}()

func factOf(name string) *Fact { return byName[name] }

// typeOf is the type of a fact in the language.
func (f *Fact) typeOf() *cel.Type {
	switch f.Kind {
	case Word:
		return cel.StringType
	case Yes:
		return cel.BoolType
	case Name:
		return cel.UintType
	}
	return cel.IntType
}
