package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// drifted is the fixture with a fit: 0.63 % until 12 May, 2.99 % and 3.00 from the 13th; 0.63 % agreed.
func drifted(t *testing.T) *tillproof.Run {
	run := fixture(t)
	day := func(s string) tillproof.Date {
		d, err := tillproof.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	agreed := tillproof.TariffLine{Kind: tillproof.CardCredit, RatePPM: 6_300}
	charged := tillproof.TariffLine{Kind: tillproof.CardCredit, RatePPM: 29_900, Fixed: 300}
	run.Fees = []tillproof.FeeFit{{
		Merchant: "104310058120001", Currency: tillproof.CNY, Kind: tillproof.CardCredit,
		HasAgreed: true, Agreed: agreed,
		Spans: []tillproof.FeeSpan{
			{
				From: day("2026-05-09"), To: day("2026-05-12"), Rows: 5, Explained: 5,
				Certainty: tillproof.FeeFitted, Tariff: agreed, RateLeast: 6_300, RateMost: 6_300,
				Gross: 534_200, Charged: 3_366, Against: tillproof.AgainstAgreed, Base: agreed,
			},
			{
				From: day("2026-05-13"), To: day("2026-05-13"), Rows: 1, Explained: 1,
				Certainty: tillproof.FeeFitted, Tariff: charged, RateLeast: 29_900, RateMost: 29_900,
				Gross: 3_058_000, Charged: 91_734, Against: tillproof.AgainstAgreed, Base: agreed,
				Over: 72_469, OverRows: []tillproof.RowRef{{Side: tillproof.Acquirer}},
				Note: tillproof.Note{Code: "tariff.change.agreed", Params: tillproof.Params{
					"day": "2026-05-13", "card_kind": "credit", "merchant": "104310058120001",
					"new": charged.Param(tillproof.CNY), "old": agreed.Param(tillproof.CNY),
					"over": "724.69 CNY", "n": "1",
				}},
			},
		},
		Days: []tillproof.FeeDay{
			{Day: day("2026-05-12"), Rows: 5, Gross: 534_200, Charged: 3_366, Agreed: 3_366},
			{Day: day("2026-05-13"), Rows: 1, Gross: 3_058_000, Charged: 91_734, Agreed: 19_265},
		},
	}}
	run.Charges = []tillproof.FeeCharge{{
		Currency: tillproof.CNY, Label: "SIM", Every: tillproof.EveryMonth, First: day("2026-05-01"),
		Last: day("2026-06-01"), Each: 500, Total: 1_000,
	}}
	return run
}

// The sentence, the table, the chart with its change and its figures as a table, in both languages.
func TestFeesAreShown(t *testing.T) {
	for lang, want := range map[locale.Lang][]string{
		locale.EN: {
			"credit cards at merchant 104310058120001 cost 2.99% + CNY 3.00 instead of the agreed 0.63%",
			"CNY 724.69 too much in one row", "monthly", "1 of 1",
		},
		locale.ZH: {"自2026年5月13日起", "贷记卡按2.99% + ¥3.00收费，约定为0.63%，1笔多收¥724.69", "每月"},
	} {
		html := page(t, drifted(t), lang)
		wellFormed(t, html)
		for _, w := range append(want, `class="line-agreed"`, `class="line-charged"`, `class="mark"`,
			">2026-05-13</text>", "<td>724.69</td>", "<td>2.99%</td>", "<td>917.34</td>", "SIM") {
			if !strings.Contains(html, w) {
				t.Errorf("%s: no %q on the page", lang, w)
			}
		}
		var b bytes.Buffer
		if err := fixtureView(t, drifted(t), Options{Lang: lang, Width: 110}).writeText(&b); err != nil {
			t.Fatal(err)
		}
		if text := b.String(); !strings.Contains(text, "724.69") || !strings.Contains(text, "2.99%") {
			t.Errorf("%s: the text lacks the fees", lang)
		}
	}
}

// A rate that the rows leave open is never shown as one number, and one that is none not at all.
func TestRatesThatAreNotKnown(t *testing.T) {
	v := newView(&tillproof.Run{}, Options{Lang: locale.EN})
	for _, c := range []struct {
		span tillproof.FeeSpan
		want string
	}{
		{
			tillproof.FeeSpan{Certainty: tillproof.FeeOpen, RateLeast: 5_800, RateMost: 6_200},
			"0.58% to 0.62%",
		},
		{tillproof.FeeSpan{Certainty: tillproof.FeeMixed, RateLeast: 6_000}, "no single rate"},
		{tillproof.FeeSpan{Certainty: tillproof.FeeFew, RateLeast: 6_000}, "too few rows"},
	} {
		if got := v.rateCell(&c.span); got != c.want {
			t.Errorf("%s: %q, not %q", c.span.Certainty, got, c.want)
		}
	}
}

func TestFeesInJSON(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, drifted(t), Options{Lang: locale.EN}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Fees []struct {
			Kind  string `json:"card_kind"`
			Spans []struct {
				From, Over, Against string
				Tariff              struct {
					Rate  int `json:"rate_ppm"`
					Fixed string
				}
			}
		}
		Charges []struct{ Label, Every, Total string }
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Fees) != 1 || len(got.Fees[0].Spans) != 2 || len(got.Charges) != 1 {
		t.Fatalf("%+v", got)
	}
	s := got.Fees[0].Spans[1]
	if s.From != "2026-05-13" || s.Over != "724.69" || s.Tariff.Rate != 29_900 || s.Tariff.Fixed != "3.00" {
		t.Errorf("%+v", s)
	}
	if c := got.Charges[0]; c.Label != "SIM" || c.Every != "month" || c.Total != "10.00" {
		t.Errorf("%+v", c)
	}
}

// Money whose deposit never came stands apart from what matched.
func TestUndepositedMoneyStandsApart(t *testing.T) {
	run := &tillproof.Run{}
	day, err := tillproof.ParseDate("2026-09-16")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		for _, side := range []tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
			r := tillproof.NewRecord(tillproof.Sale)
			r.SettleDate, r.Amount = day, tillproof.NewMoney(int64(100*(i+1)), tillproof.CNY)
			run.Records[side] = append(run.Records[side], r)
			run.States[side] = append(run.States[side], tillproof.RowState{Status: tillproof.Matched})
		}
		run.Matches = append(run.Matches, tillproof.Match{
			Left:  tillproof.RowRef{Side: tillproof.Terminal, N: int32(i)},
			Right: tillproof.RowRef{Side: tillproof.Acquirer, N: int32(i)},
		})
	}
	run.States[tillproof.Acquirer][1].Status = tillproof.Timing
	run.Breaks = []tillproof.Break{{
		Kind: tillproof.NotDeposited, Records: []tillproof.RowRef{{Side: tillproof.Acquirer, N: 2}},
	}}
	bars := newView(run, Options{}).bars(tillproof.Terminal)[tillproof.CNY]
	want := [dayBuckets]int64{dayMatched: 100, dayTiming: 200, dayUndeposited: 300}
	if len(bars) != 1 || bars[0].sums != want {
		t.Errorf("%+v, not %v", bars, want)
	}
}

// More deposits than are drawn are counted, and those with an exception are drawn first.
func TestDrawnDepositsAreBounded(t *testing.T) {
	run := fixture(t)
	one := run.Waterfalls[0]
	one.Status, one.Notes, one.Residual = tillproof.Matched, nil, tillproof.NewMoney(0, tillproof.CNY)
	one.Rows = append(one.Rows, one.Rows...)
	for range drawnFalls + 5 {
		run.Waterfalls = append([]tillproof.Waterfall{one}, run.Waterfalls...)
	}
	html := page(t, run, locale.EN)
	if n := strings.Count(html, `<details class="fall"`); n != drawnFalls {
		t.Errorf("%d deposits drawn, not %d", n, drawnFalls)
	}
	first := html[strings.Index(html, `<details class="fall"`):]
	if !strings.HasPrefix(first, `<details class="fall" open=""><summary class="bad">`) {
		t.Errorf("an exception does not come first: %.90s", first)
	}
	if !strings.Contains(html, "more deposits are not drawn") {
		t.Error("those that are not drawn are not counted")
	}
}

// Three merchants whose fees no rate explains are one sentence with their sums, and no rows of the table:
// 3 × 4 rows, 3 × 100.00, fees of 1.00 + 2.00 + 3.00, of which 0.40 + 1.40 + 2.40 are above 0.60.
func TestFeesWithoutARateAreOneSentence(t *testing.T) {
	run := drifted(t)
	agreed := tillproof.TariffLine{Kind: tillproof.CardDebit, RatePPM: 6_000}
	for i, m := range []tillproof.MerchantID{"shop-7", "shop-8", "shop-9"} {
		charged := int64(i+1) * 100
		run.Fees = append(run.Fees, tillproof.FeeFit{
			Merchant: m, Currency: tillproof.CNY, Kind: tillproof.CardDebit, HasAgreed: true, Agreed: agreed,
			Spans: []tillproof.FeeSpan{{
				From: run.Fees[0].Spans[0].From, To: run.Fees[0].Spans[0].To, Rows: 4, Explained: 1,
				Certainty: tillproof.FeeMixed, Gross: 10_000, Charged: charged,
				Against: tillproof.AgainstAgreed, Base: agreed, Over: charged - 60,
				Note: tillproof.Note{Code: "tariff.always_open.agreed"},
			}},
		})
	}
	for lang, want := range map[locale.Lang]string{
		locale.EN: "No single rate explains the fees of 3 merchants (shop-7, shop-8, shop-9): CNY 6.00 on " +
			"CNY 300.00 in 12 rows, CNY 4.20 of it above what was agreed.",
		locale.ZH: "有3个商户（shop-7、shop-8、shop-9）的手续费无法用单一费率解释：" +
			"共12行，交易金额¥300.00，收取¥6.00，其中比约定多收¥4.20。",
	} {
		html := page(t, run, lang)
		if !strings.Contains(html, want) {
			t.Errorf("%s: no %q on the page", lang, want)
		}
		for _, m := range []string{"shop-7", "shop-8", "shop-9"} {
			if n := strings.Count(html, m); n != 1 {
				t.Errorf("%s: %s stands %d times on the page, want once", lang, m, n)
			}
		}
	}
	run.Fees = run.Fees[:2] // of a single merchant the table says it
	if html := page(t, run, locale.EN); !strings.Contains(html, "no single rate") {
		t.Error("the table lacks the merchant without a rate")
	}
}
