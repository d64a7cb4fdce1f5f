package profile

import (
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// openStyle are the layouts whose files follow the account of the user and must show how they write dates and
// amounts.
var openStyle = map[string]string{
	"bank_en": "order mark", "paypal": "order mark", "paypal_statement": "order mark",
	"loyverse": "order mark", "loyverse_items": "order mark", "square": "order", "square_items": "order",
	"worldpay": "order", "worldpay_batch": "order", "card_transactions": "order",
	"stripe_payout": "mark", "stripe_balance": "mark", "stripe_payments": "mark", "sumup": "mark",
}

func TestEmbeddedLayouts(t *testing.T) {
	ps, err := loadAll(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"terminal_zh", "terminal_en", "acquirer_zh", "acquirer_en", "bank_zh", "bank_en", "adyen",
		"unionpay_terminal_zh", "unionpay_terminal_en",
	} {
		if !slices.ContainsFunc(ps, func(p Profile) bool { return p.Name == want }) {
			t.Errorf("no layout %s", want)
		}
	}
	for _, p := range ps {
		if len(p.require) == 0 && len(p.positions) == 0 {
			t.Errorf("%s requires nothing and would take any header", p.Name)
		}
		if open := openStyle[p.Name]; p.order == cell.OrderAuto != strings.Contains(open, "order") ||
			p.mark == cell.MarkAuto != strings.Contains(open, "mark") {
			t.Errorf("%s leaves its style open, or does not: want %q", p.Name, open)
		}
	}
}

// A header made of the names that a layout prefers is recognised as that layout and no other.
func TestEachLayoutKnowsItself(t *testing.T) {
	for _, p := range Builtin().All() {
		if p.Generic || !p.headed() {
			continue
		}
		var cells []string
		for f := Field(1); f < numFields; f++ {
			if p.heading[f] != "" && !slices.Contains(p.reject, f) {
				cells = append(cells, p.heading[f])
			}
		}
		best, _ := Builtin().find(cells, Want{})
		if len(best) != 1 || best[0].Name != p.Name {
			t.Errorf("%s: its own header is taken for %v", p.Name, layoutNames(best))
		}
	}
}

func layoutNames(ls []*Layout) []string {
	var out []string
	for _, l := range ls {
		out = append(out, l.Name)
	}
	return out
}

func TestHeaderNames(t *testing.T) {
	for in, want := range map[string]string{
		"\ufeff商户编号": "商户编号", "　终端号 ": "终端号", "日 志 号": "日志号", "\tMerchant ID\t": "merchantid",
		"ＲＲＮ": "rrn", "`参考号": "参考号", "#Kwota": "kwota", "手续费（元）": "手续费(元)",
	} {
		if got := normal(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]headerCell{
		"交易金额(元)":       {bare: "交易金额", unit: unitMajor},
		"交易金额（分）":       {bare: "交易金额", unit: unitMinor},
		"Betrag (EUR)":  {bare: "betrag", currency: currencyOf("eur")},
		"Amount CZK":    {bare: "amount", currency: currencyOf("czk")},
		"Umsatz in EUR": {bare: "umsatz", currency: currencyOf("eur")},
		"交易金额(收入)":      {bare: "交易金额(收入)"},
	} {
		got := newHeaderCell(in)
		if got.bare != want.bare || got.unit != want.unit || got.currency != want.currency {
			t.Errorf("%q: %+v, want %+v", in, got, want)
		}
	}
}

// The order of columns, further columns and synonyms do not matter.
func TestColumnsInAnyOrder(t *testing.T) {
	cells := strings.Split("门店,应答码,检索参考号,金额,交易时间,终端号,交易日期,流水号,交易类型,商户号", ",")
	best, _ := Builtin().find(cells, Want{})
	if len(best) != 1 || best[0].Name != "terminal_zh" {
		t.Fatalf("taken for %v", layoutNames(best))
	}
	for f, at := range map[Field]int{Merchant: 9, RRN: 2, Amount: 3, Clock: 4, Day: 6, STAN: 7, Response: 1} {
		if got := best[0].at[f]; len(got) != 1 || got[0] != at {
			t.Errorf("%s at %v, want %d", f, got, at)
		}
	}
}

func TestTwoLayoutsThatFitEqually(t *testing.T) {
	f := found{best: []*Layout{{Profile: &Profile{Name: "one"}}, {Profile: &Profile{Name: "two"}}}}
	err := f.verdict()
	e, ok := err.(*tillproof.Error)
	if !ok || e.Code != CodeAmbiguous || e.Params["candidates"] != "one, two" {
		t.Errorf("got %v", err)
	}
}

func TestBadLayoutFiles(t *testing.T) {
	good := "name: x\nsource: s\nside: bank\nshape: sign\nunit: major\nrequire: [amount]\n" +
		"columns: {amount: [A]}\n"
	if _, err := parse([]byte(good), wordsYAML{}); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"unknown key":   good + "colour: red\n",
		"unknown side":  strings.Replace(good, "bank", "moon", 1),
		"unknown field": strings.Replace(good, "{amount:", "{amont:", 1),
		"unknown unit":  strings.Replace(good, "major", "dollars", 1),
		"no unit":       strings.Replace(good, "unit: major\n", "", 1),
		"no source":     strings.Replace(good, "source: s\n", "", 1),
		"two meanings":  strings.Replace(good, "{amount: [A]}", "{amount: [A], fee: [a]}", 1),
	} {
		if _, err := parse([]byte(text), wordsYAML{}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
