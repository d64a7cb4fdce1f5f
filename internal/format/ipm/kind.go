package ipm

import "github.com/tillproof/tillproof"

// The message types of clearing, and the functions (element 24) that matter.
const (
	presentment = "1240"
	chargeback  = "1442"
	control     = "1644"
	feeMessage  = "1740"

	header        = "697"
	trailer       = "695"
	secondFull    = "205"
	secondPartial = "282"
	messageReject = "691"
	fileReject    = "699"
)

// nature is what a message is and how it moves the merchant's money.
type nature struct {
	kind tillproof.RecordKind
	sign int64
}

// natureOf reads message type, function and processing code; false for a code that is not known. A message
// with the reversal mark takes back what it describes.
func natureOf(m *message) (n nature, ok bool) {
	base, ok := direction(m.value[3])
	if !ok {
		return nature{}, false
	}
	function := m.value[24]
	switch {
	case m.mti == feeMessage:
		n = nature{tillproof.Fee, -base}
	case m.mti == chargeback:
		n = nature{tillproof.Chargeback, -base}
	case m.mti == presentment && (function == secondFull || function == secondPartial):
		n = nature{tillproof.ChargebackReversal, base}
	case base > 0:
		n = nature{tillproof.Sale, base}
	default:
		n = nature{tillproof.Refund, base}
	}
	if mark := m.private[reversalMark]; mark != "" && mark[0] == 'R' {
		n.sign = -n.sign
		switch n.kind {
		case tillproof.Chargeback:
			n.kind = tillproof.ChargebackReversal
		case tillproof.Fee:
		default:
			n.kind = tillproof.Reversal
		}
	}
	return n, true
}

// direction reads the first two digits of the processing code: 0x and 1x debit the cardholder, which the
// merchant receives; 2x credit the cardholder. Of fees 19 collects from whoever receives the file, 29 pays.
func direction(code string) (sign int64, ok bool) {
	if len(code) < 2 {
		return 0, false
	}
	switch code[0] {
	case '0', '1':
		return 1, true
	case '2':
		return -1, true
	}
	return 0, false
}
