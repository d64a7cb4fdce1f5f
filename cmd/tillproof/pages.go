package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof/internal/locale"
)

// pagesCommand writes pages of docs/ that are made of tables. It is for make generate, not for people.
func (d *door) pagesCommand() *cobra.Command {
	pages := map[string]func(io.Writer) error{"states": statesPage, "packs": packsPage}
	return &cobra.Command{
		Use: "pages", Hidden: true, ValidArgs: []string{"states", "packs"},
		Args: cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		RunE: func(_ *cobra.Command, args []string) error { return pages[args[0]](d.std.out) },
	}
}

// madePage heads a page that make generate writes.
const madePage = "<!-- Made by make generate; do not edit. -->\n"

// bothTexts is a text in English with the Chinese one behind it.
func bothTexts(code string) string {
	return fmt.Sprintf("%s (%s)", inEN(code), inZH(code))
}

// inEN and inZH are texts of the catalogue without parameters.
func inEN(code string) string { return locale.Text(locale.EN, code, nil) }
func inZH(code string) string { return locale.Text(locale.ZH, code, nil) }
