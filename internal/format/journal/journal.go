package journal

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// name is the format's name.
const name = "journal"

// Formats is the one format of this room; its dialects are the profiles.
func Formats() []format.Format {
	all := profiles()
	f := format.Format{
		Name: name, Sides: []tillproof.Side{tillproof.Terminal},
		Sniff: func(h *format.Head) format.Guess { return sniff(h, all) },
		Open: func(in *format.Input, opt format.Options) (format.Reader, error) {
			return open(in, opt, all)
		},
	}
	for _, p := range all {
		f.Profiles = append(f.Profiles, p.name)
	}
	f.Dialects = f.Profiles
	return []format.Format{f}
}

// certain is the confidence where every line of a profile's signature is in the head.
const certain = 90

func sniff(h *format.Head, all []*profile) format.Guess {
	for _, p := range all {
		if p.signs(h.Text) {
			return format.Guess{Confidence: certain, Dialect: p.name}
		}
	}
	return format.Guess{}
}

func (p *profile) signs(text string) bool {
	for _, s := range p.signature {
		if !s.MatchString(text) {
			return false
		}
	}
	return true
}

func open(in *format.Input, opt format.Options, all []*profile) (format.Reader, error) {
	var p *profile
	for _, q := range all {
		if q.name == opt.Profile || p == nil && q.signs(in.Head.Text) {
			p = q
		}
	}
	if p == nil {
		return nil, &tillproof.Error{
			Op: "read", Kind: tillproof.KindUnsupported, Code: "format.journal.profile",
		}
	}
	shown := evidence{}
	if p.dates == format.AnyOrder && opt.Dates == format.AnyOrder {
		text, err := in.Text()
		if err != nil {
			return nil, err
		}
		if shown, err = p.look(format.NewLines(text)); err != nil {
			return nil, err
		}
	}
	text, err := in.Text()
	if err != nil {
		return nil, err
	}
	r := newReader(format.NewLines(text), opt, p)
	r.shown = shown
	switch {
	case opt.Dates != format.AnyOrder:
		r.order = opt.Dates
	case p.dates != format.AnyOrder:
		r.order = p.dates
	default:
		r.order = shown.order()
	}
	return r, nil
}
