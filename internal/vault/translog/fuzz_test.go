package translog

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

// FuzzDecode: whatever is taken as an entry is written again as the same bytes.
func FuzzDecode(f *testing.F) {
	var v struct {
		Note string
		Good []struct {
			Name, Entry, Hash string
			Act               json.RawMessage
		}
		Refused []struct{ Name, Entry string }
	}
	readVectors(f, "entries.json", &v)
	for _, e := range v.Good {
		f.Add([]byte(e.Entry))
	}
	for _, e := range v.Refused {
		if len(e.Entry) < 4096 {
			f.Add([]byte(e.Entry))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := Decode(text)
		if err != nil {
			return
		}
		again, err := Encode(a)
		if err != nil || !bytes.Equal(again, text) {
			t.Fatalf("read from\n%q\nwritten as\n%q (%v)", text, again, err)
		}
	})
}

// FuzzDetail: the canonical form of JSON is its own canonical form, and says the same.
func FuzzDetail(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"a":1}`, ` { "b" : [ 1 , -2 , {} ] , "a" : "x\n\u202e\ud83d\ude00" } `, `{"a":1,"a":2}`, `{"a":1.5}`,
		`{"a":-0}`, `{"a":{"a":{"a":null}}}`, `[1]`, `{"\u0061":true,"b":false}`, "{\"\xff\":1}", `{"a":1}x`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		once, err := canonical(raw)
		if err != nil || len(once) == 0 {
			return
		}
		twice, err := canonical(once)
		if s := (scanner{text: once}); err != nil || !bytes.Equal(once, twice) || !s.object(1) {
			t.Fatalf("%q → %q → %q (%v)", raw, once, twice, err)
		}
		var before, after any
		if err := json.Unmarshal(raw, &before); err != nil {
			t.Fatalf("%q is no JSON and was taken: %v", raw, err)
		}
		if err := json.Unmarshal(once, &after); err != nil {
			t.Fatalf("%q → %q, which is no JSON: %v", raw, once, err)
		}
		if d := cmp.Diff(before, after); d != "" {
			t.Fatalf("%q → %q: %s", raw, once, d)
		}
	})
}

// FuzzCheckpoint: whatever opens is written again as the same signed text.
func FuzzCheckpoint(f *testing.F) {
	secret, public := testKey(f)
	for _, n := range []int64{0, 1, 9} {
		f.Add(newLog(f, n).checkpoint(f, n))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := Open(text, public)
		if err != nil {
			return
		}
		again, err := Sign(secret, h)
		body, _, _ := bytes.Cut(again, []byte("\n\n"))
		if err != nil || !bytes.HasPrefix(text, body) {
			t.Fatalf("opened from\n%s\nsigned as\n%s (%v)", text, again, err)
		}
	})
}

// FuzzProof never panics, and passes nothing but what the log holds.
func FuzzProof(f *testing.F) {
	_, public := testKey(f)
	l := newLog(f, 9)
	for seq := range int64(9) {
		text, err := Prove(l.leaves[seq], l.checkpoint(f, 9), public, l)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := CheckProof(text, public)
		if err != nil {
			return
		}
		if entry, err := Encode(p.Act); err != nil || !bytes.Equal(entry, l.leaves[p.Act.Seq]) {
			t.Fatalf("proved what is not in the log: %+v", p)
		}
	})
}

// TestRoundTrip: any act that can be said comes back as it was, and two different ones never share an entry.
func TestRoundTrip(t *testing.T) {
	entries := map[string]tillproof.Act{}
	text := rapid.OneOf(
		rapid.StringN(1, 40, 256),
		rapid.SampledFrom([]string{"a", "a\n", "a\\n", "a\\x0a", "\xff", "a\u202e", " a"}),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 20), func(b []byte) string { return string(b) }),
	)
	isID := func(s string) bool { return len(s) <= maxID }
	kinds := []tillproof.ActKind{"import.add", "a.b.c_2", "recon.run"}
	rapid.Check(t, func(t *rapid.T) {
		a := tillproof.Act{
			Seq:  rapid.Int64Range(0, 1<<62).Draw(t, "seq"),
			Time: time.UnixMicro(rapid.Int64Range(-6e16, 2e17).Draw(t, "time")),
			By:   text.Draw(t, "by"), From: text.Draw(t, "from"),
			Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
			Done: rapid.Bool().Draw(t, "done"),
			On:   rapid.SliceOfN(text.Filter(isID), 0, 4).Draw(t, "on"),
		}
		if rapid.Bool().Draw(t, "has detail") {
			detail, err := json.Marshal(rapid.MapOf(rapid.String(), rapid.Int64()).Draw(t, "detail"))
			if err != nil {
				t.Fatal(err)
			}
			a.Detail = detail
		}
		want, err := Normal(a)
		if err != nil {
			t.Fatal(err)
		}
		entry, err := Encode(a)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(entry)
		if err != nil {
			t.Fatalf("%q: %v", entry, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
		if again, err := Normal(got); err != nil || !cmp.Equal(again, got) {
			t.Fatalf("the normal form is not its own normal form: %+v", again)
		}
		if other, seen := entries[string(entry)]; seen && !cmp.Equal(other, want) {
			t.Fatalf("two acts, one entry: %+v and %+v", other, want)
		}
		entries[string(entry)] = want
	})
}

// TestActsThatCannotBeSaid: what an entry cannot hold is refused before anything is changed.
func TestActsThatCannotBeSaid(t *testing.T) {
	long := string(bytes.Repeat([]byte("x"), 257))
	for field, spoil := range map[string]func(*tillproof.Act){
		"seq":        func(a *tillproof.Act) { a.Seq = -1 },
		"time":       func(a *tillproof.Act) { a.Time = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"by":         func(a *tillproof.Act) { a.By = "" },
		"by ":        func(a *tillproof.Act) { a.By = long },
		"from":       func(a *tillproof.Act) { a.From = "" },
		"from ":      func(a *tillproof.Act) { a.From = long },
		"kind":       func(a *tillproof.Act) { a.Kind = "import" },
		"kind ":      func(a *tillproof.Act) { a.Kind = tillproof.ActKind("a." + long) },
		"on":         func(a *tillproof.Act) { a.On = []string{"a", ""} },
		"on ":        func(a *tillproof.Act) { a.On = []string{long} },
		"detail":     func(a *tillproof.Act) { a.Detail = []byte(`[1]`) },
		"detail ":    func(a *tillproof.Act) { a.Detail = []byte(`{"a":0.5}`) },
		"detail  ":   func(a *tillproof.Act) { a.Detail = []byte(`{"a":1} {}`) },
		"detail   ":  func(a *tillproof.Act) { a.Detail = []byte("{\"a\":\"\xff\"}") },
		"detail    ": func(a *tillproof.Act) { a.Detail = []byte(`{"a":1,"a":1}`) },
		"size": func(a *tillproof.Act) {
			a.On = nil
			for i := range MaxOn { // each byte of an id becomes four
				a.On = append(a.On, string(append(bytes.Repeat([]byte{0xff}, 100), byte(i))))
			}
		},
	} {
		a := testAct(1)
		spoil(&a)
		if entry, err := Encode(a); codeOf(err) != "translog.act" {
			t.Errorf("%s: written as %q, error %v", field, entry, err)
		}
	}
}
