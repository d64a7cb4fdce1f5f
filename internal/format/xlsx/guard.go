package xlsx

import (
	"io"

	"github.com/tillproof/tillproof"
)

// maxToken is the longest tag, text or comment of a part. The XML reader holds one whole in memory, so the
// bound stands before it.
const maxToken = 1 << 20

// guard passes XML on and fails where a single token grows beyond maxToken.
type guard struct {
	src  io.Reader
	part string
	size int     // bytes of the current token
	kind special // of the current token
	last [3]byte // the bytes before this one, the newest last
}

// special are the tokens in which < and > are plain characters.
type special uint8

const (
	notSpecial  special = iota
	opening             // "<" was read, or "<!" or "<!-": what follows decides
	comment             // ends with -->
	cdata               // ends with ]]>
	instruction         // ends with ?>
	directive           // a document type: refused by the reader of tokens, so its end need not be known
)

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.src.Read(p)
	for _, c := range p[:n] {
		g.step(c)
		if g.size > maxToken {
			return 0, failure(tillproof.KindTooLarge, "format.xlsx.size", tillproof.Params{"part": g.part})
		}
	}
	return n, err
}

func (g *guard) step(c byte) {
	g.size++
	before, prev := g.last[1], g.last[2]
	switch g.kind {
	case notSpecial:
		if c == '<' {
			g.size, g.kind = 1, opening
		}
	case opening:
		g.open(c, before, prev)
	case comment:
		g.end(c == '>' && prev == '-' && before == '-' && g.size > len("<!-->"))
	case cdata:
		g.end(c == '>' && prev == ']' && before == ']')
	case instruction:
		g.end(c == '>' && prev == '?' && g.size > len("<?>"))
	}
	g.last = [3]byte{before, prev, c}
}

// open tells the kinds of token apart by their first characters.
func (g *guard) open(c, before, prev byte) {
	switch {
	case prev == '<' && c == '?':
		g.kind = instruction
	case prev == '<' && c == '!':
	case prev == '!' && before == '<' && c == '-':
	case prev == '!' && before == '<' && c == '[':
		g.kind = cdata
	case prev == '-' && before == '!' && c == '-':
		g.kind = comment
	case prev == '<':
		g.kind = notSpecial
	default:
		g.kind = directive
	}
}

func (g *guard) end(yes bool) {
	if yes {
		g.size, g.kind = 0, notSpecial
	}
}
