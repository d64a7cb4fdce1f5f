package match

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/tillproof/tillproof"
)

// synthetic makes n terminal rows over 30 days and merchants of 250 rows a day, the report with 0.5 % of rows
// missing, 0.5 % without reference and 0.2 % listed twice, and the deposits.
func synthetic(n int) *tillproof.Run {
	run := &tillproof.Run{Policy: tillproof.Policy{
		Currency: tillproof.CNY, CutOff: 23 * 60, Payers: []string{"银河支付"},
		Settlement: tillproof.Settlement{Days: 1, Known: true},
		Tariff:     []tillproof.TariffLine{{RatePPM: 5000, ReturnsFee: true}},
	}}
	first := tillproof.Date(20711)
	last := first + 29
	for _, side := range tillproof.Sides {
		run.Sources = append(run.Sources, tillproof.Source{Side: side, From: first, To: last + 4})
	}
	merchants := max(1, n/30/250)
	names := make([]tillproof.MerchantID, merchants)
	for i := range names {
		names[i] = tillproof.MerchantID(fmt.Sprintf("1043100581%05d", i))
	}
	type payout struct {
		merchant tillproof.MerchantID
		day      tillproof.Date
	}
	nets := map[payout]int64{}
	for i := range n {
		m := i * 7919 % merchants
		t := tillproof.NewRecord(tillproof.Sale)
		day := first + tillproof.Date(i/(n/30+1))
		t.Time = day.At(8, 0, 0) + tillproof.LocalTime(i*37%50000)
		amount := int64(100 + i*7907%90000)
		t.Amount = tillproof.NewMoney(amount, tillproof.CNY)
		t.Refs = tillproof.References{
			Merchant: names[m], Terminal: tillproof.TerminalID(fmt.Sprintf("%08d", m*8+i%8)),
			Batch: strconv.Itoa(int(day)), STAN: fmt.Sprintf("%06d", i%1000000),
			RRN: fmt.Sprintf("%012d", i+1),
		}
		copy(t.Card.First[:], "621234")
		copy(t.Card.Last[:], fmt.Sprintf("%04d", i*31%10000))
		t.ID = tillproof.RecordIDOf(tillproof.Terminal, []byte(t.Refs.RRN), 0)
		run.Records[tillproof.Terminal] = append(run.Records[tillproof.Terminal], t)
		if i%200 == 1 {
			continue
		}
		a := t
		a.SettleDate = run.Policy.SettleDay(t.Time)
		fee, _ := run.Policy.Tariff[0].Fee(amount)
		a.Fee = tillproof.NewMoney(-fee, tillproof.CNY)
		if i%200 == 2 {
			a.Refs.RRN, a.Refs.STAN, a.Refs.Batch, a.Time = "", "", "", a.Time+77
		}
		copies := 1
		if i%500 == 3 {
			copies = 2
		}
		for c := range copies {
			a.ID = tillproof.RecordIDOf(tillproof.Acquirer, []byte(t.Refs.RRN), uint32(c))
			a.Origin.Line = int32(len(run.Records[tillproof.Acquirer]))
			run.Records[tillproof.Acquirer] = append(run.Records[tillproof.Acquirer], a)
			due := run.Policy.PayDay(a.SettleDate)
			nets[payout{names[m], due}] += amount - fee
		}
	}
	for k, net := range nets {
		b := tillproof.NewRecord(tillproof.Entry)
		b.BookingDate, b.ValueDate = k.day, k.day
		b.Amount = tillproof.NewMoney(net, tillproof.CNY)
		b.Counterparty, b.Narrative = "银河支付", "POS清算款 商户"+string(k.merchant)
		b.ID = tillproof.RecordIDOf(tillproof.Bank, []byte(string(k.merchant)+k.day.String()), 0)
		run.Records[tillproof.Bank] = append(run.Records[tillproof.Bank], b)
	}
	return run
}

func checkSynthetic(t testing.TB, run *tillproof.Run, n int) {
	k := counts(run)
	missing, twice := (n+198)/200, (n+496)/500
	if len(run.Matches) != n-missing || k[tillproof.NotSettled] != missing ||
		k[tillproof.SettledTwice] != twice || len(run.Breaks) != missing+twice {
		t.Fatalf("%d matches of %d, breaks %v, want %d and %d", len(run.Matches), n, k, missing, twice)
	}
}

func TestSyntheticMonth(t *testing.T) {
	run := synthetic(20000)
	if err := Reconcile(run); err != nil {
		t.Fatal(err)
	}
	checkSynthetic(t, run, 20000)
}

// BenchmarkReconcile works on 100,000 terminal rows, or on TILLPROOF_BENCH_ROWS.
func BenchmarkReconcile(b *testing.B) {
	n := 100_000
	if s := os.Getenv("TILLPROOF_BENCH_ROWS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	run := synthetic(n)
	rows := 0
	for _, side := range tillproof.Sides {
		rows += len(run.Records[side])
	}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		run.Warnings = nil
		if err := Reconcile(run); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	checkSynthetic(b, run, n)
}
