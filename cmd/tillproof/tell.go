package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// errorSchema names the form of an error on standard output; additive changes only.
const errorSchema = "tillproof.error/1"

// maxTold is how many errors are listed one by one; a folder of a thousand wrong files says nothing more.
const maxTold = 50

// told is an error as a person or a program is shown it.
type told struct {
	Code    string          `json:"code"`
	Message string          `json:"message"`
	Hint    string          `json:"hint,omitempty"`
	Place   tillproof.Place `json:"place"`
}

func (d *door) told(err error) told {
	e := asError(err)
	t := told{Code: e.Code, Message: harmless(d.text(e.Code, d.titled(e.Params))), Place: e.Place}
	if hint := e.Code + ".hint"; locale.Has(d.lang, hint) {
		t.Hint = harmless(d.text(hint, e.Params))
	}
	return t
}

// titled are parameters that name a layout by its title.
func (d *door) titled(p tillproof.Params) tillproof.Params {
	name := p["profile"]
	if name == "" {
		return p
	}
	p = maps.Clone(p)
	p["profile"] = d.titleOf(name)
	return p
}

// tell reports errors that ended a command: as sentences on standard error and, where JSON was asked for, as
// one object on standard output too.
func (d *door) tell(err error) {
	all := flatten(err)
	d.warn(all)
	if !d.json || len(all) == 0 {
		return
	}
	first := all[0]
	for _, e := range all {
		if worst(exitOf(e), exitOf(first)) != exitOf(first) {
			first = e
		}
	}
	answer := struct {
		Schema string `json:"schema"`
		OK     bool   `json:"ok"`
		told
		Errors []told `json:"errors"`
	}{Schema: errorSchema, told: d.told(first), Errors: []told{}}
	for _, e := range all[:min(len(all), maxTold)] {
		answer.Errors = append(answer.Errors, d.told(e))
	}
	_ = encode(d.std.out, answer) // nothing is left to tell it to where this fails
}

// encode writes one object of JSON on a line. Names of files may hold what a console obeys; JSON's own
// escapes keep them as they are and harmless.
func encode(w io.Writer, v any) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	line := bytes.TrimSuffix(text.Bytes(), []byte("\n"))
	_, err := io.WriteString(w, harmless(string(line))+"\n")
	return err
}

// warn writes errors on standard error: the mark, the code, the place, the cause, and what to do next.
func (d *door) warn(all []error) {
	for i, e := range all {
		if i == maxTold {
			rest := tillproof.Params{"n": strconv.Itoa(len(all) - maxTold)}
			fmt.Fprintln(d.std.err, d.text("cmd.error.more", rest))
			return
		}
		t := d.told(e)
		mark := d.paint(d.std.err, red, d.text("cmd.error.mark", nil))
		fmt.Fprintf(d.std.err, "%s[%s] %s%s\n", mark, t.Code, harmless(placeText(t.Place)), t.Message)
		if t.Hint != "" {
			fmt.Fprintf(d.std.err, "  %s%s\n", d.text("cmd.error.next", nil), t.Hint)
		}
	}
}

// note writes a line for the person at the console; it is silent with -q.
func (d *door) note(code string, p tillproof.Params) {
	if !d.quiet {
		fmt.Fprintln(d.std.err, harmless(d.text(code, p)))
	}
}

// placeText is "file:line:column: " as compilers write it, so that editors can jump to it.
func placeText(p tillproof.Place) string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File + ":")
	}
	for _, n := range [...]int{p.Line, p.Column} {
		if n == 0 {
			break
		}
		b.WriteString(strconv.Itoa(n) + ":")
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	return b.String()
}

// failedWriter remembers the first error of a writer, so that a full disk is told from a broken room.
type failedWriter struct {
	io.Writer
	err error
}

func (w *failedWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil && w.err == nil {
		w.err = err
	}
	return n, err
}
