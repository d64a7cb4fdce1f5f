package stl

import (
	"regexp"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// Formats is the one format of this room.
func Formats() []format.Format {
	return []format.Format{{
		Name: "paypal.stl", Sides: []tillproof.Side{tillproof.Acquirer}, Sniff: sniff, Open: open,
		Dialects: []string{"7", "8", "9", "10", "11"}, // the versions of the specification
	}}
}

// heads are the first two rows of every file: the report's and the file's.
var heads = regexp.MustCompile(
	`^\s*"?RH"?[,\t]"?\d{4}/\d{2}/\d{2}[^\r\n]*\r*\n\s*"?FH"?[,\t]"?\d+`)

// version is the last cell of the report's head that is a number.
var version = regexp.MustCompile(`^\s*"?RH"?[,\t][^\r\n]*?"?\b0*(\d{1,3})"?[,\t]*\r*\n`)

const certain = 98

func sniff(h *format.Head) format.Guess {
	if !heads.MatchString(h.Text) {
		return format.Guess{}
	}
	g := format.Guess{Confidence: certain}
	if m := version.FindStringSubmatch(h.Text); m != nil {
		g.Dialect = m[1]
	}
	return g
}

func open(in *format.Input, opt format.Options) (format.Reader, error) {
	text, err := in.Text()
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(in.Head.Text, "\n")
	delimiter := byte(',')
	if strings.Contains(first, "\t") {
		delimiter = '\t'
	}
	rows := &rows{lines: format.NewLines(text), delimiter: delimiter}
	return newReader(rows, opt, sniff(&in.Head).Dialect), nil
}
