package tillproof_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

// TestContentComesBack writes records as exceptions keep them and reads them again: every field that has a
// text form of its own must come back as it was.
func TestContentComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := tillproof.ContentRow{Record: anyRecord(t), CardKind: tillproof.CardKind(upTo(t, "kind", 5))}
		want.State = tillproof.RowState{
			Status: tillproof.Status(upTo(t, "state", 4)), Reason: "match.excluded.manual",
			Expected: anyDate(t), Adjusted: anyMoney(t),
		}
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got tillproof.ContentRow
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%v in %s", err, b)
		}
		same := cmp.AllowUnexported(tillproof.Money{})
		if diff := cmp.Diff(want, got, same); diff != "" {
			t.Fatalf("%s\n%s", b, diff)
		}
	})
}

func upTo(t *rapid.T, label string, most int) int { return rapid.IntRange(0, most).Draw(t, label) }

func anyDate(t *rapid.T) tillproof.Date {
	if rapid.Bool().Draw(t, "no date") {
		return tillproof.NoDate
	}
	return tillproof.Date(rapid.IntRange(0, 40_000).Draw(t, "date"))
}

func anyMoney(t *rapid.T) tillproof.Money {
	minor := rapid.Int64Range(-1<<53, 1<<53).Draw(t, "minor")
	code := rapid.SampledFrom([]string{"", "CNY", "JPY", "KWD", "USD"}).Draw(t, "currency")
	if code == "" {
		return tillproof.NewMoney(minor, tillproof.Currency{})
	}
	c, err := tillproof.ParseCurrency(code)
	if err != nil {
		t.Fatal(err)
	}
	return tillproof.NewMoney(minor, c)
}

func anyRecord(t *rapid.T) tillproof.Record {
	r := tillproof.NewRecord(tillproof.RecordKind(upTo(t, "record", int(tillproof.Entry))))
	r.ID = tillproof.RecordIDOf(tillproof.Terminal, rapid.SliceOf(rapid.Byte()).Draw(t, "line"), 0)
	r.Status = tillproof.RecordStatus(upTo(t, "status", int(tillproof.Neutral)))
	r.Entry = tillproof.EntryMode(upTo(t, "entry", int(tillproof.EntryFallback)))
	r.Origin = tillproof.Origin{Source: 1, Part: 2, Line: 3, Column: 4}
	r.Amount, r.Fee, r.Net = anyMoney(t), anyMoney(t), anyMoney(t)
	if d := anyDate(t); d.Known() {
		r.Time = d.At(23, 59, 58)
	}
	r.SettleDate, r.ValueDate = anyDate(t), anyDate(t)
	r.Refs.RRN = rapid.StringMatching(`[0-9A-Z ]{0,12}`).Draw(t, "rrn")
	r.Narrative = rapid.String().Draw(t, "narrative")
	if rapid.Bool().Draw(t, "card") {
		copy(r.Card.First[:], "621234"[:upTo(t, "first", 6)])
		last := "1234"[:rapid.IntRange(1, 4).Draw(t, "last")]
		copy(r.Card.Last[4-len(last):], last)
	}
	return r
}
