package table_test

import (
	"errors"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// TestCardsAreNoStatement: a day, an amount and a card are a statement only where something is of an account,
// or where the user says so.
func TestCardsAreNoStatement(t *testing.T) {
	const zh, zhRow = "日期,卡号,卡类型,交易类型,金额", "\n2026-09-16,621234******1234,借记卡,消费,100.00"
	const en, enRow = "Date,Card,Card Type,Type,Amount", "\n2026-09-16,621234******1234,DEBIT,SALE,100.00"
	for _, c := range []struct {
		in      string
		opt     format.Options
		dialect string // "" for the refusal
		lacks   string // what the nearest other layout would need
	}{
		{in: zh + zhRow, lacks: "终端编号 / 商户编号, 应答码 / 授权码 / 交易状态"},
		{in: en + enRow, lacks: "Terminal ID / Merchant ID, Response / Auth Code / Status"},
		{
			in: en + enRow, opt: format.Options{Side: tillproof.Acquirer},
			lacks: "Merchant ID / Terminal ID, Fee / Net",
		},
		{in: zh + zhRow, opt: format.Options{Side: tillproof.Bank}, dialect: "bank_zh"},
		{in: en + enRow, opt: format.Options{Profile: "bank_en"}, dialect: "bank_en"},
		{in: zh + ",余额" + zhRow + ",900.00", dialect: "bank_zh"},
		{in: zh + ",对方户名" + zhRow + ",某某公司", dialect: "bank_zh"},
		{in: "账号：6222000000001234,,,,\n" + zh + zhRow, dialect: "bank_zh"},
		{in: en + ",Debit" + enRow + ",", dialect: "bank_en"},
		{in: "Date,Details,Amount,Card Type\n2026-09-16,till,100.00,Debit", dialect: "bank_en"},
		{in: "Date,Description,Amount\n2026-09-16,till,100.00", dialect: "bank_en"},
	} {
		src, _, err := load(t, []byte(c.in+"\n"), c.opt)
		var e *tillproof.Error
		switch errors.As(err, &e); {
		case c.dialect != "" && (err != nil || src.Dialect != c.dialect):
			t.Errorf("%q: %s %v, want %s", c.in, src.Dialect, err, c.dialect)
		case c.dialect == "" && (e == nil || e.Code != "format.table.cards_only"),
			c.dialect == "" && e.Params["columns"] != c.lacks:
			t.Errorf("%q: %s %v %v, want %s", c.in, src.Dialect, err, e, c.lacks)
		}
	}
}
