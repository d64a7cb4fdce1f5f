package profile

import (
	"bytes"
	"strconv"
	"testing"
)

// TestShortNumbers: eight digits at a time are read as one by one, wherever the text ends in its buffer.
func TestShortNumbers(t *testing.T) {
	for _, text := range []string{
		"0", "9", "10", "42", "007", "5865", "99999", "123456", "9999999", "12345678", "00000000",
		"99999999",
	} {
		want, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		for _, behind := range []string{"", "1", ",SALE,00\n898310148002590"} {
			b := append([]byte(text), behind...)
			got, ok := shortNumber(b[:len(text)])
			if !ok || got != want {
				t.Errorf("%q before %q is %d, %t", text, behind, got, ok)
			}
		}
	}
	for _, text := range []string{
		"", "-1", "1.5", "12a", "/", ":", "1234567:", "123456789", "\x39\xb0", "١",
	} {
		if n, ok := shortNumber([]byte(text)); ok {
			t.Errorf("%q is the number %d", text, n)
		}
	}
}

// TestIsDigits: every byte but a digit is found, wherever it stands.
func TestIsDigits(t *testing.T) {
	for n := range 34 {
		digits := bytes.Repeat([]byte("8"), n)
		if !isDigits(digits) {
			t.Errorf("%d digits are none", n)
		}
		for at := range n {
			for c := range 256 {
				digits[at] = byte(c)
				if want := c >= '0' && c <= '9'; isDigits(digits) != want {
					t.Errorf("%q", digits)
				}
			}
			digits[at] = '3'
		}
	}
}
