package profile

import (
	"strings"
	"unicode"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// setStatus reads the response code and the status word. A response column without an answer is an unknown
// outcome: the terminal heard nothing. An answer that no list knows is one too, and is noted: a sale must not
// be counted as declined because its answer is written in another way.
func (t *table) setStatus(r *tillproof.Record) *format.LineError {
	word := t.cell(Status)
	s, known := t.lay.words.statuses[normal(word)]
	if word != "" && !known && !t.lay.Generic {
		return t.fault(CodeStatus, Status, word)
	}
	if !t.lay.has(Response) {
		if known {
			r.Status = s
		}
		return nil
	}
	cell := t.cell(Response)
	var answered bool
	r.Response, r.Status, answered = t.lay.words.response(cell)
	switch {
	case known && (!answered || s == tillproof.Cancelled || s == tillproof.Pending):
		r.Status = s
	case !answered:
		t.noteOnce(CodeResponse, Response, cell)
	}
	return nil
}

// response reads a cell of a response column: the code (ISO 8583 data element 39) with or without a text
// behind it, or a word for the outcome. It answers false where it knows neither; the outcome is unknown then.
func (v *vocabulary) response(text string) (code string, s tillproof.RecordStatus, ok bool) {
	if text == "" {
		return "", tillproof.UnknownOutcome, true
	}
	text = cell.Fold(strings.Map(visible, text))
	for _, code := range [...]string{text, leadingCode(text)} {
		if len(code) == 1 {
			code = "0" + code // 00 as a number is 0
		}
		if s, ok := v.responses[normal(code)]; ok {
			return code, s, true
		}
	}
	if s, ok := v.statuses[normal(text)]; ok {
		return masked(text), s, true
	}
	return masked(text), tillproof.UnknownOutcome, false
}

// visible leaves out what a terminal's printer may have left in the cell and nobody sees.
func visible(r rune) rune {
	if unicode.IsControl(r) {
		return -1
	}
	return r
}

// leadingCode is the code of one or two characters before a text: "00 Approved", "51-余额不足", "5: declined".
func leadingCode(s string) string {
	i := strings.IndexAny(s, " -–:(/,")
	if i < 1 || i > responseDigits {
		return ""
	}
	return s[:i]
}

// responseDigits: data element 39 has two characters.
const responseDigits = 2
