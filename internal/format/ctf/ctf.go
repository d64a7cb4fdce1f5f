package ctf

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// Name is the format's name.
const Name = "ctf"

// Formats is the one format of this room.
func Formats() []format.Format {
	return []format.Format{{
		Name: Name, Sides: []tillproof.Side{tillproof.Acquirer}, Sniff: sniff, Open: open,
		Dialects: []string{"CTF", "ITF"},
	}}
}

// certain is the confidence where the digits of the first records stand where only such files have them.
const certain = 97

func sniff(h *format.Head) format.Guess {
	if f := formOf(h.Raw); f != nil {
		return format.Guess{Confidence: certain, Dialect: f.name}
	}
	return format.Guess{}
}

// open reads such a file. Errors: format.ctf.form where a forced file is none.
func open(in *format.Input, opt format.Options) (format.Reader, error) {
	f := formOf(in.Head.Raw)
	if f == nil {
		return nil, &tillproof.Error{Op: "read", Kind: tillproof.KindUnsupported, Code: codeForm}
	}
	day, err := statedDay(f.records(in.Bytes()))
	if err != nil {
		return nil, err
	}
	r := &reader{opt: opt, form: f, src: f.records(in.Bytes()), day: day}
	r.batch, r.file = &count{}, &count{}
	return r, nil
}
