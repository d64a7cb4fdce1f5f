package camt

import (
	"errors"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

var errAmount = errors.New("not an unsigned decimal")

// exactOf reads an amount: digits and a point, no sign (the direction is its own element).
func exactOf(n *markup.Node) (tillproof.Exact, error) {
	if n == nil || strings.HasPrefix(n.Text, "-") || strings.HasPrefix(n.Text, "+") {
		return tillproof.Exact{}, errAmount
	}
	if format.HasCard(n.Text) {
		return tillproof.Exact{}, errAmount // a card number in the wrong place, and no sum of money
	}
	return tillproof.ParseExact(n.Text)
}

// dayOf is the day that is written at the beginning of a date or moment.
func dayOf(s string) tillproof.Date {
	if len(s) < len("2006-01-02") {
		return tillproof.NoDate
	}
	d, err := tillproof.ParseDate(s[:len("2006-01-02")])
	if err != nil {
		return tillproof.NoDate
	}
	return d
}
