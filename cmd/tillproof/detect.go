package main

import (
	"context"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/custom"
)

// detectFlags are what `detect` was told.
type detectFlags struct {
	in               []string
	labels, delay    string
	alerts           int
	rank             string
	scores, model    string
	rules            string
	policy, currency string
	tables           tableFlags
	exitZero         bool
	trial            *custom.Rule // the one rule that is tried; nil: all rules
}

// labelDelay is after how long a verdict is known where the user does not say: what cardholders and issuers
// report takes about a week.
const labelDelay = "7d"

// The orders of the queue.
const (
	rankMoney  = "money"
	rankChance = "chance"
)

func (d *door) detectCommand() *cobra.Command {
	var f detectFlags
	cmd := d.command("detect", "--in FILE [FLAGS]",
		"detect --in transactions.csv",
		"detect --in transactions.csv.gz --labels verdicts.csv --alerts-per-day 50",
		"detect --in pos.csv --rules rules --policy policy.yaml --json",
		"detect --in transactions.csv --labels verdicts.csv --scores scores.csv")
	cmd.Args = noArgs
	d.detectFlags(cmd, &f)
	cmd.RunE = func(c *cobra.Command, _ []string) error { return d.detect(c.Context(), &f) }
	return cmd
}

// detectFlags adds the flags of `detect` alone to its command.
func (d *door) detectFlags(cmd *cobra.Command, f *detectFlags) {
	set := cmd.Flags()
	set.StringArrayVar(&f.in, "in", nil, d.flagText("detect-in"))
	set.StringVar(&f.rank, "rank", rankMoney, d.flagText("rank"))
	set.StringVar(&f.scores, "scores", "", d.flagText("scores"))
	set.StringVar(&f.policy, "policy", "", d.flagText("policy"))
	set.BoolVar(&f.exitZero, "exit-zero", false, d.flagText("exit-zero"))
	d.tableFlags(cmd, &f.tables)
	d.learnFlags(cmd, f)
	_ = cmd.RegisterFlagCompletionFunc("rank",
		cobra.FixedCompletions([]string{rankMoney, rankChance}, noFiles))
}

// learnFlags adds the flags that change what a detection finds: whoever explains a finding gives them again.
func (d *door) learnFlags(cmd *cobra.Command, f *detectFlags) {
	set := cmd.Flags()
	set.StringVar(&f.labels, "labels", "", d.flagText("labels"))
	set.StringVar(&f.delay, "label-delay", labelDelay, d.flagText("label-delay"))
	set.IntVar(&f.alerts, "alerts-per-day", 0, d.flagText("alerts-per-day"))
	set.StringVar(&f.model, "model", "", d.flagText("model"))
	set.StringVar(&f.rules, "rules", "", d.flagText("rules"))
	set.StringVar(&f.currency, "currency", "", d.flagText("currency"))
}

// detect looks for what is odd in the transactions of the files, and shows it.
func (d *door) detect(ctx context.Context, f *detectFlags) error {
	w, err := d.watch(ctx, f)
	if w != nil {
		defer w.close()
	}
	if err != nil {
		return err
	}
	if f.scores != "" {
		if err := w.writeScores(ctx, f.scores); err != nil {
			return err
		}
		d.note("cmd.note.written", tillproof.Params{"file": mask(f.scores)})
	}
	run, told, err := w.tell(ctx)
	if err != nil {
		return err
	}
	d.exit = worst(d.exit, exitOfRun(run, f.exitZero))
	return d.stdout(ctx, func(out io.Writer) error { return w.writeDetected(out, run, told) })
}

// watch reads the files and runs the engine over them: everything up to the point where something is shown.
func (d *door) watch(ctx context.Context, f *detectFlags) (*watch, error) {
	w, err := d.newWatch(f)
	if err != nil {
		return nil, err
	}
	if err := w.open(ctx); err != nil {
		return w, err
	}
	return w, w.engage(ctx)
}

// open opens the files and lays their rows down in the order of time.
func (w *watch) open(ctx context.Context) error {
	wanted := make([]input, 0, len(w.flags.in))
	for _, path := range w.flags.in {
		wanted = append(wanted, input{path: path})
	}
	if len(wanted) == 0 {
		return usage("cmd.usage.detect_in", nil)
	}
	if err := w.setTables(wanted, &w.flags.tables); err != nil {
		return err
	}
	var err error
	if w.in, err = w.openAll(ctx, wanted); err != nil {
		return err
	}
	if path := w.flags.scores; path != "" {
		if err := notOver(path, w.in, []string{w.flags.labels, w.flags.model, w.flags.policy}); err != nil {
			return err
		}
		if err := scoresFit(path); err != nil {
			return err
		}
	}
	return w.gather(ctx)
}

// newWatch checks what the user said before a file is opened.
func (d *door) newWatch(f *detectFlags) (*watch, error) {
	w := &watch{door: d, flags: f, chances: newChances(), token: cardTokens()}
	var err error
	if w.delay, err = seconds(f.delay); err != nil {
		return nil, usage("cmd.usage.delay", tillproof.Params{"value": mask(f.delay)})
	}
	switch {
	case f.rank != rankMoney && f.rank != rankChance:
		return nil, usage("cmd.usage.rank", tillproof.Params{"value": mask(f.rank)})
	case f.alerts < 0:
		return nil, usage("cmd.usage.at_least_one",
			tillproof.Params{"flag": "--alerts-per-day", "value": strconv.Itoa(f.alerts)})
	}
	if w.policy, err = d.readingPolicy(&readFlags{policy: f.policy, currency: f.currency}); err != nil {
		return nil, err
	}
	if w.rules, err = d.rulesOf(f.rules); err != nil {
		return nil, err
	}
	if f.trial != nil {
		tried := *f.trial
		tried.Shadow = false
		w.rules = &custom.Folder{Rules: []*custom.Rule{&tried}}
	}
	return w, nil
}

// maxDelay is more than any verdict takes: chargebacks come within a year and a half.
const maxDelay = 550 * 86400

// seconds reads a span: 7d, 12h, 30m, 45s, or 0.
func seconds(s string) (int64, error) {
	units := map[string]int64{"d": 86400, "h": 3600, "m": 60, "s": 1}
	number, unit := s, int64(1)
	for suffix, u := range units {
		if n, ok := strings.CutSuffix(s, suffix); ok {
			number, unit = n, u
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt32 || n*unit > maxDelay || unit == 1 && number == s && n != 0 {
		return 0, errors.New("no span")
	}
	return n * unit, nil
}
