package kept

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report"
)

// field is a named value of an answer. Of a list, each element has its own line.
type field struct {
	name  string
	value any
}

// list is a value whose elements stand on lines of their own.
type list[T any] []T

func (l list[T]) len() int        { return len(l) }
func (l list[T]) at(i int) any    { return l[i] }
func listOf[T any](s []T) list[T] { return s }

// raw is a value that writes itself as JSON.
type raw func(io.Writer) error

// writeJSON writes one object, its fields in their order.
func writeJSON(w io.Writer, fields ...field) error {
	j := &jsonOut{w: w}
	for i, f := range fields {
		mark := ","
		if i == 0 {
			mark = "{"
		}
		j.text(mark)
		j.value(f.name)
		j.text(":")
		switch v := f.value.(type) {
		case interface {
			len() int
			at(i int) any
		}:
			j.list(v.len(), v.at)
		case raw:
			if j.err == nil {
				j.err = v(w)
			}
		default:
			j.value(v)
		}
	}
	j.text("}\n")
	return j.err
}

// jsonOut keeps its first error.
type jsonOut struct {
	w   io.Writer
	err error
}

func (j *jsonOut) text(s string) {
	if j.err == nil {
		_, j.err = io.WriteString(j.w, s)
	}
}

// value writes a value on one line. What a console would obey is written as JSON's own escapes.
func (j *jsonOut) value(v any) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil && j.err == nil {
		j.err = err
	}
	j.text(report.Clean(string(bytes.TrimSuffix(text.Bytes(), []byte("\n")))))
}

func (j *jsonOut) list(n int, at func(int) any) {
	j.text("[")
	for i := range n {
		if i > 0 {
			j.text(",")
		}
		j.text("\n")
		j.value(at(i))
	}
	if n > 0 {
		j.text("\n")
	}
	j.text("]")
}

// trimmed is raw without the line end that documents have.
func trimmed(write func(io.Writer) error) raw {
	return func(w io.Writer) error {
		var text bytes.Buffer
		if err := write(&text); err != nil {
			return err
		}
		_, err := w.Write(bytes.TrimSpace(text.Bytes()))
		return err
	}
}

// day is a day as programs are given it, null where it is not known.
func day(d tillproof.Date) *string {
	if !d.Known() {
		return nil
	}
	s := d.String()
	return &s
}

// stamp is a moment as programs are given it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// undoneOut is what was taken back, null where it counts.
type undoneOut struct {
	Time   string `json:"time"`
	By     string `json:"by"`
	Reason string `json:"reason"`
}

func undoneOf(u *tillproof.Undone) *undoneOut {
	if u == nil {
		return nil
	}
	return &undoneOut{stamp(u.Time), u.By, u.Reason}
}

// noteOut is a sentence with its code.
type noteOut struct {
	Code    string           `json:"code"`
	Message string           `json:"message"`
	Params  tillproof.Params `json:"params,omitempty"`
}

func (p *page) noteOf(note tillproof.Note) noteOut {
	return noteOut{note.Code, p.Note(note), note.Params}
}

func (p *page) notesOf(notes []tillproof.Note) []noteOut {
	out := []noteOut{}
	for _, note := range notes {
		out = append(out, p.noteOf(note))
	}
	return out
}
