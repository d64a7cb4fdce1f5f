package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tillproof/tillproof"
)

// maxTypo is how many letters a word may differ from a name to be taken for a slip of the finger.
const maxTypo = 2

// flagError turns what pflag says about a flag into the catalogue's words.
func (d *door) flagError(cmd *cobra.Command, err error) error {
	if !cmd.HasParent() {
		if words := d.words(); len(words) > 0 {
			return unknownCommand(cmd, words)
		}
	}
	var (
		unknown *pflag.NotExistError
		lacks   *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
		syntax  *pflag.InvalidSyntaxError
	)
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown)
	case errors.As(err, &lacks):
		return usage("cmd.usage.flag_value_missing", tillproof.Params{"flag": "--" + lacks.GetFlag().Name})
	case errors.As(err, &invalid):
		p := tillproof.Params{"flag": "--" + invalid.GetFlag().Name, "value": mask(invalid.GetValue())}
		return usage("cmd.usage.flag_value", p)
	case errors.As(err, &syntax):
		return usage("cmd.usage.flag", tillproof.Params{"flag": mask(syntax.GetSpecifiedFlag())})
	}
	return usage("cmd.usage.other", tillproof.Params{"cause": mask(err.Error())})
}

// words are the arguments that are neither flags nor the value of --lang.
func (d *door) words() []string {
	var words []string
	for i, a := range d.args {
		if !strings.HasPrefix(a, "-") && (i == 0 || d.args[i-1] != "--lang") {
			words = append(words, a)
		}
	}
	return words
}

func unknownFlag(cmd *cobra.Command, e *pflag.NotExistError) error {
	name := e.GetSpecifiedName()
	if e.GetSpecifiedShortnames() != "" {
		return usage("cmd.usage.flag", tillproof.Params{"flag": mask("-" + name)})
	}
	p := tillproof.Params{"flag": mask("--" + name)}
	best := maxTypo + 1
	look := func(f *pflag.Flag) {
		if n := distance(name, f.Name); n < best && !f.Hidden {
			best, p["near"] = n, "--"+f.Name
		}
	}
	cmd.Flags().VisitAll(look)
	cmd.InheritedFlags().VisitAll(look)
	if p["near"] != "" {
		return usage("cmd.usage.flag_near", p)
	}
	return usage("cmd.usage.flag", p)
}

// distance counts the letters to add, drop or change to make b of a (Levenshtein 1965).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
