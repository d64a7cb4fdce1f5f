package format

import "github.com/tillproof/tillproof"

// CardToken is the keyed hash of a full card number that a file showed, by the place of its record.
type CardToken struct {
	Record int32  // ordinal of the record in the file, from 0
	Child  int32  // ordinal among the record's children, -1: its own
	Token  uint64 // as Options.Token answered
}

// Tokens are those of a file, in its order. They belong to a copy of it in which the numbers are masked: read
// with them (Options.Tokens) its cards are known again as those of the file are.
type Tokens []CardToken

// of adds those of a record.
func (t Tokens) of(record int32, r *tillproof.Record) Tokens {
	if r.Card.Token != 0 {
		t = append(t, CardToken{record, -1, r.Card.Token})
	}
	for i := range r.Children {
		if token := r.Children[i].Card.Token; token != 0 {
			t = append(t, CardToken{record, int32(i), token})
		}
	}
	return t
}

// give puts the tokens of a record into it and answers those of the records behind it. A token beyond what
// the record has is left out.
func (t Tokens) give(record int32, r *tillproof.Record) Tokens {
	for len(t) > 0 && t[0].Record <= record {
		at := t[0]
		t = t[1:]
		switch {
		case at.Record < record:
		case at.Child < 0:
			r.Card.Token = at.Token
		case int(at.Child) < len(r.Children):
			r.Children[at.Child].Card.Token = at.Token
		}
	}
	return t
}
