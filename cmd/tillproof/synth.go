package main

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// synthFlags are what `synth` was told.
type synthFlags struct {
	merchants, days int
	seed            uint64
	dir             string
	lang            string // of the files; the same seed gives the same bytes on every machine
	luhn, force     bool
}

// filesLang is the language of the files where --lang does not say: not that of the system, which would make
// the bytes differ from machine to machine.
const filesLang = "zh"

// The sizes that are made where the flags do not say.
const (
	defaultMerchants = 1
	defaultDays      = 30
	defaultSeed      = 1
)

func (d *door) synthCommand() *cobra.Command {
	f := synthFlags{lang: filesLang}
	cmd := d.command("synth", "--dir DIR [FLAGS]",
		"synth --merchants 1 --days 30 --seed 7 --dir OUT",
		"synth --merchants 250 --days 30 --seed 1 --dir BIG")
	cmd.Args = noArgs
	set := cmd.Flags()
	set.IntVar(&f.merchants, "merchants", defaultMerchants, d.flagText("merchants"))
	set.IntVar(&f.days, "days", defaultDays, d.flagText("days"))
	set.Uint64Var(&f.seed, "seed", defaultSeed, d.flagText("seed"))
	set.StringVar(&f.dir, "dir", "", d.flagText("dir"))
	set.BoolVar(&f.luhn, "luhn", false, d.flagText("luhn"))
	set.BoolVar(&f.force, "force", false, d.flagText("force"))
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		if c.Flag("lang").Changed {
			f.lang = string(d.lang)
		}
		return d.synth(c.Context(), &f)
	}
	cmd.AddCommand(d.synthCards())
	return cmd
}

// synth makes the files in a directory of its own and moves them to their place when all are whole.
func (d *door) synth(ctx context.Context, f *synthFlags) error {
	if f.dir == "" {
		return usage("cmd.usage.dir", nil)
	}
	policy, err := synthPolicy(f) // before anything is touched: it refuses sizes that cannot be made
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.dir, dirMode); err != nil {
		return cannotWrite(f.dir, err)
	}
	if err := makeRoom(f); err != nil {
		return err
	}
	work, err := os.MkdirTemp(f.dir, ".tillproof-*")
	if err != nil {
		return cannotWrite(f.dir, err)
	}
	d.std.scratch.add(work)
	defer d.std.scratch.remove(work)
	files, err := synthFiles(work, f)
	if err != nil {
		return err
	}
	err = d.writeFile(ctx, filepath.Join(work, policyName), func(w io.Writer) error {
		return d.writePolicy(w, policy)
	})
	if err != nil {
		return err
	}
	for _, name := range append(files, keyName, policyName) {
		if err := os.Rename(filepath.Join(work, name), filepath.Join(f.dir, name)); err != nil {
			return cannotWrite(filepath.Join(f.dir, name), err)
		}
	}
	return d.synthDone(ctx, f, files)
}

// makeRoom looks whether files of an earlier call are in the way, and with --force takes them away: all of
// them, because an old report beside a new log would be checked with it.
func makeRoom(f *synthFlags) error {
	for _, name := range append(synthNames(), policyName) {
		path := filepath.Join(f.dir, name)
		if _, err := os.Lstat(path); err != nil {
			continue
		}
		if !f.force {
			return alreadyThere("cmd.output.exists_force", path)
		}
		if err := os.Remove(path); err != nil {
			return cannotWrite(path, err)
		}
	}
	return nil
}

func (d *door) synthDone(ctx context.Context, f *synthFlags, files []string) error {
	if d.json {
		return d.stdout(ctx, func(w io.Writer) error {
			return encode(w, struct {
				Schema string   `json:"schema"`
				Seed   uint64   `json:"seed"`
				Dir    string   `json:"dir"`
				Files  []string `json:"files"`
				Policy string   `json:"policy"`
				Key    string   `json:"key"`
			}{"tillproof.synth/1", f.seed, mask(f.dir), files, policyName, keyName})
		})
	}
	var all []made
	for _, name := range files {
		all = append(all, made{name: name})
	}
	d.tryThem(f.dir, all)
	return nil
}
