package detect

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// crowded draws a run in which few cards, terminals, references and minutes collide often.
func crowded(t *rapid.T) *tillproof.Run {
	run := &tillproof.Run{}
	p := &run.Policy
	p.Terminals, p.SplitLimit = []tillproof.TerminalID{"T1", "T2"}, 100_000
	for d := time.Sunday; d <= time.Saturday; d++ {
		p.Hours = append(p.Hours, tillproof.Opening{Day: d, Open: 8 * 60, Close: 22 * 60})
	}
	day, _ := tillproof.NewDate(2026, time.September, 16)
	n := rapid.IntRange(0, 90).Draw(t, "rows")
	for i := range n {
		r := drawRow(t, day)
		r.Origin.Line = int32(i + 2)
		r.ID = tillproof.RecordIDOf(tillproof.Terminal, fmt.Append(nil, i), 0)
		run.Records[tillproof.Terminal] = append(run.Records[tillproof.Terminal], r)
		if r.Status == tillproof.UnknownOutcome || rapid.IntRange(0, 9).Draw(t, "broken") == 0 {
			kind := tillproof.NotSettled
			if r.Status == tillproof.UnknownOutcome {
				kind = tillproof.OutcomeUnknown
			}
			ref := tillproof.RowRef{Side: tillproof.Terminal, N: int32(i)}
			run.Breaks = append(run.Breaks, tillproof.Break{
				ID: tillproof.BreakIDOf(kind, []tillproof.RecordID{r.ID}), Kind: kind,
				Side: tillproof.Terminal, Residual: r.Amount, Records: []tillproof.RowRef{ref},
			})
		}
	}
	if rapid.Bool().Draw(t, "report") {
		run.Records[tillproof.Acquirer] = []tillproof.Record{drawRow(t, day)}
	}
	return run
}

func drawRow(t *rapid.T, day tillproof.Date) tillproof.Record {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	r := tillproof.NewRecord(rapid.SampledFrom([]tillproof.RecordKind{
		tillproof.Sale, tillproof.Sale, tillproof.Sale, tillproof.Sale, tillproof.Refund, tillproof.Void,
	}).Draw(t, "kind"))
	amount := rapid.SampledFrom([]int64{50_000, 99_000, 80_000, 1, 12_345}).Draw(t, "amount")
	if r.Kind != tillproof.Sale {
		amount = -amount
	}
	r.Amount = tillproof.NewMoney(amount, tillproof.CNY)
	if rapid.IntRange(0, 19).Draw(t, "timed") > 0 {
		r.Time = day.At(0, rapid.IntRange(0, 2*24*60).Draw(t, "minute"), 0)
	}
	r.SettleDate = day
	r.Status = rapid.SampledFrom([]tillproof.RecordStatus{
		tillproof.Posted, tillproof.Posted, tillproof.Posted, tillproof.Declined, tillproof.UnknownOutcome,
	}).Draw(t, "status")
	r.Refs.Merchant = tillproof.MerchantID(pick("merchant", "M1", "M1", "M2"))
	r.Refs.Terminal = tillproof.TerminalID(pick("terminal", "T1", "T2", "X9", ""))
	r.Refs.RRN, r.Refs.Auth = pick("rrn", "1", "2", "3", ""), pick("auth", "A", "B", "000000")
	r.Refs.Original, r.Refs.Batch = pick("original", "", "1", "9"), pick("batch", "7", "8", "")
	if last := pick("card", "0001", "0002", ""); last != "" {
		copy(r.Card.First[:], "621234")
		copy(r.Card.Last[:], last)
	}
	return r
}

// shuffled is the same run with the rows of the terminal log in another order.
func shuffled(t *rapid.T, run *tillproof.Run) *tillproof.Run {
	rows := run.Records[tillproof.Terminal]
	to := make([]int, len(rows)) // old place → new place
	for i := range to {
		to[i] = i
	}
	to = rapid.Permutation(to).Draw(t, "order")
	out := *run
	out.Records[tillproof.Terminal] = make([]tillproof.Record, len(rows))
	for i, r := range rows {
		out.Records[tillproof.Terminal][to[i]] = r
	}
	out.Breaks = slices.Clone(run.Breaks)
	for i := range out.Breaks {
		ref := out.Breaks[i].Records[0]
		ref.N = int32(to[ref.N])
		out.Breaks[i].Records = []tillproof.RowRef{ref}
	}
	return &out
}

// said is a finding without places: its records by their ids.
func said(run *tillproof.Run, findings []tillproof.Finding) []string {
	out := []string{}
	for _, f := range findings {
		s := fmt.Sprint(f.ID, f.Rule, f.Amount, f.Reasons[0].Code, f.Reasons[0].Params)
		for _, ref := range f.Records {
			s += " " + run.Record(ref).ID.String()
		}
		out = append(out, s)
	}
	return out
}

func TestOrderOfInputDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := crowded(t)
		other := shuffled(t, run)
		a, err := evaluated(run, Default())
		if err != nil {
			t.Fatal(err)
		}
		b, err := evaluated(other, Default())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(said(run, a), said(other, b)); d != "" {
			t.Fatalf("another order of rows, other findings:\n%s", d)
		}
	})
}

func TestFindingsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := crowded(t)
		findings, err := evaluated(run, Default())
		if err != nil {
			t.Fatal(err)
		}
		ids := map[tillproof.FindingID]bool{}
		for _, f := range findings {
			if ids[f.ID] {
				t.Fatalf("two findings %s of %s", f.ID, f.Rule)
			}
			ids[f.ID] = true
			if f.Amount.Minor() < 0 || len(f.Records) == 0 || len(f.Reasons) == 0 {
				t.Fatalf("finding %+v", f)
			}
			rows := map[tillproof.RowRef]bool{}
			for _, ref := range f.Records {
				if rows[ref] {
					t.Fatalf("%s names row %d twice", f.Rule, ref.N)
				}
				rows[ref] = true
			}
			if n := f.Reasons[0].Params["n"]; f.Rule == OutOfHours && n != strconv.Itoa(len(f.Records)) {
				t.Fatalf("%s says %s rows, has %d", f.Rule, n, len(f.Records))
			}
		}
	})
}

// A night sale is in exactly one finding, and the findings of nights name nothing else.
func TestEachNightSaleOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := crowded(t)
		findings, err := evaluated(run, Default())
		if err != nil {
			t.Fatal(err)
		}
		got := map[int32]int{}
		for _, f := range findings {
			if f.Rule == OutOfHours {
				for _, ref := range f.Records {
					got[ref.N]++
				}
			}
		}
		for i, r := range run.Records[tillproof.Terminal] {
			want := 0
			if r.Kind == tillproof.Sale && r.Status == tillproof.Posted && r.Time.Known() {
				if h := r.Time.SecondOfDay() / 3600; h < 8 || h >= 22 {
					want = 1
				}
			}
			if got[int32(i)] != want {
				t.Fatalf("row %d at %s is in %d night findings, not %d", i, r.Time, got[int32(i)], want)
			}
		}
	})
}

// TestMillion: a million rows in seconds, ordinary life with one night in it.
func TestMillion(t *testing.T) {
	if testing.Short() {
		t.Skip("a million rows take seconds and half a gigabyte")
	}
	run := manyRows(1_000_000)
	start := time.Now()
	findings, err := evaluated(run, Default())
	took := time.Since(start)
	if err != nil || len(findings) != 1 || findings[0].Rule != OutOfHours || len(findings[0].Records) != 5 {
		t.Fatalf("%d findings, %v", len(findings), err)
	}
	t.Logf("a million rows in %s", took.Round(time.Millisecond))
	if took > time.Minute { // three seconds on a free machine
		t.Errorf("a million rows took %s", took)
	}
}

// manyRows is 1,000 merchants' sales, each of 50 cards every 20 minutes by day, and five at night at the
// first.
func manyRows(n int) *tillproof.Run {
	run := &tillproof.Run{}
	day, _ := tillproof.NewDate(2026, time.September, 1)
	for d := time.Sunday; d <= time.Saturday; d++ {
		run.Policy.Hours = append(run.Policy.Hours, tillproof.Opening{Day: d, Open: 8 * 60, Close: 22 * 60})
	}
	run.Policy.Terminals, run.Policy.SplitLimit = []tillproof.TerminalID{"T1"}, 100_000
	rows := make([]tillproof.Record, n)
	for i := range rows {
		r := &rows[i]
		*r = tillproof.NewRecord(tillproof.Sale)
		merchant, k := i%1000, i/1000
		r.Time = (day + tillproof.Date(k/40)).At(9, 20*(k%40)/2, merchant%60)
		r.Amount = tillproof.NewMoney(int64(1_000+i%37_777), tillproof.CNY)
		r.Refs.Merchant = tillproof.MerchantID(strconv.Itoa(104310058120000 + merchant))
		r.Refs.Terminal, r.Refs.RRN = "T1", strconv.Itoa(600_000_000_000+i)
		r.Refs.Auth, r.Refs.Batch = strconv.Itoa(100_000+i%899_999), strconv.Itoa(k/40)
		copy(r.Card.First[:], "621234")
		copy(r.Card.Last[:], strconv.Itoa(1000+k%50))
		r.ID = tillproof.RecordIDOf(tillproof.Terminal, strconv.AppendInt(nil, int64(i), 10), 0)
	}
	for i := range 5 {
		rows[n-1-i*1000].Time = day.At(3, i, 0)
	}
	run.Records[tillproof.Terminal] = rows
	return run
}

func BenchmarkEvaluate(b *testing.B) {
	run := manyRows(100_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := evaluated(run, Default()); err != nil {
			b.Fatal(err)
		}
	}
}

// The stream rules say of a run what they say of the same rows as a stream. Of a run the match knows what was
// undone; here nothing is.
func TestRunIsAStream(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		run := crowded(rt)
		rows := slices.DeleteFunc(run.Records[tillproof.Terminal], func(r tillproof.Record) bool {
			return r.Kind == tillproof.Void
		})
		// Of two rows that show the same, the place decides which comes first, and a stream has another one.
		shown := map[stream.Txn]bool{}
		rows = slices.DeleteFunc(rows, func(r tillproof.Record) bool {
			t := TxnOf(0, &r)
			twin := shown[t]
			shown[t] = true
			return twin
		})
		run.Records, run.Breaks = [4][]tillproof.Record{}, nil
		run.Records[tillproof.Terminal] = rows
		book := Default()
		book.Rules = slices.DeleteFunc(book.Rules, func(r Rule) bool { return r.stream == nil })
		want, err := evaluated(run, book)
		if err != nil {
			t.Fatal(err)
		}
		e := NewEngine(Options{Book: book, Policy: run.Policy, Rows: 1000, Lateness: 4 * secondsOfDay})
		pushAll(t, e, rows, rapid.Permutation(upTo(len(rows))).Draw(rt, "order"))
		if err := e.End(); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(said(run, want), told(t, e, rows)); d != "" {
			t.Fatalf("a run and a stream differ:\n%s", d)
		}
	})
}
