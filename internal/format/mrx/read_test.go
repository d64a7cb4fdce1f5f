package mrx

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

func load(raw []byte) (tillproof.Source, []tillproof.Record, error) {
	return formattest.Load(raw, []format.Format{Format()}, format.Options{})
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

// column is where a tag stands in its line, which says nothing that the line does not.
var column = regexp.MustCompile(`(?m)^(issue .*):\d+$`)

// TestRead compares each file of testdata with what was worked out from it by hand.
func TestRead(t *testing.T) {
	formattest.Files(t, ".xml", func(t *testing.T, raw []byte, want string) {
		src, records, err := load(raw)
		if err != nil {
			t.Fatal(err)
		}
		got := column.ReplaceAllString(formattest.Show(src, records, show), "$1")
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}

func days(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/days.xml")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestBreaksOff: cut anywhere, the slips before the cut are read and the cut is told.
func TestBreaksOff(t *testing.T) {
	raw := days(t)
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
	raw := string(days(t))
	for name, c := range map[string]struct{ text, code string }{
		"document type": {strings.Replace(raw, "<merchant", "<!DOCTYPE x><merchant", 1), "format.xml.dtd"},
		"track": {
			strings.Replace(raw, "Tisch 7", ";4111111111111111=29121010000012345678?", 1), "card.track",
		},
		"not XML": {"<merchantReconciliationXML><a", "format.xml.broken"},
		"deep": {
			"<merchantReconciliationXML>" + strings.Repeat("<a>", 100), "format.xml.size",
		},
	} {
		if _, _, err := load([]byte(c.text)); formattest.Code(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// TestSameIDs: the same payment in another file gives the same ids, wherever it stands.
func TestSameIDs(t *testing.T) {
	raw := days(t)
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

// FuzzRead: no input makes it panic, and reading it again gives the same.
func FuzzRead(f *testing.F) {
	f.Add(days(f))
	f.Add([]byte("<merchantReconciliationXML><payment><contract><sumSlip><trx/></sumSlip>"))
	f.Add([]byte("<merchantReconciliationXML><sumSlip><trx><aTrxGrosSC c='JPY'>-1e9</aTrxGrosSC></trx>" +
		"<sum><sumSC/></sum>"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		src, records, err := load(raw)
		if err != nil {
			return
		}
		if src.Totals.Entries != len(records)+src.Unread {
			t.Errorf("%d entries, %d records, %d unread", src.Totals.Entries, len(records), src.Unread)
		}
		again, rows, err := load(raw)
		if err != nil || fmt.Sprint(again, rows) != fmt.Sprint(src, records) {
			t.Errorf("read again: %v", err)
		}
	})
}
