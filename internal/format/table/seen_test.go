package table_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// TestSeen reads files that were once read wrongly, of a merchant whose currency is CNY. Each scenario names
// the failure and holds in.csv and want: a line for each record (line, day, amount, fee and net where there
// are any, response and status where the file has them) and one for each issue, worked out by hand.
func TestSeen(t *testing.T) {
	files, err := filepath.Glob("testdata/seen/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			part := map[string]string{}
			for _, f := range ar.Files {
				part[f.Name] = string(f.Data)
			}
			src, records, err := load(t, []byte(part["in.csv"]), format.Options{
				Currency: tillproof.Currency{'C', 'N', 'Y'},
			})
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for i := range records {
				fmt.Fprintln(&got, seenLine(&records[i]))
			}
			for _, i := range src.Issues {
				fmt.Fprintln(&got, issueLine(i))
			}
			if d := cmp.Diff(part["want"], got.String()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func seenLine(r *tillproof.Record) string {
	day := r.SettleDate
	if !day.Known() {
		day = r.BookingDate
	}
	if !day.Known() {
		day = r.Time.Date()
	}
	s := fmt.Sprintf("%d %s %s %s", r.Origin.Line, day, r.Amount, r.Amount.Currency())
	if r.Net.Currency().Known() {
		s += fmt.Sprintf(" fee %s net %s", r.Fee, r.Net)
	}
	if r.Kind != tillproof.Entry && !r.SettleDate.Known() {
		s += fmt.Sprintf(" %s %s", r.Response, r.Status)
	}
	return s
}
