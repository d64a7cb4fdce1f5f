package deposit

import (
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// Namer finds the merchants that the lines of a statement name.
type Namer struct{ known tokens }

// NewNamer knows the merchants.
func NewNamer(merchants []tillproof.MerchantID) *Namer {
	n := &Namer{tokens{}}
	for _, m := range merchants {
		n.known.add(string(m))
	}
	return n
}

// Named lists the merchants that the line names, each once.
func (n *Namer) Named(r *tillproof.Record) []tillproof.MerchantID {
	var out []tillproof.MerchantID
	eachText(r, func(text string) {
		n.known.find(text, func(name string) {
			if m := tillproof.MerchantID(name); !slices.Contains(out, m) {
				out = append(out, m)
			}
		})
	})
	return out
}

// tokens finds known numbers in texts. They are looked up by their longest run of letters and digits, so that
// a text costs one look-up for each of its words.
type tokens map[string][]string

func (t tokens) add(name string) {
	if len(name) < minToken {
		return
	}
	longest := ""
	eachRun(name, func(run string) {
		if len(run) > len(longest) {
			longest = run
		}
	})
	for _, key := range [...]string{longest, plain(name)} {
		if key != "" && !slices.Contains(t[key], name) {
			t[key] = append(t[key], name)
		}
	}
}

// find visits the known numbers that stand as whole words in the text, with or without leading zeros.
func (t tokens) find(text string, visit func(name string)) {
	eachRun(text, func(run string) {
		for _, name := range t[run] {
			if name == run || plain(name) == run || holdsToken(text, name) {
				visit(name)
			}
		}
		if p := plain(run); p != "" && p != run {
			for _, name := range t[p] {
				if plain(name) == p {
					visit(name)
				}
			}
		}
	})
}

// minToken is the shortest number that is evidence when it stands in a text: shorter ones are in many texts
// by chance.
const minToken = 4

func isWord(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}

func eachRun(s string, visit func(string)) {
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && isWord(s[j]) {
			j++
		}
		if j > i {
			visit(s[i:j])
		}
		i = j + 1
	}
}

func holdsToken(text, name string) bool {
	for at := 0; ; at++ {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return false
		}
		at += i
		end := at + len(name)
		if (at == 0 || !isWord(text[at-1])) && (end == len(text) || !isWord(text[end])) {
			return true
		}
	}
}

// eachText visits the texts of a bank line in which references may stand.
func eachText(r *tillproof.Record, visit func(string)) {
	for _, s := range [...]string{
		r.Narrative, r.Counterparty, r.Refs.Payout, r.Refs.Bank, r.Refs.Order, r.Refs.Original,
		string(r.Refs.Merchant),
	} {
		if s != "" {
			visit(s)
		}
	}
	for i := range r.Children {
		eachText(&r.Children[i], visit)
	}
}
