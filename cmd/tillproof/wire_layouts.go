package main

import (
	"context"
	"errors"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/format/table"
	"github.com/tillproof/tillproof/internal/format/xls"
	"github.com/tillproof/tillproof/internal/format/xlsx"
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
	draft, err := guessIn(in, f)
	return &drafted{parts[0], draft}, named(err, f.name)
}

// guessIn proposes a layout for a workbook or a text.
func guessIn(in *format.Input, f *input) (profile.Draft, error) {
	sheets := xlsx.Sheets
	switch book := profile.Builtin(); {
	case xls.Format(book).Sniff(&in.Head).Confidence > 0:
		sheets = xls.Sheets
	case xlsx.Format(book).Sniff(&in.Head).Confidence > 0:
	case in.Charset == "":
		return profile.Draft{}, badInput(f, tillproof.KindUnsupported, "profile.no_text", nil)
	default:
		return table.Guess(in, format.Options{Side: f.side})
	}
	tables, err := sheets(in)
	if err != nil {
		return profile.Draft{}, err
	}
	return profile.GuessSheets(tables, profile.Want{Side: f.side})
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
