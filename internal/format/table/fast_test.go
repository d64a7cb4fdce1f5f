package table_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/format/table"
)

// strange are cells that few rows hold and each reader has an answer for.
var strange = []string{
	"", " ", "-", "--", "N/A", "/", "x", "`00012", "'5", " 12 ", "1,234", "1,234.5", "1,2345,678.00",
	"1234,567.00", "1,234,567.89", ",234.00", "1.234", "12.", ".5", "-0", "-12", "+12", "12-", "(12)",
	"0012", "000000005865", "99999999999999", "12345678901234567", "1e5", "4.81E+15", "4.81e15", "¥12",
	"12元", "１２", "12 CR", "4111111111111111", "411111******1111", "****1111", "6222021001116245702",
	"4111 1111 1111 1111", "4111111111111111=29121011234", "CVV: 123", "pin block",
	"2026-02-30 10:00:00", "2026-03-01", "2026/03/01 10:00", "20260301", "20260301101112",
	"2026-03-01T10:11:12", "2026-03-01 10:11:12 +0800", "01/03/2026", "26-03-01", "2026-3-1",
	"2026-03-01 24:00:00", "10:11:12", "101112", "1011", "91112", "VOID", "REFUND", "PREAUTH",
	"PREAUTH VOID", "RESERVE", "sale", "Sale ", "消费", "退货", "预授权", "unknown", "51", "96", "5", "0",
	"ZZ", "00 approved", "APPROVED", "CANCELLED", "合计", "Total", "合计 12 笔", "# note", "期初余额",
	"Closing balance", "POS SETTLEMENT 898310148002072", "POS SETTLEMENT 6222021001116245",
	"POS SETTLEMENT", "USD", "CNY", "JPY", "€", "ab\"c", "\ufeff", "\u3000", "\xff\xfe", "caf\xe9",
	"a\tb", "a\x01b", "\ufffd", "pencil", "card 4111-1111-1111-1111",
}

// strangeLines are whole lines that stand between the rows of real files.
var strangeLines = []string{
	"", " ", ",,,,,,,,,,,", "合计,,,,,,1200,,,,,", "Total:,,3,", "# end", "制表人：张三", "a", "\"open", "\"a\"b,c",
	"x,\"two\nlines\",y", "\"\",\"\"", "\t", "2026-03-01", "10,20,30", "a\rb",
}

// plainHeads and plainRows are tables whose rows take the fast path.
var plainHeads = []string{
	"merchant_no,terminal_no,batch_no,trace_no,rrn,card_mask,amount,fee,local_time,type,resp_code," +
		"orig_rrn",
	"settle_date,merchant_no,terminal_no,batch_no,trace_no,rrn,card_mask,txn_time,type,gross,fee,net",
	"book_date,account_no,reference,amount,balance",
	"商户号,终端号,批次号,流水号,参考号,卡号,交易日期,交易时间,交易类型,交易金额,应答码,门店",
	"Merchant ID,Terminal ID,Trace,RRN,Card,Settlement Date,Transaction Time,Type,Amount,Fee,Net," +
		"Currency,Note",
}

var plainRows = []string{
	"898310148002590,36830000,000001,000013,606000000000,622270******9971,5865,35," +
		"2026-03-01 00:01:44,SALE,00,",
	"2026-03-01,898310148000518,40419008,000001,026515,606017003786,622284******6907," +
		"2026-03-01 17:03:04,SALE,101,0,101",
	"2026-03-02,6222000148002072,POS SETTLEMENT 898310148002072,106648,106648",
	"898110054110001,66120001,000001,000013,606000000000,622270******9971," +
		"2026-03-01,10:11:12,消费,58.65,00,人民路",
	"898110054110001,66120001,000013,606000000000,622270******9971,2026-03-01,2026-03-01 10:11:12,SALE," +
		"58.65,0.35,58.30,CNY,note",
}

// fewFormats are text tables in the layouts of plainHeads alone: thousands of small files are looked at.
func fewFormats(t testing.TB) []format.Format {
	book := new(profile.Book)
	for _, name := range []string{"gen_terminal", "gen_acquirer", "gen_bank", "terminal_zh", "acquirer_en"} {
		p, ok := profile.Builtin().Named(name)
		if !ok {
			t.Fatal(name)
		}
		book = book.With(*p)
	}
	return []format.Format{table.Format(book)}
}

// TestDoorsAgreeOnEachCell puts each strange cell into each column. Those that stop the fast path, or the
// file, for all rows have a file of their own.
func TestDoorsAgreeOnEachCell(t *testing.T) {
	few := fewFormats(t)
	table.CutBlocks(t, 1000)
	var calm, wild []string
	for _, c := range strange {
		stops := strings.ContainsAny(c, "=\x00\ufffd") || strings.HasPrefix(c, "CVV") || c == "PREAUTH" ||
			c == "预授权" || c == "1,234" || c == "1.234" || c == "期初余额" || c == "Closing balance"
		if stops {
			wild = append(wild, c)
		} else {
			calm = append(calm, c)
		}
	}
	for kind, head := range plainHeads {
		row := strings.Split(plainRows[kind], ",")
		for at := range row {
			file := func(cells ...string) []byte {
				var b strings.Builder
				b.WriteString(head + "\n")
				for _, c := range cells {
					changed := append([]string(nil), row...)
					if changed[at] = c; strings.ContainsAny(c, ",\"") {
						changed[at] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
					}
					b.WriteString(plainRows[kind] + "\n" + strings.Join(changed, ",") + "\n")
				}
				return []byte(b.String() + plainRows[kind] + "\n")
			}
			name := strings.Split(head, ",")[at]
			t.Run(fmt.Sprint(kind, name), func(t *testing.T) {
				if n := doors(t, few, file(calm...), format.Options{}); n < len(calm) {
					t.Errorf("only %d rows took the fast path", n)
				}
			})
			for i, c := range wild {
				if (i+at)%3 > 0 {
					continue // a third of them, another one in each column
				}
				t.Run(fmt.Sprintf("%d %s %q", kind, name, c), func(t *testing.T) {
					doors(t, few, file(c), format.Options{Workers: 2})
				})
			}
		}
	}
}

// TestDoorsAgreeOnPairs: what two cells of a row say together.
func TestDoorsAgreeOnPairs(t *testing.T) {
	log := func(amount, fee, kind, answer, original string) string {
		return "898310148002590,36830000,000001,000013,606000000000,622270******9971," + amount + "," + fee +
			",2026-03-01 00:01:44," + kind + "," + answer + "," + original + "\n"
	}
	report := func(kind, gross, fee, net string) string {
		return "2026-03-01,898310148000518,40419008,000001,026515,606017003786,622284******6907," +
			"2026-03-01 17:03:04," + kind + "," + gross + "," + fee + "," + net + "\n"
	}
	few := fewFormats(t)
	logs := log("5865", "35", "SALE", "00", "606000000000") +
		log("5865", "35", "VOID", "00", "606000000000") +
		log("5865", "0", "REFUND", "00", "606000000000") + log("5865", "-35", "SALE", "00", "") +
		log("-5865", "35", "REFUND", "00", "1") + log("-5865", "35", "SALE", "00", "") +
		log("0", "0", "SALE", "51", "") + log("5865", "", "SALE", "96", "") + log("", "35", "SALE", "00", "")
	reports := report("SALE", "101", "1", "100") + report("SALE", "101", "1", "101") +
		report("SALE", "101", "", "100") + report("SALE", "-101", "1", "100") +
		report("SALE", "101", "1", "") +
		report("REFUND", "-101", "-1", "-100") + report("REFUND", "101", "1", "100") +
		report("REFUND", "101", "1", "-100") + report("RESERVE", "-101", "0", "-101") +
		report("RESERVE", "101", "0", "101") + report("CHARGEBACK", "-101", "", "-101")
	for head, rows := range map[string]string{plainHeads[0]: logs, plainHeads[1]: reports} {
		if n := doors(t, few, []byte(head+"\n"+rows), format.Options{}); n < 5 {
			t.Errorf("%d rows took the fast path", n)
		}
	}
}

// TestDoorsAgreeOnStrangeFiles sprinkles files of plain rows with cells and lines that are not plain.
func TestDoorsAgreeOnStrangeFiles(t *testing.T) {
	few := fewFormats(t)
	chance := rand.New(rand.NewPCG(7, 7))
	fast, all := 0, 0
	for trial := range 500 {
		kind := trial % len(plainHeads)
		cells := strings.Split(plainHeads[kind], ",")
		order := chance.Perm(len(cells))
		text := strangeFile(chance, shuffled(plainHeads[kind], order), shuffled(plainRows[kind], order))
		if trial%3 == 1 {
			if gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(text); err == nil {
				text = gb
			}
		}
		table.CutBlocks(t, []int64{64, 150, 1 << 20}[chance.IntN(3)])
		opt := format.Options{Workers: 1 + chance.IntN(3)}
		if code := []string{"", "CNY", "JPY", "KWD"}[chance.IntN(4)]; code != "" {
			opt.Currency, _ = tillproof.ParseCurrency(code)
		}
		ok := t.Run(fmt.Sprint(trial), func(t *testing.T) {
			n := doors(t, few, text, opt)
			if all++; n > 0 {
				fast++
			}
		})
		if !ok {
			t.Logf("%q", text)
			return
		}
	}
	if fast*3 < all {
		t.Errorf("only %d of %d files took the fast path", fast, all)
	}
	t.Logf("%d of %d files took the fast path", fast, all)
}

func shuffled(row string, order []int) []string {
	cells := strings.Split(row, ",")
	out := make([]string, len(cells))
	for i, at := range order {
		out[i] = cells[at]
	}
	return out
}

// strangeFile is a table of one row again and again, a few cells of which are strange.
func strangeFile(chance *rand.Rand, head, row []string) []byte {
	var b bytes.Buffer
	end := []string{"\n", "\r\n"}[chance.IntN(2)]
	if chance.IntN(6) == 0 {
		b.WriteString("商户号：898310148002590" + end + "some title" + end)
	}
	write := func(cells []string) {
		quote := chance.IntN(4) == 0
		for i, c := range cells {
			if i > 0 {
				b.WriteByte(',')
			}
			if quote || strings.ContainsAny(c, ",\"") {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(c)
		}
	}
	write(head)
	b.WriteString(end)
	n := chance.IntN(60)
	rate := []int{1 << 20, 60, 20, 5}[chance.IntN(4)]
	for i := range n {
		cells := append([]string(nil), row...)
		for k := range cells {
			if chance.IntN(rate*3) == 0 {
				cells[k] = strange[chance.IntN(len(strange))]
			}
		}
		if chance.IntN(rate) == 0 {
			b.WriteString(strangeLines[chance.IntN(len(strangeLines))] + end)
		}
		if chance.IntN(rate*2) == 0 {
			cells = cells[:chance.IntN(len(cells))]
		}
		write(cells)
		if i < n-1 || chance.IntN(3) > 0 {
			b.WriteString(end)
		}
	}
	return b.Bytes()
}
