package iso8583

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
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

// The files of testdata were written by another encoder; what they must give was worked out by hand.
func TestFiles(t *testing.T) {
	formattest.Files(t, ".log", func(t *testing.T, raw []byte, want string) {
		src, records, err := formattest.Load(raw, Formats(), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := formattest.Show(src, records, show)
		for _, d := range src.Decisions {
			got += fmt.Sprintf("decision %s %s\n", d.Code, d.Params["n"])
		}
		if diff := cmp.Diff(strings.TrimSpace(want), strings.TrimSpace(got)); diff != "" {
			t.Error(diff)
		}
	})
}
