package format

import "github.com/tillproof/tillproof"

// Masker masks what becomes part of a record and counts the full card numbers that it met. Readers embed it.
type Masker struct {
	Masked int // for Summary
}

// Text is MaskText, counted: free text, and the references that are too short to be as long as a card number.
func (m *Masker) Text(s string) string {
	s, n := MaskText(s)
	m.Masked += n
	return s
}

// Ref is MaskRef, counted: references that may be long by themselves.
func (m *Masker) Ref(s string) string {
	s, n := MaskRef(s)
	m.Masked += n
	return s
}

// Card is CardOf, counted where the cell showed every digit.
func (m *Masker) Card(cell string, opt Options) (tillproof.Card, error) {
	c, err := CardOf(cell, opt)
	if err == nil && FullCard(cell) {
		m.Masked++
	}
	return c, err
}
