package iso8583

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// xmlSource reads the XML that jPOS writes: messages by themselves, or inside the events of its log.
type xmlSource struct {
	doc   *markup.Document
	opt   format.Options
	stamp string
	n     int
}

// newXMLSource opens the document.
func newXMLSource(in *format.Input, opt format.Options) (source, error) {
	doc, err := markup.Open(in)
	if err != nil {
		return nil, err
	}
	return &xmlSource{doc: doc, opt: opt}, nil
}

func (s *xmlSource) next() (message, error) {
	for {
		line, col := s.doc.Pos()
		tok, err := s.doc.Next()
		if err != nil {
			return message{}, s.end(err)
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if start.Name.Local != "isomsg" {
			s.day(start)
			continue
		}
		node, err := s.doc.Read(start, line, col)
		if err != nil {
			return message{}, s.end(err)
		}
		s.n++
		m := fromNode(node, s.opt)
		m.n, m.line = s.n, line
		if m.stamp == "" {
			m.stamp, m.stampBy = s.stamp, byLog
		}
		return m, nil
	}
}

// end turns a document that breaks off into an issue; what came before it was read.
func (s *xmlSource) end(err error) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	if bad := markup.BreaksOff(err); bad != nil {
		return bad
	}
	return err
}

// written is a day as Java writes it: "Thu May 07 08:14:54 UYT 2015".
var written = regexp.MustCompile(`\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ([0-3][0-9]) .*\b(20[0-9][0-9])`)

const monthNames = "JanFebMarAprMayJunJulAugSepOctNovDec"

// day keeps the day of an event of the log.
func (s *xmlSource) day(e xml.StartElement) {
	for _, a := range e.Attr {
		if a.Name.Local != "at" {
			continue
		}
		if d := dated.FindStringSubmatch(a.Value); d != nil {
			s.stamp = d[1] + d[2] + d[3]
		} else if d := written.FindStringSubmatch(a.Value); d != nil {
			month := strconv.Itoa(101 + strings.Index(monthNames, d[1])/3)[1:]
			s.stamp = d[3] + month + d[2]
		}
	}
}

// fromNode takes over the fields of a message. One that is no number of an element, or no card number where
// one belongs, is where it stops.
func fromNode(node *markup.Node, opt format.Options) message {
	m := message{stop: whole}
	for _, f := range node.Kids {
		id, err := strconv.Atoi(f.Attr("id"))
		if err != nil || id < 0 || id > elements {
			continue
		}
		if id == 0 {
			m.mti = f.Attr("value")
			continue
		}
		m.has[id] = true
		if unread(id) || f.Name != "field" { // a message within the message is the host's own affair
			continue
		}
		if !m.keep(id, f.Attr("value"), opt) && m.stop == whole {
			m.stop = id
		}
	}
	if !plausible(m.mti) {
		m.mti, m.stop = "", 0
	}
	return m
}
