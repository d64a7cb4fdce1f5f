package profile

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/tillproof/tillproof"
)

// normal is a name as names are compared: NFKC, without blanks, quotes, list marks and byte order marks, in
// small letters.
func normal(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '/'
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\ufeff', r == '"', r == '`', r == '\'', r == '#', r == '*':
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(s))
}

// headerCell is a column's header: its name, and the unit or currency that stands with it.
type headerCell struct {
	name, bare string // normal; bare lacks the unit
	unit       unit
	currency   tillproof.Currency
}

type unit uint8

const (
	unitUnsaid unit = iota
	unitMajor
	unitMinor
)

var unitWords = map[string]unit{
	"元": unitMajor, "人民币元": unitMajor, "yuan": unitMajor, "单位:元": unitMajor,
	"分": unitMinor, "fen": unitMinor, "cents": unitMinor, "单位:分": unitMinor,
}

// headerCurrencies are the codes that headers carry ("Betrag (EUR)", "Amount CZK"). Three letters at the
// end of a header are usually a word, so only these count.
var headerCurrencies = []string{
	"cny", "eur", "usd", "gbp", "chf", "czk", "pln", "huf", "sek", "nok", "dkk",
	"jpy", "hkd", "cad", "aud", "sgd",
}

func newHeaderCell(s string) headerCell {
	h := headerCell{name: normal(s)}
	h.bare = h.name
	if open := strings.LastIndexByte(h.name, '('); open > 0 && strings.HasSuffix(h.name, ")") {
		inside := h.name[open+1 : len(h.name)-1]
		if u, ok := unitWords[inside]; ok {
			h.bare, h.unit = h.name[:open], u
		} else if slices.Contains(headerCurrencies, inside) {
			h.bare, h.currency = h.name[:open], currencyOf(inside)
		}
		return h
	}
	if n := len(h.name) - 3; n > 2 && slices.Contains(headerCurrencies, h.name[n:]) {
		h.bare, h.currency = strings.TrimSuffix(h.name[:n], "in"), currencyOf(h.name[n:])
	}
	return h
}

func currencyOf(code string) tillproof.Currency {
	c, err := tillproof.ParseCurrency(strings.ToUpper(code))
	if err != nil {
		return tillproof.Currency{}
	}
	return c
}

// Layout is a profile bound to the columns of one table.
type Layout struct {
	*Profile
	at       [numFields][]int // columns of each field, from 0
	field    []Field          // by column
	header   []string         // as the file writes them, trimmed
	known    int              // columns with a meaning
	twice    []int            // columns whose name another one has, and whose meaning only one can have
	unit     unit
	currency tillproof.Currency // that a header names
}

// headersOf reads a row as names of columns.
func headersOf(cells []string) []headerCell {
	heads := make([]headerCell, len(cells))
	for i, c := range cells {
		heads[i] = newHeaderCell(c)
	}
	return heads
}

// knows reports a layout that has one of the names.
func (p *Profile) knows(heads []headerCell) bool {
	return slices.ContainsFunc(heads, func(h headerCell) bool { return p.names[h.name] || p.names[h.bare] })
}

// bind maps a row of cells, read as names, to the profile's columns.
func (p *Profile) bind(cells []string, heads []headerCell) *Layout {
	l := &Layout{Profile: p, field: make([]Field, len(cells))}
	for _, c := range cells {
		l.header = append(l.header, strings.TrimSpace(c))
	}
	for f := Field(1); f < numFields; f++ {
		for _, want := range p.columns[f] {
			for i, h := range heads {
				if l.field[i] == NoField && (h.name == want || h.bare == want) {
					l.take(f, i, h)
				}
			}
		}
	}
	l.standIn()
	return l
}

func (l *Layout) take(f Field, i int, h headerCell) {
	l.known++
	if len(l.at[f]) > 0 && f != Narrative && f != Ignored && f != Ordinal && f != FeePart &&
		!l.wallet.several[f] {
		if normal(l.header[i]) == normal(l.header[l.at[f][0]]) {
			l.twice = append(l.twice, i)
		}
		return // a second column of the same meaning is left as free text
	}
	l.field[i] = f
	l.at[f] = append(l.at[f], i)
	if f.isAmount() && l.unit == unitUnsaid {
		l.unit, l.currency = h.unit, h.currency
	}
}

func (l *Layout) has(f Field) bool { return len(l.at[f]) > 0 }

// missing lists the required groups of which no column gives a field; rejected reports a column that the
// layout never has.
func (l *Layout) missing() (groups [][]Field, rejected bool) {
	for _, group := range l.require {
		if !slices.ContainsFunc(group, l.has) {
			groups = append(groups, group)
		}
	}
	return groups, slices.ContainsFunc(l.reject, l.has)
}

// lacks names the columns that are missing; of a group one is enough.
func (l *Layout) lacks() string {
	groups, _ := l.missing()
	var fields []string
	for _, group := range groups {
		var each []string
		for _, m := range group {
			each = append(each, l.heading[m])
		}
		fields = append(fields, strings.Join(each, " / "))
	}
	return strings.Join(fields, ", ")
}

// Want is what the caller knows about a table.
type Want struct {
	Profile string         // a layout by name, or ""
	Side    tillproof.Side // layouts of this side come first
}

// find chooses the layouts that fit a row best. Several are equally good; none: near is the layout that lacks
// the fewest columns, if the row looks like a header of it at all.
func (b *Book) find(cells []string, want Want) (best []*Layout, near *Layout) {
	if !mayBeHeader(cells) {
		return nil, nil
	}
	nearScore := 0
	heads := headersOf(cells)
	for i := range b.layouts {
		p := &b.layouts[i]
		if want.Profile != "" && !p.answersTo(want.Profile) || !p.headed() || !p.knows(heads) {
			continue
		}
		l := p.bind(cells, heads)
		lack, rejected := l.missing()
		switch {
		case rejected && want.Profile == "":
		case len(lack) > 0:
			if s := l.known*2 - len(lack)*3; l.known >= minNear && s > nearScore {
				near, nearScore = l, s
			}
		case len(best) == 0 || l.better(best[0], want) > 0:
			best = []*Layout{l}
		case l.better(best[0], want) == 0:
			best = append(best, l)
		}
	}
	return best, near
}

// minNear is how many known columns make an unknown header worth an explanation of what it lacks.
const minNear = 3

// better compares two layouts that fit: the wanted side, then a layout of its own before a collection of
// common names, then the number of columns it knows.
func (l *Layout) better(o *Layout, want Want) int {
	score := func(x *Layout) int {
		s := x.known
		if !x.Generic {
			s += 1000
		}
		if want.Side != tillproof.NoSide && x.Side == want.Side {
			s += 1000000
		}
		return s
	}
	return score(l) - score(o)
}

// mayBeHeader rules out rows that hold fewer than two names.
func mayBeHeader(cells []string) bool {
	names := 0
	for _, c := range cells {
		if strings.ContainsFunc(c, unicode.IsLetter) {
			names++
		}
	}
	return names >= 2
}
