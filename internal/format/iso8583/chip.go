package iso8583

import (
	"encoding/hex"
	"strings"
)

// maxTags bounds the tags of one element 55: real ones have some 25.
const maxTags = 128

// keptTags are the chip tags that matter for evidence: terminal verification results, transaction date and
// type, amounts, and how the cardholder was verified (EMV book 3, annex A).
var keptTags = []string{"95", "9A", "9C", "9F02", "9F03", "9F34"}

// keepChip reads element 55: tag, length, value in BER. Of the tags only those in keptTags are kept; card
// number, track, name and expiry (57, 5A, 5F20, 5F24) are passed over and counted. What is no BER is left.
func (m *message) keepChip(value string) {
	b := []byte(value)
	if decoded, err := hex.DecodeString(value); err == nil { // layouts of characters write it in hexadecimal
		b = decoded
	}
	var kept []string
	for i := 0; i < maxTags && len(b) > 0; i++ {
		tag, v, rest, ok := nextTag(b)
		if !ok {
			break
		}
		b = rest
		switch tag {
		case "57", "5A", "5F20", "5F24":
			m.dropped++
			continue
		case "9A":
			m.stampDay(hex.EncodeToString(v))
		}
		for _, k := range keptTags {
			if k == tag {
				kept = append(kept, tag+"="+strings.ToUpper(hex.EncodeToString(v)))
			}
		}
	}
	m.value[55] = strings.Join(kept, " ")
}

// stampDay takes the year of the chip's own date, YYMMDD, as the day of the message.
func (m *message) stampDay(yymmdd string) {
	if len(yymmdd) == 6 && strings.Trim(yymmdd, "0123456789") == "" {
		m.stamp, m.stampBy = "20"+yymmdd, byChip
	}
}

// nextTag cuts one tag off: one or two bytes of tag, one to three of length.
func nextTag(b []byte) (tag string, value, rest []byte, ok bool) {
	size := 1
	if b[0]&0x1F == 0x1F {
		size = 2
	}
	if len(b) < size+1 {
		return "", nil, nil, false
	}
	tag = strings.ToUpper(hex.EncodeToString(b[:size]))
	n, at := int(b[size]), size+1
	if n&0x80 != 0 {
		more := n & 0x7F
		if more < 1 || more > 2 || len(b) < at+more {
			return "", nil, nil, false
		}
		n = 0
		for _, c := range b[at : at+more] {
			n = n<<8 | int(c)
		}
		at += more
	}
	if len(b) < at+n {
		return "", nil, nil, false
	}
	return tag, b[at : at+n], b[at+n:], true
}
