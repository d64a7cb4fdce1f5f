package mrx

import (
	"encoding/xml"
	"errors"
	"io"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// root is the element that such a file is made of.
const root = "merchantReconciliationXML"

// certain is the confidence where the file's own element is there.
const certain = 100

// Format is the merchant reconciliation file.
func Format() format.Format {
	return format.Format{
		Name: "mrx", Sides: []tillproof.Side{tillproof.Acquirer}, Open: open,
		Sniff: func(h *format.Head) format.Guess {
			if p := markup.Path(h.Text, 1); len(p) == 1 && p[0].Name.Local == root {
				return format.Guess{Confidence: certain}
			}
			return format.Guess{}
		},
	}
}

// open reads the file once for what stands behind the transactions (the payment's number and day, the
// contract's number), and once for the transactions themselves.
func open(in *format.Input, opt format.Options) (format.Reader, error) {
	doc, err := markup.Open(in)
	if err != nil {
		return nil, err
	}
	r := &reader{opt: opt, payment: -1, contract: -1, from: tillproof.NoDate, to: tillproof.NoDate}
	if err := r.frame.survey(doc); err != nil {
		if markup.BreaksOff(err) == nil {
			return nil, err // what breaks off is told when the second reading comes there
		}
	}
	r.doc, err = markup.Open(in)
	return r, err
}

// frame is what the file says around its transactions, in the order of the file.
type frame struct {
	payments  []payment
	contracts []string // numbers of the merchant's contracts
}

type payment struct {
	number     string
	day, value tillproof.Date
}

// maxParts bounds what is kept of payments and contracts: a year of days for each of a thousand shops.
const maxParts = 400_000

// survey reads the whole document for its frame.
func (f *frame) survey(doc *markup.Document) error {
	var text []byte
	for {
		tok, err := doc.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			text = text[:0]
			switch tok.Name.Local {
			case "payment":
				f.payments = append(f.payments, payment{day: tillproof.NoDate, value: tillproof.NoDate})
			case "contract":
				f.contracts = append(f.contracts, "")
			case "sumSlip", "sum":
				err = doc.Skip()
			}
			if err == nil && len(f.payments)+len(f.contracts) > maxParts {
				err = doc.TooLarge("payments", maxParts)
			}
			if err != nil {
				return err
			}
		case xml.CharData:
			text = append(text[:0], tok...)
		case xml.EndElement:
			f.take(tok.Name.Local, string(text))
			text = text[:0]
		}
	}
}

// take keeps the leaves that the transactions need.
func (f *frame) take(name, text string) {
	if n := len(f.contracts); name == "extVPNo" && n > 0 {
		f.contracts[n-1] = text
	}
	n := len(f.payments)
	if n == 0 {
		return
	}
	p := &f.payments[n-1]
	switch name {
	case "paymentNo":
		p.number = text
	case "paymentDate":
		p.day = dayOf(text)
	case "valueDate":
		p.value = dayOf(text)
	}
}

func dayOf(s string) tillproof.Date {
	d, err := tillproof.ParseDate(s)
	if err != nil {
		return tillproof.NoDate
	}
	return d
}
