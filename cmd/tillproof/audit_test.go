package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// shop is a workspace of its own, and a way to call the program on it.
func shop(t *testing.T) func(args ...string) (code int, out string) {
	t.Helper()
	home := t.TempDir()
	env := map[string]string{
		"HOME": home, "USER": "Wang", "TILLPROOF_DATA_DIR": filepath.Join(home, "data"), "LANG": "C",
	}
	call := func(args ...string) (int, string) {
		t.Helper()
		var out, errs bytes.Buffer
		std := streams{in: strings.NewReader(""), out: &out, err: &errs}
		code := run(t.Context(), args, std, func(k string) string { return env[k] }, time.Now)
		return code, out.String() + errs.String()
	}
	key := filepath.Join(home, "key.txt")
	if code, out := call("init", "--key-file", key); code != exitClean {
		t.Fatalf("init: %d %s", code, out)
	}
	return func(args ...string) (int, string) {
		t.Helper()
		return call(append(args, "--key-file", key)...)
	}
}

// TestAuditProof: a proof is checked with the public key alone, and nothing but the proof passes.
func TestAuditProof(t *testing.T) {
	call := shop(t)
	files := filepath.Join("testdata", "files")
	if code, out := call("import", "add", filepath.Join(files, "pos.csv")); code != exitClean {
		t.Fatalf("import: %d %s", code, out)
	}
	code, out := call("audit", "checkpoint", "--json", "-q")
	var made struct {
		Size  int64
		Short string
		Key   string `json:"log_key"`
	}
	if err := json.Unmarshal([]byte(out), &made); err != nil || code != exitClean || made.Size != 2 {
		t.Fatalf("checkpoint: %d %s (%v)", code, out, err)
	}
	path := filepath.Join(t.TempDir(), "proof.txt")
	if code, out := call("audit", "prove", "1", "--out", path); code != exitClean {
		t.Fatalf("prove: %d %s", code, out)
	}
	code, out = call("audit", "check", path, "--log-key", made.Key)
	if code != exitClean || !strings.Contains(out, "Proven: entry 1") || !strings.Contains(out, made.Short) {
		t.Errorf("check: %d %s", code, out)
	}
	_, out = call("audit", "check", path, "--log-key", made.Key, "--json")
	var proved struct {
		Schema string
		Size   int64
		Entry  struct {
			Seq int64
			By  string
			OK  bool
		}
	}
	err := json.Unmarshal([]byte(out), &proved)
	if err != nil || proved.Schema != "tillproof.audit_proved/1" ||
		proved.Size != 2 || proved.Entry.Seq != 1 || proved.Entry.By != "Wang" || !proved.Entry.OK {
		t.Errorf("check --json: %s (%v)", out, err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{
		"by Wang\n": "by Chen\n", "\nseq 1\n": "\nseq 0\n", "index 1": "index 0", "\n2\n": "\n3\n",
		"outcome success": "outcome failure",
	} {
		bad := strings.Replace(string(good), from, to, 1)
		if bad == string(good) {
			t.Fatalf("the proof has no %q", from)
		}
		if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out := call("audit", "check", path, "--log-key", made.Key); code != exitIntegrity {
			t.Errorf("%q for %q: exit %d, %s", to, from, code, out)
		}
	}
	other := shop(t)
	_, out = other("audit", "checkpoint", "--json", "-q")
	if err := json.Unmarshal([]byte(out), &made); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := call("audit", "check", path, "--log-key", made.Key); code != exitIntegrity {
		t.Errorf("the key of another workspace: exit %d, %s", code, out)
	}
}

// TestAuditLogListsWhatIsWanted: the limit counts what is listed, not what is looked at, and the order is
// that of the entries.
func TestAuditLogListsWhatIsWanted(t *testing.T) {
	call := shop(t)
	for range 7 {
		if code, out := call("audit", "checkpoint"); code != exitClean {
			t.Fatalf("checkpoint: %d %s", code, out)
		}
	}
	for _, c := range []struct {
		args string
		want []int64
	}{
		{"", []int64{0, 1, 2, 3, 4, 5, 6, 7}},
		{"--limit 3", []int64{5, 6, 7}},
		{"--limit 0", []int64{0, 1, 2, 3, 4, 5, 6, 7}},
		{"--limit 9", []int64{0, 1, 2, 3, 4, 5, 6, 7}},
		{"--kind audit.checkpoint --limit 6", []int64{2, 3, 4, 5, 6, 7}},
		{"--kind workspace.init --limit 5", []int64{0}},
		{"--kind import.add", nil},
		{"--since 2001-01-01 --limit 1", []int64{7}},
		{"--since 2999-01-01", nil},
	} {
		code, out := call(append([]string{"audit", "log", "--json", "-q"}, strings.Fields(c.args)...)...)
		var listed struct {
			Entries []struct{ Seq int64 }
		}
		if err := json.Unmarshal([]byte(out), &listed); err != nil || code != exitClean {
			t.Fatalf("%s: %d %s (%v)", c.args, code, out, err)
		}
		var got []int64
		for _, e := range listed.Entries {
			got = append(got, e.Seq)
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: entries %d, want %d", c.args, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: entries %d, want %d", c.args, got, c.want)
			}
		}
	}
}
