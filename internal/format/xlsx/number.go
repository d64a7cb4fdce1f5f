package xlsx

import (
	"strconv"
	"strings"

	"github.com/tillproof/tillproof/internal/format/profile"
)

// plainNumber is a number cell as the shortest decimal of its binary number. Text that is no number stays
// text.
func plainNumber(raw string) (string, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
	if err != nil {
		return raw, false
	}
	if s, ok := profile.StoredNumber(v); ok {
		return s, true
	}
	return raw, false
}
