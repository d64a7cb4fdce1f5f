package custom

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/habit"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// night is a rule as a user writes it.
const night = `id: night_refund
title: {zh: 夜间退款, en: Refund at night}
severity: high
when: kind == "refund" && hour < night_ends && amount >= 50000
params: {night_ends: 6}
at_risk: true
merge: terminal
reason: {zh: "{time:time} 退款 {amount:money}", en: "{amount:money} went back at {time:time}"}
`

const nightWhen = `kind == "refund" && hour < night_ends && amount >= 50000`

func mustRead(t testing.TB, text string) *Rule {
	t.Helper()
	r, err := Read("x.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// refund is a refund of 600.00 at 02:10 on Wednesday, 15 April 2026.
func refund() stream.Txn {
	day, _ := tillproof.NewDate(2026, time.April, 15)
	return stream.Txn{
		At: day.At(2, 10, 0), Timed: true, Kind: tillproof.Refund, Amount: 60_000, Currency: tillproof.CNY,
		Terminal: stream.KeyOf("10000001"), STAN: -1,
	}
}

func TestRule(t *testing.T) {
	r := mustRead(t, night)
	if r.ID != "night_refund" || r.Severity != tillproof.High || r.Merge != ByTerminal || !r.AtRisk ||
		r.Shadow {
		t.Errorf("%+v", r)
	}
	if r.test.program != nil {
		t.Error("three comparisons need no language")
	}
	for _, c := range []struct {
		name   string
		change func(*stream.Txn)
		want   bool
	}{
		{"as it is", func(*stream.Txn) {}, true},
		{"a sale", func(x *stream.Txn) { x.Kind = tillproof.Sale }, false},
		{"at six", func(x *stream.Txn) { x.At = x.At.Date().At(6, 0, 0) }, false},
		{"a cent less", func(x *stream.Txn) { x.Amount = 49_999 }, false},
		{"just as much", func(x *stream.Txn) { x.Amount = 50_000 }, true},
		{"no clock", func(x *stream.Txn) { x.Timed = false }, false},
	} {
		x := refund()
		c.change(&x)
		if got := r.Holds(&x, nil); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestConditions: each condition is asked twice, by the gate where it can, and by the language alone.
func TestConditions(t *testing.T) {
	var v habit.Vector
	for i := range v {
		v[i] = habit.Missing
	}
	v[habit.CardRatio], v[habit.CardRows] = 6300, 12
	for when, want := range map[string]bool{
		`amount == 60000`:                                    true,
		`60000 <= amount`:                                    true,
		`60001 <= amount`:                                    false,
		`whole > 599 && whole < 601`:                         true,
		`weekday == 3`:                                       true,
		`day == 15 && month == 4 && minute == 10`:            true,
		`kind in ["refund", "void"]`:                         true,
		`!(kind in ["refund", "void"])`:                      false,
		`terminal == name("10000001")`:                       true,
		`name("10000001") != terminal`:                       false,
		`terminal in [name("10000001"), name("2")]`:          true,
		`terminal == name("1000001")`:                        false,
		`card_ratio > 6000 && card_rows >= 10`:               true,
		`card_ratio > 6300`:                                  false,
		`card_ratio * 2 > 12000 && hour in [1, 2, 3]`:        true,
		`terminal_rows < 5`:                                  false, // not shown
		`terminal_rows >= 5`:                                 false,
		`!(terminal_rows >= 5)`:                              false,
		`terminal_rows >= 5 || hour == 2`:                    true,
		`currency == "CNY" && entry == "" && response == ""`: true,
		`undone`:  false,
		`!undone`: true,
		`undone == false && status != "declined"`:              true,
		`amount % 10000 == 0 ? hour < 3 : false`:               true,
		`amount / (hour - 2) > 1`:                              false, // divided by nothing: no answer
		`amount * 9223372036854775807 > 1`:                     false, // beyond the range: no answer
		`amount / (hour-hour) > 1 || hour == 2`:                true,  // the other side decides
		`stan == 7`:                                            false, // not shown
		`stan != 7`:                                            false,
		`5 > 3`:                                                true,
		`merchant == name("")`:                                 true,
		`hour >= 0 && (amount > 70000 || kind == "refund")`:    true,
		`card_kind != "wallet" && status in ["posted"]`:        true,
		`amount > -1`:                                          true,
		`entry == "keyed" || entry == "fallback" || undone`:    false,
		`card_rows == 12 && card_ratio != 6300`:                false,
		`(hour == 2 && minute == 10) && !(amount < 60000)`:     true,
		`response != "55"`:                                     true,
		`hour == 2 && terminal == name("10000001") && !undone`: true,
	} {
		test, bad := compile(when, nil)
		if bad != nil {
			t.Errorf("%s: %v", when, bad)
			continue
		}
		x := refund()
		s := &scene{tx: &x, habit: v[:], names: test.names}
		if got := test.holds(s); got != want {
			t.Errorf("%s: %v", when, got)
		}
		if got := byLanguage(t, when).holds(s); got != want {
			t.Errorf("%s: %v by the language alone", when, got)
		}
	}
}

// byLanguage compiles a condition without a gate.
func byLanguage(t *testing.T, when string) *compiled {
	t.Helper()
	test, bad := compile("("+when+") || (amount == -1 && amount == -2)", nil)
	if bad != nil {
		t.Fatal(when, bad)
	}
	if test.program == nil || len(test.gate) > 0 {
		t.Errorf("%s has a gate of %d", when, len(test.gate))
	}
	return test
}

// TestNames: a rule finds a terminal, merchant or card by the number as people write it.
func TestNames(t *testing.T) {
	merchant := stream.KeyOf("898310148120001")
	till := func(x *stream.Txn) { x.Terminal = stream.KeyWith(merchant, stream.KeyOf("7")) }
	for when, change := range map[string]func(*stream.Txn){
		`terminal == name("00000007")`:         till,
		`terminal == name("7")`:                till,
		`terminal == name("tid00001")`:         func(x *stream.Txn) { x.Terminal = stream.KeyOf("TID00001") },
		`merchant == name("0898310148120001")`: func(*stream.Txn) {},
		`card == name("622588******1234")`:     func(x *stream.Txn) { x.Card = stream.KeyOf("6225881234") },
		`card in [name("C 17"), name("596")]`:  func(x *stream.Txn) { x.Card = stream.KeyOf("596") },
		`category == name("grocery")`:          func(x *stream.Txn) { x.Category = stream.KeyOf("grocery") },
	} {
		test, bad := compile(when, nil)
		if bad != nil {
			t.Fatal(when, bad)
		}
		x := refund()
		x.Merchant = merchant
		if change(&x); !test.holds(&scene{tx: &x, names: test.names}) {
			t.Error(when)
		}
		x.Terminal, x.Merchant, x.Card, x.Category = 1, 2, 3, 4
		if test.holds(&scene{tx: &x, names: test.names}) {
			t.Error(when, "holds for others")
		}
	}
}

// TestMistakes: what is wrong is told with its code, its line and what was meant.
func TestMistakes(t *testing.T) {
	change := func(old, with string) string { return strings.Replace(night, old, with, 1) }
	for _, c := range []struct {
		text, code string
		line       int
		param      string // name=value
	}{
		{"", "custom.empty", 0, ""},
		{"# nothing", "custom.empty", 0, ""},
		{change("id: night_refund\n", ""), "custom.missing", 0, "key=id"},
		{change("id: night_refund", "id: Night Refund"), "custom.id", 1, "value=Night Refund"},
		{change("severity: high", "severity: urgent"), "custom.choice", 3, "value=urgent"},
		{change("merge: terminal", "merge: till"), "custom.choice", 7, "key=merge"},
		{change("amount >=", "amuont >="), "custom.unknown_near", 4, "near=amount"},
		{change("amount >=", "card_ration >="), "custom.unknown_near", 4, "near=card_ratio"},
		{change("amount >=", "weather >="), "custom.unknown", 4, "name=weather"},
		{change(`"refund"`, `"refnd"`), "custom.word", 4, "near=refund"},
		{change(`"refund"`, `"REFUND"`), "custom.word", 4, "value=REFUND"},
		{change("amount >= 50000", "amount >="), "custom.expression", 4, ""},
		{change("amount >= 50000", `amount >= "x"`), "custom.expression", 4, ""},
		{change(nightWhen, "amount + 1"), "custom.not_bool", 4, ""},
		{change("amount >= 50000", "[1, 2].exists(x, x > 1)"), "custom.function", 4, "name=exists"},
		{change("amount >= 50000", `kind.matches("a+")`), "custom.function", 4, "name=matches"},
		{change("amount >= 50000", `size("abc") > 2`), "custom.function", 4, "name=size"},
		{change("amount >= 50000", `card.ratio > 2`), "custom.field", 4, "name=ratio"},
		{change(nightWhen, `'{1: true}[1]'`), "custom.function", 4, ""},
		{change(nightWhen, `'{1: true} == {1: true}'`), "custom.form", 4, ""},
		{change("amount >= 50000", `name(kind) == terminal`), "custom.name_text", 4, ""},
		{change("night_ends: 6", "hour: 6"), "custom.param_taken", 5, "value=hour"},
		{change("night_ends: 6", "night_ends: 6.5"), "custom.param_number", 5, "value=night_ends"},
		{change("at_risk: true", "at_risks: true"), "custom.syntax", 6, ""},
		{change("{time:time} 退款", "{tim:time} 退款"), "custom.place_near", 8, "near=time"},
		{change("{time:time} 退款", "{weather} 退款"), "custom.place", 8, "value=weather"},
		{change("{time:time} 退款", "{time 退款"), "custom.brace", 8, ""},
		{change("at_risk: true", "at_risk: &a true"), "custom.alias", 6, ""},
		{night + "---\n" + night, "custom.empty", 0, ""},
		{change("kind ==", strings.Repeat("(", 300)+"kind =="), "custom.expression", 4, ""},
		{change("amount >= 50000", "amount in ["+strings.Repeat("1,", 300)+"1]"), "custom.too_long", 4, ""},
		{
			change("amount >= 50000", "amount in ["+strings.Repeat("1,", 3000)+"1]"),
			"custom.too_many_bytes", 4, "max=4096",
		},
		{change(nightWhen, "amount / 0 == 1"), "custom.nought", 4, ""},
		{
			strings.NewReplacer("night_ends: 6", "night_ends: 0", "amount >=", "amount % night_ends >=").
				Replace(night),
			"custom.nought", 4, "",
		},
		{change("amount >= 50000", `kind + kind == "salesale"`), "custom.arithmetic", 4, "type=string"},
		{night + "# " + strings.Repeat("x", MaxFile), "custom.too_large", 0, ""},
		{change("Refund at night", strings.Repeat("x", 601)), "custom.text_long", 2, "key=title"},
	} {
		_, err := Read("x.yaml", []byte(c.text))
		var e *tillproof.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", c.code, err)
			continue
		}
		name, value, _ := strings.Cut(c.param, "=")
		if e.Code != c.code || e.Place.Line != c.line || e.Params[name] != value || e.Place.File != "x.yaml" {
			t.Errorf("%.120q: %s line %d %v, want %s line %d %s", c.text, e.Code, e.Place.Line, e.Params,
				c.code, c.line, c.param)
		}
	}
}

func TestFolder(t *testing.T) {
	other := strings.Replace(night, "night_refund", "other_rule", 1)
	dir := fstest.MapFS{
		"b.yaml": {Data: []byte(night)}, "a.yaml": {Data: []byte(other)},
		"notes.txt":   {Data: []byte("no rule")},
		"snooze.yaml": {Data: []byte("- {rule: night_refund, until: 2026-06-30, reason: new till}\n")},
	}
	f, err := ReadFolder(dir, "rules")
	if err != nil || len(f.Rules) != 2 || f.Rules[0].ID != "other_rule" || len(f.Snoozes) != 1 {
		t.Fatalf("%+v %v", f, err)
	}
	day := func(s string) tillproof.Date { d, _ := tillproof.ParseDate(s); return d }
	s := &f.Snoozes[0]
	if !s.Holds("night_refund", day("2026-06-30")) || s.Holds("night_refund", day("2026-07-01")) ||
		s.Holds("other_rule", day("2026-06-30")) {
		t.Errorf("%+v", s)
	}
	dir["c.yaml"] = &fstest.MapFile{Data: []byte(night)}
	dir["d.yaml"] = &fstest.MapFile{Data: []byte("id: [")}
	_, err = ReadFolder(dir, "rules")
	var codes []string
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		codes = append(codes, e.(*tillproof.Error).Code+" "+e.(*tillproof.Error).Place.File)
	}
	if got := strings.Join(codes, ", "); got != "custom.twice rules/c.yaml, custom.syntax rules/d.yaml" {
		t.Error(got)
	}
}

func TestSnooze(t *testing.T) {
	for _, c := range []struct{ rule, from, until, reason, code string }{
		{"night_refund", "", "2026-06-30", "new till", ""},
		{"night_refund", "2026-06-30", "2026-06-30", "new till", ""},
		{"night_refund", "2026-07-01", "2026-06-30", "new till", "custom.snooze_from"},
		{"night_refund", "", "", "new till", "custom.snooze_until"},
		{"night_refund", "", "30.06.2026", "new till", "custom.snooze_until"},
		{"night_refund", "", "2026-06-30", " ", "custom.snooze_reason"},
		{"No", "", "2026-06-30", "new till", "custom.id"},
	} {
		s, bad := NewSnooze(c.rule, c.from, c.until, c.reason)
		if code := codeOf(bad); code != c.code {
			t.Errorf("%v: %q", c, code)
		}
		if bad != nil {
			continue
		}
		raw, err := WriteSnoozes([]Snooze{s})
		back, err2 := ReadSnoozes("s", raw)
		if err != nil || err2 != nil || len(back) != 1 || back[0].Until != s.Until || back[0].From != s.From {
			t.Errorf("%s: %v %v %v", raw, back, err, err2)
		}
	}
}

func codeOf(e *tillproof.Error) string {
	if e == nil {
		return ""
	}
	return e.Code
}

// FuzzRead: no file of a rule makes the reader or a condition panic.
func FuzzRead(f *testing.F) {
	f.Add(night)
	f.Add("id: [")
	f.Add(strings.Replace(night, "amount >= 50000", "amount / 0 > 1 || card_ratio * card_ratio > stan", 1))
	f.Fuzz(func(_ *testing.T, text string) {
		r, err := Read("x.yaml", []byte(text))
		if err != nil {
			return
		}
		x, v := refund(), habit.Vector{}
		r.Holds(&x, nil)
		r.Holds(&x, v[:])
	})
}

// ten are rules as people write them: some end at a comparison, some need the language.
func ten(t testing.TB) []*Rule {
	var all []*Rule
	for _, when := range []string{
		`kind == "refund" && hour < 6 && amount >= 50000`,
		`amount >= 1000000`,
		`card_ratio > 6000 && card_rows >= 10`,
		`entry in ["keyed", "fallback"] && amount > 100000`,
		`weekday >= 6 && (hour < 5 || hour > 22)`,
		`terminal == name("10000001") && amount > 200000`,
		`card_rows_1h >= 5 && card_spent_3h > 20000`,
		`amount % 10000 == 0 && amount >= 300000`,
		`terminal_rows_10m >= 12 && terminal_cards < 200`,
		`status == "declined" && response in ["41", "43", "34"]`,
	} {
		all = append(all, mustRead(t, strings.Replace(night,
			`kind == "refund" && hour < night_ends && amount >= 50000`, "'"+when+"'", 1)))
	}
	return all
}

func BenchmarkTenRules(b *testing.B) {
	rules := ten(b)
	day, _ := tillproof.NewDate(2026, time.April, 15)
	var rows [64]stream.Txn
	var v habit.Vector
	for i := range rows {
		rows[i] = stream.Txn{
			At: day.At(8+i%12, i%60, 0), Timed: true, Kind: tillproof.Sale, Amount: int64(1000 + 977*i),
			Entry: tillproof.EntryChip, Terminal: stream.KeyOf("7"), STAN: -1,
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		for _, r := range rules {
			if r.Holds(&rows[i%len(rows)], v[:]) {
				b.Fatal("a quiet row fires ", r.When)
			}
		}
	}
}
