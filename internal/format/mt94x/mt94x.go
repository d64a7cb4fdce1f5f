package mt94x

import (
	"regexp"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// The names of the two messages.
const (
	statementName = "mt940"
	interimName   = "mt942"
)

// Formats are the two messages. They share their reader: a message shows by its fields which one it is.
func Formats() []format.Format {
	out := make([]format.Format, 0, 2)
	for _, name := range [...]string{statementName, interimName} {
		out = append(out, format.Format{
			Name:  name,
			Sides: []tillproof.Side{tillproof.Bank}, Dialects: dialects[:],
			Sniff: func(h *format.Head) format.Guess { return sniff(h, name) },
			Open:  open,
		})
	}
	return out
}

var (
	reference = regexp.MustCompile(`(?m)^(?:\{4:)?:20:`)
	balance   = regexp.MustCompile(`(?m)^:60[FM]:[CD]\d{6}`)
	entry     = regexp.MustCompile(`(?m)^:61:\d{6}`)
	number    = regexp.MustCompile(`(?m)^:28C?:`)
	interim   = regexp.MustCompile(`(?m)^:(?:34F|13D|90[CD]):`)
	envelope  = regexp.MustCompile(`\{2:[IO]94[02]`)
)

// sniff looks for the tags. A piece of a message without its head is recognised too, with less confidence.
func sniff(h *format.Head, name string) format.Guess {
	text := lineEnds.Replace(h.Text)
	g := format.Guess{}
	hasBalance, hasEntry := balance.MatchString(text), entry.MatchString(text)
	switch {
	case reference.MatchString(text) && (hasBalance || hasEntry || number.MatchString(text)):
		g.Confidence = 98
	case envelope.MatchString(text):
		g.Confidence = 95
	case hasEntry:
		g.Confidence = 90
	case hasBalance:
		g.Confidence = 80
	default:
		return g
	}
	if isInterim := !hasBalance && interim.MatchString(text); isInterim != (name == interimName) {
		return format.Guess{}
	}
	return g
}

// lineEnds makes every line end a line feed, for patterns that look at line starts.
var lineEnds = strings.NewReplacer("\r\r\n", "\n", "\r\n", "\n", "\r", "\n", "\x01", "")

func open(in *format.Input, opt format.Options) (format.Reader, error) {
	text, err := in.Text()
	if err != nil {
		return nil, err
	}
	return newReader(format.NewLines(text), opt), nil
}
