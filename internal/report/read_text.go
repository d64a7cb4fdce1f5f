package report

import (
	"cmp"
	"io"
	"iter"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// textRecords is how many records ReadText shows: two screens; whoever wants all takes --json or --csv.
const textRecords = 50

// ReadText writes what a file is, what its rows decided about how it is read, what it says about itself and,
// without opt.Summary, its first records.
func ReadText(w io.Writer, src *tillproof.Source, records iter.Seq[tillproof.Record], opt Options) error {
	v := newView(&tillproof.Run{Sources: []tillproof.Source{*src}}, opt)
	v.read = true
	p := newPrinter(w, v.opt)
	v.textSource(p, src, v.names[0])
	for _, n := range src.Decisions {
		p.para(4, "", v.note(n), faintStyle)
	}
	v.textStatements(p, src)
	if !opt.Summary {
		v.textRecords(p, records)
	}
	return p.w.Flush()
}

func (v *view) textStatements(p *printer, src *tillproof.Source) {
	for i := range src.Statements {
		st := &src.Statements[i]
		amount := func(x *tillproof.Exact) string {
			if x == nil {
				return v.text("locale.unknown")
			}
			return locale.Exact(v.opt.Lang, *x, st.Currency)
		}
		code := "report.statement"
		style := faintStyle
		switch {
		case st.BalanceGap == nil:
			code = "report.statement.open"
		case st.BalanceGap.Unscaled != 0:
			code, style = "report.statement.gap", badStyle
		}
		p.para(4, "", v.text(code,
			"account", cmp.Or(st.Account, v.text("report.account_unknown")),
			"opening", amount(st.Opening), "in",
			amount(&st.SumCredit),
			"out", amount(&st.SumDebit), "closing", amount(st.Closing), "gap", amount(st.BalanceGap)), style)
	}
}

func (v *view) textRecords(p *printer, records iter.Seq[tillproof.Record]) {
	g := grid{left: map[int]bool{1: true, 4: true, 5: true}, head: []string{
		v.text("report.col.line"), v.text("report.col.time"), v.text("report.col.kind"),
		v.text("report.col.amount"),
		v.text("report.col.status"), v.text("report.col.key"),
	}}
	total := 0
	for r := range records {
		if total++; total > textRecords {
			continue
		}
		key := cmp.Or(r.Refs.RRN, r.Refs.Order, r.Refs.Bank, r.Refs.STAN, r.Narrative, r.Counterparty)
		g.rows = append(g.rows, []string{
			v.lineIn(r.Origin), v.moment(&r), v.text("kind." + r.Kind.String()),
			v.money(r.Amount),
			v.text("status." + r.Status.String()), cutTo(clean(key), keyColumns),
		})
	}
	if total == 0 {
		return
	}
	p.gap()
	for _, column := range [...]int{keyColumn, statusColumn, kindColumn} {
		g.narrow(column, p.width)
	}
	p.grid(0, g)
	if total > textRecords {
		p.para(0, "", v.text("report.more_records", "n", strconv.Itoa(total-textRecords), "total",
			strconv.Itoa(total)), faintStyle)
	}
}

// The columns of the table of records that may be cut where the terminal is narrow.
const (
	kindColumn   = 2
	statusColumn = 4
	keyColumn    = 5
)

// sheetColumns is how wide the name of a sheet is shown before a line.
const sheetColumns = 12

// lineIn is the line of a record, after its sheet where the file has several: "July:12".
func (v *view) lineIn(o tillproof.Origin) string {
	line := strconv.Itoa(int(o.Line))
	if sheet := v.sheet(tillproof.Origin{Part: o.Part}); sheet != "" {
		return cutTo(sheet, sheetColumns) + ":" + line
	}
	return line
}

// keyColumns is how wide the reference of a record is shown; a retrieval reference has 12 digits.
const keyColumns = 20

// cutTo shortens a text to a width and marks that something is left out.
func cutTo(s string, width int) string {
	if columns(s) <= width {
		return s
	}
	head, _ := cut(s, width-2)
	return head + ".."
}
