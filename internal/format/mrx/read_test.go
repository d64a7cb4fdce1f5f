package mrx

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

var leaf = formattest.Leaf{
	Formats: []format.Format{Format()}, Ending: ".xml", Record: show,
	Shape: formattest.NoColumns,
}

func load(raw []byte) (tillproof.Source, []tillproof.Record, error) {
	return leaf.Load(raw, format.Options{})
}

func show(r tillproof.Record) string {
	or, refs, original := formattest.Or, r.Refs, ""
	if r.Original.Currency().Known() {
		original = r.Original.Param()
	}
	return fmt.Sprintf("%d %s %s fee %s net %s at %s settled %s value %s card %s shop %s term %s batch %s "+
		"stan %s rrn %s auth %s order %s bank %s payout %s original %s text %s\n",
		r.Origin.Line, r.Kind, r.Amount.Param(), r.Fee, r.Net, r.Time, r.SettleDate, r.ValueDate, r.Card,
		refs.Merchant, refs.Terminal, refs.Batch, refs.STAN, refs.RRN, refs.Auth, or(refs.Order), refs.Bank,
		refs.Payout, or(original), r.Narrative)
}

// TestRead compares each file of testdata with what was worked out from it by hand.
func TestRead(t *testing.T) { leaf.Files(t) }

// TestBreaksOff: cut anywhere, the slips before the cut are read and the cut is told.
func TestBreaksOff(t *testing.T) {
	raw := formattest.File(t, "days.xml")
	first := bytes.Index(raw, []byte("</sumSlip>")) + len("</sumSlip>")
	for cut := first; cut < len(raw)-len("</merchant>"); cut += 97 {
		src, records, err := load(raw[:cut])
		broken := src.IssueCount == 1 && src.Issues[0].Code == "format.xml.broken"
		if err != nil || len(records) < 2 || !broken {
			t.Fatalf("cut at %d: %d records, %+v, %v", cut, len(records), src.Issues, err)
		}
		if src.To.String() > records[len(records)-1].Day().String() {
			t.Errorf("cut at %d: claims days up to %s", cut, src.To)
		}
	}
}

func TestRefused(t *testing.T) {
	raw := string(formattest.File(t, "days.xml"))
	leaf.Refuses(t, map[string]formattest.Bad{
		"document type": {strings.Replace(raw, "<merchant", "<!DOCTYPE x><merchant", 1), "format.xml.dtd"},
		"track": {
			strings.Replace(raw, "Tisch 7", ";4111111111111111=29121010000012345678?", 1), "card.track",
		},
		"not XML": {"<merchantReconciliationXML><a", "format.xml.broken"},
		"deep": {
			"<merchantReconciliationXML>" + strings.Repeat("<a>", 100), "format.xml.size",
		},
	})
}

// TestSameIDs: the same payment in another file gives the same ids, wherever it stands.
func TestSameIDs(t *testing.T) {
	raw := formattest.File(t, "days.xml")
	first := regexp.MustCompile(`(?s)<payment>.*?</payment>`)
	_, all, err := load(raw)
	if err != nil {
		t.Fatal(err)
	}
	found := first.FindIndex(raw)
	_, rest, err := load(append(bytes.Clone(raw[:found[0]]), raw[found[1]:]...))
	if err != nil || len(rest) != 1 || rest[0].ID != all[3].ID {
		t.Errorf("%d records, %v", len(rest), err)
	}
}

func FuzzRead(f *testing.F) {
	leaf.Fuzz(f, "<merchantReconciliationXML><payment><contract><sumSlip><trx/></sumSlip>",
		"<merchantReconciliationXML><sumSlip><trx><aTrxGrosSC c='JPY'>-1e9</aTrxGrosSC></trx>"+
			"<sum><sumSC/></sum>")
}
