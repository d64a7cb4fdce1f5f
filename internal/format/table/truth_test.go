package table_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// truth is a file written by hand and what a person reads in it: a line for each record that is posted or not
// (line, kind, status, amount, currency, fee, time), then one for each issue.
type truth struct{ name, in, want string }

func (c truth) check(t *testing.T) {
	t.Helper()
	src, records, err := load(t, []byte(c.in), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range records {
		got = append(got, truthLine(&records[i]))
	}
	for _, i := range src.Issues {
		got = append(got, issueLine(i))
	}
	if d := cmp.Diff(strings.Split(strings.TrimSpace(c.want), "\n"), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", src.Dialect, d)
	}
}

func truthLine(r *tillproof.Record) string {
	words := strings.Fields(line(r))
	s := strings.Join(words[:3], " ") + " " + strings.Join(words[4:6], " ")
	for _, x := range [...]struct {
		name, value string
		known       bool
	}{
		{"fee", r.Fee.Param(), !r.Fee.IsZero()},
		{"original", r.Original.Param(), !r.Original.IsZero()},
		{"at", r.Time.String(), r.Time.Known()},
		{"with", r.Counterparty, r.Counterparty != ""},
	} {
		if x.known {
			s += " " + x.name + " " + x.value
		}
	}
	return s
}

const (
	worldpayHead = "Activity Date,Settlement Date,Vantiv Payment ID,Txn Type,"
	squareHead   = "Date,Time,Time Zone,Total Collected,Card,Fees,Transaction ID,Payment ID,Event Type," +
		"Transaction Status\n"
	toastHead = "Payment Id,Order Id,Paid Date,Total,Refund Amount,Void Date,Status,Type\n"
)

var providerTruths = []truth{
	{
		"worldpay: without a net amount the purchase is in its own currency",
		worldpayHead + "Purchase Currency,Purchase Amt,Settlement Currency\n" +
			"12/31/2025,01/02/2026,1,Deposit,JPY,300,USD\n" +
			"12/31/2025,01/02/2026,2,Refund,EUR,12.50,USD\n",
		"2 sale posted 300 JPY\n3 refund posted -12.50 EUR",
	},
	{
		"worldpay: the net amount is in the settlement currency",
		worldpayHead + "Purchase Currency,Purchase Amt,Net Amount,Settlement Currency\n" +
			"12/31/2025,01/02/2026,1,Deposit,JPY,300,1.92,USD\n" +
			"12/31/2025,01/02/2026,2,Refund,EUR,12.50,14.10,USD\n",
		"2 sale posted 1.92 USD original 300 JPY\n3 refund posted -14.10 USD original -12.50 EUR",
	},
	{
		"stripe: what was not captured is no sale, a dispute inside a row is told",
		"id,Created date (UTC),Amount,Currency,Captured,Converted Amount,Converted Amount Refunded," +
			"Converted Currency,Fee,Status\n" +
			"ch_1,2026-08-09 10:00:00,20.00,usd,true,20.00,0.00,usd,0.88,Paid\n" +
			"ch_2,2026-08-09 10:05:00,30.00,usd,false,30.00,0.00,usd,0.00,Paid\n" +
			"ch_3,2026-08-09 10:06:00,40.00,usd,FALSE,40.00,0.00,usd,0.00,Failed\n" +
			"ch_4,2026-08-09 10:07:00,50.00,usd,true,50.00,0.00,usd,1.75,Disputed\n",
		"2 sale posted 20.00 USD fee -0.88 USD at 2026-08-09 10:00:00\n" +
			"3 sale pending 30.00 USD at 2026-08-09 10:05:00\n" +
			"4 sale declined 40.00 USD at 2026-08-09 10:06:00\n" +
			"5 sale posted 50.00 USD fee -1.75 USD at 2026-08-09 10:07:00\n" +
			"format.table.zone 2:0\n" +
			"format.table.dispute_inside 5:10 Status Disputed",
	},
	{
		"stripe: a reserve that comes back is released",
		"automatic_payout_id,created,currency,gross,fee,net,reporting_category,source_id\n" +
			"po_1,2026-08-09 10:00:00,eur,-100.00,0.00,-100.00,risk_reserved_funds,rs_1\n" +
			"po_1,2026-08-10 10:00:00,eur,100.00,0.00,100.00,risk_reserved_funds,rs_1\n",
		"2 reserve posted -100.00 EUR at 2026-08-09 10:00:00\n" +
			"3 reserve_release posted 100.00 EUR at 2026-08-10 10:00:00",
	},
	{
		"square: a sign against the event is not read, nor an unknown event",
		squareHead +
			"2026-08-15,2:30:00 PM,London,£10.00,£10.00,-£0.20,S1,P1,Payment,Complete\n" +
			"2026-08-15,2:31:00 PM,London,£10.00,£10.00,£0.00,S2,P2,Refund,Complete\n" +
			"2026-08-15,2:32:00 PM,London,-£10.00,-£10.00,£0.00,S3,P3,Payment,Complete\n" +
			"2026-08-15,2:33:00 PM,London,£10.00,£10.00,£0.00,S4,P4,Chargeback,Complete\n" +
			"2026-08-15,2:34:00 PM,London,£10.00,£10.00,£0.00,S5,P5,Gift Card Load,Complete\n" +
			"2026-08-15,2:35:00 PM,London,-£10.00,£0.00,£0.00,S6,P6,Payment,Complete\n",
		"2 sale posted 10.00 GBP fee -0.20 GBP at 2026-08-15 14:30:00\n" +
			"format.table.kind_direction 3:5 Card £10.00\n" +
			"format.table.kind_direction 4:5 Card -£10.00\n" +
			"format.table.kind_direction 5:5 Card £10.00\n" +
			"format.table.kind 6:9 Event Type Gift Card Load\n" +
			"format.table.kind_direction 7:4 Total Collected -£10.00\n" +
			"format.table.zone 2:3 Time Zone London",
	},
	{
		"toast: a payment below nothing is not read, one with a void day is cancelled",
		toastHead +
			"1,71,08/13/2026 12:00:00,48.00,0.00,,CAPTURED,Credit\n" +
			"2,72,08/13/2026 12:10:00,-40.00,0.00,,CAPTURED,Credit\n" +
			"3,73,08/13/2026 12:20:00,40.00,0.00,08/13/2026 13:05:00,CAPTURED,Credit\n" +
			"4,74,08/13/2026 12:30:00,9.00,0.00,08/13/2026 13:05:00,DENIED,Credit\n",
		"2 sale posted 48.00 - at 2026-08-13 12:00:00\n4 sale cancelled 40.00 - at 2026-08-13 12:20:00\n" +
			"5 sale declined 9.00 - at 2026-08-13 12:30:00\n" +
			"format.table.kind_direction 3:4 Total -40.00",
	},
	{
		"sibs: an Estorno that brings money says two things",
		"Nº Lote;Data Liquidação;Data Movimento;Terminal;Tipo;Montante Bruto;Comissão;" +
			"Montante Líquido;Moeda\n" +
			"L1;02/01/2026;31/12/2025;765;Compra;100,00;1,00;99,00;EUR\n" +
			"L1;02/01/2026;31/12/2025;765;Estorno;100,00;1,00;99,00;EUR\n" +
			"L1;02/01/2026;31/12/2025;765;Estorno;100,00;0,00;-100,00;EUR\n" +
			"L1;02/01/2026;31/12/2025;765;Anulação;-5,00;0,00;-5,00;EUR\n" +
			"Total;;;;;295,00;2,00;93,00;\n",
		"2 sale posted 100.00 EUR fee -1.00 EUR\n4 reversal posted -100.00 EUR\n5 void posted -5.00 EUR\n" +
			"format.table.kind_direction 3:6 Montante Bruto 100,00",
	},
	{
		"payoneer: the other side of a payment is whom it went to",
		"Transaction Date,Transaction Time,Time Zone,Transaction ID,Description,Credit Amount,Debit Amount," +
			"Currency,Status,Running Balance,Source,Target,Reference ID\n" +
			"08/14/2026,16:20:00,,P3,Withdrawal,,100.00,USD,Completed,152.50,Me,My Bank,R3\n" +
			"08/13/2026,09:00:00,,P2,Payment,50.00,,USD,Canceled,252.50,Market,Me,R2\n" +
			"08/13/2026,08:00:00,,P1,Payment,252.50,,USD,Completed,252.50,Market,Me,R1\n",
		"2 entry posted -100.00 USD at 2026-08-14 16:20:00 with My Bank\n" +
			"3 entry cancelled 50.00 USD at 2026-08-13 09:00:00 with Market\n" +
			"4 entry posted 252.50 USD at 2026-08-13 08:00:00 with Market",
	},
	{
		"shopify: the columns of a payout must make it; fees may be written positive",
		"Payout Date,Status,Charges,Refunds,Adjustments,Reserved Funds,Fees,Retried Amount,Total,Currency\n" +
			"2026-08-03,paid,100.00,-10.00,-1.00,0.00,-3.00,2.00,88.00,EUR\n" +
			"2026-08-04,paid,100.00,-10.00,-1.00,0.00,3.00,0.00,86.00,EUR\n" +
			"2026-08-05,paid,100.00,-10.00,-1.00,-5.00,-3.00,0.00,82.00,EUR\n",
		"2 payout posted 88.00 EUR\n3 payout posted 86.00 EUR\n4 payout posted 82.00 EUR\n" +
			"format.table.parts_total 4:9 Total 81.00",
	},
	{
		"adyen: what lies between gross and net must be the parts of the fee",
		"Psp Reference,Creation Date,Type,Modification Reference,Gross Currency,Gross Debit (GC)," +
			"Gross Credit (GC),Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Markup (NC)," +
			"Scheme Fees (NC),Interchange (NC),Batch Number\n" +
			"A1,2026-08-03 10:00:00,Settled,M1,EUR,,30.00,EUR,,29.00,0.10,0.20,0.30,0.40,7\n" +
			"A2,2026-08-03 10:00:00,Settled,M2,EUR,,30.00,EUR,,29.00,0.50,,,,7\n" +
			"A3,2026-08-03 10:00:00,Settled,M3,EUR,,30.00,EUR,,29.00,,,,,7\n" +
			"A4,2026-08-03 10:00:00,Chargeback,M4,EUR,30.00,,EUR,55.00,,,25.00,,,7\n" +
			"A5,2026-08-03 10:00:00,MerchantPayout,M5,,,,EUR,32.00,,,,,,7\n",
		"2 sale posted 30.00 EUR fee -1.00 EUR at 2026-08-03 10:00:00\n" +
			"3 sale posted 30.00 EUR fee -1.00 EUR at 2026-08-03 10:00:00\n" +
			"4 sale posted 30.00 EUR fee -1.00 EUR at 2026-08-03 10:00:00\n" +
			"5 chargeback posted -30.00 EUR fee -25.00 EUR at 2026-08-03 10:00:00\n" +
			"6 payout posted -32.00 EUR at 2026-08-03 10:00:00\n" +
			"format.table.parts_total 3:11 Commission (NC) 0.50",
	},
}

func TestProviderTruths(t *testing.T) {
	for _, c := range providerTruths {
		t.Run(c.name, c.check)
	}
}

// TestPurchaseWithoutItsCurrency: a purchase is never put into the currency of the settlement.
func TestPurchaseWithoutItsCurrency(t *testing.T) {
	text := worldpayHead + "Purchase Amt,Settlement Currency\n12/31/2025,01/02/2026,1,Deposit,300,USD\n"
	_, records, err := load(t, []byte(text), format.Options{})
	var e *tillproof.Error
	if !errors.As(err, &e) || len(records) != 0 || !strings.Contains(fmt.Sprint(e.Params), "Net Amount") {
		t.Errorf("%v, %+v", records, err)
	}
}
