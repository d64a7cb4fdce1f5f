package ctf

import "github.com/tillproof/tillproof"

// The records around the transactions.
const (
	fileHeader   = "90"
	batchTrailer = "91"
	fileTrailer  = "92"
)

// nature is what a transaction is, how it moves the merchant's money, and whether the issuer sent it.
type nature struct {
	kind   tillproof.RecordKind
	sign   int64
	issuer bool
}

// natures are the transaction codes that are read: a sale, a credit and a cash advance, then the same charged
// back, reversed, and the chargeback reversed. Other codes are fees between members, money transfers and
// texts.
var natures = map[string]nature{
	"05": {tillproof.Sale, 1, false}, "06": {tillproof.Refund, -1, false}, "07": {tillproof.Sale, 1, false},
	"15": {tillproof.Chargeback, -1, true}, "16": {tillproof.Chargeback, 1, true},
	"17": {tillproof.Chargeback, -1, true},
	"25": {tillproof.Reversal, -1, false}, "26": {tillproof.Reversal, 1, false},
	"27": {tillproof.Reversal, -1, false},
	"35": {tillproof.ChargebackReversal, 1, true}, "36": {tillproof.ChargebackReversal, -1, true},
	"37": {tillproof.ChargebackReversal, 1, true},
}

// presentedAgain is the usage code of a sale that is sent again after a chargeback.
const presentedAgain = "2"

// natureOf is that of a transaction; one that is presented again undoes its chargeback.
func natureOf(r record) nature {
	n := natures[r.code()]
	if !n.issuer && n.kind != tillproof.Reversal && r.at(147, 147) == presentedAgain {
		n.kind = tillproof.ChargebackReversal
	}
	return n
}

// undoes reports a kind that takes another transaction back.
func undoes(k tillproof.RecordKind) bool {
	return k == tillproof.Chargeback || k == tillproof.ChargebackReversal || k == tillproof.Reversal
}

// entryModes is data element 22, its first two digits.
var entryModes = map[string]tillproof.EntryMode{
	"01": tillproof.EntryKeyed, "02": tillproof.EntryMagstripe, "90": tillproof.EntryMagstripe,
	"03": tillproof.EntryQR, "05": tillproof.EntryChip, "07": tillproof.EntryContactless,
	"91": tillproof.EntryContactless,
}
