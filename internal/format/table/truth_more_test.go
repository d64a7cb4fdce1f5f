package table_test

import "testing"

const stripeBalanceHead = "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Description," +
	"order_id (metadata)\n"

const paypalHeadDE = "Datum,Uhrzeit,Zeitzone,Name,Typ,Status,Währung,Brutto,Entgelt,Netto,Transaktionscode," +
	"Zugehöriger Transaktionscode,Guthaben,Auswirkung auf Guthaben\n"

const paypalHeadES = "Fecha,Hora,Zona horaria,Nombre,Tipo,Estado,Divisa,Bruto,Tarifa,Neto," +
	"Id. de transacción,Saldo,Impacto en saldo\n"

const statementHead = "Date,Time,Time Zone,Description,Currency,Gross,Fee,Net,Balance,Transaction ID,Name\n"

var reportTruths = []truth{
	{
		"stripe balance: what comes in under a type that goes out is not read", stripeBalanceHead +
			"t1,charge,ch_1,\"1,000.00\",29.30,970.70,usd,2025-12-31 23:59:00,A,O1\n" +
			"t2,payment_refund,pyr_2,-30.00,-0.50,-29.50,usd,2026-01-01 00:00:00,B,\n" +
			"t3,charge,ch_3,-20.00,0.00,-20.00,usd,2026-01-01 00:00:00,C,\n" +
			"t4,refund,re_4,20.00,0.00,20.00,usd,2026-01-01 00:00:00,D,\n" +
			"t5,payment_reversal,py_5,-12.00,15.00,-27.00,usd,2026-01-01 00:00:00,E,\n" +
			"t6,reserve_hold,,-50.00,0.00,-50.00,usd,2026-01-01 00:00:00,F,\n" +
			"t7,reserve_transaction,,50.00,0.00,50.00,usd,2026-01-02 00:00:00,G,\n" +
			"t8,payout,po_8,-800.00,0.00,-800.00,usd,2026-01-02 00:00:00,H,\n" +
			"t9,payout_failure,po_8,800.00,0.00,800.00,usd,2026-01-02 00:00:00,I,\n" +
			"t10,charge,ch_10,1000,36,964,jpy,2026-01-02 00:00:00,J,\n",
		"2 sale posted 1000.00 USD fee -29.30 USD at 2025-12-31 23:59:00\n" +
			"3 refund posted -30.00 USD fee 0.50 USD at 2026-01-01 00:00:00\n" +
			"6 reversal posted -12.00 USD fee -15.00 USD at 2026-01-01 00:00:00\n" +
			"7 reserve posted -50.00 USD at 2026-01-01 00:00:00\n" +
			"8 reserve_release posted 50.00 USD at 2026-01-02 00:00:00\n" +
			"9 payout posted -800.00 USD at 2026-01-02 00:00:00\n" +
			"10 adjustment posted 800.00 USD at 2026-01-02 00:00:00\n" +
			"11 sale posted 1000 JPY fee -36 JPY at 2026-01-02 00:00:00\n" +
			"format.table.kind_direction 4:4 Amount -20.00\n" +
			"format.table.kind_direction 5:4 Amount 20.00\n" +
			"format.table.zone 2:0",
	},
	{
		"paypal statement: a net that gross and fee do not make", statementHead +
			"12/31/2025,23:59:59,,Express Checkout Payment,USD,\"1,200.00\",-42.10,\"1,157.90\"," +
			"\"1,157.90\",P1,Ada\n" +
			"1/1/2026,00:00:00,,Payment Refund,USD,-200.00,6.90,-193.10,964.80,P2,Ada\n" +
			"1/2/2026,10:00:00,,Express Checkout Payment,JPY,\"1,000\",-40,960,960,P3,Bo\n" +
			"1/3/2026,10:00:00,,Express Checkout Payment,USD,10.00,-1.00,8.00,972.80,P4,Bo\n",
		"2 entry posted 1157.90 USD at 2025-12-31 23:59:59 with Ada\n" +
			"3 entry posted -193.10 USD at 2026-01-01 00:00:00 with Ada\n" +
			"4 entry posted 960 JPY at 2026-01-02 10:00:00 with Bo\n" +
			"5 entry posted 8.00 USD at 2026-01-03 10:00:00 with Bo\n" +
			"format.table.parts_total 5:8 Net 9.00",
	},
	{
		"paypal in German: refunded, withdrawn, held and charged back", paypalHeadDE +
			"31.12.2025,23:59:59,,Ada,PayPal Express-Zahlung,Teilweise zurückgezahlt,EUR,\"1.200,00\"," +
			"\"-42,10\",\"1.157,90\",P1,,\"1.157,90\",Haben\n" +
			"01.01.2026,00:00:00,,Ada,Rückzahlung,Abgeschlossen,EUR,\"-200,00\",\"6,90\",\"-193,10\",P2,P1," +
			"\"964,80\",Soll\n" +
			"02.01.2026,00:00:00,,Ada,Einbehaltung für offene Autorisierung,Abgeschlossen,EUR,\"-5,00\"," +
			"\"0,00\",\"-5,00\",P3,,\"959,80\",Soll\n" +
			"02.01.2026,00:00:00,,Ada,Rückbuchung allgemeiner Einbehaltung,Abgeschlossen,EUR,\"5,00\"," +
			"\"0,00\",\"5,00\",P4,,\"964,80\",Haben\n" +
			"03.01.2026,00:00:00,,Bo,Website-Zahlung,Entfernt,EUR,\"9,00\",\"0,00\",\"9,00\",P5,," +
			"\"964,80\",Memo\n" +
			"03.01.2026,00:00:00,,Bo,Rückbuchung,Abgeschlossen,EUR,\"-4,80\",\"0,00\",\"-4,80\",P6,," +
			"\"960,00\",Soll\n" +
			"04.01.2026,00:00:00,,,Von Nutzer eingeleitete Abbuchung,Abgeschlossen,EUR,\"-960,00\"," +
			"\"0,00\",\"-960,00\",P7,,\"0,00\",Soll\n",
		"2 sale posted 1200.00 EUR fee -42.10 EUR at 2025-12-31 23:59:59 with Ada\n" +
			"3 refund posted -200.00 EUR fee 6.90 EUR at 2026-01-01 00:00:00 with Ada\n" +
			"4 reserve posted -5.00 EUR at 2026-01-02 00:00:00 with Ada\n" +
			"5 reserve_release posted 5.00 EUR at 2026-01-02 00:00:00 with Ada\n" +
			"6 sale pending 9.00 EUR at 2026-01-03 00:00:00 with Bo\n" +
			"7 chargeback posted -4.80 EUR at 2026-01-03 00:00:00 with Bo\n" +
			"8 payout posted -960.00 EUR at 2026-01-04 00:00:00",
	},
	{
		"paypal in Spanish: a memo moves nothing, a withdrawal to the bank is a payout", paypalHeadES +
			"31/12/2025,23:59:59,,Ana,Pago con Pago exprés,Completado,EUR,\"1.200,00\",\"-42,10\"," +
			"\"1.157,90\",P1,\"1.157,90\",Abono\n" +
			"1/1/2026,10:00:00,,Ana,Reembolso de pago,Completado,EUR,\"-200,00\",\"6,90\",\"-193,10\",P2," +
			"\"964,80\",Adeudo\n" +
			"1/1/2026,11:00:00,,Eva,Pago general,Completado,EUR,\"9,00\",\"0,00\",\"9,00\",P3," +
			"\"964,80\",Nota\n" +
			"2/1/2026,11:00:00,,Eva,Contracargo,Completado,EUR,\"-4,80\",\"0,00\",\"-4,80\",P4,\"960,00\"," +
			"Adeudo\n" +
			"3/1/2026,11:00:00,,,Retirada general: cuenta bancaria,Completado,EUR,\"-960,00\",\"0,00\"," +
			"\"-960,00\",P5,\"0,00\",Adeudo\n",
		"2 sale posted 1200.00 EUR fee -42.10 EUR at 2025-12-31 23:59:59 with Ana\n" +
			"3 refund posted -200.00 EUR fee 6.90 EUR at 2026-01-01 10:00:00 with Ana\n" +
			"4 sale neutral 9.00 EUR at 2026-01-01 11:00:00 with Eva\n" +
			"5 chargeback posted -4.80 EUR at 2026-01-02 11:00:00 with Eva\n" +
			"6 payout posted -960.00 EUR at 2026-01-03 11:00:00",
	},
	{
		"worldpay batch: a return that is taken back brings money",
		"Process Date,Transaction Date and Time,Transaction Type,Amount,Authorization Code," +
			"Card Account Number\n" +
			"01/14/2026,12/31/2025 11:59:59 PM,Sale,\"1,000.00\",012345,************1111\n" +
			"01/14/2026,12/31/2025 12:00:00 AM,Return,25.00,,************1111\n" +
			"01/14/2026,12/31/2025 12:00:00 PM,Return Reversal,25.00,,************1111\n" +
			"01/14/2026,12/31/2025 12:00:00 PM,Sale Reversal,30.00,,************1111\n" +
			"01/14/2026,12/31/2025 12:00:00 PM,Authorization,30.00,,************1111\n",
		"2 sale posted 1000.00 - at 2025-12-31 23:59:59\n3 refund posted -25.00 - at 2025-12-31 00:00:00\n" +
			"4 adjustment posted 25.00 - at 2025-12-31 12:00:00\n" +
			"5 reversal posted -30.00 - at 2025-12-31 12:00:00\n" +
			"format.table.kind 6:3 Transaction Type Authorization",
	},
}

var walletTruths = []truth{
	{
		"兴业: the only debit is one taken back",
		"交易时间,记账日,支出,收入,账户余额,摘要,对方户名,对方银行,对方账号,用途,交易渠道,备注\n" +
			"2026-01-02 00:00:00,2026-01-02,-4.00,,94.00,当日冲账,某店,,1,冲正,手机银行,\n" +
			"2026-01-03 10:00:00,2026-01-03,,6.00,100.00,汇入,某人,,2,,手机银行,\n",
		"2 entry posted 4.00 CNY at 2026-01-02 00:00:00 with 某店\n" +
			"3 entry posted 6.00 CNY at 2026-01-03 10:00:00 with 某人",
	},
	{
		"建行: thousands, a reversal, both sides filled",
		"记账日,交易日期,交易时间,支出,收入,账户余额,币种,摘要,对方账号,对方户名,交易地点\n" +
			"20251231,20251231,23:59:59,\"1,012.50\",0.00,987.50,人民币元,消费,1,某店,网\n" +
			"20260101,20251231,00:00:00,-87.50,0.00,\"1,075.00\",人民币元,冲正,1,某店,网\n" +
			"20260104,20260104,91259,10.00,5.00,1080.00,人民币元,错,1,某店,网\n",
		"2 entry posted -1012.50 CNY at 2025-12-31 23:59:59 with 某店\n" +
			"3 entry posted 87.50 CNY at 2025-12-31 00:00:00 with 某店\n" +
			"format.table.amount_sides 4:4 支出 10.00",
	},
	{
		"浦发: a deposit taken back, a day without time, and the totals of the columns",
		"账号,账户类型,日期范围,,,,,,\n6217****0018,借记卡,20251201-20260131,,,,,,\n" +
			"顺序号,交易日期,交易类型,存入金额,取出金额,余额,交易对手名称,交易对手账号,附言\n" +
			"1,2025/12/31  23:59:59,网上支付,,\"1,003.88\",996.12,某店,,\n" +
			"2,2026/01/01  00:00:00,汇入,10.00,,\"1,006.12\",某人,1,\"a,b\"\n" +
			"3,2026/01/03,退汇,-6.12,0.00,1000.00,某人,,\n合计,,,3.88,1003.88,,,,\n",
		"4 entry posted -1003.88 CNY at 2025-12-31 23:59:59 with 某店\n" +
			"5 entry posted 10.00 CNY at 2026-01-01 00:00:00 with 某人\n" +
			"6 entry posted -6.12 CNY with 某人",
	},
	{
		"中信: a section for each currency",
		"本期账单明细(人民币)\n交易日期,入账日期,交易描述,卡末四位,交易币种,结算币种,交易金额,结算金额\n" +
			"2025-12-31,2026-01-01,SHOP,0018,美元,人民币,10.00,71.50\n" +
			"2026-01-10,2026-01-10,网上还款,0018,人民币,人民币,-160.30,-160.30\n" +
			"本期账单明细(日元)\n交易日期,入账日期,交易描述,卡末四位,交易币种,结算币种,交易金额,结算金额\n" +
			"2026-01-11,2026-01-11,KIOSK,0018,泰铢,日元,250.00,\"1,000\"\n",
		"3 entry posted -71.50 CNY\n4 entry posted 160.30 CNY\n7 entry posted -1000 JPY",
	},
	{
		"中行: currencies by their Chinese names, newest first",
		"记账日期,记账时间,币别,金额,余额,交易名称,附言,对方账户名,借记卡号\n" +
			"2026-01-03,17:57:17,人民币,-71.89,928.11,消费,----------,某店,0018\n" +
			"2026-01-02,00:00:00,泰铢,\"+1,000.00\",\"1,000.00\",汇入,----------,某店,0018\n" +
			"2025-12-31,23:59:59,人民币,\"1,000.00\",\"1,000.00\",汇入,----------,某人,0018\n",
		"2 entry posted -71.89 CNY at 2026-01-03 17:57:17 with 某店\n" +
			"3 entry posted 1000.00 THB at 2026-01-02 00:00:00 with 某店\n" +
			"4 entry posted 1000.00 CNY at 2025-12-31 23:59:59 with 某人",
	},
	{
		"广发: what was bought abroad is booked in the currency of the card",
		"交易日期,入账日期,交易摘要,交易金额,交易货币,入账金额,入账货币\n" +
			"2025/12/31,2026/01/01,（消费）SHOP,1000,日元,6.40,美元\n" +
			"2026/01/04,2026/01/04,（退款）某商户,-7.20,人民币,\"-1,007.20\",人民币\n",
		"2 entry posted -6.40 USD\n3 entry posted 1007.20 CNY",
	},
	{
		"美团: what was paid counts, not the order; a payment that did not succeed has its own time",
		"交易创建时间,交易成功时间,交易类型,订单标题,收/支,支付方式,订单金额,实付金额,交易单号,商家单号,备注\n" +
			"2025-12-31 23:58:00,2025-12-31 23:59:59,支付,\"店, 分店\",支出,微信,\"¥1,060.00\"," +
			"\"¥1,050.00\",1,M1,/\n" +
			"2025-12-31 23:58:00,,支付,店,支出,微信,¥10.00,¥8.50,2,M2,/\n" +
			"2026-01-01 00:00:00,2026-01-01 00:00:00,还款,月付,不计收支,微信,¥20.00,¥20.00,3,M3,/\n",
		"2 entry posted -1050.00 CNY at 2025-12-31 23:59:59 with 店, 分店\n" +
			"3 entry posted -8.50 CNY at 2025-12-31 23:58:00 with 店\n" +
			"4 entry neutral 20.00 CNY at 2026-01-01 00:00:00 with 月付",
	},
	{
		"京东: 支出 leaves out what was paid back; a refund under way does not count",
		"京东账号名：u***1\n共3笔记录\n收入：0笔，0.00元\n支出：2笔，1141.93元\n不计收支：1笔，30.00元\n\n" +
			"交易时间,商户名称,交易说明,金额,收/付款方式,交易状态,收/支,交易分类,交易订单号,商家订单号,备注\n" +
			"2025-12-31 23:59:59,店,鞋,\"1,131.77(已退款89.84)\",白条,交易成功,支出,鞋,1,M1,\n" +
			"2025-12-30 00:00:00,店,灯,100.00,卡,支付成功,支出,灯,2,M2,\n" +
			"2025-12-30 00:00:00,白条,还款,30.00,卡,还款处理中,不计收支,其他,3,M3,\n",
		"8 entry posted -1131.77 CNY at 2025-12-31 23:59:59 with 店\n" +
			"9 entry posted -100.00 CNY at 2025-12-30 00:00:00 with 店\n" +
			"10 entry neutral 30.00 CNY at 2025-12-30 00:00:00 with 白条\n" +
			"format.table.stated_less_refunds 4:0  1141.93 1231.77",
	},
}

func TestReportTruths(t *testing.T) {
	for _, c := range append(append([]truth{}, reportTruths...), walletTruths...) {
		t.Run(c.name, c.check)
	}
}
