package unionpay

import (
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// certain is the confidence where the blanks and digits of a line stand where only such files have them.
const certain = 97

// Format is UnionPay's files of fixed width.
func Format() format.Format {
	var names, dialects []string
	for i := range layouts {
		dialects = append(dialects, layouts[i].name)
		names = append(names, "unionpay_"+layouts[i].name)
	}
	return format.Format{
		Name: "unionpay", Sides: []tillproof.Side{tillproof.Acquirer}, Sniff: sniff, Open: open,
		Profiles: names, Dialects: dialects,
	}
}

func sniff(h *format.Head) format.Guess {
	l := layoutOf(h.Text)
	if l == nil {
		return format.Guess{}
	}
	return format.Guess{Confidence: certain, Dialect: l.name}
}

// looked is how many lines are looked at: a file may begin with a line that is none of its transactions.
const looked = 3

func layoutOf(text string) *layout {
	seen := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(strings.TrimLeft(line, "\ufeff"), "\r\n")
		if strings.TrimSpace(line) == "" {
			continue
		}
		for i := range layouts {
			if f, bad := layouts[i].cut(line); bad == 0 && layouts[i].shaped(f) {
				return &layouts[i]
			}
		}
		if seen++; seen == looked {
			break
		}
	}
	return nil
}

// open reads such a file. Errors: format.unionpay.layout where a forced file is none, and what Input.Text
// answers.
func open(in *format.Input, opt format.Options) (format.Reader, error) {
	if in.Assumed { // a name or two do not show that the text is Chinese
		var err error
		if in, err = in.As(format.GB18030); err != nil {
			return nil, err
		}
	}
	l := layoutOf(in.Head.Text)
	for i := range layouts {
		if opt.Profile == "unionpay_"+layouts[i].name {
			l = &layouts[i]
		}
	}
	if l == nil {
		return nil, &tillproof.Error{
			Op: "read", Kind: tillproof.KindUnsupported, Code: "format.unionpay.layout",
		}
	}
	text, err := in.Text()
	if err != nil {
		return nil, err
	}
	return &reader{
		layout: l, opt: opt, lines: format.NewLines(text), codes: meanings(), fileDay: dayOfName(in.Name),
	}, nil
}
