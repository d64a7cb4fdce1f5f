package match

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tillproof/tillproof"
)

func counts(run *tillproof.Run) map[tillproof.BreakKind]int {
	out := map[tillproof.BreakKind]int{}
	for _, b := range run.Breaks {
		out[b.Kind]++
	}
	return out
}

func build(t testing.TB, sections ...string) *scenario {
	t.Helper()
	s := readScenario(t, txtar.Parse([]byte(strings.Join(sections, "\n")+"\n")))
	if err := Reconcile(s.run); err != nil {
		t.Fatal(err)
	}
	return s
}

// A pilot failure: 20 sales and 25 lines of one amount gave "240 matched". Here each is used once: 20 pairs,
// and five lines that repeat a reference.
func TestTwentySalesTwentyFiveLines(t *testing.T) {
	term, acq := "-- terminal 2026-09-14 2026-09-14 --", "-- acquirer 2026-09-14 2026-09-14 --"
	for i := range 20 {
		term += fmt.Sprintf("\nT%d sale 10.00 2026-09-14T10:00:00 m=1043A t=T001 rrn=1%02d card=0001", i, i)
	}
	for i := range 25 {
		acq += fmt.Sprintf("\nA%d sale 10.00 2026-09-14T10:00:00 settle=2026-09-14 m=1043A t=T001", i)
		acq += fmt.Sprintf(" rrn=1%02d card=0001", i%20)
	}
	s := build(t, term, acq)
	n := counts(s.run)
	if len(s.run.Matches) != 20 || n[tillproof.SettledTwice] != 5 || len(s.run.Breaks) != 5 {
		t.Errorf("%d matches, breaks %v", len(s.run.Matches), n)
	}
}

// The same without any reference: nothing tells the rows apart, so any pairing is the same answer.
func TestTwentySalesTwentyFiveLinesWithoutReferences(t *testing.T) {
	term, acq := "-- terminal 2026-09-14 2026-09-14 --", "-- acquirer 2026-09-14 2026-09-14 --"
	for i := range 20 {
		term += fmt.Sprintf("\nT%d sale 10.00 2026-09-14T10:00:00 t=T001 card=0001", i)
	}
	for i := range 25 {
		acq += fmt.Sprintf("\nA%d sale 10.00 2026-09-14T10:00:00 settle=2026-09-14 t=T001 card=0001", i)
	}
	s := build(t, term, acq)
	n := counts(s.run)
	if len(s.run.Matches) != 20 || n[tillproof.SettledTwice] != 5 || len(s.run.Breaks) != 5 {
		t.Errorf("%d matches, breaks %v", len(s.run.Matches), n)
	}
}

// And at the bank: 20 deposits of one amount on 20 days, 25 credits.
func TestTwentyDepositsTwentyFiveCredits(t *testing.T) {
	policy := "-- policy --\ndays 0\npayer P\nholiday 2026-12-30 2026-12-30 x"
	acq, bank := "-- acquirer 2026-09-01 2026-09-30 --", "-- bank 2026-09-01 2026-09-30 --"
	day := tillproof.Date(20697) // 2026-09-01, a Tuesday
	n := 0
	for d := day; n < 20; d++ {
		if !(tillproof.Calendar{}).IsBanking(d) {
			continue
		}
		acq += fmt.Sprintf("\nA%d sale 10.00 %s m=1043A", n, d)
		bank += fmt.Sprintf("\nB%d entry 10.00 %s who=P", n, d)
		if n >= 15 {
			bank += fmt.Sprintf("\nC%d entry 10.00 %s who=P", n, d)
		}
		n++
	}
	s := build(t, policy, acq, bank)
	k := counts(s.run)
	if k[tillproof.UnexpectedCredit] != 5 || len(s.run.Breaks) != 5 || len(s.run.Waterfalls) != 20 {
		t.Errorf("breaks %v, %d waterfalls", k, len(s.run.Waterfalls))
	}
}

// A pilot failure: the 5,001st row of a side ended the run. Every sale has its line, in whatever order.
func TestFiveThousandAndOneRows(t *testing.T) {
	const n = 5001
	run := &tillproof.Run{}
	day := tillproof.Date(20710) // 2026-09-14
	for _, side := range []tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		run.Sources = append(run.Sources, tillproof.Source{Side: side, From: day, To: day})
		for i := range n {
			k := i
			if side == tillproof.Acquirer {
				k = (i*17 + 5) % n // 17 and 5,001 have no common factor: each once
			}
			r := tillproof.NewRecord(tillproof.Sale)
			r.Amount = tillproof.NewMoney(int64(100+k), tillproof.CNY)
			r.SettleDate, r.Time = day, day.At(9+k/3600, k/60%60, k%60)
			r.Refs = tillproof.References{Merchant: "1043A", Terminal: "T001"}
			r.Refs.RRN = fmt.Sprintf("6257%08d", k+1)
			r.Origin = tillproof.Origin{Source: int32(side - tillproof.Terminal), Line: int32(i + 2)}
			r.ID = tillproof.RecordIDOf(side, []byte(r.Refs.RRN), 0)
			run.Records[side] = append(run.Records[side], r)
		}
	}
	if err := Reconcile(run); err != nil {
		t.Fatal(err)
	}
	if len(run.Matches) != n || len(run.Breaks) != 0 {
		t.Fatalf("%d matches, %d breaks", len(run.Matches), len(run.Breaks))
	}
	for _, m := range run.Matches {
		if run.Record(m.Left).Amount != run.Record(m.Right).Amount {
			t.Fatalf("%v joins two sales", m)
		}
	}
}

// A reference that very many rows share names nothing; the run says so and ends quickly.
func TestAFillerReferenceIsNotUsed(t *testing.T) {
	term, acq := "-- terminal 2026-09-14 2026-09-14 --", "-- acquirer 2026-09-14 2026-09-14 --"
	for i := range 100 {
		at := fmt.Sprintf("2026-09-14T10:%02d:%02d", i/60, i%60)
		term += fmt.Sprintf("\nT%d sale %d.00 %s m=1043A rrn=999999 card=0001", i, i+1, at)
		acq += fmt.Sprintf("\nA%d sale %d.00 %s settle=2026-09-14 m=1043A rrn=999999 card=0001", i, i+1, at)
	}
	s := build(t, term, acq)
	if len(s.run.Matches) != 100 || len(s.run.Breaks) != 0 {
		t.Errorf("%d matches, %d breaks", len(s.run.Matches), len(s.run.Breaks))
	}
	if w := s.answer()["warnings"]; !strings.Contains(w, "fillers") {
		t.Errorf("warnings %q", w)
	}
}

func TestSumsThatLeaveTheRangeAreRefused(t *testing.T) {
	for _, amounts := range [][]int64{{-1 << 63}, {1 << 60, 1 << 60}, {1<<61 + 1}} {
		run := &tillproof.Run{}
		for _, a := range amounts {
			r := tillproof.NewRecord(tillproof.Sale)
			r.Amount = tillproof.NewMoney(a, tillproof.CNY)
			run.Records[tillproof.Terminal] = append(run.Records[tillproof.Terminal], r)
		}
		if err := Reconcile(run); err == nil {
			t.Errorf("%v: no error", amounts)
		}
	}
}

func TestATariffThatIsNoFeeIsRefused(t *testing.T) {
	s := readScenario(t, txtar.Parse([]byte("-- acquirer --\nA1 sale 10.00 2026-09-14 fee=-1.00\n")))
	s.run.Policy.Tariff = []tillproof.TariffLine{{RatePPM: 1_000_001}}
	if err := Reconcile(s.run); err == nil {
		t.Error("a rate above 100 % was accepted")
	}
}

func TestAnEmptyRunIsNoError(t *testing.T) {
	run := &tillproof.Run{}
	if err := Reconcile(run); err != nil {
		t.Fatal(err)
	}
	if len(Complete(run)) != 0 || len(run.Warnings) != 3 {
		t.Errorf("%+v", run)
	}
}

// A sentence must name the thing: amounts, time, terminal, merchant, reference and the masked card.
func TestReasonsNameTheThing(t *testing.T) {
	s := build(t, "-- terminal 2026-09-16 2026-09-17 --",
		"T1 sale 128.00 2026-09-16T10:11:12 m=1043A t=T001 rrn=826111 card=621234/0001",
		"-- acquirer 2026-09-16 2026-09-17 --",
		"A1 sale 123.00 2026-09-16T10:11:12 settle=2026-09-17 m=1043A t=T001 rrn=826111 fee=-0.62")
	if len(s.run.Breaks) != 1 {
		t.Fatalf("%d breaks", len(s.run.Breaks))
	}
	want := tillproof.Params{
		"amount": "128.00 CNY", "acquirer_amount": "123.00 CNY", "time": "2026-09-16T10:11:12",
		"terminal": "T001", "merchant": "1043A", "ref": "826111", "card": "621234******0001",
		"settle_day": "2026-09-17",
	}
	got := s.run.Breaks[0].Reason.Params
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s = %q, not %q", k, got[k], v)
		}
	}
}
