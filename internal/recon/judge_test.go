package recon_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/all"
	"github.com/tillproof/tillproof/internal/pack"
	"github.com/tillproof/tillproof/internal/recon"
	"github.com/tillproof/tillproof/internal/synth"
)

// seeds is how many months of each size the judge looks at.
const seeds = 50

// TestSynth reconciles labelled months and compares everything with the answer key, which synth wrote while
// planting and which shares no code with the rooms judged here.
func TestSynth(t *testing.T) {
	cal, ok := pack.Calendar("CN")
	if !ok {
		t.Fatal("no calendar CN")
	}
	sizes := map[string]func(uint64, tillproof.Calendar) synth.Options{
		"small": synth.Small, "medium": synth.Medium, "large": synth.Large, "tiny": tiny,
	}
	for name, size := range sizes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(seeds) {
				o := size(seed+1, cal)
				if seed%5 == 4 {
					o.LuhnIDs = true
				}
				if seed%3 == 2 {
					o.Lang = synth.English
				}
				t.Run(fmt.Sprintf("seed=%d", o.Seed), func(t *testing.T) { judge(t, o) })
			}
		})
	}
}

// tiny is a stall or a few of one owner: one to nine sales a day, some days or some weeks.
func tiny(seed uint64, cal tillproof.Calendar) synth.Options {
	return synth.Options{
		Seed: seed, Merchants: int(1 + seed%8), Terminals: int(1 + seed/8%2), Days: int(3 + seed*11%38),
		SalesPerDay: int(1 + seed%9), Calendar: cal,
	}
}

func TestDemoAnswers(t *testing.T) {
	cal, _ := pack.Calendar("CN")
	judge(t, synth.Demo(cal))
}

func judge(t *testing.T, o synth.Options) {
	t.Helper()
	dir := t.TempDir()
	key, err := synth.Write(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := synth.Policy(o)
	if err != nil {
		t.Fatal(err)
	}
	run := check(t, dir, policy, key.Files.Terminal, key.Files.Acquirer, key.Files.Bank)
	v := verdict{t, run, &key}
	v.reading()
	v.breaks()
	v.findings()
	v.matches()
	v.loss()
	for _, c := range run.Completeness {
		if !c.Holds() {
			t.Errorf("the completeness of the %s side does not hold: %+v", c.Side, c)
		}
	}
}

func check(t *testing.T, dir string, policy tillproof.Policy, names ...string) *tillproof.Run {
	t.Helper()
	var files []recon.File
	for _, name := range names {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, recon.File{Name: name, At: f, Size: info.Size()})
	}
	opt := recon.Options{Formats: all.Formats(), Policy: policy}
	run, err := recon.Check(context.Background(), files, opt)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// verdict compares a run with the key.
type verdict struct {
	t   *testing.T
	run *tillproof.Run
	key *synth.Key
}

func (v *verdict) line(ref tillproof.RowRef) synth.Line {
	r := v.run.Record(ref)
	return synth.Line{File: v.run.Source(r).File, Line: int(r.Origin.Line)}
}

// lines are the places of rows, in the order of the files.
func (v *verdict) lines(refs []tillproof.RowRef) []synth.Line {
	out := make([]synth.Line, len(refs))
	for i, r := range refs {
		out[i] = v.line(r)
	}
	return sorted(out)
}

func sorted(lines []synth.Line) []synth.Line {
	out := slices.Clone(lines)
	slices.SortFunc(out, func(a, b synth.Line) int {
		if a.File != b.File {
			return len(a.File) - len(b.File)
		}
		return a.Line - b.Line
	})
	return out
}

func (v *verdict) reading() {
	want := map[tillproof.Side]int{
		tillproof.Terminal: v.key.Totals.Terminal, tillproof.Acquirer: v.key.Totals.Acquirer,
		tillproof.Bank: v.key.Totals.Bank,
	}
	for _, src := range v.run.Sources {
		if src.Totals.Entries != want[src.Side] || src.IssueCount != 0 {
			v.t.Errorf("%s: %d entries and %d issues, want %d and none: %+v", src.File, src.Totals.Entries,
				src.IssueCount, want[src.Side], src.Issues[:min(3, len(src.Issues))])
		}
	}
}

// breaks: each planted break is there with its residual, and nothing else is.
func (v *verdict) breaks() {
	claimed := make([]bool, len(v.run.Breaks))
	for _, f := range v.key.Facts {
		if f.Expect != synth.ExpectBreak {
			continue
		}
		found := slices.IndexFunc(v.run.Breaks, func(b tillproof.Break) bool {
			return string(b.Kind) == f.Code && b.Residual.Minor() == int64(f.Residual) &&
				containsAll(v.lines(b.Records), f.Records)
		})
		if found < 0 || claimed[found] {
			v.t.Errorf("not found: %s %s residual %d at %v", f.Kind, f.Code, f.Residual, head(f.Records))
			continue
		}
		claimed[found] = true
	}
	for i, b := range v.run.Breaks {
		if !claimed[i] {
			v.t.Errorf("invented: %s residual %s at %v (%s %v)", b.Kind, b.Residual, head(v.lines(b.Records)),
				b.Reason.Code, b.Reason.Params)
		}
	}
}

func (v *verdict) findings() {
	claimed := make([]bool, len(v.run.Findings))
	for _, f := range v.key.Facts {
		if f.Expect != synth.ExpectFinding {
			continue
		}
		found := slices.IndexFunc(v.run.Findings, func(g tillproof.Finding) bool {
			return string(g.Rule) == f.Code && containsAll(v.lines(g.Records), f.Records)
		})
		if found < 0 {
			v.t.Errorf("not found: %s, rule %s at %v", f.Kind, f.Code, head(f.Records))
			continue
		}
		claimed[found] = true
	}
	for i, g := range v.run.Findings {
		if !claimed[i] && g.About == nil {
			v.t.Errorf("invented: rule %s at %v: %v", g.Rule, head(v.lines(g.Records)), g.Reasons)
		}
	}
}

func head(lines []synth.Line) []synth.Line { return lines[:min(6, len(lines))] }

func containsAll(have, want []synth.Line) bool {
	set := map[synth.Line]bool{}
	for _, l := range have {
		set[l] = true
	}
	for _, l := range want {
		if !set[l] {
			return false
		}
	}
	return len(want) > 0
}

// matches: the pairs are exactly the true ones.
func (v *verdict) matches() {
	want := make(map[synth.Pair]bool, len(v.key.Matches))
	for _, p := range v.key.Matches {
		want[p] = true
	}
	wrong := 0
	for _, m := range v.run.Matches {
		p := synth.Pair{int32(v.line(m.Left).Line), int32(v.line(m.Right).Line)}
		if !want[p] {
			if wrong++; wrong < 5 {
				v.t.Errorf("false match by %s: terminal line %d, report line %d", m.Method, p[0], p[1])
			}
		}
		delete(want, p)
	}
	if len(want) > 0 {
		v.t.Errorf("%d true pairs not matched of %d", len(want), len(v.key.Matches))
	}
}

func (v *verdict) loss() {
	got := map[string]synth.LossTruth{}
	for _, l := range v.run.Losses {
		got[l.Currency.String()] = synth.LossTruth{
			Confirmed: synth.LossParts{
				Principal: synth.Fen(l.Confirmed.Principal), Fees: synth.Fen(l.Confirmed.Fees),
			},
			AtRisk: synth.LossParts{Principal: synth.Fen(l.AtRisk.Principal), Fees: synth.Fen(l.AtRisk.Fees)},
			Timing: synth.Fen(l.Timing), Owed: synth.Fen(l.Owed), Recovered: synth.Fen(l.Recovered),
		}
	}
	for c, want := range v.key.Loss {
		if got[c] != *want {
			v.t.Errorf("loss in %s is %+v, true is %+v", c, got[c], *want)
		}
		delete(got, c)
	}
	for c, l := range got {
		v.t.Errorf("loss in %s invented: %+v", c, l)
	}
}
