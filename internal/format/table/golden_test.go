package table_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/format/table"
)

// golden is what a person worked out from the file beside it. A record is one line: row, kind, status,
// entry mode, amount, currency, time, merchant, terminal, batch, trace, RRN, auth, original, card, card
// kind, response, and what else it has by name.
type golden struct {
	Dialect string   `json:"dialect"`
	Side    string   `json:"side"`
	Entries int      `json:"entries"`
	Credit  string   `json:"credit"`
	Debit   string   `json:"debit"`
	From    string   `json:"from,omitempty"`
	To      string   `json:"to,omitempty"`
	Opening string   `json:"opening,omitempty"`
	Closing string   `json:"closing,omitempty"`
	Records []string `json:"records"`
	Issues  []string `json:"issues"`
}

// load reads a text table and answers its records as lines.
func load(t testing.TB, text []byte, opt format.Options) (tillproof.Source, []tillproof.Record, error) {
	t.Helper()
	in, err := format.NewInput("x.csv", bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return tillproof.Source{}, nil, err
	}
	var records []tillproof.Record
	src, err := format.Load(in, formats(), opt, func(r tillproof.Record) error {
		records = append(records, r)
		return nil
	})
	return src, records, err
}

func line(r *tillproof.Record) string {
	words := []string{
		strconv.Itoa(int(r.Origin.Line)), r.Kind.String(), r.Status.String(), r.Entry.String(),
		r.Amount.String(),
		r.Amount.Currency().String(), r.Time.String(), string(r.Refs.Merchant), string(r.Refs.Terminal),
		r.Refs.Batch, r.Refs.STAN, r.Refs.RRN, r.Refs.Auth, r.Refs.Original, r.Card.String(),
		r.Card.Kind.String(), r.Response,
	}
	for i, w := range words {
		if w == "" {
			words[i] = "-"
		}
	}
	add := func(name, value string, known bool) {
		if known {
			words = append(words, name, value)
		}
	}
	add("fee", r.Fee.String(), r.Net != tillproof.Money{})
	add("net", r.Net.String(), r.Net != tillproof.Money{})
	add("settle", r.SettleDate.String(), r.SettleDate.Known())
	add("book", r.BookingDate.String(), r.BookingDate.Known())
	add("order", r.Refs.Order, r.Refs.Customer != "")
	add("customer", r.Refs.Customer, r.Refs.Customer != "")
	add("category", r.Category, r.Category != "")
	return strings.Join(words, " ")
}

func issueLine(i tillproof.Issue) string {
	s := fmt.Sprintf("%s %d:%d %s %s", i.Code, i.Place.Line, i.Place.Column, i.Place.Field, i.Params["value"])
	if c := i.Params["computed"]; c != "" {
		s = fmt.Sprintf("%s %d:%d %s %s %s", i.Code, i.Place.Line, i.Place.Column, i.Place.Field,
			i.Params["stated"], c)
	}
	return strings.TrimSpace(s)
}

func answer(src tillproof.Source, records []tillproof.Record, stated bool) golden {
	g := golden{
		Dialect: src.Dialect, Side: src.Side.String(), Entries: src.Totals.Entries,
		Credit: src.Totals.SumCredit.String(), Debit: src.Totals.SumDebit.String(), Issues: []string{},
	}
	if stated {
		g.From, g.To = src.From.String(), src.To.String()
	}
	for _, s := range src.Statements {
		if s.Opening != nil {
			g.Opening, g.Closing = s.Opening.String(), s.Closing.String()
		}
	}
	for i := range records {
		g.Records = append(g.Records, line(&records[i]))
	}
	for _, i := range src.Issues {
		g.Issues = append(g.Issues, issueLine(i))
	}
	return g
}

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.csv")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := os.ReadFile(strings.TrimSuffix(file, ".csv") + ".golden.json")
			if err != nil {
				t.Fatal(err)
			}
			var want golden
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
			for name, text := range variants(t, text) {
				src, records, err := load(t, text, format.Options{})
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if d := cmp.Diff(want, answer(src, records, want.From != "")); d != "" {
					t.Errorf("%s (-want +got):\n%s", name, d)
				}
			}
		})
	}
}

// variants are the same table as other programs would write it.
func variants(t *testing.T, text []byte) map[string][]byte {
	t.Helper()
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(text)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{
		"as it is":             text,
		"CR LF":                bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")),
		"CR":                   bytes.ReplaceAll(text, []byte("\n"), []byte("\r")),
		"byte order mark":      append([]byte("\ufeff"), text...),
		"no end of last line":  bytes.TrimRight(text, "\n"),
		"tabs behind each row": bytes.ReplaceAll(text, []byte("\n"), []byte("\t\n")),
	}
	if bytes.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		out["GB18030"] = gb
	}
	if !bytes.Contains(text, []byte(`"`)) {
		for name, delim := range map[string]string{"semicolons": ";", "tabs": "\t", "pipes": "|"} {
			out[name] = bytes.ReplaceAll(text, []byte(","), []byte(delim))
		}
	}
	return out
}

func formats() []format.Format { return []format.Format{table.Format(profile.Builtin())} }
