package table_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/table"
)

// scanned is what the bulk door gave of a file.
type scanned struct {
	*format.Scanned
	rows []format.Row
	slow int // rows that bore their record
	anew bool
}

// scan reads a text table through the bulk door.
func scan(formats []format.Format, text []byte, opt format.Options) (scanned, error) {
	var out scanned
	in, err := format.NewLateInput("x.csv", bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return out, err
	}
	var mu sync.Mutex
	out.Scanned, err = format.Scan(context.Background(), in, formats, opt,
		func(_ int, rows []format.Row) error {
			mu.Lock()
			defer mu.Unlock()
			if rows == nil {
				out.rows, out.slow, out.anew = nil, 0, true
			}
			for i := range rows {
				out.rows = append(out.rows, cloneRow(&rows[i]))
				if rows[i].Record != nil {
					out.slow++
				}
			}
			return nil
		})
	return out, err
}

func cloneRow(r *format.Row) format.Row {
	c := *r
	for _, b := range rowRefs(&c) {
		*b = bytes.Clone(*b)
	}
	return c
}

func rowRefs(r *format.Row) []*[]byte {
	return []*[]byte{
		&r.Merchant, &r.Terminal, &r.Batch, &r.STAN, &r.RRN, &r.Auth, &r.Order, &r.Original, &r.Payout,
	}
}

// rowText is a row for comparing, without what only the way back knows.
func rowText(r *format.Row) string {
	var b strings.Builder
	for _, ref := range rowRefs(r) {
		fmt.Fprintf(&b, "%q ", *ref)
	}
	fmt.Fprintf(&b, "%d %d %d %b %s %v %s | %s %s %s | %s %s", r.Amount, r.Fee, r.Net, r.Shows, r.Currency,
		r.Card, r.Time, r.Settle, r.Booking, r.Value, r.Kind, r.Status)
	return b.String()
}

var hidden = cmp.Exporter(func(reflect.Type) bool { return true })

// doors holds the bulk door against the other one, and answers how many rows took the fast path.
func doors(t *testing.T, formats []format.Format, text []byte, opt format.Options) int {
	t.Helper()
	var src tillproof.Source
	var records []tillproof.Record
	in, err := format.NewInput("x.csv", bytes.NewReader(text), int64(len(text)))
	if err == nil {
		src, err = format.Load(in, formats, opt, func(r tillproof.Record) error {
			records = append(records, r)
			return nil
		})
	}
	got, gotErr := scan(formats, text, opt)
	if fmt.Sprint(err) != fmt.Sprint(gotErr) {
		t.Fatalf("errors: %v, by the bulk door %v", err, gotErr)
	}
	if err != nil {
		return 0
	}
	if d := cmp.Diff(src, got.Source, hidden); d != "" {
		t.Fatalf("source (-load +scan):\n%s", d)
	}
	if len(got.rows) != len(records) {
		t.Fatalf("%d rows, want %d", len(got.rows), len(records))
	}
	slices.SortFunc(got.rows, func(a, b format.Row) int { return int(a.Offset - b.Offset) })
	seen := map[tillproof.RecordID]int{} // by the ids that count no equal lines
	for i := range got.rows {
		want := format.RowOf(&records[i], 0)
		if d := cmp.Diff(rowText(&want), rowText(&got.rows[i])); d != "" {
			t.Fatalf("row of line %d (-load +scan):\n%s", records[i].Origin.Line, d)
		}
		record := got.rows[i].Record
		if got.At != nil {
			r, err := got.At(got.rows[i].Offset, 0)
			if nth := seen[r.ID]; err == nil && nth > 0 {
				seen[r.ID]++
				r, err = got.At(got.rows[i].Offset, nth)
			} else {
				seen[r.ID] = 1
			}
			if err != nil {
				t.Fatalf("line %d: %v", records[i].Origin.Line, err)
			}
			record = &r
		}
		if i < 300 || got.At == nil {
			if d := cmp.Diff(&records[i], record, hidden); d != "" {
				t.Fatalf("record (-load +at):\n%s", d)
			}
		} else if record.ID != records[i].ID {
			t.Fatalf("line %d is %v, want %v", records[i].Origin.Line, record.ID, records[i].ID)
		}
	}
	return len(got.rows) - got.slow
}

// TestDoorsAgree: every text table of the test data, as other programs would write it, gives the same through
// both doors, in blocks of any size.
func TestDoorsAgree(t *testing.T) {
	files, err := filepath.Glob("testdata/*.csv")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	fast := map[string]bool{}
	for _, size := range []int64{97, 1 << 20} {
		table.CutBlocks(t, size)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for name, text := range variants(t, text) {
				t.Run(fmt.Sprint(filepath.Base(file), " ", name, " ", size), func(t *testing.T) {
					if doors(t, formats(), text, format.Options{Currency: tillproof.CNY, Workers: 3}) > 0 {
						fast[strings.TrimSuffix(filepath.Base(file), ".csv")] = true
					}
				})
			}
		}
	}
	for _, name := range []string{
		"gen_terminal", "gen_acquirer", "gen_bank", "terminal_zh", "acquirer_en",
	} {
		if !fast[name] {
			t.Errorf("no row of %s took the fast path", name)
		}
	}
	t.Log("fast:", slices.Sorted(maps.Keys(fast)))
}
