package camt

import (
	"encoding/xml"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
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

// versions are those that ISO 20022 has published; camt reads any by the same names.
var versions = [...]string{
	"001.01", "001.02", "001.03", "001.04", "001.05", "001.06", "001.07", "001.08", "001.09", "001.10",
	"001.11", "001.12", "001.13",
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
			Sides: []tillproof.Side{tillproof.Bank}, Dialects: versions[:],
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

// rootOf is the element under Document and its namespace.
func rootOf(head string) (name, space string, ok bool) {
	top := markup.Path(head, 2)
	if len(top) < 2 || top[0].Name.Local != "Document" {
		return "", "", false
	}
	return top[1].Name.Local, namespace(top[0]), true
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

func open(in *format.Input, opt format.Options, m message) (format.Reader, error) {
	doc, err := markup.Open(in)
	if err != nil {
		return nil, err
	}
	_, space, _ := rootOf(in.Head.Text)
	r := &reader{msg: m, opt: opt, doc: doc, dialect: version(space)}
	r.from, r.to = tillproof.NoDate, tillproof.NoDate
	return r, nil
}
