package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

// TestReadmeShowsWhatDemoPrints holds the sample in the README to the program: each line of it is printed, in
// that order.
func TestReadmeShowsWhatDemoPrints(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "```text\n")
	sample, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("the README has no sample")
	}
	var out, talk bytes.Buffer
	std := streams{in: strings.NewReader(""), out: &out, err: &talk}
	if code := run(context.Background(), []string{"demo", "--lang", "en"}, std, noEnv, time.Now); code != 0 {
		t.Fatalf("demo ended with %d: %s", code, talk.String())
	}
	printed, lines := out.String(), 0
	for _, line := range strings.Split(sample, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		lines++
		_, after, ok := strings.Cut(printed, line+"\n")
		if !ok {
			t.Fatalf("the demo does not print (or not in this order): %q", line)
		}
		printed = after
	}
	if lines < 20 {
		t.Errorf("the sample has only %d lines", lines)
	}
}
