package locale

import (
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
)

// Money writes an amount as people of the language do: ¥1,234.50 and -¥1,234.50 in Chinese, CNY 1,234.50 and
// CNY -1,234.50 in English. Other currencies carry their ISO 4217 code in both, because $ and ¥ each stand
// for several.
func Money(lang Lang, m tillproof.Money) string { return Exact(lang, m.Exact(), m.Currency()) }

// Exact writes an amount with the decimals its file gave it. The zero currency writes the bare number.
func Exact(lang Lang, x tillproof.Exact, c tillproof.Currency) string {
	digits := Decimal(lang, x)
	switch {
	case !c.Known():
		return digits
	case lang == ZH && c == tillproof.CNY:
		if rest, neg := strings.CutPrefix(digits, "-"); neg {
			return "-¥" + rest
		}
		return "¥" + digits
	}
	return c.String() + " " + digits
}

// Decimal writes a decimal number with its thousands apart and without a currency, for columns that name it
// in their head.
func Decimal(_ Lang, x tillproof.Exact) string {
	s := x.String()
	body, neg := strings.CutPrefix(s, "-")
	whole, frac, point := strings.Cut(body, ".")
	out := group(whole)
	if point {
		out += "." + frac
	}
	if neg {
		return "-" + out
	}
	return out
}

// Number writes a count with its thousands apart: 4,217 in both languages.
func Number(_ Lang, n int64) string {
	s := strconv.FormatInt(n, 10)
	if rest, neg := strings.CutPrefix(s, "-"); neg {
		return "-" + group(rest)
	}
	return group(s)
}

// group sets a comma before each three digits from the end.
func group(s string) string {
	if len(s) <= 3 {
		return s
	}
	return group(s[:len(s)-3]) + "," + s[len(s)-3:]
}

// Rate writes parts per million as a percentage with at least two decimals and no rounding: 5000 is 0.50%,
// 6025 is 0.6025%. There is no blank before the sign in either language.
func Rate(_ Lang, ppm int64) string {
	s := tillproof.Exact{Unscaled: ppm, Scale: 4}.String()
	for range 2 {
		s = strings.TrimSuffix(s, "0")
	}
	return s + "%"
}

// Date writes a day in a sentence: 2026年9月16日, 16 Sep 2026. An unknown day is said to be unknown.
func Date(lang Lang, d tillproof.Date) string {
	switch {
	case !d.Known():
		return Text(lang, "locale.unknown", nil)
	case lang == ZH:
		return d.Time().Format("2006年1月2日")
	}
	return d.Time().Format("2 Jan 2006")
}

// ShortDate writes a day in a table: 2026-09-16 in both languages, which sorts and cannot be misread. An
// unknown day is empty.
func ShortDate(_ Lang, d tillproof.Date) string { return d.String() }

// Time writes a moment in a sentence: 2026年9月16日10:11:12, 16 Sep 2026 10:11:12.
func Time(lang Lang, t tillproof.LocalTime) string {
	if !t.Known() {
		return Text(lang, "locale.unknown", nil)
	}
	clock := time.Unix(int64(t), 0).UTC().Format("15:04:05")
	if lang == ZH {
		return Date(lang, t.Date()) + clock
	}
	return Date(lang, t.Date()) + " " + clock
}

// ShortTime writes a moment in a table: 2026-09-16 10:11:12. An unknown moment is empty.
func ShortTime(_ Lang, t tillproof.LocalTime) string { return t.String() }
