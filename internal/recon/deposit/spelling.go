package deposit

import (
	"strings"

	"github.com/tillproof/tillproof"
)

// minPlain is how many digits a number must have, leading zeros apart, to be the same as one that shows more
// zeros: a spreadsheet drops them, and shorter numbers meet by chance.
const minPlain = 6

// plain is a number without its leading zeros; "" for one that is too short, or is none.
func plain(s string) string {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return ""
		}
	}
	if s = strings.TrimLeft(s, "0"); len(s) < minPlain {
		return ""
	}
	return s
}

// readSpellings finds the merchant numbers that are written in several ways: 00527640 in the log and 527640
// in a report that went through a spreadsheet. The longest stands for all.
func (e *engine) readSpellings() {
	longest := map[string]tillproof.MerchantID{}
	seen := map[tillproof.MerchantID]bool{}
	spelled := func(m tillproof.MerchantID) {
		seen[m] = true
		if p := plain(string(m)); p != "" && len(m) > len(longest[p]) {
			longest[p] = m
		}
	}
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		last := tillproof.MerchantID("")
		for i := range e.Run.Records[side] {
			if m := e.Run.Records[side][i].Refs.Merchant; m != last && !seen[m] {
				last = m
				spelled(m)
			}
		}
	}
	if e.Beyond != nil {
		for _, m := range e.Beyond.Merchants {
			spelled(m)
		}
	}
	e.spelled = map[tillproof.MerchantID]tillproof.MerchantID{}
	for m := range seen {
		if best := longest[plain(string(m))]; best != "" && best != m {
			e.spelled[m] = best
		}
	}
}

// spell is the one way in which the merchant's number is written.
func (e *engine) spell(m tillproof.MerchantID) tillproof.MerchantID {
	if best, ok := e.spelled[m]; ok {
		return best
	}
	return m
}
