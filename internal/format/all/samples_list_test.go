package all

// built are the formats of INDEX.tsv that can be read.
var built = []string{"camt052", "camt053", "camt054", "mt940", "mt942"}

// refused are the invalid samples and the code each must give.
var refused = map[string]string{
	"bank/camt053/bsp_camt053_garbled_amount.xml":    "format.camt.amount",
	"bank/camt053/oca_053_wrong_amount.xml":          "format.camt.amount",
	"bank/mt940/self-provided_invalid_statement.sta": "format.unknown",
	"bank/mt940/self-provided_february_30.sta":       "format.mt94x.clamped",
}

// excluded are samples of built formats that cannot be compared, each with its reason.
var excluded = map[string]string{
	"bank/camt052/genkgo_camt052.v4.xml": "its one entry is pending: INDEX.tsv sums it, totals leave it out",
	"bank/camt052/genkgo_camt052.v6.xml": "its one entry is pending: INDEX.tsv sums it, totals leave it out",
	"bank/camt053/oca_053.zip":           "zip of several messages: not built",
}
