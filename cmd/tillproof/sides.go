package main

import (
	"strings"

	"github.com/tillproof/tillproof"
)

// A side that the user names is taken at its word: the columns alone may not show it. Where they do and say
// something else, the word is a slip (files named in the wrong order), and everything that follows would be
// an exception.

// checkSides refuses a result in which a file that leaves no doubt was named as another side, and adds a
// warning where the user also named the layout, or where the layout fits several banks and shops.
func (d *door) checkSides(run *tillproof.Run, in []*input) error {
	for _, f := range in {
		for i := range run.Sources {
			if s := &run.Sources[i]; s.File != f.name && !strings.HasPrefix(s.File, f.name+"/") {
				continue
			}
			warning, err := d.contradiction(&run.Sources[i], f, "--"+f.side.String())
			if err != nil {
				return err
			}
			if warning != nil {
				run.Warnings = append(run.Warnings, *warning)
			}
		}
	}
	return nil
}

// contradiction compares the side that the user named, with the flag given, with what the file itself shows.
func (d *door) contradiction(s *tillproof.Source, f *input, given string) (*tillproof.Note, error) {
	own, sure := d.ownSide(s)
	if f.side == tillproof.NoSide || own == tillproof.NoSide || own == f.side {
		return nil, nil
	}
	p := tillproof.Params{
		"file": s.File, "side": own.String(), "given": given,
		"layout": d.titleOf(d.layoutOf(s)), "name": d.layoutOf(s),
	}
	if sure && f.profile == "" {
		e := usage("cmd.usage.side_contradicts", p).(*tillproof.Error)
		e.Place.File = s.File
		return nil, e
	}
	return &tillproof.Note{Code: "cmd.warning.side", Params: p}, nil
}
