package recon

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/format/all"
	"github.com/tillproof/tillproof/internal/pack"
	"github.com/tillproof/tillproof/internal/synth"
)

// watchLimits let rules run: they need half a gigabyte.
var watchLimits = Limits{Memory: 512 << 20, Workers: 2}

// ofRuns are the rules that compare files: a run in passes does not ask them.
var ofRuns = map[tillproof.RuleID]bool{
	detect.BatchNotClosed: true, detect.UnknownOutcome: true, detect.FeeChanged: true,
	detect.FeeRaised: true, detect.NewCharge: true, detect.SettlementFrozen: true,
	detect.AccountChanged: true, detect.UnprovenPayment: true, detect.CodeSwapped: true,
	detect.OfflineUpload: true,
}

// toldOf writes down all that a finding says, the records by their ids and what became of them.
func toldOf(run *tillproof.Run) []string {
	var out []string
	for i := range run.Findings {
		f := run.Findings[i]
		if ofRuns[f.Rule] {
			continue
		}
		text := fmt.Sprint(f.ID, f.Rule, f.Severity, f.Score, f.AtRisk, f.Part, f.Amount)
		text += fmt.Sprint(f.Reasons, f.Innocent)
		for _, ref := range f.Records {
			st := run.States[ref.Side][ref.N]
			text += fmt.Sprint(" ", ref.Side, run.Record(ref).ID, st.Status, st.Reason)
		}
		out = append(out, text)
	}
	return out
}

// TestFindingsInPasses: the rules that look at the log find in passes what they find in a run that is held,
// in every month of some, word by word, with the same records and the same money at risk.
func TestFindingsInPasses(t *testing.T) {
	cal, ok := pack.Calendar("CN")
	if !ok {
		t.Fatal("no calendar CN")
	}
	found := map[tillproof.RuleID]int{}
	for seed := range uint64(6) {
		o := synth.Medium(seed+1, cal)
		dir := t.TempDir()
		key, err := synth.Write(dir, o)
		if err != nil {
			t.Fatal(err)
		}
		policy, err := synth.Policy(o)
		if err != nil {
			t.Fatal(err)
		}
		opt := Options{Formats: all.Formats(), Policy: policy}
		opt.Detect.Custom = []detect.CustomRule{largeSale()}
		names := [][]string{
			{key.Files.Terminal, key.Files.Acquirer, key.Files.Bank}, {key.Files.Terminal},
		}
		for _, names := range names {
			held, err := Check(t.Context(), filesIn(t, dir, names...), opt)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := CheckLarge(t.Context(), filesIn(t, dir, names...), opt, watchLimits)
			if err != nil {
				t.Fatal(err)
			}
			sameFindings(t, held, answer.Run)
			for _, f := range answer.Run.Findings {
				found[f.Rule]++
			}
		}
	}
	planted := []tillproof.RuleID{detect.OutOfHours, detect.RefundWithoutSale, "own_large"}
	for _, rule := range planted {
		if found[rule] == 0 {
			t.Errorf("no finding of %s in any month: %v", rule, found)
		}
	}
}

// largeSale is a rule of a user: sales of 3,000 and more.
func largeSale() detect.CustomRule {
	return detect.CustomRule{
		Rule: detect.Rule{ID: "own_large", Version: 1, Severity: tillproof.Low, Score: 300, AtRisk: true},
		Test: func(l *stream.Look, _ []int32) bool { return l.Tx.Stands() && l.Tx.Amount >= 300_000 },
		Key:  func(t *stream.Txn) stream.Key { return t.Terminal },
		Gap:  3600,
		Say: func(in *detect.Incident, record func(ref int64) *tillproof.Record) tillproof.Note {
			first := record(in.Parts[0].Ref).Amount.Param()
			return tillproof.Note{Code: "own", Params: tillproof.Params{"first": first}}
		},
	}
}

// TestRulesNeedMemory: under a low cap no rule is run, which the run says and its id shows.
func TestRulesNeedMemory(t *testing.T) {
	texts := newTrade(7).files()
	run := map[int64]*tillproof.Run{}
	for _, memory := range []int64{LeastMemory, 512 << 20} {
		lim := Limits{Memory: memory, Workers: 2}
		answer, err := CheckLarge(t.Context(), tradeFiles(texts), Options{Formats: all.Formats()}, lim)
		if err != nil {
			t.Fatal(err)
		}
		run[memory] = answer.Run
		code := map[bool]string{true: "recon.bulk.some_findings", false: "recon.bulk.no_findings"}
		watched := memory > LeastMemory
		said := func(n tillproof.Note) bool { return n.Code == code[watched] }
		if answer.Run.Basis.Watched != watched || !slices.ContainsFunc(answer.Run.Warnings, said) {
			t.Errorf("%d MiB: %v, %v", memory>>20, answer.Run.Basis.Watched, answer.Run.Warnings)
		}
	}
	if run[LeastMemory].Basis.ID == run[512<<20].Basis.ID {
		t.Error("one id for a run with rules and one without")
	}
}

func filesIn(t *testing.T, dir string, names ...string) []File {
	t.Helper()
	var out []File
	for i, name := range names {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, File{Name: name, At: f, Size: info.Size(), Side: tillproof.Sides[i]})
	}
	return out
}

// sameFindings compares what is found, and what the findings put at risk.
func sameFindings(t *testing.T, held, passes *tillproof.Run) {
	t.Helper()
	want, got := toldOf(held), toldOf(passes)
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("only held: %s", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("only in passes: %s", line)
		}
	}
	if !slices.Equal(want, got) {
		t.Error("not in one order")
	}
	atRisk := func(f tillproof.Finding) bool { return ofRuns[f.Rule] && f.AtRisk }
	if h, p := held.Losses, passes.Losses; !slices.ContainsFunc(held.Findings, atRisk) &&
		fmt.Sprint(h) != fmt.Sprint(p) {
		t.Errorf("held %+v, in passes %+v", h, p)
	}
}
