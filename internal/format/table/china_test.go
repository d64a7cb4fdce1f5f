package table_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// refsOf is what a bill says of each row to the other sides: the provider's number, the order, the order it
// undoes, and the fee.
func refsOf(records []tillproof.Record) (out []string) {
	for i := range records {
		r := &records[i]
		words := []string{r.Refs.RRN, r.Refs.Order, r.Refs.Original, r.Fee.String()}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

func testdata(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestRefundsBearTheirOwnNumbers: several refunds share the number of their trade, and each has its own.
func TestRefundsBearTheirOwnNumbers(t *testing.T) {
	for file, want := range map[string][]string{
		"alipay_trade.csv": {
			"2026091622001412340000000001 T20260916001  -0.77",
			"2026091622001412340000000002 T20260916002  -0.40",
			"2026091622001412340000000001 R001 T20260916001 0.17",
			"2026091622001412340000000001 R002 T20260916001 0.06",
		},
		"wechat_trade.csv": {
			"4200000001202609160000000001 W001  -0.15",
			"4200000001202609160000000002 W002  -0.24",
			"50000000012026091600000000001 WR01 W001 0.06",
			"50000000012026091600000000002 WR02 W002 0.24",
		},
		"wechat_fund_flow.csv": {
			"4200000001202609160000000001 W001  0.00",
			"4200000001202609160000000001 W001  0.00",
			"50000000012026091600000000001 WR01  0.00",
			"   0.00",
		},
		"leshua.csv": {
			"260916000001 A001  -0.60", " A002  -0.08", " A002R A002 0.02", " A002S A002 0.01",
			"260916000001 A001  -0.60",
		},
	} {
		_, records, err := load(t, testdata(t, file), format.Options{})
		if err != nil {
			t.Fatal(file, err)
		}
		if d := cmp.Diff(want, refsOf(records)); d != "" {
			t.Errorf("%s (-want +got):\n%s", file, d)
		}
	}
}

const (
	alipayHead = "#账号：[20885011223344550156]\n支付宝交易号,商户订单号,业务类型,完成时间,商家实收（元）,退款批次号/请求号,服务费（元）\n"
	alipaySale = "1,A,交易,2026-09-16 10:00:00,9.00,,-0.05\n"
	refundA    = "1,A,退款,2026-09-16 11:00:00,-2.00,R1,0.01\n"
	refundB    = "1,A,退款,2026-09-16 12:00:00,3.00,R2,0.02\n"
)

var alipayBills = []small{
	{"no totals", alipayHead + alipaySale + refundA, "9.00 -2.00", ""},
	{
		"refund without a minus, and its total", alipayHead + alipaySale + refundB +
			"#交易合计：1笔，商家实收共9.00元，商家优惠共0.00元\n#退款合计：1笔，商家实收退款共3.00元，商家优惠退款共0.00元\n",
		"9.00 -3.00", "",
	},
	{
		"total with a minus, rows without", alipayHead + alipaySale + refundB +
			"#退款合计：1笔，商家实收退款共-3.00元，商家优惠退款共0.00元\n", "9.00 -3.00", "",
	},
	{
		"both signs, the total adds the sizes", alipayHead + alipaySale + refundA + refundB +
			"#退款合计：2笔，商家实收退款共-5.00元，商家优惠退款共0.00元\n", "9.00 -2.00 -3.00", "",
	},
	{
		"both signs, the total adds them as they stand", alipayHead + alipaySale + refundA + refundB +
			"#退款合计：2笔，商家实收退款共1.00元，商家优惠退款共0.00元\n", "9.00 -2.00 -3.00",
		"format.table.refund_signs 0:0",
	},
	{
		"both signs and no total", alipayHead + alipaySale + refundA + refundB, "9.00 -2.00 -3.00",
		"format.table.refund_signs 0:0",
	},
	{
		"fees with the other sign", alipayHead + strings.Replace(alipaySale, "-0.05", "0.05", 1), "9.00",
		"format.table.fee_sign 3:7 服务费（元） 0.05",
	},
	{
		"totals that contradict", alipayHead + alipaySale +
			"#交易合计：2笔，商家实收共1,009.00元，商家优惠共0.00元\n", "9.00",
		"format.table.stated_count 4:0  2 1; format.table.stated_total 4:0  1009.00 9.00",
	},
	{
		"a negative trade", alipayHead + "1,A,交易,2026-09-16 10:00:00,-9.00,,0\n", "",
		"format.table.amount_sign 3:5 商家实收（元） -9.00",
	},
	{
		"an unknown kind", alipayHead + "1,A,转账,2026-09-16 10:00:00,9.00,,0\n", "",
		"format.table.kind 3:3 业务类型 转账",
	},
	{
		"the summary beside it",
		"门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,服务费（元）,实收净额（元）\n",
		"", "format.table.summary",
	},
	{
		"the summary of the account",
		"类型,收入笔数,收入金额（+元）,支出笔数,支出金额（-元）,总金额（元）\n合计,0,0.00,0,0.00,0.00\n",
		"", "format.table.summary",
	},
}

// check2 is check for inputs that may be refused as a whole.
func (c small) check2(t *testing.T) {
	_, _, err := load(t, []byte(c.in), format.Options{})
	var e *tillproof.Error
	if !errors.As(err, &e) {
		c.check(t)
		return
	}
	if e.Code != c.issues {
		t.Errorf("%v, want %s", err, c.issues)
	}
}

func TestAlipayBills(t *testing.T) {
	for _, c := range alipayBills {
		t.Run(c.name, c.check2)
	}
}

const (
	wechatV1 = "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额," +
		"代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率\n"
	wechatSuccess = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类," +
		"应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注\n"
	wechatRefund = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类," +
		"应结订单金额,代金券金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态," +
		"商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\n"
	wechatEnd = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n"
)

var wechatBills = []small{
	{
		"24 columns, full-width colons, zeros for nothing",
		wechatV1 + "`2026-09-16 16：33：45,`wx1,`10000100,`0,`1000,`1001,`A,`u,`MICROPAY,`SUCCESS,`CFT,`CNY,`9.00,`0.0,`0," +
			"`0,`0,`0,`,`,`咖啡,`,`0.05,`0.60%\n" +
			"`2026-09-16 17：00：00,`wx1,`10000100,`0,`1000,`1001,`A,`u,`MICROPAY,`REVOKED,`CFT,`CNY,`0.0,`0.0,`5001," +
			"`B,`9.00,`0,`ORIGINAL,`SUCCESS,`咖啡,`,`-0.05,`0.60%\n" +
			"总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额\n`2,`9.0,`9.0,`0.0,`0\n",
		"9.00 -9.00", "",
	},
	{
		"paid only", wechatSuccess + "`2026-09-16 10:00:00,`wx1,`1900,`0,`,`4200,`A,`u,`JSAPI,`SUCCESS,`CFT,`CNY,`9.00," +
			"`0.00,`咖啡,`,`0.05000,`0.60%,`9.00,`\n" + wechatEnd + "`1,`9.00,`0.00,`0.00,`0.05000,`9.00,`0.00\n",
		"9.00", "",
	},
	{
		"refunds only", wechatRefund + "`2026-09-15 10:00:00,`wx1,`1900,`0,`,`4200,`A,`u,`JSAPI,`REFUND,`CFT,`CNY,`0.00," +
			"`0.00,`2026-09-16 11:00:00,`2026-09-16 11:00:03,`5000,`B,`2.00,`0.00,`ORIGINAL,`SUCCESS," +
			"`咖啡,`,`-0.01000,`0.60%,`0.00,`2.00,`\n" + wechatEnd + "`1,`0.00,`2.00,`0.00,`-0.01000,`0.00,`2.00\n",
		"-2.00", "",
	},
	{
		"a fee below a fen", wechatSuccess + "`2026-09-16 10:00:00,`wx1,`1900,`0,`,`4200,`A,`u,`JSAPI,`SUCCESS,`CFT,`CNY,`1.00," +
			"`0.00,`咖啡,`,`0.00600,`0.60%,`1.00,`\n", "1.00", "format.table.fee_decimals 2:17 手续费 0.00600",
	},
	{
		"an unknown state", wechatSuccess + "`2026-09-16 10:00:00,`wx1,`1900,`0,`,`4200,`A,`u,`JSAPI,`NOTPAY,`CFT,`CNY,`1.00," +
			"`0.00,`咖啡,`,`0.00,`0.60%,`1.00,`\n", "", "format.table.kind 2:10 交易状态 NOTPAY",
	},
	{
		"cut off in the totals", wechatSuccess + "`2026-09-16 10:00:00,`wx1,`1900,`0,`,`4200,`A,`u,`JSAPI,`SUCCESS,`CFT,`CNY,`1.00," +
			"`0.00,`咖啡,`,`0.01,`0.60%,`1.00,`\n" + wechatEnd + "`2,`1.0", "1.00",
		"format.table.stated_count 4:0  2 1; format.table.cut_off 4:0",
	},
	{
		"a count that is no number", wechatSuccess + "`2026-09-16 10:00:00,`wx1,`1900,`0,`,`4200,`A,`u,`JSAPI,`SUCCESS,`CFT,`CNY,`1.00," +
			"`0.00,`咖啡,`,`0.01,`0.60%,`1.00,`\n" + wechatEnd + "`99999999999999999999,`1.00,`0,`0,`0.01,`1,`0\n", "1.00",
		"format.table.stated_count 4:0  99999999999999999999 1",
	},
}

func TestWeChatBills(t *testing.T) {
	for _, c := range wechatBills {
		t.Run(c.name, c.check2)
	}
}

// TestDiscountsAreTold: what lies between the order and the merchant's money stays with the record.
func TestDiscountsAreTold(t *testing.T) {
	for file, want := range map[string]string{
		"alipay_trade.csv": "咖啡, 大杯 西门店 商家优惠 1.50", "wechat_trade.csv": "咖啡",
	} {
		_, records, err := load(t, testdata(t, file), format.Options{})
		if err != nil || records[0].Narrative != want {
			t.Errorf("%s: %q, %v", file, records[0].Narrative, err)
		}
	}
	_, records, err := load(t, testdata(t, "wechat_trade.csv"), format.Options{})
	if err != nil || records[1].Narrative != "套餐 代金券金额 5.00" {
		t.Errorf("%q, %v", records[1].Narrative, err)
	}
}

// TestRefundTimeIsItsOwn: a refund's row shows the time of the sale first; what counts is when it was asked
// for.
func TestRefundTimeIsItsOwn(t *testing.T) {
	_, records, err := load(t, []byte(wechatBills[2].in), format.Options{})
	if err != nil || records[0].Kind != tillproof.Refund ||
		records[0].Time.String() != "2026-09-16 11:00:00" {
		t.Errorf("%v %v", records, err)
	}
}

const personal = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n"

// TestLaterExportsShareIDs: a state that changed and a refund that came later do not make another line.
func TestLaterExportsShareIDs(t *testing.T) {
	row := "2026-09-02 12:00:00,商户消费,小店,水杯,支出,¥40.00,零钱,%,42001,P001,/\n"
	var ids []tillproof.RecordID
	for state, note := range map[string]string{
		"支付成功": "", "已退款(￥12.00)": "已退款(￥12.00)", "已退款￥12.00": "已退款￥12.00", "已全额退款": "已全额退款",
	} {
		_, records, err := load(t, []byte(personal+strings.ReplaceAll(row, "%", state)), format.Options{})
		if err != nil || len(records) != 1 || records[0].Amount.String() != "-40.00" {
			t.Fatal(records, err)
		}
		if !strings.HasSuffix(records[0].Narrative, note) {
			t.Errorf("%s: the note is lost in %q", state, records[0].Narrative)
		}
		ids = append(ids, records[0].ID)
	}
	for _, id := range ids {
		if id != ids[0] {
			t.Error("another id")
		}
	}
}

var personalBills = []small{
	{
		"an unknown state", personal +
			"2026-09-02 12:00:00,商户消费,小店,水杯,支出,¥40.00,零钱,奇怪,42001,P001,/\n", "",
		"format.table.status 2:8 当前状态 奇怪",
	},
	{
		"an unknown direction", personal +
			"2026-09-02 12:00:00,商户消费,小店,水杯,进出,¥40.00,零钱,支付成功,42001,P001,/\n", "",
		"format.table.direction 2:5 收/支 进出",
	},
	{
		"a refund that cannot be read", personal +
			"2026-09-02 12:00:00,商户消费,小店,水杯,支出,¥40.00,零钱,已退款(￥1x),42001,P,/\n",
		"-40.00", "format.table.refund_note 2:8 当前状态 已退款(￥1x)",
	},
	{
		"genuine repeats", personal +
			strings.Repeat("2026-09-02 12:00:00,转账,小店,/,支出,¥1.00,零钱,已转账,42001,P,/\n", 2),
		"-1.00 -1.00", "",
	},
	{
		"a row above the header that converters add", "Column1,Column2,Column3\n" + personal +
			"2026-09-02 12:00:00,转账,小店,/,支出,￥1.00,零钱,已转账,42001,P,/\n", "-1.00", "",
	},
	{
		"columns of 2021",
		"收/支    ,交易对方   ,对方账号    ,商品说明  ,收/付款方式    ,金额    ,交易状态   ,交易分类   ," +
			"交易订单号    ,商家订单号   ,交易时间      ,\n" +
			"支出     ,小店      ,abc***   ,水杯      ,余额         ,12.00  ,交易成功    ,日用     ," +
			"20210902  \t,P1        \t,2021-09-02 12:00:00 ,\n",
		"-12.00", "",
	},
}

func TestPersonalBills(t *testing.T) {
	for _, c := range personalBills {
		t.Run(c.name, c.check2)
	}
}

// TestNoHeaderLine: 乐刷 sends its lines without a header; they are known by the place of their fields.
func TestNoHeaderLine(t *testing.T) {
	whole := testdata(t, "leshua.csv")
	_, rows, _ := bytes.Cut(whole, []byte("\n"))
	with, records, err := load(t, whole, format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	src, bare, err := load(t, rows, format.Options{})
	if err != nil || src.Dialect != "leshua" || !cmp.Equal(with.Totals, src.Totals) {
		t.Fatalf("%s %+v, %v", src.Dialect, src.Totals, err)
	}
	if d := cmp.Diff(refsOf(records), refsOf(bare)); d != "" || records[0].ID != bare[0].ID {
		t.Errorf("(-with -without):\n%s", d)
	}
}

// TestCutAtPipes: '|' can be the second byte of a GBK character, so the text is decoded before it is cut.
func TestCutAtPipes(t *testing.T) {
	text := "交易日期|交易时间|交易摘要|交易金额|本次余额|对手信息|日志号|交易渠道|交易附言\n" +
		"20260901|093001|瀨臉|+1.00|1.00|瀨|1|网银|臉\n"
	raw, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(raw, []byte("|")) == strings.Count(text, "|") {
		t.Fatal("no character of this test has such a byte")
	}
	src, records, err := load(t, raw, format.Options{})
	if err != nil || len(records) != 1 || src.Dialect != "abc_debit" || records[0].Counterparty != "瀨" {
		t.Errorf("%v %v %v", src.Dialect, records, err)
	}
}

// TestAnotherName: a table of text that calls itself a workbook is known by its content.
func TestAnotherName(t *testing.T) {
	text := bytes.ReplaceAll(testdata(t, "spdb_debit.csv"), []byte(","), []byte("\t"))
	raw, err := simplifiedchinese.GB18030.NewEncoder().Bytes(text)
	if err != nil {
		t.Fatal(err)
	}
	in, err := format.NewInput("流水.xls", bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	src, err := format.Load(in, formats(), format.Options{}, func(tillproof.Record) error { return nil })
	if err != nil || src.Dialect != "spdb_debit" || src.Totals.Entries != 3 {
		t.Errorf("%v %v", src, err)
	}
}

// TestCardsInBills: a full number in any cell of a bill is masked.
func TestCardsInBills(t *testing.T) {
	const pan = "6200000000000005"
	for _, file := range []string{
		"alipay_trade.csv", "wechat_trade.csv", "wechat_personal.csv", "allinpay.csv", "spdb_debit.csv",
		"ccb_debit.csv",
	} {
		text := testdata(t, file)
		for _, old := range []string{"T20260916001", "`W001", "P001", "621234******1234", "6217****0018", "某店", "面包"} {
			text = bytes.ReplaceAll(text, []byte(old), []byte(pan))
		}
		src, records, err := load(t, text, format.Options{})
		if err != nil || len(records) == 0 || src.Masked == 0 {
			t.Errorf("%s: %d records, masked %d, %v", file, len(records), src.Masked, err)
		}
		if got := fmt.Sprintf("%+v %+v", src, records); strings.Contains(got, pan) {
			t.Errorf("%s: the number is left", file)
		}
	}
}

// FuzzLayouts begins with a file of each layout: whatever becomes of it, nothing panics, each entry is a
// record or is listed, and reading it again gives the same.
func FuzzLayouts(f *testing.F) {
	files, err := filepath.Glob("testdata/*.csv")
	if err != nil || len(files) == 0 {
		f.Fatal("no files", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		src, records, err := load(t, b, format.Options{})
		if err != nil {
			return
		}
		if src.Totals.Entries != len(records)+src.Unread {
			t.Errorf("%d entries, %d read, %d unread", src.Totals.Entries, len(records), src.Unread)
		}
		again, same, err := load(t, b, format.Options{})
		if err != nil || !cmp.Equal(src.Totals, again.Totals) || !reflect.DeepEqual(records, same) {
			t.Errorf("read twice: %v and %v, %v", src.Totals, again.Totals, err)
		}
	})
}

// TestOtherOrderTypes: of the platform's order types only some words are known. Rows of another are listed,
// never summed, and a file that has no other is not read.
func TestOtherOrderTypes(t *testing.T) {
	text := testdata(t, "allinpay_yst.csv")
	some := bytes.Replace(text, []byte("|退款|"), []byte("|代付|"), 1)
	src, records, err := load(t, some, format.Options{})
	if err != nil || len(records) != 5 || src.Unread != 1 || src.Issues[0].Code != "format.table.kind" ||
		src.Totals.SumDebit.String() != "0" {
		t.Errorf("%d records, %+v, %v", len(records), src, err)
	}
	for _, word := range []string{"消费申请", "退款", "批量分账", "提现退票", "提现"} {
		text = bytes.ReplaceAll(text, []byte("|"+word+"|"), []byte("|代付|"))
	}
	for _, opt := range []format.Options{{}, {Profile: "allinpay_yst"}} {
		if _, _, err := load(t, text, opt); err == nil {
			t.Errorf("%+v: a file of unknown order types is taken for a layout", opt)
		}
	}
}
