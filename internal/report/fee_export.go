package report

import "github.com/tillproof/tillproof"

// jsonFees writes the tariffs that the rows show, and the charges in rows of their own.
func (v *view) jsonFees(j *jsonWriter) {
	j.list("fees", len(v.run.Fees), func(i int) { v.jsonFit(j, &v.run.Fees[i]) })
	j.list("charges", len(v.run.Charges), func(i int) {
		c := &v.run.Charges[i]
		j.str("merchant", string(c.Merchant))
		j.str("currency", c.Currency.String())
		j.str("label", c.Label)
		j.str("every", string(c.Every))
		j.date("first", c.First)
		j.date("last", c.Last)
		if c.Each != 0 {
			j.str("each", tillproof.FormatMinor(c.Each, c.Currency))
		}
		j.str("total", tillproof.FormatMinor(c.Total, c.Currency))
		j.flag("new", c.New)
		v.jsonSentence(j, c.Note)
		v.jsonRows(j, "records", c.Rows)
	})
}

func (v *view) jsonFit(j *jsonWriter, f *tillproof.FeeFit) {
	amount := func(n int64) string { return tillproof.FormatMinor(n, f.Currency) }
	j.str("merchant", string(f.Merchant))
	j.str("currency", f.Currency.String())
	j.str("card_kind", f.Kind.String())
	j.flag("per_batch", f.PerBatch)
	if f.HasAgreed {
		jsonTariff(j, "agreed", f.Agreed, f.Currency)
	}
	j.list("spans", len(f.Spans), func(i int) { v.jsonSpan(j, f, &f.Spans[i]) })
	j.list("days", len(f.Days), func(i int) {
		d := f.Days[i]
		j.date("day", d.Day)
		j.num("rows", d.Rows)
		j.str("gross", amount(d.Gross))
		j.str("charged", amount(d.Charged))
		if f.HasAgreed {
			j.str("agreed", amount(d.Agreed))
		}
	})
}

func (v *view) jsonSpan(j *jsonWriter, f *tillproof.FeeFit, s *tillproof.FeeSpan) {
	amount := func(n int64) string { return tillproof.FormatMinor(n, f.Currency) }
	j.date("from", s.From)
	j.date("to", s.To)
	j.num("rows", s.Rows)
	j.num("explained", s.Explained)
	j.str("certainty", string(s.Certainty))
	if s.Certainty == tillproof.FeeFitted || s.Certainty == tillproof.FeeOpen {
		jsonTariff(j, "tariff", s.Tariff, f.Currency)
		j.str("rounding", string(s.Rounding))
		j.num("rate_least_ppm", int(s.RateLeast))
		j.num("rate_most_ppm", int(s.RateMost))
		j.str("fixed_least", amount(s.FixedLeast))
		j.str("fixed_most", amount(s.FixedMost))
	}
	j.num("refunds", s.Refunds)
	j.num("refunds_explained", s.RefundsExplained)
	j.str("gross", amount(s.Gross))
	j.str("charged", amount(s.Charged))
	if s.Against != tillproof.AgainstNothing {
		j.str("against", string(s.Against))
		jsonTariff(j, "base", s.Base, f.Currency)
		j.str("over", amount(s.Over))
		j.num("over_rows", s.OverCount())
		j.str("under", amount(s.Under))
		j.num("under_rows", s.UnderRows)
	}
	v.jsonSentence(j, s.Note)
}

func jsonTariff(j *jsonWriter, name string, t tillproof.TariffLine, c tillproof.Currency) {
	j.object(name, func() {
		j.num("rate_ppm", int(t.RatePPM))
		j.str("fixed", tillproof.FormatMinor(t.Fixed, c))
		j.str("min", tillproof.FormatMinor(t.Min, c))
		j.str("cap", tillproof.FormatMinor(t.Cap, c))
		j.flag("returns_fee", t.ReturnsFee)
	})
}

func (v *view) jsonSentence(j *jsonWriter, n tillproof.Note) {
	if n.Code == "" {
		return
	}
	j.str("message", v.note(n))
	j.str("code", n.Code)
	j.params("params", n.Params)
}

// feeSheet lists every tariff that the rows show, and the charges beneath.
func (v *view) feeSheet(b *book) sheet {
	rows := v.feeRows()
	columns := v.columns("report.col.card_kind", 16, "report.col.merchant", 18, "report.col.from", 12,
		"report.col.to", 12, "report.col.currency", 8, "report.col.rate", 16, "report.col.fixed", 12,
		"report.col.least", 12, "report.col.most", 12, "report.col.n", 8, "report.col.explained", 12,
		"report.col.amount", 14, "report.col.charged", 14, "report.col.base", 24, "report.col.over", 14,
		"report.col.over_rows", 10, "report.col.sentence", 60)
	return sheet{v.text("report.section.fees"), columns, len(rows) + len(v.run.Charges), func(i int) []any {
		if i >= len(rows) {
			return v.chargeCells(b, &v.run.Charges[i-len(rows)])
		}
		r := rows[i]
		part := func(minor int64) any {
			if v.partCell(r, minor) == "" {
				return nil
			}
			return b.minor(minor, r.fit.Currency)
		}
		cells := []any{
			text(v.cardKind(r.fit.Kind)), text(string(r.fit.Merchant)), v.day(r.span.From), v.day(r.span.To),
			r.fit.Currency.String(), text(v.rateCell(r.span)), text(v.fixedCell(r)),
			part(r.span.Tariff.Min), part(r.span.Tariff.Cap), r.span.Rows, r.span.Explained,
			b.minor(r.span.Gross, r.fit.Currency), b.minor(r.span.Charged, r.fit.Currency),
			text(v.baseCell(r)),
		}
		if r.span.Against != tillproof.AgainstNothing {
			cells = append(cells, b.minor(r.span.Over, r.fit.Currency), r.span.OverCount())
		} else {
			cells = append(cells, nil, nil)
		}
		if r.span.Note.Code != "" {
			cells = append(cells, b.long(v.note(r.span.Note)))
		}
		return cells
	}}
}

func (v *view) chargeCells(b *book, c *tillproof.FeeCharge) []any {
	note := ""
	if c.Note.Code != "" {
		note = v.note(c.Note)
	}
	label := c.Label
	if label == "" {
		label = v.text("report.fee.unnamed")
	}
	return []any{
		text(label), text(string(c.Merchant)), v.day(c.First), v.day(c.Last), c.Currency.String(),
		text(v.text("report.every." + string(c.Every))), nil, nil, nil, c.Count(), nil, nil,
		b.minor(c.Total, c.Currency), nil, nil, nil, b.long(note),
	}
}
