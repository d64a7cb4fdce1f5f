package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tillproof/tillproof"
)

// checkFlags are what `check` was told.
type checkFlags struct {
	terminal, acquirer, bank []string
	policy, decisions        string
	tables                   tableFlags
	outputs                  outputFlags
	large                    largeFlags
	asked                    askFlags
	exitZero                 bool
	save                     bool
}

// outputFlags say where a reconciliation is shown beside standard output.
type outputFlags struct {
	html, xlsx string
	waterfalls bool
	demo       bool // the data is invented
}

func (d *door) checkCommand() *cobra.Command {
	var f checkFlags
	cmd := d.command("check", "FILE... [FLAGS]",
		"check pos.csv settle.xlsx bank.xml",
		"check pos.csv settle.xlsx bank.xml --policy policy.yaml --html report.html",
		"check --terminal pos.csv --acquirer may.xlsx --acquirer june.xlsx --bank bank.xml",
		"check pos.csv settle.xlsx --rules rules --labels verdicts.csv",
		"check - --bank bank.xml --json < settle.csv",
		"check --terminal pos.csv --acquirer settle.csv --bank bank.csv --out lists --memory 1GB")
	set := cmd.Flags()
	set.StringArrayVar(&f.terminal, "terminal", nil, d.flagText("terminal"))
	set.StringArrayVar(&f.acquirer, "acquirer", nil, d.flagText("acquirer"))
	set.StringArrayVar(&f.bank, "bank", nil, d.flagText("bank"))
	set.StringVar(&f.policy, "policy", "", d.flagText("policy"))
	set.StringVar(&f.decisions, "decisions", "", d.flagText("decisions"))
	d.tableFlags(cmd, &f.tables)
	set.BoolVar(&f.exitZero, "exit-zero", false, d.flagText("exit-zero"))
	set.BoolVar(&f.save, "save", false, d.flagText("save"))
	d.outputFlags(set, &f.outputs)
	d.largeFlags(cmd, &f.large)
	d.askFlags(cmd, &f.asked)
	cmd.RunE = func(c *cobra.Command, args []string) error { return d.check(c.Context(), args, &f) }
	return cmd
}

func (d *door) outputFlags(set *pflag.FlagSet, f *outputFlags) {
	set.StringVar(&f.html, "html", "", d.flagText("html"))
	set.StringVar(&f.xlsx, "xlsx", "", d.flagText("xlsx"))
	set.BoolVar(&f.waterfalls, "waterfalls", false, d.flagText("waterfalls"))
}

func (d *door) check(ctx context.Context, args []string, f *checkFlags) error {
	lim, err := f.large.limits()
	if err != nil {
		return err
	}
	keep, done, err := d.saving(ctx, args, f)
	if err != nil {
		return err
	}
	defer done()
	policy, in, err := d.opened(ctx, args, f)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := f.outputs.sane(in, f.policy, f.decisions, f.asked.labels, f.asked.model); err != nil {
		return err
	}
	run, failed, err := d.checkAll(ctx, in, policy, lim)
	if err != nil {
		return err
	}
	if run == nil {
		return errors.Join(failed...)
	}
	if err := d.checkSides(run, in.open); err != nil {
		return err
	}
	d.skippedFiles(run, failed)
	d.tellAsked(run, &f.asked)
	if lim.Out != "" {
		d.note("cmd.note.written", tillproof.Params{"file": mask(lim.Out)})
	}
	if err := d.writeReports(ctx, run, f.outputs); err != nil {
		return err
	}
	if err := keep.exported(ctx, run.Basis.ID, f.outputs.html, f.outputs.xlsx, lim.Out); err != nil {
		return err
	}
	if err := d.showResult(ctx, run, f.outputs); err != nil {
		return err
	}
	d.exit = worst(d.exit, exitOfRun(run, f.exitZero))
	return d.save(ctx, keep, in, f)
}

// opened reads the settings of a call and opens its files.
func (d *door) opened(
	ctx context.Context, args []string, f *checkFlags,
) (policy tillproof.Policy, in *inputs, err error) {
	if policy, err = d.policyOf(f.policy); err != nil {
		return policy, nil, err
	}
	if err = d.takeDecisions(f.decisions); err != nil {
		return policy, nil, err
	}
	if err = d.takeAsked(ctx, &f.asked); err != nil {
		return policy, nil, err
	}
	wanted := f.inputs(args)
	if err = d.setTables(wanted, &f.tables); err != nil {
		return policy, nil, err
	}
	in, err = d.openAll(ctx, wanted)
	return policy, in, err
}

// inputs are the files in the order of the command line's parts: those whose side the user named last, so
// that a file given twice keeps its first place.
func (f *checkFlags) inputs(args []string) []input {
	var all []input
	for _, part := range [...]struct {
		side  tillproof.Side
		paths []string
	}{
		{tillproof.NoSide, args},
		{tillproof.Terminal, f.terminal},
		{tillproof.Acquirer, f.acquirer},
		{tillproof.Bank, f.bank},
	} {
		for _, path := range part.paths {
			all = append(all, input{path: path, side: part.side})
		}
	}
	return all
}

// sane refuses reports that would be written over each other or over a file of the call; others are its files
// that are not among the inputs.
func (f outputFlags) sane(in *inputs, others ...string) error {
	if f.html != "" && f.xlsx != "" && sameFile(f.html, f.xlsx) {
		return usage("cmd.usage.output_twice", nil)
	}
	for _, path := range [...]string{f.html, f.xlsx} {
		if path == "" {
			continue
		}
		if err := notOver(path, in, others); err != nil {
			return err
		}
	}
	return nil
}

// policyOf reads the policy that the user named; without one nothing of it is known.
func (d *door) policyOf(path string) (tillproof.Policy, error) {
	if path == "" {
		return tillproof.Policy{}, nil
	}
	name, text, err := readWhole(path, maxPolicy)
	if err != nil {
		return tillproof.Policy{}, renamed(err, "policy.no_file")
	}
	d.basis.Policy = tillproof.DigestOf(text)
	return readPolicy(name, text, bankCalendar)
}

// renamed gives what cannot be a file of settings its own words: those for inputs lead to naming the files in
// a directory, or to standard input.
func renamed(err error, code string) error {
	var e *tillproof.Error
	if errors.As(err, &e) && (e.Code == "cmd.input.directory" || e.Code == "cmd.input.device") {
		own := *e
		own.Code = code
		return &own
	}
	return err
}

// skippedFiles tells which named files are not in the result: on standard error, and in the result itself,
// which may be read by somebody who never saw standard error.
func (d *door) skippedFiles(run *tillproof.Run, failed []error) {
	d.warn(failed)
	for _, err := range failed {
		t := d.told(err)
		d.exit = worst(d.exit, skipped(err))
		file := strings.TrimSuffix(strings.TrimSuffix(placeText(t.Place), " "), ":")
		run.Warnings = append(run.Warnings, tillproof.Note{
			Code: "cmd.warning.skipped", Params: tillproof.Params{"file": file, "cause": t.Message},
		})
	}
}

// show writes the reports that were asked for, the one on standard output last.
func (d *door) show(ctx context.Context, run *tillproof.Run, f outputFlags) error {
	if err := d.writeReports(ctx, run, f); err != nil {
		return err
	}
	return d.showResult(ctx, run, f)
}

// showResult writes the report on standard output.
func (d *door) showResult(ctx context.Context, run *tillproof.Run, f outputFlags) error {
	return d.stdout(ctx, func(w io.Writer) error {
		if d.json {
			return d.writeJSON(w, run, f)
		}
		return d.writeText(w, run, f)
	})
}

// writeReports writes the reports that go to files.
func (d *door) writeReports(ctx context.Context, run *tillproof.Run, f outputFlags) error {
	for _, out := range [...]struct {
		path  string
		write func(io.Writer, *tillproof.Run, outputFlags) error
	}{{f.html, d.writeHTML}, {f.xlsx, d.writeXLSX}} {
		if out.path == "" {
			continue
		}
		err := d.writeFile(ctx, out.path, func(w io.Writer) error { return out.write(w, run, f) })
		if err != nil {
			return err
		}
		d.note("cmd.note.written", tillproof.Params{"file": mask(out.path)})
	}
	return nil
}

// exitOfRun is what a result says to a script: what was not read first, then exceptions. While rows are
// missing, one exception may be made by a row that is not there, and another be hidden by it; so "done in
// part" is the answer to act on first, and JSON counts the exceptions beside it.
func exitOfRun(run *tillproof.Run, zero bool) int {
	code := exitClean
	for i := range run.Sources {
		code = worst(code, exitOfSource(&run.Sources[i]))
	}
	for i := range run.Decisions {
		if !run.Decisions[i].Obeyed() {
			code = worst(code, exitPartly)
		}
	}
	if run.Exceptions() > 0 && !zero {
		code = worst(code, exitExceptions)
	}
	return code
}

// exitOfSource tells a file that was read whole from one of which something was not. What the file itself
// does wrong, and what had to be decided, is listed and changes no code.
func exitOfSource(s *tillproof.Source) int {
	if s.Partly() {
		return exitPartly
	}
	return exitClean
}
