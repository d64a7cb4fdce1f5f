package stream

import (
	"bytes"
	"cmp"
)

// Compare is the written total order of rows: time, then content, sales before what undoes them, then Ref. A
// card's key comes late and not at all where it is made of a token, whose secret may differ from run to run.
func Compare(a, b *Txn) int {
	if c := cmp.Compare(a.At, b.At); c != 0 {
		return c
	}
	if c := compareContent(a, b); c != 0 {
		return c
	}
	return cmp.Compare(a.Ref, b.Ref)
}

func compareContent(a, b *Txn) int {
	c := cmp.Or(
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Terminal, b.Terminal), cmp.Compare(a.STAN, b.STAN),
		cmp.Compare(a.RRN, b.RRN), cmp.Compare(a.Merchant, b.Merchant), cmp.Compare(a.Amount, b.Amount),
		cmp.Compare(a.Status, b.Status), cmp.Compare(a.Entry, b.Entry),
		cmp.Compare(a.Class, b.Class), bytes.Compare(a.Mask[:], b.Mask[:]),
		bytes.Compare(a.Response[:], b.Response[:]), bytes.Compare(a.Currency[:], b.Currency[:]),
		cmp.Compare(a.Batch, b.Batch), cmp.Compare(a.Auth, b.Auth), cmp.Compare(a.Order, b.Order),
		cmp.Compare(a.Original, b.Original), cmp.Compare(a.Category, b.Category),
		cmp.Compare(flags(a), flags(b)),
	)
	if c != 0 || a.Token || b.Token {
		return c
	}
	return cmp.Compare(a.Card, b.Card)
}

// flags are the yes-or-no fields as the bits of one number.
func flags(t *Txn) byte {
	var f byte
	for i, b := range [...]bool{t.Timed, t.Undone, t.Aside, t.Token} {
		if b {
			f |= 1 << i
		}
	}
	return f
}
