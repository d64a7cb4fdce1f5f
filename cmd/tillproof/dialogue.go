package main

import (
	"bufio"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// dialogue asks a person, line by line, what the columns of a table mean. Questions go to standard error,
// answers come from standard input.
type dialogue struct {
	*door
	lines *bufio.Scanner
	draft *profile.Draft
	file  string
}

// What a person can type at a column, beside a number or a name.
const (
	keepIt  = ""
	notUsed = "-"
	listAll = "?"
	goBack  = "b"
	leave   = "q"
)

// run asks about the columns and then about what the rows do not show, and answers the layout file.
func (t *dialogue) run() ([]byte, error) {
	columns := strconv.Itoa(len(t.draft.Columns))
	t.say("profile.ask.intro", tillproof.Params{"file": mask(t.file), "n": columns})
	for {
		if err := t.columns(); err != nil {
			return nil, err
		}
		if complete(t.draft) {
			break
		}
		t.ask("profile.ask.lacks", nil)
	}
	t.shape()
	for _, ask := range [...]func() error{
		t.askSide, t.askSign, t.askFee, t.askUnit, t.askDates, t.askDecimal,
		t.askCurrency,
	} {
		if err := ask(); err != nil {
			return nil, err
		}
	}
	return t.draft.YAML(), nil
}

// columns asks about each column, from the first to the last.
func (t *dialogue) columns() error {
	for i := 0; i < len(t.draft.Columns); {
		back, err := t.column(i)
		if err != nil {
			return err
		}
		if i++; back {
			i = max(i-2, 0)
		}
	}
	return nil
}

func (t *dialogue) say(code string, p tillproof.Params) {
	fmt.Fprintln(t.std.err, harmless(t.text(code, p)))
}

// about says something of what was asked before.
func (t *dialogue) about(code string, p tillproof.Params) {
	fmt.Fprintln(t.std.err, "  "+harmless(t.text(code, p)))
}

// ask begins a question.
func (t *dialogue) ask(code string, p tillproof.Params) {
	fmt.Fprintln(t.std.err)
	t.say(code, p)
}

// answer is the next line that the person typed. The end of the lines, and the letter q, end the dialogue.
func (t *dialogue) answer() (string, error) {
	fmt.Fprint(t.std.err, "> ")
	if !t.lines.Scan() {
		fmt.Fprintln(t.std.err)
		return "", usage("profile.unfinished", nil)
	}
	s := strings.TrimSpace(t.lines.Text())
	if !isConsole(t.std.in) { // a console shows what is typed
		fmt.Fprintln(t.std.err, harmless(mask(s)))
	}
	if s == leave {
		return "", usage("profile.unfinished", nil)
	}
	return s, nil
}

// column asks about one column; true goes back to the one before.
func (t *dialogue) column(i int) (back bool, err error) {
	c := &t.draft.Columns[i]
	t.ask("profile.ask.column", tillproof.Params{
		"at": strconv.Itoa(i + 1), "n": strconv.Itoa(len(t.draft.Columns)), "header": t.header(c),
	})
	if len(c.Samples) > 0 {
		t.about("profile.ask.samples", tillproof.Params{"samples": mask(strings.Join(c.Samples, " | "))})
	}
	t.about("profile.ask.meaning", tillproof.Params{
		"meaning": t.meaning(c.Field), "why": t.text(c.Why.Code, c.Why.Params),
	})
	for {
		s, err := t.answer()
		if err != nil {
			return false, err
		}
		switch s {
		case keepIt:
			return false, nil
		case goBack:
			return true, nil
		case notUsed:
			t.set(c, profile.NoField)
			return false, nil
		case listAll:
			t.list()
			continue
		}
		if f, ok := t.field(s); ok {
			t.set(c, f)
			return false, nil
		}
		t.say("profile.ask.no_meaning", tillproof.Params{"value": mask(s)})
	}
}

func (t *dialogue) header(c *profile.DraftColumn) string {
	if c.Header == "" {
		return t.text("profile.ask.no_header", nil)
	}
	return mask(c.Header)
}

func (t *dialogue) set(c *profile.DraftColumn, f profile.Field) {
	c.Field, c.Why = f, tillproof.Note{Code: "profile.why.told"}
}

// meaning is a field as a person calls it, with its name in layout files.
func (t *dialogue) meaning(f profile.Field) string {
	if f == profile.NoField {
		return t.text("profile.field.none", nil)
	}
	return t.text("profile.field."+f.String(), nil) + " (" + f.String() + ")"
}

// list shows all meanings with their numbers.
func (t *dialogue) list() {
	for i, f := range profile.Fields() {
		fmt.Fprintf(t.std.err, "  %2d  %s\n", i+1, t.meaning(f))
	}
}

// field reads a meaning: its number in the list, its name, or what people call it.
func (t *dialogue) field(s string) (profile.Field, bool) {
	fields := profile.Fields()
	if n, err := strconv.Atoi(s); err == nil {
		if n < 1 || n > len(fields) {
			return profile.NoField, false
		}
		return fields[n-1], true
	}
	if f, ok := profile.ParseField(strings.ToLower(s)); ok {
		return f, true
	}
	for _, f := range fields {
		if strings.EqualFold(s, t.text("profile.field."+f.String(), nil)) {
			return f, true
		}
	}
	return profile.NoField, false
}

// has reports whether a column has the meaning.
func (t *dialogue) has(f profile.Field) bool {
	return slices.ContainsFunc(t.draft.Columns, func(c profile.DraftColumn) bool { return c.Field == f })
}

// samples are the cells shown of the columns with one of the meanings.
func (t *dialogue) samples(fields ...profile.Field) []string {
	var out []string
	for _, c := range t.draft.Columns {
		if slices.Contains(fields, c.Field) {
			out = append(out, c.Samples...)
		}
	}
	return out
}

// shape follows from the columns: how they make an amount and its sign.
func (t *dialogue) shape() {
	d := t.draft
	sides := t.has(profile.Debit) || t.has(profile.Credit)
	switch {
	case sides && !t.has(profile.Amount):
		d.Shape = "sides"
	case t.has(profile.Flag):
		d.Shape = "flag"
	case d.Shape == "type" && t.has(profile.Type):
	default:
		d.Shape = "sign"
	}
}

// choice asks a question with numbered answers; Enter takes the first, or the one with the default.
func (t *dialogue) choice(code string, answers []string, otherwise int) (int, error) {
	t.ask(code, nil)
	for i, a := range answers {
		mark := " "
		if i == otherwise {
			mark = "*"
		}
		fmt.Fprintf(t.std.err, " %s%d  %s\n", mark, i+1, t.text(a, nil))
	}
	for {
		s, err := t.answer()
		if err != nil {
			return 0, err
		}
		if s == keepIt {
			return otherwise, nil
		}
		if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= len(answers) {
			return n - 1, nil
		}
		t.say("profile.ask.number", number(len(answers)))
	}
}

// yes asks a question to which Enter says yes.
func (t *dialogue) yes(code string, p tillproof.Params) (bool, error) {
	t.ask(code, p)
	for {
		s, err := t.answer()
		if err != nil {
			return false, err
		}
		switch strings.ToLower(s) {
		case keepIt, "y", "yes", "是", "1":
			return true, nil
		case "n", "no", "否", "2":
			return false, nil
		}
		t.say("profile.ask.yes_no", nil)
	}
}
