package ctf

import (
	"errors"
	"io"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// The codes of what can be wrong. Each has a text and a hint in the catalogue.
const (
	codeForm         = "format.ctf.form"         // no record of clearing
	codeCut          = "format.ctf.cut"          // a record that is too short or too long
	codeAmount       = "format.ctf.amount"       // no 12 digits
	codeCurrency     = "format.ctf.currency"     // no currency, so that the decimals are not known
	codeDate         = "format.ctf.date"         // a day that no year has
	codeYear         = "format.ctf.year"         // nothing states the year
	codeRecords      = "format.ctf.records"      // what a trailer states of records,
	codeTransactions = "format.ctf.transactions" // of transactions,
	codeMonetary     = "format.ctf.monetary"     // of those with an amount,
	codeSum          = "format.ctf.sum"          // and of their sum
	codeTrailer      = "format.ctf.trailer"      // the file ends without its trailer
	noteOthers       = "format.ctf.others"       // transactions that are not read
)

// reader turns the records of a file into those of the merchant.
type reader struct {
	format.Answers
	format.Masker
	opt    format.Options
	form   *form
	src    *records
	day    tillproof.Date // that the file states
	batch  *count
	file   *count
	draft  *draft // whose further components may follow
	closed bool   // by the file's trailer
	others int
	shared format.Shared
}

// Read gives the next transaction; see format.Reader.
func (r *reader) Read() (format.Line, error) { return r.Next(r.step) }

func (r *reader) step() error {
	rec, err := r.src.next()
	if err != nil {
		r.finish()
		if errors.Is(err, io.EOF) && !r.closed {
			r.Note(r.issue(codeTrailer, 0, "", nil))
		}
		return err
	}
	code := rec.code()
	control := code == fileHeader || code == batchTrailer || code == fileTrailer
	if code != fileHeader {
		r.batch.add(rec)
		r.file.add(rec)
	}
	if control || rec.component() == "0" {
		r.finish()
	}
	if _, known := rec.shape(); !known {
		bad := r.fault(codeCut, len(rec), "", strconv.Itoa(len(rec)))
		bad.Entry = natures[code].sign != 0 && rec.component() == "0"
		r.Give(format.Line{}, bad)
		return nil
	}
	return r.take(code, rec)
}

// take reads a record by its code.
func (r *reader) take(code string, rec record) error {
	_, draft := natures[code]
	switch {
	case code == fileHeader:
		if day := dayOf(rec.at(9, 13)); day.Known() {
			r.day = day
		}
		r.batch, r.file, r.closed = &count{}, &count{}, false
	case code == batchTrailer:
		r.hold(rec, r.batch)
		r.batch = &count{}
	case code == fileTrailer:
		r.hold(rec, r.file)
		r.batch, r.file, r.closed = &count{}, &count{}, true
	case draft && rec.component() == "0":
		return r.begin(rec)
	case draft && rec.component() == "1" && r.draft != nil && r.draft.code == code:
		r.draft.rec.Refs.Merchant = tillproof.MerchantID(r.Ref(rec.text(81, 95)))
		r.draft.rec.Refs.Terminal = tillproof.TerminalID(r.Text(rec.text(96, 103)))
	case !draft && rec.component() == "0":
		r.others++
	}
	return nil
}

// fault is a transaction that gave no record. column is its position within the record.
func (r *reader) fault(code string, column int, field, value string) *format.LineError {
	return &format.LineError{
		Issue: r.issue(code, column, field, tillproof.Params{"value": format.Shown(value)}), Entry: true,
	}
}

func (r *reader) issue(code string, column int, field string, p tillproof.Params) tillproof.Issue {
	return format.IssueAt(code, tillproof.Place{Line: r.src.n, Column: column, Field: field}, p)
}

// Summary is what only the end of the file can tell.
func (r *reader) Summary() format.Summary {
	s := format.Summary{
		Dialect: r.form.name, Side: tillproof.Acquirer, From: tillproof.NoDate, To: tillproof.NoDate,
		Issues: r.shared.Issues(), Masked: r.Masked,
	}
	if r.others > 0 {
		s.Decisions = append(s.Decisions, tillproof.Note{
			Code: noteOthers, Params: tillproof.Params{"n": strconv.Itoa(r.others)},
		})
	}
	return s
}
