package format

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

// TestQueue: a step may make nothing or several; what the last one makes is still given before the end.
func TestQueue(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct{ name, steps, want string }{
		{"nothing", "", "EOF EOF"},
		{"in order", "a,bc,,d", "a b c d EOF EOF"},
		{"with the end", "a,b.", "a b EOF EOF"},
		{"broken", "a,b!,c", "a broken b c EOF EOF"},
	} {
		var q Queue[string]
		steps := strings.Split(c.steps, ",")
		step := func() error {
			if len(steps) == 0 {
				return io.EOF
			}
			s := steps[0]
			steps = steps[1:]
			for _, x := range strings.TrimRight(s, ".!") {
				q.Put(string(x))
			}
			switch {
			case strings.HasSuffix(s, "."):
				return io.EOF
			case strings.HasSuffix(s, "!"):
				return broken
			}
			return nil
		}
		var got []string
		for range len(strings.Fields(c.want)) {
			x, err := q.Take(step)
			if err != nil {
				x = err.Error()
			}
			got = append(got, x)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

// TestAnswers: lines, unread entries and notes come as they were given.
func TestAnswers(t *testing.T) {
	var a Answers
	a.Give(Line{Key: []byte("k")}, nil)
	a.Note(IssueAt("x.note", tillproof.Place{Line: 3, Field: "f"}, tillproof.Params{"field": "g"}))
	end := func() error { return io.EOF }
	if line, err := a.Next(end); err != nil || string(line.Key) != "k" {
		t.Errorf("%+v, %v", line, err)
	}
	_, err := a.Next(end)
	var note *LineError
	if !errors.As(err, &note) || note.Entry || note.Issue.Place.Field != "f" {
		t.Fatalf("%+v", err)
	}
	for name, want := range map[string]string{"line": "3", "column": "0", "field": "g"} {
		if got := note.Issue.Params[name]; got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if _, err := a.Next(end); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

// TestShared: each code once, with its first place and its number.
func TestShared(t *testing.T) {
	var s Shared
	for line, code := range []string{"b", "a", "b", "b"} {
		s.Add(IssueAt(code, tillproof.Place{Line: line + 1}, nil))
	}
	var got []string
	for _, i := range s.Issues() {
		got = append(got, i.Code+i.Params["line"]+i.Params["n"])
	}
	if strings.Join(got, " ") != "b13 a21" {
		t.Error(got)
	}
}

// TestMasker: what is masked is counted, whichever way it went.
func TestMasker(t *testing.T) {
	const number = "4111111111111111"
	var m Masker
	text, ref := m.Text("card "+number), m.Ref("merchant 411111111111111")
	card, err := m.Card(number, Options{})
	masked, errMasked := m.Card("411111******1111", Options{})
	if err != nil || errMasked != nil || m.Masked != 2 || card != masked {
		t.Errorf("%d masked, %s and %s, %v %v", m.Masked, card, masked, err, errMasked)
	}
	if text != "card 411111******1111" || ref != "merchant 411111111111111" {
		t.Errorf("%s, %s", text, ref)
	}
	if _, err := m.Card(";"+number+"=25121010000?", Options{}); err == nil || m.Masked != 2 {
		t.Errorf("track data: %v, %d masked", err, m.Masked)
	}
}
