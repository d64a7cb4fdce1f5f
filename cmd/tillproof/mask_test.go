package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tillproof/tillproof/internal/locale"
)

func TestPolicyNeverShowsACardNumber(t *testing.T) {
	_, err := readPolicy("p", []byte("zone: 4111111111111111\n5555555555554444: x\n"), someCalendars)
	for _, e := range flatten(err) {
		d := &door{lang: locale.EN}
		told := fmt.Sprint(d.told(e))
		if strings.Contains(told, "4111111111111111") || strings.Contains(told, "5555555555554444") {
			t.Error(told)
		}
	}
}
