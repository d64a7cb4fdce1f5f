package main

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tillproof/tillproof"
)

// root builds the tree of commands with its texts in the caller's language.
func (d *door) root() *cobra.Command {
	root := &cobra.Command{
		Use: "tillproof", Long: d.text("cmd.long.root", nil), SilenceErrors: true, SilenceUsage: true,
		Example:           examples("demo", "check pos.csv settle.xlsx bank.xml --policy policy.yaml"),
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	version := root.Flags().Bool("version", false, "")
	_ = root.Flags().MarkHidden("version")
	root.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(root, args)
		}
		return nil
	}
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		if *version {
			return d.printVersion(cmd.Context())
		}
		d.writeHelp(d.std.out, cmd)
		return nil
	}
	root.PersistentPreRun = func(cmd *cobra.Command, _ []string) { d.running = cmd.CommandPath() }
	d.globalFlags(root.PersistentFlags())
	root.SetIn(d.std.in)
	root.SetOut(d.std.out)
	root.SetErr(d.std.err)
	root.SetFlagErrorFunc(d.flagError)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { d.writeHelp(d.std.out, cmd) })
	root.SetUsageFunc(func(cmd *cobra.Command) error { d.writeHelp(d.std.err, cmd); return nil })
	help := d.helpCommand()
	root.SetHelpCommand(help)
	root.AddCommand(d.demoCommand(), d.checkCommand(), d.detectCommand(), d.explainCommand(), d.readCommand(),
		d.ruleCommand(), d.modelCommand(), d.formatsCommand(), d.profileCommand(), d.synthCommand(),
		d.benchCommand(), d.versionCommand(), help, d.completionCommand(), d.initCommand(), d.importCommand(),
		d.reconCommand(), d.exceptionCommand(), d.statusCommand(), d.policyCommand(), d.keyCommand(),
		d.objectCommand(), d.auditCommand(), d.doctorCommand(),
		d.backupCommand(), d.pagesCommand())
	values := func(v ...string) cobra.CompletionFunc { return cobra.FixedCompletions(v, noFiles) }
	_ = root.RegisterFlagCompletionFunc("lang", values("zh", "en"))
	return root
}

// noFiles says to a shell that no file belongs here.
const noFiles = cobra.ShellCompDirectiveNoFileComp

// globalFlags are the flags that every command takes. The values of --lang and --json were seen by
// scanGlobals already; they stand here to be allowed and explained.
func (d *door) globalFlags(set *pflag.FlagSet) {
	set.String("lang", string(d.lang), d.flagText("lang"))
	set.BoolVar(&d.json, "json", d.json, d.flagText("json"))
	set.BoolVar(&d.noColor, "no-color", false, d.flagText("no-color"))
	set.BoolVar(&d.noInput, "no-input", false, d.flagText("no-input"))
	set.BoolVarP(&d.quiet, "quiet", "q", false, d.flagText("quiet"))
	set.BoolP("help", "h", false, d.flagText("help"))
	d.homeFlagSet(set)
}

// flagText is the explanation of a flag.
func (d *door) flagText(name string) string {
	return d.text("cmd.flag."+strings.ReplaceAll(name, "-", "_"), nil)
}

// command is a command without its work: its name, its arguments, its texts.
func (d *door) command(name, args string, calls ...string) *cobra.Command {
	return &cobra.Command{
		Use: strings.TrimSpace(name + " " + args), DisableFlagsInUseLine: true, Example: examples(calls...),
		Short: d.text("cmd.about."+name, nil), Long: d.text("cmd.long."+name, nil),
	}
}

// examples writes calls as a person types them.
func examples(calls ...string) string {
	lines := make([]string, len(calls))
	for i, c := range calls {
		lines[i] = "  tillproof " + c
	}
	return strings.Join(lines, "\n")
}

// noArgs refuses words after a command that takes none.
func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("cmd.usage.argument", tillproof.Params{"word": mask(args[0])})
	}
	return nil
}

// number is a count as a parameter of a text.
func number(n int) tillproof.Params { return tillproof.Params{"n": strconv.Itoa(n)} }

// bytesParam is a size in whole mebibytes as a parameter of a text.
func bytesParam(n int64) tillproof.Params {
	return tillproof.Params{"mib": strconv.FormatInt(n>>20, 10)}
}
