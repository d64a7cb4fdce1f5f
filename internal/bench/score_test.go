package bench

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// keyText is a key of two deposits: sales on lines 2 to 5 of the log, rows 2 to 6 of the report. The sale of
// line 4 stands on line 5 too; that of line 6 has lost all that tells it from line 7; line 8 was never
// settled, row 6 nobody sold, rows 7 and 8 were never paid.
const keyText = `{
"schema": "tillproof.bench-key/1", "set": "hand", "kind": "hand", "custom": "cn", "noise": "none", "seed": 1,
"from": "2026-03-02", "to": "2026-03-05", "currency": "CNY",
"lines": {"terminal.csv": 9, "acquirer.csv": 8, "bank.csv": 5},
"loss": {"confirmed": "51.92", "timing": "69.25", "owed": "8.00"},
"matches": [
{"terminal":["terminal.csv:2"],"acquirer":["acquirer.csv:2"]},
{"terminal":["terminal.csv:3"],"acquirer":["acquirer.csv:3"]},
{"terminal":["terminal.csv:4-5"],"acquirer":["acquirer.csv:4"]},
{"terminal":["terminal.csv:6"],"acquirer":["acquirer.csv:5","acquirer.csv:7"],"unknowable":true}
],
"breaks": [
{"kind":"not_settled","records":["terminal.csv:8"],"residual":"42.70","cause":"never_settled"},
{"kind":"not_on_terminal","records":["acquirer.csv:6"],"residual":"-8.00"},
{"kind":"deposit_short","records":["bank.csv:3"],"residual":"9.22"},
{"kind":"not_deposited","records":["acquirer.csv:7-8"],"residual":"30.00"}
],
"deposits": [
{"bank":["bank.csv:2"],"rows":["acquirer.csv:2-3"]},
{"bank":["bank.csv:3"],"rows":["acquirer.csv:4","acquirer.csv:5","acquirer.csv:6"]}
],
"ids": {"terminal.csv": {"606188080129": 2}, "acquirer.csv": {"606188080129": 2}}
}`

// perfect says everything that can be known, and uses each form of naming a record.
func perfect() *Answer {
	return &Answer{
		Matches: []Match{
			{
				Terminal: []string{"terminal.csv#606188080129"},
				Acquirer: []string{"acquirer.csv#606188080129"},
			},
			{Terminal: []string{"terminal.csv:3"}, Acquirer: []string{"acquirer.csv:3"}},
			{Terminal: []string{"terminal.csv:5"}, Acquirer: []string{"acquirer.csv:4"}},
		},
		Breaks: []Break{
			{Kind: "not_settled", Records: []string{"terminal.csv:8"}, Residual: "42.70"},
			{Kind: "not_on_terminal", Records: []string{"acquirer.csv:6"}, Residual: "-8"},
			{Kind: "deposit_short", Records: []string{"bank.csv:3", "acquirer.csv:4-6"}, Residual: "9.22"},
			{Kind: "not_deposited", Records: []string{"acquirer.csv:7-8"}, Residual: "30.00"},
		},
		Deposits: []Deposit{
			{Bank: []string{"bank.csv:2"}, Rows: []string{"acquirer.csv:3", "acquirer.csv:2"}},
			{Bank: []string{"bank.csv:3"}, Rows: []string{"acquirer.csv:4-6"}},
		},
		Loss: Loss{Confirmed: "51.92", Timing: "69.25", Owed: "8"},
	}
}

func key(t *testing.T) *Key {
	t.Helper()
	k, err := ReadKey(strings.NewReader(keyText))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func judged(t *testing.T, change func(*Answer)) *Score {
	t.Helper()
	a := perfect()
	change(a)
	s, err := Judge(key(t), a)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func faults(s *Score) []string {
	var all []string
	for _, f := range s.Faults {
		all = append(all, f.What+" "+strings.Join(f.Records, " "))
	}
	return all
}

func TestPerfect(t *testing.T) {
	s := judged(t, func(*Answer) {})
	if !s.Perfect() || len(s.Faults) > 0 || s.Unknown+s.Repeated+s.Refused+s.Coarse > 0 {
		t.Errorf("a perfect answer is not: %+v", s)
	}
	if want := (Tally{True: 4, Knowable: 3, Given: 3, Right: 3, Found: 3}); s.Matches != want {
		t.Errorf("matches %+v, want %+v", s.Matches, want)
	}
	if want := (Tally{2, 2, 2, 2, 2}); s.Deposits != want {
		t.Errorf("deposits %+v, want %+v", s.Deposits, want)
	}
	if all := s.AllBreaks(); all != (Tally{4, 4, 4, 4, 4}) {
		t.Errorf("breaks %+v", all)
	}
}

// figures are what a score says.
type figures struct {
	matches, breaks, deposits  Tally
	coarse, refused            int
	unknown, repeated, lossOff int
}

// What the perfect answer is given.
var (
	all4, all2 = Tally{4, 4, 4, 4, 4}, Tally{2, 2, 2, 2, 2}
	match      = Tally{4, 3, 3, 3, 3}
)

// mistakes change the perfect answer in one place each; every expected figure is counted by hand.
var mistakes = []struct {
	name   string
	change func(*Answer)
	want   figures
	faults []string
}{
	{
		"one false match", func(a *Answer) { a.Matches[1].Acquirer = []string{"acquirer.csv:7"} },
		figures{matches: Tally{4, 3, 3, 2, 2}, breaks: all4, deposits: all2},
		[]string{"false_match terminal.csv:3 acquirer.csv:7", "missed_match terminal.csv:3 acquirer.csv:3"},
	},
	{
		"halves of different sales",
		func(a *Answer) { a.Matches[1].Acquirer = []string{"acquirer.csv:4"} },
		figures{matches: Tally{4, 3, 3, 2, 2}, breaks: all4, deposits: all2},
		[]string{"false_match terminal.csv:3 acquirer.csv:4", "missed_match terminal.csv:3 acquirer.csv:3"},
	},
	{
		"one missed", func(a *Answer) { a.Matches = a.Matches[:2] },
		figures{matches: Tally{4, 3, 2, 2, 2}, breaks: all4, deposits: all2},
		[]string{"missed_match terminal.csv:4-5 acquirer.csv:4"},
	},
	{
		"a lucky guess", func(a *Answer) {
			a.Matches = append(a.Matches, Match{
				Terminal: []string{"terminal.csv:6"}, Acquirer: []string{"acquirer.csv:5"},
			})
		},
		figures{matches: Tally{4, 3, 4, 4, 3}, breaks: all4, deposits: all2},
		nil,
	},
	{
		"a guess that may be its row as well", func(a *Answer) {
			a.Matches = append(a.Matches, Match{
				Terminal: []string{"terminal.csv:6"}, Acquirer: []string{"acquirer.csv:7"},
			})
		},
		figures{matches: Tally{4, 3, 4, 4, 3}, breaks: all4, deposits: all2},
		nil,
	},
	{
		"a refusal", func(a *Answer) {
			a.Breaks = append(a.Breaks, Break{
				Kind: "ambiguous", Records: []string{"terminal.csv:6", "acquirer.csv:5"},
			})
		},
		figures{matches: match, breaks: all4, deposits: all2, refused: 1},
		nil,
	},
	{
		"a refusal of what can be known", func(a *Answer) {
			a.Breaks = append(a.Breaks, Break{Kind: "ambiguous", Records: []string{"terminal.csv:3"}})
		},
		figures{matches: match, breaks: Tally{4, 4, 5, 4, 4}, deposits: all2},
		[]string{"false_break terminal.csv:3"},
	},
	{
		"another amount", func(a *Answer) { a.Breaks[0].Residual = "42.71" },
		figures{matches: match, breaks: Tally{4, 4, 4, 3, 3}, deposits: all2},
		[]string{"false_break terminal.csv:8", "missed_break terminal.csv:8"},
	},
	{
		"said in two parts", func(a *Answer) {
			a.Breaks = append(a.Breaks[:3],
				Break{Kind: "not_deposited", Records: []string{"acquirer.csv:7"}, Residual: "12.00"},
				Break{Kind: "not_deposited", Records: []string{"acquirer.csv:8"}, Residual: "18.00"})
		},
		figures{matches: match, breaks: Tally{4, 4, 5, 5, 4}, deposits: all2},
		nil,
	},
	{
		"two parts that are not the whole", func(a *Answer) {
			a.Breaks = append(a.Breaks[:3],
				Break{Kind: "not_deposited", Records: []string{"acquirer.csv:7"}, Residual: "12.00"},
				Break{Kind: "not_deposited", Records: []string{"acquirer.csv:8"}, Residual: "17.99"})
		},
		figures{matches: match, breaks: Tally{4, 4, 5, 3, 3}, deposits: all2},
		[]string{
			"false_break acquirer.csv:7", "false_break acquirer.csv:8", "missed_break acquirer.csv:7-8",
		},
	},
	{
		"two parts of which one speaks of more", func(a *Answer) {
			a.Breaks = append(a.Breaks[:3],
				Break{Kind: "not_deposited", Records: []string{"acquirer.csv:7"}, Residual: "12.00"},
				Break{
					Kind: "not_deposited", Residual: "18.00",
					Records: []string{"acquirer.csv:6", "acquirer.csv:8"},
				})
		},
		figures{matches: match, breaks: Tally{4, 4, 5, 3, 3}, deposits: all2},
		[]string{
			"false_break acquirer.csv:7", "false_break acquirer.csv:6 acquirer.csv:8",
			"missed_break acquirer.csv:7-8",
		},
	},
	{
		"another kind", func(a *Answer) { a.Breaks[2].Kind = "deposit_over" },
		figures{matches: match, breaks: Tally{4, 4, 4, 3, 3}, deposits: all2},
		[]string{"false_break bank.csv:3 acquirer.csv:4-6", "missed_break bank.csv:3"},
	},
	{
		"a row too few", func(a *Answer) { a.Deposits[1].Rows = []string{"acquirer.csv:4-5"} },
		figures{matches: match, breaks: all4, deposits: Tally{2, 2, 2, 1, 1}},
		[]string{
			"wrong_explanation bank.csv:3 acquirer.csv:4-5",
			"unexplained bank.csv:3 acquirer.csv:4 acquirer.csv:5 acquirer.csv:6",
		},
	},
	{
		"two deposits as one", func(a *Answer) {
			a.Deposits = []Deposit{{Bank: []string{"bank.csv:2-3"}, Rows: []string{"acquirer.csv:2-6"}}}
		},
		figures{matches: match, breaks: all4, deposits: Tally{2, 2, 0, 0, 0}, coarse: 1},
		[]string{
			"unexplained bank.csv:2 acquirer.csv:2-3",
			"unexplained bank.csv:3 acquirer.csv:4 acquirer.csv:5 acquirer.csv:6",
		},
	},
	{
		"a foreign credit explained", func(a *Answer) {
			a.Deposits = append(a.Deposits, Deposit{
				Bank: []string{"bank.csv:4"}, Rows: []string{"acquirer.csv:2"},
			})
		},
		figures{matches: match, breaks: all4, deposits: Tally{2, 2, 3, 2, 2}},
		[]string{"wrong_explanation bank.csv:4 acquirer.csv:2"},
	},
	{
		"said twice", func(a *Answer) {
			a.Deposits[0].Rows = append(a.Deposits[0].Rows, "acquirer.csv:2")
			a.Matches = append(a.Matches, a.Matches[0], Match{
				Terminal: []string{"terminal.csv:4"}, Acquirer: []string{"acquirer.csv:4"},
			})
			a.Breaks = append(a.Breaks, a.Breaks[0])
			a.Deposits = append(a.Deposits, a.Deposits[0])
		},
		figures{matches: match, breaks: all4, deposits: all2, repeated: 4},
		nil,
	},
	{
		"records that are nowhere", func(a *Answer) {
			a.Matches = append(a.Matches, Match{
				Terminal: []string{"terminal.csv#1"}, Acquirer: []string{"acquirer.csv:9"},
			})
			a.Breaks = append(a.Breaks, Break{Kind: "late", Records: []string{"bank.txt:1"}})
		},
		figures{
			matches: Tally{4, 3, 4, 3, 3}, breaks: Tally{4, 4, 5, 4, 4}, deposits: all2, unknown: 3,
		},
		[]string{"false_match terminal.csv#1 acquirer.csv:9", "false_break bank.txt:1"},
	},
	{
		"the loss off", func(a *Answer) { a.Loss.Confirmed, a.Loss.Owed = "50.00", "9.00" },
		figures{matches: match, breaks: all4, deposits: all2, lossOff: 292},
		nil,
	},
	{
		"nothing said", func(a *Answer) { *a = Answer{} },
		figures{
			matches: Tally{4, 3, 0, 0, 0}, breaks: Tally{4, 4, 0, 0, 0}, deposits: Tally{2, 2, 0, 0, 0},
			lossOff: 12917,
		},
		[]string{
			"missed_match terminal.csv:2 acquirer.csv:2", "missed_match terminal.csv:3 acquirer.csv:3",
			"missed_match terminal.csv:4-5 acquirer.csv:4", "missed_break terminal.csv:8",
			"missed_break acquirer.csv:6", "missed_break bank.csv:3", "missed_break acquirer.csv:7-8",
			"unexplained bank.csv:2 acquirer.csv:2-3",
			"unexplained bank.csv:3 acquirer.csv:4 acquirer.csv:5 acquirer.csv:6",
		},
	},
}

func TestMistakes(t *testing.T) {
	for _, c := range mistakes {
		t.Run(c.name, func(t *testing.T) {
			s := judged(t, c.change)
			got := figures{
				matches: s.Matches, breaks: s.AllBreaks(), deposits: s.Deposits, coarse: s.Coarse,
				refused: s.Refused, unknown: s.Unknown, repeated: s.Repeated, lossOff: int(s.LossOff),
			}
			if got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
			if f := faults(s); !slices.Equal(f, c.faults) {
				t.Errorf("faults %q\nwant   %q", f, c.faults)
			}
			if s.Perfect() != (len(c.faults) == 0 && c.want.lossOff == 0) {
				t.Errorf("perfect is %v", s.Perfect())
			}
		})
	}
}

// TestRowsThatAreAlike: either of two rows is right for either of two sales, and neither for both.
func TestRowsThatAreAlike(t *testing.T) {
	k := key(t)
	k.Matches[3].Unknown = false
	k.Matches = append(k.Matches, Match{
		Terminal: []string{"terminal.csv:7"}, Acquirer: []string{"acquirer.csv:5", "acquirer.csv:7"},
	})
	for _, c := range []struct {
		rows [2]string // of lines 6 and 7
		want Tally
	}{
		{[2]string{"acquirer.csv:5", "acquirer.csv:7"}, Tally{5, 5, 5, 5, 5}},
		{[2]string{"acquirer.csv:7", "acquirer.csv:5"}, Tally{5, 5, 5, 5, 5}},
		{[2]string{"acquirer.csv:7", "acquirer.csv:7"}, Tally{5, 5, 5, 4, 4}},
	} {
		a := perfect()
		a.Matches = append(a.Matches,
			Match{Terminal: []string{"terminal.csv:6"}, Acquirer: c.rows[:1]},
			Match{Terminal: []string{"terminal.csv:7"}, Acquirer: c.rows[1:]})
		if s, err := Judge(k, a); err != nil || s.Matches != c.want {
			t.Errorf("%v: %+v, %v, want %+v", c.rows, s.Matches, err, c.want)
		}
	}
}

func TestHostileAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer Answer
		want   string
	}{
		{"no file", Answer{Matches: []Match{{Terminal: []string{"12"}}}}, "match 1"},
		{"no number", Answer{Breaks: []Break{{Kind: "late", Records: []string{"bank.csv:x"}}}}, "break 1: "},
		{
			"no kind",
			Answer{Breaks: []Break{{Kind: "late"}, {Kind: "lost"}}},
			`break 2: no kind of break is called "lost"`,
		},
		{"an endless range", Answer{Deposits: []Deposit{{Rows: []string{"a:1-999999999999"}}}}, "deposit 1"},
		{"a range backwards", Answer{Deposits: []Deposit{{Bank: []string{"bank.csv:5-2"}}}}, "deposit 1"},
		{"a line below zero", Answer{Matches: []Match{{Acquirer: []string{"bank.csv:-2"}}}}, "match 1"},
		{
			"all lines again and again", Answer{Deposits: []Deposit{{
				Rows: slices.Repeat([]string{"acquirer.csv:1-8"}, 1_000_000),
			}}}, "deposit 1",
		},
		{"no amount", Answer{Breaks: []Break{{Kind: "late", Residual: "1e9"}}}, "break 1"},
		{"an amount of three decimals", Answer{Loss: Loss{Owed: "1.005"}}, "loss"},
		{"an endless amount", Answer{Loss: Loss{Timing: "9999999999999999.00"}}, "loss"},
	} {
		if _, err := Judge(key(t), &c.answer); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want one about %s", c.name, err, c.want)
		}
	}
}

func TestHostileFiles(t *testing.T) {
	for _, text := range []string{
		``, `[]`, `{}`, `{"schema":"tillproof.bench-key/1"}`,
		`{"schema":"tillproof.bench-answers/1","sets":[]}`,
		`{"schema":"tillproof.bench-answers/1","stes":{}}`, `{"schema":"tillproof.bench-answers/1"} {}`,
		`{"schema":"tillproof.bench-answers/1","sets":{"a":{"matches":[{"terminal":"terminal.csv:2"}]}}}`,
		`{"schema":"tillproof.bench-answers/1","sets":` + strings.Repeat(`{"a":`, 20_000),
	} {
		if _, err := ReadAnswers(strings.NewReader(text)); err == nil {
			t.Errorf("%.60q is no file of answers", text)
		}
	}
	good := `{"schema":"tillproof.bench-answers/1","tool":"x","sets":{"hand":{"matches":[]}}}`
	if a, err := ReadAnswers(strings.NewReader(good)); err != nil || len(a.Sets) != 1 {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestKeyComesBack(t *testing.T) {
	k := key(t)
	var b bytes.Buffer
	n, err := k.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("%d bytes of %d, %v", n, b.Len(), err)
	}
	again, err := ReadKey(&b)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Judge(again, perfect())
	if err != nil || !s.Perfect() {
		t.Errorf("by the key that was written and read the answer is %+v, %v", s, err)
	}
}

func TestBrokenKey(t *testing.T) {
	k := key(t)
	k.Matches[0].Terminal = []string{"terminal.csv:10"} // the file has nine lines
	if _, err := Judge(k, perfect()); err == nil || !strings.Contains(err.Error(), "the key") {
		t.Errorf("a key that names a line beyond the file: %v", err)
	}
}

func TestShares(t *testing.T) {
	// 1999 of 2000 is 99.95 %; a share is never rounded up to all.
	almost := Tally{True: 20_000, Knowable: 20_000, Given: 2000, Right: 1999, Found: 19_999}
	if p, r := Ratio(almost.Precision()), Percent(almost.Recall()); p != "0.9995" || r != "99.99" {
		t.Errorf("precision %s, recall %s", p, r)
	}
	if none := (Tally{}); Ratio(none.Precision()) != "1.0000" || Percent(none.Recall()) != "100.00" {
		t.Error("of nothing, all is right")
	}
}
