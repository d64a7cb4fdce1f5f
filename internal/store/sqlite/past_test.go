package sqlite_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof/internal/store/sqlite"
)

var past = flag.Bool("past", false, "keep a workspace of the newest schema for the versions to come")

// TestThePastCanBeRead opens a workspace of each schema that ever landed, as it was written then, and holds
// it to what it showed then: values may have been added, none is another or gone. A new migration keeps such
// a workspace with -past, in the commit that it lands with; the files are never changed.
func TestThePastCanBeRead(t *testing.T) {
	if *past {
		keepPast(t)
	}
	files, err := filepath.Glob("testdata/schema-*.db")
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no past: %v", err)
	}
	if newest := pastOf(sqlite.SchemaVersion()); files[len(files)-1] != newest {
		t.Errorf("%s is not kept: run this test with -past", newest)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { openPast(t, file) })
	}
}

func pastOf(schema int64) string { return fmt.Sprintf("testdata/schema-%04d.db", schema) }

func keepPast(t *testing.T) {
	t.Helper()
	dir, shown := told(t)
	s, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	file := pastOf(sqlite.SchemaVersion())
	if err := s.Snapshot(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(strings.TrimSuffix(file, "db")+"json", []byte(shown), 0o600); err != nil {
		t.Fatal(err)
	}
}

func openPast(t *testing.T, file string) {
	dir := t.TempDir()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "workspace.db"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), dir, sqlite.Options{Now: func() time.Time {
		return time.Unix(1772400000, 0)
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	now, read, checked := look(t.Context(), dir)
	if read != nil || checked != nil {
		t.Fatal(read, checked)
	}
	then, err := os.ReadFile(strings.TrimSuffix(file, "db") + "json")
	if err != nil {
		t.Fatal(err)
	}
	holds(t, "", parsed(t, []byte(now)), parsed(t, then))
}

// parsed reads JSON with its numbers as they are written.
func parsed(t *testing.T, b []byte) (v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// holds compares what was kept with what is shown now.
func holds(t *testing.T, at string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		now, _ := got.(map[string]any)
		for name, value := range want {
			if name != "Schema" { // of the workspace: it is the newest now
				holds(t, at+"/"+name, now[name], value)
			}
		}
	case []any:
		now, _ := got.([]any)
		if len(now) != len(want) {
			t.Errorf("%s has %d items and had %d", at, len(now), len(want))
			return
		}
		for i := range want {
			holds(t, fmt.Sprint(at, "/", i), now[i], want[i])
		}
	default:
		if got != want {
			t.Errorf("%s is %v and was %v", at, got, want)
		}
	}
}
