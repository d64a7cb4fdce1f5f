package recon

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillproof/tillproof"
)

// trade makes the three files of a month with one of everything that can happen, and counts what it makes:
// the answer is known before anybody reconciles. The layout is that of the speed benchmark.
type trade struct {
	quote, crlf, letters, turned bool
	chinese, yuan                bool // headers in Chinese and GB18030; amounts in yuan

	rng           *rand.Rand
	pos, settle   []string
	bank          []string
	due           map[string]map[tillproof.Date]int64
	want          map[string]int64
	day           tillproof.Date
	second, trace int
}

const (
	tradeMerchants = 12
	tradeDays      = 26
	tradePerDay    = 150
)

type tradeRow struct {
	merchant, terminal, rrn, card, kind string
	trace                               int
	amount, fee                         int64
	at                                  tillproof.LocalTime
}

func newTrade(seed uint64) *trade {
	return &trade{
		rng: rand.New(rand.NewPCG(seed, 1)), due: map[string]map[tillproof.Date]int64{},
		want: map[string]int64{},
	}
}

// files are the log, the report and the statement.
func (g *trade) files() map[tillproof.Side]string {
	start, _ := tillproof.ParseDate("2026-03-02")
	for d := range tradeDays {
		g.day, g.second = start+tillproof.Date(d), 8*3600
		for i := range tradePerDay {
			g.sale(d*tradePerDay + i)
		}
	}
	g.pay()
	return map[tillproof.Side]string{
		tillproof.Terminal: g.table("merchant_no,terminal_no,batch_no,trace_no,rrn,card_mask,amount,fee,"+
			"local_time,type,resp_code,orig_rrn", g.pos),
		tillproof.Acquirer: g.table("settle_date,merchant_no,terminal_no,batch_no,trace_no,rrn,card_mask,"+
			"txn_time,type,gross,fee,net", g.settle),
		tillproof.Bank: g.table("book_date,account_no,reference,amount,balance", g.bank),
	}
}

// row makes a row of the log. Each has a card and a moment of its own: only one answer fits.
func (g *trade) row(kind string) tradeRow {
	g.trace++
	g.second += 60 + g.rng.IntN(200)
	m := g.rng.IntN(tradeMerchants)
	r := tradeRow{
		merchant: fmt.Sprintf("89831014812%04d", 1000+m),
		terminal: fmt.Sprintf("0%07d", 37*m+1+g.rng.IntN(3)),
		rrn:      fmt.Sprintf("606%09d", g.trace), kind: kind, trace: g.trace,
		card:   fmt.Sprintf("6222%02d******%04d", g.trace/10000, g.trace%10000),
		amount: 1000 + g.rng.Int64N(90000), at: g.day.At(0, 0, g.second),
	}
	if g.letters && g.trace%3 == 0 {
		r.rrn = "K" + r.rrn[1:]
	}
	r.fee = (r.amount*60 + 5000) / 10000
	return r
}

func (g *trade) log(r tradeRow, response, original string) {
	g.pos = append(g.pos, fmt.Sprintf("%s,%s,%06d,%06d,%s,%s,%d,%d,%s,%s,%s,%s", r.merchant, r.terminal, 1,
		r.trace, r.rrn, r.card, r.amount, r.fee, r.at, r.kind, response, original))
	g.want["pos_rows"]++
}

func (g *trade) report(r tradeRow) {
	sign := int64(1)
	if r.kind == "REFUND" {
		sign = -1
	}
	trace := r.trace
	if r.rrn == "" {
		trace = 0
	}
	g.settle = append(g.settle, fmt.Sprintf("%s,%s,%s,%06d,%06d,%s,%s,%s,%s,%d,%d,%d", g.day, r.merchant,
		r.terminal, 1, trace, r.rrn, r.card, r.at, r.kind, sign*r.amount, sign*r.fee, sign*(r.amount-r.fee)))
	g.want["settle_rows"]++
	if g.due[r.merchant] == nil {
		g.due[r.merchant] = map[tillproof.Date]int64{}
	}
	pay := g.day + 1
	for pay.Weekday() == 0 || pay.Weekday() == 6 {
		pay++
	}
	g.due[r.merchant][pay] += sign * (r.amount - r.fee)
}

// sale makes one sale and what becomes of it.
func (g *trade) sale(i int) {
	r := g.row("SALE")
	if i%53 == 5 {
		g.log(r, "51", "")
		if i%530 == 5 { // refused, and settled all the same
			g.count("unexpected", r.amount)
			g.report(r)
		}
		return
	}
	g.log(r, "00", "")
	if i%89 == 6 {
		void := r
		void.kind, void.rrn, void.fee, void.at = "VOID", fmt.Sprintf("707%09d", i), 0, r.at+60
		g.log(void, "00", r.rrn)
		return
	}
	g.want["pos_eligible"]++
	g.settled(i, r)
	if i%83 == 7 {
		back := r
		back.kind, back.at, back.rrn = "REFUND", r.at+30, fmt.Sprintf("808%09d", i)
		g.want["pos_eligible"]++
		g.log(back, "00", r.rrn)
		g.report(back)
		g.want["matched_exact"]++
	}
}

func (g *trade) settled(i int, r tradeRow) {
	switch {
	case i%97 == 0:
		g.count("missing", r.amount-r.fee)
		return
	case i%101 == 1:
		g.count("duplicate", r.amount)
		g.want["matched_exact"]++
		g.report(r)
	case i%103 == 2:
		r.amount -= 7
		g.count("amount_mismatch", 7)
	case i%107 == 3:
		r.fee += 9
		g.count("fee_mismatch", 9)
	case i%109 == 4:
		r.rrn, r.at = "", r.at+25
		g.want["matched_fallback"]++
	case i%113 == 8:
		r.fee-- // rounding
		g.want["matched_exact"]++
		g.stranger(i)
	default:
		g.want["matched_exact"]++
	}
	g.report(r)
}

// stranger is a row of the report that nobody logged.
func (g *trade) stranger(i int) {
	r := g.row("SALE")
	r.rrn = fmt.Sprintf("909%09d", i)
	g.count("unexpected", r.amount)
	g.report(r)
}

func (g *trade) count(what string, amount int64) {
	g.want[what]++
	g.want[what+"_cents"] += amount
}

// pay writes the deposits in the order of their days, some short, some not at all, other lines between.
func (g *trade) pay() {
	var lines []string
	k := 0
	for m := range tradeMerchants {
		merchant := fmt.Sprintf("89831014812%04d", 1000+m)
		days := []tillproof.Date{}
		for day := range g.due[merchant] {
			days = append(days, day)
		}
		slices.Sort(days)
		for _, day := range days {
			k++
			net := g.due[merchant][day]
			g.want["deposits_expected"]++
			switch {
			case k%29 == 5:
				g.count("bank_missing", net)
				continue
			case k%17 == 3:
				g.count("bank_short", 55)
				net -= 55
			case k%7 == 1:
				lines = append(lines, fmt.Sprintf("%s,6222%04d,TRANSFER OUT %d,%d,0", day, m, k, -5000-k))
			}
			lines = append(lines, fmt.Sprintf("%s,6222%04d,POS SETTLEMENT %s,%d,0", day, m, merchant, net))
		}
	}
	slices.Sort(lines)
	g.bank = lines
	g.want["bank_rows"] = int64(len(lines))
	for _, what := range []string{
		"missing", "amount_mismatch", "fee_mismatch", "bank_short", "bank_missing",
	} {
		g.want["loss_cents"] += g.want[what+"_cents"]
	}
}

// table writes a head and rows as the variant has them.
func (g *trade) table(head string, rows []string) string {
	end := "\n"
	if g.crlf {
		end = "\r\n"
	}
	var b strings.Builder
	names := strings.Split(head, ",")
	for i, row := range append([]string{head}, rows...) {
		cells := strings.Split(row, ",")
		for k, name := range names {
			switch {
			case i == 0 && g.chinese:
				cells[k] = chineseHead[name]
			case i > 0 && g.yuan && slices.Contains(amountHeads, name):
				cells[k] = yuanOf(cells[k])
			}
		}
		if g.turned {
			slices.Reverse(cells)
		}
		if g.quote {
			b.WriteString(`"` + strings.Join(cells, `","`) + `"` + end)
			continue
		}
		b.WriteString(strings.Join(cells, ",") + end)
	}
	if g.chinese {
		text, err := simplifiedchinese.GB18030.NewEncoder().String(b.String())
		if err != nil {
			panic(err)
		}
		return text
	}
	return b.String()
}

var amountHeads = []string{"amount", "fee", "gross", "net", "balance"}

// chineseHead are the headers as an acquirer in China might write them.
var chineseHead = map[string]string{
	"merchant_no": "商户号", "terminal_no": "终端号", "batch_no": "批次号", "trace_no": "凭证号", "rrn": "参考号",
	"card_mask": "卡号", "amount": "交易金额", "fee": "手续费", "local_time": "交易时间", "type": "交易类型",
	"resp_code": "应答码", "orig_rrn": "原参考号", "settle_date": "清算日期", "txn_time": "交易时间",
	"gross": "交易金额", "net": "结算金额", "book_date": "记账日期", "account_no": "账号", "reference": "摘要",
	"balance": "备用",
}

// yuanOf writes fen as yuan.
func yuanOf(fen string) string {
	digits, minus := strings.CutPrefix(fen, "-")
	digits = strings.Repeat("0", max(0, 3-len(digits))) + digits
	out := digits[:len(digits)-2] + "." + digits[len(digits)-2:]
	if minus {
		return "-" + out
	}
	return out
}
