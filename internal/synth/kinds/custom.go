package kinds

import "github.com/tillproof/tillproof"

// unit is what is paid together.
type unit uint8

const (
	byPayDay unit = iota // all settlement days that are due on one day
	byDay                // each settlement day is a batch with a number, and a deposit
	byBatch              // each terminal's batch of a day is a deposit
)

var (
	euro   = tillproof.Currency{'E', 'U', 'R'}
	dollar = tillproof.Currency{'U', 'S', 'D'}
)

// custom is how acquirers of a country settle. Each is data: a fact of shared trade knowledge, with a name.
type custom struct {
	name     string
	currency tillproof.Currency
	zone     string
	calendar string
	cutOff   int // minute of the day at which the acquirer's day ends; 0: midnight
	days     int // banking days from the settlement day to the credit
	unit     unit
	dated    bool // the statement's text names the settlement days
	payouts  bool // report and statement name the payout
	gross    bool // paid without deduction; the fees are a debit after the month's end
	split    bool // the report shows the fee in three parts: interchange, scheme, markup
	step     int  // what prices are multiples of, in minor units
	scale    int  // percent of the shop's prices in minor units of CNY
	tariff   []tillproof.TariffLine
	words    *words
}

// Rates are within what is usual: in mainland China 0.50 % (capped at 20.00) and 0.60 % for cards and 0.38 %
// for codes; in Europe interchange of 0.20 and 0.30 % (regulation 2015/751) with scheme fees and a markup; in
// the United States a flat offer of a rate and cents.
var customs = []custom{
	{
		name: "cn", currency: tillproof.CNY, zone: "Asia/Shanghai", calendar: "CN", cutOff: 23 * 60, days: 1,
		unit: byPayDay, dated: true, step: 10, scale: 100, words: &chinese,
		tariff: []tillproof.TariffLine{
			{Kind: tillproof.CardDebit, RatePPM: 5_000, Cap: 2_000, ReturnsFee: true},
			{Kind: tillproof.CardCredit, RatePPM: 6_000},
			{Kind: tillproof.Wallet, RatePPM: 3_800, ReturnsFee: true},
		},
	},
	{
		name: "eu", currency: euro, zone: "Europe/Berlin", calendar: "TARGET2", days: 2,
		unit: byDay, dated: true, payouts: true, split: true, step: 5, scale: 15, words: &english,
		tariff: []tillproof.TariffLine{
			{Kind: tillproof.CardDebit, RatePPM: 6_500, Fixed: 5},
			{Kind: tillproof.CardCredit, RatePPM: 8_500, Fixed: 5},
			{Kind: tillproof.Wallet, RatePPM: 9_000, Fixed: 5},
		},
	},
	{
		name: "us", currency: dollar, zone: "America/New_York", calendar: "US", days: 1,
		unit: byBatch, gross: true, step: 1, scale: 18, words: &english,
	},
	{
		name: "us_net", currency: dollar, zone: "America/New_York", calendar: "US", days: 1,
		unit: byBatch, step: 1, scale: 18, words: &english,
		tariff: []tillproof.TariffLine{
			{Kind: tillproof.CardDebit, RatePPM: 12_500, Fixed: 22},
			{Kind: tillproof.CardCredit, RatePPM: 26_000, Fixed: 10},
			{Kind: tillproof.Wallet, RatePPM: 26_000, Fixed: 15},
		},
	},
}

func (c *custom) tariffFor(k tillproof.CardKind) (tillproof.TariffLine, bool) {
	for _, t := range c.tariff {
		if t.Kind == k {
			return t, true
		}
	}
	return tillproof.TariffLine{}, false
}

// words are the texts of the files in one language.
type words struct {
	terminal, acquirer, split, bank, orders []string
	deeds                                   [deedCount]string
	kinds                                   [3]string // debit, credit, code
	title, merchant, period, to             string
	total                                   string
	payer, deposit, settled, payout         string
	fees, feeParty                          string
	status                                  [3]string   // paid, outcome not known, not exported
	others                                  [][2]string // party and text of other money
}

var chinese = words{
	terminal: []string{
		"商户编号", "终端编号", "批次号", "凭证号", "参考号", "授权码", "卡号", "卡类型", "交易日期", "交易时间",
		"交易类型", "交易金额", "应答码", "原参考号", "订单号",
	},
	acquirer: []string{
		"清算日期", "商户编号", "终端编号", "批次号", "凭证号", "参考号", "授权码", "卡号", "卡类型", "交易日期", "交易时间",
		"交易类型", "交易金额", "手续费", "结算金额", "原参考号", "订单号",
	},
	split:  []string{"发卡行服务费", "网络服务费", "收单服务费"},
	bank:   []string{"记账日期", "对方户名", "摘要", "金额", "余额", "流水号"},
	orders: []string{"商户编号", "订单号", "交易日期", "交易时间", "交易类型", "交易金额", "交易状态"},
	deeds:  [deedCount]string{"消费", "退货", "消费撤销", "预授权", "预授权完成", "预授权撤销", "调账", "手续费"},
	kinds:  [3]string{"借记卡", "贷记卡", "扫码"}, title: "商户清算明细", merchant: "商户编号：", period: "清算日期：",
	to: " 至 ", total: "合计", payer: "青梧支付服务有限公司", deposit: "POS清算款 商户", settled: " 清算日",
	payout: " 划款批次", fees: "商户服务费", feeParty: "青梧支付服务有限公司", status: [3]string{"成功", "超时", ""},
	others: [][2]string{
		{"北渡食品批发部", "货款"},
		{"白鹭商业管理有限公司", "店面租金"},
		{"代发工资", "员工工资"},
		{"林知远", "转账"},
	},
}

var english = words{
	terminal: []string{
		"Merchant ID", "Terminal ID", "Batch", "Trace", "RRN", "Auth Code", "Card", "Card Type", "Date",
		"Time", "Type", "Amount", "Response", "Original RRN", "Order No",
	},
	acquirer: []string{
		"Settlement Date", "Merchant ID", "Terminal ID", "Batch", "Trace", "RRN", "Auth Code", "Card",
		"Card Type", "Transaction Date", "Transaction Time", "Type", "Amount", "Fee", "Net", "Original RRN",
		"Order No",
	},
	split:  []string{"Interchange", "Scheme Fee", "Acquirer Markup"},
	bank:   []string{"Booking Date", "Name", "Description", "Amount", "Balance", "Reference"},
	orders: []string{"Merchant ID", "Order No", "Date", "Time", "Type", "Amount", "Status"},
	deeds: [deedCount]string{
		"SALE", "REFUND", "VOID", "PREAUTH", "COMPLETION", "PREAUTH VOID", "ADJUSTMENT", "FEE",
	},
	kinds: [3]string{"DEBIT", "CREDIT", "QR"}, title: "Merchant settlement detail",
	merchant: "Merchant ID: ", period: "Settlement Date: ", to: " to ", total: "Total",
	payer:   "Green Parasol Payments Ltd",
	deposit: "CARD SETTLEMENT MERCHANT ", settled: " SETTLED ", payout: " PAYOUT ",
	fees: "MERCHANT SERVICE FEES ", feeParty: "Green Parasol Payments Ltd",
	status: [3]string{"APPROVED", "TIMEOUT", ""},
	others: [][2]string{
		{"Northferry Foods", "Goods order"},
		{"Egret Estates Ltd", "Shop rent"},
		{"Payroll", "Wages"},
		{"M. Sorrel", "Transfer"},
	},
}
