package recon_test

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/all"
	"github.com/tillproof/tillproof/internal/recon"
)

func decided(t *testing.T, d []tillproof.Decision, files ...recon.File) *tillproof.Run {
	t.Helper()
	run, err := recon.Check(context.Background(), files, recon.Options{
		Formats: all.Formats(), Decisions: d,
		Policy: tillproof.Policy{Currency: tillproof.CNY, CutOff: elevenPM},
	})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func ruled(r tillproof.Ruling, named ...string) tillproof.Decision {
	return tillproof.Decision{Ruling: r, Named: named, Reason: "told so"}
}

// TestADecisionHoldsForTheNextExport: the log is exported again with a row before the others and its lines in
// another order. The decision names the sale by its id and still finds it; that of another amount is gone.
func TestADecisionHoldsForTheNextExport(t *testing.T) {
	first := decided(t, nil, textFile("pos.csv", log), textFile("settle.csv", settled))
	lost := first.Records[tillproof.Terminal][2] // 40.00, in no report
	lines := strings.SplitAfter(log, "\n")
	later := lines[0] + lines[3] + lines[2] +
		strings.Replace(lines[1], "10.00", "11.00", 1)
	d := []tillproof.Decision{
		ruled(tillproof.RuleExclude, lost.ID.String()),
		ruled(tillproof.RuleExclude, first.Records[tillproof.Terminal][0].ID.String()),
		ruled(tillproof.RuleExclude, first.Records[tillproof.Terminal][1].ID.String()[:12]),
	}
	run := decided(t, d, textFile("new.csv", later), textFile("settle.csv", settled))
	var fates []string
	for i := range run.Decisions {
		fates = append(fates, run.Decisions[i].Misfit.Code)
	}
	if want := []string{"", "decide.misfit.not_found", ""}; !slices.Equal(fates, want) {
		t.Fatalf("fates %q, not %q", fates, want)
	}
	if st := run.States[tillproof.Terminal][0]; st.Reason != tillproof.ExcludedByHand {
		t.Errorf("the sale of 40.00 is %+v", st)
	}
	warns := func(n tillproof.Note) bool { return n.Code == "decide.not_obeyed" }
	if !slices.ContainsFunc(run.Warnings, warns) {
		t.Errorf("no warning says that a decision was not obeyed: %v", run.Warnings)
	}
}

// TestRecordsAreNamedByFileAndLine, and the ids are written back.
func TestRecordsAreNamedByFileAndLine(t *testing.T) {
	for _, c := range []struct {
		name, why string
	}{
		{"pos.csv:4", ""},
		{"a/pos.csv:4", ""},
		{"pos.csv[1]:4", ""},
		{"pos.csv[2]:4", "decide.misfit.line"},
		{"pos.csv:1", "decide.misfit.line"},
		{"pos.csv:99", "decide.misfit.line"},
		{"till.csv:4", "decide.misfit.file"},
		{"pos.csv:0", "decide.misfit.not_found"},
		{"pos.csv", "decide.misfit.not_found"},
		{"rec_", "decide.misfit.not_found"},
		{"rec_00000000000000000000000000", "decide.misfit.not_found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := decided(t, []tillproof.Decision{ruled(tillproof.RuleExclude, c.name)},
				textFile("a/pos.csv", log), textFile("settle.csv", settled))
			d := run.Decisions[0]
			if d.Misfit.Code != c.why {
				t.Fatalf("misfit %+v, not %q", d.Misfit, c.why)
			}
			if c.why != "" {
				return
			}
			id := run.Records[tillproof.Terminal][2].ID.String()
			said := slices.ContainsFunc(run.Warnings, func(n tillproof.Note) bool {
				return n.Code == "decide.by_line" && strings.Contains(n.Params["ids"], id)
			})
			if !said || run.States[tillproof.Terminal][2].Status != tillproof.Excluded {
				t.Errorf("%v, states %v", run.Warnings, run.States[tillproof.Terminal])
			}
		})
	}
}

// TestTheSumsOfEachDayAreThoseOfTheFile: added up from the text of the log itself, not from records.
func TestTheSumsOfEachDayAreThoseOfTheFile(t *testing.T) {
	next := strings.NewReplacer("2026-09-16", "2026-09-17", "626000000001", "626000000009")
	text := log + next.Replace(strings.SplitAfter(log, "\n")[1])
	want := map[string]int64{}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n")[1:] {
		cells := strings.Split(line, ",")
		yuan, err := strconv.ParseInt(strings.TrimSuffix(cells[12], ".00"), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		want[cells[8]] += yuan * 100
	}
	run := decided(t, nil, textFile("pos.csv", text), textFile("settle.csv", settled))
	got := map[string]int64{}
	for _, c := range run.Completeness {
		if !c.Holds() || len(c.Days) == 0 {
			t.Errorf("%s: %+v", c.Side, c)
		}
		for i := range c.Days {
			if c.Side == tillproof.Terminal {
				got[c.Days[i].Day.String()] += c.Days[i].Total()
			}
		}
	}
	if !maps.Equal(got, want) || len(want) != 2 {
		t.Errorf("%v, not %v", got, want)
	}
}

// TestTheRunIDNamesWhatARunIsMadeFrom: not the order and the names of the files, but every byte of them.
func TestTheRunIDNamesWhatARunIsMadeFrom(t *testing.T) {
	id := func(b tillproof.Basis, files ...recon.File) tillproof.RunID {
		run, err := recon.Check(context.Background(), files, recon.Options{Formats: all.Formats(), Basis: b})
		if err != nil {
			t.Fatal(err)
		}
		return run.Basis.ID
	}
	pos, settle := textFile("pos.csv", log), textFile("settle.csv", settled)
	base := id(tillproof.Basis{}, pos, settle)
	if id(tillproof.Basis{}, settle, textFile("x.csv", log)) != base {
		t.Error("order or names of files change the id")
	}
	other := tillproof.DigestOf([]byte("x"))
	as := textFile("settle.csv", settled)
	as.Year = 2026
	for name, got := range map[string]tillproof.RunID{
		"a byte":      id(tillproof.Basis{}, textFile("pos.csv", log+"\n"), settle),
		"the policy":  id(tillproof.Basis{Policy: other}, pos, settle),
		"a decision":  id(tillproof.Basis{Decisions: other}, pos, settle),
		"the reading": id(tillproof.Basis{}, pos, as),
	} {
		if got == base || got == (tillproof.RunID{}) {
			t.Errorf("%s does not change the id", name)
		}
	}
}
