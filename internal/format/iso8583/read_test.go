package iso8583

import (
	"fmt"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// show writes a record so that a person can work it out from the messages.
func show(r tillproof.Record) string {
	or := formattest.Or
	head := fmt.Sprintf("%d %s %s %s at %s settled %s entry %s\n",
		r.Origin.Line, r.Kind, r.Status.String(), r.Amount.Param(), or(r.Time.String()),
		or(r.SettleDate.String()), or(r.Entry.String()))
	return head + fmt.Sprintf(
		"  merchant %s terminal %s batch %s trace %s rrn %s auth %s original %s card %s response %s %s\n",
		or(string(r.Refs.Merchant)), or(string(r.Refs.Terminal)), or(r.Refs.Batch), or(r.Refs.STAN),
		or(r.Refs.RRN), or(r.Refs.Auth), or(r.Refs.Original), or(r.Card.String()), or(r.Response),
		or(r.Narrative))
}

var leaf = formattest.Leaf{
	Formats: Formats(), Ending: ".log", Record: show, Shape: formattest.Decided,
}

// The files of testdata were written by another encoder; what they must give was worked out by hand.
func TestFiles(t *testing.T) { leaf.Files(t) }
