package tilltest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

// Lines are the lines of a text without comments and needless blanks. A comment begins with "# ".
func Lines(text string) []string {
	var out []string
	for _, l := range strings.Split(text, "\n") {
		if l, _, _ = strings.Cut(" "+l, " # "); strings.TrimSpace(l) != "" {
			out = append(out, strings.Join(strings.Fields(l), " "))
		}
	}
	return out
}

// Date reads yyyy-mm-dd.
func Date(t testing.TB, text string) tillproof.Date {
	t.Helper()
	d, err := tillproof.ParseDate(text)
	check(t, err)
	return d
}

// Time reads 2006-01-02T15:04:05.
func Time(t testing.TB, text string) tillproof.LocalTime {
	t.Helper()
	day, clock, _ := strings.Cut(text, "T")
	var at [3]int
	_, err := fmt.Sscanf(clock, "%d:%d:%d", &at[0], &at[1], &at[2])
	check(t, err)
	return Date(t, day).At(at[0], at[1], at[2])
}

// Money reads an amount; "-" is none.
func Money(t testing.TB, text string, c tillproof.Currency) tillproof.Money {
	t.Helper()
	if text == "-" {
		return tillproof.Money{}
	}
	x, err := tillproof.ParseExact(text)
	check(t, err)
	m, err := x.Money(c)
	check(t, err)
	return m
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Row says what a line of a side leaves out.
type Row struct {
	Side     tillproof.Side
	Currency tillproof.Currency
	Merchant tillproof.MerchantID
	Terminal tillproof.TerminalID
}

// Record reads a row. The time may be unknown ("-"), or a day alone, which is then the booking day of a bank
// line and the settlement day of any other. The keys are m t b s rrn auth order payout orig card (first
// six/last four, or the last four) token kind entry fee net paid settle value status resp acct cur who text.
func (w Row) Record(t testing.TB, line string) tillproof.Record {
	t.Helper()
	f := strings.Fields(line)
	kind, ok := tillproof.ParseRecordKind(f[1])
	if !ok {
		t.Fatalf("%q: kind", line)
	}
	r := tillproof.NewRecord(kind)
	r.Refs.Merchant, r.Refs.Terminal = w.Merchant, w.Terminal
	keys := map[string]string{}
	for _, kv := range f[4:] {
		k, v, _ := strings.Cut(kv, "=")
		keys[k] = v
	}
	if c, given := keys["cur"]; given {
		check(t, w.Currency.UnmarshalText([]byte(c)))
	}
	r.Amount = Money(t, f[2], w.Currency)
	w.when(t, &r, f[3])
	for k, v := range keys {
		w.set(t, &r, k, v)
	}
	return r
}

func (w Row) when(t testing.TB, r *tillproof.Record, text string) {
	t.Helper()
	switch {
	case strings.Contains(text, "T"):
		r.Time = Time(t, text)
	case text == "-":
	case w.Side == tillproof.Bank:
		r.BookingDate = Date(t, text)
		r.ValueDate = r.BookingDate
	default:
		r.SettleDate = Date(t, text)
	}
}

var statuses = map[string]tillproof.RecordStatus{
	"declined": tillproof.Declined, "unknown": tillproof.UnknownOutcome, "pending": tillproof.Pending,
	"cancelled": tillproof.Cancelled, "neutral": tillproof.Neutral,
}

func (w Row) set(t testing.TB, r *tillproof.Record, k, v string) {
	t.Helper()
	switch k {
	case "cur":
	case "card":
		setCard(&r.Card, v)
	case "token":
		_, err := fmt.Sscan(v, &r.Card.Token)
		check(t, err)
	case "kind":
		r.Card.Kind, _ = tillproof.ParseCardKind(v)
	case "fee":
		r.Fee = Money(t, v, w.Currency)
	case "paid": // in the payer's currency: paid=20.00/USD
		amount, code, _ := strings.Cut(v, "/")
		var cur tillproof.Currency
		check(t, cur.UnmarshalText([]byte(code)))
		r.Original = Money(t, amount, cur)
	case "net":
		r.Net = Money(t, v, w.Currency)
	case "entry":
		var ok bool
		if r.Entry, ok = tillproof.ParseEntryMode(v); !ok {
			t.Fatalf("entry %q", v)
		}
	case "settle":
		r.SettleDate = Date(t, v)
	case "value":
		r.ValueDate = Date(t, v)
	case "status":
		var ok bool
		if r.Status, ok = statuses[v]; !ok {
			t.Fatalf("status %q", v)
		}
	default:
		text := texts(r)[k]
		if text == nil {
			t.Fatalf("key %q", k)
		}
		*text = v
	}
}

func setCard(c *tillproof.Card, v string) {
	first, last, both := strings.Cut(v, "/")
	if !both {
		first, last = "", v
	}
	copy(c.First[:], first)
	copy(c.Last[:], last)
}

func texts(r *tillproof.Record) map[string]*string {
	return map[string]*string{
		"m": (*string)(&r.Refs.Merchant), "t": (*string)(&r.Refs.Terminal), "b": &r.Refs.Batch,
		"s": &r.Refs.STAN, "rrn": &r.Refs.RRN, "auth": &r.Refs.Auth, "order": &r.Refs.Order,
		"payout": &r.Refs.Payout, "orig": &r.Refs.Original, "who": &r.Counterparty, "text": &r.Narrative,
		"resp": &r.Response, "acct": &r.Refs.Account,
	}
}
