package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/custom"
	"github.com/tillproof/tillproof/internal/locale"
)

// The schemas of the list of rules and of one; additive changes only.
const (
	rulesSchema = "tillproof.rules/1"
	ruleSchema  = "tillproof.rule/1"
	factsSchema = "tillproof.facts/1"
)

// ruleFlags are what the commands about rules were told.
type ruleFlags struct {
	rules               string
	until, from, reason string
	force, end          bool
}

func (d *door) ruleCommand() *cobra.Command {
	group := d.command("rule", "COMMAND")
	group.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(c, args)
		}
		return nil
	}
	group.RunE = func(c *cobra.Command, _ []string) error { d.writeHelp(d.std.out, c); return nil }
	group.AddCommand(d.ruleList(), d.ruleShow(), d.ruleFacts(), d.ruleTest(), d.ruleAdd(), d.ruleSnooze())
	return group
}

// subcommand is one of the commands of a group: its arguments are as many as args has words.
func (d *door) subcommand(group, name, args string, calls ...string) *cobra.Command {
	for i := range calls {
		calls[i] = group + " " + calls[i]
	}
	cmd := d.command(name, args, calls...)
	cmd.Short, cmd.Long = d.text("cmd.about."+group+"."+name, nil), d.text("cmd.long."+group+"."+name, nil)
	words := strings.Fields(args)
	if i := slices.IndexFunc(words, func(s string) bool { return strings.ContainsAny(s[:1], "-[") }); i >= 0 {
		words = words[:i] // flags
	}
	cmd.Args = func(_ *cobra.Command, given []string) error {
		switch {
		case len(given) < len(words):
			call := programName + " " + group + " " + cmd.Use
			p := tillproof.Params{"word": words[len(given)], "call": call}
			return usage("cmd.usage.argument_missing", p)
		case len(given) > len(words):
			return usage("cmd.usage.argument", tillproof.Params{"word": mask(given[len(words)])})
		}
		return nil
	}
	return cmd
}

// ruleRow is a rule as it is listed.
type ruleRow struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Version  int         `json:"version"`
	Severity string      `json:"severity"`
	AtRisk   bool        `json:"at_risk"`
	Own      bool        `json:"own"` // it stands in the user's folder
	Shadow   bool        `json:"shadow,omitempty"`
	File     string      `json:"file,omitempty"`
	When     string      `json:"when,omitempty"`
	Cost     uint64      `json:"cost,omitempty"` // steps of the condition, at most
	Needs    []string    `json:"needs,omitempty"`
	Params   []ruleParam `json:"params,omitempty"`
	Reasons  []string    `json:"reasons,omitempty"`
	Innocent string      `json:"innocent,omitempty"`
	Snoozes  []snoozeRow `json:"snoozes,omitempty"`
}

type ruleParam struct {
	Name  string `json:"name"`
	Value int64  `json:"value"`
	Unit  string `json:"unit,omitempty"`
	Why   string `json:"why,omitempty"`
}

type snoozeRow struct {
	From   string `json:"from,omitempty"`
	Until  string `json:"until"`
	Reason string `json:"reason"`
}

func (d *door) ruleList() *cobra.Command {
	var f ruleFlags
	var page bool
	cmd := d.subcommand("rule", "list", "[FLAGS]", "list", "list --rules rules --json")
	cmd.Flags().StringVar(&f.rules, "rules", "", d.flagText("rules"))
	cmd.Flags().BoolVar(&page, "markdown", false, "")
	_ = cmd.Flags().MarkHidden("markdown") // docs/rules.md is made with it
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		if page {
			return rulesPage(d.std.out)
		}
		folder, err := d.rulesOf(f.rules)
		if err != nil {
			return err
		}
		rows := d.ruleRows(folder)
		return d.stdout(c.Context(), func(w io.Writer) error {
			if d.json {
				return encode(w, struct {
					Schema string    `json:"schema"`
					Rules  []ruleRow `json:"rules"`
				}{rulesSchema, rows})
			}
			return d.listRules(w, rows)
		})
	}
	return cmd
}

func (d *door) listRules(w io.Writer, rows []ruleRow) error {
	width := 0
	for _, r := range rows {
		width = max(width, len(r.ID))
	}
	for _, r := range rows {
		code := "cmd.rule.line"
		switch {
		case r.Shadow:
			code = "cmd.rule.line_shadow"
		case r.Own:
			code = "cmd.rule.line_own"
		}
		p := tillproof.Params{"title": r.Title, "severity": r.Severity, "file": r.File}
		fmt.Fprintf(w, "%-*s  %s\n", width, r.ID, harmless(d.text(code, p)))
		for _, s := range r.Snoozes {
			p := tillproof.Params{"until": s.Until, "reason": s.Reason}
			fmt.Fprintf(w, "%-*s  %s\n", width, "", harmless(d.text("cmd.rule.snoozed", p)))
		}
	}
	return nil
}

func (d *door) ruleShow() *cobra.Command {
	var f ruleFlags
	cmd := d.subcommand("rule", "show", "ID [FLAGS]", "show out_of_hours", "show night_refund --rules rules")
	cmd.Flags().StringVar(&f.rules, "rules", "", d.flagText("rules"))
	cmd.RunE = func(c *cobra.Command, args []string) error {
		folder, err := d.rulesOf(f.rules)
		if err != nil {
			return err
		}
		for _, r := range d.ruleRows(folder) {
			if r.ID != args[0] {
				continue
			}
			return d.stdout(c.Context(), func(w io.Writer) error {
				if d.json {
					return encode(w, struct {
						Schema string `json:"schema"`
						ruleRow
					}{ruleSchema, r})
				}
				return d.showRule(w, &r)
			})
		}
		return usage("cmd.usage.no_rule", tillproof.Params{"id": harmless(mask(args[0]))})
	}
	return cmd
}

func (d *door) showRule(w io.Writer, r *ruleRow) error {
	say := func(code string, p tillproof.Params) { fmt.Fprintln(w, harmless(d.text(code, p))) }
	say("cmd.rule.head", tillproof.Params{"id": r.ID, "title": r.Title, "severity": r.Severity})
	if r.AtRisk {
		say("cmd.rule.at_risk", nil)
	}
	if r.When != "" {
		say("cmd.rule.when", tillproof.Params{"when": r.When})
	}
	if r.Cost > 0 {
		say("cmd.rule.cost", tillproof.Params{"n": fmt.Sprint(r.Cost), "max": fmt.Sprint(custom.CostLimit)})
	}
	for _, n := range r.Needs {
		say("cmd.rule.needs", tillproof.Params{"need": d.text("cmd.rule.need."+n, nil)})
	}
	for _, p := range r.Params {
		code := "cmd.rule.param"
		if p.Why == "" {
			code = "cmd.rule.param_own"
		}
		say(code, tillproof.Params{
			"name": p.Name, "value": fmt.Sprint(p.Value), "unit": d.unit(p.Unit), "why": p.Why,
		})
	}
	for _, reason := range r.Reasons {
		say("cmd.rule.reason", tillproof.Params{"text": reason})
	}
	if r.Innocent != "" {
		say("cmd.rule.innocent", tillproof.Params{"text": r.Innocent})
	}
	for _, s := range r.Snoozes {
		say("cmd.rule.snoozed", tillproof.Params{"until": s.Until, "reason": s.Reason})
	}
	return nil
}

// factRow is a fact as it is listed.
type factRow struct {
	Name  string   `json:"name"`
	Kind  string   `json:"kind"`
	Unit  string   `json:"unit,omitempty"`
	Words []string `json:"words,omitempty"`
	Text  string   `json:"text"`
}

func (d *door) ruleFacts() *cobra.Command {
	cmd := d.subcommand("rule", "facts", "[--json]", "facts", "facts --json")
	cmd.Args = noArgs
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		var rows []factRow
		for _, f := range custom.Facts() {
			row := factRow{Name: f.Name, Kind: f.Kind.String(), Words: f.Words, Text: d.factText(&f)}
			if f.Unit != "" && f.Unit != countUnit { // a count says what it counts
				row.Unit = d.text("custom.unit."+f.Unit, nil)
			}
			rows = append(rows, row)
		}
		return d.stdout(c.Context(), func(w io.Writer) error {
			if d.json {
				return encode(w, struct {
					Schema string    `json:"schema"`
					Facts  []factRow `json:"facts"`
				}{factsSchema, rows})
			}
			return d.listFacts(w, rows)
		})
	}
	return cmd
}

// countUnit is the unit of facts that count: the sentence of the fact has the word for what is counted.
const countUnit = "count"

// factText is the sentence of a fact with N in the place of its number. Those that are learned end with their
// weight in a finding, which has no place here.
func (d *door) factText(f *custom.Fact) string {
	text := d.text(f.Text, tillproof.Params{"n": "N", "share": ""})
	if at := strings.LastIndexAny(text, "(（"); at > 0 && strings.HasPrefix(f.Text, "habit.") {
		text = text[:at]
	}
	return strings.TrimSpace(text)
}

func (d *door) listFacts(w io.Writer, rows []factRow) error {
	var table [][2]string
	for _, r := range rows {
		text := r.Text
		switch {
		case r.Unit != "":
			text = d.text("cmd.rule.fact_unit", tillproof.Params{"text": text, "unit": r.Unit})
		case len(r.Words) > 0:
			words := strings.Join(quotedWords(r.Words), ", ")
			text = d.text("cmd.rule.fact_words", tillproof.Params{"text": text, "words": words})
		case r.Kind == custom.Name.String():
			text = d.text("cmd.rule.fact_name", tillproof.Params{"text": text, "name": r.Name})
		}
		table = append(table, [2]string{r.Name, text})
	}
	columns(w, table)
	fmt.Fprintf(w, "\n%s\n", d.text("cmd.rule.facts_more", nil))
	return nil
}

func quotedWords(all []string) []string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = `"` + w + `"`
	}
	return out
}

func (d *door) ruleAdd() *cobra.Command {
	var f ruleFlags
	cmd := d.subcommand("rule", "add", "FILE --rules DIR", "add night_refund.yaml --rules rules")
	cmd.Flags().StringVar(&f.rules, "rules", "", d.flagText("rules"))
	cmd.Flags().BoolVar(&f.force, "force", false, d.flagText("force"))
	cmd.RunE = func(c *cobra.Command, args []string) error {
		if f.rules == "" {
			return usage("cmd.usage.rules_needed", nil)
		}
		rule, raw, err := d.ruleFile(args[0])
		if err != nil {
			return err
		}
		if err := os.MkdirAll(f.rules, dirMode); err != nil {
			return cannotWrite(f.rules, err)
		}
		to := filepath.Join(f.rules, string(rule.ID)+".yaml")
		if _, err := os.Lstat(to); err == nil && !f.force {
			return alreadyThere("cmd.output.exists", to)
		}
		err = d.writeFile(c.Context(), to, func(w io.Writer) error { _, err := w.Write(raw); return err })
		if err == nil {
			d.note("cmd.note.written", tillproof.Params{"file": harmless(mask(to))})
		}
		return err
	}
	return cmd
}

// wordsOf is a text of the user in the language of the call.
func (d *door) wordsOf(w custom.Words) string {
	if d.lang == locale.ZH {
		return w.ZH
	}
	return w.EN
}
