package detect

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
)

func texts(t *testing.T, lang string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, page := range []string{"detect", "tariff"} {
		raw, err := os.ReadFile("../locale/catalog/" + page + "." + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &all); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// problems says what a row of the book lacks.
func problems(r Rule) []string {
	var out []string
	lacks := func(missing bool, what string) {
		if missing {
			out = append(out, what)
		}
	}
	lacks(r.ID == "", "an id")
	lacks(r.Version < 1, "a version")
	lacks(r.Severity < tillproof.Info || r.Severity > tillproof.High, "a severity")
	lacks(r.Score < 1 || r.Score > 1000, "a score in permille")
	lacks(len(r.Needs) == 0, "what it needs")
	lacks(len(r.Reasons) == 0, "a reason")
	lacks((r.test == nil) == (r.stream == nil), "one test")
	lacks((r.say == nil) != (r.stream == nil), "its sentence")
	for _, p := range r.Params {
		units := []string{"s", "rows", "permille", "minor", "days", "times", "units"}
		lacks(p.Name == "" || p.Value <= 0 || !slices.Contains(units, p.Unit), "a number for "+p.Name)
	}
	return out
}

func TestBook(t *testing.T) {
	book := Default()
	if book.Version < 1 || len(book.Rules) != 31 {
		t.Fatalf("version %d with %d rules", book.Version, len(book.Rules))
	}
	seen := map[tillproof.RuleID]bool{}
	for _, r := range book.Rules {
		for _, p := range problems(r) {
			t.Errorf("rule %s lacks %s", r.ID, p)
		}
		if seen[r.ID] {
			t.Errorf("rule %s stands twice", r.ID)
		}
		seen[r.ID] = true
	}
	bare := Rule{ID: "x", Version: 1, Severity: tillproof.Low, Score: 1, Needs: []Need{NeedRows}}
	if got := problems(bare); len(got) != 2 {
		t.Errorf("a rule without reason and test lacks %v", got)
	}
}

// What the specification says about severity and risk, written a second time.
func TestSeverityAndRisk(t *testing.T) {
	want := map[tillproof.RuleID]struct {
		severity tillproof.Severity
		atRisk   bool
	}{
		"out_of_hours": {tillproof.High, true}, "duplicate_capture": {tillproof.Medium, false},
		"refund_without_sale": {tillproof.High, true}, "card_repeats": {tillproof.Low, false},
		"split_under_limit": {tillproof.Medium, false}, "unknown_terminal": {tillproof.High, true},
		"batch_not_closed": {tillproof.Medium, false}, "round_sums": {tillproof.Low, false},
		"declines_then_approval": {tillproof.Medium, true}, "unknown_outcome": {tillproof.Info, false},
		"fee_changed": {tillproof.Medium, false}, "fee_raised": {tillproof.Medium, true},
		"new_charge": {tillproof.Low, false}, "settlement_frozen": {tillproof.High, false},
		"account_changed": {tillproof.High, true}, "unproven_payment": {tillproof.Medium, false},
		"offline_upload": {tillproof.Low, false}, "code_swapped": {tillproof.High, false},
		"alert_then_approval": {tillproof.High, true}, "fallback_swipe": {tillproof.Medium, true},
		"keyed_entry": {tillproof.Medium, true}, "refund_to_other_card": {tillproof.High, true},
		"terminal_many_merchants": {tillproof.High, true}, "terminal_moved": {tillproof.Medium, false},
		"sequence_break": {tillproof.Medium, false}, "counter_silent": {tillproof.Medium, false},
		"new_terminal": {tillproof.Low, false}, "card_testing": {tillproof.High, true},
		"unusual_hours": {tillproof.Medium, true}, "cash_out": {tillproof.Medium, false},
		"just_below_limit": {tillproof.Low, false},
	}
	for _, r := range Default().Rules {
		if w := want[r.ID]; r.Severity != w.severity || r.AtRisk != w.atRisk {
			t.Errorf("%s: %s, at risk %v", r.ID, r.Severity, r.AtRisk)
		}
	}
}

// Each sentence that a rule may give has its text in both languages, and each rule its name.
func TestTexts(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		all := texts(t, lang)
		for _, r := range Default().Rules {
			codes := append([]string{"rule." + string(r.ID), innocent(&r).Code}, r.Reasons...)
			for _, p := range r.Params {
				codes = append(codes, r.Why(p), "rule.unit."+p.Unit)
			}
			for _, code := range codes {
				if all[code] == "" {
					t.Errorf("%s lacks %s", lang, code)
				}
			}
		}
		for need, code := range unchecked {
			if all[code] == "" {
				t.Errorf("%s lacks %s of need %s", lang, code, need)
			}
		}
	}
}

// Each finding of each scenario gives a reason that its rule lists, and the sentence has all that it names.
func TestReasonsAreListedAndWhole(t *testing.T) {
	rules := map[tillproof.RuleID]Rule{}
	for _, r := range Default().Rules {
		rules[r.ID] = r
	}
	said := map[string]bool{}
	for _, file := range scenarioFiles(t) {
		s := readScenario(t, file)
		findings, err := evaluated(s.run, Default())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			if len(f.Reasons) == 0 {
				t.Fatalf("%s: %s without a reason", file, f.Rule)
			}
			for _, n := range f.Reasons {
				said[n.Code] = true
				if !slices.Contains(rules[f.Rule].Reasons, n.Code) {
					t.Errorf("%s gives %s, which its row does not list", f.Rule, n.Code)
				}
				whole(t, n)
			}
			if f.Amount.Minor() < 0 || f.ID == (tillproof.FindingID{}) || f.Version != rules[f.Rule].Version {
				t.Errorf("%s: %+v", file, f)
			}
		}
	}
	for _, r := range rules {
		for _, code := range r.Reasons {
			if !said[code] {
				t.Errorf("no scenario makes %s say %s", r.ID, code)
			}
		}
	}
}

func whole(t *testing.T, n tillproof.Note) {
	t.Helper()
	for _, lang := range []string{"zh", "en"} {
		for _, name := range placesOf(texts(t, lang)[n.Code]) {
			if n.Params[name] == "" {
				t.Errorf("%s: nothing for {%s}: %v", n.Code, name, n.Params)
			}
		}
	}
}

// placesOf are the names between braces, without their kinds.
func placesOf(text string) []string {
	var names []string
	start := -1
	for i, c := range text {
		switch c {
		case '{':
			start = i + 1
		case ':', '}':
			if start >= 0 {
				names = append(names, text[start:i])
			}
			start = -1
		}
	}
	return names
}

func TestUnchecked(t *testing.T) {
	run := &tillproof.Run{}
	var got []string
	for _, n := range Unchecked(run, Default()) {
		got = append(got, n.Code)
	}
	want := []string{"detect.unchecked.hours", "detect.unchecked.terminals", "detect.unchecked.split_limit"}
	if !slices.Equal(got, want) {
		t.Errorf("unchecked: %v", got)
	}
	run.Policy.Hours = []tillproof.Opening{{Day: 1, Open: 0, Close: 1}}
	run.Policy.Terminals = []tillproof.TerminalID{"T1"}
	run.Policy.SplitLimit = 1
	if got := Unchecked(run, Default()); len(got) != 0 {
		t.Errorf("all given, yet unchecked: %v", got)
	}
}

// Amounts at the edge of the range make an error that says what to do, not a wrong sum.
func TestOverflow(t *testing.T) {
	run := &tillproof.Run{}
	run.Policy.Terminals = []tillproof.TerminalID{"T1"}
	for i := range 2 {
		r := tillproof.NewRecord(tillproof.Sale)
		r.Refs.Terminal, r.Amount = "X9", tillproof.NewMoney(math.MaxInt64-int64(i), tillproof.CNY)
		run.Records[tillproof.Terminal] = append(run.Records[tillproof.Terminal], r)
	}
	_, err := evaluated(run, Default())
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Code != "detect.overflow" || !errors.Is(err, tillproof.ErrOverflow) {
		t.Fatalf("error %v", err)
	}
	for _, lang := range []string{"zh", "en"} {
		if all := texts(t, lang); all[e.Code] == "" || all[e.Code+".hint"] == "" {
			t.Errorf("%s: no text or hint for %s", lang, e.Code)
		}
	}
}

func TestEmptyRun(t *testing.T) {
	got, err := evaluated(&tillproof.Run{}, Default())
	if err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

var lossPageRule = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (at_risk|none) \\| [^|]+ \\| [^|]+ \\| [^|]+ \\|$")

// TestLossPage holds the table of findings in docs/loss.md and the book to each other.
func TestLossPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/loss.md")
	if err != nil {
		t.Fatal(err)
	}
	written := map[tillproof.RuleID]string{}
	for _, m := range lossPageRule.FindAllStringSubmatch(string(page), -1) {
		written[tillproof.RuleID(m[1])] = m[2]
	}
	for _, r := range Default().Rules {
		want := "none"
		if r.AtRisk {
			want = "at_risk"
		}
		if got := written[r.ID]; got != want {
			t.Errorf("docs/loss.md says %q of %s, the book %q", got, r.ID, want)
		}
		delete(written, r.ID)
	}
	for id := range written {
		t.Errorf("docs/loss.md has a row for %s, the book has none", id)
	}
}
