package format

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/tillproof/tillproof"
)

// Forbidden answers an error of KindForbidden where a text holds what nobody may keep after authorisation
// (PCI DSS 3.3.1): card.track for magnetic stripe or chip track data, card.cvv for a card verification value,
// card.pin for a PIN block. The error never holds the value. A source with such data is refused as a whole.
func Forbidden(s string) error {
	if len(s) < len("CVV 123") {
		return nil
	}
	var seen hint
	for i := 0; i < len(s); i++ {
		seen |= hints[s[i]]
	}
	if seen == 0 {
		return nil
	}
	switch {
	case seen&trackMark != 0 && enoughDigits(s) && hasTrack(s):
		return fail(tillproof.KindForbidden, "card.track", nil)
	case seen&letterC != 0 && (hasFold(s, "cv") || hasFold(s, "cid2") || hasFold(s, "card v")) &&
		cvvText.MatchString(s):
		return fail(tillproof.KindForbidden, "card.cvv", nil)
	case seen&beyond != 0 &&
		(strings.Contains(s, "安全码") || strings.Contains(s, "验证码") || strings.Contains(s, "背面")) &&
		cvvChinese.MatchString(s):
		return fail(tillproof.KindForbidden, "card.cvv", nil)
	case seen&letterP != 0 && hasFold(s, "pin") && pinText.MatchString(s):
		return fail(tillproof.KindForbidden, "card.pin", nil)
	}
	return nil
}

// hint is what bytes make a text worth a closer look: most cells are numbers and words that show none.
type hint uint8

const (
	trackMark hint = 1 << iota // a separator of track data
	letterC
	letterP
	beyond // a byte that is not ASCII
)

var hints = func() (h [256]hint) {
	h['^'], h['='], h['D'] = trackMark, trackMark, trackMark
	h['c'], h['C'], h['p'], h['P'] = letterC, letterC, letterP, letterP
	for i := utf8.RuneSelf; i < len(h); i++ {
		h[i] = beyond
	}
	return h
}()

// hasFold reports whether s holds word, which is lower case, in any case: a look that costs less than the
// patterns.
func hasFold(s, word string) bool {
	for i := 0; i+len(word) <= len(s); i++ {
		if s[i]|0x20 == word[0] && strings.EqualFold(s[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

var (
	// track1 and track2 are the layouts of ISO/IEC 7813: number, separator, expiry YYMM, service code. D
	// stands for the separator = where track 2 is written in hexadecimal (ISO 8583 data element 35).
	track1 = regexp.MustCompile(`[Bb](\d[\d ]{11,22})\^[^^]{2,26}\^\d{4}`)
	track2 = regexp.MustCompile(`(\d{13,19})[=D]\d{2}(?:0[1-9]|1[0-2])\d{3}`)
	// A label and 3 or 4 digits; words such as CVV mismatch have no digits and pass.
	cvvText = regexp.MustCompile(`(?i)\b(?:cvv2?|cvc2?|cvn2?|cid2|card verification (?:value|code))\s*[:=： ]\s*` +
		`(?:\d{3,4}\b|[０-９]{3,4})`)
	// A 验证码 alone is a message to a phone; only the card's own counts.
	cvvChinese = regexp.MustCompile(`(?:安全码|卡验证码|(?:卡|卡片)?背面(?:末|后|尾)?(?:三|3|３)位(?:数字|数|码)?)` +
		`(?:\s|[:：=＝为是])*[0-9０-９]{3,4}(?:[^0-9０-９]|$)`)
	pinText = regexp.MustCompile(`(?i)\bpin[ _-]?(?:block|blk)\s*[:=： ]\s*(?:0x)?[0-9a-f]{16}\b`)
)

func hasTrack(s string) bool {
	if track1.MatchString(s) {
		return true
	}
	for _, m := range track2.FindAllStringSubmatch(s, -1) {
		if isPAN([]byte(m[1])) {
			return true
		}
	}
	return false
}

// ForbiddenColumn is the code under which a column of that name is refused where its cells are filled, "" for
// a column that may be read.
func ForbiddenColumn(header string) string {
	name := strings.ToLower(strings.Map(func(r rune) rune {
		if isJoint(r) || r == '_' || r == '.' {
			return -1
		}
		return r
	}, header))
	switch name {
	case "cvv", "cvv2", "cvc", "cvc2", "cvn", "cvn2", "cvvcode", "cvvvalue", "cardverificationvalue",
		"cardverificationcode", "securitycode", "安全码", "卡安全码", "卡验证码", "背面三位",
		"卡背面三位", "背面后三位", "卡背面后三位":
		return "card.cvv"
	case "track", "track1", "track2", "track3", "trackdata", "track1data", "track2data", "磁道", "磁道信息", "一磁道",
		"二磁道", "三磁道", "二磁道数据", "第二磁道数据":
		return "card.track"
	case "pinblock", "pinblk", "pindata", "密码块", "个人密码", "pin":
		return "card.pin"
	}
	return ""
}
