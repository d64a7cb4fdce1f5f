package iso8583

import (
	"strings"

	"github.com/tillproof/tillproof"
)

// nature is what a transaction is and how it moves the merchant's money.
type nature struct {
	kind tillproof.RecordKind
	sign int64 // +1 comes in, -1 goes out
	idle bool  // it moves nothing: a pre-authorisation, a changed tip
	asks bool  // it happens only when the host says yes, although its type is that of an advice
}

// natureOf reads message type, processing code and, at UnionPay terminals, the transaction type of element
// 60. It answers false for an inquiry, which is no transaction, and known = false for a code that nobody but
// the host understands.
func natureOf(x *exchange, unionpay bool) (n nature, isOne, known bool) {
	n, isOne, known = byProcessing(head(x.value(3), 2))
	if t, ok := pointOfSale[head(x.value(60), 2)]; ok && unionpay {
		n, isOne, known = t, t.kind != tillproof.NoKind, true
	}
	class := x.first().class()
	if class == '1' && n.kind == tillproof.Sale {
		n.kind, n.idle = tillproof.PreAuth, true
	}
	if class == '4' {
		n.kind, n.sign = tillproof.Reversal, -n.sign
	}
	return n, isOne, known
}

// byProcessing reads the first two digits of the processing code (ISO 8583:1987, element 3): 0x and 1x
// debit the cardholder, 2x credit, 3x ask, 5x pay.
func byProcessing(code string) (n nature, isOne, known bool) {
	switch {
	case len(code) < 2:
		return nature{}, true, false
	case code == "02":
		return nature{kind: tillproof.Void, sign: -1}, true, true
	case code == "03":
		return nature{kind: tillproof.PreAuth, sign: 1, idle: true}, true, true
	case code[0] == '0', code[0] == '1', code[0] == '5':
		return nature{kind: tillproof.Sale, sign: 1}, true, true
	case code[0] == '2':
		return nature{kind: tillproof.Refund, sign: -1}, true, true
	case code[0] == '3':
		return nature{}, false, true
	}
	return nature{}, true, false
}

// pointOfSale are the transaction types of UnionPay terminals: the first two digits of element 60.
var pointOfSale = map[string]nature{
	"01": {},
	"10": {kind: tillproof.PreAuth, sign: 1, idle: true},
	"11": {kind: tillproof.Void, sign: -1, idle: true}, // of a pre-authorisation
	"20": {kind: tillproof.Completion, sign: 1},
	"21": {kind: tillproof.Void, sign: -1}, // of a completion
	"22": {kind: tillproof.Sale, sign: 1},
	"23": {kind: tillproof.Void, sign: -1},
	"24": {kind: tillproof.Completion, sign: 1}, // told afterwards
	"25": {kind: tillproof.Refund, sign: -1, asks: true},
	"30": {kind: tillproof.Sale, sign: 1},                   // made offline
	"32": {kind: tillproof.Adjustment, sign: 1, idle: true}, // of an offline sale: the new amount
	"34": {kind: tillproof.Adjustment, sign: 1, idle: true}, // the same, with a tip
}

// outcome is the response code and what it means. A request without an answer has no known outcome; an advice
// tells of what has happened.
func outcome(x *exchange, n nature) (code string, s tillproof.RecordStatus, known bool) {
	s, known = tillproof.UnknownOutcome, true
	first := x.first()
	if told := x.asked(39); told != "" && first.isAdvice() && first.class() != '4' {
		if s, known = meaning(told); s == tillproof.Declined { // the terminal itself said no
			return told, s, known
		}
		s, known = tillproof.UnknownOutcome, true
	}
	switch {
	case x.answer != nil && x.answer.value[39] != "":
		code = strings.TrimSpace(x.answer.value[39])
		s, known = meaning(code)
	case x.answer == nil && first.isAdvice() && !n.asks:
		s = tillproof.Posted
	}
	if s == tillproof.Posted && n.idle {
		s = tillproof.Neutral
	}
	return code, s, known
}

// The response codes of element 39, as UnionPay reads them and, where it is silent, ISO 8583:1987. A code
// that is not here is not guessed: its outcome is unknown.
const (
	approvedCodes = " 00 10 11 A2 A4 A5 A6 Y1 Y3 "
	unknownCodes  = " 68 91 96 98 "
	declinedCodes = " 01 02 03 04 05 07 12 13 14 15 19 21 22 25 30 31 33 34 35 36 37 38 39 40 41 42 43 44 " +
		"45 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 75 90 92 93 94 97 99 A0 A7 Z1 Z3 "
)

// meaning is what a response code says of the outcome. The 1993 edition has action codes of three digits:
// 0xx approved, 1xx and 2xx declined.
func meaning(code string) (s tillproof.RecordStatus, known bool) {
	in := func(list string) bool { return strings.Contains(list, " "+code+" ") }
	switch {
	case len(code) == 3 && code[0] == '0':
		return tillproof.Posted, true
	case len(code) == 3 && (code[0] == '1' || code[0] == '2'):
		return tillproof.Declined, true
	case len(code) != 2:
		return tillproof.UnknownOutcome, false
	case in(approvedCodes):
		return tillproof.Posted, true
	case in(declinedCodes):
		return tillproof.Declined, true
	}
	return tillproof.UnknownOutcome, in(unknownCodes)
}

// entryOf reads how the card was read: the first two digits of element 22.
func entryOf(code string) tillproof.EntryMode {
	switch head(code, 2) {
	case "01":
		return tillproof.EntryKeyed
	case "02", "90":
		return tillproof.EntryMagstripe
	case "03", "04":
		return tillproof.EntryQR
	case "05", "95":
		return tillproof.EntryChip
	case "07", "91", "98":
		return tillproof.EntryContactless
	case "80":
		return tillproof.EntryFallback
	}
	return tillproof.EntryUnknown
}
