package report

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// Detected is what a detection says beside the findings of its run, which stand in the order of the queue.
type Detected struct {
	Rows     int64 // transactions that were looked at
	Ranks    []Rank
	PerDay   int  // findings that a person can look at in a day; 0: no limit was named
	ByChance bool // the queue is by chance, else by the money that is saved

	Left      int // findings below the line
	LeftSum   []tillproof.Money
	LeftSaved []tillproof.Money // by the same currencies, of those whose chance was learned
	// LeftLearned: one of them has a chance that was learned; without it nothing is said about money saved.
	LeftLearned bool
	Lost        int // alarms for which the book of incidents had no room

	Silent []Silent
	Shadow []Shadow
}

// Rank is what a finding of the same position is worth.
type Rank struct {
	// Learned: Chance is that of fraud, as verdicts taught it. Else it is a degree of suspicion: what the
	// rule is worth, or how unusual the rows are, a scale and no probability; Saved is then no money.
	Learned bool
	Chance  int64 // in parts of a thousand million
	Saved   tillproof.Money
	Sum     tillproof.Money // of the incident's rows, whatever other findings say of them
	Rows    int             // of the incident; those beyond the named are counted only
}

// Silent counts the findings that a snooze kept silent.
type Silent struct {
	Rule   tillproof.RuleID
	Reason string
	Until  tillproof.Date
	Count  int
}

// Shadow counts the hits of a rule that is asked and not shown.
type Shadow struct {
	Rule  tillproof.RuleID
	Count int
}

// Leave counts a finding that is below the line.
func (d *Detected) Leave(sum, saved tillproof.Money, learned bool) {
	d.Left++
	d.LeftLearned = d.LeftLearned || learned
	if !learned {
		saved = tillproof.NewMoney(0, saved.Currency())
	}
	d.LeftSum, d.LeftSaved = addTo(d.LeftSum, sum), addTo(d.LeftSaved, saved)
}

// addTo adds money to the sum of its currency; a sum that leaves the range stays where it is.
func addTo(sums []tillproof.Money, m tillproof.Money) []tillproof.Money {
	for i := range sums {
		if sums[i].Currency() == m.Currency() {
			if sum, err := sums[i].Add(m); err == nil {
				sums[i] = sum
			}
			return sums
		}
	}
	return append(sums, m)
}

// Silence counts a finding that a snooze keeps silent.
func (d *Detected) Silence(rule tillproof.RuleID, reason string, until tillproof.Date) {
	i := slices.IndexFunc(d.Silent, func(s Silent) bool {
		return s.Rule == rule && s.Reason == reason && s.Until == until
	})
	if i < 0 {
		i = len(d.Silent)
		d.Silent = append(d.Silent, Silent{Rule: rule, Reason: reason, Until: until})
	}
	d.Silent[i].Count++
}

// DetectText writes the findings for a person: the most urgent first, why, and what would make each innocent.
func DetectText(w io.Writer, run *tillproof.Run, d *Detected, opt Options) error {
	v := newView(run, opt)
	p := newPrinter(w, v.opt)
	p.para(0, "", v.text("detected.title"), titleStyle)
	p.gap()
	style := badStyle
	if len(run.Findings)+d.Left == 0 {
		style = goodStyle
	}
	verdict := "detected.verdict"
	if d.Left > 0 {
		verdict = "detected.verdict_part"
	}
	p.para(0, "", v.text(verdict, "n", strconv.Itoa(len(run.Findings)+d.Left),
		"rows", strconv.FormatInt(d.Rows, 10), "shown", strconv.Itoa(len(run.Findings))), style)
	for _, n := range run.Warnings {
		p.para(0, v.lead("report.warning"), v.traced(v.note(n), n.Rows), warnStyle)
	}
	p.title(v.text("report.section.files"))
	for i := range run.Sources {
		v.textSource(p, &run.Sources[i], v.names[i])
	}
	v.textQueue(p, d)
	v.textLeft(p, d)
	return p.w.Flush()
}

// queueItems is how many findings are written out where the user names no budget.
const queueItems = 20

func (v *view) textQueue(p *printer, d *Detected) {
	all := v.run.Findings
	if len(all) == 0 {
		return
	}
	p.title(v.queueTitle(d))
	v.textScale(p, d)
	show := min(len(all), max(queueItems, d.PerDay))
	for i := range show {
		if i > 0 {
			p.gap()
		}
		v.textRanked(p, i, &d.Ranks[i])
	}
	if more := len(all) - show; more > 0 {
		p.gap()
		p.para(0, "", v.text("detected.more", "n", strconv.Itoa(more)), warnStyle)
	}
}

func (v *view) textRanked(p *printer, i int, r *Rank) {
	f := &v.run.Findings[i]
	it := v.findingItem(i)
	lead := strconv.Itoa(i+1) + ". [" + v.text("severity."+f.Severity.String()) + "] "
	p.head(lead, severityStyle(f.Severity), v.rule(f.Rule)+v.blank()+v.text("explain.id", "id", it.id))
	if len(f.Reasons) > 1 {
		it.sentence = v.note(f.Reasons[0])
	}
	p.para(2, "", v.itemText(it), plainStyle)
	for _, n := range f.Reasons[1:] {
		p.para(4, "- ", v.note(n), plainStyle)
	}
	p.para(2, "", v.worth(r), boldStyle)
	if len(it.rows) > 1 {
		v.textNamed(p, f)
	}
	if f.Innocent.Code != "" {
		p.para(2, v.lead("detected.innocent"), v.note(f.Innocent), faintStyle)
	}
}

func (v *view) textLeft(p *printer, d *Detected) {
	if d.Left+d.Lost+len(d.Silent)+len(d.Shadow) == 0 {
		return
	}
	p.title(v.text("detected.section.left"))
	if d.Left > 0 {
		p.para(2, "- ", v.text(d.leftCode(), "n", strconv.Itoa(d.Left), "day", strconv.Itoa(d.PerDay),
			"amount", v.sums(d.LeftSum), "saved", v.sums(d.LeftSaved)), plainStyle)
	}
	if d.Lost > 0 {
		p.para(2, "- ", v.text("detected.lost", "n", strconv.Itoa(d.Lost)), warnStyle)
	}
	for _, s := range d.Silent {
		p.para(2, "- ", v.text("detected.silent", "rule", v.rule(s.Rule), "n", strconv.Itoa(s.Count),
			"until", v.day(s.Until), "reason", clean(s.Reason)), plainStyle)
	}
	for _, s := range d.Shadow {
		shadow := v.text("detected.shadow", "rule", v.rule(s.Rule), "n", strconv.Itoa(s.Count))
		p.para(2, "- ", shadow, plainStyle)
	}
}

func (v *view) sums(all []tillproof.Money) string {
	words := make([]string, len(all))
	for i, m := range all {
		words[i] = v.money(m)
	}
	return v.list(words)
}

// rule is what a rule is called: one of the user has its own name.
func (v *view) rule(id tillproof.RuleID) string {
	if v.opt.Rule != nil {
		if title := v.opt.Rule(id); title != "" {
			return clean(title)
		}
	}
	return v.text("rule." + string(id))
}

// term is what the kind of a break or a rule is called.
func (v *view) term(code string) string {
	if id, isRule := strings.CutPrefix(code, "rule."); isRule {
		return v.rule(tillproof.RuleID(id))
	}
	return v.text(code)
}

// schemaDetect is the form of DetectJSON.
const schemaDetect = "tillproof.detect/1"

// DetectJSON writes the same for a program as tillproof.detect/1.
func DetectJSON(w io.Writer, run *tillproof.Run, d *Detected, opt Options) error {
	v := newView(run, opt)
	j := newJSONWriter(w)
	j.open("{")
	j.str("schema", schemaDetect)
	j.str("lang", string(v.opt.Lang))
	j.num("transactions", int(d.Rows))
	j.list("sources", len(run.Sources), func(i int) {
		v.sourceFields(j, &run.Sources[i])
		v.sourceLists(j, &run.Sources[i])
	})
	j.num("alerts_per_day", d.PerDay)
	rank := "money"
	if d.ByChance {
		rank = "chance"
	}
	j.str("rank", rank)
	j.list("findings", len(run.Findings), func(i int) {
		v.jsonFinding(j, &run.Findings[i])
		v.jsonRank(j, &run.Findings[i], &d.Ranks[i])
	})
	j.object("left", func() {
		j.num("findings", d.Left)
		j.list("sums", len(d.LeftSum), func(i int) {
			j.some("currency", d.LeftSum[i].Currency().String())
			j.str("amount", d.LeftSum[i].String())
			if d.LeftLearned {
				j.str("saved", d.LeftSaved[i].String())
			}
		})
		j.num("lost", d.Lost)
	})
	j.list("silent", len(d.Silent), func(i int) {
		s := &d.Silent[i]
		j.str("rule", string(s.Rule))
		j.num("findings", s.Count)
		j.date("until", s.Until)
		j.str("reason", s.Reason)
	})
	j.list("shadow", len(d.Shadow), func(i int) {
		j.str("rule", string(d.Shadow[i].Rule))
		j.num("hits", d.Shadow[i].Count)
	})
	v.jsonNotes(j, "warnings", run.Warnings)
	j.close("}")
	j.raw("\n")
	return j.w.Flush()
}

// DetectedFinding writes the first finding of a detection whole: each fact in a line of its own, what it is
// worth, what would make it innocent, and all rows that it names.
func DetectedFinding(w io.Writer, run *tillproof.Run, d *Detected, opt Options) error {
	v := newView(run, opt)
	p := newPrinter(w, v.opt)
	f, r := &run.Findings[0], &d.Ranks[0]
	lead := "[" + v.text("severity."+f.Severity.String()) + "] "
	name := v.rule(f.Rule) + v.blank() + v.text("explain.id", "id", f.ID.String())
	p.head(lead, severityStyle(f.Severity), name)
	for _, n := range f.Reasons {
		p.para(2, "- ", v.note(n), plainStyle)
	}
	p.para(2, "", v.worth(r), boldStyle)
	if f.Innocent.Code != "" {
		p.para(2, v.lead("detected.innocent"), v.note(f.Innocent), plainStyle)
	}
	p.gap()
	p.grid(2, v.namedGrid(f.Records, f.Records))
	if more := r.Rows - len(f.Records); more > 0 {
		p.para(2, "", v.text("detected.unnamed", "n", strconv.Itoa(more)), faintStyle)
	}
	return p.w.Flush()
}

// schemaFinding is the form of DetectedFindingJSON.
const schemaFinding = "tillproof.explain_finding/1"

// DetectedFindingJSON writes the same for a program, with the rows as records.
func DetectedFindingJSON(w io.Writer, run *tillproof.Run, d *Detected, opt Options) error {
	v := newView(run, opt)
	j := newJSONWriter(w)
	f, r := &run.Findings[0], &d.Ranks[0]
	j.open("{")
	j.str("schema", schemaFinding)
	j.str("lang", string(v.opt.Lang))
	j.object("finding", func() {
		v.jsonFinding(j, f)
		v.jsonRank(j, f, r)
	})
	j.list("rows", len(f.Records), func(i int) {
		record := run.Record(f.Records[i])
		j.str("file", run.Source(record).File)
		recordFields(j, record)
	})
	j.close("}")
	j.raw("\n")
	return j.w.Flush()
}
