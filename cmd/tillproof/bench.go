package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/bench"
)

// benchFlags are what `bench` was told.
type benchFlags struct {
	kinds, customs, noises []string
	seed                   uint64
	months                 int
	write, in, results     string
	own                    string // where the own answers go
	faults                 bool
}

// What the benchmark makes where the flags do not say.
const (
	benchSeed   = 1
	benchMonths = 2
	benchNoise  = "default"
)

func (d *door) benchCommand() *cobra.Command {
	f := benchFlags{}
	cmd := d.command("bench", "[FLAGS]",
		"bench", "bench --kind hotel,chain --noise high --faults",
		"bench --write DIR", "bench --in DIR --results answers.json")
	cmd.Args = noArgs
	kinds, customs, noises := benchNames()
	cmd.Long = d.text("cmd.long.bench", tillproof.Params{
		"kinds": strings.Join(kinds, ", "), "customs": strings.Join(customs, ", "),
		"noises": strings.Join(noises, ", "),
	})
	set := cmd.Flags()
	set.StringSliceVar(&f.kinds, "kind", nil, d.flagText("kind"))
	set.StringSliceVar(&f.customs, "custom", nil, d.flagText("custom"))
	set.StringSliceVar(&f.noises, "noise", []string{benchNoise}, d.flagText("noise"))
	set.Uint64Var(&f.seed, "seed", benchSeed, d.flagText("seed"))
	set.IntVar(&f.months, "months", benchMonths, d.flagText("months"))
	set.StringVar(&f.write, "write", "", d.flagText("write"))
	set.StringVar(&f.in, "in", "", d.flagText("in"))
	set.StringVar(&f.results, "results", "", d.flagText("results"))
	set.StringVar(&f.own, "own", "", d.flagText("own"))
	set.BoolVar(&f.faults, "faults", false, d.flagText("faults"))
	for name, values := range map[string][]string{"kind": kinds, "custom": customs, "noise": noises} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, noFiles))
	}
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		if err := f.refuseMaking(c); err != nil {
			return err
		}
		return d.bench(c.Context(), &f)
	}
	return cmd
}

// refuseMaking refuses flags that say which sets are made, where --in reads some that were made before: they
// would be ignored.
func (f *benchFlags) refuseMaking(c *cobra.Command) error {
	for _, name := range [...]string{"kind", "custom", "noise", "seed", "months"} {
		if f.in != "" && c.Flags().Changed(name) {
			return usage("cmd.usage.bench_made", tillproof.Params{"flag": "--" + name})
		}
	}
	return nil
}

func (d *door) bench(ctx context.Context, f *benchFlags) error {
	switch {
	case (f.in == "") != (f.results == ""):
		return usage("cmd.usage.bench_in", nil)
	case f.in != "" && f.write != "":
		return usage("cmd.usage.bench_write", nil)
	case f.own != "" && (f.in != "" || f.write != ""):
		return usage("cmd.usage.bench_own", nil)
	case f.months < 1:
		p := tillproof.Params{"flag": "--months", "value": strconv.Itoa(f.months)}
		return usage("cmd.usage.at_least_one", p)
	}
	if f.in != "" {
		rows, err := benchForeign(ctx, f)
		if err != nil {
			return err
		}
		return d.benchDone(ctx, f, rows)
	}
	sets, err := benchSets(f) // before anything is made: it refuses what cannot be
	if err != nil {
		return err
	}
	if f.write != "" {
		return d.benchWrite(ctx, f.write, sets)
	}
	rows, err := d.benchRun(ctx, sets)
	if err != nil {
		return err
	}
	if f.own != "" {
		if err := d.benchKeep(ctx, f.own, rows); err != nil {
			return err
		}
	}
	return d.benchDone(ctx, f, rows)
}

// benchRow is a set and how an answer stands against its key.
type benchRow struct {
	key    *bench.Key // without its lists
	answer bench.Answer
	score  *bench.Score
	millis int64
	peak   uint64
}

// benchKeep writes the program's own answers in the form that it takes from others.
func (d *door) benchKeep(ctx context.Context, path string, rows []benchRow) error {
	all := bench.Answers{Schema: bench.AnswersSchema, Tool: programName, Sets: map[string]bench.Answer{}}
	for _, r := range rows {
		all.Sets[r.key.Set] = r.answer
	}
	err := d.writeFile(ctx, path, func(w io.Writer) error { return encode(w, all) })
	if err == nil {
		d.note("cmd.note.written", tillproof.Params{"file": mask(path)})
	}
	return err
}

// programName is who speaks in the answers.
const programName = "tillproof"

// benchWrite writes sets into folders of their own, with the policy as a file.
func (d *door) benchWrite(ctx context.Context, dir string, sets []benchSet) error {
	for _, s := range sets {
		at := filepath.Join(dir, s.name)
		if _, err := os.Lstat(at); err == nil {
			return alreadyThere("cmd.output.exists", at)
		}
	}
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return cannotWrite(dir, err)
	}
	for i, s := range sets {
		done := d.benchProgress(s.name, i, len(sets))
		err := d.benchWriteSet(ctx, dir, s)
		done()
		if err != nil {
			return err
		}
	}
	d.note("cmd.note.written", tillproof.Params{"file": mask(dir)})
	return nil
}

// benchWriteSet makes a set in a folder that takes its name when all of it is there.
func (d *door) benchWriteSet(ctx context.Context, dir string, s benchSet) error {
	made, err := s.make()
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp(dir, ".tillproof-*")
	if err != nil {
		return cannotWrite(dir, err)
	}
	d.std.scratch.add(work)
	defer d.std.scratch.remove(work)
	put := func(name string, write func(io.Writer) error) error {
		return d.writeFile(ctx, filepath.Join(work, name), write)
	}
	err = errors.Join(made.write(put), put(policyName, func(w io.Writer) error {
		return d.writePolicy(w, made.policy())
	}))
	if err != nil {
		return err
	}
	at := filepath.Join(dir, s.name)
	if err := errors.Join(os.Chmod(work, dirMode), os.Rename(work, at)); err != nil {
		return cannotWrite(at, err)
	}
	return nil
}

// benchForeign scores the answers of another tool.
func benchForeign(ctx context.Context, f *benchFlags) ([]benchRow, error) {
	answers, err := benchAnswers(f.results)
	if err != nil {
		return nil, err
	}
	folders, err := filepath.Glob(filepath.Join(f.in, "*", bench.KeyName))
	if err == nil && len(folders) == 0 {
		folders, err = filepath.Glob(filepath.Join(f.in, bench.KeyName))
	}
	if err != nil || len(folders) == 0 {
		return nil, benchError("cmd.bench.no_keys", f.in, err)
	}
	slices.Sort(folders)
	var rows []benchRow
	for _, path := range folders {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		key, err := readBench(path, bench.ReadKey)
		if err != nil {
			return nil, err
		}
		answer, given := answers.Sets[key.Set]
		if !given {
			answer = bench.Answer{} // nothing was said, nothing was found
		}
		delete(answers.Sets, key.Set)
		score, err := bench.Judge(key, &answer)
		if err != nil {
			return nil, benchError("cmd.bench.answer", f.results, errors.New(key.Set+": "+err.Error()))
		}
		rows = append(rows, benchRow{key: key, score: score})
	}
	for name := range answers.Sets {
		return nil, benchError("cmd.bench.unknown_set", f.results, errors.New(name))
	}
	return rows, nil
}

func benchAnswers(path string) (*bench.Answers, error) { return readBench(path, bench.ReadAnswers) }

func readBench[T any](path string, read func(io.Reader) (T, error)) (T, error) {
	var none T
	in := &input{path: path, name: mask(path)}
	file, err := openRegular(in)
	if err != nil {
		return none, err
	}
	defer func() { _ = file.Close() }() // only read
	got, err := read(file)
	if err != nil {
		return none, benchError("cmd.bench.answer", path, err)
	}
	return got, nil
}

func benchError(code, path string, cause error) error {
	p := tillproof.Params{"cause": ""}
	if cause != nil {
		p["cause"] = harmless(mask(cause.Error()))
	}
	return &tillproof.Error{
		Op: "bench", Kind: tillproof.KindInvalid, Code: code,
		Place: tillproof.Place{File: mask(path)}, Params: p,
	}
}
