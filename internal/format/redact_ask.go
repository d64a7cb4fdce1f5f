package format

import (
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"

	"github.com/tillproof/tillproof"
)

// MayHoldCards reports whether a card number may stand anywhere in a file, in parts that reading passes over
// too: elements that no record needs, headers, rows that are no records. What reading finds by itself
// (Source.Masked) need not be asked. It looks at numbers of 16 and 19 digits, as in references. Where it says
// yes, Redact decides; a copy in which nothing was replaced is the file itself.
func MayHoldCards(in *Input) (bool, error) {
	if isZip(in.Head.Raw) {
		return anyPart(in, func(part io.Reader) (bool, error) {
			return showsCard(part, piece{encoding.Nop, UTF8, anywhere})
		})
	}
	if in.Charset == "" {
		return false, nil // packed: its reader is the only one who can tell
	}
	in, err := in.Settled()
	if err != nil {
		return false, err
	}
	enc, err := encodingOf(in.Charset)
	if err != nil {
		return false, err
	}
	from, to := in.TextBounds()
	return showsCard(sectionOf(in, from, to), piece{enc, in.Charset, anywhere})
}

// errShown ends the look at a file.
var errShown = errors.New("a card number is shown")

// showsCard looks through a text. A line that is too long to be looked at may hold anything.
func showsCard(text io.Reader, p piece) (bool, error) {
	yes := false
	_, err := rewritePieces(untilYes{&yes}, text, p, func(s string) (string, int) {
		if looksLong(s) {
			_, n := MaskRef(s)
			yes = yes || n > 0
		}
		return s, 0
	})
	if errors.Is(err, errShown) || KindOf(err) == tillproof.KindTooLarge {
		return true, nil
	}
	return yes, err
}

// untilYes takes bytes until a number was seen.
type untilYes struct{ yes *bool }

// Write forgets the bytes.
func (u untilYes) Write(b []byte) (int, error) {
	if *u.yes {
		return 0, errShown
	}
	return len(b), nil
}

// looksLong is the quick look before MaskRef: a run of 16 digits, three groups of those in which numbers are
// embossed, or a digit that is not ASCII or a character that is not seen.
func looksLong(s string) bool {
	run, joints := 0, 0
	var before [2]int // the lengths of the groups before
	for i := 0; i < len(s); i++ {
		if isDigit(s[i]) {
			if run == 0 && joints > maxJoints {
				before = [2]int{}
			}
			if run++; run >= len("4111111111111111") {
				return true
			}
			continue
		}
		if s[i] >= utf8.RuneSelf && isOdd(s[i:]) {
			return true
		}
		if run > 0 {
			if embossed(before, run) {
				return true
			}
			before, run, joints = [2]int{before[1], run}, 0, 0
		}
		if utf8.RuneStart(s[i]) {
			joints++
		}
	}
	return embossed(before, run)
}

// isOdd reports a digit that is not ASCII, or a character that is not seen.
func isOdd(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	_, digit := digitOf(r)
	return digit || isInvisible(r)
}

// embossed reports the beginning of 4-4-4-4, 4-6-5 and 4-6-4.
func embossed(before [2]int, run int) bool {
	return before == [2]int{4, 4} && run == 4 || before == [2]int{4, 6} && (run == 4 || run == 5)
}
