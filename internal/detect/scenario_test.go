package detect

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/tilltest"
)

// evaluated are the findings of a run that is asked nothing but a book.
func evaluated(run *tillproof.Run, book Book) ([]tillproof.Finding, error) {
	answer, err := Evaluate(run, book, Asked{})
	return answer.Findings, err
}

// A scenario is a txtar file with the sections policy, terminal, acquirer, matches, states, fees, charges,
// breaks, and findings, which are worked out by hand. A line of a side is
//
//	name kind amount time key=value ...
//
// as tilltest.Row reads it; merchant M1 and terminal T1 are the default. A line of findings is
//
//	rule amount name ... : code key=value ...
//
// in the order in which they must come; the values that are named must stand in the reason.

func TestScenarios(t *testing.T) {
	for _, file := range scenarioFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			s := readScenario(t, file)
			got, err := evaluated(s.run, Default())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tilltest.Lines(s.want), s.write(got)); d != "" {
				t.Errorf("findings differ (-want +got):\n%s", d)
			}
		})
	}
}

// Each rule has a scenario in which it speaks, and a look-alike in which no rule does.
func TestEachRuleHasItsPairOfScenarios(t *testing.T) {
	for _, r := range Default().Rules {
		fires := readScenario(t, "testdata/fires_"+string(r.ID)+".txtar")
		if !strings.Contains(fires.want, string(r.ID)+" ") {
			t.Errorf("fires_%s.txtar expects no finding of the rule", r.ID)
		}
		quiet := readScenario(t, "testdata/quiet_"+string(r.ID)+".txtar")
		if got := tilltest.Lines(quiet.want); len(got) != 0 {
			t.Errorf("quiet_%s.txtar expects %v", r.ID, got)
		}
	}
}

func scenarioFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	return files
}

type scenario struct {
	t     testing.TB
	run   *tillproof.Run
	names [4][]string
	want  string
}

func readScenario(t testing.TB, file string) *scenario {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := &scenario{t: t, run: &tillproof.Run{}}
	for _, f := range txtar.Parse(text).Files {
		body := tilltest.Lines(string(f.Data))
		side, err := tillproof.ParseSide(f.Name)
		switch {
		case err == nil:
			s.rows(side, body)
		case f.Name == "policy":
			each(body, s.policy)
		case f.Name == "matches":
			each(body, s.match)
		case f.Name == "states":
			each(body, s.state)
		case f.Name == "fees":
			each(body, s.fee)
		case f.Name == "charges":
			each(body, s.charge)
		case f.Name == "breaks":
			each(body, s.addBreak)
		case f.Name == "findings":
			s.want = string(f.Data)
		default:
			t.Fatalf("%s: section %s", file, f.Name)
		}
	}
	return s
}

func each(body []string, do func([]string)) {
	for _, l := range body {
		do(strings.Fields(l))
	}
}

func (s *scenario) policy(w []string) {
	p := &s.run.Policy
	switch w[0] {
	case "hours":
		var open, shut [2]int
		if _, err := fmt.Sscanf(w[2], "%d:%d-%d:%d", &open[0], &open[1], &shut[0], &shut[1]); err != nil {
			s.t.Fatal(err)
		}
		for d := time.Sunday; d <= time.Saturday; d++ {
			if w[1] == "daily" || strings.HasPrefix(strings.ToLower(d.String()), w[1]) {
				p.Hours = append(p.Hours, tillproof.Opening{
					Day: d, Open: open[0]*60 + open[1], Close: shut[0]*60 + shut[1],
				})
			}
		}
	case "terminals":
		for _, t := range w[1:] {
			p.Terminals = append(p.Terminals, tillproof.TerminalID(t))
		}
	case "limit":
		p.SplitLimit = s.money(w[1]).Minor()
	default:
		s.t.Fatalf("policy %q", w)
	}
}

func (s *scenario) money(v string) tillproof.Money { return tilltest.Money(s.t, v, tillproof.CNY) }

func (s *scenario) rows(side tillproof.Side, body []string) {
	row := tilltest.Row{Side: side, Currency: tillproof.CNY, Merchant: "M1", Terminal: "T1"}
	for i, l := range body {
		r := row.Record(s.t, l)
		r.Origin.Line = int32(i + 2)
		r.ID = tillproof.RecordIDOf(side, []byte(l), 0)
		s.run.Records[side] = append(s.run.Records[side], r)
		s.run.States[side] = append(s.run.States[side], tillproof.RowState{Status: tillproof.Matched})
		s.names[side] = append(s.names[side], strings.Fields(l)[0])
	}
}

func (s *scenario) find(name string) tillproof.RowRef {
	for _, side := range tillproof.Sides {
		if i := slices.Index(s.names[side], name); i >= 0 {
			return tillproof.RowRef{Side: side, N: int32(i)}
		}
	}
	s.t.Fatalf("no row %s", name)
	return tillproof.RowRef{}
}

func (s *scenario) match(w []string) {
	s.run.Matches = append(s.run.Matches, tillproof.Match{Left: s.find(w[0]), Right: s.find(w[1])})
}

func (s *scenario) state(w []string) {
	ref := s.find(w[0])
	s.run.States[ref.Side][ref.N] = tillproof.RowState{Status: tillproof.Excluded, Reason: w[1]}
}

// fee reads "code first|agreed|batch over name ...": a span of a fit whose rows were charged more.
func (s *scenario) fee(w []string) {
	span := tillproof.FeeSpan{Against: tillproof.FeeBase(w[1]), Over: s.money(w[2]).Minor()}
	for _, name := range w[3:] {
		span.OverRows = append(span.OverRows, s.find(name))
	}
	span.Note = tillproof.Note{Code: w[0], Params: tillproof.Params{
		"card_kind": "credit", "merchant": "M1", "day": "2026-05-13", "last": "2026-05-31",
		"new": "29900", "old": "6300", "n": "2", "over": "1.00 CNY", "charged": "2.00 CNY",
		"gross": "100.00 CNY",
	}}
	batch := span.Against == "batch"
	if batch {
		span.Against = tillproof.AgainstAgreed
	}
	s.run.Fees = append(s.run.Fees, tillproof.FeeFit{
		Merchant: "M1", Currency: tillproof.CNY, PerBatch: batch, Spans: []tillproof.FeeSpan{span},
	})
}

// charge reads "new|unnamed|old total name ...".
func (s *scenario) charge(w []string) {
	c := tillproof.FeeCharge{Currency: tillproof.CNY, New: w[0] == "new", Total: s.money(w[1]).Minor()}
	for _, name := range w[2:] {
		c.Rows = append(c.Rows, s.find(name))
	}
	code := "tariff.charge.new"
	if w[0] == "unnamed" {
		code, c.New = "tariff.charge.unnamed", true
	}
	c.Note = tillproof.Note{Code: code, Params: tillproof.Params{
		"day": "2026-05-13", "label": "SIM", "merchant": "M1", "n": "2", "total": "10.00 CNY",
		"begin": "2026-04-01",
	}}
	s.run.Charges = append(s.run.Charges, c)
}

// addBreak reads "kind residual name ...".
func (s *scenario) addBreak(w []string) {
	b := tillproof.Break{Kind: tillproof.BreakKind(w[0]), Residual: s.money(w[1])}
	var ids []tillproof.RecordID
	for _, name := range w[2:] {
		ref := s.find(name)
		b.Records = append(b.Records, ref)
		ids = append(ids, s.run.Record(ref).ID)
		s.run.States[ref.Side][ref.N].Status = tillproof.Exception
	}
	b.Side = b.Records[0].Side
	b.ID = tillproof.BreakIDOf(b.Kind, ids)
	s.run.Breaks = append(s.run.Breaks, b)
}

// write puts findings into the form of a scenario. Of the parameters it writes those that the expected line
// names.
func (s *scenario) write(findings []tillproof.Finding) []string {
	want := tilltest.Lines(s.want)
	var out []string
	for i, f := range findings {
		var names []string
		for _, ref := range f.Records {
			names = append(names, s.names[ref.Side][ref.N])
		}
		reason := f.Reasons[0]
		l := fmt.Sprintf("%s %s %s : %s", f.Rule, f.Amount, strings.Join(names, " "), reason.Code)
		if i < len(want) {
			_, rest, _ := strings.Cut(want[i], " : ")
			for _, kv := range strings.Fields(rest)[min(1, len(strings.Fields(rest))):] {
				k, _, _ := strings.Cut(kv, "=")
				l += " " + k + "=" + strings.ReplaceAll(reason.Params[k], " ", "_")
			}
		}
		out = append(out, l)
	}
	return out
}
