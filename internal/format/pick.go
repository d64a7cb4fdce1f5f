package format

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// Pick finds the format of a head. opt.Profile and opt.Side, where the user gave them, leave only formats
// that know the profile and that side. Errors: format.unknown names what was tried, format.ambiguous the
// equal candidates, format.side the sides a recognised format has; format.foreign.* names a file that is
// something else.
func Pick(h *Head, formats []Format, opt Options) (Format, Guess, error) {
	if err := foreignTo(h); err != nil {
		return Format{}, Guess{}, err
	}
	forced := withProfile(formats, opt.Profile)
	var best []Format
	var guess Guess
	for _, f := range forced {
		g := f.Sniff(h)
		switch {
		case g.Confidence <= 0 || g.Confidence < guess.Confidence:
		case g.Confidence > guess.Confidence:
			best, guess = []Format{f}, g
		default:
			best = append(best, f)
		}
	}
	switch {
	case len(best) == 0 && len(forced) == 1 && opt.Profile != "":
		best = forced // the user knows better than the head
	case len(best) == 0:
		return Format{}, Guess{}, unknown(h, formats)
	case len(best) > 1:
		e := fail(tillproof.KindInvalid, "format.ambiguous", nil)
		e.Params = tillproof.Params{"candidates": names(best)}
		return Format{}, Guess{}, e
	}
	f := best[0]
	if opt.Side != tillproof.NoSide && len(f.Sides) > 0 && !slices.Contains(f.Sides, opt.Side) {
		e := fail(tillproof.KindInvalid, "format.side", nil)
		e.Params = tillproof.Params{"format": f.Name, "side": opt.Side.String(), "sides": sides(f)}
		return Format{}, Guess{}, e
	}
	return f, guess, nil
}

// withProfile leaves the formats that list a profile; all of them where none was forced or none lists it.
func withProfile(formats []Format, profile string) []Format {
	var out []Format
	for _, f := range formats {
		if f.Name == profile || slices.Contains(f.Profiles, profile) {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		return formats
	}
	return out
}

func unknown(h *Head, formats []Format) error {
	e := fail(tillproof.KindUnsupported, "format.unknown", nil)
	e.Params = tillproof.Params{"tried": names(formats), "head": looks(h)}
	return e
}

// headShown is how much of a head is shown to a person: enough to recognise the file.
const headShown = 60

// looks shows the beginning of a head, card numbers masked; bytes that are no text as hexadecimal.
func looks(h *Head) string {
	text := strings.Join(strings.Fields(h.Text[:min(len(h.Text), 8*headShown)]), " ")
	if text == "" {
		var b strings.Builder
		for _, c := range h.Raw[:min(len(h.Raw), 8)] {
			b.WriteString(strconv.FormatUint(uint64(c)|0x100, 16)[1:] + " ")
		}
		return strings.TrimSpace(b.String())
	}
	return cut(blankNumbers(strings.ToValidUTF8(text, "")), headShown)
}

// blankNumbers hides every run of digits that is long enough to hold a card number: in a file of fixed
// columns that nobody knows, one may stand among other digits.
func blankNumbers(s string) string {
	rs := []rune(s)
	for i := 0; i < len(rs); {
		n, digits, end := 0, 0, i
		for ; i+n < len(rs); n++ {
			if _, ok := digitOf(rs[i+n]); ok {
				digits, end = digits+1, i+n+1
			} else if n == 0 || !isJoint(rs[i+n]) {
				break
			}
		}
		if digits >= minPAN {
			for k := i; k < end; k++ {
				rs[k] = '*'
			}
		}
		i += n + 1
	}
	return string(rs)
}

func names(formats []Format) string {
	var out []string
	for _, f := range formats {
		out = append(out, f.Name)
	}
	return strings.Join(out, ", ")
}

func sides(f Format) string {
	var out []string
	for _, s := range f.Sides {
		out = append(out, s.String())
	}
	return strings.Join(out, ", ")
}
