package main

import (
	"bufio"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/locale"
)

// talk answers a dialogue about a draft with lines.
func talk(t *testing.T, lang locale.Lang, draft *profile.Draft, lines ...string) (string, string, error) {
	t.Helper()
	d, errs := doorFor("")
	d.lang = lang
	text := strings.Join(lines, "\n") + "\n"
	answers := bufio.NewScanner(strings.NewReader(text))
	raw, err := (&dialogue{door: d, lines: answers, draft: draft, file: "x.csv"}).run()
	return string(raw), errs.String(), err
}

func column(header string, f profile.Field, samples ...string) profile.DraftColumn {
	why := tillproof.Note{Code: profile.WhyUnknown}
	return profile.DraftColumn{Header: header, Field: f, Samples: samples, Why: why}
}

func draftOf(columns ...profile.DraftColumn) *profile.Draft {
	return &profile.Draft{
		Name: "x", Source: "test", Side: tillproof.Bank, Header: 1, Columns: columns,
		Shape: "sign", Unit: "major",
	}
}

// questionCase is a draft, what a person answers, and what must have been asked beside the side.
type questionCase struct {
	name   string
	draft  *profile.Draft
	lines  []string
	asked  []string
	answer []string // lines of the layout
}

func questionCases() []questionCase {
	day := column("A", profile.BookingDay, "2026-04-13")
	open := column("A", profile.BookingDay, "01/02/2026")
	known := draftOf(day, column("B", profile.Amount, "-1.50", "2.50"))
	known.Decimal = "point"
	kinds := draftOf(day, column("T", profile.Type, "SALE"), column("B", profile.Amount, "1.50"))
	fees := draftOf(day, column("B", profile.Amount, "-1.50"), column("C", profile.Fee, "0.03"))
	fees.Decimal = "point"
	sides := draftOf(day, column("B", profile.NoField, "1,50"), column("C", profile.NoField, "2,50"))
	return []questionCase{
		{
			"all is shown", known,
			[]string{"", "", ""},
			nil,
			[]string{"side: bank", "shape: sign", "unit: major"},
		},
		{
			"no minus", draftOf(day, column("B", profile.Amount, "1.50")),
			[]string{"", "", "1", "2", ""},
			[]string{"sign", "decimal"},
			[]string{"side: terminal", "spend_positive: true"},
		},
		{
			"the kind says it", kinds,
			[]string{"", "", "", "", "3", "2"},
			[]string{"sign", "decimal"},
			[]string{"shape: type", "decimal: point"},
		},
		{
			"whole numbers", draftOf(day, column("B", profile.Amount, "-150", "250")),
			[]string{"", "", "", "2"},
			[]string{"unit"},
			[]string{"unit: minor"},
		},
		{
			"debit and credit", sides,
			[]string{"", "debit", "money in (credit)", "", "3"},
			[]string{"decimal"},
			[]string{"shape: sides", "decimal: comma"},
		},
		{
			"a time with its day", draftOf(column("A", profile.Clock, "01/02/2026 10:00"),
				column("B", profile.Amount, "-1.50")),
			[]string{"", "", "", "2", "1"},
			[]string{"dates", "decimal"},
			[]string{"dates: dmy"},
		},
		{
			"fees without a net", fees,
			[]string{"", "", "", "", ""},
			[]string{"fee"},
			[]string{"fee_positive: true"},
		},
		{
			"no amount at first", draftOf(day, column("B", profile.NoField, "-1.50")),
			[]string{"", "", "", "amount", "", ""},
			[]string{"lacks", "decimal"},
			[]string{"shape: sign"},
		},
		{
			"open dates", draftOf(open, column("B", profile.Amount, "-1.50")),
			[]string{"", "", "", "3", "1"},
			[]string{"dates", "decimal"},
			[]string{"dates: mdy"},
		},
	}
}

// TestDialogueAsksWhatTheFileDoesNotShow: each question comes where it must, and only there.
func TestDialogueAsksWhatTheFileDoesNotShow(t *testing.T) {
	for _, c := range questionCases() {
		t.Run(c.name, func(t *testing.T) {
			raw, said, err := talk(t, locale.EN, c.draft, append(c.lines, "eur")...)
			if err != nil {
				t.Fatalf("%v after %s", err, said)
			}
			var asked []string
			for _, q := range []string{"lacks", "sign", "fee", "unit", "dates", "decimal"} {
				if strings.Contains(said, locale.Text(locale.EN, "profile.ask."+q, nil)) {
					asked = append(asked, q)
				}
			}
			if !slices.Equal(asked, c.asked) {
				t.Errorf("asked %v, want %v", asked, c.asked)
			}
			for _, want := range c.answer {
				if !strings.Contains("\n"+raw, "\n"+want+"\n") {
					t.Errorf("no %q in\n%s", want, raw)
				}
			}
			if _, err := profile.Parse([]byte(raw)); err != nil {
				t.Errorf("%v in\n%s", err, raw)
			}
		})
	}
}

// TestDialogueTakesEachName: a meaning may be said by its number, its name, or as people call it, in both
// languages; and each has its own words.
func TestDialogueTakesEachName(t *testing.T) {
	for _, lang := range []locale.Lang{locale.ZH, locale.EN} {
		words := map[string]profile.Field{}
		d, _ := doorFor("")
		d.lang = lang
		talker := &dialogue{door: d}
		for i, f := range profile.Fields() {
			code := "profile.field." + f.String()
			if !locale.Has(lang, code) {
				t.Errorf("%s has no name for %s", lang, f)
				continue
			}
			word := locale.Text(lang, code, nil)
			if other, taken := words[word]; taken {
				t.Errorf("%s: %q means %s and %s", lang, word, other, f)
			}
			words[word] = f
			for _, s := range []string{number(i + 1)["n"], f.String(), strings.ToUpper(f.String()), word} {
				if got, ok := talker.field(s); !ok || got != f {
					t.Errorf("%s: %q is %q, want %s", lang, s, got, f)
				}
			}
		}
		for _, s := range []string{"0", "-3", "999", "no such", "none"} {
			if got, ok := talker.field(s); ok {
				t.Errorf("%q is %s", s, got)
			}
		}
	}
}

func TestDialogueEnds(t *testing.T) {
	for _, lines := range [][]string{
		{}, {""}, {"q"}, {"", "q"}, {"", "", "x", "0"}, {strings.Repeat("x", 1<<17)},
	} {
		draft := draftOf(column("A", profile.BookingDay, "2026-04-13"), column("B", profile.Amount, "-1.50"))
		_, said, err := talk(t, locale.EN, draft, lines...)
		var e *tillproof.Error
		if !errors.As(err, &e) || e.Code != "profile.unfinished" || exitOf(err) != exitUsage {
			t.Errorf("%.20q: %v after %s", lines, err, said)
		}
	}
}

// TestDialogueShowsNoCard: what a file says is masked, and moves no cursor.
func TestDialogueShowsNoCard(t *testing.T) {
	const pan = "4111111111111111"
	draft := draftOf(column("A "+pan+"\x1b[2J", profile.BookingDay, "2026-04-13"),
		column("B", profile.Amount, "-1.50", pan))
	_, said, _ := talk(t, locale.EN, draft, pan)
	if strings.Contains(said, pan) || strings.Contains(said, "\x1b") {
		t.Errorf("said %q", said)
	}
	if !strings.Contains(said, "411111******1111") {
		t.Errorf("said %q, where a masked number belongs", said)
	}
}

func TestLayoutNames(t *testing.T) {
	d, _ := doorFor("")
	for path, want := range map[string]string{
		"may.csv": "may", "2026-05 Kasse Süd.csv": "kasse_süd", "dir/账单_202605.csv": "账单",
		"123.csv": "layout",
		"-":       "layout", "4111111111111111.csv": "layout", "terminal_en.csv": "my_terminal_en",
		".csv":                            "layout",
		strings.Repeat("x", 200) + ".csv": "layout",
	} {
		if got := d.nameOf(path); got != want {
			t.Errorf("%q gives %q, want %q", path, got, want)
		}
	}
	for name, good := range map[string]bool{
		"my_bank": true, "银行-1": true, "a.b": true, "": false, ".a": false, "a/b": false, "a b": false,
		"a=b": false, "x.yaml": false, "x.YML": false, strings.Repeat("x", 65): false,
	} {
		if goodName(name) != good {
			t.Errorf("goodName(%q) = %v", name, !good)
		}
	}
}
