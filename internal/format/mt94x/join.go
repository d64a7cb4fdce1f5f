package mt94x

import "github.com/tillproof/tillproof/internal/format"

// joiner puts the pieces of a text together that a bank broke at a fixed width, and counts what it masks.
type joiner struct{ masked int }

// join adds a piece without a blank. A card number that was broken there is whole again, and is masked with
// the text. One that is whole beside the break is masked at once where digits stand on both sides: in the
// run that they make nothing would tell it from the rest.
func (j *joiner) join(text, piece string) string {
	if text == "" || piece == "" || !allDigits(text[len(text)-1:]+piece[:1]) {
		return text + piece
	}
	before, n := format.MaskText(text)
	after, m := format.MaskText(piece)
	j.masked += n + m
	return before + after
}
