package main

import (
	"context"
	"errors"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/table"
	"github.com/tillproof/tillproof/internal/recon"
	"github.com/tillproof/tillproof/internal/report"
)

// The part of wire.go that the commands about layouts need.

// guess proposes a layout for the one table of a file.
func guess(f *input) (*drafted, error) {
	parts, _, err := unpack(f)
	if err != nil {
		return nil, err
	}
	if len(parts) > 1 {
		e := usage("profile.several", number(len(parts))).(*tillproof.Error)
		e.Place.File = f.name
		return nil, e
	}
	in, err := recon.Input(parts[0])
	if err != nil {
		return nil, err
	}
	if in.Charset == "" {
		return nil, badInput(f, tillproof.KindUnsupported, "profile.no_text", nil)
	}
	draft, err := table.Guess(in, format.Options{Side: f.side})
	return &drafted{parts[0], draft}, named(err, f.name)
}

// tryLayout reads the file in its new layout and shows the person what comes of it.
func (d *door) tryLayout(ctx context.Context, own ownLayout, file part) error {
	if err := d.shelf().add(own); err != nil {
		return err
	}
	file.Profile = own.Name
	loaded, err := d.load(ctx, file, tillproof.Policy{})
	if err != nil {
		return err
	}
	opt := d.reportOptions(outputFlags{})
	opt.Color = d.colour(d.std.err)
	return errors.Join(report.ReadText(d.std.err, &loaded.source, loaded.records, opt), loaded.fault)
}
