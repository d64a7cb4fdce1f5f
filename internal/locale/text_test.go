package locale

import (
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

func TestFill(t *testing.T) {
	p := tillproof.Params{
		"amount": "-1234567.50 CNY", "yen": "1200 JPY", "bare": "0.05", "day": "2026-09-06",
		"at": "2026-09-16T02:03:04", "rate": "6025", "n": "4217", "single": "1",
		"name": "前门店", "odd": "12 apples",
		"none": "", "days": "781200", "hours": "7200", "minutes": "5400",
		"side": "bank",
	}
	for _, c := range []struct{ text, zh, en string }{
		{"no place", "no place", "no place"},
		{"{name}!", "前门店!", "前门店!"},
		{"{amount:money}", "-¥1,234,567.50", "CNY -1,234,567.50"},
		{"{yen:money}", "JPY 1,200", "JPY 1,200"},
		{"{bare:money}", "0.05", "0.05"},
		{"{day:date}", "2026年9月6日", "6 Sep 2026"},
		{"{none:date}", "未知", "unknown"},
		{"{at:time}", "2026年9月16日02:03:04", "16 Sep 2026 02:03:04"},
		{"{rate:rate}", "0.6025%", "0.6025%"},
		{"{n:int}", "4,217", "4,217"},
		{"{days:span}, {hours:span}, {minutes:span}", "9天, 2小时, 90分钟", "9 days, 2 hours, 90 minutes"},
		{"{n:row is|rows are} new", "4,217 rows are new", "4,217 rows are new"},
		{"{single:row is|rows are} new", "1 row is new", "1 row is new"},
		{
			"{odd:money}{odd:date}{odd:time}{odd:rate}{odd:int}",
			"12 apples12 apples12 apples12 apples12 apples", "12 apples12 apples12 apples12 apples12 apples",
		},
		{"{side}", "银行流水", "bank statement"},
		{"{missing}", "[missing]", "[missing]"},
		{"open {brace", "open {brace", "open {brace"},
		{"{name}{name}", "前门店前门店", "前门店前门店"},
	} {
		if got := Fill(ZH, c.text, p); got != c.zh {
			t.Errorf("zh %q: got %q, want %q", c.text, got, c.zh)
		}
		if got := Fill(EN, c.text, p); got != c.en {
			t.Errorf("en %q: got %q, want %q", c.text, got, c.en)
		}
	}
}

func TestUnknownCodeIsShownInBrackets(t *testing.T) {
	if got := Text(ZH, "no.such.code", nil); got != "[no.such.code]" {
		t.Error(got)
	}
	if got := Text("fr", "locale.unknown", nil); got != "[locale.unknown]" {
		t.Error(got)
	}
}

// A parameter's own braces are not places: a narrative that a stranger wrote cannot reach other parameters.
func TestParametersAreNotTexts(t *testing.T) {
	got := Fill(EN, "<{a}>", tillproof.Params{"a": "{b}", "b": "secret"})
	if got != "<{b}>" {
		t.Error(got)
	}
}

func TestACardThatIsNotShownIsLeftOut(t *testing.T) {
	for _, c := range []struct {
		lang       Lang
		card, want string
	}{
		{EN, "621234******0001", "(reference 101, card 621234******0001)"},
		{EN, "–", "(reference 101)"},
		{ZH, "621234******0001", "（参考号101，卡号621234******0001）"},
		{ZH, "–", "（参考号101）"},
	} {
		text := map[Lang]string{EN: "(reference {ref}{card:card})", ZH: "（参考号{ref}{card:card}）"}[c.lang]
		if got := Fill(c.lang, text, tillproof.Params{"ref": "101", "card": c.card}); got != c.want {
			t.Errorf("%s: %q", c.lang, got)
		}
	}
}

func TestTextNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[{}:a-z ]{0,20}`).Draw(t, "text")
		v := rapid.String().Draw(t, "value")
		for _, kind := range []string{"money", "date", "time", "rate", "int", "tariff", "card", "span", ""} {
			_ = show(ZH, kind, v)
		}
		_ = Fill(EN, text, tillproof.Params{"a": v, "n": v})
	})
}

func TestLoadLeavesOutBrokenFiles(t *testing.T) {
	texts := load(fstest.MapFS{
		"catalog/a.en.json": {Data: []byte(`{"a.x":"one"}`)},
		"catalog/b.en.json": {Data: []byte(`{"b.x":`)},
		"catalog/c.zh.json": {Data: []byte(`{"c.x":"三"}`)},
	}, EN)
	if len(texts) != 1 || texts["a.x"] != "one" {
		t.Error(texts)
	}
}

func TestNumbers(t *testing.T) {
	cny := func(n int64) tillproof.Money { return tillproof.NewMoney(n, tillproof.CNY) }
	kwd, _ := tillproof.ParseCurrency("KWD")
	day, _ := tillproof.ParseDate("2026-11-03")
	for _, c := range []struct{ got, want string }{
		{Money(ZH, cny(123450)), "¥1,234.50"},
		{Money(ZH, cny(-5)), "-¥0.05"},
		{Money(EN, cny(123450)), "CNY 1,234.50"},
		{Money(EN, cny(-100000)), "CNY -1,000.00"},
		{Money(ZH, tillproof.NewMoney(-1234567, kwd)), "KWD -1,234.567"},
		{Money(ZH, cny(-1<<63)), "-¥92,233,720,368,547,758.08"},
		{Exact(EN, tillproof.Exact{Unscaled: 1234567, Scale: 4}, tillproof.CNY), "CNY 123.4567"},
		{Number(EN, 0), "0"},
		{Number(EN, 999), "999"},
		{Number(ZH, 1000), "1,000"},
		{
			Number(EN, -1234567),
			"-1,234,567",
		},
		{Rate(EN, 5000), "0.50%"},
		{Rate(EN, 6025), "0.6025%"},
		{Rate(ZH, 6010), "0.601%"},
		{Rate(EN,
			1000000), "100.00%"},
		{Rate(EN, 0), "0.00%"},
		{Rate(EN, -250), "-0.025%"},
		{Date(ZH, day), "2026年11月3日"},
		{Date(EN, day), "3 Nov 2026"},
		{ShortDate(EN, day), "2026-11-03"},
		{Date(EN, tillproof.NoDate), "unknown"},
		{ShortDate(ZH, tillproof.NoDate), ""},
		{Time(ZH, day.At(2, 3, 4)), "2026年11月3日02:03:04"},
		{
			Time(EN, day.At(23, 0, 0)),
			"3 Nov 2026 23:00:00",
		},
		{Time(EN, tillproof.NoTime), "unknown"},
		{ShortTime(EN, day.At(2, 3, 4)), "2026-11-03 02:03:04"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestLanguageOfTheEnvironment(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want Lang
	}{
		{nil, EN},
		{map[string]string{"LANG": "zh_CN.UTF-8"}, ZH},
		{map[string]string{"LANG": "zh-Hans-CN"}, ZH},
		{map[string]string{"LANG": "C.UTF-8"}, EN},
		{map[string]string{"LANG": "zh_CN.GB18030", "LC_ALL": "en_US.UTF-8"}, EN},
		{map[string]string{"LANG": "en_US", "LC_MESSAGES": "zh_TW"}, ZH},
		{map[string]string{"LANG": "zh_CN", "LC_ALL": ""}, ZH},
		{map[string]string{"LANG": "de_DE"}, EN},
		{map[string]string{"LANG": "zha_CN"}, EN}, // Zhuang is not Chinese
	} {
		if got := FromEnv(func(k string) string { return c.env[k] }); got != c.want {
			t.Errorf("%v: got %s, want %s", c.env, got, c.want)
		}
	}
	if _, ok := Parse("fr"); ok {
		t.Error("fr is not in the catalogue")
	}
}

func TestTariff(t *testing.T) {
	for _, c := range []struct{ param, zh, en string }{
		{"6300", "0.63%", "0.63%"},
		{"29900;fixed=3.00 CNY", "2.99% + ¥3.00", "2.99% + CNY 3.00"},
		{"5000;cap=20.00 CNY", "0.50%，封顶¥20.00", "0.50%, at most CNY 20.00"},
		{
			"5000;min=0.10 CNY;cap=20.00 CNY", "0.50%，最低¥0.10，封顶¥20.00",
			"0.50%, at least CNY 0.10, at most CNY 20.00",
		},
		{"0;fixed=0.30 EUR", "EUR 0.30", "EUR 0.30"},
		{"0", "0.00%", "0.00%"},
	} {
		for lang, want := range map[Lang]string{ZH: c.zh, EN: c.en} {
			if got := Fill(lang, "{v:tariff}", tillproof.Params{"v": c.param}); got != want {
				t.Errorf("%s %s: %s, not %s", lang, c.param, got, want)
			}
		}
	}
}
