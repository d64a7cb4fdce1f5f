package camt

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// message is one of the three messages, known by the element under Document.
type message struct {
	name      string // of the format
	root      string // the element under Document
	statement string // the element of one account's part
}

var messages = [...]message{
	{"camt.052", "BkToCstmrAcctRpt", "Rpt"},
	{"camt.053", "BkToCstmrStmt", "Stmt"},
	{"camt.054", "BkToCstmrDbtCdtNtfctn", "Ntfctn"},
}

// isRoot reports whether an element is the message's own. The first versions wrote their version behind the
// name.
func (m message) isRoot(name string) bool {
	rest, found := strings.CutPrefix(name, m.root)
	return found && (rest == "" || strings.HasPrefix(rest, "V"))
}

// Formats are the three messages. A file with another root is none of theirs.
func Formats() []format.Format {
	out := make([]format.Format, 0, len(messages))
	for _, m := range messages {
		out = append(out, format.Format{
			Name:  m.name,
			Sides: []tillproof.Side{tillproof.Bank},
			Sniff: func(h *format.Head) format.Guess { return sniff(h, m) },
			Open: func(in *format.Input, opt format.Options) (format.Reader, error) {
				return open(in, opt, m)
			},
		})
	}
	return out
}

// certain is the confidence where Document and the message's own element are both there.
const certain = 100

func sniff(h *format.Head, m message) format.Guess {
	root, space, ok := rootOf(h.Text)
	if !ok || !m.isRoot(root) {
		return format.Guess{}
	}
	return format.Guess{Confidence: certain, Dialect: version(space)}
}

// rootOf is the element under Document and its namespace. It reads the head only and expands nothing.
func rootOf(head string) (name, space string, ok bool) {
	if !strings.HasPrefix(strings.TrimSpace(head), "<") {
		return "", "", false
	}
	dec := newDecoder(strings.NewReader(head))
	for depth := 0; depth < 2; {
		tok, err := dec.RawToken()
		if err != nil {
			return "", "", false
		}
		start, isStart := tok.(xml.StartElement)
		switch {
		case !isStart:
		case depth == 0 && start.Name.Local != "Document":
			return "", "", false
		case depth == 0:
			space = namespace(start)
			depth++
		default:
			return start.Name.Local, space, true
		}
	}
	return "", "", false
}

// namespace is the message's namespace as the Document element declares it.
func namespace(e xml.StartElement) string {
	for _, a := range e.Attr {
		isSpace := a.Name.Local == "xmlns" || a.Name.Space == "xmlns"
		if isSpace && strings.Contains(a.Value, ":camt.") {
			return a.Value
		}
	}
	return ""
}

// version is the end of a namespace: "001.08" of urn:iso:std:iso:20022:tech:xsd:camt.053.001.08.
func version(space string) string {
	_, v, _ := strings.Cut(space, ":camt.")
	if len(v) > len("053.") && len(v) <= len("053.001.08")+2 {
		return v[len("053."):]
	}
	return ""
}

func newDecoder(r io.Reader) *xml.Decoder {
	dec := xml.NewDecoder(r)
	// The text is UTF-8 by the time it comes here, whatever the prolog says.
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return dec
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

func open(in *format.Input, opt format.Options, m message) (format.Reader, error) {
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
	_, space, _ := rootOf(in.Head.Text)
	r := &reader{msg: m, opt: opt, doc: newDocument(text), dialect: version(space)}
	r.from, r.to = tillproof.NoDate, tillproof.NoDate
	return r, nil
}
