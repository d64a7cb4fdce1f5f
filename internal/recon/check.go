package recon

import (
	"context"
	"errors"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/recon/match"
	"github.com/tillproof/tillproof/internal/recon/tariff"
)

// Check reads the files, and those inside archives, and reconciles what they show. A file that cannot be read
// does not stop the others: its error is joined to the answer and the Run holds what the rest says. The Run
// is nil where nothing could be read, and where the context ended.
func Check(ctx context.Context, files []File, opt Options) (*tillproof.Run, error) {
	run := &tillproof.Run{Policy: opt.Policy}
	var keys []string
	opt.keys = &keys
	var failed []error
	for _, f := range files {
		inside, notes, err := Unpack(f)
		run.Warnings = append(run.Warnings, notes...)
		if err != nil {
			failed = append(failed, err)
		}
		var wrong []error
		for _, f := range inside {
			if err := add(ctx, run, f, opt); err != nil {
				wrong = append(wrong, err)
			}
		}
		notes, wrong = Asides(wrong, len(inside))
		run.Warnings, failed = append(run.Warnings, notes...), append(failed, wrong...)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	if len(run.Sources) == 0 {
		return nil, errors.Join(failed...)
	}
	dropOverlaps(run)
	settleCurrency(run)
	dropTwins(run)
	setBasis(run, keys, opt.Basis)
	takeDecisions(run, opt.Decisions)
	if err := conclude(run, opt.Detect); err != nil {
		return nil, errors.Join(append(failed, err)...)
	}
	return run, errors.Join(failed...)
}

// add reads one file into the run, or leaves the run as it was.
func add(ctx context.Context, run *tillproof.Run, f File, opt Options) error {
	var found rows
	opt.reading = found.progress
	src, err := read(ctx, f, opt, int32(len(run.Sources)), func(r tillproof.Record) error {
		found.add(r)
		return nil
	})
	if err != nil {
		return err
	}
	if f.Side != tillproof.NoSide {
		src.Side = f.Side
	}
	if src.Side == tillproof.NoSide {
		return fail(tillproof.KindInvalid, "recon.side_unknown", src.File, nil)
	}
	for _, other := range run.Sources {
		if other.Digest == src.Digest {
			params := tillproof.Params{"other": other.File}
			return fail(tillproof.KindConflict, "recon.same_file", src.File, params)
		}
	}
	run.Sources = append(run.Sources, src)
	*opt.keys = append(*opt.keys, sourceKey(&src, &f))
	if run.Records[src.Side] == nil {
		run.Records[src.Side] = found.list
		return nil
	}
	run.Records[src.Side] = append(run.Records[src.Side], found.list...)
	return nil
}

func fail(kind tillproof.ErrorKind, code, file string, params tillproof.Params) error {
	return &tillproof.Error{
		Op: "check", Kind: kind, Code: code, Place: tillproof.Place{File: file}, Params: params,
	}
}

// conclude runs the pure rooms over what was read.
func conclude(run *tillproof.Run, asked detect.Asked) error {
	if err := match.Reconcile(run); err != nil {
		return err
	}
	warnMisfits(run)
	doubt(run)
	run.Completeness = match.Complete(run)
	if err := fitFees(run); err != nil {
		return err
	}
	book := detect.Default()
	answer, err := detect.Evaluate(run, book, asked)
	if err != nil {
		return err
	}
	run.Findings = answer.Findings
	run.Warnings = append(run.Warnings, detect.Unchecked(run, book)...)
	run.Warnings = append(run.Warnings, answer.Notes...)
	run.Losses, run.LossLines, err = tillproof.SumLoss(run.Breaks, run.Findings, tillproof.OpenItems(run))
	return err
}

// fitFees fills in what the report's rows say about the fees.
func fitFees(run *tillproof.Run) error {
	if err := tariff.Fit(run); err != nil {
		return &tillproof.Error{Op: "check", Kind: tillproof.KindTooLarge, Code: "recon.fees", Err: err}
	}
	return nil
}
