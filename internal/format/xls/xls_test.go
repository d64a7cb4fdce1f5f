package xls_test

import (
	"fmt"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/format/xls"
)

func formats() []format.Format { return []format.Format{xls.Format(profile.Builtin())} }

// shown is a record in one line: its place, what moves, when, and the keys that survive to another side.
func shown(r tillproof.Record) string {
	or := formattest.Or
	const all = "%d:%d %s %s fee %s time %s day %s card %s batch %s stan %s rrn %s bank %s | %s | %s\n"
	return fmt.Sprintf(all,
		r.Origin.Part, r.Origin.Line, r.Kind, r.Amount, or(r.Fee.String()), or(r.Time.String()),
		or(r.BookingDate.String()), or(r.Card.String()), or(r.Refs.Batch), or(r.Refs.STAN), or(r.Refs.RRN),
		or(r.Refs.Bank), or(r.Narrative), or(r.Counterparty))
}

// The files of testdata were written by another program (xlwt) from rows that we made up; what they must
// give is worked out from those rows.
func TestFiles(t *testing.T) {
	formattest.Files(t, ".xls", func(t *testing.T, raw []byte, want string) {
		src, records, err := formattest.Load(raw, formats(), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := formattest.Show(src, records, shown); got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
		_, again, err := formattest.Load(raw, formats(), format.Options{})
		if err != nil || len(again) != len(records) {
			t.Fatalf("read again: %d records, %v", len(again), err)
		}
		for i := range again {
			if again[i].ID != records[i].ID {
				t.Errorf("record %d has another id when it is read again", i)
			}
		}
	})
}
