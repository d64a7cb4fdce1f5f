package all

// refused are the invalid samples and the code each must give: of the file, or of one of its issues.
var refused = map[string]string{
	"pos/loyverse/loyverse_receipts_by_item_bom.csv": "format.table.date_missing", // a row without day
	"pos/iso8583/jpos_XMLPackager.bin":               "format.iso8583.amount",     // authorises nothing
	"pos/iso8583/moov_attributes_data_elements.dat":  "format.table.header",       // describes messages
	"pos/iso8583/moov_specification_ver_1987.json":   "format.table.header",       // describes messages
	"pos/iso8583/moov_error_message.dat":             "format.iso8583.element",
	"pos/iso8583/moov_message_with_hex_bcd.dat":      "format.iso8583.element",
	"bank/bai2/sample-parseError.txt":                "format.bai2.header",
	"bank/camt053/bsp_camt053_garbled_amount.xml":    "format.camt.amount",
	"bank/camt053/oca_053_wrong_amount.xml":          "format.camt.amount",
	"bank/mt940/self-provided_invalid_statement.sta": "format.unknown",
	"bank/mt940/self-provided_february_30.sta":       "format.mt94x.clamped",
	"bank/csv/bsp_csv_garbled_amount.csv":            "format.table.amount",
	"settlement/adyen/adyen_test_invalid.xls":        "format.table.column",
	"bank/csv/csv2ofx_xero.csv":                      "format.table.header", // a journal, no statement
	"bank/cn_bank_csv/deg_icbc_debit_v1.csv":         "format.table.footer_total",
	"bank/csv/oca_debit_credit_amount.csv":           "format.table.balance_chain",
	"bank/ofx/ofxparse_date_missing.ofx":             "format.ofx.date",
	"bank/ofx/ofxparse_decimal_error.ofx":            "format.ofx.amount",
	"bank/ofx/ofxparse_error_message.ofx":            "format.ofx.status",
	"bank/ofx/oca_test_ofx_wrong.ofx":                "format.ofx.amount", // it stands in a comment
}

// figures are what a sample must give where INDEX.tsv says something else, each with its reason.
var figures = map[string]struct{ entries, credit, debit, reason string }{
	"settlement/paypal/oca_empty_activity.csv": {
		"0", "0", "0",
		"INDEX.tsv has no figures: a header without rows, which the file's issue says",
	},
	"pos/ipm/ipm_ascii_vbs_15rec.ipm": {
		"15", "1499.85", "0",
		"INDEX.tsv gives the cardholder's side: processing code 1x debits him, and the merchant receives",
	},
	"pos/ipm/ipm_ebcdic_1014_15rec.ipm": {
		"15", "1499.85", "0",
		"INDEX.tsv gives the cardholder's side: processing code 1x debits him, and the merchant receives",
	},
	"pos/iso8583_cup/cup_pos_sale_0200.bin": {
		"1", "0", "0",
		"a request without an answer: INDEX.tsv sums it, its outcome is unknown",
	},
	"pos/iso8583_cup/cup_pos_sale_0200.hex": {
		"1", "0", "0",
		"a request without an answer: INDEX.tsv sums it, its outcome is unknown",
	},
	"pos/iso8583_cup/cup_pos_signimg_0930.bin": {
		"0", "0", "0",
		"INDEX.tsv has no figures: it moves nothing",
	},
	"pos/iso8583_cup/cup_pos_signin_0800.bin": {
		"0", "0", "0",
		"INDEX.tsv has no figures: it moves nothing",
	},
	"pos/iso8583/jpos_ISO87.xml": {
		"0", "0", "0",
		"INDEX.tsv has no figures: a network message (0800) moves nothing",
	},
	"pos/iso8583/jpos_ISO87APackager.bin": {
		"0", "0", "0",
		"INDEX.tsv has no figures: a network message (0800) moves nothing",
	},
	"pos/iso8583/jpos_ISO87BPackager.bin": {
		"0", "0", "0",
		"INDEX.tsv has no figures: a network message (0800) moves nothing",
	},
	"pos/iso8583/moov_network_management_message.dat": {
		"0", "0", "0",
		"INDEX.tsv has no figures: a network message (0800) moves nothing",
	},
	"pos/iso8583/moov_financial_transaction_message.dat": {
		"0", "0", "0",
		"INDEX.tsv has no figures: processing code 38 is an inquiry",
	},
	"pos/iso8583/moov_financial_transaction_message_response.dat": {
		"0", "0", "0",
		"INDEX.tsv has no figures: processing code 38 is an inquiry",
	},
	"pos/iso8583/moov_iso_reversal_message.dat": {
		"1", "0", "0",
		"INDEX.tsv has no figures: a reversal without an answer",
	},
	"pos/iso8583/moov_iso_reversal_repeat_message.dat": {
		"1", "0", "0",
		"INDEX.tsv has no figures: a reversal without an answer",
	},
	"pos/iso8583/moov_iso_reversal_message_advice.dat": {
		"1", "0", "300.00",
		"INDEX.tsv has no figures: an advice tells what has happened",
	},
	"pos/iso8583/moov_iso_reversal_message_response.dat": {
		"1", "0", "300.00",
		"INDEX.tsv has no figures: an approved reversal",
	},
	"bank/camt053/oca_053.zip": {
		"6", "2810.62", "2696.60",
		"INDEX.tsv has none: summed over the entries of its two messages by another XML reader",
	},
	"settlement/six_mrx/oca_six_mrx_1_5.xml": {
		"12", "1133.80", "0",
		"INDEX.tsv has the commission as its debits; it is the fee of each transaction",
	},
	"pos/poslog_xml/ncr_acs_small.xml": {
		"1", "1.07", "0",
		"INDEX.tsv counts the sign-on as an entry; entries are tenders",
	},
	"bank/camt052/genkgo_camt052.v4.xml": {
		"1", "0", "0",
		"its one entry is pending: INDEX.tsv sums it, totals leave it out",
	},
	"bank/camt052/genkgo_camt052.v6.xml": {
		"1", "0", "0",
		"its one entry is pending: INDEX.tsv sums it, totals leave it out",
	},
	"bank/csv/oca_debit_credit_amount.csv": {
		"4", "53.50", "1513.50",
		"INDEX.tsv adds up the cells as they are signed; a debit of -33.50 that raises the balance came in," +
			" and 1,500.00 in the debit column went out; the balance says otherwise, which is an issue",
	},
	"bank/cn_bank_csv/deg_icbc_debit_v1.csv": {
		"11", "2841.74", "4241.08",
		"INDEX.tsv counts the row 人民币合计 as an entry of 1,234.56 less 9,876.54",
	},
	"bank/ofx/ofxgo_moneymrkt1_v103.ofx": {
		"3", "0", "0",
		"its amounts have up to 16 decimals, which are no amounts of USD: unread, and out of the sums",
	},
	"bank/ofx/ofxgo_moneymrkt1_v103_TYPE1.ofx": {
		"3", "0", "0",
		"its amounts have up to 16 decimals, which are no amounts of USD: unread, and out of the sums",
	},
	"bank/ofx/ofxgo_moneymrkt1_v203.ofx": {
		"3", "0", "0",
		"its amounts have up to 16 decimals, which are no amounts of USD: unread, and out of the sums",
	},
	"bank/ofx/oca_test_ofx_wrong.ofx": {
		"4", "0", "270",
		"the amount of its second entry stands in a comment, which INDEX.tsv sums",
	},
}
