package iso8583

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/tillproof/tillproof"
)

// FuzzRead: no transaction comes out of nothing.
func FuzzRead(f *testing.F) {
	forced := leaf
	forced.Options.Profile = Name
	forced.Also = func(raw []byte, src tillproof.Source, records []tillproof.Record) string {
		if len(records)+src.Unread > len(raw)/10+1 {
			return fmt.Sprintf("%d transactions in %d bytes", len(records)+src.Unread, len(raw))
		}
		for _, r := range records {
			if full.MatchString(string(r.Refs.Merchant)+" "+r.Narrative) && src.Masked == 0 {
				return fmt.Sprintf("%+v", r)
			}
		}
		return ""
	}
	forced.Fuzz(f, sale87("0200"), framed(twoBytes, pair()), framed(fourDigits, pair()),
		framed(fourBytes, pair()), "0200FFFF", "\xff\xff\xff\xff0200",
		cupMessage("0500", "11:000001", "48:0062"), `<isomsg><field id="0" value="0200"/>`)
}

// full is a published test number.
var full = regexp.MustCompile(`4111111111111111|6200000000000005|5555555555554444`)
