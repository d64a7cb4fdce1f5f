package match

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/tilltest"
)

// A scenario is a txtar file with the sections policy, terminal, acquirer, bank, and what must come out:
// matches, breaks, states (rows not listed are matched), waterfalls, warnings, explain (of the rows that it
// names: status, partner, method, the fields that differ, the next best and why they lost). A line of a side
// is
//
//	name kind amount time key=value ...
//
// as tilltest.Row reads it. A section decisions holds what was ruled by hand, and what must come of it:
// "match T1 A1 obeyed", or the misfit in its place.

func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := txtar.Parse(text)
			s := readScenario(t, want)
			if err := Reconcile(s.run); err != nil {
				t.Fatal(err)
			}
			s.run.Completeness = Complete(s.run)
			got := s.answer()
			for _, f := range want.Files {
				if f.Name == "explain" {
					got["explain"] = s.explanations(string(f.Data))
				}
				out, known := got[f.Name]
				if !known {
					continue
				}
				delete(got, f.Name)
				if d := cmp.Diff(tilltest.Lines(string(f.Data)), tilltest.Lines(out)); d != "" {
					t.Errorf("%s differ (-want +got):\n%s", f.Name, d)
				}
			}
			for name, out := range got {
				must := name == "breaks" || name == "states"
				if must && strings.TrimSpace(out) != "" {
					t.Errorf("no section %s, but the answer is:\n%s", name, out)
				}
			}
		})
	}
}

type scenario struct {
	t     testing.TB
	run   *tillproof.Run
	names [4][]string
}

func readScenario(t testing.TB, a *txtar.Archive) *scenario {
	s := &scenario{t: t, run: &tillproof.Run{}}
	s.run.Policy.Currency = tillproof.CNY
	for _, f := range a.Files {
		side, err := tillproof.ParseSide(strings.Fields(f.Name)[0])
		switch {
		case f.Name == "policy":
			for _, l := range tilltest.Lines(string(f.Data)) {
				s.policy(strings.Fields(l))
			}
		case err == nil:
			s.source(side, f)
		}
	}
	for _, f := range a.Files {
		if f.Name == "decisions" {
			s.decide(string(f.Data))
		}
	}
	return s
}

// source reads "-- terminal 2026-09-16 2026-09-20 --": a file of a side with the period that it states; or
// "-- terminal unread --": one with lines that could not be read.
func (s *scenario) source(side tillproof.Side, f txtar.File) {
	src := tillproof.Source{File: f.Name, Side: side, From: tillproof.NoDate, To: tillproof.NoDate}
	head := strings.Fields(f.Name)
	if len(head) == 2 && head[1] == "unread" {
		src.Unread = 3
	}
	if len(head) == 3 {
		src.From, src.To = s.date(head[1]), s.date(head[2])
	}
	s.run.Sources = append(s.run.Sources, src)
	row := tilltest.Row{Side: side, Currency: s.run.Policy.Currency}
	for i, l := range tilltest.Lines(string(f.Data)) {
		r := row.Record(s.t, l)
		r.Origin = tillproof.Origin{Source: int32(len(s.run.Sources) - 1), Line: int32(i + 1)}
		r.ID = tillproof.RecordIDOf(side, []byte(l), 0)
		s.run.Records[side] = append(s.run.Records[side], r)
		s.names[side] = append(s.names[side], strings.Fields(l)[0])
	}
	if !src.From.Known() {
		at := &s.run.Sources[len(s.run.Sources)-1]
		for i := range s.run.Records[side] {
			day := s.run.Records[side][i].Day()
			if day.Known() && (!at.From.Known() || day < at.From) {
				at.From = day
			}
			at.To = max(at.To, day)
		}
	}
}

var rulings = map[string]tillproof.Ruling{
	"match": tillproof.RuleMatch, "unmatch": tillproof.RuleUnmatch, "exclude": tillproof.RuleExclude,
}

// decide reads the decisions: the ruling, the rows, and what must come of it.
func (s *scenario) decide(section string) {
	for i, l := range tilltest.Lines(section) {
		f := strings.Fields(l)
		d := tillproof.Decision{Ruling: rulings[f[0]], Place: tillproof.Place{Line: i + 1}}
		for _, name := range f[1 : len(f)-1] {
			for _, side := range tillproof.Sides {
				if n := slices.Index(s.names[side], name); n >= 0 {
					d.Named = append(d.Named, name)
					d.Records = append(d.Records, tillproof.RowRef{Side: side, N: int32(n)})
				}
			}
		}
		if d.Ruling == tillproof.NoRuling || len(d.Records) != len(f)-2 {
			s.t.Fatalf("decision %q", l)
		}
		s.run.Decisions = append(s.run.Decisions, d)
	}
}

// decisions are the decisions and what came of them.
func (s *scenario) decisions() string {
	var b strings.Builder
	for _, d := range s.run.Decisions {
		fate := "obeyed"
		if !d.Obeyed() {
			fate = strings.TrimPrefix(d.Misfit.Code, "decide.misfit.")
		}
		fmt.Fprintf(&b, "%s %s %s\n", d.Ruling, strings.Join(d.Named, " "), fate)
	}
	return b.String()
}

func (s *scenario) date(v string) tillproof.Date { return tilltest.Date(s.t, v) }

func (s *scenario) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *scenario) minor(v string) int64 {
	return tilltest.Money(s.t, v, s.run.Policy.Currency).Minor()
}

func (s *scenario) policy(f []string) {
	p := &s.run.Policy
	switch f[0] {
	case "currency":
		s.check(p.Currency.UnmarshalText([]byte(strings.Join(f[1:], ""))))
	case "cutoff":
		at, err := time.Parse("15:04", f[1])
		s.check(err)
		p.CutOff = at.Hour()*60 + at.Minute()
	case "days":
		n, err := strconv.Atoi(f[1])
		s.check(err)
		p.Settlement.Days, p.Settlement.Known = n, true
	case "holiday":
		cal := &p.Settlement.Calendar
		if cal.Holidays == nil {
			cal.Holidays = map[tillproof.Date]string{}
			cal.From, cal.To = s.date("2026-01-01"), s.date("2026-12-31")
		}
		for d := s.date(f[1]); d <= s.date(f[2]); d++ {
			cal.Holidays[d] = f[3]
		}
	case "workday":
		cal := &p.Settlement.Calendar
		if cal.Workdays == nil {
			cal.Workdays = map[tillproof.Date]bool{}
		}
		cal.Workdays[s.date(f[1])] = true
	case "payer":
		p.Payers = append(p.Payers, f[1])
	case "slack":
		p.FeeSlack = s.minor(f[1])
	case "tips": // parts per million
		n, err := strconv.ParseInt(f[1], 10, 64)
		s.check(err)
		p.TipPPM = n
	case "window":
		n, err := strconv.Atoi(f[1])
		s.check(err)
		p.Window = n
	case "tariff": // tariff debit 5000 0.00 20.00 returns
		k, _ := tillproof.ParseCardKind(f[1])
		rate, err := strconv.ParseInt(f[2], 10, 64)
		s.check(err)
		p.Tariff = append(p.Tariff, tillproof.TariffLine{
			Kind: k, RatePPM: rate, Fixed: s.minor(f[3]),
			Cap: s.minor(f[4]), ReturnsFee: len(f) > 5,
		})
	default:
		s.t.Fatalf("policy %q", f)
	}
}

func (s *scenario) name(ref tillproof.RowRef) string { return s.names[ref.Side][ref.N] }

func (s *scenario) list(refs []tillproof.RowRef) string {
	var out []string
	for _, r := range refs {
		out = append(out, s.name(r))
	}
	if out == nil {
		return "-"
	}
	return strings.Join(out, ",")
}

// answer writes the result in the notation of the scenarios.
func (s *scenario) answer() map[string]string {
	var m, warn strings.Builder
	for _, x := range s.run.Matches {
		fmt.Fprintf(&m, "%s %s %s\n", s.name(x.Left), s.name(x.Right), x.Method)
	}
	for _, x := range s.run.Warnings {
		warn.WriteString(strings.TrimPrefix(x.Code, "match."))
		if amount, ok := x.Params["amount"]; ok {
			fmt.Fprintf(&warn, " n=%s amount=%s", x.Params["n"], strings.Fields(amount)[0])
		}
		warn.WriteString("\n")
	}
	return map[string]string{
		"matches": m.String(), "breaks": s.breaks(), "states": s.states(), "waterfalls": s.waterfalls(),
		"warnings": warn.String(), "decisions": s.decisions(),
	}
}

// explanations explains the rows that the section names first on each line.
func (s *scenario) explanations(section string) string {
	var b strings.Builder
	for _, l := range tilltest.Lines(section) {
		name := strings.Fields(l)[0]
		for side := range s.names {
			for i, n := range s.names[side] {
				if n == name {
					s.explanation(&b, tillproof.RowRef{Side: tillproof.Side(side), N: int32(i)})
				}
			}
		}
	}
	return b.String()
}

func (s *scenario) explanation(b *strings.Builder, ref tillproof.RowRef) {
	x := Explain(s.run, ref)
	partner, method := "-", "-"
	if x.Partner.Side != tillproof.NoSide {
		partner = s.name(x.Partner)
	}
	if x.Method != "" {
		method = string(x.Method)
	}
	fmt.Fprintf(b, "%s %s %s %s", s.name(ref), x.Status, partner, method)
	for _, other := range x.Along {
		fmt.Fprintf(b, " +%s", s.name(other))
	}
	for _, f := range x.Fields {
		if !f.Same {
			sign := ":"
			if f.Near {
				sign = "~"
			}
			fmt.Fprintf(b, " %s%s%s/%s", f.Field, sign, strings.ReplaceAll(f.Left, " ", ""),
				strings.ReplaceAll(f.Right, " ", ""))
		}
	}
	for _, c := range x.Second {
		fmt.Fprintf(b, " %s:%s", s.name(c.Row), strings.TrimPrefix(c.Why.Code, "match."))
	}
	b.WriteString("\n")
}

func (s *scenario) breaks() string {
	var b strings.Builder
	for _, x := range s.run.Breaks {
		fmt.Fprintf(&b, "%s %s amount=%s residual=%s reason=%s", x.Kind, s.list(x.Records), x.Amount,
			x.Residual, strings.TrimPrefix(x.Reason.Code, "match."))
		if day := x.Reason.Params["day"]; x.Kind == tillproof.FeeMismatch && day != "" {
			fmt.Fprintf(&b, " from=%s", day)
		}
		for _, c := range x.Candidates {
			fmt.Fprintf(&b, " %s:%s", s.name(c.Row), strings.TrimPrefix(c.Why.Code, "match.why."))
			if c.Set > 0 {
				fmt.Fprintf(&b, "#%d", c.Set)
			}
		}
		if x.Doubt.Code != "" {
			fmt.Fprintf(&b, " doubt=%s", strings.TrimPrefix(x.Doubt.Code, "match.doubt."))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// states lists the rows that are not simply matched.
func (s *scenario) states() string {
	var b strings.Builder
	for _, side := range tillproof.Sides {
		for i, x := range s.run.States[side] {
			if x.Status == tillproof.Matched {
				continue
			}
			fmt.Fprintf(&b, "%s %s %s", s.names[side][i], x.Status, strings.TrimPrefix(x.Reason, "match."))
			if x.Expected.Known() {
				fmt.Fprintf(&b, " %s", x.Expected)
			}
			if x.Adjusted.Currency().Known() {
				fmt.Fprintf(&b, " adjusted=%s", x.Adjusted)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func (s *scenario) waterfalls() string {
	var b strings.Builder
	for _, x := range s.run.Waterfalls {
		fmt.Fprintf(&b, "%s %s %s %s", x.Expected, x.Method, x.Status, s.list(x.Deposit))
		fmt.Fprintf(&b, " rows=%s", s.list(x.Rows))
		for _, step := range x.Steps {
			fmt.Fprintf(&b, " %s:%d:%s", step.Kind, step.Count, step.Amount)
		}
		fmt.Fprintf(&b, " net=%s paid=%s residual=%s", x.Net, x.Paid, x.Residual)
		for _, n := range x.Notes {
			fmt.Fprintf(&b, " %s", strings.TrimPrefix(n.Code, "match."))
		}
		b.WriteString("\n")
	}
	return b.String()
}
