package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/locale"
)

// formatsPage writes docs/formats.md: English, with the Chinese titles beside. It is made of the formats and
// layouts that the program ships; the user's own do not belong into it.
func (d *door) formatsPage(w io.Writer) error {
	shipped := &door{std: d.std, getenv: d.getenv, lang: locale.EN}
	shipped.layouts = &layouts{book: profile.Builtin()}
	var b strings.Builder
	b.WriteString(`<!-- Made by make generate; do not edit. -->
# Formats

What tillproof reads, whose view each file shows, and where a merchant finds it. ` + "`tillproof formats`" + `
prints the same list in English or Chinese; content decides what a file is, not its name. Zip and gzip
archives are opened, also one inside another; each file inside is read as one of its own.

`)
	head := func(columns ...string) {
		fmt.Fprintf(&b, "| %s |\n|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	}
	line := func(cells ...string) {
		for i := range cells {
			cells[i] = strings.ReplaceAll(cells[i], "|", `\|`)
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	head("name", "what it is", "中文", "sides", "where to find it")
	zh := shipped.formatRows(locale.ZH)
	for i, r := range shipped.formatRows(locale.EN) {
		line("`"+r.Name+"`", r.Title, zh[i].Title, strings.Join(r.Sides, ", "), withDialects(r))
	}
	b.WriteString(`
## Layouts of tables

Text tables (comma, semicolon, tab, pipe; UTF-8, GB18030, UTF-16, code pages), workbooks and HTML tables are
read in these layouts. ` + "`tillproof profile new FILE`" + ` makes one for a table that is not among them.

`)
	head("name", "what it is", "中文", "side", "where to find it")
	zhLayouts := shipped.layoutRows(locale.ZH)
	for i, r := range shipped.layoutRows(locale.EN) {
		line("`"+r.Name+"`", r.Title, zhLayouts[i].Title, r.Side, r.Where)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
