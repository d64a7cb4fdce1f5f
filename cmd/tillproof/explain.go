package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
)

func (d *door) explainCommand() *cobra.Command {
	var f checkFlags
	cmd := d.command("explain", "ID FILE... [FLAGS]",
		"explain rec_t2zn0c2v pos.csv settle.xlsx bank.xml --policy policy.yaml",
		"explain pos.csv:12 pos.csv settle.xlsx",
		"explain brk_7d6g13ta pos.csv settle.xlsx --json",
		"explain 898310148120001/01234567/606100000001 --in lists",
		"explain fnd_c378g790 --in transactions.csv --labels verdicts.csv",
		"explain brk_7d6g13ta",
		"explain rec_t2zn0c2v --json")
	watched := detectFlags{rank: rankMoney}
	set := cmd.Flags()
	set.StringArrayVar(&f.terminal, "terminal", nil, d.flagText("terminal"))
	set.StringArrayVar(&f.acquirer, "acquirer", nil, d.flagText("acquirer"))
	set.StringArrayVar(&f.bank, "bank", nil, d.flagText("bank"))
	set.StringVar(&f.policy, "policy", "", d.flagText("policy"))
	set.StringVar(&f.decisions, "decisions", "", d.flagText("decisions"))
	set.StringArrayVar(&watched.in, "in", nil, d.flagText("explain-in"))
	d.tableFlags(cmd, &f.tables)
	d.learnFlags(cmd, &watched)
	cmd.RunE = func(c *cobra.Command, args []string) error {
		switch {
		case len(watched.in) == 0 && d.inWorkspace(args, &f):
			return d.explainKept(c, args[0])
		case len(watched.in) == 0:
			f.asked = askFlags{
				rules: watched.rules, model: watched.model, labels: watched.labels, delay: watched.delay,
			}
			return d.explain(c.Context(), args, &f)
		case len(args) != 1:
			return usage("cmd.usage.listed_alone", nil)
		case !isDirectory(watched.in[0]) && strings.HasPrefix(args[0], "fnd_"):
			watched.policy, watched.tables = f.policy, f.tables
			return d.explainDetected(c.Context(), args[0], &watched)
		}
		return d.explainListed(c.Context(), watched.in[0], args[0])
	}
	return cmd
}

// explain reconciles the files as check does, and shows one thing of the result.
func (d *door) explain(ctx context.Context, args []string, f *checkFlags) error {
	if len(args) == 0 {
		return usage("cmd.usage.no_id", nil)
	}
	name := args[0]
	if err := notExplained(name, args[1:]); err != nil {
		return err
	}
	if !strings.HasPrefix(name, "rec_") {
		name = mask(name)
	}
	policy, in, err := d.opened(ctx, args[1:], f)
	if err != nil {
		return err
	}
	defer in.Close()
	run, err := d.reconcile(ctx, in.open, policy)
	failed := append(in.failed, flatten(err)...)
	if err := errors.Join(ctx.Err(), in.unchanged()); err != nil {
		return err
	}
	if run == nil {
		return errors.Join(failed...)
	}
	if err := d.checkSides(run, in.open); err != nil {
		return err
	}
	d.skippedFiles(run, failed)
	subject, why := subjectOf(run, name)
	if subject == nil && strings.HasPrefix(name, "fnd_") {
		p := tillproof.Params{"id": harmless(name), "file": harmless(mask(args[len(args)-1]))}
		return usage("cmd.usage.no_such_finding", p)
	}
	if subject == nil {
		p := tillproof.Params{"why": harmless(d.text(why.Code, why.Params))}
		return usage("cmd.usage.nothing_to_explain", p)
	}
	d.exit = worst(d.exit, exitOfRun(run, true))
	return d.stdout(ctx, func(w io.Writer) error { return d.writeExplanation(w, run, subject) })
}

// leastLetters is how many letters of an id are taken for its beginning, as in decisions.
const leastLetters = 6

// notExplained refuses what can be told without reading the files: the beginning of an id that is too short,
// and the index of a folder of lists, which answers under a flag of its own.
func notExplained(name string, files []string) error {
	for _, file := range append([]string{name}, files...) {
		if isListIndex(file) {
			return usage("cmd.usage.listed_file", tillproof.Params{
				"file": harmless(mask(file)), "dir": harmless(mask(filepath.Dir(file))),
			})
		}
	}
	prefix, letters, found := strings.Cut(name, "_")
	isID := found && (prefix == "rec" || prefix == "brk" || prefix == "fnd")
	if isID && len(letters) < leastLetters && !strings.Contains(letters, ":") {
		return usage("cmd.usage.id_short", tillproof.Params{
			"name": harmless(mask(name)), "least": strconv.Itoa(leastLetters),
		})
	}
	return nil
}
