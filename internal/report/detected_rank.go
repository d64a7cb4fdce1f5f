package report

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// queueTitle names the order of the queue. Money is promised only where verdicts have been learned from.
func (v *view) queueTitle(d *Detected) string {
	switch learned := d.learned() > 0; {
	case d.ByChance && learned:
		return v.text("detected.by_chance")
	case d.ByChance:
		return v.text("detected.by_degree")
	case learned:
		return v.text("detected.by_money")
	}
	return v.text("detected.by_weight")
}

// learned counts the findings whose chance was learned from verdicts.
func (d *Detected) learned() int {
	n := 0
	for i := range d.Ranks {
		if d.Ranks[i].Learned {
			n++
		}
	}
	return n
}

// textScale says what a degree is, where one stands in the list.
func (v *view) textScale(p *printer, d *Detected) {
	switch d.learned() {
	case len(d.Ranks):
	case 0:
		p.para(0, "", v.text("detected.scale"), faintStyle)
		p.gap()
	default:
		p.para(0, "", v.text("detected.scale_beside"), faintStyle)
		p.gap()
	}
}

// leftCode is the sentence about what is below the line, or beyond what a list has room for.
func (d *Detected) leftCode() string {
	switch {
	case d.PerDay == 0 && d.LeftLearned:
		return "detected.left_all"
	case d.PerDay == 0:
		return "detected.left_all_degree"
	case d.LeftLearned:
		return "detected.left"
	}
	return "detected.left_degree"
}

// worth says what a finding is about, and how likely or how suspicious it is.
func (v *view) worth(r *Rank) string {
	if r.Learned {
		return v.text("detected.worth", "amount", v.money(r.Sum), "n", strconv.Itoa(r.Rows),
			"chance", percent(r.Chance), "saved", v.money(r.Saved))
	}
	return v.text("detected.degree", "amount", v.money(r.Sum), "n", strconv.Itoa(r.Rows),
		"degree", strconv.FormatInt(r.Chance/1_000_000, 10))
}

// percent writes a chance in per cent with one decimal, rounded down.
func percent(ppb int64) string {
	tenth := ppb / 1_000_000
	return strconv.FormatInt(tenth/10, 10) + "." + strconv.FormatInt(tenth%10, 10) + "%"
}

// textNamed lists rows of a finding; the rest is in the answer of explain.
func (v *view) textNamed(p *printer, f *tillproof.Finding) {
	show := len(f.Records)
	if show > textRows {
		show = textFew
	}
	p.grid(4, v.namedGrid(f.Records[:show], f.Records))
	if more := len(f.Records) - show; more > 0 {
		p.para(4, "", v.text("detected.more_rows", "n", strconv.Itoa(more), "id", f.ID.String()), faintStyle)
	}
}

// namedColumn is a column of the rows of a finding; it is left out where no row of it shows anything.
type namedColumn struct {
	head string
	left bool
	cell func(*tillproof.Record) string
}

// namedGrid lists rows with what a person looks for them by: the payer, the terminal and the reference.
func (v *view) namedGrid(rows, all []tillproof.RowRef) grid {
	g := grid{left: map[int]bool{}, rows: make([][]string, len(rows))}
	for _, c := range v.namedColumns() {
		shown := false
		for _, ref := range all {
			shown = shown || c.cell(v.run.Record(ref)) != ""
		}
		if !shown {
			continue
		}
		g.left[len(g.head)] = c.left
		g.head = append(g.head, v.text(c.head))
		for i, ref := range rows {
			g.rows[i] = append(g.rows[i], c.cell(v.run.Record(ref)))
		}
	}
	return g
}

func (v *view) namedColumns() []namedColumn {
	return []namedColumn{
		{"report.col.time", false, v.moment},
		{"report.col.amount", false, func(r *tillproof.Record) string { return v.money(r.Amount) }},
		{"part.fees", false, func(r *tillproof.Record) string {
			if r.Fee.IsZero() {
				return ""
			}
			return v.bare(r.Fee)
		}},
		{"report.col.terminal", false, terminalOf},
		{"detected.col.payer", true, payerOf},
		{"detected.col.ref", true, func(r *tillproof.Record) string { return clean(numberOf(r)) }},
		{"report.col.place", true, func(r *tillproof.Record) string { return v.place(r.Origin) }},
	}
}

func terminalOf(r *tillproof.Record) string { return clean(string(r.Refs.Terminal)) }

// payerOf is the card of a row, else what the file calls the payer.
func payerOf(r *tillproof.Record) string {
	if card := r.Card.String(); card != "" {
		return clean(card)
	}
	return clean(r.Refs.Customer)
}

// numberOf is what the file calls the row.
func numberOf(r *tillproof.Record) string {
	if r.Refs.RRN != "" {
		return r.Refs.RRN
	}
	return r.Refs.Order
}

// customer is whom all named rows of a finding are of, "" where they are of several or show none.
func (v *view) customer(f *tillproof.Finding) string {
	one := ""
	for i, ref := range f.Records {
		name := v.run.Record(ref).Refs.Customer
		if i > 0 && name != one {
			return ""
		}
		one = name
	}
	return one
}

// jsonRank writes what a finding is worth: a chance and the money that it stands for only where they were
// learned, else the degree of suspicion.
func (v *view) jsonRank(j *jsonWriter, f *tillproof.Finding, r *Rank) {
	j.some("customer", v.customer(f))
	j.num("rows", r.Rows)
	j.str("sum", r.Sum.String())
	j.flag("learned", r.Learned)
	if r.Learned {
		j.num("chance_ppb", int(r.Chance))
		j.str("saved", r.Saved.String())
	} else {
		j.num("degree_permille", int(r.Chance/1_000_000))
	}
}
