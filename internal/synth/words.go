package synth

import "github.com/tillproof/tillproof"

// words are the texts of the files in one language. They are what acquirers and banks write, not what the
// product says, so they are not in the catalogue.
type words struct {
	terminalHeader, acquirerHeader []string
	deeds                          [4]string
	kinds                          [2]string // debit, credit
	entry                          [3]string // chip, contactless, magnetic stripe
	title, sheet                   string
	merchantLine, periodLine, to   string
	several                        string
	total                          string
	payer, deposit, settled        string
	staff, wages, landlord, rent   string
	suppliers                      []string
	goods, cash, bank, bankFee     string
}

var chinese = words{
	terminalHeader: []string{
		"商户编号", "终端编号", "批次号", "凭证号", "参考号", "授权码", "卡号", "卡类型", "交易日期", "交易时间",
		"交易类型", "输入方式", "交易金额", "应答码", "原参考号",
	},
	acquirerHeader: []string{
		"清算日期", "商户编号", "终端编号", "批次号", "凭证号", "参考号", "卡号", "卡类型", "交易时间", "交易类型",
		"交易金额", "手续费", "结算金额",
	},
	deeds: [4]string{"消费", "退货", "消费撤销", "冲正"}, kinds: [2]string{"借记卡", "贷记卡"},
	entry: [3]string{"插卡", "挥卡", "刷卡"}, title: "商户清算明细", sheet: "清算明细", merchantLine: "商户编号：",
	periodLine: "清算日期：", to: " 至 ", several: " 等", total: "合计",
	payer: "青梧支付服务有限公司", deposit: "POS清算款 商户", settled: " 清算日",
	staff: "代发工资", wages: "员工工资", landlord: "白鹭商业管理有限公司", rent: "店面租金",
	suppliers: []string{"北渡食品批发部", "云起商贸有限公司", "三味供应链有限公司"},
	goods:     "货款 订单", cash: "营业款现金存入", bank: "临江银行", bankFee: "账户管理费",
}

var english = words{
	terminalHeader: []string{
		"Merchant ID", "Terminal ID", "Batch", "Trace", "RRN", "Auth Code", "Card", "Card Type", "Date",
		"Time",
		"Type", "Entry Mode", "Amount", "Response", "Original RRN",
	},
	acquirerHeader: []string{
		"Settlement Date", "Merchant ID", "Terminal ID", "Batch", "Trace", "RRN", "Card", "Card Type",
		"Transaction Time", "Type", "Amount", "Fee", "Net",
	},
	deeds: [4]string{"SALE", "REFUND", "VOID", "REVERSAL"}, kinds: [2]string{"DEBIT", "CREDIT"},
	entry: [3]string{"CHIP", "CONTACTLESS", "MAGSTRIPE"}, title: "Merchant settlement detail",
	sheet:        "Settlement",
	merchantLine: "Merchant ID: ", periodLine: "Settlement Date: ", to: " to ", several: " and others",
	total: "Total",
	payer: "Green Parasol Payments Ltd", deposit: "POS SETTLEMENT MERCHANT ", settled: " SETTLED ",
	staff: "Payroll", wages: "Wages", landlord: "Egret Estates Ltd", rent: "Shop rent",
	suppliers: []string{"Northferry Foods", "Cloudrise Trading", "Three Flavours Supply"},
	goods:     "Goods order ", cash: "Till takings paid in", bank: "Riverside Bank", bankFee: "Account fee",
}

func (r *run) words() *words {
	if r.o.Lang == English {
		return &english
	}
	return &chinese
}

// period is the days of the files as the report's preamble writes them.
func (w *words) period(from, to tillproof.Date) string {
	return w.periodLine + from.String() + w.to + to.String()
}
