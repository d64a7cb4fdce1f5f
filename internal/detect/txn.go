package detect

import (
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// TxnOf is what the stream sees of a record. Whether it was undone, and whether another side shows it, the
// caller knows. The reference is the caller's name of the row.
func TxnOf(ref int64, r *tillproof.Record) stream.Txn {
	t := stream.Txn{
		Ref: ref, Amount: magnitude(r.Amount.Minor()), Currency: r.Amount.Currency(),
		Kind: r.Kind, Status: r.Status, Entry: r.Entry, Class: r.Card.Kind,
		Merchant: stream.KeyOf(plainNumber(string(r.Refs.Merchant))),
		Category: stream.KeyOf(r.Category), Batch: stream.RefKey(r.Refs.Batch),
		RRN: stream.RefKey(r.Refs.RRN), Auth: stream.RefKey(r.Refs.Auth),
		Order: stream.RefKey(r.Refs.Order), Original: stream.RefKey(r.Refs.Original),
		STAN: stanOf(r.Refs.STAN),
	}
	t.At, t.Timed = moment(r), r.Time.Known()
	if !t.Timed && t.At.Known() && givesBack(r.Kind) {
		t.At += secondsOfDay - 1 // what is undone on a day came before what undoes it
	}
	t.Terminal = terminalKey(r, t.Merchant)
	t.Card, t.Token = cardKeyOf(r)
	copy(t.Mask[:6], r.Card.First[:])
	copy(t.Mask[6:], r.Card.Last[:])
	if len(r.Response) == len(t.Response) {
		copy(t.Response[:], r.Response)
	}
	return t
}

const secondsOfDay = 24 * 3600

func givesBack(k tillproof.RecordKind) bool {
	return k == tillproof.Refund || k == tillproof.Void || k == tillproof.Reversal
}

// shortNumber is below how many characters a terminal's number is that of a till within its shop: the numbers
// that acquirers give have eight, so that one of them at two merchants is one device.
const shortNumber = 6

func terminalKey(r *tillproof.Record, merchant stream.Key) stream.Key {
	name := plainTerminal(r.Refs.Terminal)
	switch {
	case name == "":
		return 0
	case len(name) < shortNumber:
		return stream.KeyWith(merchant, stream.KeyOf(name))
	}
	return stream.KeyOf(name)
}

// cardKeyOf is the key of the payer: the file's own name for it, else the token of the number, else its
// digits; 0 where too few are shown to tell two cards apart.
func cardKeyOf(r *tillproof.Record) (key stream.Key, token bool) {
	switch c := &r.Card; {
	case r.Refs.Customer != "":
		return stream.KeyOf(r.Refs.Customer), false
	case c.Token != 0:
		return stream.KeyWith(stream.Key(c.Token), 1), true
	case c.Last != [4]byte{}:
		var digits [10]byte
		copy(digits[:6], c.First[:])
		copy(digits[6:], c.Last[:])
		return stream.KeyOf(string(digits[:])), false
	}
	return 0, false
}

// plainTerminal is a terminal's number as a workbook may have left it: without noughts in front, in capitals.
func plainTerminal(t tillproof.TerminalID) string {
	return plainNumber(strings.ToUpper(string(t)))
}

// plainNumber is a number without noughts in front, which a workbook takes away.
func plainNumber(s string) string {
	s = strings.TrimSpace(s)
	if plain := strings.TrimLeft(s, "0"); plain != "" {
		return plain
	}
	return s
}

// stanOf is a terminal's count, below 0 where the text is none: ISO 8583 gives it six digits.
func stanOf(s string) int32 {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxCount {
		return -1
	}
	n := int32(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int32(s[i]-'0')
	}
	return n
}

// maxCount is how many digits a count has at most, so that it fits into its number.
const maxCount = 9

// magnitude is an amount without its sign.
func magnitude(minor int64) int64 {
	if minor < 0 {
		return max(-(minor + 1), -minor) // the least number has no positive twin
	}
	return minor
}

// says reports whether a reference is one: files fill the field with noughts where there is none.
func says(ref string) bool { return strings.Trim(ref, "0 -") != "" }
