package bai2

import (
	"cmp"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// level is the file, a group or an account while it is read: what its trailer must agree with.
type level struct {
	name     string // "file", "group", "account": the last part of the codes
	line     int    // of its header
	sum      int64  // of the amounts as written, or of the control totals below
	children int    // accounts of a group, groups of a file
	records  int    // with its header, the records below and its trailer
}

// add adds to the sum of a level. The error is that of an overflow.
func (l *level) add(minor int64) error {
	sum, err := tillproof.AddMinor(l.sum, minor)
	if err != nil {
		return format.ErrorSum(err)
	}
	l.sum = sum
	return nil
}

// The codes of what a trailer does not agree with.
var (
	totalCodes = map[string]string{
		"account": "format.bai2.total_account", "group": "format.bai2.total_group",
		"file": "format.bai2.total_file",
	}
	recordCodes = map[string]string{
		"account": "format.bai2.records_account", "group": "format.bai2.records_group",
		"file": "format.bai2.records_file",
	}
	childCodes = map[string]string{"group": "format.bai2.accounts", "file": "format.bai2.groups"}
)

// trailer is what a trailer (49, 98, 99) states.
type trailer struct {
	rec   *record
	total int64
	ok    bool // the total could be read
}

// close holds a level against its trailer: total, number of children, number of records. Each figure that
// does not agree is an issue of its own, with both figures. The total that the trailer states counts one
// level up, so that a wrong account is not blamed on its group as well.
func (r *reader) close(l *level, rec *record) trailer {
	f := fieldsOf([]string{rec.body})
	t := trailer{rec: rec}
	text := f.field()
	total, err := amountOf(text)
	switch {
	case err != nil:
		r.noteControl(rec, text)
	case total != l.sum:
		r.note(totalCodes[l.name], rec, tillproof.Params{
			"stated": strconv.FormatInt(total, 10), "sum": strconv.FormatInt(l.sum, 10),
			"account": r.accountName(),
		})
	}
	t.total, t.ok = total, err == nil
	if code := childCodes[l.name]; code != "" {
		r.closeCount(code, rec, f.field(), l.children)
	}
	r.closeCount(recordCodes[l.name], rec, f.field(), l.records)
	return t
}

// closeCount holds one count of a trailer against what was counted.
func (r *reader) closeCount(code string, rec *record, stated string, n int) {
	want, err := countOf(stated)
	switch {
	case err != nil:
		r.noteControl(rec, stated)
	case want != n:
		r.note(code, rec, tillproof.Params{
			"stated": strconv.Itoa(want), "n": strconv.Itoa(n), "account": r.accountName(),
		})
	}
}

func (r *reader) noteControl(rec *record, value string) {
	r.note("format.bai2.control", rec, tillproof.Params{
		"value": format.Shown(cmp.Or(value, "-")), "record": rec.code,
	})
}

func (r *reader) accountName() string {
	if r.account == nil {
		return "-"
	}
	return cmp.Or(r.account.Account, "-")
}
