package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// breakSeverity says how soon a person should look at a break: money that is missing or was taken first,
// money to sort out next, then what is late or cannot be decided, and last what only needs a query.
var breakSeverity = map[tillproof.BreakKind]tillproof.Severity{
	tillproof.NotSettled: tillproof.High, tillproof.NotDeposited: tillproof.High,
	tillproof.DepositShort: tillproof.High, tillproof.UnexpectedDebit: tillproof.High,
	tillproof.NotOnTerminal: tillproof.Medium, tillproof.SettledTwice: tillproof.Medium,
	tillproof.AmountMismatch: tillproof.Medium, tillproof.FeeMismatch: tillproof.Medium,
	tillproof.DepositOver: tillproof.Medium, tillproof.UnexpectedCredit: tillproof.Medium,
	tillproof.Late: tillproof.Low, tillproof.Ambiguous: tillproof.Low,
	tillproof.OutcomeUnknown: tillproof.Info,
}

// group is all exceptions of one kind or rule.
type group struct {
	code     string // of its term
	severity tillproof.Severity
	breaks   []int // positions in the run
	findings []int
	unlisted int // further breaks, which the run does not hold
}

func (g group) len() int { return len(g.breaks) + len(g.findings) + g.unlisted }

// beyond is how many are left out where at most n are shown.
func (g group) beyond(n int) int { return g.len() - min(n, g.len()-g.unlisted) }

// moreCode says where the exceptions of a group are that are not shown: those that the run does not hold are
// in the lists of --out only.
func (v *view) moreCode(g group) string {
	if g.unlisted > 0 {
		return "report.more_passes"
	}
	return "report.more"
}

// groups sorts the exceptions: most severe first, then by kind. Findings that explain a break stand with the
// break.
func (v *view) groups() []group {
	var all []group
	at := map[string]int{}
	find := func(code string, s tillproof.Severity) *group {
		i, ok := at[code]
		if !ok {
			i = len(all)
			at[code] = i
			all = append(all, group{code: code})
		}
		all[i].severity = max(all[i].severity, s)
		return &all[i]
	}
	for _, kind := range tillproof.BreakKinds {
		for i := range v.run.Breaks {
			if v.run.Breaks[i].Kind == kind {
				g := find("break."+string(kind), breakSeverity[kind])
				g.breaks = append(g.breaks, i)
			}
		}
	}
	for kind, n := range v.run.Unlisted {
		find("break."+string(kind), breakSeverity[kind]).unlisted += n
	}
	for i, f := range v.run.Findings {
		if f.About == nil {
			g := find("rule."+string(f.Rule), f.Severity)
			g.findings = append(g.findings, i)
		}
	}
	for _, g := range all {
		slices.SortStableFunc(g.findings, func(a, b int) int {
			return cmp.Compare(v.run.Findings[b].Severity, v.run.Findings[a].Severity)
		})
	}
	slices.SortStableFunc(all, func(a, b group) int { return cmp.Compare(b.severity, a.severity) })
	return all
}

// item is one exception in words.
type item struct {
	id       string
	severity tillproof.Severity
	code     string // of its term
	amount   tillproof.Money
	residual tillproof.Money
	sentence string   // what is wrong
	facts    []string // date, amount, terminal, reference, card: those that the sentence does not name
	more     []string // what explains it further
	rows     []tillproof.RowRef
	fall     *tillproof.Waterfall // how the deposit is made up, for breaks of the bank's leg
}

// items are the exceptions of a group from a position on, at most n.
func (v *view) items(g group, n int) []item {
	var out []item
	for _, i := range g.breaks[:min(n, len(g.breaks))] {
		out = append(out, v.breakItem(i))
	}
	for _, i := range g.findings[:min(n-len(out), len(g.findings))] {
		out = append(out, v.findingItem(i))
	}
	return out
}

// explanations are the findings about a break.
func (v *view) explanations(id tillproof.BreakID) []int {
	if v.about == nil {
		v.about = map[tillproof.BreakID][]int{}
		for i, f := range v.run.Findings {
			if f.About != nil {
				v.about[*f.About] = append(v.about[*f.About], i)
			}
		}
	}
	return v.about[id]
}

func (v *view) breakItem(i int) item {
	b := &v.run.Breaks[i]
	it := item{
		id: b.ID.String(), severity: breakSeverity[b.Kind], code: "break." + string(b.Kind),
		amount: b.Amount, residual: b.Residual, rows: b.Records, sentence: v.breakSentence(b),
	}
	it.facts = v.facts(it, b.Leg == tillproof.TerminalAcquirer && b.Kind != tillproof.FeeMismatch)
	if b.Doubt.Code != "" {
		it.more = append(it.more, v.note(b.Doubt))
	}
	for _, f := range v.explanations(b.ID) {
		it.more = append(it.more, v.reasons(&v.run.Findings[f]))
	}
	it.more = append(it.more, v.closest(slices.DeleteFunc(slices.Clone(b.Candidates),
		func(c tillproof.Candidate) bool {
			shown := c.Set == 0 && slices.Contains(b.Records, c.Row)
			return shown || c.Why.Code == byChance
		}))...)
	if b.Leg != tillproof.TerminalAcquirer {
		it.fall = v.fallOf(b)
	}
	return it
}

// byChance marks sets of rows that make a difference where so many would that none explains it: `explain` shows
// them, a report is to point to what a person can act on.
const byChance = "match.why.rows_by_chance"

// closest are the sentences about what came close: one for each record, or for each set of records that are
// meant together.
func (v *view) closest(all []tillproof.Candidate) []string {
	var out []string
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[0].Set > 0 && all[n].Set == all[0].Set {
			n++
		}
		why := make([]string, n)
		for i, c := range all[:n] {
			code := "report.candidate"
			if c.Set > 0 {
				code = "report.candidate.member"
			}
			why[i] = v.text(code, "place", v.place(v.run.Record(c.Row).Origin), "why", v.note(c.Why))
		}
		text := why[0]
		if set := all[0].Set; set > 0 {
			members := strings.Join(why, v.semicolon())
			text = v.text("report.candidate.set", "set", v.count(set), "members", members)
		}
		out, all = append(out, text), all[n:]
	}
	return out
}

func (v *view) breakSentence(b *tillproof.Break) string {
	if b.Reason.Code == "" {
		return v.text("break." + string(b.Kind))
	}
	return v.note(b.Reason)
}

func (v *view) findingItem(i int) item {
	f := &v.run.Findings[i]
	it := item{
		id: f.ID.String(), severity: f.Severity, code: "rule." + string(f.Rule),
		amount: f.Amount, rows: f.Records, sentence: v.reasons(f),
	}
	it.facts = v.facts(it, len(f.Records) == 1)
	return it
}

// reasons are what a finding says: its sentences, and the facts behind them, which are no sentences by
// themselves.
func (v *view) reasons(f *tillproof.Finding) string {
	said, facts := "", []string(nil)
	for _, n := range f.Reasons {
		switch text := v.note(n); {
		case said == "":
			said = text
		case strings.HasSuffix(text, ".") || strings.HasSuffix(text, "。"):
			said += v.blank() + text
		default:
			facts = append(facts, text)
		}
	}
	if len(facts) == 0 {
		return said
	}
	return said + v.blank() + v.text("report.because", "facts", strings.Join(facts, v.semicolon()))
}

// facts are what a person needs to find the transaction again, as far as the sentence does not say it
// already. Where an exception stands for many rows only the amount is common to them.
func (v *view) facts(it item, one bool) []string {
	var all []string
	add := func(shown string, said ...string) {
		if shown != "" && !slices.ContainsFunc(said, func(s string) bool {
			return s != "" && strings.Contains(it.sentence, s)
		}) {
			all = append(all, shown)
		}
	}
	if one && len(it.rows) > 0 {
		r := v.run.Record(it.rows[0])
		add(v.moment(r), locale.Time(v.opt.Lang, r.Time), locale.Date(v.opt.Lang, r.Day()), v.moment(r),
			locale.Date(v.opt.Lang, r.Time.Date()))
		add(v.amountFact(it), v.money(it.amount), v.money(it.amount.Neg()))
		v.keyFacts(r, add)
		return all
	}
	add(v.amountFact(it), v.money(it.amount), v.money(it.amount.Neg()))
	return all
}

func (v *view) amountFact(it item) string {
	if it.amount.IsZero() {
		return ""
	}
	return v.money(it.amount)
}

func (v *view) keyFacts(r *tillproof.Record, add func(shown string, said ...string)) {
	key := func(code, value string) {
		if value = clean(value); value != "" {
			add(v.text(code, "v", value), value)
		}
	}
	key("report.fact.terminal", string(r.Refs.Terminal))
	switch {
	case r.Refs.RRN != "":
		key("report.fact.rrn", r.Refs.RRN)
	case r.Refs.Auth != "":
		key("report.fact.auth", r.Refs.Auth)
	case r.Refs.STAN != "":
		key("report.fact.stan", r.Refs.STAN)
	}
	key("report.fact.card", r.Card.String())
}

// moment is when a record was made, for tables: its time, else its day.
func (v *view) moment(r *tillproof.Record) string {
	if r.Time.Known() {
		return locale.ShortTime(v.opt.Lang, r.Time)
	}
	return v.day(r.Day())
}

// fallOf finds the waterfall that a break of the bank's leg belongs to, nil where there is none.
func (v *view) fallOf(b *tillproof.Break) *tillproof.Waterfall {
	if v.falls == nil {
		v.falls = map[tillproof.RowRef]int{}
		for i := range v.run.Waterfalls {
			w := &v.run.Waterfalls[i]
			for _, ref := range w.Deposit {
				v.falls[ref] = i
			}
			if len(w.Rows) > 0 {
				v.falls[w.Rows[0]] = i
			}
		}
	}
	for _, ref := range b.Records {
		if i, ok := v.falls[ref]; ok {
			return &v.run.Waterfalls[i]
		}
	}
	return nil
}

// equation writes a waterfall in one line: the steps, what they make, what came.
func (v *view) equation(w *tillproof.Waterfall) string {
	var b strings.Builder
	for _, s := range w.Steps {
		if s.Amount.IsZero() && s.Kind != tillproof.StepGross {
			continue
		}
		amount := v.bare(s.Amount)
		switch rest, neg := strings.CutPrefix(amount, "-"); {
		case b.Len() == 0:
			b.WriteString(v.text("step."+string(s.Kind)) + " " + amount)
		case neg:
			b.WriteString(" - " + v.text("step."+string(s.Kind)) + " " + rest)
		default:
			b.WriteString(" + " + v.text("step."+string(s.Kind)) + " " + amount)
		}
	}
	return v.text("report.fall.equation", "steps", b.String(), "net", v.bare(w.Net), "paid", v.bare(w.Paid),
		"residual", v.bare(w.Residual))
}

// placeOf is where an issue stands: line and column as far as known, as the lead of a sentence.
func (v *view) placeOf(i tillproof.Issue) string {
	sheet := ""
	if i.Place.Sheet != "" {
		sheet = v.lead("report.place.sheet", "sheet", i.Place.Sheet)
	}
	return sheet + v.lineOf(i)
}

func (v *view) lineOf(i tillproof.Issue) string {
	switch {
	case i.Place.Line > 0 && i.Place.Column > 0:
		return v.lead("report.place.cell", "line", strconv.Itoa(i.Place.Line), "column",
			strconv.Itoa(i.Place.Column))
	case i.Place.Line > 0:
		return v.lead("report.place.line", "line", strconv.Itoa(i.Place.Line))
	}
	return v.lead("report.place.file")
}
