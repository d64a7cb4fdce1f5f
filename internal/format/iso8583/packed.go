package iso8583

import (
	"errors"

	"github.com/moov-io/iso8583/encoding"
	"github.com/moov-io/iso8583/prefix"
)

// packed are digits of half a byte each. It decodes what the library's encoder of the same name writes; the
// library's own decoder builds its tables on each call, which took half of the time of a whole file.
type packed struct {
	encoding.Encoder
	left bool // an odd number of digits is filled up behind, else in front
}

// leftPacked and rightPacked are the two ways to fill up.
var (
	leftPacked  = packed{encoding.LBCD, true}
	rightPacked = packed{encoding.BCD, false}
)

var errPacked = errors.New("no packed digits")

// Decode reads n digits from the front of b. What an odd number is filled up with is not looked at.
func (p packed) Decode(b []byte, n int) (digits []byte, used int, err error) {
	used = (n + 1) / 2
	if n < 0 || len(b) < used {
		return nil, 0, errPacked
	}
	skip := 0
	if !p.left {
		skip = n % 2
	}
	digits = make([]byte, n)
	for i := range digits {
		half := i + skip
		d := b[half/2]
		if half%2 == 0 {
			d >>= 4
		}
		if d &= 15; d > 9 {
			return nil, 0, errPacked
		}
		digits[i] = '0' + d
	}
	return digits, used, nil
}

// packedLength is a length of packed digits, filled up in front.
type packedLength struct {
	prefix.Prefixer
	digits int
}

// DecodeLength reads the length from the front of b and refuses one that is larger than the element.
func (p packedLength) DecodeLength(most int, b []byte) (n, used int, err error) {
	digits, used, err := rightPacked.Decode(b, p.digits)
	if err != nil {
		return 0, 0, err
	}
	for _, d := range digits {
		n = n*10 + int(d-'0')
	}
	if n > most {
		return 0, 0, errPacked
	}
	return n, used, nil
}
