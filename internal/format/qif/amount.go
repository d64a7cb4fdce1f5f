package qif

import (
	"errors"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

var (
	errAmount     = errors.New("no amount")
	errAmountWays = errors.New("an amount that can be read in two ways")
)

// amount is an amount as it is written: its sign, and its digits with their marks.
type amount struct {
	negative bool
	body     string // digits, points and commas
}

// parseAmount strips sign, blanks, a currency sign, and apostrophes between thousands.
func parseAmount(s string) (amount, error) {
	var a amount
	if format.HasCard(s) {
		return a, errAmount
	}
	s = strings.NewReplacer(" ", "", "\u00A0", "", "\u202F", "", "'", "", "’", "").Replace(s)
	s = trimCurrency(s)
	if s != "" && (s[0] == '-' || s[0] == '+') {
		a.negative, s = s[0] == '-', s[1:]
	}
	a.body = trimCurrency(s)
	if strings.Trim(a.body, "0123456789.,") != "" || strings.Trim(a.body, ".,") == "" {
		return a, errAmount
	}
	if format.HasCard(a.body) {
		return a, errAmount
	}
	return a, nil
}

func trimCurrency(s string) string {
	for _, sign := range [...]string{"$", "€", "£", "¥"} {
		s = strings.TrimSuffix(strings.TrimPrefix(s, sign), sign)
	}
	return s
}

// mark is the decimal mark that an amount shows by its own form: '.', ',', or 0 where its form does not
// say. whole reports an amount whose form needs no mark to be read.
func (a amount) mark() (mark byte, whole bool) {
	point, comma := strings.Count(a.body, "."), strings.Count(a.body, ",")
	switch {
	case point == 0 && comma == 0:
		return 0, true
	case point > 0 && comma > 0:
		return a.body[strings.LastIndexAny(a.body, ".,")], false
	case point > 1:
		return ',', false
	case comma > 1:
		return '.', false
	}
	i := strings.IndexAny(a.body, ".,")
	if len(a.body)-i-1 == 3 && i >= 1 && i <= 3 && a.body[0] != '0' {
		return 0, false // 1,234 and 1.234
	}
	return a.body[i], false
}

// marks is what the amounts of a whole file show about the decimal mark.
type marks struct {
	point, comma *field
}

func (m *marks) add(f field) {
	a, err := parseAmount(f.text)
	if err != nil {
		return
	}
	switch mark, _ := a.mark(); {
	case mark == '.' && m.point == nil:
		m.point = &f
	case mark == ',' && m.comma == nil:
		m.comma = &f
	}
}

// exact reads an amount. Its own form decides, then what the file shows; "1,234" alone has the thousands
// comma that the format writes, "1.234" alone is refused.
func (m marks) exact(s string) (tillproof.Exact, error) {
	a, err := parseAmount(s)
	if err != nil {
		return tillproof.Exact{}, err
	}
	mark, whole := a.mark()
	switch {
	case whole || mark != 0:
	case m.point != nil && m.comma != nil:
		return tillproof.Exact{}, errAmountWays
	case m.comma != nil:
		mark = ','
	case m.point != nil || strings.Contains(a.body, ","):
		mark = '.'
	default:
		return tillproof.Exact{}, errAmountWays
	}
	body, err := plain(a.body, mark)
	if err != nil {
		return tillproof.Exact{}, err
	}
	if a.negative {
		body = "-" + body
	}
	return tillproof.ParseExact(body)
}

// plain takes the thousands marks out and writes the decimal mark as a point. Thousands stand in threes.
func plain(s string, mark byte) (string, error) {
	group, decimals := ",", ""
	if mark == ',' {
		group = "."
	}
	whole := s
	if i := strings.IndexByte(s, mark); mark != 0 && i >= 0 {
		whole, decimals = s[:i], s[i+1:]
		if decimals == "" {
			decimals = "0"
		}
		if strings.ContainsAny(decimals, ".,") {
			return "", errAmount
		}
		decimals = "." + decimals
	}
	parts := strings.Split(whole, group)
	for i, p := range parts {
		if i > 0 && len(p) != 3 || i == 0 && len(parts) > 1 && (p == "" || len(p) > 3) {
			return "", errAmount
		}
	}
	return strings.Join(parts, "") + decimals, nil
}

// decision says that the decimal mark is a comma, which the format does not expect.
func (m marks) decision() []tillproof.Note {
	if m.comma == nil || m.point != nil {
		return nil
	}
	return []tillproof.Note{{Code: "format.decision.decimal.comma", Params: tillproof.Params{
		"value": format.Shown(m.comma.text), "line": strconv.Itoa(m.comma.line),
	}}}
}
