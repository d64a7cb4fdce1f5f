package table_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // so that the zones are there on every machine

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/format/table"
)

// short is a terminal log in few columns, for small inputs.
const short = "终端号,交易日期,交易时间,交易类型,交易金额,应答码,卡号\n"

// small is an input, the amounts that are read from it, and the issues with their places.
type small struct{ name, in, amounts, issues string }

func (c small) check(t *testing.T) {
	src, records, err := load(t, []byte(c.in), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var amounts, issues []string
	for _, r := range records {
		amounts = append(amounts, r.Amount.String())
	}
	for _, i := range src.Issues {
		issues = append(issues, issueLine(i))
	}
	if d := cmp.Diff(c.amounts, strings.Join(amounts, " ")); d != "" {
		t.Errorf("amounts (-want +got):\n%s", d)
	}
	if d := cmp.Diff(c.issues, strings.Join(issues, "; ")); d != "" {
		t.Errorf("issues (-want +got):\n%s", d)
	}
}

func TestSmallInputs(t *testing.T) {
	for _, c := range slices.Concat(terminalRows, bankShapes) {
		t.Run(c.name, c.check)
	}
}

var terminalRows = []small{
	{"good", short + "T1,2026-09-16,10:00:00,消费,1.00,00,\n", "1.00", ""},
	{"padded cells", short + " T1 ,2026-09-16\t,　10:00:00,消费 ,  1.00 ,00,\n", "1.00", ""},
	{"backticks", short + "`T1,`2026-09-16,`10:00:00,`消费,`1.00,`00,`\n", "1.00", ""},
	{"quotes", short + `"T1","2026-09-16","10:00:00","消费","1,001.00","00",""` + "\n", "1001.00", ""},
	{"full width", short + "T1,２０２６-０９-１６,10：00：00,消费,￥１．５０,00,\n", "1.50", ""},
	{"repeated header", short + "T1,2026-09-16,10:00:00,消费,1.00,00,\n" + short +
		"T1,2026-09-16,10:00:00,消费,2.00,00,\n", "1.00 2.00", ""},
	{"blank lines", short + "\n,,,,,,\nT1,2026-09-16,10:00:00,消费,1.00,00,\n\n", "1.00", ""},
	{
		"garbled amount", short + "T1,2026-09-16,10:00:00,消费,1.0o,00,\n" +
			"T1,2026-09-16,10:00:00,消费,2.00,00,\n",
		"2.00", "format.table.amount 2:5 交易金额 1.0o",
	},
	{
		"comma where a point is due", short + "T1,2026-09-16,10:00:00,消费,\"1,00\",00,\n", "",
		"format.table.amount_groups 2:5 交易金额 1,00",
	},
	{"no amount", short + "T1,2026-09-16,10:00:00,消费,,00,\n", "", "format.table.amount_missing 2:5 交易金额"},
	{
		"cents of an ISO message", short + "T1,2026-09-16,10:00:00,消费,000000001100,00,\n", "",
		"format.table.amount_padded 2:5 交易金额 000000001100",
	},
	{
		"three decimals", short + "T1,2026-09-16,10:00:00,消费,1.005,00,\n", "",
		"format.table.amount_decimals 2:5 交易金额 1.005",
	},
	{
		"negative sale", short + "T1,2026-09-16,10:00:00,消费,-1.00,00,\n", "",
		"format.table.amount_sign 2:5 交易金额 -1.00",
	},
	{"negative refund", short + "T1,2026-09-16,10:00:00,退货,-1.00,00,\n", "-1.00", ""},
	{"no date", short + "T1,,10:00:00,消费,1.00,00,\n", "", "format.table.date_missing 2:2 交易日期"},
	{
		"garbled date", short + "T1,2026-9x-16,10:00:00,消费,1.00,00,\n", "",
		"format.table.date 2:2 交易日期 2026-9x-16",
	},
	{
		"garbled time", short + "T1,2026-09-16,25:00:00,消费,1.00,00,\n", "",
		"format.table.time 2:3 交易时间 25:00:00",
	},
	{"unknown type", short + "T1,2026-09-16,10:00:00,查询,1.00,00,\n", "", "format.table.kind 2:4 交易类型 查询"},
	{
		"too many cells",
		short + "T1,2026-09-16,10:00:00,消费,1,001.00,00,\n", "", "format.table.row_long 2:0",
	},
	{
		"cut off", short + "T1,2026-09-16,10:00:00,消费,1.00,00,\nT1,2026-09-1", "1.00",
		"format.table.cut_off 3:0",
	},
	{
		"a stray quote that the next stray one closes", short +
			"\"T1,2026-09-16,10:00:00,消费,1.00,00,\nT1,2026-09-16,10:00:00,消费,2.00,00,\n" +
			"\"T1,2026-09-16,10:00:00,消费,3.00,00,\nT1,2026-09-16,10:00:00,消费,4.00,00,\n",
		"2.00 4.00", "format.table.quote 2:0; format.table.quote 4:0",
	},
	{
		"a stray quote before quoted cells", short + "\"T1,2026-09-16,10:00:00,消费,1.00,00,\n" +
			"\"T1\",\"2026-09-16\",\"10:00:00\",\"消费\",\"2.00\",\"00\",\n",
		"2.00", "format.table.quote 2:0",
	},
	{
		"a cell of two lines", short + "T1,2026-09-16,10:00:00,消费,1.00,00,\"6212\n\" \n" +
			"T1,2026-09-16,10:00:00,消费,2.00,00,\n",
		"1.00 2.00", "",
	},
	{
		"stray quote", short + "\"T1,2026-09-16,10:00:00,消费,1.00,00,\nT1,2026-09-16,10:00:00,消费,2.00,00,\n",
		"2.00", "format.table.quote 2:0",
	},
	{"footer agrees", short + "T1,2026-09-16,10:00:00,消费,1.00,00,\n合计,,,,1.00,,\n", "1.00", ""},
	{
		"footer differs", short + "T1,2026-09-16,10:00:00,消费,1.00,00,\n合计：,,,,1.01,,\n", "1.00",
		"format.table.footer_total 3:5 交易金额 1.01 1.00",
	},
	{"subtotals", short + "T1,2026-09-16,10:00:00,消费,1.00,00,\n小计,,,,1.00,,\n" +
		"T1,2026-09-16,10:00:00,消费,2.00,00,\n小计,,,,2.00,,\n合计,,,,3.00,,\n", "1.00 2.00", ""},
	{"no rows", short, "", "format.table.no_rows 1:0"},
	{
		"a line around the table", short + "T1,2026-09-16,10:00:00,消费,1.00,00,\n打印时间：2026-09-17\n",
		"1.00", "",
	},
}

var bankShapes = []small{
	{
		"one signed column",
		"Date;Text;Amount\n2026-04-02;a;-1.234,56\n2026-04-03;b;3.500,00\n", "-1234.56 3500.00", "",
	},
	{
		"debit and credit",
		"Date,Details,Debit,Credit\n2026-04-02,a,4.50,\n2026-04-03,b,,7.00\n", "-4.50 7.00", "",
	},
	{
		"debit column with minus",
		"Date,Details,Debit,Credit\n2026-04-02,a,-4.50,\n2026-04-03,b,,7.00\n", "-4.50 7.00", "",
	},
	{
		"debit taken back",
		"Date,Details,Debit,Credit\n2026-04-02,a,4.50,\n2026-04-03,b,-1.25,\n", "-4.50 1.25",
		"format.table.debit_signs 3:3 Debit -1.25",
	},
	{
		"both sides", "Date,Details,Debit,Credit\n2026-04-02,a,4.50,3.20\n", "",
		"format.table.amount_sides 2:3 Debit 4.50",
	},
	{"flag", "Date,Details,Amount,D/C\n2026-04-02,a,4.50,D\n2026-04-03,b,7.05,C\n", "-4.50 7.05", ""},
	{
		"flag unknown",
		"Date,Details,Amount,D/C\n2026-04-02,a,4.50,Q\n", "", "format.table.direction 2:4 D/C Q",
	},
	{
		"thousands or decimals", "Date;Text;Amount\n2026-04-02;a;1.234\n2026-04-03;b;12\n", "12.00",
		"format.table.amount_two_ways 2:3 Amount 1.234",
	},
	{"the file tells", "Date;Text;Amount\n2026-04-02;a;1.234\n2026-04-03;b;12,5\n", "1234.00 12.50", ""},
	{
		"day or month",
		"Date,Text,Amount\n02/04/2026,a,1.50\n", "", "format.table.date_two_ways 2:1 Date 02/04/2026",
	},
	{
		"day first is shown below",
		"Date,Text,Amount\n02/04/2026,a,1.50\n13/04/2026,b,2.50\n", "1.50 2.50", "",
	},
	{"comments and preamble", "Konto: 123\n\n\nDatum;Text;Betrag (EUR)\n02.04.2026;a;4,50\n", "4.50", ""},
	{
		"balance holds, newest first",
		"Date,Text,Amount,Balance\n2026-04-03,b,5.25,15.25\n2026-04-02,a,-2.50,10.00\n",
		"5.25 -2.50", "",
	},
	{
		"balance does not hold",
		"Date,Text,Amount,Balance\n2026-04-02,a,1.50,10.00\n2026-04-03,b,5.25,15.26\n" +
			"2026-04-04,c,1.00,16.26\n", "1.50 5.25 1.00", "format.table.balance_chain 3:4 Balance",
	},
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name, in, code string
		opt            format.Options
	}{
		{"blank", "\n \n\t\n", "format.empty", format.Options{Profile: "bank_zh"}},
		{"unknown header", "a,b,c\n1,2,3\n4,5,6\n", "format.table.header", format.Options{}},
		{
			"missing column", "终端号,交易日期,交易时间,交易类型,应答码\nT1,2026-09-16,10:00:00,消费,00\n",
			"format.table.column",
			format.Options{},
		},
		{"unknown layout", short, "format.profile.unknown", format.Options{Profile: "nobody"}},
		{
			"track data", short + "T1,2026-09-16,10:00:00,消费,1.00,00,4111111111111111=28121010000000000000\n",
			"card.track",
			format.Options{},
		},
		{
			"CVV column",
			"终端号,交易日期,交易类型,交易金额,应答码,CVV2\nT1,2026-09-16,消费,1.00,00,123\n", "card.cvv",
			format.Options{},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := load(t, []byte(c.in), c.opt)
			var e *tillproof.Error
			if !errors.As(err, &e) || e.Code != c.code {
				t.Fatalf("%v, want %s", err, c.code)
			}
			if c.code == "format.table.column" && e.Params["columns"] != "交易金额" {
				t.Errorf("names %q", e.Params["columns"])
			}
		})
	}
}

// A full card number shows up nowhere: not in a record, not in an issue.
func TestCardsAreMasked(t *testing.T) {
	const pan = "6200000000000005"
	in := short + "T1,2026-09-16,10:00:00,消费,1.00,00," + pan + "\n" +
		"T1,2026-09-16,10:00:00,消费," + pan + "00,00,\n" +
		pan + ",2026-09-16,10:00:00,消费,2.00,00,\n"
	token := func(string) uint64 { return 7 }
	src, records, err := load(t, []byte(in), format.Options{Token: token})
	if err != nil {
		t.Fatal(err)
	}
	if got := records[0].Card; got.String() != "620000******0005" || got.Token != 7 {
		t.Errorf("card %v", got)
	}
	if src.Masked == 0 {
		t.Error("the masked number was not counted")
	}
	text := fmt.Sprintf("%+v", records[:1]) + fmt.Sprintf("%+v", src.Issues)
	if strings.Contains(text, pan) {
		t.Error("a full card number got through")
	}
}

// Ids of records do not change when the file is exported again in other order, from another line on, or,
// where rows bear a number of their own, with other balances; two lines that are alike stay two, each itself.
func TestIDsSurviveAnotherExport(t *testing.T) {
	head := "Date,Text,Amount,Balance\n"
	a, b := "2026-04-13,a,1.50,%s\n", "2026-04-14,b,2.50,%s\n"
	_, one, err := load(t, []byte(head+
		fmt.Sprintf(a, "1.50")+fmt.Sprintf(a, "3.00")+fmt.Sprintf(b, "5.50")), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, two, err := load(t, []byte(head+
		fmt.Sprintf(b, "5.50")+fmt.Sprintf(a, "3.00")+fmt.Sprintf(a, "1.50")), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(one) != 3 || len(two) != 3 || one[0].ID == one[1].ID {
		t.Fatal("equal lines became one")
	}
	if one[0].ID != two[2].ID || one[1].ID != two[1].ID || one[2].ID != two[0].ID {
		t.Error("another export gives other ids")
	}
	_, cut, err := load(t, []byte(head+fmt.Sprintf(a, "3.00")+fmt.Sprintf(b, "5.50")), format.Options{})
	if err != nil || len(cut) != 2 || cut[0].ID != one[1].ID || cut[1].ID != one[2].ID {
		t.Errorf("an export that begins within a day gives other ids: %v", err)
	}
	numbered := func(balance string) tillproof.RecordID {
		in := "Date,Text,Amount,Balance,Reference\n2026-04-13,a,1.50," + balance + ",R1\n"
		_, got, err := load(t, []byte(in), format.Options{})
		if err != nil || len(got) != 1 {
			t.Fatal(got, err)
		}
		return got[0].ID
	}
	if numbered("1.50") != numbered("11.50") {
		t.Error("a row with a number of its own gets another id with its balance")
	}
}

func TestZones(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	in := "Date,Text,Amount\n2026-09-16T23:30:00Z,a,1.50\n"
	_, records, err := load(t, []byte(in), format.Options{Zone: zone})
	if err != nil || records[0].Time.String() != "2026-09-17 07:30:00" {
		t.Errorf("%v %v", records, err)
	}
	src, records, err := load(t, []byte(in), format.Options{})
	if err != nil || records[0].Time.String() != "2026-09-16 23:30:00" || src.IssueCount != 1 {
		t.Errorf("%v %v %v", records, src.Issues, err)
	}
}

// big is a text that is made while it is read.
type big struct {
	head, unit string
	size       int64
}

func (b *big) ReadAt(p []byte, off int64) (int, error) {
	for i := range p {
		at := off + int64(i)
		switch {
		case at >= b.size:
			return i, io.EOF
		case at < int64(len(b.head)):
			p[i] = b.head[at]
		default:
			p[i] = b.unit[(at-int64(len(b.head)))%int64(len(b.unit))]
		}
	}
	return len(p), nil
}

// A line of 64 MiB costs one issue and little memory; the rows before it stand.
func TestLineWithoutEnd(t *testing.T) {
	src := &big{head: short + "T1,2026-09-16,10:00:00,消费,1.00,00,\n", unit: "x", size: 64 << 20}
	in, err := format.NewInput("x.csv", src, src.size)
	if err != nil {
		t.Fatal(err)
	}
	r, err := table.Format(profile.Builtin()).Open(in, format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if l, err := r.Read(); err != nil || l.Record.Amount.Minor() != 100 {
		t.Fatalf("%v %v", l, err)
	}
	var bad *format.LineError
	_, err = r.Read()
	if !errors.As(err, &bad) || bad.Issue.Code != "format.table.row_size" || bad.Issue.Place.Line != 3 {
		t.Fatalf("%v", err)
	}
	if _, err := r.Read(); !errors.Is(err, io.EOF) {
		t.Errorf("%v", err)
	}
}

func FuzzTable(f *testing.F) {
	f.Add([]byte(short + "T1,2026-09-16,10:00:00,消费,1.00,00,\n\"x"))
	f.Add([]byte("Date;Text;Amount;Balance\r02.04.2026;\"a\"\"\rb\";1.234,5;7\r\n\r\r"))
	f.Add([]byte("Date;Text;Amount;Type;Balance;Status\n2026-03-01;a;1;-;2;Pending\n" +
		"2026-03-02;b;1;+;3;\nSaldo;;;;3\n"))
	f.Add([]byte("Saldo:;1\nDate;Debit;D/C;Credit;Balance\n2026-03-01;1;D;;2\n2026-03-02;-1;D;;3\n" +
		"2026-03-02;;;x;3\n"))
	f.Add([]byte("清算日期|商户号|交易金额|手续费|结算金额|交易类型\n合计|1|1|1|1|1\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		src, records, err := load(t, b, format.Options{})
		if err != nil {
			return
		}
		if src.Totals.Entries != len(records)+src.Unread {
			t.Errorf("%d entries, %d read, %d unread", src.Totals.Entries, len(records), src.Unread)
		}
		again, _, err := load(t, b, format.Options{})
		if err != nil || !cmp.Equal(src.Totals, again.Totals) {
			t.Errorf("read twice: %v and %v, %v", src.Totals, again.Totals, err)
		}
	})
}
