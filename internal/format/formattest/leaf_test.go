package formattest

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// fake is a reader of one record.
type fake struct {
	format.Answers
	sum format.Summary
}

func (f *fake) Read() (format.Line, error) { return f.Next(func() error { return io.EOF }) }
func (f *fake) Summary() format.Summary    { return f.sum }

// TestWrong: a format that breaks a promise is told so.
func TestWrong(t *testing.T) {
	opened := 0
	open := func(change func(*fake) error) Leaf {
		return Leaf{
			InStatements: true, Record: func(r tillproof.Record) string { return r.Narrative + "\n" },
			Formats: []format.Format{{
				Name: "fake", Sniff: func(*format.Head) format.Guess { return format.Guess{Confidence: 1} },
				Open: func(*format.Input, format.Options) (format.Reader, error) {
					opened++
					r := &fake{}
					r.Give(format.Line{Record: tillproof.NewRecord(tillproof.Entry)}, nil)
					r.sum.Statements = []tillproof.Statement{{Entries: 1}}
					return r, change(r)
				},
			}},
		}
	}
	for want, change := range map[string]func(*fake) error{
		"":                          func(*fake) error { return nil },
		"an error without a code":   func(*fake) error { return errors.New("bare") },
		"statements hold 2 entries": func(r *fake) error { r.sum.Statements[0].Entries = 2; return nil },
		"read again: ":              func(r *fake) error { r.sum.Masked = opened; return nil },
		"read again: b, and before": func(*fake) error { return coded(string(rune('a' + opened - 1))) },
	} {
		opened = 0
		got := open(change).wrong([]byte("text"), format.Options{})
		if want == "" && got != "" || !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func coded(code string) error { return &tillproof.Error{Kind: tillproof.KindInvalid, Code: code} }
