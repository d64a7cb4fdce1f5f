package journal

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// pattern is a regular expression with the words one of which each of its matches holds: most lines hold none
// of them, and looking for words is much quicker than matching.
type pattern struct {
	*regexp.Regexp
	words []string // in capitals; none: every line is matched
}

// compilePattern reads a pattern.
func compilePattern(s string) (pattern, error) {
	re, err := regexp.Compile(s)
	if err != nil {
		return pattern{}, err
	}
	tree, err := syntax.Parse(s, syntax.Perl)
	if err != nil {
		return pattern{}, err
	}
	return pattern{Regexp: re, words: wordsOf(tree)}, nil
}

// line is a line of the stream, and the same in capitals.
type line struct{ text, capitals string }

func lineOf(s string) line { return line{s, strings.ToUpper(s)} }

// in reports whether a line matches.
func (p pattern) in(l line) bool { return p.maybe(l.capitals) && p.MatchString(l.text) }

// maybe reports whether a line, given in capitals, can match.
func (p pattern) maybe(capitals string) bool {
	for _, w := range p.words {
		if strings.Contains(capitals, w) {
			return true
		}
	}
	return len(p.words) == 0
}

// wordsOf are the words one of which every match holds; nil where there is no such set.
func wordsOf(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{strings.ToUpper(string(re.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return wordsOf(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return wordsOf(re.Sub[0])
		}
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			words := wordsOf(sub)
			if words == nil {
				return nil
			}
			all = append(all, words...)
		}
		return all
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if words := wordsOf(sub); words != nil && (best == nil || shortest(words) > shortest(best)) {
				best = words
			}
		}
		return best
	}
	return nil
}

// shortest is the length of the shortest word: the longer it is, the fewer lines hold it.
func shortest(words []string) int {
	n := len(words[0])
	for _, w := range words {
		n = min(n, len(w))
	}
	return n
}
