package locale

import "strings"

// Lang is a language of the catalogue.
type Lang string

// The languages. The word is the one that HTML's lang attribute and the --lang flag take.
const (
	ZH Lang = "zh"
	EN Lang = "en"
)

// Langs lists the languages.
var Langs = [...]Lang{ZH, EN}

// Parse reads a language as people and environments name it: "zh", "zh_CN.UTF-8", "en-GB". It answers false,
// and English, for a language that the catalogue does not have.
func Parse(s string) (Lang, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if i := strings.IndexAny(s, "_-.@"); i >= 0 {
		s = s[:i]
	}
	switch s {
	case "zh", "chinese":
		return ZH, true
	case "en", "english":
		return EN, true
	}
	return EN, false
}

// FromEnv is the language the environment asks for. As POSIX has it, LC_ALL counts before LC_MESSAGES before
// LANG and an empty variable counts as absent. Any language but Chinese is answered in English.
func FromEnv(getenv func(string) string) Lang {
	for _, name := range [...]string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			lang, _ := Parse(v)
			return lang
		}
	}
	return EN
}
