package mrx

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tillproof/tillproof/internal/format"
)

// reversed is a slip of a sale of 50.00 (commission 1.00) and of a reversal whose amounts are as given.
func reversed(gross, net, fee, stated string) string {
	trx := func(reversal, gross, net, fee, ref string) string {
		amount := func(name, text string) string {
			return fmt.Sprintf(`<%s c="CHF">%s</%s>`, name, text, name)
		}
		return "<trx><trxDate>2026-09-16</trxDate><refNo>" + ref + "</refNo><isReversal>" + reversal +
			"</isReversal>" + amount("aTrxGrosSC", gross) + amount("aTrxNetSC", net) +
			amount("aComEffSC", fee) + "</trx>"
	}
	sum := ""
	if stated != "" {
		g, n, _ := strings.Cut(stated, " ")
		sum = `<sum><sumSC><noValidTrx>2</noValidTrx><aTrxGrosSC c="CHF">` + g + `</aTrxGrosSC><aTrxNetSC c="CHF">` +
			n + `</aTrxNetSC></sumSC></sum>`
	}
	return "<merchantReconciliationXML><payment><contract><sumSlip>" +
		trx("0", "50.00", "49.00", "-1.00", "1") +
		trx("1", gross, net, fee, "2") + sum + "</sumSlip></contract></payment></merchantReconciliationXML>"
}

// TestReversalsSign: a reversal with the sign of a sale is read as the totals of its slip show it; where they
// show nothing it stays as it is written, and an issue says so.
func TestReversalsSign(t *testing.T) {
	for name, c := range map[string]struct {
		gross, net, fee, stated string
		want                    string // the second record, and the issues
	}{
		"with its own sign": {
			"-20.00", "-19.60", "0.40", "30.00 29.40", "reversal -20.00 CHF fee 0.40 net -19.60",
		},
		"a refund undone, as the totals show": {
			"20.00", "19.60", "-0.40", "70.00 68.60", "adjustment 20.00 CHF fee -0.40 net 19.60",
		},
		"a sale undone, as the totals show": {
			"20.00", "19.60", "-0.40", "30.00 29.40",
			"reversal -20.00 CHF fee 0.40 net -19.60; format.mrx.reversal.turned",
		},
		"no totals": {
			"20.00", "19.60", "-0.40", "",
			"adjustment 20.00 CHF fee -0.40 net 19.60; format.mrx.reversal.open",
		},
		"totals that hold with neither": {
			"20.00", "19.60", "-0.40", "99.00 98.00",
			"adjustment 20.00 CHF fee -0.40 net 19.60; format.mrx.reversal.open; format.mrx.total; " +
				"format.mrx.total",
		},
		"of nothing": {"0.00", "0.00", "0.00", "50.00 49.00", "adjustment 0.00 CHF fee 0.00 net 0.00"},
	} {
		src, records, err := leaf.Load([]byte(reversed(c.gross, c.net, c.fee, c.stated)), format.Options{})
		if err != nil || len(records) != 2 {
			t.Fatalf("%s: %d records, %v", name, len(records), err)
		}
		r := records[1]
		got := fmt.Sprintf("%s %s fee %s net %s", r.Kind, r.Amount.Param(), r.Fee, r.Net)
		for _, i := range src.Issues {
			got += "; " + i.Code
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
