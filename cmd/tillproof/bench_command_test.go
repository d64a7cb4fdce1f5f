package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// benchSaid is what `bench --json` says of one set, as another program reads it.
type benchSaid struct {
	Set, Noise string
	Matches    struct{ Knowable, False, Found int }
	Deposits   struct{ Knowable, Found int }
	Wrong      int    `json:"wrong_explanations"`
	LossError  string `json:"loss_error"`
	Perfect    bool
	Faults     []struct {
		What    string
		Records []string
	}
}

func benchOf(t *testing.T, args ...string) []benchSaid {
	t.Helper()
	var out, err bytes.Buffer
	code := run(context.Background(), append([]string{"bench", "--json", "--faults"}, args...),
		streams{in: strings.NewReader(""), out: &out, err: &err}, func(string) string { return "" }, time.Now)
	if code != exitClean {
		t.Fatalf("bench ended with %d: %s", code, err.String())
	}
	var said struct {
		Schema string
		Sets   []benchSaid
	}
	if err := json.Unmarshal(out.Bytes(), &said); err != nil || said.Schema != benchSchema {
		t.Fatalf("%v in %.200s", err, out.String())
	}
	return said.Sets
}

// TestBench runs one month of every kind under every custom. Without noise the program answers each without a
// fault; docs/benchmark.md says what is still wrong with much noise.
func TestBench(t *testing.T) {
	sets := benchOf(t, "--months", "1", "--noise", "none")
	if len(sets) != 24 {
		t.Errorf("%d sets, want six kinds under four customs", len(sets))
	}
	for _, s := range sets {
		if s.Matches.Knowable < 400 || s.Deposits.Knowable < 15 {
			t.Errorf("%s: %d matches and %d deposits are no month", s.Set, s.Matches.Knowable,
				s.Deposits.Knowable)
		}
		if !s.Perfect {
			t.Errorf("%s is not perfect any more: loss off by %s, %v", s.Set, s.LossError, s.Faults)
		}
	}
}

// TestBenchWithNoise holds every kind to what it is at the default noise: right.
func TestBenchWithNoise(t *testing.T) {
	for _, s := range benchOf(t, "--months", "1", "--custom", "cn,eu") {
		if !s.Perfect {
			t.Errorf("%s is not perfect any more: loss off by %s, %v", s.Set, s.LossError, s.Faults)
		}
	}
}
