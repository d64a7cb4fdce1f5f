package ofx

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// name is the format's name.
const name = "ofx"

// Formats is the one format: the two syntaxes share their reader.
func Formats() []format.Format {
	return []format.Format{{
		Name: name, Sides: []tillproof.Side{tillproof.Bank}, Sniff: sniff, Open: open, Dialects: dialects(),
	}}
}

// versions are those of the published specifications, the headers of 1.x first.
var versions = [...]string{
	"102", "103", "151", "160", "200", "201", "202", "203", "210", "211", "220", "230",
}

// qfx stands before the version of a file with Intuit's tags.
const qfx = "QFX"

// dialects are the versions, plain and with Intuit's tags.
func dialects() []string {
	plain := versions[:]
	all := append(slices.Clone(plain), qfx)
	for _, v := range plain {
		all = append(all, qfx+" "+v)
	}
	return all
}

var (
	// header is what may stand before the root: the lines of 1.x (some files put them on one line, some begin
	// in the middle of them), or the declarations of 2.x.
	header = regexp.MustCompile(
		`(?is)^\s*(?:(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)\s*|` +
			`(?:OFXHEADER|DATA|VERSION|SECURITY|ENCODING|CHARSET|COMPRESSION|OLDFILEUID|NEWFILEUID)` +
			`\s*:\s*[\w.\-]*?\s*)*<OFX\s*>`)
	// begun is a header whose root is not in the head, or not there at all.
	begun   = regexp.MustCompile(`(?is)^\s*(?:OFXHEADER\s*:\s*\d+|(?:<\?xml[^>]*\?>\s*)?<\?OFX\s)`)
	version = regexp.MustCompile(`(?i)\bVERSION\s*[:=]\s*["']?\s*(\d{3})\b`)
	intuit  = regexp.MustCompile(`(?i)<INTU\.BID>`)
	charset = regexp.MustCompile(`(?i)\bCHARSET\s*:\s*([\w.\-]+)`)
	coding  = regexp.MustCompile(`(?i)\bENCODING\s*:\s*([\w.\-]+)`)
	prolog  = regexp.MustCompile(`(?i)<\?xml[^>]*?\bencoding\s*=\s*["']([\w.\-]+)["']`)
)

// declared bounds how far into a file its declarations are looked for.
const declared = 4 << 10

// certain is the confidence where the root follows a header that is one; without the root it is less.
const certain, likely = 100, 90

func sniff(h *format.Head) format.Guess {
	text := h.Text[:min(len(h.Text), declared)]
	switch {
	case header.MatchString(text):
		return format.Guess{Confidence: certain, Dialect: dialect(h.Text)}
	case begun.MatchString(text):
		return format.Guess{Confidence: likely, Dialect: dialect(h.Text)}
	}
	return format.Guess{}
}

// dialect is the version the header names, with the word QFX where Intuit's tags are in the head.
func dialect(head string) string {
	var parts []string
	if intuit.MatchString(head) {
		parts = append(parts, qfx)
	}
	if m := version.FindStringSubmatch(head[:min(len(head), declared)]); m != nil {
		parts = append(parts, m[1])
	}
	return strings.Join(parts, " ")
}

func open(in *format.Input, opt format.Options) (format.Reader, error) {
	if page := codePage(in.Head.Text); page != "" && declarationCounts(in) {
		as, err := in.As(page)
		if err != nil {
			return nil, format.Placed(err, tillproof.Place{Line: 1, Field: "CHARSET"})
		}
		in = as
	}
	first, err := in.Text()
	if err != nil {
		return nil, err
	}
	shown := survey(first)
	text, err := in.Text()
	if err != nil {
		return nil, err
	}
	r := newReader(text, opt, dialect(in.Head.Text))
	r.marks = shown
	return r, nil
}

// declarationCounts: the header decides where the bytes did not.
func declarationCounts(in *format.Input) bool { return in.Assumed || in.Charset == format.GB18030 }

// codePage is the code page that the header names. UTF-8 and ASCII over bytes that are neither say nothing,
// and NONE and UNICODE name none: then "" is the answer and the rule of the reading room stands.
func codePage(head string) string {
	head = head[:min(len(head), declared)]
	name := ""
	for _, declaration := range [...]*regexp.Regexp{charset, prolog, coding} {
		if m := declaration.FindStringSubmatch(head); m != nil {
			name = strings.ToLower(m[1])
			break
		}
	}
	switch {
	case strings.HasPrefix(name, "utf"), strings.Contains(name, "ascii"), name == "none", name == "unicode",
		name == "csunicode":
		return ""
	case strings.HasPrefix(name, "125") && len(name) == len("1252"):
		return "windows-" + name
	case strings.HasPrefix(name, "8859-"):
		return "iso-" + name
	}
	return name
}
