package bai2

import (
	"regexp"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// Name is the format's stable name.
const Name = "bai2"

// Formats is BAI2 in all its versions.
func Formats() []format.Format {
	return []format.Format{{
		Name: Name, Sides: []tillproof.Side{tillproof.Bank}, Sniff: sniff, Open: open,
		Dialects: []string{
			"v2", "v2 " + previousDay, "v2 " + sameDay, "v3", "v3 " + previousDay, "v3 " + sameDay,
		},
	}}
}

// What the groups of a file report: days that are over, or the day as it goes.
const (
	previousDay = "previous day"
	sameDay     = "same day"
)

var (
	// fileHead is sender, receiver, date, time, file number, record and block length, version.
	fileHead  = regexp.MustCompile(`^01,[^,\n]*,[^,\n]*,\s*\d{6}(?:\d{2})?,`)
	groupHead = regexp.MustCompile(`(?:^|[/\n])[ \t]*02,[^,\n]*,[^,\n]*,[0-4]?,`)
	// otherHead has the form of a file header under another record code.
	otherHead = regexp.MustCompile(`^\d\d,(?:[^,\n]*,){7}\s*[23][ \t]*/[ \t]*(?:\n|$)`)
)

// sniff looks for the file header, and a group header behind it.
func sniff(h *format.Head) format.Guess {
	text := strings.TrimLeft(lineEnds.Replace(h.Text), " \t\n")
	switch {
	case fileHead.MatchString(text) && groupHead.MatchString(text):
		return format.Guess{Confidence: 98}
	case fileHead.MatchString(text) && strings.Contains(text, "/"):
		return format.Guess{Confidence: 80}
	case otherHead.MatchString(text):
		return format.Guess{Confidence: 60}
	}
	return format.Guess{}
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func open(in *format.Input, opt format.Options) (format.Reader, error) {
	text, err := in.Text()
	if err != nil {
		return nil, err
	}
	return newReader(format.NewLines(text), opt), nil
}
