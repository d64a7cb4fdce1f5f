package recon

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/all"
)

const feeHead = "Settlement Date,Merchant ID,Terminal ID,Batch,Trace,RRN,Card,Card Type,Transaction Time," +
	"Type,Amount,Fee,Net\n"

// feeRow is a row of the report of a merchant: its fee in minor units.
func feeRow(day, n int, kind, typ string, amount, fee int64) string {
	return fmt.Sprintf("2026-05-%02d,104310058120001,10000001,0000%02d,%06d,2605%08d,411111******%04d,%s,"+
		"2026-05-%02d 10:%02d:12,%s,%d.%02d,%d.%02d,%d.%02d\n", day, day, n, n, n, kind, day, n%60, typ,
		amount/100, amount%100, fee/100, fee%100, (amount-fee)/100, (amount-fee)%100)
}

// both reads the tables of a run that is held and of one in passes.
func feesBothWays(t *testing.T, texts map[tillproof.Side]string, p tillproof.Policy) []tillproof.FeeFit {
	t.Helper()
	files := func() []File {
		var out []File
		for _, side := range tillproof.Sides {
			if text := texts[side]; text != "" {
				out = append(out, File{
					Name: side.String() + ".csv", At: strings.NewReader(text), Size: int64(len(text)),
					Side: side,
				})
			}
		}
		return out
	}
	opt := Options{Formats: all.Formats(), Policy: p}
	held, err := CheckWithin(t.Context(), files(), opt, Limits{Memory: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := CheckLarge(t.Context(), files(), opt, Limits{Memory: LeastMemory, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	for i := range held.Fees {
		for k := range held.Fees[i].Spans {
			s := &held.Fees[i].Spans[k]
			s.OverUnlisted, s.OverRows = len(s.OverRows), nil
		}
	}
	for i := range held.Charges {
		held.Charges[i].Unlisted, held.Charges[i].Rows = len(held.Charges[i].Rows), nil
	}
	if want, got := fmt.Sprintf("%+v %+v", held.Fees, held.Charges),
		fmt.Sprintf("%+v %+v", answer.Run.Fees, answer.Run.Charges); want != got {
		t.Errorf("held   %s\npasses %s", want, got)
	}
	return answer.Run.Fees
}

func agreedFor(kind tillproof.CardKind) tillproof.Policy {
	p := tillproof.Policy{Currency: tillproof.CNY}
	p.Tariff = []tillproof.TariffLine{{Kind: kind, RatePPM: 6300}}
	return p
}

// TestFeesInPasses: the fixtures of silent changes, in passes: 724.69 in one row, as the fee of a batch, and
// 96.96 = (32.90−6.30) + (62.80−12.60) + (5.99−0.63) + (17.95−3.15) from 13 May on.
func TestFeesInPasses(t *testing.T) {
	may := []struct {
		day         int
		amount, fee int64
	}{
		{9, 100000, 630},
		{10, 250000, 1575},
		{11, 43000, 271},
		{12, 80000, 504},
		{12, 61200, 386},
		{13, 100000, 3290},
		{14, 200000, 6280},
		{15, 10000, 599},
		{16, 50000, 1795},
	}
	rows, bare := "", ""
	log := "Merchant ID,Terminal ID,Batch,Trace,RRN,Auth Code,Card,Card Type,Date,Time,Type,Entry Mode," +
		"Amount,Response,Original RRN\n"
	for i, r := range may {
		rows += feeRow(r.day, i+1, "CREDIT", "SALE", r.amount, r.fee)
		bare += feeRow(r.day, i+1, "", "SALE", r.amount, r.fee)
		rrn := fmt.Sprintf("2605%08d", i+1)
		if i == 3 {
			rrn = "" // not the key joins it, but card and time
		}
		log += fmt.Sprintf("104310058120001,10000001,0000%02d,%06d,%s,,411111******%04d,CREDIT,"+
			"2026-05-%02d,10:%02d:12,SALE,CHIP,%d.%02d,00,\n", r.day, i+1, rrn, i+1, r.day, i+1,
			r.amount/100, r.amount%100)
	}
	for name, c := range map[string]struct {
		report, log string
		over        int64
		rows        int
		from        string
	}{
		"one row":   {feeRow(13, 1, "CREDIT", "SALE", 3058000, 91734), "", 72469, 1, "2026-05-13"},
		"a batch":   {batchReport(), "", 72469, 1, "2026-05-13"},
		"a change":  {rows, "", 9696, 4, "2026-05-13"},
		"by a log":  {bare, log, 9696, 4, "2026-05-13"},
		"kept rows": {strings.ReplaceAll(rows, ",SALE,", `,"SALE",`), "", 9696, 4, "2026-05-13"},
	} {
		t.Run(name, func(t *testing.T) {
			fits := feesBothWays(t, map[tillproof.Side]string{
				tillproof.Acquirer: feeHead + c.report, tillproof.Terminal: c.log,
			}, agreedFor(tillproof.CardCredit))
			if len(fits) != 1 || len(fits[0].Spans) == 0 {
				t.Fatalf("%+v", fits)
			}
			s := fits[0].Spans[len(fits[0].Spans)-1]
			if s.Over != c.over || s.OverCount() != c.rows || s.From.String() != c.from {
				t.Errorf("%+v", s)
			}
		})
	}
}

// batchReport is a batch of four sales whose fee of 917.34 is a row of its own.
func batchReport() string {
	out := ""
	for i, amount := range []int64{1000000, 800000, 758000, 500000} {
		out += feeRow(13, i+1, "CREDIT", "SALE", amount, 0)
	}
	return out + "2026-05-13,104310058120001,10000001,000013,000205,260513000205,,,2026-05-13 23:00:00,FEE," +
		"-917.34,0.00,-917.34\n"
}

// TestFeesOfAMonth: the tables of twelve merchants with all that happens in a month, refunds and voids among
// it, are those of a run that is held; a report of more merchants than anybody reads tables of has none.
func TestFeesOfAMonth(t *testing.T) {
	g := newTrade(31)
	texts := g.files()
	files := func() []File { return tradeFiles(texts) }
	held, passes, _ := bothWays(t, files, Options{})
	if len(passes.Fees) != tradeMerchants || len(held.Fees) != tradeMerchants {
		t.Fatalf("%d and %d tables", len(held.Fees), len(passes.Fees))
	}
	for i := range held.Fees {
		h, p := held.Fees[i], passes.Fees[i]
		for k := range h.Spans {
			h.Spans[k].OverUnlisted, h.Spans[k].OverRows = len(h.Spans[k].OverRows), nil
		}
		if fmt.Sprintf("%+v", h) != fmt.Sprintf("%+v", p) {
			t.Errorf("held   %+v\npasses %+v", h, p)
		}
	}
	many := feeHead
	for i := range 65 {
		row := feeRow(13, i, "CREDIT", "SALE", 10000, 63)
		many += strings.Replace(row, "104310058120001", fmt.Sprintf("1043100581200%02d", i), 1)
	}
	answer, err := CheckLarge(t.Context(), []File{{
		Name: "many.csv", At: strings.NewReader(many), Size: int64(len(many)), Side: tillproof.Acquirer,
	}}, Options{Formats: all.Formats()}, Limits{Memory: LeastMemory, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	told := slices.ContainsFunc(answer.Run.Warnings, func(n tillproof.Note) bool {
		return n.Code == "recon.bulk.no_fees"
	})
	if len(answer.Run.Fees) > 0 || !told {
		t.Errorf("%d tables, %v", len(answer.Run.Fees), answer.Run.Warnings)
	}
}
