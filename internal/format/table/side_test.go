package table_test

import (
	"errors"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// TestTheSideDecides: a log that also shows fees, and a report that also shows answers, have the same
// columns. Only what a report alone has tells them apart; else the side that the user names does, or the
// program asks.
func TestTheSideDecides(t *testing.T) {
	const terminal, acquirer, none = tillproof.Terminal, tillproof.Acquirer, tillproof.NoSide
	const moment = "交易时间,商户号,终端号,凭证号,参考号,卡号,交易类型,交易金额,手续费,应答码"
	const start = "2026-09-16 10:11:12,898110012340001,12345678,000102,260916000102,621234******1234,"
	const row = start + "消费,50.00,0.30,51"
	const report = "清算日期," + moment + ",结算金额\n2026-09-17," + row + ",49.70\n"
	const english = "Time,Merchant ID,Terminal ID,Trace,RRN,Card,Type,Amount,Fee,Response\n" +
		start + "SALE,50.00,0.30,51\n"
	for _, c := range []struct {
		name, in     string
		side         tillproof.Side
		dialect, err string
	}{
		{"nobody says it", moment + "\n" + row + "\n", none, "", "format.ambiguous"},
		{"a log", moment + "\n" + row + "\n", terminal, "terminal_zh", ""},
		{"a report", moment + "\n" + row + "\n", acquirer, "acquirer_zh", ""},
		{"a log in English", english, terminal, "terminal_en", ""},
		{"a report in English", english, acquirer, "acquirer_en", ""},
		{"what only a report has", report, none, "acquirer_zh", ""},
		{"what only a report has, against the user", report, terminal, "acquirer_zh", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			src, records, err := load(t, []byte(c.in), format.Options{Side: c.side})
			var e *tillproof.Error
			if errors.As(err, &e); c.err != "" {
				if e == nil || e.Code != c.err {
					t.Errorf("%s %v, want %s", src.Dialect, err, c.err)
				}
				return
			}
			if err != nil || src.Dialect != c.dialect || len(records) != 1 {
				t.Fatalf("%s, %d records, %v; want %s", src.Dialect, len(records), err, c.dialect)
			}
			r := &records[0]
			if r.Status != tillproof.Declined || r.Time.String() != "2026-09-16 10:11:12" {
				t.Errorf("%s at %s: 51 is declined on either side", r.Status, r.Time)
			}
		})
	}
}
