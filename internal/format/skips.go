package format

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// skips are the issues beside those of entries that tell of something in the file that was not read: it
// breaks off, or reading stopped; a sheet, a section or a message was passed over; characters or parts of a
// message are lost. Any other issue speaks of what was read: a total that does not hold, a decision that had
// to be taken. Load marks both kinds, and who calls the program is told by its exit code.
var skips = map[string]bool{
	"format.bai2.long":           true,
	"format.bai2.many":           true,
	"format.bai2.place":          true,
	"format.bai2.record":         true,
	"format.bai2.stray":          true,
	"format.bai2.unclosed":       true,
	"format.charset.bytes":       true,
	"format.ctf.trailer":         true,
	"format.ipm.cut":             true,
	"format.ipm.element":         true,
	"format.ipm.length":          true,
	"format.ipm.trailer":         true,
	"format.iso8583.beyond":      true,
	"format.iso8583.element":     true,
	"format.iso8583.rest":        true,
	"format.iso8583.type":        true,
	"format.iso8583.upload":      true,
	"format.journal.cut":         true,
	"format.journal.headless":    true,
	"format.line.long":           true,
	"format.mt94x.field":         true,
	"format.mt94x.unclosed":      true,
	"format.ofx.cut":             true,
	"format.ofx.cut_entry":       true,
	"format.ofx.investment":      true,
	"format.onec.cut_document":   true,
	"format.onec.long":           true,
	"format.onec.sections":       true,
	"format.onec.unclosed":       true,
	"format.qif.long":            true,
	"format.qif.many":            true,
	"format.qif.section":         true,
	"format.qif.unclosed":        true,
	"format.stl.cut":             true,
	"format.stl.row":             true,
	"format.table.cut_off":       true,
	"format.table.sheet_skipped": true,
	"format.webtable.cut":        true,
	"format.webtable.unclosed":   true,
	"format.xml.broken":          true,
	"format.xml.entity":          true,
	"format.xml.size":            true,
	"format.xml.syntax":          true,
}

// counts are the issues about a number of entries that the file itself states, each with its parameter of how
// many there are.
var counts = map[string]string{
	"format.bai2.credits_count": "n",
	"format.bai2.debits_count":  "n",
	"format.camt.count":         "n",
	"format.ctf.transactions":   "found",
	"format.ipm.count":          "found",
	"format.mrx.count":          "n",
	"format.mt94x.count":        "n",
	"format.stl.count":          "n",
	"format.table.footer_count": "computed",
	"format.table.stated_count": "computed",
}

// skipping reports an issue that tells of something that was not read. A file that holds fewer entries than
// it states was cut, or rows were taken out of it; one that holds more is whole.
func skipping(i *tillproof.Issue) bool {
	if i.Skipped || skips[i.Code] {
		return true
	}
	stated, err := strconv.Atoi(i.Params["stated"])
	found, bad := strconv.Atoi(i.Params[counts[i.Code]])
	return err == nil && bad == nil && stated > found
}
