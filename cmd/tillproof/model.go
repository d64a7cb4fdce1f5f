package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
)

func (d *door) modelCommand() *cobra.Command {
	group := d.command("model", "COMMAND")
	group.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(c, args)
		}
		return nil
	}
	group.RunE = func(c *cobra.Command, _ []string) error { d.writeHelp(d.std.out, c); return nil }
	group.AddCommand(d.modelTrain(), d.modelShow(), d.modelCompare(), d.modelRollback())
	return group
}

func (d *door) modelTrain() *cobra.Command {
	f := detectFlags{rank: rankMoney}
	out := ""
	cmd := d.subcommand("model", "train", "--in FILE --labels FILE --out MODEL",
		"train --in transactions.csv.gz --labels verdicts.csv --out model.json")
	d.pastFlags(cmd, &f)
	cmd.Flags().StringVar(&out, "out", "", d.flagText("model-out"))
	cmd.RunE = func(c *cobra.Command, _ []string) error { return d.trainModel(c.Context(), &f, out) }
	return cmd
}

// pastFlags are those of commands that read past transactions and the verdicts about them.
func (d *door) pastFlags(cmd *cobra.Command, f *detectFlags) {
	set := cmd.Flags()
	set.StringArrayVar(&f.in, "in", nil, d.flagText("detect-in"))
	set.StringVar(&f.labels, "labels", "", d.flagText("labels"))
	set.StringVar(&f.delay, "label-delay", labelDelay, d.flagText("label-delay"))
	set.StringVar(&f.policy, "policy", "", d.flagText("policy"))
	set.StringVar(&f.currency, "currency", "", d.flagText("currency"))
	d.tableFlags(cmd, &f.tables)
}

// trainModel learns from past transactions as a detection does, and keeps the models that were taken into
// use. A file that is there already goes on: its model is the one to be better than.
func (d *door) trainModel(ctx context.Context, f *detectFlags, out string) error {
	switch {
	case out == "":
		return usage("cmd.usage.model_out", nil)
	case f.labels == "":
		return usage("cmd.usage.model_labels", nil)
	}
	kept := &modelFile{Schema: modelSchema}
	if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) {
		var err error
		if kept, err = d.readModels(out); err != nil {
			return err
		}
		f.model = out
	}
	w, err := d.watch(ctx, f)
	if w != nil {
		defer w.close()
	}
	if err != nil {
		return err
	}
	if err := notOver(out, w.in, []string{f.labels, f.policy}); err != nil {
		return err
	}
	before, tried := len(kept.Kept), w.teacher.Record()
	for i := range tried {
		if tried[i].Model != nil {
			kept.add(versionOf(&tried[i]))
		}
	}
	if len(kept.Kept) == 0 {
		p := tillproof.Params{"n": strconv.Itoa(len(tried)), "rows": strconv.FormatInt(w.rows, 10)}
		return usage("cmd.usage.model_none", p)
	}
	if err := d.keepModels(ctx, out, kept); err != nil {
		return err
	}
	if before > 0 && f.model != "" && !slices.ContainsFunc(tried, taken) {
		d.note("cmd.model.not_better", tillproof.Params{"n": strconv.Itoa(len(tried))})
	}
	return d.stdout(ctx, func(w io.Writer) error { return d.showModels(w, kept) })
}

func (d *door) keepModels(ctx context.Context, path string, f *modelFile) error {
	err := d.writeFile(ctx, path, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		return e.Encode(f)
	})
	if err == nil {
		d.note("cmd.note.written", tillproof.Params{"file": harmless(mask(path))})
	}
	return err
}

func (d *door) modelShow() *cobra.Command {
	cmd := d.subcommand("model", "show", "MODEL", "show model.json", "show model.json --json")
	cmd.RunE = func(c *cobra.Command, args []string) error {
		f, err := d.readModels(args[0])
		if err != nil {
			return err
		}
		return d.stdout(c.Context(), func(w io.Writer) error { return d.showModels(w, f) })
	}
	return cmd
}

// maxWeighty is how many facts of a model are named: those that decide most.
const maxWeighty = 10

// shownModel is a model as a program is told of it.
type shownModel struct {
	modelVersion
	Model string        `json:"model,omitempty"` // left out: the file has it
	Facts []weightyFact `json:"facts,omitempty"` // of the one in use
}

type weightyFact struct {
	Name     string `json:"name"`
	Permille int64  `json:"permille"` // of all that its trees gained
}

// modelsSchema is the form of a list of models.
const modelsSchema = "tillproof.models/1"

func (d *door) showModels(w io.Writer, f *modelFile) error {
	facts := weighty(f)
	if d.json {
		var all []shownModel
		for _, v := range f.Kept {
			all = append(all, shownModel{modelVersion: v})
		}
		all[len(all)-1].Facts = facts
		return encode(w, struct {
			Schema string       `json:"schema"`
			Models []shownModel `json:"models"`
		}{modelsSchema, all})
	}
	for i, v := range f.Kept {
		code := "cmd.model.before"
		if i == len(f.Kept)-1 {
			code = "cmd.model.now"
		}
		p := tillproof.Params{
			"made": v.Made, "n": strconv.Itoa(v.Rows), "frauds": strconv.Itoa(v.Frauds), "digest": v.Digest,
		}
		fmt.Fprintln(w, harmless(d.text(code, p)))
		if h := v.Held; h != nil {
			p := tillproof.Params{
				"n": strconv.Itoa(h.Rows), "frauds": strconv.Itoa(h.Frauds), "new": thousandth(h.Precision),
				"old": thousandth(h.PrecisionBefore),
			}
			fmt.Fprintln(w, "  "+d.text("cmd.model.held", p))
		}
	}
	fmt.Fprintf(w, "\n%s\n", d.text("cmd.model.facts", nil))
	for _, fact := range facts {
		fmt.Fprintf(w, "  %5.5s%%  %s\n", strconv.FormatInt(fact.Permille/10, 10)+"."+
			strconv.FormatInt(fact.Permille%10, 10), fact.Name)
	}
	return nil
}

// thousandth writes a share with three decimals, rounded down.
func thousandth(ppb int64) string { return fmt.Sprintf("%d.%03d", ppb/1e9, ppb/1e6%1000) }

// weighty are the facts that decide most in the model in use.
func weighty(f *modelFile) []weightyFact {
	m := f.now()
	sum := int64(0)
	for _, g := range m.Gains() {
		sum += g
	}
	var all []weightyFact
	for i, g := range m.Gains() {
		if sum > 0 && g > 0 {
			all = append(all, weightyFact{m.Names()[i], g / max(1, sum/1000)})
		}
	}
	slices.SortStableFunc(all, func(a, b weightyFact) int { return cmp.Compare(b.Permille, a.Permille) })
	return all[:min(len(all), maxWeighty)]
}

func (d *door) modelRollback() *cobra.Command {
	cmd := d.subcommand("model", "rollback", "MODEL", "rollback model.json")
	cmd.RunE = func(c *cobra.Command, args []string) error {
		f, err := d.readModels(args[0])
		if err != nil {
			return err
		}
		n := len(f.Kept)
		if n < 2 {
			return usage("cmd.usage.model_first", nil)
		}
		last := f.Kept[n-1]
		f.Kept, f.Withdrawn = f.Kept[:n-1], append(f.Withdrawn, last)
		f.Withdrawn = f.Withdrawn[max(0, len(f.Withdrawn)-keptVersions):]
		if err := d.keepModels(c.Context(), args[0], f); err != nil {
			return err
		}
		p := tillproof.Params{"last": last.Made, "now": f.Kept[n-2].Made}
		return d.stdout(c.Context(), func(w io.Writer) error {
			_, err := fmt.Fprintln(w, harmless(d.text("cmd.model.rolled", p)))
			return err
		})
	}
	return cmd
}
