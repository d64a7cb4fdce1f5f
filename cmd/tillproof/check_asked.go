package main

import (
	"context"
	"encoding/binary"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
)

// askFlags are what a reconciliation is asked beside the book of rules.
type askFlags struct {
	rules, model, labels, delay string

	verdicts *labels // nil where there are none
}

func (d *door) askFlags(cmd *cobra.Command, f *askFlags) {
	set := cmd.Flags()
	set.StringVar(&f.rules, "rules", "", d.flagText("rules"))
	set.StringVar(&f.model, "model", "", d.flagText("model"))
	set.StringVar(&f.labels, "labels", "", d.flagText("labels"))
	set.StringVar(&f.delay, "label-delay", labelDelay, d.flagText("label-delay"))
}

// takeAsked reads the rules of the user, the model and the verdicts.
func (d *door) takeAsked(ctx context.Context, f *askFlags) error {
	delay, err := seconds(f.delay)
	if err != nil {
		return usage("cmd.usage.delay", tillproof.Params{"value": mask(f.delay)})
	}
	var basis []byte
	if f.rules != "" {
		if d.rules, err = d.rulesOf(f.rules); err != nil {
			return err
		}
		d.trials = d.ask(d.rules)
		d.asked.Custom, d.asked.Silent = d.trials.Rules(), d.rules.Silent
		basis = append(basis, d.rules.Digest[:]...)
	}
	if f.model != "" {
		kept, err := d.readModels(f.model)
		if err != nil {
			return err
		}
		d.asked.Model = kept.now()
		basis = append(basis, d.asked.Model.Encode()...)
	}
	if f.labels != "" {
		if f.verdicts, err = d.readLabels(ctx, f.labels); err != nil {
			return err
		}
		d.asked.Verdict = func(r *tillproof.Record, at tillproof.LocalTime) (detect.Verdict, bool) {
			said, known := f.verdicts.of(r, at, delay)
			return detect.Verdict{Record: r.ID, Fraud: said == fraud, Known: known}, said != unsaid
		}
		basis = binary.LittleEndian.AppendUint64(f.verdicts.bytes(basis), uint64(delay))
	}
	d.asked.Delay, d.asked.Workers = delay, runtime.GOMAXPROCS(0)
	if basis != nil {
		d.basis.Asked = tillproof.DigestOf(basis)
	}
	return nil
}

// tellAsked says in the result what became of it: what was on trial, and which verdicts fitted nothing.
func (d *door) tellAsked(run *tillproof.Run, f *askFlags) {
	switch {
	case d.basis.Asked == (tillproof.Digest{}):
		return
	case run.Basis.Passes && !run.Basis.Watched:
		run.Warnings = append(run.Warnings, tillproof.Note{Code: "cmd.warning.unasked"})
		return
	}
	if d.trials != nil {
		run.Warnings = append(run.Warnings, d.trials.Notes()...)
	}
	if f.verdicts != nil {
		run.Warnings = append(run.Warnings, f.verdicts.tell()...)
	}
}

// bytes adds what the verdicts say.
func (l *labels) bytes(to []byte) []byte {
	for i := range l.all {
		b := &l.all[i]
		to = binary.LittleEndian.AppendUint64(to, uint64(b.key))
		to = binary.LittleEndian.AppendUint64(to, uint64(b.known))
		if b.fraud {
			to = append(to, 1)
		} else {
			to = append(to, 0)
		}
	}
	return to
}
