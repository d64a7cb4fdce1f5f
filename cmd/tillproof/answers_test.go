package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof/internal/synth"
)

// The demo's answers are judged by the key that synth wrote while it planted them, never by what the program
// said before.

// verdict is the part of tillproof.check/1 that is judged.
type verdict struct {
	Schema       string            `json:"schema"`
	Completeness map[string]proof  `json:"completeness"`
	Breaks       []said            `json:"breaks"`
	Findings     []said            `json:"findings"`
	Waterfalls   []waterfall       `json:"waterfalls"`
	Loss         map[string]losses `json:"loss"`
}

type proof struct {
	Records, Matched, Timing, Exception, Excluded int
	Holds                                         bool
}

// said is a break or a finding.
type said struct {
	ID, Kind, Rule, Reason, About, Amount, Residual string
	Records                                         []place
}

type place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

type waterfall struct {
	Status, Residual string
	Deposit, Records []place
	Notes            []struct{ Code, Message string }
}

type losses struct {
	Confirmed parts  `json:"confirmed"`
	AtRisk    parts  `json:"at_risk"`
	Timing    string `json:"timing"`
	Owed      string `json:"owed"`
	Recovered string `json:"recovered"`
}

type parts struct{ Principal, Fees string }

func (s said) name() string { return s.Kind + s.Rule }

// has reports whether the break or finding shows all lines of the fact.
func (s said) has(f *synth.Fact) bool {
	for _, r := range f.Records {
		if !slices.Contains(s.Records, place{r.File, r.Line}) {
			return false
		}
	}
	return true
}

// judge holds a verdict to the key and lists what is wrong: each planted fact is there once with the right
// amount, nothing else is, the innocent ones are not complained of, and the loss is right to the cent.
func judge(key *synth.Key, v *verdict) (wrong complaints) {
	breaks, findings := map[string]int{}, map[string]int{}
	for i := range key.Facts {
		f := &key.Facts[i]
		switch f.Expect {
		case synth.ExpectBreak:
			breaks[f.Code]++
			wrong.expectOne(f, v.Breaks, func(s said) bool { return s.Residual == fen(f.Residual) })
		case synth.ExpectFinding:
			findings[f.Code]++
			wrong.expectOne(f, v.Findings, func(s said) bool { return s.Amount == fen(f.Amount) })
		case synth.ExpectNothing:
			wrong.innocent(f, v)
		}
	}
	if got := counted(v.Breaks); !maps.Equal(got, breaks) {
		wrong.add("breaks %v, planted %v", got, breaks)
	}
	if got := counted(v.Findings); !maps.Equal(got, findings) {
		wrong.add("findings %v, planted %v", got, findings)
	}
	want := map[string]losses{}
	for currency, l := range key.Loss {
		want[currency] = losses{
			Confirmed: parts{fen(l.Confirmed.Principal), fen(l.Confirmed.Fees)},
			AtRisk:    parts{fen(l.AtRisk.Principal), fen(l.AtRisk.Fees)},
			Timing:    fen(l.Timing), Owed: fen(l.Owed), Recovered: fen(l.Recovered),
		}
	}
	if diff := cmp.Diff(want, v.Loss); diff != "" {
		wrong.add("loss (-key +said):\n%s", diff)
	}
	for side, n := range map[string]int{
		"terminal": key.Totals.Terminal, "acquirer": key.Totals.Acquirer, "bank": key.Totals.Bank,
	} {
		p := v.Completeness[side]
		if p.Records != n || !p.Holds || p.Matched+p.Timing+p.Exception+p.Excluded != n {
			wrong.add("%s: %+v, of %d records", side, p, n)
		}
	}
	return wrong
}

// complaints are what a judge finds wrong.
type complaints []string

func (c *complaints) add(format string, args ...any) { *c = append(*c, fmt.Sprintf(format, args...)) }

func (c complaints) report(t *testing.T) {
	t.Helper()
	for _, s := range c {
		t.Error(s)
	}
}

func fen(f synth.Fen) string {
	text, _ := f.MarshalText()
	return string(text)
}

// counted counts breaks and findings by name; a finding that explains a break is the same thing seen again.
func counted(all []said) map[string]int {
	n := map[string]int{}
	for _, s := range all {
		if s.About == "" {
			n[s.name()]++
		}
	}
	return n
}

func (c *complaints) expectOne(f *synth.Fact, all []said, amount func(said) bool) {
	hits := 0
	for _, s := range all {
		if s.name() != f.Code || !s.has(f) {
			continue
		}
		hits++
		if !amount(s) {
			c.add("%s: amount %s, residual %s; the key says %s, %s",
				f.Kind, s.Amount, s.Residual, fen(f.Amount), fen(f.Residual))
		}
		if s.Reason == "" || strings.ContainsAny(s.Reason, "[]") {
			c.add("%s: reason %q", f.Kind, s.Reason)
		}
	}
	if hits != 1 {
		c.add("%s: %d answers with its lines %v", f.Kind, hits, f.Records)
	}
}

// innocent asks that no break or finding speaks of the fact's lines, and that a note explains it where the
// key says so.
func (c *complaints) innocent(f *synth.Fact, v *verdict) {
	for _, s := range slices.Concat(v.Breaks, v.Findings) {
		for _, r := range f.Records {
			if slices.Contains(s.Records, place{r.File, r.Line}) {
				c.add("%s: called %s", f.Kind, s.name())
			}
		}
	}
	if f.Code == "" {
		return
	}
	for _, w := range v.Waterfalls {
		if !slices.Contains(w.Deposit, place{f.Records[0].File, f.Records[0].Line}) {
			continue
		}
		for _, n := range w.Notes {
			if n.Code == f.Code {
				return
			}
		}
	}
	c.add("%s: no note %s", f.Kind, f.Code)
}

// answer runs the program in this process and reads its JSON.
func answer(t *testing.T, wantCode int, args ...string) (verdict, []byte) {
	t.Helper()
	var out, errs bytes.Buffer
	std := streams{in: strings.NewReader(""), out: &out, err: &errs}
	if code := run(t.Context(), args, std, noEnv, time.Now); code != wantCode {
		t.Fatalf("%v: exit %d, want %d: %s", args, code, wantCode, errs.String())
	}
	var v verdict
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	if v.Schema != "tillproof.check/1" {
		t.Errorf("schema %q", v.Schema)
	}
	return v, out.Bytes()
}

func demoKey(t *testing.T) *synth.Key {
	t.Helper()
	calendar, _, ok := bankCalendar(demoCalendar)
	if !ok {
		t.Fatal("no calendar")
	}
	month, err := synth.Month(synth.Demo(calendar))
	if err != nil {
		t.Fatal(err)
	}
	return &month.Key
}

// demoLimit is the promise of the front page.
const demoLimit = 3 * time.Second

func TestDemoAnswersItsKey(t *testing.T) {
	key := demoKey(t)
	started := time.Now()
	v, _ := answer(t, exitClean, "demo", "--json")
	if took := time.Since(started); took > demoLimit {
		t.Errorf("the demo took %v, at most %v", took, demoLimit)
	}
	judge(key, &v).report(t)
	kinds := map[synth.FactKind]bool{}
	for _, f := range key.Facts {
		kinds[f.Kind] = true
	}
	for _, k := range synth.DemoFacts {
		if !kinds[k] {
			t.Errorf("the demo lacks %s", k)
		}
	}
}

// TestDemoFilesAnswerTheKey goes the way of a user: write the files, then check them.
func TestDemoFilesAnswerTheKey(t *testing.T) {
	key := demoKey(t)
	dir := t.TempDir()
	_, inMemory := answer(t, exitClean, "demo", "--json", "-q", "--dir", dir)
	t.Chdir(dir)
	v, written := answer(t, exitExceptions,
		"check", key.Files.Bank, key.Files.Terminal, key.Files.Acquirer, "--policy", policyName, "--json")
	judge(key, &v).report(t)
	again, _ := answer(t, exitExceptions,
		"check", key.Files.Acquirer, key.Files.Bank, key.Files.Terminal, "--policy", policyName, "--json")
	if diff := cmp.Diff(ids(v), ids(again)); diff != "" {
		t.Errorf("the order of the files changes ids:\n%s", diff)
	}
	if len(inMemory) == 0 || len(written) == 0 {
		t.Error("nothing was written")
	}
}

func ids(v verdict) []string {
	var all []string
	for _, s := range slices.Concat(v.Breaks, v.Findings) {
		all = append(all, s.ID)
	}
	slices.Sort(all)
	return all
}

// TestSynthFilesAnswerTheirKey: the same for other months, made and checked by the commands.
func TestSynthFilesAnswerTheirKey(t *testing.T) {
	for _, args := range [][]string{
		{"--seed", "11", "--days", "14"},
		{"--seed", "12", "--days", "30", "--merchants", "2", "--lang", "en"},
		{"--seed", "13", "--days", "30", "--luhn"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			dir := t.TempDir()
			made := append([]string{"synth", "--dir", dir, "-q"}, args...)
			std := streams{in: strings.NewReader(""), out: &bytes.Buffer{}, err: &bytes.Buffer{}}
			if code := run(t.Context(), made, std, noEnv, time.Now); code != exitClean {
				t.Fatalf("exit %d: %s", code, std.err)
			}
			text, err := os.ReadFile(filepath.Join(dir, keyName))
			if err != nil {
				t.Fatal(err)
			}
			var key synth.Key
			if err := json.Unmarshal(text, &key); err != nil {
				t.Fatal(err)
			}
			t.Chdir(dir)
			v, _ := answer(t, exitExceptions, "check", key.Files.Terminal, key.Files.Acquirer, key.Files.Bank,
				"--policy", policyName, "--json")
			judge(&key, &v).report(t)
		})
	}
}

// TestTheJudgeCanFail: a judge that finds everything right would prove nothing.
func TestTheJudgeCanFail(t *testing.T) {
	key := demoKey(t)
	right, _ := answer(t, exitClean, "demo", "--json")
	for name, spoil := range map[string]func(*verdict){
		"a break left out":     func(v *verdict) { v.Breaks = v.Breaks[1:] },
		"a break invented":     func(v *verdict) { v.Breaks = append(v.Breaks, said{Kind: "late"}) },
		"a wrong residual":     func(v *verdict) { v.Breaks[0].Residual = "0.01" },
		"a finding left out":   func(v *verdict) { v.Findings = v.Findings[:1] },
		"a wrong line":         func(v *verdict) { v.Breaks[0].Records = []place{{"terminal.csv", 1}} },
		"no notes":             func(v *verdict) { v.Waterfalls = nil },
		"a cent more lost":     func(v *verdict) { v.Loss = map[string]losses{"CNY": {Owed: "0.01"}} },
		"a record disappeared": func(v *verdict) { v.Completeness = nil },
	} {
		spoiled := right
		spoiled.Breaks, spoiled.Findings = slices.Clone(right.Breaks), slices.Clone(right.Findings)
		spoil(&spoiled)
		if len(judge(key, &spoiled)) == 0 {
			t.Errorf("%s goes unnoticed", name)
		}
	}
}
