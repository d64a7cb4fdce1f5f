package main

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
)

// shells are those whose completion scripts can be written.
var shells = []string{"bash", "zsh", "fish"}

// bashWords stands in for the function of the bash-completion package that the generated script calls: where
// that is not installed (a minimal system), the words that bash splits at = and : are put together here.
const bashWords = `# words of the command line, with or without the bash-completion package
__tillproof_words()
{
    if declare -F _get_comp_words_by_ref >/dev/null 2>&1; then
        _get_comp_words_by_ref "$@"
        return
    fi
    local i part
    words=() cword=0
    for ((i = 0; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        if ((i > 1)) && [[ $part == [=:] || ${COMP_WORDS[i-1]} == [=:] ]]; then
            words[cword]+=$part
        else
            ((i == 0)) || ((++cword))
            words[cword]=$part
        fi
    done
    cur=${words[cword]} prev=
    ((cword == 0)) || prev=${words[cword-1]}
}

`

func writeBash(w io.Writer, root *cobra.Command) error {
	var script bytes.Buffer
	if err := root.GenBashCompletionV2(&script, true); err != nil {
		return err
	}
	first, rest, _ := strings.Cut(script.String(), "\n") // the line that says what it is stays the first
	rest = strings.ReplaceAll(rest, "_get_comp_words_by_ref", "__tillproof_words")
	_, err := io.WriteString(w, first+"\n\n"+bashWords+rest)
	return err
}

func (d *door) completionCommand() *cobra.Command {
	cmd := d.command("completion", "bash|zsh|fish",
		"completion bash > /etc/bash_completion.d/tillproof",
		`completion zsh > "${fpath[1]}/_tillproof"`,
		"completion fish > ~/.config/fish/completions/tillproof.fish")
	cmd.ValidArgs = shells
	cmd.Args = func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usage("cmd.usage.shell_missing", nil)
		case len(args) > 1:
			return usage("cmd.usage.argument", tillproof.Params{"word": mask(args[1])})
		case !slices.Contains(shells, args[0]):
			return usage("cmd.usage.shell", tillproof.Params{"word": mask(args[0])})
		}
		return nil
	}
	cmd.RunE = func(c *cobra.Command, args []string) error {
		return d.stdout(c.Context(), func(w io.Writer) error {
			switch args[0] {
			case "bash":
				return writeBash(w, c.Root())
			case "zsh":
				return c.Root().GenZshCompletion(w)
			default:
				return c.Root().GenFishCompletion(w, true)
			}
		})
	}
	return cmd
}
