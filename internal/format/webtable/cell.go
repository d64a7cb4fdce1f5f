package webtable

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/tillproof/tillproof/internal/format/profile"
)

// cell is one cell while it is read.
type cell struct {
	shown  []byte // its text, white space drawn together
	across int    // columns
	down   int    // rows
	num    string // the number that Excel wrote beside the text
	isNum  bool   // it says that it holds a number
	isText bool   // it says that it holds a text: x:str, or the number format @
}

// begin takes the attributes of a cell.
func (c *cell) begin(z *html.Tokenizer, attrs bool) {
	*c = cell{shown: c.shown[:0], across: 1, down: 1}
	for attrs {
		var key, value []byte
		key, value, attrs = z.TagAttr()
		switch string(key) {
		case "colspan":
			c.across = span(value, maxColumns)
		case "rowspan":
			c.down = span(value, maxRows)
		case "x:num":
			c.num, c.isNum = string(value), true
		case "x:str":
			c.isText = true
		case "style":
			c.isText = c.isText || textFormat.Match(value)
		}
	}
}

// textFormat is how Excel writes into a style that a cell is text.
var textFormat = regexp.MustCompile(`(?i)mso-number-format\s*:\s*["']?\\*@`)

// span is a count of columns or rows; none stands for one, and 0 for all that follow.
func span(value []byte, most int) int {
	n, err := strconv.Atoi(strings.TrimSpace(string(value)))
	switch {
	case err != nil && !strings.ContainsRune(string(value), '%') || n < 0:
		return 1
	case err != nil || n == 0 || n > most:
		return most
	}
	return n
}

// add takes text up; runs of white space are one blank.
func (c *cell) add(text []byte) error {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case !unicode.IsSpace(r) || r == '\u3000': // the full-width blank is a character of labels
			c.shown = append(c.shown, text[:n]...)
		case len(c.shown) > 0 && c.shown[len(c.shown)-1] != ' ':
			c.shown = append(c.shown, ' ')
		}
		text = text[n:]
	}
	if len(c.shown) > maxCell {
		return tooLarge("td")
	}
	return nil
}

// value is what the cell holds, and whether it is a binary number. The number beside a text is exact where
// the text is rounded; a text with leading zeros says more than its number.
func (c *cell) value() (string, bool) {
	shown := strings.TrimSuffix(string(c.shown), " ")
	if !c.isNum || c.isText {
		return shown, false
	}
	raw := c.num
	if raw == "" {
		raw = shown
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
	if err != nil {
		return shown, false
	}
	number, ok := profile.StoredNumber(v)
	switch {
	case !ok:
		return shown, false
	case strings.HasPrefix(shown, "0") && strings.TrimLeft(shown, "0") == number:
		return shown, true
	}
	return number, true
}

// amountLike is what may be an amount: digits, grouped or not, with decimals, a sign, a currency.
var amountLike = regexp.MustCompile(
	`^[-+]?(?:[¥￥$€£]|CNY|RMB|[A-Z]{3})?\s*[-+(]?\d{1,3}(?:[,' ]?\d{3})*(?:[.,]\d{1,4})?\)?\s*-?(?:元|[A-Z]{3})?$`)

// wholeID is a number too long for an amount, or a day in eight digits.
var wholeID = regexp.MustCompile(`^(?:\d{10,}|(?:19|20)\d{6})$`)

// names reports a cell that may stand for each of the rows it runs over: a day, an order, a shop. An amount
// repeated would be money counted twice.
func names(text string) bool { return wholeID.MatchString(text) || !amountLike.MatchString(text) }
