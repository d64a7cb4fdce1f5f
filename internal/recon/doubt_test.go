package recon

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/tilltest"
)

// TestDoubt: a scenario has one section for each file, "terminal a.csv" or "bank b.xml", with lines as
// tilltest.Row reads them, and what must come out: breaks with the doubt of each, the notes about whole
// files, and the loss.
func TestDoubt(t *testing.T) {
	names, err := filepath.Glob("testdata/doubt/*.txtar")
	if err != nil || len(names) < 8 {
		t.Fatalf("%d scenarios, %v", len(names), err)
	}
	said := map[string]bool{}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			run, rows := doubtScenario(t, archive)
			if err := conclude(run, detect.Asked{}); err != nil {
				t.Fatal(err)
			}
			got := map[string]string{
				"breaks": breakLines(run, rows), "notes": noteLines(t, run, said), "loss": lossLine(run),
			}
			for _, f := range archive.Files {
				if out, asked := got[f.Name]; asked {
					if d := cmp.Diff(tilltest.Lines(string(f.Data)), tilltest.Lines(out)); d != "" {
						t.Errorf("%s differ (-want +got):\n%s", f.Name, d)
					}
					delete(got, f.Name)
				}
			}
			if len(got) > 0 {
				t.Errorf("the scenario does not say what becomes of %v", got)
			}
		})
	}
	for _, code := range []string{
		"recon.misread.minor", "recon.misread.factor", "recon.misread.ratio", "recon.misread.currency",
		"recon.misread.deposits", "recon.no_reference", "recon.nothing_matched",
	} {
		if !said[code] {
			t.Errorf("no scenario makes the run say %s", code)
		}
	}
}

func doubtScenario(t *testing.T, a *txtar.Archive) (*tillproof.Run, map[tillproof.RowRef]string) {
	t.Helper()
	run := &tillproof.Run{}
	run.Policy.Currency = tillproof.CNY
	run.Policy.CutOff = 23 * 60
	run.Policy.Settlement = tillproof.Settlement{Days: 1, Known: true}
	rows := map[tillproof.RowRef]string{}
	for _, f := range a.Files {
		head := strings.Fields(f.Name)
		side, err := tillproof.ParseSide(head[0])
		if err != nil {
			continue
		}
		src := tillproof.Source{File: head[1], Side: side}
		src.From, src.To = tilltest.Date(t, "2026-09-14"), tilltest.Date(t, "2026-09-18")
		run.Sources = append(run.Sources, src)
		row := tilltest.Row{Side: side, Currency: tillproof.CNY}
		for i, l := range tilltest.Lines(string(f.Data)) {
			r := row.Record(t, l)
			r.Origin = tillproof.Origin{Source: int32(len(run.Sources) - 1), Line: int32(i + 1)}
			r.ID = tillproof.RecordIDOf(side, []byte(l), 0)
			ref := tillproof.RowRef{Side: side, N: int32(len(run.Records[side]))}
			rows[ref] = strings.Fields(l)[0]
			run.Records[side] = append(run.Records[side], r)
		}
	}
	return run, rows
}

func breakLines(run *tillproof.Run, rows map[tillproof.RowRef]string) string {
	var b strings.Builder
	for _, x := range run.Breaks {
		fmt.Fprintf(&b, "%s", x.Kind)
		for _, ref := range x.Records {
			fmt.Fprintf(&b, " %s", rows[ref])
		}
		doubt := strings.TrimPrefix(x.Doubt.Code, "recon.doubt.")
		if doubt == "" {
			doubt = "-"
		}
		fmt.Fprintf(&b, " %s %s\n", x.Residual, doubt)
	}
	return b.String()
}

// noteLines writes the notes about whole files, and holds each note and doubt against its texts.
func noteLines(t *testing.T, run *tillproof.Run, said map[string]bool) string {
	t.Helper()
	place := regexp.MustCompile(`\{(\w+)[:}]`)
	notes := append([]tillproof.Note(nil), run.Warnings...)
	for _, b := range run.Breaks {
		if b.Doubt.Code != "" {
			notes = append(notes, b.Doubt)
		}
	}
	var out strings.Builder
	for i, n := range notes {
		if !strings.HasPrefix(n.Code, "recon.") {
			continue
		}
		said[n.Code] = true
		for _, lang := range []string{"zh", "en"} {
			text := texts(t, lang)[n.Code]
			if text == "" {
				t.Errorf("%s: %s has no text", lang, n.Code)
			}
			for _, m := range place.FindAllStringSubmatch(text, -1) {
				if n.Params[m[1]] == "" {
					t.Errorf("%s: %s has no value for {%s}", lang, n.Code, m[1])
				}
			}
		}
		if i < len(run.Warnings) {
			fmt.Fprintf(&out, "%s %s", strings.TrimPrefix(n.Code, "recon."), n.Params["file"])
			for _, k := range []string{"other", "n", "pairs", "rows", "factor"} {
				if v := n.Params[k]; v != "" {
					fmt.Fprintf(&out, " %s=%s", k, v)
				}
			}
			out.WriteString("\n")
		}
	}
	return out.String()
}

func texts(t *testing.T, lang string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../locale/catalog/recon." + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func lossLine(run *tillproof.Run) string {
	var b strings.Builder
	for _, l := range run.Losses {
		money := func(minor int64) string { return tillproof.NewMoney(minor, l.Currency).String() }
		fmt.Fprintf(&b, "%s confirmed=%s at_risk=%s owed=%s\n", l.Currency,
			money(l.Confirmed.Principal), money(l.AtRisk.Principal), money(l.Owed))
	}
	return b.String()
}
