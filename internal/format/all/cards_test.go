package all

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// TestNoColumnShowsACard puts a published test number into each column of a terminal log in turn: whatever
// the column is for, no record, issue or statement may hold the number.
func TestNoColumnShowsACard(t *testing.T) {
	const number = "4111111111111111"
	head := "商户编号,终端编号,批次号,凭证号,参考号,授权码,卡号,卡类型,交易日期,交易时间,交易类型,输入方式,交易金额,应答码,原参考号,订单号,备注"
	row := "104310058120001,10000001,000001,000001,626000000001,123456,621234******1234,借记卡,2026-09-16," +
		"10:11:12,消费,芯片,15.90,00,626000000002,D1,谢谢"
	for i, name := range strings.Split(head, ",") {
		cells := strings.Split(row, ",")
		cells[i] = number
		text := head + "\n" + strings.Join(cells, ",") + "\n" + row + "\n"
		src, records, err := formattest.Load([]byte(text), Formats(), format.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := fmt.Sprintf("%+v %+v", src, records); strings.Contains(got, number) {
			t.Errorf("%s: the number is left in %s", name, got)
		}
		if len(records)+src.Unread != 2 {
			t.Errorf("%s: %d records, %d unread", name, len(records), src.Unread)
		}
		if len(records) == 2 && src.Masked != 1 {
			t.Errorf("%s: masked %d", name, src.Masked)
		}
	}
}

// TestNoAmountShowsACard: a card number where an amount belongs is no amount.
func TestNoAmountShowsACard(t *testing.T) {
	for _, text := range []string{
		camtFile(`<Ntry><Amt Ccy="EUR">4111111111111111</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>`),
		mtHead + ":61:260102C4111111111111111,00NTRF\n",
	} {
		src, records, err := formattest.Load([]byte(text), Formats(), format.Options{})
		if err != nil || len(records) != 0 || src.Unread != 1 {
			t.Errorf("%d records, %d unread, %v", len(records), src.Unread, err)
		}
		if got := fmt.Sprintf("%+v", src); strings.Contains(got, "4111111111111111") {
			t.Errorf("the number is left in %s", got)
		}
	}
}

// TestNoReferenceShowsACard does so with the references of both kinds of bank statement.
func TestNoReferenceShowsACard(t *testing.T) {
	const number = "4111111111111111"
	camt := `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Ntry>` +
		`<NtryRef>N</NtryRef><Amt Ccy="CNY">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>` +
		`<AcctSvcrRef>N</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>N</EndToEndId><TxId>N</TxId></Refs>` +
		`</TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>`
	swift := ":20:X\n:25:12345\n:28C:1/1\n:60F:C260301EUR10,00\n:61:2603020302C5,00NTRFN//N\n" +
		":86:/EREF/N/PREF/N/\n:62F:C260302EUR15,00\n"
	for _, text := range []string{camt, swift} {
		text = strings.NewReplacer(
			">N<", ">"+number+"<", "NTRFN//N", "NTRF"+number+"//"+number, "/N/", "/"+number+"/",
		).Replace(text)
		src, records, err := formattest.Load([]byte(text), Formats(), format.Options{})
		if err != nil || len(records) != 1 || src.Masked == 0 {
			t.Fatalf("%d records, masked %d, %v", len(records), src.Masked, err)
		}
		if got := fmt.Sprintf("%+v %+v", src, records); strings.Contains(got, number) {
			t.Errorf("the number is left in %s", got)
		}
	}
}
