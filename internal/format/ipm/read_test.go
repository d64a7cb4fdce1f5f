package ipm

import (
	"fmt"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// show writes a record so that a person can work it out from the message.
func show(r tillproof.Record) string {
	or := formattest.Or
	return fmt.Sprintf("%d %s %s %s billed %s at %s settled %s\n"+
		"  merchant %s terminal %s rrn %s auth %s arn %s original %s card %s %s\n",
		r.Origin.Line, r.Kind, r.Status.String(), r.Amount.Param(), r.Original.Param(), or(r.Time.String()),
		or(r.SettleDate.String()), or(string(r.Refs.Merchant)), or(string(r.Refs.Terminal)), or(r.Refs.RRN),
		or(r.Refs.Auth), or(r.Refs.Bank), or(r.Refs.Original), or(r.Card.String()), or(r.Narrative))
}

var leaf = formattest.Leaf{
	Formats: Formats(), Ending: ".ipm", Record: show, Shape: formattest.Decided,
}

// The files of testdata were written by another encoder; what they must give was worked out by hand.
func TestFiles(t *testing.T) { leaf.Files(t) }
