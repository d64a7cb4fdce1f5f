package profile

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// sheet gives the cells of a CSV file as a workbook holds them: numbers are numbers, rows end at their last
// filled cell.
type sheet struct {
	rows [][]string
	at   int
}

var plainNumber = regexp.MustCompile(`^-?\d{1,12}(\.\d+)?$`)

func (s *sheet) Next(row *Row) error {
	if s.at == len(s.rows) {
		return io.EOF
	}
	cells := s.rows[s.at]
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	s.at++
	*row = Row{Line: s.at}
	for _, c := range cells {
		c = strings.TrimLeft(c, "¥￥")
		row.Cells = append(row.Cells, c)
		row.Numbers = append(row.Numbers, plainNumber.MatchString(c))
	}
	return nil
}

// TestSheets: a bill is the same as a workbook and as a text; the figures are those that the text must give.
func TestSheets(t *testing.T) {
	for name, want := range map[string]string{
		"wechat_personal": "4 12.00 68.00 0", "ccb_debit": "3 100.00 100.00 0",
		"citic_credit": "3 160.30 160.30 0", "spdb_debit": "3 10.00 10.00 0",
		"cib_debit": "3 10.00 10.00 0", "allinpay": "3 100.00 25.00 0",
		"wechat_fund_flow": "4 25.00 110.09 1",
	} {
		f, err := os.Open("../table/testdata/" + name + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		in := csv.NewReader(f)
		in.FieldsPerRecord, in.LazyQuotes = -1, true
		rows, err := in.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		r, err := Builtin().Reader([]Source{{
			Ragged: true, Open: func() (Rows, error) { return &sheet{rows: rows}, nil },
		}}, format.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := sumOf(t, r); got != want || r.Summary().Dialect != name {
			t.Errorf("%s: %s gives %s, want %s", name, r.Summary().Dialect, got, want)
		}
	}
}

// sumOf is the number of records, what came in and went out, and the number of issues.
func sumOf(t *testing.T, r *Reader) string {
	t.Helper()
	n, in, out := 0, tillproof.Exact{Scale: 2}, tillproof.Exact{Scale: 2}
	for {
		line, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		n++
		x := line.Record.Amount.Exact()
		switch {
		case line.Record.Status != tillproof.Posted:
		case x.Unscaled < 0:
			out, _ = out.Add(x.Neg())
		default:
			in, _ = in.Add(x)
		}
	}
	return strings.Join([]string{
		strconv.Itoa(n), in.String(), out.String(), strconv.Itoa(len(r.Summary().Issues)),
	}, " ")
}

// TestStatedLines: the words of a line that states figures are matched without blanks and widths; a name that
// nobody knows is refused.
func TestStatedLines(t *testing.T) {
	for _, c := range []struct{ text, line, figures string }{
		{"共{any}{count}笔记录", "共：26笔记录", "26"},
		{"支出：{count}笔{any}{amount}元", "支出：16笔(含4笔部分退款)，1,648.43元", "16 1,648.43"},
		{"支出：{count}笔{any}{amount}元", "支出： 16 笔 -3.00 元", "16 -3.00"},
		{"支出：{count}笔{any}{amount}元", "支出：若干", ""},
		{"支出：{count}笔", "已支出：16笔", ""},
	} {
		l, err := newStatedLine(statedYAML{Text: c.text})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		if m := l.re.FindStringSubmatch(normal(c.line)); m != nil {
			got = m[1:]
		}
		if strings.Join(got, " ") != c.figures {
			t.Errorf("%s in %s: %q, want %s", c.text, c.line, got, c.figures)
		}
	}
	for _, bad := range []statedYAML{{Text: "{nothing}"}, {Text: "{count"}, {Text: "x", Rows: "some"}} {
		if _, err := newStatedLine(bad); err == nil {
			t.Errorf("%+v is accepted", bad)
		}
	}
	for _, bad := range []string{"sums", "count some", ""} {
		if _, err := parseMeasure(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

// TestAbove: what stands above a table is found in one cell with others, beside its label and below it.
func TestAbove(t *testing.T) {
	got := pairs("起始日期：[2026年09月16日 00:00:00]   终止日期：[2026年09月17日 00:00:00]")
	if len(got) != 2 || got[1] != "终止日期：[2026年09月17日 00:00:00]" || unbracket("[x]") != "x" {
		t.Errorf("%q", got)
	}
	for value, ok := range map[string]bool{"20251201-20251231": true, "2025-12-01": false, "1-2": false} {
		if _, _, got := plainPeriod(value); got != ok {
			t.Errorf("%s is a period: %v", value, got)
		}
	}
}

// TestUnlikelyFigures: a stated figure that is no amount is shown, but not where a card number may stand in
// it: blanks were taken out, so "5555 5555 3530111333300000" is one run by now.
func TestUnlikelyFigures(t *testing.T) {
	for value, want := range map[string]string{
		"1.2.3":                            "1.2.3",
		"-9999999999.995":                  "-9999999999.995",
		"4111111111111111":                 "****************",
		"99999999999999999999":             "99999999999999999999",
		"-5555555535301113333000004444.27": "-****************************.**",
	} {
		if got := unlikely(value); got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}
