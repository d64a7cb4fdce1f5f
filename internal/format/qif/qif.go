package qif

import (
	"regexp"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// Name is the format's stable name.
const Name = "qif"

// Formats is QIF.
func Formats() []format.Format {
	return []format.Format{{
		Name: Name, Sides: []tillproof.Side{tillproof.Bank}, Sniff: sniff, Open: open, Dialects: registers[:],
	}}
}

var (
	header = regexp.MustCompile(`(?i)^!(?:type:|account\b|option:|clear:)`)
	// headless is an entry with date and amount that ends by ^: some banks leave the header out.
	headless = regexp.MustCompile(`^D *\d[^\n]*\n(?:[A-Z$%][^\n]*\n){0,12}?[TU] *[-+]?[\d.,]+ *\n(?:[A-Z$%][^\n]*\n){0,60}?\^`)
)

func sniff(h *format.Head) format.Guess {
	text := strings.TrimLeft(lineEnds.Replace(h.Text), " \t\n")
	switch {
	case header.MatchString(text):
		return format.Guess{Confidence: 98}
	case headless.MatchString(text):
		return format.Guess{Confidence: 80}
	}
	return format.Guess{}
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// open goes through the whole file once for what its dates and amounts show; then it is read.
func open(in *format.Input, opt format.Options) (format.Reader, error) {
	blocks, err := blocksOf(in)
	if err != nil {
		return nil, err
	}
	dates, marks, err := evidence(blocks)
	if err != nil {
		return nil, err
	}
	if blocks, err = blocksOf(in); err != nil {
		return nil, err
	}
	r := &reader{opt: opt, blocks: blocks, marks: marks, odd: map[rune]bool{}}
	if r.order, r.notes, err = dates.decide(opt.Dates); err != nil {
		return nil, err
	}
	return r, nil
}

func blocksOf(in *format.Input) (*lexer, error) {
	text, err := in.Text()
	if err != nil {
		return nil, err
	}
	return &lexer{lines: format.NewLines(text), section: register}, nil
}
