package recon

import (
	"errors"
	"path"
	"strings"

	"github.com/tillproof/tillproof"
)

// asides are the errors of files that portals put into an archive beside the details: their totals, a print
// of the same, a letter. None of them holds an entry that would be missed.
var asides = map[string]string{
	"format.table.summary":   "recon.unpack.summary",
	"format.foreign.pdf":     "recon.unpack.aside",
	"format.foreign.picture": "recon.unpack.aside",
	"format.xls.word":        "recon.unpack.aside",
	"format.xls.slides":      "recon.unpack.aside",
}

// leaflets are the errors of a text that could also be a statement in an unknown format: its name decides.
var leaflets = map[string]bool{
	"format.unknown": true, "format.table.header": true, "format.profile.no_table": true,
}

// leafletNames are how the names of texts for people begin or end.
var leafletNames = [...]string{"readme", "read me", "license", "licence", "说明", "须知"}

// Asides parts what went wrong with the files of one archive: where at least one of them was read, the errors
// of those that only stand beside it become notes; all is how many files the archive holds. A file that is
// encrypted or damaged, and any that might hold entries, stays an error.
func Asides(wrong []error, all int) ([]tillproof.Note, []error) {
	if len(wrong) == all {
		return nil, wrong
	}
	var notes []tillproof.Note
	var errs []error
	for _, err := range wrong {
		if code, place := asideOf(err); code != "" {
			params := tillproof.Params{"file": place.File}
			notes = append(notes, tillproof.Note{Code: code, Params: params})
			continue
		}
		errs = append(errs, err)
	}
	return notes, errs
}

func asideOf(err error) (code string, at tillproof.Place) {
	var e *tillproof.Error
	if !errors.As(err, &e) {
		return "", at
	}
	if code := asides[e.Code]; code != "" || !leaflets[e.Code] {
		return code, e.Place
	}
	base := strings.ToLower(path.Base(e.Place.File))
	name := strings.TrimSuffix(base, path.Ext(base))
	for _, word := range leafletNames {
		if strings.HasPrefix(name, word) || strings.HasSuffix(name, word) {
			return "recon.unpack.aside", e.Place
		}
	}
	return "", at
}
