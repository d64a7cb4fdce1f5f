package ofx

import (
	"errors"
	"io"
	"regexp"
	"strings"

	"github.com/tillproof/tillproof"
)

var errTwoWays = errors.New("thousands or decimals")

// lone is an amount whose only mark is followed by three digits: thousands to some banks, decimals to the
// specification.
var lone = regexp.MustCompile(`^[+-]?[1-9]\d{0,2}[.,]\d{3}$`)

// marks is what the amounts of a whole file show about its decimal mark. The specification allows the point
// and the comma and no thousands; real files have all three.
type marks struct{ point, comma bool }

// add looks at one amount. Its last mark is the decimal one, unless it stands alone before three digits.
func (m *marks) add(s string) {
	i := strings.LastIndexAny(s, ".,")
	if i < 0 || lone.MatchString(s) || strings.Count(s, s[i:i+1]) > 1 {
		return
	}
	if _, err := exactOf(s); err != nil {
		return // a garbled amount shows nothing
	}
	m.point = m.point || s[i] == '.'
	m.comma = m.comma || s[i] == ','
}

// exact reads an amount as the file writes them. A lone comma before three digits means thousands where the
// file's decimals have a point, decimals where they have a comma, and is read neither way where nothing
// tells; a lone point is the specification's decimal point unless the file's decimals have a comma.
func (m *marks) exact(s string) (tillproof.Exact, error) {
	if !lone.MatchString(s) {
		return exactOf(s)
	}
	isComma := strings.Contains(s, ",")
	switch {
	case m.point && m.comma, isComma && !m.point && !m.comma:
		return tillproof.Exact{}, errTwoWays
	case isComma && m.point, !isComma && m.comma:
		return exactOf(strings.NewReplacer(",", "", ".", "").Replace(s))
	}
	return exactOf(s)
}

// survey reads the whole file for the marks of its amounts. What is wrong with it is told when its entries
// are read.
func survey(text io.Reader) *marks {
	m := &marks{}
	t := &tree{scan: newScanner(text), to: m}
	for t.read() == nil {
	}
	return m
}

// aggregate takes the amounts of entries and balances.
func (m *marks) aggregate(_ string, e *element) error {
	for _, name := range [...]string{"TRNAMT", "BALAMT"} {
		m.add(e.value(name))
	}
	return nil
}

func (m *marks) opened(string) error   { return nil }
func (m *marks) closed(string)         {}
func (m *marks) leaf(string, *element) {}
