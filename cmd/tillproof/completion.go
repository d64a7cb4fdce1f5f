package main

import (
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
)

// shells are those whose completion scripts can be written.
var shells = []string{"bash", "zsh", "fish"}

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
				return c.Root().GenBashCompletionV2(w, true)
			case "zsh":
				return c.Root().GenZshCompletion(w)
			default:
				return c.Root().GenFishCompletion(w, true)
			}
		})
	}
	return cmd
}
