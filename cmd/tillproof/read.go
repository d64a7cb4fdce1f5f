package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
)

// readFlags are what `read` was told.
type readFlags struct {
	csv, summary   bool
	many           bool // more than one file was named
	side, currency string
	policy         string
	tables         tableFlags
}

func (d *door) readCommand() *cobra.Command {
	var f readFlags
	cmd := d.command("read", "FILE... [FLAGS]",
		"read bank.xml", "read pos.csv --json --summary", "read settle.xlsx --csv > settle.csv")
	set := cmd.Flags()
	set.BoolVar(&f.csv, "csv", false, d.flagText("csv"))
	set.BoolVar(&f.summary, "summary", false, d.flagText("summary"))
	set.StringVar(&f.side, "side", "", d.flagText("side"))
	set.StringVar(&f.currency, "currency", "", d.flagText("currency"))
	set.StringVar(&f.policy, "policy", "", d.flagText("policy_read"))
	d.tableFlags(cmd, &f.tables)
	_ = cmd.RegisterFlagCompletionFunc("side",
		cobra.FixedCompletions([]string{"terminal", "acquirer", "bank"}, noFiles))
	cmd.RunE = func(c *cobra.Command, args []string) error { return d.read(c.Context(), args, &f) }
	return cmd
}

func (d *door) read(ctx context.Context, args []string, f *readFlags) error {
	wanted, err := f.inputs(args, d.json)
	var policy tillproof.Policy
	if err == nil {
		policy, err = d.readingPolicy(f)
	}
	if err == nil {
		err = d.setTables(wanted, &f.tables)
	}
	if err != nil {
		return err
	}
	in, err := d.openAll(ctx, wanted)
	if err != nil {
		return err
	}
	defer in.Close()
	r := &reading{door: d, flags: f, policy: policy, in: in, failed: in.failed}
	f.many = len(wanted) > 1
	for _, file := range in.open {
		if err := r.file(ctx, file); err != nil {
			return err
		}
	}
	if r.shown == 0 {
		return errors.Join(r.failed...)
	}
	d.warn(r.failed)
	for _, err := range r.failed {
		d.exit = worst(d.exit, skipped(err))
	}
	return nil
}

// reading is a call of `read` while its files are shown.
type reading struct {
	*door
	flags  *readFlags
	policy tillproof.Policy
	in     *inputs
	failed []error
	shown  int
}

// file shows a file, or each file inside it where it is an archive. What is wrong with it is kept; the error
// ends the call.
func (r *reading) file(ctx context.Context, f *input) error {
	parts, notes, err := unpack(f)
	if stop := errors.Join(ctx.Err(), r.in.unchanged()); stop != nil {
		return stop
	}
	if err != nil {
		r.failed = append(r.failed, flatten(err)...)
		return nil
	}
	for _, n := range notes {
		r.note(n.Code, n.Params)
	}
	r.flags.many = r.flags.many || len(parts) > 1
	var wrong []error
	for _, p := range parts {
		bad, err := r.part(ctx, f, p)
		if err != nil {
			return err
		}
		wrong = append(wrong, flatten(bad)...)
	}
	notes, wrong = asides(wrong, len(parts))
	for _, n := range notes {
		r.note(n.Code, n.Params)
	}
	r.failed = append(r.failed, wrong...)
	return nil
}

// part shows one of the files of an archive, or a file that is none. What is wrong with it is the first
// answer; the second ends the call.
func (r *reading) part(ctx context.Context, f *input, p part) (bad, stop error) {
	loaded, err := r.load(ctx, p, r.policy)
	if stop := errors.Join(ctx.Err(), r.in.unchanged()); stop != nil {
		return nil, stop
	}
	if err != nil {
		return err, nil
	}
	warning, err := r.contradiction(&loaded.source, f, "--side "+f.side.String())
	if err != nil {
		return nil, err
	}
	if warning != nil {
		r.note(warning.Code, warning.Params)
	}
	if err := r.showLoaded(ctx, loaded, r.flags, r.shown > 0); err != nil {
		return nil, err
	}
	if r.flags.csv || r.json {
		r.tellUnread(&loaded.source)
	}
	r.shown++
	r.exit = worst(r.exit, exitOfSource(&loaded.source))
	return nil, nil
}

// maxToldRows is how many rows that were not read are told beside records that go into a file or a program.
const maxToldRows = 3

// tellUnread says on standard error what is missing from the records on standard output: whoever keeps those
// may never look at anything else.
func (r *reading) tellUnread(s *tillproof.Source) {
	if !s.Partly() || r.quiet {
		return
	}
	r.note("cmd.read.partly", tillproof.Params{
		"file": s.File, "n": strconv.Itoa(max(s.Skipped, s.Unread)), "of": strconv.Itoa(s.Totals.Entries),
	})
	told := 0
	for i := range s.Issues {
		issue := &s.Issues[i]
		if !issue.Skipped || told == maxToldRows {
			continue
		}
		told++
		place := issue.Place
		place.File = s.File
		cause := r.text(issue.Code, r.titled(issue.Params))
		fmt.Fprintf(r.std.err, "  %s[%s] %s\n", harmless(placeText(place)), issue.Code, harmless(cause))
	}
	fmt.Fprintln(r.std.err, "  "+harmless(r.text("cmd.read.all", tillproof.Params{"file": s.File})))
}

// inputs are the files and what is known about them.
func (f *readFlags) inputs(args []string, asJSON bool) ([]input, error) {
	if f.csv && asJSON {
		return nil, usage("cmd.usage.json_csv", nil)
	}
	if f.csv && f.summary {
		return nil, usage("cmd.usage.csv_summary", nil)
	}
	side, err := tillproof.ParseSide(f.side)
	if f.side != "" && err != nil {
		return nil, usage("cmd.usage.side", tillproof.Params{"value": mask(f.side)})
	}
	all := make([]input, 0, len(args))
	for _, path := range args {
		all = append(all, input{path: path, side: side})
	}
	return all, nil
}

// readingPolicy is what the user says beside the files: the zone and the currency of the policy, and a
// currency that goes before it.
func (d *door) readingPolicy(f *readFlags) (tillproof.Policy, error) {
	policy, err := d.policyOf(f.policy)
	if err != nil || f.currency == "" {
		return policy, err
	}
	if policy.Currency, err = tillproof.ParseCurrency(f.currency); err != nil {
		return policy, usage("cmd.usage.currency", tillproof.Params{"value": mask(f.currency)})
	}
	return policy, nil
}

// loaded is one file as it was read.
type loaded struct {
	source  tillproof.Source
	records iter.Seq[tillproof.Record]
	fault   error // why records ended before its end, where it read the file again
}

// errEnough ends a reading when whoever asked has seen enough.
var errEnough = errors.New("enough")

// again hands on the records of a second reading. It must find the same bytes as the first.
func (l *loaded) again(
	yield func(tillproof.Record) bool, read func(func(tillproof.Record) error) (tillproof.Source, error),
) error {
	source, err := read(func(r tillproof.Record) error {
		if !yield(r) {
			return errEnough
		}
		return nil
	})
	switch {
	case errors.Is(err, errEnough):
		return nil
	case err == nil && source.Digest != l.source.Digest:
		f := &input{name: l.source.File}
		return badInput(f, tillproof.KindConflict, "cmd.input.changed", nil)
	}
	return err
}
