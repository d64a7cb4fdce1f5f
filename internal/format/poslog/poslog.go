package poslog

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// certain is the confidence where the file's own element is there.
const certain = 100

// Format is the POSLog, whatever its version and vendor: elements are found by their local names.
func Format() format.Format {
	return format.Format{
		Name: "poslog", Sides: []tillproof.Side{tillproof.Terminal}, Open: open,
		Sniff: func(h *format.Head) format.Guess {
			if p := markup.Path(h.Text, 1); len(p) == 1 && p[0].Name.Local == "POSLog" {
				return format.Guess{Confidence: certain}
			}
			return format.Guess{}
		},
	}
}

func open(in *format.Input, opt format.Options) (format.Reader, error) {
	doc, err := markup.Open(in)
	if err != nil {
		return nil, err
	}
	return &reader{opt: opt, doc: doc}, nil
}
