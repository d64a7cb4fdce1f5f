package ipm

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// Name is the format's name.
const Name = "ipm"

// Formats is the one format of this room.
func Formats() []format.Format {
	return []format.Format{{
		Name: Name, Sides: []tillproof.Side{tillproof.Acquirer}, Sniff: sniff, Open: open,
		Dialects: []string{
			dialect(false, ascii), dialect(true, ascii), dialect(false, cp500), dialect(true, cp500),
		},
	}}
}

// certain is the confidence where the first messages fit to the byte.
const certain = 97

func sniff(h *format.Head) format.Guess {
	blocked, code, n := recognise(h.Raw)
	if n == 0 {
		return format.Guess{}
	}
	return format.Guess{Confidence: certain, Dialect: dialect(blocked, code)}
}

// dialect names how the file is written.
func dialect(blocked bool, code *codePage) string {
	if blocked {
		return code.name + ", 1014"
	}
	return code.name
}

// maxProbe is how many messages of a head are looked at.
const maxProbe = 8

// recognise tries both forms of a file and answers the one under which more messages fit, and how many do.
func recognise(head []byte) (blocked bool, code *codePage, fit int) {
	for _, try := range [...]struct {
		blocked bool
		raw     []byte
	}{{false, head}, {true, unblock(head)}} {
		c, n := chain(try.raw)
		if n > fit {
			blocked, code, fit = try.blocked, c, n
		}
	}
	return blocked, code, fit
}

// chain counts the messages at the front that fit to the byte.
func chain(raw []byte) (code *codePage, fit int) {
	for fit < maxProbe && len(raw) > lengthSize {
		n := lengthOf(raw)
		if n == 0 || n > maxRecord || lengthSize+n > len(raw) {
			break
		}
		m := decode(raw[lengthSize:lengthSize+n], format.Options{})
		if m.code == nil || m.mti[0] != '1' || m.stop != whole {
			break
		}
		code = m.code
		raw = raw[lengthSize+n:]
		fit++
	}
	return code, fit
}

func open(in *format.Input, opt format.Options) (format.Reader, error) {
	blocked, code, n := recognise(in.Head.Raw)
	r := &reader{opt: opt, src: newRecords(in.Bytes(), blocked), told: map[string]bool{}}
	if n > 0 {
		r.dialect = dialect(blocked, code)
	}
	return r, nil
}
