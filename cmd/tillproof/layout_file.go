package main

import (
	"errors"
	"io"
	"strings"
	"unicode"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// A layout file may come from anybody: it is looked at before it is believed.

// maxLayout bounds what is read of a layout file; profile.Parse refuses less.
const maxLayout = 1 << 20

// maxLayoutName is the longest name, in characters: some systems allow 255 bytes for a file's name.
const maxLayoutName = 64

// readLayout reads a layout file. Errors: those of opening and of profile.Parse, profile.name and
// profile.card, each with the line where it is known.
func readLayout(path string) (ownLayout, error) {
	f := &input{path: path, name: mask(path)}
	file, err := openRegular(f)
	if err != nil {
		return ownLayout{}, noLayout(err)
	}
	defer func() { _ = file.Close() }() // only read
	raw, err := io.ReadAll(io.LimitReader(file, maxLayout+1))
	if err != nil {
		return ownLayout{}, cannotOpen(f, err)
	}
	p, err := parseLayout(path, raw)
	return ownLayout{p, path, raw}, err
}

// noLayout gives what cannot be a layout its own words, as renamed does.
func noLayout(err error) error {
	var e *tillproof.Error
	if errors.As(err, &e) && (e.Code == "cmd.input.directory" || e.Code == "cmd.input.device") {
		own := *e
		own.Code = "profile.no_file"
		return &own
	}
	return err
}

func parseLayout(path string, raw []byte) (profile.Profile, error) {
	if line := cardLine(raw); line > 0 {
		e := badLayout(path, "profile.card", nil)
		e.Kind, e.Place.Line = tillproof.KindForbidden, line
		return profile.Profile{}, e
	}
	p, err := profile.Parse(raw)
	if err != nil {
		return p, named(err, mask(path))
	}
	if !goodName(p.Name) {
		return p, badLayout(path, "profile.name", tillproof.Params{"name": mask(p.Name)})
	}
	return p, nil
}

func badLayout(path, code string, p tillproof.Params) *tillproof.Error {
	return &tillproof.Error{
		Op: "read layout", Kind: tillproof.KindInvalid, Code: code, Place: tillproof.Place{File: mask(path)},
		Params: p,
	}
}

// cardLine is the first line that shows what may be a full card number, 0 for none: a layout is passed on.
func cardLine(raw []byte) int {
	n := 0
	for line := range strings.Lines(string(raw)) {
		if n++; mask(line) != line {
			return n
		}
	}
	return 0
}

// goodName reports a name that can be a file's name on each system and stand after FILE=.
func goodName(s string) bool {
	n := 0
	for _, r := range s {
		n++
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' && (r != '.' || n == 1) {
			return false
		}
	}
	return n > 0 && n <= maxLayoutName && !isLayoutFile(s)
}
