package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/custom"
)

func (d *door) ruleSnooze() *cobra.Command {
	var f ruleFlags
	cmd := d.subcommand("rule", "snooze", "ID --until DATE --reason TEXT --rules DIR",
		`snooze card_repeats --until 2026-12-31 --reason "vending machines" --rules rules`,
		"snooze card_repeats --end --rules rules")
	set := cmd.Flags()
	set.StringVar(&f.rules, "rules", "", d.flagText("rules"))
	set.StringVar(&f.until, "until", "", d.flagText("until"))
	set.StringVar(&f.from, "from", "", d.flagText("from"))
	set.StringVar(&f.reason, "reason", "", d.flagText("reason"))
	set.BoolVar(&f.end, "end", false, d.flagText("end"))
	cmd.RunE = func(c *cobra.Command, args []string) error {
		if f.rules == "" {
			return usage("cmd.usage.rules_needed", nil)
		}
		if err := os.MkdirAll(f.rules, dirMode); err != nil {
			return cannotWrite(f.rules, err)
		}
		kept, said, err := d.snoozes(&f, args[0])
		if err != nil {
			return err
		}
		raw, err := custom.WriteSnoozes(kept)
		if err != nil {
			return err
		}
		to := filepath.Join(f.rules, custom.SnoozeFile)
		err = d.writeFile(c.Context(), to, func(w io.Writer) error { _, err := w.Write(raw); return err })
		if err != nil {
			return err
		}
		d.note("cmd.note.written", tillproof.Params{"file": harmless(mask(to))})
		for _, n := range said {
			d.note(n.Code, n.Params)
		}
		return nil
	}
	return cmd
}

// snoozes are those that the folder is to keep: a rule has one at most, so that each list names the one that
// holds.
func (d *door) snoozes(f *ruleFlags, id string) (kept []custom.Snooze, said []tillproof.Note, err error) {
	folder, err := d.rulesOf(f.rules)
	if err != nil {
		return nil, nil, err
	}
	rule := tillproof.RuleID(id)
	if !isRule(folder, rule) {
		return nil, nil, usage("custom.snooze_rule", tillproof.Params{"id": harmless(mask(id))})
	}
	for _, s := range folder.Snoozes {
		if s.Rule == rule && !f.end {
			p := tillproof.Params{"id": id, "until": s.Until.String()}
			said = append(said, tillproof.Note{Code: "cmd.note.snooze_replaced", Params: p})
		}
	}
	kept = slices.DeleteFunc(slices.Clone(folder.Snoozes),
		func(s custom.Snooze) bool { return s.Rule == rule })
	if f.end {
		said, err = ended(f, id, len(kept) < len(folder.Snoozes))
		return kept, said, err
	}
	one, bad := custom.NewSnooze(id, f.from, f.until, f.reason)
	if bad != nil {
		return nil, nil, bad
	}
	year, month, day := d.now().Date()
	if today, ok := tillproof.NewDate(year, month, day); ok && one.Until < today {
		return nil, nil, usage("custom.snooze_past", tillproof.Params{"value": one.Until.String()})
	}
	return append(kept, one), said, nil
}

// ended is what is said about a snooze that ends by hand.
func ended(f *ruleFlags, id string, was bool) ([]tillproof.Note, error) {
	switch {
	case f.until != "" || f.from != "" || f.reason != "":
		return nil, usage("cmd.usage.snooze_end", nil)
	case !was:
		return nil, usage("custom.snooze_none", tillproof.Params{"id": id})
	}
	return []tillproof.Note{{Code: "cmd.note.snooze_end", Params: tillproof.Params{"id": id}}}, nil
}
