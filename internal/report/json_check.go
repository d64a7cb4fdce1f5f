package report

import (
	"io"
	"strings"

	"github.com/tillproof/tillproof"
)

// JSON writes the result as tillproof.check/1. The bytes are the same for the same Run and language.
func JSON(w io.Writer, run *tillproof.Run, opt Options) error {
	v := newView(run, opt)
	j := newJSONWriter(w)
	j.open("{")
	j.str("schema", schemaCheck)
	j.str("lang", string(v.opt.Lang))
	j.some("merchant", run.Policy.Merchant)
	j.num("exceptions", run.Exceptions())
	v.jsonCut(j)
	j.list("sources", len(run.Sources), func(i int) {
		v.sourceFields(j, &run.Sources[i])
		v.sourceLists(j, &run.Sources[i])
	})
	v.jsonCompleteness(j)
	v.jsonMatches(j)
	j.list("breaks", len(run.Breaks), func(i int) { v.jsonBreak(j, &run.Breaks[i]) })
	j.list("findings", len(run.Findings), func(i int) { v.jsonFinding(j, &run.Findings[i]) })
	j.list("waterfalls", len(run.Waterfalls), func(i int) { v.jsonFall(j, &run.Waterfalls[i]) })
	v.jsonFees(j)
	v.jsonLoss(j)
	v.jsonLossLines(j)
	v.jsonNotes(j, "warnings", run.Warnings)
	v.jsonNotes(j, "next", v.next())
	v.jsonDecisions(j)
	v.jsonBasis(j)
	j.close("}")
	j.raw("\n")
	return j.w.Flush()
}

// jsonCut says whether the lists that follow are whole, and how many breaks of each kind they leave out.
func (v *view) jsonCut(j *jsonWriter) {
	j.flag("cut", v.run.Basis.Passes)
	j.object("unlisted", func() {
		for _, kind := range tillproof.BreakKinds {
			if n := v.run.Unlisted[kind]; n > 0 {
				j.num(string(kind), n)
			}
		}
	})
}

func (v *view) jsonCompleteness(j *jsonWriter) {
	j.object("completeness", func() {
		for _, c := range v.run.Completeness {
			j.object(c.Side.String(), func() {
				j.num("records", c.Records)
				for _, s := range shown {
					j.num(s.String(), c.Counts[s])
				}
				j.flag("holds", c.Holds())
				j.object("sums", func() {
					for _, sum := range c.Sums {
						j.object(currencyKey(sum.Currency), func() { jsonSum(j, sum) })
					}
				})
				jsonDays(j, c.Days)
			})
		}
	})
}

func jsonSum(j *jsonWriter, sum tillproof.CompletenessSum) {
	j.str("total", tillproof.FormatMinor(sum.Total, sum.Currency))
	for _, s := range shown {
		j.str(s.String(), tillproof.FormatMinor(sum.ByStatus[s], sum.Currency))
	}
}

func (v *view) jsonMatches(j *jsonWriter) {
	j.object("matches", func() {
		names, n := v.methodCounts()
		total := 0
		for _, m := range names {
			total += n[m]
		}
		j.num("total", total)
		j.object("by_method", func() {
			for _, m := range names {
				j.num(string(m), n[m])
			}
		})
	})
}

func (v *view) jsonBreak(j *jsonWriter, b *tillproof.Break) {
	j.str("id", b.ID.String())
	j.str("kind", string(b.Kind))
	j.str("side", b.Side.String())
	j.str("amount", b.Amount.String())
	j.str("currency", currencyOf(b).String())
	j.str("residual", b.Residual.String())
	v.jsonRows(j, "records", b.Records)
	j.str("reason", v.breakSentence(b))
	j.date("expected_by", b.ExpectedBy)
	j.list("candidates", len(b.Candidates), func(i int) { v.jsonCandidate(j, &b.Candidates[i]) })
	j.some("leg", b.Leg.String())
	j.str("severity", breakSeverity[b.Kind].String())
	j.str("term", v.text("break."+string(b.Kind)))
	j.some("reason_code", b.Reason.Code)
	j.params("reason_params", b.Reason.Params)
	if b.Doubt.Code != "" {
		j.str("doubt", v.note(b.Doubt))
		j.str("doubt_code", b.Doubt.Code)
	}
}

// jsonCandidate writes a record that came close; those of one set are meant together.
func (v *view) jsonCandidate(j *jsonWriter, c *tillproof.Candidate) {
	v.jsonRow(j, c.Row)
	if c.Set > 0 {
		j.num("set", c.Set)
	}
	j.str("why", v.note(c.Why))
	j.str("why_code", c.Why.Code)
}

// noCurrency is the code of ISO 4217 for transactions that involve no currency: here the files name none.
const noCurrency = "XXX"

// currencyKey names a currency as the key of an object.
func currencyKey(c tillproof.Currency) string {
	if !c.Known() {
		return noCurrency
	}
	return c.String()
}

// currencyOf is the currency of a break, also where its amount is nothing.
func currencyOf(b *tillproof.Break) tillproof.Currency {
	if b.Amount.Currency().Known() {
		return b.Amount.Currency()
	}
	return b.Residual.Currency()
}

func (v *view) jsonRows(j *jsonWriter, name string, rows []tillproof.RowRef) {
	j.name(name)
	j.open("[")
	for _, ref := range rows {
		j.next()
		j.open("{")
		v.jsonRow(j, ref)
		j.close("}")
	}
	j.close("]")
}

// jsonRow writes where a record stands.
func (v *view) jsonRow(j *jsonWriter, ref tillproof.RowRef) {
	r := v.run.Record(ref)
	j.str("file", v.run.Source(r).File)
	j.num("line", int(r.Origin.Line))
	if r.Origin.Part > 0 {
		j.num("part", int(r.Origin.Part))
	}
	j.str("side", ref.Side.String())
	j.some("id", r.ID.String())
}

func (v *view) jsonFinding(j *jsonWriter, f *tillproof.Finding) {
	j.str("id", f.ID.String())
	j.str("rule", string(f.Rule))
	j.str("severity", f.Severity.String())
	j.num("score", f.Score)
	v.jsonRows(j, "records", f.Records)
	j.str("reason", v.reasons(f))
	j.num("version", f.Version)
	j.str("amount", f.Amount.String())
	j.str("currency", f.Amount.Currency().String())
	j.flag("at_risk", f.AtRisk)
	if f.About != nil {
		j.str("about", f.About.String())
	}
	j.str("term", v.rule(f.Rule))
	v.jsonNotes(j, "reasons", f.Reasons)
	if f.Innocent.Code != "" {
		j.str("innocent", v.note(f.Innocent))
	}
}

func (v *view) jsonFall(j *jsonWriter, w *tillproof.Waterfall) {
	j.some("leg", w.Leg.String())
	j.str("method", string(w.Method))
	j.str("merchant", string(w.Merchant))
	j.date("from", w.From)
	j.date("to", w.To)
	j.date("expected", w.Expected)
	j.date("arrived", w.Arrived)
	j.str("currency", w.Net.Currency().String())
	j.list("steps", len(w.Steps), func(i int) {
		j.str("kind", string(w.Steps[i].Kind))
		j.num("count", w.Steps[i].Count)
		j.str("amount", w.Steps[i].Amount.String())
	})
	j.str("net", w.Net.String())
	j.str("paid", w.Paid.String())
	j.str("residual", w.Residual.String())
	j.str("status", w.Status.String())
	v.jsonRows(j, "deposit", w.Deposit)
	v.jsonRows(j, "records", w.Rows)
	v.jsonNotes(j, "notes", w.Notes)
}

func (v *view) jsonLoss(j *jsonWriter) {
	j.object("loss", func() {
		for _, l := range v.run.Losses {
			amount := func(n int64) string { return tillproof.FormatMinor(n, l.Currency) }
			parts := func(name string, p tillproof.LossParts) {
				j.object(name, func() {
					j.str("principal", amount(p.Principal))
					j.str("fees", amount(p.Fees))
				})
			}
			j.object(currencyKey(l.Currency), func() {
				parts("confirmed", l.Confirmed)
				parts("at_risk", l.AtRisk)
				j.str("timing", amount(l.Timing))
				j.str("owed", amount(l.Owed))
				j.str("recovered", amount(l.Recovered))
			})
		}
	})
}

// jsonLossLines writes what each figure of the loss is made of.
func (v *view) jsonLossLines(j *jsonWriter) {
	j.list("loss_lines", len(v.run.LossLines), func(i int) {
		l := &v.run.LossLines[i]
		j.str("bucket", string(l.Bucket))
		j.str("part", string(l.Part))
		j.str("amount", l.Amount.String())
		j.str("currency", l.Amount.Currency().String())
		switch {
		case l.Break >= 0:
			j.str("break", v.run.Breaks[l.Break].ID.String())
		case l.Finding >= 0:
			j.str("finding", v.run.Findings[l.Finding].ID.String())
		default:
			v.jsonRow(j, l.Row)
		}
	})
}

func (v *view) jsonNotes(j *jsonWriter, name string, notes []tillproof.Note) {
	j.list(name, len(notes), func(i int) {
		j.str("code", notes[i].Code)
		j.str("message", strings.TrimSpace(v.note(notes[i])))
		j.params("params", notes[i].Params)
		if len(notes[i].Rows) > 0 {
			v.jsonRows(j, "records", notes[i].Rows)
		}
	})
}
