package report

import (
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/rivo/uniseg"

	"github.com/tillproof/tillproof"
)

// wrap breaks a text into lines of at most width columns where Unicode allows it (UAX #14: between words,
// between Han, never before a closing mark). What is longer than a line is cut between characters. Only
// blanks at line ends go.
func wrap(s string, width int) []string {
	var lines []string
	var line strings.Builder
	used := 0
	end := func() {
		lines = append(lines, strings.TrimRight(line.String(), " "))
		line.Reset()
		used = 0
	}
	for s != "" {
		var word string
		word, s = nextWord(s)
		if used > 0 && used+columns(strings.TrimRight(word, " ")) > width {
			end()
		}
		for columns(strings.TrimRight(word, " ")) > width {
			head, tail := cut(word, width)
			line.WriteString(head)
			end()
			word = tail
		}
		line.WriteString(word)
		used += columns(word)
	}
	if line.Len() > 0 || len(lines) == 0 {
		end()
	}
	return lines
}

// nextWord takes the text up to the next place for a break. Unicode would also allow a break within file:line
// and between a currency and its amount; those stay together.
func nextWord(s string) (word, rest string) {
	rest = s
	for state := -1; rest != ""; {
		var part string
		part, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		word += part
		last, _ := utf8.DecodeLastRuneInString(word)
		next, _ := utf8.DecodeRuneInString(rest)
		wide := columns(string(last)) > 1 || columns(string(next)) > 1
		if last == ' ' && !endsInCurrency(word, next) || last != ' ' && wide {
			break
		}
	}
	return word, rest
}

// endsInCurrency reports "CNY " before an amount.
func endsInCurrency(word string, next rune) bool {
	w := strings.TrimSuffix(word, " ")
	if len(w) < 3 || (next != '-' && (next < '0' || next > '9')) {
		return false
	}
	_, err := tillproof.ParseCurrency(w[len(w)-3:])
	return err == nil
}

// cut splits a word after as many whole characters as fit, at least one.
func cut(word string, width int) (head, tail string) {
	used, at := 0, 0
	for state, rest := -1, word; rest != ""; {
		var char string
		char, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		w := columns(char)
		if at > 0 && used+w > width {
			break
		}
		used += w
		at += len(char)
	}
	return word[:at], word[at:]
}

// columns is how wide a text is on a terminal: Han take two columns.
func columns(s string) int { return lipgloss.Width(s) }

// pad fills a text with blanks to a width.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-columns(s)))
}
