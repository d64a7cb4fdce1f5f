package onec

import (
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// Name is the format's stable name.
const Name = "1c"

// signature is the first line of every file, in ASCII whatever the encoding of the rest.
const signature = "1CClientBankExchange"

// Formats is the exchange in all its versions.
func Formats() []format.Format {
	return []format.Format{{
		Name: Name, Sides: []tillproof.Side{tillproof.Bank}, Sniff: sniff, Open: open,
		Dialects: []string{"1.00", "1.01", "1.02", "1.03"}, // as 1C has published them
	}}
}

func sniff(h *format.Head) format.Guess {
	raw := strings.TrimPrefix(string(h.Raw[:min(len(h.Raw), 256)]), "\uFEFF")
	if begins(raw) || begins(h.Text) {
		return format.Guess{Confidence: 100}
	}
	return format.Guess{}
}

func begins(s string) bool { return strings.HasPrefix(strings.TrimLeft(s, " \t\r\n"), signature) }

// open goes through the whole file once for its accounts, which say which way its documents go; then the
// documents are read.
func open(in *format.Input, opt format.Options) (format.Reader, error) {
	in, wrong, err := decoded(in)
	if err != nil {
		return nil, err
	}
	lines, err := linesOf(in)
	if err != nil {
		return nil, err
	}
	f, err := readFrame(lines, opt)
	if err != nil {
		return nil, err
	}
	if lines, err = linesOf(in); err != nil {
		return nil, err
	}
	if wrong != nil {
		f.issues = append(f.issues, *wrong)
	}
	return &reader{opt: opt, lines: lines, frame: f}, nil
}

func linesOf(in *format.Input) (*lexer, error) {
	text, err := in.Text()
	if err != nil {
		return nil, err
	}
	return &lexer{lines: format.NewLines(text)}, nil
}

// The encodings that files have, in the order in which they are tried.
const (
	windows = "windows-1251"
	dos     = "ibm866"
)

// declared are the names that the field Кодировка uses.
var declared = map[string]string{
	"windows": windows, "dos": dos, "utf-8": format.UTF8, "utf8": format.UTF8,
}

// decoded is the file in the encoding in which its own words can be read. Programs that write UTF-8 often
// declare Windows all the same: then the words count, and the second answer says so.
func decoded(in *format.Input) (*format.Input, *tillproof.Issue, error) {
	for _, charset := range [...]string{"", windows, dos, format.UTF8} {
		as := in
		if charset != "" {
			var err error
			if as, err = in.As(charset); err != nil {
				return nil, nil, err
			}
		}
		if !speaks(as.Head.Text) {
			continue
		}
		name := strings.ToLower(valueIn(as.Head.Text, "Кодировка"))
		if want := declared[name]; want == "" || want == as.Charset {
			return as, nil, nil
		}
		return as, &tillproof.Issue{Code: "format.onec.charset", Params: tillproof.Params{
			"declared": format.Shown(name), "charset": as.Charset,
		}}, nil
	}
	return in, nil, nil
}

// speaks reports a text in which the format's own words can be read.
func speaks(text string) bool {
	for _, word := range [...]string{"ВерсияФормата", "Кодировка", keyAccount, beginDocument} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// valueIn is the value of a key in the head of a file.
func valueIn(text, key string) string {
	_, rest, found := strings.Cut(text, key+"=")
	if !found {
		return ""
	}
	if end := strings.IndexAny(rest, "\r\n"); end >= 0 {
		rest = rest[:end]
	}
	return strings.TrimSpace(rest)
}
