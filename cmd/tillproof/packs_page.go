package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/pack"
)

// packsPage writes docs/packs.md from the data of room pack.
func packsPage(w io.Writer) error {
	var b strings.Builder
	b.WriteString(madePage + `# Packs: what the handling of a case rests on

Dated facts with their source, kept as data in ` + "`internal/pack/data`" + `. Confidence: V read in the primary text, S a good
secondary source, K knowledge of the trade, unsure: the sources conflict, are old or are weak, and whoever
shows it says so. A date printed on a request wins over every clock. No telephone number is kept here.

## Kinds of cases

| no. | kind | 中文 | what it is | shows on | contact | usual time | what to do | codes | law | confidence |
|---|---|---|---|---|---|---|---|---|---|---|
`)
	for _, k := range pack.CaseKinds() {
		contact := codeList(k.Contact)
		if contact == "" {
			contact = "the merchant itself"
		}
		fmt.Fprintf(&b, "| %d | [%s](#%s) | %s | %s | %s | %s | %s (%s) | %s | %s | %s | %s |\n", k.Row,
			inEN(k.Text("")), k.ID, inZH(k.Text("")), inEN(k.Text("what")),
			strings.Join(k.Shows, ", "), contact, inEN(k.Text("time")), k.Time,
			inEN(k.Text("remedy")), strings.Join(k.Codes, ", "), strings.Join(k.Law, ", "),
			k.Confidence)
	}
	for _, k := range pack.CaseKinds() {
		kindSection(&b, k)
	}
	clockTable(&b)
	materialTable(&b)
	objectionTable(&b)
	lawTable(&b)
	b.WriteString("\n## Sources\n\n| source | text | read |\n|---|---|---|\n")
	all := pack.Sources()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, all[name].Text, all[name].Read)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func kindSection(b *strings.Builder, k pack.CaseKind) {
	fmt.Fprintf(b, "\n### %s\n\n%s (%s). Source: %s.\n\n", k.ID, inEN(k.Text("")),
		inZH(k.Text("")), codeList(k.Source))
	for _, side := range k.Shows {
		fmt.Fprintf(b, "- %s: %s\n", side, bothTexts(k.Text(side)))
	}
	if len(k.Shows) > 0 {
		b.WriteString("\n")
	}
	b.WriteString("| needed | papers |\n|---|---|\n")
	for _, n := range k.Needs {
		var papers []string
		for _, m := range n.Of {
			papers = append(papers, bothTexts(pack.MaterialText(m)))
		}
		level := inEN("level." + string(n.Level))
		fmt.Fprintf(b, "| %s | %s |\n", level, strings.Join(papers, " or "))
	}
}

func clockTable(b *strings.Builder) {
	b.WriteString("\n## Clocks\n\nThe day of the start is not counted. `banking` days are working days of the" +
		" calendar. Where several clocks\nof one task fit, the earliest is shown and the others beside it." +
		"\n\n" +
		"| clock | 中文 | owes | starts | length | zone, calendar, cut-off | buffer | pauses | for | from" +
		" | to | source | confidence |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, c := range pack.Clocks() {
		where := strings.Trim(strings.Join([]string{c.Zone, c.Calendar, c.CutOff}, " "), " ")
		pauses := ""
		if c.Pauses {
			pauses = "yes"
		}
		fmt.Fprintf(b, "| `%s` %s | %s | %s | %s | %d %s | %s | %d | %s | %s | %s | %s | `%s` | %s |\n", c.ID,
			inEN(pack.ClockText(c.ID)), inZH(pack.ClockText(c.ID)), c.Owes, c.Starts,
			c.Length, c.Unit, where, c.Buffer, pauses, fitsOf(c), c.From, c.To, c.Source, c.Confidence)
	}
}

// fitsOf says whom a clock is for; "all" where it says nothing.
func fitsOf(c pack.Clock) string {
	var said []string
	said = append(said, namesAs("", c.Kinds)...)
	said = append(said, namesAs("", c.Applicants)...)
	said = append(said, namesAs("provider ", c.Providers)...)
	said = append(said, namesAs("network ", c.Networks)...)
	said = append(said, namesAs("region ", c.Regions)...)
	if c.SaleAge != nil {
		to := "…"
		if c.SaleAge.To > 0 {
			to = strconv.Itoa(c.SaleAge.To)
		}
		said = append(said, fmt.Sprintf("sale of %d–%s days", c.SaleAge.From, to))
	}
	if len(said) == 0 {
		return "all"
	}
	return strings.Join(said, "; ")
}

func namesAs[T ~string](word string, names []T) []string {
	if len(names) == 0 {
		return nil
	}
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = string(n)
	}
	return []string{word + strings.Join(all, ", ")}
}

func materialTable(b *strings.Builder) {
	b.WriteString("\n## Papers\n\n| paper | 中文 | expires | eight fields | source | confidence |\n" +
		"|---|---|---|---|---|---|\n")
	yes := map[bool]string{true: "yes"}
	for _, m := range pack.Materials() {
		fmt.Fprintf(b, "| `%s` %s | %s | %s | %s | `%s` | %s |\n", m.ID, inEN(pack.MaterialText(m.ID)),
			inZH(pack.MaterialText(m.ID)), yes[m.Expires], yes[m.Slip], m.Source, m.Confidence)
	}
	b.WriteString("\nThe eight fields of a sales slip: ")
	for i, f := range tillproof.SlipFields {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(bothTexts("slip_field." + string(f)))
	}
	b.WriteString(".\n")
}

func objectionTable(b *strings.Builder) {
	b.WriteString("\n## Objections\n\n" +
		"| objection | 中文 | from the fact | bars | whose step | source | confidence |\n" +
		"|---|---|---|---|---|---|---|\n")
	for _, o := range pack.Objections() {
		fmt.Fprintf(b, "| %s | %s | `%s` | %s | %s | `%s` | %s |\n", inEN(pack.ObjectionText(o.ID)),
			inZH(pack.ObjectionText(o.ID)), o.When, o.Bars, o.Against, o.Source, o.Confidence)
	}
}

func lawTable(b *strings.Builder) {
	b.WriteString("\n## Law\n\n| law | 中文 | from | source | confidence |\n|---|---|---|---|---|\n")
	for _, l := range pack.Laws() {
		fmt.Fprintf(b, "| `%s` %s | %s | %s | `%s` | %s |\n", l.ID, inEN(pack.LawText(l.ID)),
			inZH(pack.LawText(l.ID)), l.From, l.Source, l.Confidence)
	}
}
