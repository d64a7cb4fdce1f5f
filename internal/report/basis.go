package report

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// basisLines say what a run was made from beside its sources: the same lines over the same files mean the
// same result.
func (v *view) basisLines() []string {
	b := &v.run.Basis
	if b.ID == (tillproof.RunID{}) {
		return nil
	}
	out := []string{v.text("report.basis", "id", b.ID.String(), "engine", b.Engine)}
	for _, f := range [...]struct {
		code   string
		digest tillproof.Digest
	}{
		{"report.basis.policy", b.Policy},
		{"report.basis.decisions", b.Decisions},
		{"report.basis.asked", b.Asked},
	} {
		if f.digest != (tillproof.Digest{}) {
			out = append(out, v.text(f.code, "digest", f.digest.String()))
		}
	}
	if b.Checkpoint != "" {
		out = append(out, v.text("report.basis.checkpoint", "checkpoint", b.Checkpoint))
	}
	return out
}

func (v *view) htmlBasis(m *markup) {
	for _, s := range v.basisLines() {
		m.el("p", s, "class", "trace")
	}
}

// textBasis names the run, and the log that says how it came about; the digests are in the other outputs.
func (v *view) textBasis(p *printer) {
	all := v.basisLines()
	if len(all) == 0 {
		return
	}
	p.para(2, "", all[0], faintStyle)
	if v.run.Basis.Checkpoint != "" {
		p.para(2, "", all[len(all)-1], faintStyle)
	}
}

func (v *view) jsonBasis(j *jsonWriter) {
	b := &v.run.Basis
	if b.ID == (tillproof.RunID{}) {
		return
	}
	j.object("run", func() {
		j.str("id", b.ID.String())
		j.str("engine", b.Engine)
		j.flag("passes", b.Passes)
		j.flag("watched", b.Watched)
		for _, f := range [...]struct {
			name   string
			digest tillproof.Digest
		}{{"policy_sha256", b.Policy}, {"decisions_sha256", b.Decisions}} {
			if f.digest == (tillproof.Digest{}) {
				j.null(f.name)
				continue
			}
			j.str(f.name, f.digest.String())
		}
		if b.Asked != (tillproof.Digest{}) {
			j.str("asked_sha256", b.Asked.String())
		}
		if b.Checkpoint != "" {
			j.str("checkpoint", b.Checkpoint)
		}
	})
}

// htmlProofDays bounds the days of a side whose sums are listed on a page: a year. JSON has all.
const htmlProofDays = 366

// htmlDayProof lists the sums of each side by day, folded.
func (v *view) htmlDayProof(m *markup) {
	for _, c := range v.run.Completeness {
		if len(c.Days) == 0 {
			continue
		}
		m.raw("<details>")
		m.el("summary", v.text("report.html.day_proof", "side", v.text("report.side."+c.Side.String()), "n",
			strconv.Itoa(len(c.Days))))
		m.table(v.text("report.html.day_sums", "side", v.text("report.side."+c.Side.String())),
			v.dayProofGrid(&c), nil)
		if more := len(c.Days) - htmlProofDays; more > 0 {
			m.el("p", v.text("report.more_days", "n", strconv.Itoa(more)), "class", "more")
		}
		m.raw("</details>\n")
	}
}

// dayProofGrid has a row for each day and currency: how many rows, their sum, and its part by status.
func (v *view) dayProofGrid(c *tillproof.Completeness) grid {
	g := grid{left: map[int]bool{1: true}, head: []string{
		v.text("report.col.day"), v.text("report.col.currency"), v.text("report.col.n"),
		v.text("report.col.total"),
	}}
	for _, s := range shown {
		g.head = append(g.head, v.text("status."+s.String()))
	}
	for i := range c.Days[:min(len(c.Days), htmlProofDays)] {
		d := &c.Days[i]
		day := v.day(d.Day)
		if !d.Day.Known() {
			day = v.text("report.no_day")
		}
		row := []string{day, d.Currency.String(), v.count(d.Records()), v.minor(d.Total(), d.Currency)}
		for _, s := range shown {
			row = append(row, v.minor(d.ByStatus[s], d.Currency))
		}
		g.rows = append(g.rows, row)
	}
	return g
}

func jsonDays(j *jsonWriter, days []tillproof.CompletenessDay) {
	j.list("days", len(days), func(i int) {
		d := &days[i]
		j.date("day", d.Day)
		j.str("currency", currencyKey(d.Currency))
		j.num("records", d.Records())
		j.str("total", tillproof.FormatMinor(d.Total(), d.Currency))
		j.object("counts", func() {
			for _, s := range shown {
				j.num(s.String(), d.Counts[s])
			}
		})
		j.object("sums", func() {
			for _, s := range shown {
				j.str(s.String(), tillproof.FormatMinor(d.ByStatus[s], d.Currency))
			}
		})
	})
}
