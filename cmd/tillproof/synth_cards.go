package main

import (
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// cardsFlags are what `synth cards` was told.
type cardsFlags struct {
	cards, days int
	seed        uint64
	out         string
	wide, force bool
}

// The sizes where the flags do not say: a month that is made in a second.
const defaultCards = 1000

func (d *door) synthCards() *cobra.Command {
	f := cardsFlags{}
	cmd := d.command("cards", "[FLAGS]",
		"synth cards --seed 7 --out cards.csv", "synth cards --cards 5000 --days 120 --wide > cards.csv")
	cmd.Short, cmd.Long = d.text("cmd.about.synth.cards", nil), d.text("cmd.long.synth.cards", nil)
	cmd.Args = noArgs
	set := cmd.Flags()
	set.IntVar(&f.cards, "cards", defaultCards, d.flagText("cards"))
	set.IntVar(&f.days, "days", defaultDays, d.flagText("days"))
	set.Uint64Var(&f.seed, "seed", defaultSeed, d.flagText("seed"))
	set.BoolVar(&f.wide, "wide", false, d.flagText("wide"))
	set.StringVar(&f.out, "out", "", d.flagText("out"))
	set.BoolVar(&f.force, "force", false, d.flagText("force"))
	cmd.RunE = func(c *cobra.Command, _ []string) error { return d.writeCards(c.Context(), &f) }
	return cmd
}

// writeCards writes labelled card transactions to the file that was named, else to standard output.
func (d *door) writeCards(ctx context.Context, f *cardsFlags) error {
	write := func(w io.Writer) error { return cardRows(w, f) }
	if f.out == "" {
		return d.stdout(ctx, write)
	}
	if _, err := os.Lstat(f.out); err == nil && !f.force {
		return alreadyThere("cmd.output.exists_force", f.out)
	}
	if err := d.writeFile(ctx, f.out, write); err != nil {
		return err
	}
	d.note("cmd.note.written", map[string]string{"file": mask(f.out)})
	return nil
}
