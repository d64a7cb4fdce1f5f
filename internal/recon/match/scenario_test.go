package match

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tillproof/tillproof"
)

// A scenario is a txtar file with the sections policy, terminal, acquirer, bank, and what must come out:
// matches, breaks, states (rows not listed are matched), waterfalls, warnings. A line of a side is
//
//	name kind amount time key=value ...
//
// with "-" for an unknown time or amount. Times are 2006-01-02T15:04:05 or a day alone, which is then the
// settlement day of an acquirer line and the booking day of a bank line. Keys: m t b s rrn auth order payout
// orig card kind fee net settle value status cur who text.

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
				out, known := got[f.Name]
				if !known {
					continue
				}
				delete(got, f.Name)
				if d := cmp.Diff(lines(string(f.Data)), lines(out)); d != "" {
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

func lines(s string) []string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if l, _, _ = strings.Cut(l, " # "); strings.TrimSpace(l) != "" {
			out = append(out, strings.Join(strings.Fields(l), " "))
		}
	}
	return out
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
			for _, l := range lines(string(f.Data)) {
				s.policy(strings.Fields(l))
			}
		case err == nil:
			s.source(side, f)
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
	for i, l := range lines(string(f.Data)) {
		r := s.record(side, strings.Fields(l))
		r.Origin = tillproof.Origin{Source: int32(len(s.run.Sources) - 1), Line: int32(i + 1)}
		r.ID = tillproof.RecordIDOf(side, []byte(l), 0)
		s.run.Records[side] = append(s.run.Records[side], r)
		s.names[side] = append(s.names[side], strings.Fields(l)[0])
	}
	if !src.From.Known() {
		if c := coverOf(&tillproof.Run{Records: s.run.Records}, side); len(c) > 0 {
			at := &s.run.Sources[len(s.run.Sources)-1]
			at.From, at.To = c[0].from, c.last()
		}
	}
}

func (s *scenario) date(v string) tillproof.Date {
	d, err := tillproof.ParseDate(v)
	s.check(err)
	return d
}

func (s *scenario) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *scenario) money(v string, c tillproof.Currency) tillproof.Money {
	if v == "-" {
		return tillproof.Money{}
	}
	x, err := tillproof.ParseExact(v)
	s.check(err)
	m, err := x.Money(c)
	s.check(err)
	return m
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
	case "payer":
		p.Payers = append(p.Payers, f[1])
	case "slack":
		p.FeeSlack = s.money(f[1], p.Currency).Minor()
	case "window":
		n, err := strconv.Atoi(f[1])
		s.check(err)
		p.Window = n
	case "tariff": // tariff debit 5000 0.00 20.00 returns
		k, _ := tillproof.ParseCardKind(f[1])
		rate, err := strconv.ParseInt(f[2], 10, 64)
		s.check(err)
		p.Tariff = append(p.Tariff, tillproof.TariffLine{
			Kind: k, RatePPM: rate, Fixed: s.money(f[3], p.Currency).Minor(),
			Cap: s.money(f[4], p.Currency).Minor(), ReturnsFee: len(f) > 5,
		})
	default:
		s.t.Fatalf("policy %q", f)
	}
}

func (s *scenario) record(side tillproof.Side, f []string) tillproof.Record {
	kind, ok := tillproof.ParseRecordKind(f[1])
	if !ok {
		s.t.Fatalf("%v: kind", f)
	}
	r := tillproof.NewRecord(kind)
	keys := map[string]string{}
	for _, kv := range f[4:] {
		k, v, _ := strings.Cut(kv, "=")
		keys[k] = v
	}
	cur := s.run.Policy.Currency
	if c, given := keys["cur"]; given {
		s.check(cur.UnmarshalText([]byte(c)))
	}
	r.Amount = s.money(f[2], cur)
	switch {
	case strings.Contains(f[3], "T"):
		at, err := time.Parse("2006-01-02T15:04:05", f[3])
		s.check(err)
		r.Time = tillproof.LocalTime(at.Unix())
	case f[3] == "-":
	case side == tillproof.Bank:
		r.BookingDate, r.ValueDate = s.date(f[3]), s.date(f[3])
	default:
		r.SettleDate = s.date(f[3])
	}
	for k, v := range keys {
		s.set(&r, k, v, cur)
	}
	return r
}

func (s *scenario) set(r *tillproof.Record, k, v string, cur tillproof.Currency) {
	texts := map[string]*string{
		"m": (*string)(&r.Refs.Merchant), "t": (*string)(&r.Refs.Terminal), "b": &r.Refs.Batch,
		"s": &r.Refs.STAN, "rrn": &r.Refs.RRN, "auth": &r.Refs.Auth, "order": &r.Refs.Order,
		"payout": &r.Refs.Payout, "orig": &r.Refs.Original, "who": &r.Counterparty, "text": &r.Narrative,
		"resp": &r.Response,
	}
	switch k {
	case "cur":
	case "card": // 621234/1234 or 1234
		first, last, both := strings.Cut(v, "/")
		if !both {
			last = first
		} else {
			copy(r.Card.First[:], first)
		}
		copy(r.Card.Last[:], last)
	case "kind":
		r.Card.Kind, _ = tillproof.ParseCardKind(v)
	case "fee":
		r.Fee = s.money(v, cur)
	case "net":
		r.Net = s.money(v, cur)
	case "settle":
		r.SettleDate = s.date(v)
	case "value":
		r.ValueDate = s.date(v)
	case "status":
		r.Status = map[string]tillproof.RecordStatus{
			"declined": tillproof.Declined, "unknown": tillproof.UnknownOutcome, "pending": tillproof.Pending,
			"cancelled": tillproof.Cancelled, "neutral": tillproof.Neutral,
		}[v]
	default:
		if texts[k] == nil {
			s.t.Fatalf("unknown key %q", k)
		}
		*texts[k] = v
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
		"warnings": warn.String(),
	}
}

func (s *scenario) breaks() string {
	var b strings.Builder
	for _, x := range s.run.Breaks {
		fmt.Fprintf(&b, "%s %s amount=%s residual=%s reason=%s", x.Kind, s.list(x.Records), x.Amount,
			x.Residual, strings.TrimPrefix(x.Reason.Code, "match."))
		for _, c := range x.Candidates {
			fmt.Fprintf(&b, " %s:%s", s.name(c.Row), strings.TrimPrefix(c.Why.Code, "match.why."))
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
