package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/detect/custom"
)

// trialSchema is the form of what a rule would have found.
const trialSchema = "tillproof.rule_test/1"

func (d *door) ruleTest() *cobra.Command {
	f := detectFlags{rank: rankMoney, delay: labelDelay}
	cmd := d.subcommand("rule", "test", "FILE --in HISTORY [FLAGS]",
		"test night_refund.yaml --in transactions.csv")
	set := cmd.Flags()
	set.StringArrayVar(&f.in, "in", nil, d.flagText("detect-in"))
	set.StringVar(&f.policy, "policy", "", d.flagText("policy"))
	set.StringVar(&f.currency, "currency", "", d.flagText("currency"))
	d.tableFlags(cmd, &f.tables)
	cmd.RunE = func(c *cobra.Command, args []string) error { return d.tryRule(c.Context(), args[0], &f) }
	return cmd
}

// tryRule says what a rule would have found, week by week, and shows the first findings.
func (d *door) tryRule(ctx context.Context, path string, f *detectFlags) error {
	rule, _, err := d.ruleFile(path)
	if err != nil {
		return err
	}
	f.trial = rule
	w, err := d.watch(ctx, f)
	if w != nil {
		defer w.close()
	}
	if err != nil {
		return err
	}
	weeks := weeksOf(w.engine.Incidents())
	run, told, err := w.tell(ctx)
	if err != nil {
		return err
	}
	return d.stdout(ctx, func(out io.Writer) error {
		if d.json {
			return w.trialJSON(out, rule, weeks)
		}
		w.trialText(out, rule, weeks)
		if len(run.Findings) == 0 {
			return nil
		}
		fmt.Fprintln(out)
		return w.writeDetected(out, run, told)
	})
}

// week is what a rule found in the seven days from a Monday on.
type week struct {
	Monday   tillproof.Date `json:"monday"`
	Findings int            `json:"findings"`
	Rows     int            `json:"rows"`
}

// weeksOf counts incidents by the weeks in which they began. They stand in the order of time.
func weeksOf(all []*detect.Incident) []week {
	var weeks []week
	for _, in := range all {
		day := in.First.Date()
		monday := day - tillproof.Date((int(day.Weekday())+6)%7)
		if n := len(weeks); n == 0 || weeks[n-1].Monday != monday {
			weeks = append(weeks, week{Monday: monday})
		}
		w := &weeks[len(weeks)-1]
		w.Findings++
		w.Rows += in.Count
	}
	return weeks
}

func (w *watch) trialJSON(out io.Writer, rule *custom.Rule, weeks []week) error {
	if weeks == nil {
		weeks = []week{}
	}
	return encode(out, struct {
		Schema       string `json:"schema"`
		Rule         string `json:"rule"`
		Transactions int64  `json:"transactions"`
		Findings     int    `json:"findings"`
		Weeks        []week `json:"weeks"`
	}{trialSchema, string(rule.ID), w.rows, len(w.engine.Incidents()), weeks})
}

func (w *watch) trialText(out io.Writer, rule *custom.Rule, weeks []week) {
	p := tillproof.Params{
		"title": w.wordsOf(rule.Title), "n": strconv.Itoa(len(w.engine.Incidents())),
		"rows": strconv.FormatInt(w.rows, 10),
	}
	fmt.Fprintln(out, harmless(w.text("cmd.rule.would", p)))
	for _, week := range weeks {
		p := tillproof.Params{
			"day": week.Monday.String(), "n": strconv.Itoa(week.Findings), "rows": strconv.Itoa(week.Rows),
		}
		fmt.Fprintln(out, "  "+w.text("cmd.rule.week", p))
	}
}
