package mt94x

import (
	"regexp"
	"strings"
)

// info is what field 86 says of an entry, whatever its dialect.
type info struct {
	dialect   string
	narrative string
	party     string // name of the other side
	endToEnd  string // the payer's reference
	order     string // the customer's reference
	masked    int    // card numbers that were masked before pieces were joined
}

var dialects = [...]string{dialectGerman, dialectSlash, dialectPolish, dialectNotes, dialectFree}

// The dialects of field 86.
const (
	dialectGerman = "de"   // 3 digits, then subfields ?nn
	dialectSlash  = "keys" // /KEY/value/
	dialectPolish = "pl"   // OD: …; TYT.: …
	dialectNotes  = "ns"   // :NS: with numbered lines
	dialectFree   = "free"
)

// infoOf reads the physical lines of field 86. German subfields break at a fixed width and are joined without
// a blank, and so are slash keys; in free text a line end stands for a blank.
func infoOf(lines []string) info {
	var j joiner
	joined := ""
	for _, line := range lines {
		joined = j.join(joined, line)
	}
	switch body := strings.TrimLeft(joined, " "); {
	case isGerman(body):
		return german(body, j)
	case slashKeys.MatchString(body):
		return slashed(body, j)
	}
	for i, s := range lines {
		lines[i] = strings.TrimSpace(s)
	}
	text := strings.TrimSpace(strings.Join(lines, " "))
	in := info{dialect: dialectFree, narrative: text}
	if m := polishParty.FindStringSubmatch(text); m != nil {
		in.dialect, in.party = dialectPolish, squeeze(m[1])
	}
	return in
}

var polishParty = regexp.MustCompile(`; ?OD: ([^;]+);`)

// isGerman reports the structure: business code of three digits, a separator of the bank's choice, a subfield
// number.
func isGerman(s string) bool {
	if len(s) < 6 || !allDigits(s[:3]) || !allDigits(s[4:6]) {
		return false
	}
	return strings.IndexByte(separators, s[3]) >= 0 && isSubfield(s[4:6])
}

// separators are the characters that banks have been seen to put before a subfield, and their neighbours.
const separators = "?+~<>|^#%&*!$@;=_"

// isSubfield knows the subfields of the German structure; other digits behind a separator are text.
func isSubfield(nn string) bool {
	switch nn[0] {
	case '0':
		return nn == "00"
	case '1':
		return nn == "10"
	case '2':
		return true
	case '3':
		return nn[1] <= '8'
	case '6':
		return nn[1] <= '5'
	case '7':
		return nn[1] <= '1'
	}
	return false
}

// german reads ?00 posting text, ?20 to ?29 and ?60 to ?63 purpose, ?32 and ?33 name, and the SEPA tags
// within.
func german(s string, j joiner) info {
	separator := s[3]
	parts := map[string]string{}
	key, start := "", 4
	keep := func(to int) {
		if key != "" {
			parts[key] = j.join(parts[key], s[start:to])
		}
	}
	for i := 3; i+3 <= len(s); i++ {
		if s[i] == separator && allDigits(s[i+1:i+3]) && isSubfield(s[i+1:i+3]) {
			keep(i)
			key, start = s[i+1:i+3], i+3
			i += 2
		}
	}
	keep(len(s))
	purpose := ""
	for _, ten := range [...]string{"2", "6"} {
		for _, one := range "0123456789" {
			if nn := ten + string(one); nn < "64" {
				purpose = j.join(purpose, parts[nn])
			}
		}
	}
	in := info{dialect: dialectGerman, masked: j.masked, party: squeeze(parts["32"] + parts["33"])}
	in.narrative = strings.TrimSpace(parts["00"] + " " + strings.TrimSpace(purpose))
	sepa := sepaTags(purpose)
	in.endToEnd, in.order = provided(sepa["EREF"]), provided(sepa["KREF"])
	return in
}

var sepaTag = regexp.MustCompile(`(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|COAM|OAMT|IBAN|BIC)\+`)

// sepaTags cuts a purpose at its SEPA tags. The first of each counts.
func sepaTags(s string) map[string]string {
	out := map[string]string{}
	at := sepaTag.FindAllStringSubmatchIndex(s, -1)
	for i, m := range at {
		to := len(s)
		if i+1 < len(at) {
			to = at[i+1][0]
		}
		name := s[m[2]:m[3]]
		if _, seen := out[name]; !seen {
			out[name] = strings.TrimSpace(s[m[1]:to])
		}
	}
	return out
}

// slashKeys is a text that begins with a known key between slashes.
var slashKeys = regexp.MustCompile(`^/(?:EREF|PREF|RTRN|MARF|CSID|CNTP|REMI|ORDP|BENM|NAME|ADDR|ISDT|PURP|TRCD|TRTP|IBAN|BIC|PT)/`)

var slashKey = regexp.MustCompile(`/(EREF|PREF|RTRN|MARF|CSID|CNTP|REMI|ORDP|BENM|NAME|ADDR|ISDT|PURP|TRCD|TRTP|IBAN|BIC)/`)

// slashed reads /KEY/value/ pairs; the name is the third part of CNTP, or NAME.
func slashed(s string, j joiner) info {
	values := map[string]string{}
	at := slashKey.FindAllStringSubmatchIndex(s, -1)
	for i, m := range at {
		to := len(s)
		if i+1 < len(at) {
			to = at[i+1][0]
		}
		name := s[m[2]:m[3]]
		if _, seen := values[name]; !seen && m[1] <= to {
			values[name] = strings.Trim(s[m[1]:to], "/ ")
		}
	}
	in := info{dialect: dialectSlash, masked: j.masked}
	in.narrative, in.party = strings.TrimSpace(s), squeeze(values["NAME"])
	if parts := strings.Split(values["CNTP"], "/"); len(parts) > 2 {
		in.party = squeeze(parts[2])
	}
	in.endToEnd, in.order = provided(values["EREF"]), provided(values["PREF"])
	return in
}

// provided drops the words by which banks say that there is no reference.
func provided(s string) string {
	if s == "NOTPROVIDED" || s == "NONREF" {
		return ""
	}
	return s
}

// squeeze makes runs of blanks one.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// nonSwift joins the two-digit lines of the German addition :NS:, 01 to 14 purpose and 15 to 16 name.
func nonSwift(lines []string) info {
	in := info{dialect: dialectNotes}
	var purpose, name []string
	for _, s := range lines {
		if len(s) < 2 || !allDigits(s[:2]) {
			continue
		}
		switch nn, text := s[:2], strings.TrimSpace(s[2:]); {
		case nn >= "01" && nn <= "14", nn == "17":
			purpose = append(purpose, text)
		case nn == "15", nn == "16":
			name = append(name, text)
		}
	}
	in.narrative, in.party = strings.TrimSpace(strings.Join(purpose, " ")), strings.Join(name, " ")
	return in
}
