package custom

import (
	"slices"
	"strings"

	"github.com/tillproof/tillproof/internal/detect/stream"
)

// named is a name that a rule asks for, and the keys that rows of it may bear: numbers lose their noughts in
// front when they are read, terminals are written in capitals, cards are known by the digits that are shown.
type named struct {
	key   stream.Key // what name("…") gives
	alike []stream.Key
}

func namedOf(text string) named {
	n := named{key: stream.KeyOf(text)}
	forms := []string{strings.TrimSpace(text), plain(text), plain(strings.ToUpper(text))}
	if digits := strings.ReplaceAll(text, "*", ""); len(digits) == shownDigits && digits != text {
		forms = append(forms, digits)
	}
	for _, f := range forms {
		if k := stream.KeyOf(f); !slices.Contains(n.alike, k) {
			n.alike = append(n.alike, k)
		}
	}
	return n
}

// shownDigits are the first six and the last four of a card.
const shownDigits = 10

// plain is a number without noughts in front.
func plain(s string) string {
	s = strings.TrimSpace(s)
	if p := strings.TrimLeft(s, "0"); p != "" {
		return p
	}
	return s
}

// called is the key of a row as the rule calls it: where it is one of the names that the rule asks for, the
// key of that name. A short number of a terminal counts within its merchant.
func (s *scene) called(key stream.Key) stream.Key {
	for i := range s.names {
		n := &s.names[i]
		for _, a := range n.alike {
			if key == a || key == stream.KeyWith(s.tx.Merchant, a) {
				return n.key
			}
		}
	}
	return key
}
