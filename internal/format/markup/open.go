package markup

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// Path is the first start tags of a head, each inside the one before, at most depth of them. It expands
// nothing and answers none for a text that is no XML.
func Path(head string, depth int) []xml.StartElement {
	head = strings.TrimLeft(head, " \t\r\n\ufeff")
	if !strings.HasPrefix(head, "<") {
		return nil
	}
	var out []xml.StartElement
	dec := newDecoder(strings.NewReader(head))
	for len(out) < depth {
		tok, err := dec.RawToken()
		if err != nil {
			return out
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			out = append(out, tok.Copy())
		case xml.EndElement:
			return out
		}
	}
	return out
}

// Open reads a file as XML. The encoding that its prolog names counts where the bytes did not decide. Errors:
// format.charset for an encoding that nobody knows, and what Input.Text answers.
func Open(in *format.Input) (*Document, error) {
	if name := declared(in.Head.Text); name != "" {
		as, err := in.As(name) // a name that nobody knows stops, whatever the bytes look like
		switch {
		case err != nil:
			return nil, format.Placed(err, tillproof.Place{Line: 1, Field: "encoding"})
		case declarationCounts(in, name):
			in = as
		}
	}
	text, err := in.Text()
	if err != nil {
		return nil, err
	}
	return NewDocument(text), nil
}

// declared is the encoding that the prolog names, "" where it names none.
func declared(head string) string {
	prolog, _, _ := strings.Cut(head, "?>")
	_, rest, found := strings.Cut(prolog, "encoding=")
	if !found || len(rest) < 2 {
		return ""
	}
	name, _, _ := strings.Cut(rest[1:], rest[:1])
	return name
}

// declarationCounts: the prolog decides where the bytes did not. What looked like Chinese is not where the
// prolog names another code page; a prolog that says UTF-8 over Chinese bytes is only wrong.
func declarationCounts(in *format.Input, name string) bool {
	return in.Assumed || in.Charset == format.GB18030 && !strings.EqualFold(name, format.UTF8)
}

func newDecoder(r io.Reader) *xml.Decoder {
	dec := xml.NewDecoder(r)
	// The text is UTF-8 by the time it comes here, whatever the prolog says.
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return dec
}
