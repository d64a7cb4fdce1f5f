package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// someCalendars knows one calendar, so that these tests do not follow the data of another room.
func someCalendars(name string) (tillproof.Calendar, []string, bool) {
	return tillproof.Calendar{Name: "CN"}, []string{"CN"}, name == "CN"
}

const fullPolicy = `# a shop
merchant: "晨曦便利店"
zone: Asia/Shanghai
currency: CNY
terminals: ["00012345", 10000002]
hours:
  mon: 08:00-22:00
  fri: [08:00-12:00, "18:00-02:00"]
  sat: 00:00-24:00
  sun: closed
cut_off: "23:00"
settlement: {days: 1, calendar: CN}
tariff:
  - {kind: debit, rate: "0.50%", fixed: "0.10", cap: "20.00", returns_fee: true}
  - kind: credit
    rate: 6‰
  - {kind: any, rate: 1.2345%}
fee_slack: 0.01
payers: ["某某支付服务有限公司"]
split_limit: 1000
window: 300
tips: 20%
`

func TestPolicyIsReadExactly(t *testing.T) {
	got, err := readPolicy("policy.yaml", []byte(fullPolicy), someCalendars)
	if err != nil {
		t.Fatal(err)
	}
	want := tillproof.Policy{
		Merchant: "晨曦便利店", Zone: "Asia/Shanghai", Currency: tillproof.CNY,
		Terminals: []tillproof.TerminalID{"00012345", "10000002"},
		Hours: []tillproof.Opening{
			{Day: time.Monday, Open: 480, Close: 1320},
			{Day: time.Friday, Open: 480, Close: 720},
			{Day: time.Friday, Open: 1080, Close: 1560},
			{Day: time.Saturday, Open: 0, Close: 1440},
		},
		CutOff:     1380,
		Settlement: tillproof.Settlement{Days: 1, Known: true, Calendar: tillproof.Calendar{Name: "CN"}},
		Tariff: []tillproof.TariffLine{
			{Kind: tillproof.CardDebit, RatePPM: 5000, Fixed: 10, Cap: 2000, ReturnsFee: true},
			{Kind: tillproof.CardCredit, RatePPM: 6000},
			{Kind: tillproof.CardUnknown, RatePPM: 12345},
		},
		FeeSlack: 1, Payers: []string{"某某支付服务有限公司"}, SplitLimit: 100000, Window: 300,
		TipPPM: 200_000,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("policy differs (-want +got):\n%s", diff)
	}
}

func TestPolicyAmountsFollowTheCurrencyWhereverItStands(t *testing.T) {
	for currency, want := range map[string]int64{"JPY": 1000, "CNY": 100000, "KWD": 1000000} {
		text := "split_limit: \"1000\"\ncurrency: " + currency + "\n"
		got, err := readPolicy("p", []byte(text), someCalendars)
		if err != nil || got.SplitLimit != want {
			t.Errorf("%s: %d, %v; want %d", currency, got.SplitLimit, err, want)
		}
	}
}

// mistakes lists "line:column code" of an error.
func mistakes(err error) string {
	var all []string
	for _, e := range flatten(err) {
		var m *tillproof.Error
		if !errors.As(e, &m) {
			return "not a tillproof.Error: " + e.Error()
		}
		all = append(all, fmt.Sprintf("%d:%d %s", m.Place.Line, m.Place.Column, m.Code))
	}
	return strings.Join(all, "; ")
}

func TestPolicyMistakesAreAllReportedWithTheirPlace(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "0:0 policy.empty"},
		{"only a comment", "# nothing\n", "0:0 policy.empty"},
		{"a list", "- a\n- b\n", "1:1 policy.mapping"},
		{"a word", "hello\n", "1:1 policy.mapping"},
		{"two documents", "currency: CNY\n---\ncurrency: EUR\n", "3:1 policy.documents"},
		{"unknown key", "currency: CNY\ncutoff: \"23:00\"\n", "2:1 policy.key"},
		{"unknown key inside", "settlement: {day: 1}\n", "1:14 policy.key"},
		{"twice", "window: 1\nwindow: 2\n", "2:1 policy.key_twice"},
		{"no value", "merchant:\n", "1:11 policy.no_value"},
		{"not a list", "terminals: 7\n", "1:12 policy.list"},
		{"not single", "merchant: [a]\n", "1:11 policy.scalar"},
		{"anchor", "merchant: &a x\n", "1:11 policy.scalar"},
		{"zone", "zone: Mars/Olympus\n", "1:7 policy.zone"},
		{"local zone", "zone: Local\n", "1:7 policy.zone"},
		{"currency", "currency: yuan\n", "1:11 policy.currency"},
		{"garbled amount", "currency: CNY\nfee_slack: 1O.00\n", "2:12 policy.amount"},
		{"separators", "currency: CNY\nsplit_limit: \"1,000.00\"\n", "2:14 policy.amount"},
		{"negative", "currency: CNY\nsplit_limit: \"-1\"\n", "2:14 policy.amount"},
		{"exponent", "currency: CNY\nsplit_limit: 1e3\n", "2:14 policy.amount"},
		{"too exact", "currency: CNY\nsplit_limit: \"1.005\"\n", "2:14 policy.amount_decimals"},
		{
			"too large", "currency: CNY\nsplit_limit: \"92233720368547758.08\"\n",
			"2:14 policy.amount_decimals",
		},
		{"no currency", "split_limit: \"1000\"\n", "1:14 policy.amount_currency"},
		{"bare tip", "tips: 20\n", "1:7 policy.rate"},
		{"bare rate", "tariff: [{kind: debit, rate: 0.006}]\n", "1:30 policy.rate"},
		{"rate above all", "tariff: [{kind: debit, rate: 100.0001%}]\n", "1:30 policy.rate"},
		{"rate too fine", "tariff: [{kind: debit, rate: 0.60001%}]\n", "1:30 policy.rate"},
		{"negative rate", "tariff: [{kind: debit, rate: \"-1%\"}]\n", "1:30 policy.rate"},
		{"huge rate", "tariff: [{kind: debit, rate: 9223372036854775807%}]\n", "1:30 policy.rate"},
		{"kind", "tariff: [{kind: gold, rate: 1%}]\n", "1:17 policy.card_kind"},
		{
			"kind twice", "tariff: [{kind: debit, rate: 1%}, {kind: debit, rate: 2%}]\n",
			"1:36 policy.tariff_twice",
		},
		{"no rate", "tariff:\n  - kind: debit\n", "2:5 policy.tariff_lacks"},
		{"truth", "tariff: [{kind: any, rate: 1%, returns_fee: yes}]\n", "1:45 policy.truth"},
		{"clock", "cut_off: \"25:00\"\n", "1:10 policy.clock"},
		{"clock of the end", "cut_off: \"24:00\"\n", "1:10 policy.clock"},
		{"clock without minutes", "cut_off: 23\n", "1:10 policy.clock"},
		{"hours", "hours: {mon: 8-22}\n", "1:14 policy.hours"},
		{"no time", "hours: {mon: 08:00-08:00}\n", "1:14 policy.hours"},
		{"day", "hours: {monday: closed}\n", "1:9 policy.key"},
		{"calendar", "settlement: {days: 1, calendar: XX}\n", "1:33 policy.calendar"},
		{"days", "settlement: {days: -1}\n", "1:20 policy.whole"},
		{"window", "window: 86401\n", "1:9 policy.whole"},
		{"terminal twice", "terminals: [a, b, a]\n", "1:19 policy.value_twice"},
		{"brackets", strings.Repeat("[", 40), "0:0 policy.too_deep"},
		{"dashes", strings.Repeat("- ", 100), "0:0 policy.too_deep"},
		{
			"all together", "merchant: x\ncolour: red\ncut_off: noon\nwindow: long\n",
			"2:1 policy.key; 3:10 policy.clock; 4:9 policy.whole",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readPolicy("policy.yaml", []byte(c.text), someCalendars)
			if got := mistakes(err); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if exitOf(err) != exitUsage {
				t.Errorf("exit %d, want %d", exitOf(err), exitUsage)
			}
		})
	}
}

func TestPolicySyntaxErrorHasItsPlace(t *testing.T) {
	_, err := readPolicy("policy.yaml", []byte("merchant: \"open\nzone: UTC\n"), someCalendars)
	if got := mistakes(err); !strings.HasSuffix(got, "policy.syntax") || strings.HasPrefix(got, "0:") {
		t.Errorf("got %s", got)
	}
}

func TestRatesAreExact(t *testing.T) {
	for text, want := range map[string]int64{
		"0%": 0, "0.60%": 6000, "0.6%": 6000, "0.55％": 5500, "6‰": 6000, "3.8‰": 3800, "100%": 1000000,
		"0.0001%": 1, "0.600000000%": 6000, "1000‰": 1000000, " 1%": 10000, "0.5 %": 5000,
	} {
		if got, ok := parseRate(text); !ok || got != want {
			t.Errorf("%q: %d %t, want %d", text, got, ok, want)
		}
	}
}

// TestPolicyRoundTrip: what is written is read back as it was, in both languages of the comments.
func TestPolicyRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyPolicy(t)
		d := &door{lang: rapid.SampledFrom(locale.Langs[:]).Draw(t, "lang")}
		var b bytes.Buffer
		if err := d.writePolicy(&b, want); err != nil {
			t.Fatal(err)
		}
		got, err := readPolicy("policy.yaml", b.Bytes(), someCalendars)
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("differs (-want +got):\n%s\n%s", diff, b.String())
		}
	})
}

func anyPolicy(t *rapid.T) tillproof.Policy {
	name := rapid.StringMatching(`[\p{L}\p{N} :#"'\\{}\[\]&*!|>%@,\-?\t]{1,20}`)
	names := rapid.SliceOfNDistinct(name, 0, 4, rapid.ID)
	currencies := []tillproof.Currency{tillproof.CNY, {'J', 'P', 'Y'}, {'K', 'W', 'D'}}
	p := tillproof.Policy{
		Merchant:   name.Draw(t, "merchant"),
		Zone:       rapid.SampledFrom([]string{"", "UTC", "Asia/Shanghai"}).Draw(t, "zone"),
		Currency:   rapid.SampledFrom(currencies).Draw(t, "currency"),
		CutOff:     rapid.IntRange(0, minutesOfDay-1).Draw(t, "cut"),
		Window:     rapid.IntRange(0, maxWindow).Draw(t, "window"),
		FeeSlack:   rapid.Int64Range(0, 1<<40).Draw(t, "slack"),
		SplitLimit: rapid.Int64Range(0, 1<<40).Draw(t, "split"),
		TipPPM:     rapid.Int64Range(0, maxRate).Draw(t, "tips"),
	}
	if s := names.Draw(t, "payers"); len(s) > 0 {
		p.Payers = s
	}
	for _, s := range names.Draw(t, "terminals") {
		p.Terminals = append(p.Terminals, tillproof.TerminalID(s))
	}
	for _, w := range weekdays {
		if open := rapid.IntRange(-1, minutesOfDay-1).Draw(t, w.key); open >= 0 {
			length := rapid.IntRange(1, minutesOfDay-1).Draw(t, w.key+" length")
			p.Hours = append(p.Hours, tillproof.Opening{Day: w.day, Open: open, Close: open + length})
		}
	}
	if p.Settlement.Known = rapid.Bool().Draw(t, "settles"); p.Settlement.Known {
		p.Settlement.Days = rapid.IntRange(0, maxSettleDays).Draw(t, "days")
		p.Settlement.Calendar = tillproof.Calendar{Name: rapid.SampledFrom([]string{"", "CN"}).Draw(t, "cal")}
	}
	kind := rapid.IntRange(0, int(tillproof.Wallet))
	for _, k := range rapid.SliceOfNDistinct(kind, 0, 4, rapid.ID).Draw(t, "kinds") {
		p.Tariff = append(p.Tariff, tillproof.TariffLine{
			Kind: tillproof.CardKind(k), RatePPM: rapid.Int64Range(0, maxRate).Draw(t, "rate"),
			Fixed:      rapid.Int64Range(0, 1<<30).Draw(t, "fixed"),
			Min:        rapid.Int64Range(0, 1<<30).Draw(t, "min"),
			Cap:        rapid.Int64Range(0, 1<<30).Draw(t, "cap"),
			ReturnsFee: rapid.Bool().Draw(t, "returns"),
		})
	}
	return p
}

func FuzzPolicy(f *testing.F) {
	f.Add([]byte(fullPolicy))
	f.Add([]byte("merchant: &a\n  - *a\n"))
	f.Add([]byte("? [a]\n: !!binary x\n<<: {a: b}\n"))
	more, err := filepath.Glob(filepath.Join("testdata", "script", "*.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range more {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := readPolicy("p", text, someCalendars)
		if err != nil {
			return
		}
		d := &door{lang: locale.ZH}
		var b bytes.Buffer
		if err := d.writePolicy(&b, p); err != nil {
			t.Fatal(err)
		}
		again, err := readPolicy("p", b.Bytes(), someCalendars)
		if err != nil {
			t.Fatalf("cannot be read back: %v\n%s", err, b.String())
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatalf("differs:\n%s", diff)
		}
	})
}
