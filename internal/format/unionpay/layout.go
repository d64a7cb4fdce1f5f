package unionpay

import (
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// layout is one of the fixed-width files: fields of a number of bytes, one blank between two.
type layout struct {
	name  string
	width []int
	least int // fields that a line must have; what follows is reserve, and may be cut off with its blanks
}

// The fields of a merchant's file of transactions (ZM), numbered from 0.
const (
	zmCode = iota
	zmAcquirer
	zmSender
	zmTrace
	zmTime
	zmCard
	zmAmount
	zmMCC
	zmDevice
	zmQuery
	zmOldPay
	zmOrder
	zmCardKind
	zmOldTrace
	zmOldTime
	zmFee
	zmNet
	zmPayMode
	zmGroup
	zmType
	zmSubType
	zmProduct
	zmAccount
	zmBillType
	zmBill
	zmInteraction
	zmOldQuery
	zmMerchant
	zmSplit
	zmSubMerchant
	zmSubName
	zmSubAmount
	zmSubNet
	zmTerminal
	zmText
	zmDiscount
	zmInvoice
	zmInstalments // the last field that is always filled
)

// The fields of a merchant's file of errors and adjustments (ZME).
const (
	zmeCode  = 0
	zmeTrace = 3
	zmeTime  = 4
	zmeCard  = 5
	zmeOld   = 10
	zmeWhy   = 12
	zmeFee   = 14
	zmeNet   = 15
	zmeShop  = 16
)

// The fields of an institution's file of acquired transactions (ACOM).
const (
	acomAcquirer  = 0
	acomSender    = 1
	acomTrace     = 2
	acomTime      = 3
	acomCard      = 4
	acomAmount    = 5
	acomMTI       = 8
	acomCode      = 9
	acomTerminal  = 11
	acomMerchant  = 12
	acomRRN       = 13
	acomCondition = 14
	acomAuth      = 15
	acomOldTrace  = 17
	acomResponse  = 18
	acomEntry     = 19
	acomOldTime   = 27
)

// layouts are the files that are read, by the widths of their fields.
var layouts = [...]layout{
	{name: "zm", least: zmInstalments + 1, width: []int{
		3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15,
		1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 32,
	}},
	{name: "zme", least: zmeShop + 1, width: []int{
		3, 11, 11, 6, 10, 19, 12, 4, 2, 2, 6, 10, 4, 12, 13, 13, 15, 15, 1, 12, 2,
	}},
	{name: "acom", least: acomOldTime + 1, width: []int{
		11, 11, 6, 10, 19, 12, 12, 12, 4, 6, 4, 8, 15, 12, 2, 6, 11, 6, 2, 3, 12, 12, 12, 1, 3, 1, 1, 10,
		11, 1, 2, 2, 12,
	}},
}

// cut splits a line. The widths count bytes of a Chinese code page, so a text of another encoding is brought
// into it first. The second answer is the byte (from 1) at which a blank between two fields is missing, or at
// which the line ends too soon; 0 for a line that is right.
func (l *layout) cut(line string) (fields []string, bad int) {
	raw := toBytes(line)
	at := 0
	for i, w := range l.width {
		if at > 0 && at <= len(raw) && raw[at-1] != ' ' {
			return nil, at
		}
		if at+w > len(raw) {
			if i < l.least {
				return nil, len(raw) + 1
			}
			break
		}
		fields = append(fields, strings.TrimSpace(fromBytes(raw[at:at+w])))
		at += w + 1
	}
	for len(fields) < len(l.width) {
		fields = append(fields, "")
	}
	return fields, 0
}

// toBytes is a text in the code page in which its fields are measured. A character that could not be read was
// one byte.
func toBytes(s string) []byte {
	if isASCII(s) {
		return []byte(s)
	}
	s = strings.ReplaceAll(s, "\ufffd", "?")
	raw, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		return []byte(s)
	}
	return []byte(raw)
}

func fromBytes(b []byte) string {
	if isASCII(string(b)) {
		return string(b)
	}
	s, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return string(s)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// shaped reports whether fields look like the layout's own: what only a file of this kind has at these
// places.
func (l *layout) shaped(f []string) bool {
	switch l.name {
	case "zm":
		return tradeCode(f[zmCode]) && isDigits(f[zmTrace]) && isMoment(f[zmTime]) && isAmount(f[zmAmount]) &&
			isMarked(f[zmFee]) && isMarked(f[zmNet])
	case "zme":
		return tradeCode(f[zmeCode]) && isDigits(f[zmeTrace]) && isMoment(f[zmeTime]) &&
			isAmount(f[zmAmount]) && isMarked(f[zmeFee]) && isMarked(f[zmeNet])
	}
	return isDigits(f[acomTrace]) && isMoment(f[acomTime]) && isAmount(f[acomAmount]) &&
		len(f[acomMTI]) == 4 && f[acomMTI][0] == '0' && isDigits(f[acomMTI]) && isDigits(f[acomCode])
}

// tradeCode is a letter and two digits.
func tradeCode(s string) bool {
	return len(s) == 3 && s[0] >= 'A' && s[0] <= 'Z' && isDigits(s[1:])
}

// isAmount is 12 digits of fen.
func isAmount(s string) bool { return len(s) == 12 && isDigits(s) }

// isMarked is 12 digits of fen, a letter for the direction before them unless they are zero.
func isMarked(s string) bool {
	_, ok := marked(s)
	return ok
}

// isMoment is MMDDhhmmss, whatever the calendar says of the day.
func isMoment(s string) bool { return len(s) == 10 && isDigits(s) && s[:2] <= "12" && s[4:6] < "25" }
