package table_test

import (
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

const saobeiHead = "商户号,终端号,交易时间,退款完成时间,交易金额(分),手续费,退款金额,交易状态,交易单号,退款原单号\n"

const leshuaHead = "记录类型,编号,交易时间,订单号,商户号,费率(万分之一),交易金额,手续费,结算金额,资金流向,交易类型\n"

const bocomHead = "交易日期,记账日期,交易说明,交易币种/金额,入账币种/金额\n"

var chinaTruths = []truth{
	{
		"扫呗: a sale keeps its time, though its refund came later", saobeiHead +
			"858,300,2025-12-31 23:59:59,2026-01-01 00:00:01,10000,38,0,支付成功,S1,\n" +
			"858,300,2025-12-31 23:59:59,2026-01-01 00:00:01,0,-8,2000,退款成功,S2,S1\n" +
			"858,300,2025-12-31 22:00:00,,0,0,500,退款处理中,S3,S1\n" +
			"858,300,2025-12-31 21:00:00,,700,0,0,待支付,S4,\n",
		"2 sale posted 100.00 CNY fee -0.38 CNY at 2025-12-31 23:59:59\n" +
			"3 refund posted -20.00 CNY fee 0.08 CNY at 2026-01-01 00:00:01\n" +
			"4 refund pending -5.00 CNY at 2025-12-31 22:00:00\n" +
			"5 sale pending 7.00 CNY at 2025-12-31 21:00:00",
	},
	{
		"乐刷: the flow of money and the type must say the same", leshuaHead +
			"BT,1,2026-01-01 00:00:00,L1,01,38,500,2,498,进账,消费\n" +
			"BT,2,2026-01-01 00:00:00,L2,01,38,500,2,498,进账,退货成功\n" +
			"BT,3,2026-01-01 00:00:00,L3,01,38,500,2,498,出账,消费\n" +
			"BT,4,2026-01-01 00:00:00,L4,01,38,500,2,498,退款,退货成功\n" +
			"BT,5,2026-01-01 00:00:00,L5,01,38,500,2,498,出账,消费撤销成功\n" +
			"BT,6,2026-01-01 00:00:00,L6,01,38,500,2,498,退款,退款失败\n" +
			"BT,7,2026-01-01 00:00:00,L7,01,38,500,2,498,解冻,消费\n",
		"2 sale posted 5.00 CNY fee -0.02 CNY at 2026-01-01 00:00:00\n" +
			"5 refund posted -5.00 CNY fee 0.02 CNY at 2026-01-01 00:00:00\n" +
			"6 void posted -5.00 CNY fee 0.02 CNY at 2026-01-01 00:00:00\n" +
			"7 refund declined -5.00 CNY fee 0.02 CNY at 2026-01-01 00:00:00\n" +
			"8 sale neutral 5.00 CNY fee -0.02 CNY at 2026-01-01 00:00:00\n" +
			"format.table.kind_direction 3:10 资金流向 进账\n" +
			"format.table.kind_direction 4:10 资金流向 出账",
	},
	{
		"交行信用卡: what undoes a purchase brings money", bocomHead +
			"2025-12-31,2026-01-01,消费退货 某店,CNY 12.30,CNY 12.30\n" +
			"2025-12-31,2026-01-01,消费撤销 某店,CNY 5.00,CNY 5.00\n" +
			"2025-12-31,2026-01-01,还款冲正 网银,CNY 7.00,CNY 7.00\n" +
			"2025-12-31,2026-01-01,积分 某店,CNY 1.00,CNY 1.00\n",
		"2 entry posted 12.30 CNY\n3 entry posted 5.00 CNY\n4 entry posted -7.00 CNY\n" +
			"format.table.direction 5:3 交易说明 积分 某店",
	},
	{
		"微信资金账单: commas that group thousands, in rows and in the totals",
		"记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号\n" +
			"`2026-09-16 10:00:00,`42,`1,`交易,`交易,`收入,`1,234,567.80,`1,234,567.80,`s,`,`W1\n" +
			"`2026-09-16 11:00:00,`42,`2,`提现,`提现,`支出,`1,000.00,`1,233,567.80,`s,`到账, 快,`W2\n" +
			"资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\n`2,`1,`1,234,567.80,`1,`1,000.00\n",
		"2 entry posted 1234567.80 CNY at 2026-09-16 10:00:00\n" +
			"3 entry posted -1000.00 CNY at 2026-09-16 11:00:00",
	},
	{
		"微信资金账单: a minus that repeats 支出, and a total of sizes",
		"记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元)\n" +
			"`2026-09-16 10:00:00,`42,`1,`退款,`退款,`支出,`-9.94,`90.06\n" +
			"`2026-09-16 11:00:00,`42,`2,`提现,`提现,`支出,`10.00,`80.06\n" +
			"资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\n`2,`0,`0.00,`2,`19.94\n",
		"2 entry posted -9.94 CNY at 2026-09-16 10:00:00\n3 entry posted -10.00 CNY at 2026-09-16 11:00:00",
	},
	{
		"微信交易账单: a comma in a cell, and one that cannot be told from the next cell", wechatSuccess +
			"`2026-09-16 10:00:00,`wx1,`1900,`0,`,`4200,`A,`u,`JSAPI,`SUCCESS,`CFT,`CNY,`1,000.00,`0.00," +
			"`咖啡,大杯,热,`,`6.00,`0.60%,`1,000.00,`\n" +
			"`2026-09-16 10:00:00,`wx1,`1900,`0,`,`4200,`B,`u,`JSAPI,`SUCCESS,`CFT,`CNY,`9.00,`0.00," +
			"`咖啡,`大杯`,`,`0.05,`0.60%,`9.00,`\n" +
			wechatEnd + "`2,`1,009.00,`0.00,`0.00,`6.05000,`1,009.00,`0.00\n",
		"2 sale posted 1000.00 CNY fee -6.00 CNY at 2026-09-16 10:00:00\n" +
			"format.table.row_long 3:0\n" +
			"format.table.stated_total 5:0  1009.00 1000.00\nformat.table.stated_total 5:0  6.05000 6.00",
	},
	{
		"微信个人账单: what friends sent back", personal +
			"2026-09-02 12:00:00,转账,小店,/,支出,¥4.00,零钱,朋友已退还,42001,P001,/\n" +
			"2026-09-02 12:00:00,转账,小店,/,支出,¥5.00,零钱,已全额退还,42002,P001,/\n" +
			"2026-09-02 12:00:00,转账,小店,/,支出,¥6.00,零钱,待朋友确认收钱,42003,P001,/\n",
		"2 entry posted -4.00 CNY at 2026-09-02 12:00:00 with 小店\n" +
			"3 entry posted -5.00 CNY at 2026-09-02 12:00:00 with 小店\n" +
			"4 entry pending -6.00 CNY at 2026-09-02 12:00:00 with 小店",
	},
}

func TestChinaTruths(t *testing.T) {
	for _, c := range chinaTruths {
		t.Run(c.name, c.check)
	}
}

// TestAllinpayTypes: the names of its codes say what a row is; a pre-authorisation and its void move nothing.
func TestAllinpayTypes(t *testing.T) {
	sample := string(testdata(t, "allinpay.csv"))
	row := strings.SplitAfter(sample, "\n")[:2]
	for word, want := range map[string]string{
		"微信支付": "sale posted 100.00", "支付宝支付退款": "refund posted -100.00", "预授权撤销": "void neutral -100.00",
		"银联扫码撤销": "void posted -100.00", "预授权完成撤销": "void posted -100.00",
	} {
		text := row[0] + strings.Replace(row[1], ",消费,", ","+word+",", 1)
		_, records, err := load(t, []byte(text), format.Options{})
		if err != nil || len(records) != 1 {
			t.Fatal(word, records, err)
		}
		r := &records[0]
		got := strings.Join([]string{r.Kind.String(), r.Status.String(), r.Amount.String()}, " ")
		if got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
}

// TestCommasKeepTheirCell: the text of a cell that was cut at its comma is whole again.
func TestCommasKeepTheirCell(t *testing.T) {
	_, records, err := load(t, []byte(chinaTruths[5].in), format.Options{})
	if err != nil || len(records) != 1 || records[0].Narrative != "咖啡,大杯,热" ||
		records[0].Status != tillproof.Posted {
		t.Errorf("%v, %v", records, err)
	}
}
