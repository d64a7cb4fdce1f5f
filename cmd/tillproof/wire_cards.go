package main

import (
	"io"

	"github.com/tillproof/tillproof/internal/synth/cards"
)

// cardRows makes labelled card transactions.
func cardRows(w io.Writer, f *cardsFlags) error {
	return cards.Write(w, cards.Options{Seed: f.seed, Cards: f.cards, Days: f.days, Wide: f.wide})
}
