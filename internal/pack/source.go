package pack

import (
	"maps"

	"github.com/tillproof/tillproof"
)

// Unsure is a row whose sources conflict, are old or are weak: it is shown as a default that nobody
// confirmed.
const Unsure Confidence = "unsure"

// Source is where a row was read, and when.
type Source struct {
	Text string         `yaml:"text"`
	Read tillproof.Date `yaml:"read"`
}

// Sources are the sources of all that cases are worked out from, by their short names.
func Sources() map[string]Source {
	all := map[string]Source{}
	for _, some := range []map[string]Source{
		kinds().Sources, papers().Sources, statutes().Sources, timing().Sources, bars().Sources,
	} {
		maps.Copy(all, some)
	}
	return all
}

// notGiven turns a date that a file leaves out into NoDate.
func notGiven(dates ...*tillproof.Date) {
	for _, d := range dates {
		if *d == 0 {
			*d = tillproof.NoDate
		}
	}
}

// holds reports whether a day lies within a span whose ends may be open.
func holds(day, from, to tillproof.Date) bool {
	return (!from.Known() || day >= from) && (!to.Known() || day <= to)
}
