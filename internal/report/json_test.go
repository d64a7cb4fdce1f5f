package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// contractCheck is the contract as a reader of the JSON would write it, field by field from docs/json.md.
type contractCheck struct {
	Schema  string `json:"schema"`
	Sources []struct {
		File, SHA256, Format, Dialect, Side, Charset string
		Bytes                                        int64
		Issues                                       []struct {
			Code, Field, Message, Hint string
			Line, Column               int
		}
	} `json:"sources"`
	Completeness map[string]struct {
		Records, Matched, Timing, Exception, Excluded int
	} `json:"completeness"`
	Breaks []struct {
		ID, Kind, Side, Amount, Currency, Residual, Reason string
		Records                                            []contractRow
		ExpectedBy                                         *string `json:"expected_by"`
		Candidates                                         []contractRow
	} `json:"breaks"`
	Findings []struct {
		ID, Rule, Severity, Reason string
		Score                      int
		Records                    []contractRow
	} `json:"findings"`
	Waterfalls []struct{ Net, Paid, Residual, From, To string } `json:"waterfalls"`
	Loss       map[string]struct {
		Confirmed, AtRisk       struct{ Principal, Fees string }
		Timing, Owed, Recovered string
	} `json:"loss"`
	Warnings []struct{ Code, Message string } `json:"warnings"`
	Next     []struct{ Code, Message string } `json:"next"`
}

type contractRow struct {
	File string
	Line int
}

func checkJSON(t *testing.T, lang locale.Lang) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := JSON(&b, fixture(t), Options{Lang: lang}); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) {
		t.Fatalf("not JSON:\n%s", b.String())
	}
	return b.Bytes()
}

// The figures are those of the fixture's comments.
func TestCheckJSONKeepsTheContract(t *testing.T) {
	var c contractCheck
	raw := checkJSON(t, locale.ZH)
	fixed := bytes.ReplaceAll(raw, []byte(`"at_risk":{`), []byte(`"AtRisk":{`))
	if err := json.Unmarshal(fixed, &c); err != nil {
		t.Fatal(err)
	}
	if c.Schema != "tillproof.check/1" || len(c.Sources) != 3 || len(c.Breaks) != 7 || len(c.Findings) != 2 {
		t.Fatalf("%+v", c)
	}
	if s := c.Sources[2]; s.File != "demo/bank.xml" || s.Side != "bank" || s.Format != "camt.053" ||
		len(s.SHA256) != 64 {
		t.Errorf("%+v", s)
	}
	if is := c.Sources[0].Issues[0]; is.Line != 12 || is.Column != 13 || is.Field != "交易金额" ||
		is.Message == "" {
		t.Errorf("%+v", is)
	}
	if tc := c.Completeness["terminal"]; tc.Records != 10 || tc.Matched != 4 || tc.Exception != 3 ||
		tc.Excluded != 2 {
		t.Errorf("%+v", tc)
	}
	b := c.Breaks[0]
	if b.Kind != "not_settled" || b.Residual != "1234.50" || b.Currency != "CNY" || b.ExpectedBy != nil ||
		!slices.Equal(b.Records, []contractRow{{"demo/terminal.csv", 4}}) ||
		!slices.Equal(b.Candidates, []contractRow{{"demo/acquirer.xlsx", 9}}) || !strings.HasPrefix(b.ID,
		"brk_") {
		t.Errorf("%+v", b)
	}
	if *c.Breaks[5].ExpectedBy != "2026-09-29" {
		t.Errorf("%+v", c.Breaks[5])
	}
	loss := c.Loss["CNY"]
	if loss.Confirmed.Principal != "1344.50" || loss.Confirmed.Fees != "7.50" || loss.Timing != "66.00" ||
		loss.AtRisk.Principal != "5000.00" || loss.Owed != "142.28" || loss.Recovered != "0.00" {
		t.Errorf("%+v", loss)
	}
	if len(c.Waterfalls) != 2 || c.Waterfalls[0].Residual != "100.00" || len(c.Next) == 0 ||
		len(c.Warnings) != 1 {
		t.Errorf("%+v", c)
	}
}

func TestCheckJSONIsTheSameForTheSameRun(t *testing.T) {
	if !bytes.Equal(checkJSON(t, locale.EN), checkJSON(t, locale.EN)) {
		t.Error("two runs differ")
	}
}

// An empty run is a whole document: lists are lists, never null.
func TestJSONOfNothing(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, &tillproof.Run{}, Options{}); err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal(b.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sources", "breaks", "findings", "waterfalls", "warnings", "next"} {
		if _, ok := c[name].([]any); !ok {
			t.Errorf("%s is %v", name, c[name])
		}
	}
}

func TestReadJSON(t *testing.T) {
	run := fixture(t)
	var b bytes.Buffer
	if err := ReadJSON(&b, &run.Sources[2], slices.Values(run.Records[tillproof.Bank]),
		Options{}); err != nil {
		t.Fatal(err)
	}
	var c struct {
		Schema     string
		Source     struct{ File, Side string }
		Statements []struct {
			Account, Currency, Opening, Closing string
			Entries                             int
			SumCredit                           string `json:"sum_credit"`
			SumDebit                            string `json:"sum_debit"`
			BalanceGap                          string `json:"balance_gap"`
		}
		Totals struct {
			Entries   int
			SumCredit string `json:"sum_credit"`
			SumDebit  string `json:"sum_debit"`
		}
		Issues  []any
		Records []struct {
			Line, Column int
			Kind, Amount string
		}
	}
	if err := json.Unmarshal(b.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	// 10,000.00 + 5,461.05 − 3,000.00 = 12,461.05
	st := c.Statements[0]
	if st.Opening != "10000.00" || st.Closing != "12461.05" || st.SumCredit != "5461.05" ||
		st.BalanceGap != "0.00" ||
		c.Totals.SumDebit != "3000.00" || c.Totals.Entries != 3 || c.Schema != "tillproof.read/1" ||
		c.Issues == nil {
		t.Errorf("%+v", c)
	}
	if len(c.Records) != 3 || c.Records[2].Amount != "-3000.00" || c.Records[2].Line != 120 ||
		c.Records[2].Column != 5 {
		t.Errorf("%+v", c.Records)
	}
	b.Reset()
	_ = ReadJSON(&b, &run.Sources[2], nil, Options{Summary: true})
	if bytes.Contains(b.Bytes(), []byte(`"records"`)) {
		t.Error("the summary holds records")
	}
}

// An absent balance is null, not nothing and not zero.
func TestAbsentBalanceIsNull(t *testing.T) {
	src := tillproof.Source{Statements: []tillproof.Statement{{Account: "1"}}}
	var b bytes.Buffer
	_ = ReadJSON(&b, &src, nil, Options{Summary: true})
	for _, want := range []string{`"opening":null`, `"closing":null`, `"balance_gap":null`, `"sum_credit":"0"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in %s", want, b.String())
		}
	}
}

// What a file decides is said in both languages, in the text and in the JSON.
func TestDecisionsAreShown(t *testing.T) {
	src := tillproof.Source{Decisions: []tillproof.Note{{
		Code:   "format.decision.dates.dmy.shown",
		Params: tillproof.Params{"value": "31/08/2026", "line": "7"},
	}}}
	for lang, want := range map[locale.Lang]string{
		locale.EN: "day, month, year: “31/08/2026” in line 7", locale.ZH: "第7行的“31/08/2026”",
	} {
		var text, js bytes.Buffer
		if err := ReadText(&text, &src, nil, Options{Summary: true, Lang: lang, Width: 200}); err != nil {
			t.Fatal(err)
		}
		if err := ReadJSON(&js, &src, nil, Options{Summary: true, Lang: lang}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text.String(), want) || !strings.Contains(js.String(), want) ||
			!strings.Contains(js.String(), `"code":"format.decision.dates.dmy.shown"`) {
			t.Errorf("no %s in\n%s\n%s", want, text.String(), js.String())
		}
	}
}

func TestCSVCellsAreHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "abc": "abc", "-12.50": "-12.50", "+3": "+3", "=1+1": "'=1+1",
		"+cmd|' /C calc'!A0": "'+cmd|' /C calc'!A0",
		"-2+3":               "'-2+3", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "-": "'-",
		"＝1": "'＝1",
	} {
		if got := harmless(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestReadCSV(t *testing.T) {
	run := fixture(t)
	records := run.Records[tillproof.Bank]
	records[0].Narrative = "=HYPERLINK(\"http://x\",\"客服\")"
	var b bytes.Buffer
	if err := ReadCSV(&b, slices.Values(records), Options{}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatal(err, rows)
	}
	col := func(row int, name string) string { return rows[row][slices.Index(rows[0], name)] }
	if col(3, "amount") != "-3000.00" || col(1, "booking_date") != "2026-09-29" || col(1, "line") != "40" {
		t.Error(rows)
	}
	if !strings.HasPrefix(col(1, "narrative"), "'=") {
		t.Error(col(1, "narrative"))
	}
}
