package torture

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// ctx is the context of calls that nobody stops.
func (s *shop) ctx() context.Context { return context.Background() }

// ledger gathers what was run.
var ledger book

// book is the figures of docs/trust.md.
type book struct {
	begun   time.Time
	mu      sync.Mutex
	entries []*entry
}

// entry is one promise and what was done to break it.
type entry struct {
	t testing.TB

	ID      string         `json:"id"`
	Promise string         `json:"promise"` // its number in the list of promises
	What    string         `json:"what"`
	Date    string         `json:"date"`
	Seed    uint64         `json:"seed"`
	Seconds int            `json:"seconds"`
	Machine machine        `json:"machine"`
	Source  string         `json:"source"` // the revision that was tested
	Counts  map[string]int `json:"counts"`
	Faults  []string       `json:"faults"`
}

// machine is where it was run.
type machine struct {
	Cores int    `json:"cores"`
	CPU   string `json:"cpu"`
	Files string `json:"files"` // the file system
	OS    string `json:"os"`
}

// maxFaults is how many faults of an entry are told one by one.
const maxFaults = 20

// entry begins the entry of a test, which is kept when the test ends.
func (b *book) entry(t testing.TB, id, promise, what string) *entry {
	e := &entry{
		t: t, ID: id, Promise: promise, What: what, Seed: *seedFlag,
		Counts: map[string]int{}, Faults: []string{},
		Date: time.Now().UTC().Format("2006-01-02"), Machine: thisMachine(), Source: revision(),
	}
	began := time.Now()
	t.Cleanup(func() {
		e.Seconds = int(time.Since(began).Seconds())
		if t.Failed() && len(e.Faults) == 0 {
			e.Faults = append(e.Faults, "the test stopped before its end")
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		if len(e.Counts) > 0 {
			b.entries = append(b.entries, e)
		}
	})
	return e
}

func (e *entry) add(what string, n int) {
	ledger.mu.Lock()
	defer ledger.mu.Unlock()
	e.Counts[what] += n
}

func (e *entry) most(what string, n int) {
	ledger.mu.Lock()
	defer ledger.mu.Unlock()
	e.Counts[what] = max(e.Counts[what], n)
}

// fail notes a promise that did not hold.
func (e *entry) fail(form string, args ...any) {
	e.t.Helper()
	e.t.Errorf(form, args...)
	ledger.mu.Lock()
	defer ledger.mu.Unlock()
	e.Counts["faults"]++
	if len(e.Faults) < maxFaults {
		line, _, _ := strings.Cut(fmt.Sprintf(form, args...), "\n")
		line = strings.ReplaceAll(line, os.TempDir()+"/", "")
		e.Faults = append(e.Faults, line)
	}
}

func thisMachine() machine {
	m := machine{
		Cores: runtime.NumCPU(), OS: runtime.GOOS + "/" + runtime.GOARCH, Files: fileSystem(os.TempDir()),
	}
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.HasPrefix(name, "model name") {
			m.CPU = strings.TrimSpace(value)
			break
		}
	}
	return m
}

// fileSystem is the type of the file system that a folder is on, "" where the system does not say.
func fileSystem(dir string) string {
	out, err := exec.Command("stat", "-f", "-c", "%T", dir).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

var revision = sync.OnceValue(func() string {
	out, err := exec.Command("git", "rev-parse", "--short=12", "HEAD").Output()
	if err != nil {
		return ""
	}
	rev := strings.TrimSpace(string(out))
	dirty, err := exec.Command("git", "status", "--porcelain", "--untracked-files=no").Output()
	if err != nil || len(dirty) > 0 {
		rev += "+"
	}
	return rev
})

// write puts what was run into trust.json, beside what earlier runs put there, and trust.md from all of it.
func (b *book) write(dir string) error {
	path := filepath.Join(dir, "trust.json")
	known := map[string]*entry{}
	if text, err := os.ReadFile(path); err == nil {
		var old []*entry
		if err := json.Unmarshal(text, &old); err != nil {
			return err
		}
		for _, e := range old {
			known[e.ID] = e
		}
	}
	for _, e := range b.entries {
		known[e.ID] = e
	}
	var all []*entry
	for _, id := range slices.Sorted(maps.Keys(known)) {
		all = append(all, known[id])
	}
	slices.SortStableFunc(all, func(x, y *entry) int { return promiseNumber(x) - promiseNumber(y) })
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "trust.md"), []byte(page(all)), 0o644)
}

func promiseNumber(e *entry) int {
	n := 0
	_, _ = fmt.Sscanf(e.Promise, "P%d", &n)
	return n
}

// page is docs/trust.md.
func page(all []*entry) string {
	var b strings.Builder
	b.WriteString("# What was tested, and how often\n\n" +
		"`make torture` writes this page and trust.json: every figure on it was counted by the run that it speaks of. " +
		"A run replaces its own part and leaves the others. What a figure is not: a proof. It says how " +
		"hard somebody " +
		"tried.\n\n")
	b.WriteString("| promise | what was done | date | revision | faults |\n|---|---|---|---|---|\n")
	for _, e := range all {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %d |\n", e.Promise, e.ID, e.Date, e.Source, e.Counts["faults"])
	}
	for _, e := range all {
		fmt.Fprintf(&b, "\n## %s: %s\n\n%s\n\n", e.Promise, e.ID, e.What)
		for _, what := range slices.Sorted(maps.Keys(e.Counts)) {
			fmt.Fprintf(&b, "- %s: %d\n", what, e.Counts[what])
		}
		fmt.Fprintf(&b, "\n%s, seed %d, %d s, revision %s, %d cores (%s), %s, "+
			"%s.\n", e.Date, e.Seed, e.Seconds,
			e.Source, e.Machine.Cores, e.Machine.CPU, e.Machine.Files, e.Machine.OS)
		for _, f := range e.Faults {
			fmt.Fprintf(&b, "\nFault: %s\n", f)
		}
	}
	return b.String()
}
