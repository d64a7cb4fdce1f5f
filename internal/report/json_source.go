package report

import (
	"github.com/tillproof/tillproof"
)

// sourceFields writes what a file is: the contract's "source".
func (v *view) sourceFields(j *jsonWriter, s *tillproof.Source) {
	j.str("file", s.File)
	j.str("sha256", s.Digest.String())
	j.name("bytes")
	j.raw(decimal(s.Bytes))
	j.str("format", s.Format)
	j.str("dialect", s.Dialect)
	j.str("side", s.Side.String())
	j.str("charset", s.Charset)
	j.date("from", s.From)
	j.date("to", s.To)
	j.num("unread", s.Unread)
	j.num("masked", s.Masked)
	j.num("issue_count", s.IssueCount)
	j.num("skipped", s.Skipped)
	j.list("sheets", len(s.Sheets), func(i int) {
		j.num("part", int(s.Sheets[i].Part))
		j.str("name", s.Sheets[i].Name)
	})
}

// sourceLists writes what a file says about itself and what is wrong with it.
func (v *view) sourceLists(j *jsonWriter, s *tillproof.Source) {
	j.list("statements", len(s.Statements), func(i int) {
		st := &s.Statements[i]
		j.str("account", st.Account)
		j.str("currency", st.Currency.String())
		j.exact("opening", st.Opening)
		j.exact("closing", st.Closing)
		j.num("entries", st.Entries)
		j.exact("sum_credit", &st.SumCredit)
		j.exact("sum_debit", &st.SumDebit)
		j.exact("balance_gap", st.BalanceGap)
		j.date("from", st.From)
		j.date("to", st.To)
	})
	j.object("totals", func() {
		j.num("entries", s.Totals.Entries)
		j.exact("sum_credit", &s.Totals.SumCredit)
		j.exact("sum_debit", &s.Totals.SumDebit)
		j.object("by_status", func() {
			for i, n := range s.Totals.ByStatus {
				j.num(tillproof.RecordStatus(i).String(), n)
			}
		})
		j.list("by_currency", len(s.Totals.ByCurrency), func(i int) {
			c := &s.Totals.ByCurrency[i]
			j.str("currency", c.Currency.String())
			j.num("entries", c.Entries)
			j.exact("sum_credit", &c.SumCredit)
			j.exact("sum_debit", &c.SumDebit)
		})
	})
	j.list("issues", len(s.Issues), func(i int) {
		is := s.Issues[i]
		j.str("code", is.Code)
		j.num("line", is.Place.Line)
		j.num("column", is.Place.Column)
		j.str("field", is.Place.Field)
		j.some("sheet", is.Place.Sheet)
		j.str("message", v.issue(is))
		j.str("hint", v.hint(is))
		j.params("params", is.Params)
		j.flag("skipped", is.Skipped)
	})
}
