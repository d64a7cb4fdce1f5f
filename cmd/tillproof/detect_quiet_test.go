package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof/internal/detect"
)

// spoken is the part of the answers of `synth` and `detect` that tells which rows are spoken of.
type spoken struct {
	Facts []struct {
		Records []struct {
			File string
			Line int
		}
	}
	Findings []struct {
		Rule    string
		Records []struct{ Line int }
	}
}

func runForJSON(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, errors bytes.Buffer
	std := streams{in: strings.NewReader(""), out: &out, err: &errors}
	if code := run(t.Context(), append(args, "--json", "-q"), std, noEnv, time.Now); code != exitClean {
		t.Fatalf("%v: exit %d: %s", args, code, errors.String())
	}
	return out.Bytes()
}

func (d *spoken) read(t *testing.T, text []byte) {
	t.Helper()
	if err := json.Unmarshal(text, d); err != nil {
		t.Fatal(err)
	}
}

// Without verdicts the learned score speaks at most once of rows of a merchant's month in which nothing is
// planted, and never of a row of which a rule speaks. Where a budget ranks what it says it says more.
func TestDetectIsQuietWithoutVerdicts(t *testing.T) {
	for _, seed := range []string{"1", "6"} {
		dir := filepath.Join(t.TempDir(), "month")
		runForJSON(t, "synth", "--merchants", "1", "--days", "30", "--seed", seed, "--dir", dir)
		key, err := os.ReadFile(filepath.Join(dir, "key.json"))
		if err != nil {
			t.Fatal(err)
		}
		var d spoken
		d.read(t, key)
		planted := map[int]bool{}
		for _, f := range d.Facts {
			for _, r := range f.Records {
				planted[r.Line] = planted[r.Line] || r.File == "terminal.csv"
			}
		}
		args := []string{
			"detect", "--exit-zero", "--in", filepath.Join(dir, "terminal.csv"),
			"--policy", filepath.Join(dir, "policy.yaml"),
		}
		d.read(t, runForJSON(t, args...))
		if wrong := d.learned(t, planted); wrong > 1 || len(d.Findings) == 0 {
			t.Errorf("seed %s: of %d findings %d are false", seed, len(d.Findings), wrong)
		}
		d.read(t, runForJSON(t, append(args, "--alerts-per-day", "50")...))
		if wrong := d.learned(t, planted); wrong < 5 { // one row in fifty is strange enough
			t.Errorf("seed %s: a budget has only %d more to rank", seed, wrong)
		}
	}
}

// learned counts the findings of the learned score in which nothing is planted. None may speak of a row of
// which a rule speaks.
func (d *spoken) learned(t *testing.T, planted map[int]bool) (wrong int) {
	t.Helper()
	byRule := map[int]string{}
	for _, f := range d.Findings {
		for _, r := range f.Records {
			if f.Rule != string(detect.LearnedScore) {
				byRule[r.Line] = f.Rule
			}
		}
	}
	for _, f := range d.Findings {
		if f.Rule != string(detect.LearnedScore) {
			continue
		}
		right := false
		for _, r := range f.Records {
			right = right || planted[r.Line]
			if byRule[r.Line] != "" {
				t.Errorf("line %d: both the score and %s speak", r.Line, byRule[r.Line])
			}
		}
		if !right {
			wrong++
		}
	}
	return wrong
}
