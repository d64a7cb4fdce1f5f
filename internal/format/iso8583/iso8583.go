package iso8583

import (
	"bytes"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// Name is the format's name.
const Name = "iso8583"

// jpos is the dialect of the XML that jPOS writes.
const jpos = "jpos"

// Formats is the one format of this room.
func Formats() []format.Format {
	f := format.Format{
		Name: Name, Sides: []tillproof.Side{tillproof.Terminal, tillproof.Acquirer}, Sniff: sniff, Open: open,
	}
	for _, l := range layouts() {
		f.Dialects = append(f.Dialects, l.name)
	}
	f.Dialects = append(f.Dialects, jpos)
	return []format.Format{f}
}

// sniff looks for messages that fit to the byte.
func sniff(h *format.Head) format.Guess {
	p := planOf(h)
	g := format.Guess{Confidence: p.sure}
	if p.layout != nil {
		g.Dialect = p.layout.name
	}
	return g
}

// planOf is how the file is written.
func planOf(h *format.Head) plan {
	if path := markup.Path(h.Text, 1); len(path) > 0 {
		if strings.Contains(h.Text, "<isomsg") {
			return plan{shape: byXML, sure: 95}
		}
		return plan{}
	}
	best := planBytes(h.Raw, h.Whole)
	if h.Text == "" || best.sure > 90 && best.length != noLength {
		return best
	}
	raw := h.Raw
	switch h.Charset {
	case format.UTF16LE, format.UTF16BE:
		raw = []byte(h.Text)
	}
	// Messages that stand one on a line read alike in both ways, until a line comes that is none.
	if p := planLines(raw); p.sure >= best.sure || p.sure >= sureLines && bytes.IndexByte(raw, '\n') >= 0 {
		return p
	}
	return best
}

// open reads the file as its head shows it. Files that look like nothing are read line by line: the user has
// named the format.
func open(in *format.Input, opt format.Options) (format.Reader, error) {
	p := planOf(&in.Head)
	if p.sure == 0 {
		p.shape = byLines
	}
	start, err := firstDay(in, p, opt)
	if err != nil {
		return nil, err
	}
	src, err := newSource(in, p, opt)
	if err != nil {
		return nil, err
	}
	r := &reader{
		opt: opt, src: src, pairs: newPairing(), clock: start, batches: newBatches(), outcomes: newOutcomes(),
		told: map[string]bool{},
	}
	switch {
	case p.layout != nil:
		r.layout = p.layout.name
	case p.shape == byXML:
		r.layout = jpos
	}
	return r, nil
}

// firstDay looks for the first day that tells a year: messages before it have to know it too.
func firstDay(in *format.Input, p plan, opt format.Options) (*clock, error) {
	c := newClock(opt.Year)
	if c.anchor.Known() {
		return c, nil
	}
	opt.Token = nil
	src, err := newSource(in, p, opt)
	for err == nil && !c.anchor.Known() {
		var m message
		m, err = src.next()
		c.see(m.stamp, m.stampBy, &m)
	}
	return c, nil // what goes wrong goes wrong again where it is reported
}
