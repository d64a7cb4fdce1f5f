package report

import (
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// sheets lists the workbook's lists in the order of its tabs. Rows are made when they are written.
func (v *view) sheets(b *book) []sheet {
	all := []sheet{v.summarySheet(b), v.exceptionSheet(b), v.lossSheet(b), v.fallSheet(b)}
	if v.feesShown() {
		all = append(all, v.feeSheet(b))
	}
	if len(v.run.Decisions) > 0 {
		all = append(all, v.decisionSheet(b))
	}
	for _, side := range tillproof.Sides {
		if v.run.Records[side] != nil || v.hasSource(side) {
			all = append(all, v.recordSheet(b, side))
		}
	}
	return append(all, v.issueSheet(b))
}

func (v *view) hasSource(side tillproof.Side) bool {
	for i := range v.run.Sources {
		if v.run.Sources[i].Side == side {
			return true
		}
	}
	return false
}

// columns makes columns from codes and widths.
func (v *view) columns(spec ...any) []column {
	var all []column
	for i := 0; i+1 < len(spec); i += 2 {
		all = append(all, column{v.text(spec[i].(string)), spec[i+1].(int)})
	}
	return all
}

// sheetOf is a sheet of ready rows.
func (v *view) sheetOf(code string, columns []column, rows [][]any) sheet {
	return sheet{v.text(code), columns, len(rows), func(i int) []any { return rows[i] }}
}

func (v *view) summarySheet(b *book) sheet {
	var rows [][]any
	add := func(cells ...any) { rows = append(rows, cells) }
	if v.opt.Demo {
		add(text(v.text("report.demo")))
	}
	if v.run.Basis.Passes {
		add(text(v.text("report.xlsx.passes")))
	}
	for _, s := range v.verdict() {
		add(text(s))
	}
	for _, n := range v.run.Warnings {
		add(text(v.lead("report.warning") + v.note(n)))
	}
	for i := range v.run.Sources {
		s := &v.run.Sources[i]
		add(text(v.side(s.Side)), text(s.File), text(v.list(v.sourceFacts(s))), text(s.Digest.String()))
	}
	add()
	add(v.headRow("report.col.rows", "report.col.currency")...)
	for _, c := range v.run.Completeness {
		counts := []any{text(v.side(c.Side)), nil, c.Records}
		for _, s := range shown {
			counts = append(counts, c.Counts[s])
		}
		add(counts...)
		for _, sum := range c.Sums {
			cells := []any{text(v.side(c.Side)), sum.Currency.String(), b.minor(sum.Total, sum.Currency)}
			for _, s := range shown {
				cells = append(cells, b.minor(sum.ByStatus[s], sum.Currency))
			}
			add(cells...)
		}
	}
	add()
	for i, n := range v.next() {
		add(text(v.lead("report.step", "n", locale.Number(v.opt.Lang, int64(i+1))) + v.note(n)))
	}
	add()
	for _, s := range v.basisLines() {
		add(text(s))
	}
	columns := []column{{v.title(), 26}, {"", 22}, {"", 18}, {"", 18}, {"", 18}, {"", 18}, {"", 18}}
	return v.sheetOf("report.sheet.summary", columns, rows)
}

func (v *view) headRow(codes ...string) []any {
	var cells []any
	for _, c := range codes {
		cells = append(cells, text(v.text(c)))
	}
	cells = append(cells, text(v.text("report.col.total")))
	for _, s := range shown {
		cells = append(cells, text(v.text("status."+s.String())))
	}
	return cells
}

func (b *book) minor(n int64, c tillproof.Currency) any { return b.amount(tillproof.NewMoney(n, c)) }

// exceptionSheet lists every exception with the lines it rests on, in short form: each record has its row in
// the sheet of its side.
func (v *view) exceptionSheet(b *book) sheet {
	var at []item
	for _, g := range v.groups() {
		at = append(at, v.items(g, g.len())...)
	}
	columns := v.columns("report.col.severity", 10, "report.col.exception", 24, "report.col.sentence", 60,
		"report.col.amount", 14, "report.col.residual", 14, "report.col.currency", 8, "report.col.time", 20,
		"report.col.terminal", 12, "report.col.rrn", 16, "report.col.card", 20, "report.col.place", 40,
		"report.col.more", 50, "report.col.id", 32)
	return sheet{v.text("report.section.exceptions"), columns, len(at), func(i int) []any {
		it := &at[i]
		cells := []any{
			text(v.text("severity." + it.severity.String())), b.long(v.term(it.code)),
			b.long(it.sentence),
			b.amount(it.amount), b.amount(it.residual), it.amount.Currency().String(),
		}
		if len(it.rows) > 0 {
			r := v.run.Record(it.rows[0])
			cells = append(cells, v.moment(r), text(string(r.Refs.Terminal)), text(r.Refs.RRN),
				r.Card.String())
		} else {
			cells = append(cells, nil, nil, nil, nil)
		}
		return append(cells, b.long(v.trace(it.rows)), b.long(strings.Join(it.more, " ")), it.id)
	}}
}

// lossSheet lists what each figure of the loss is made of, and the sums beneath.
func (v *view) lossSheet(b *book) sheet {
	n := len(v.run.LossLines)
	var sums [][]any
	for _, l := range v.run.Losses {
		for _, line := range lossLines(l) {
			sums = append(sums, []any{
				text(v.text(line.code)), text(v.text("report.col.total")),
				b.minor(line.total, l.Currency), l.Currency.String(),
			})
		}
	}
	columns := v.columns("report.col.bucket", 18, "report.col.part", 12, "report.col.amount", 14,
		"report.col.currency", 8, "report.col.exception", 30, "report.col.place", 50, "report.col.id", 32)
	return sheet{v.text("report.section.loss"), columns, n + len(sums), func(i int) []any {
		if i >= n {
			return sums[i-n]
		}
		l := &v.run.LossLines[i]
		cells := []any{
			text(v.text("bucket." + string(l.Bucket))), text(v.text("part." + string(l.Part))),
			b.amount(l.Amount), l.Amount.Currency().String(),
		}
		switch {
		case l.Break >= 0:
			br := &v.run.Breaks[l.Break]
			return append(cells, text(v.text("break."+string(br.Kind))), b.long(v.trace(br.Records)),
				br.ID.String())
		case l.Finding >= 0:
			f := &v.run.Findings[l.Finding]
			return append(cells, text(v.rule(f.Rule)), b.long(v.trace(f.Records)),
				f.ID.String())
		}
		return append(cells, text(v.text("status.timing")), text(v.place(v.run.Record(l.Row).Origin)))
	}}
}

func (v *view) fallSheet(b *book) sheet {
	columns := v.columns("report.col.from", 12, "report.col.to", 12, "report.col.expected", 12,
		"report.col.arrived", 12, "report.col.status", 10, "report.col.merchant", 18, "report.col.currency",
		8)
	for _, k := range tillproof.Steps {
		columns = append(columns, column{v.text("step." + string(k)), 14})
	}
	columns = append(columns, v.columns("report.fall.net", 14, "report.fall.paid", 14,
		"report.fall.residual", 14,
		"report.col.n", 8, "report.col.place", 24, "report.col.more", 60)...)
	return sheet{v.text("report.sheet.falls"), columns, len(v.run.Waterfalls), func(i int) []any {
		w := &v.run.Waterfalls[i]
		cells := []any{
			v.day(w.From), v.day(w.To), v.day(w.Expected), v.day(w.Arrived),
			text(v.text("status." + w.Status.String())), text(string(w.Merchant)), w.Net.Currency().String(),
		}
		for _, k := range tillproof.Steps {
			cells = append(cells, b.amount(stepOf(w, k).Amount))
		}
		var notes []string
		for _, n := range w.Notes {
			notes = append(notes, v.note(n))
		}
		return append(cells, b.amount(w.Net), b.amount(w.Paid), b.amount(w.Residual), len(w.Rows),
			text(v.fallTrace(w)), b.long(strings.Join(notes, " ")))
	}}
}

// recordSheet lists every record of a side with what became of it.
func (v *view) recordSheet(b *book, side tillproof.Side) sheet {
	columns := v.columns("report.col.place", 24, "report.col.result", 10, "report.col.reason", 30,
		"report.col.expected", 12, "report.col.kind", 10, "report.col.status", 10, "report.col.time", 20,
		"report.col.day", 12, "report.col.amount", 14, "part.fees", 12, "report.fall.net", 14,
		"report.col.currency", 8, "report.col.merchant", 18, "report.col.terminal", 12, "report.col.batch",
		10,
		"report.col.stan", 10, "report.col.rrn", 16, "report.col.auth", 10, "report.col.card", 20,
		"report.col.response", 8, "report.col.counterparty", 24, "report.col.narrative", 50, "report.col.id",
		32)
	records, states := v.run.Records[side], v.run.States[side]
	return sheet{v.text("side." + side.String()), columns, len(records), func(i int) []any {
		r := &records[i]
		var state tillproof.RowState
		if i < len(states) {
			state = states[i]
		}
		reason := ""
		if state.Reason != "" {
			reason = v.text(state.Reason)
		}
		expected := ""
		if state.Status == tillproof.Timing {
			expected = v.day(state.Expected)
		}
		return []any{
			v.place(r.Origin), text(v.text("status." + state.Status.String())), text(reason),
			expected,
			text(v.text("kind." + r.Kind.String())), text(v.text("status." + r.Status.String())),
			r.Time.String(),
			v.day(r.Day()), b.amount(r.Amount), b.amount(r.Fee), b.amount(r.Net),
			r.Amount.Currency().String(),
			text(string(r.Refs.Merchant)), text(string(r.Refs.Terminal)), text(r.Refs.Batch),
			text(r.Refs.STAN),
			text(r.Refs.RRN), text(r.Refs.Auth), r.Card.String(), text(r.Response), text(r.Counterparty),
			text(r.Narrative), r.ID.String(),
		}
	}}
}

// sheetOf is the file of an issue, and its sheet where several were read.
func sheetOf(s *tillproof.Source, i tillproof.Issue) string {
	if i.Place.Sheet == "" {
		return s.File
	}
	return s.File + "[" + i.Place.Sheet + "]"
}

// decisionSheet lists what people ruled, those first that were not obeyed.
func (v *view) decisionSheet(b *book) sheet {
	all := v.decisions()
	columns := v.columns("report.col.line", 8, "report.col.ruling", 18, "report.col.named", 40,
		"report.col.place", 40, "report.col.reason", 50, "report.col.by", 20, "report.col.at", 14,
		"report.col.obeyed", 60)
	return sheet{v.text("report.section.decisions"), columns, len(all), func(i int) []any {
		d := all[i]
		obeyed := v.text("report.decision.obeyed")
		if !d.Obeyed() {
			obeyed = v.note(d.Misfit)
		}
		return []any{
			d.Place.Line, text(v.text("report.ruling." + d.Ruling.String())),
			b.long(strings.Join(d.Named, ", ")), b.long(v.trace(d.Records)), b.long(d.Reason), text(d.By),
			text(d.At), b.long(obeyed),
		}
	}}
}

func (v *view) issueSheet(b *book) sheet {
	var rows [][]any
	for i := range v.run.Sources {
		s := &v.run.Sources[i]
		for _, is := range s.Issues {
			rows = append(rows, []any{
				text(sheetOf(s, is)), is.Place.Line, is.Place.Column, text(is.Place.Field),
				b.long(v.issue(is)), b.long(v.hint(is)), text(is.Code),
			})
		}
		if more := s.IssueCount - len(s.Issues); more > 0 {
			rows = append(rows, []any{
				text(s.File), nil, nil, nil,
				text(v.text("report.xlsx.unlisted", "n", locale.Number(v.opt.Lang, int64(more)))),
			})
		}
	}
	columns := v.columns("report.col.file", 30, "report.col.line", 8, "report.col.column", 8,
		"report.col.field", 16,
		"report.col.sentence", 60, "report.col.hint", 60, "report.col.code", 24)
	return v.sheetOf("report.sheet.issues", columns, rows)
}
