package kept

import (
	"io"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report"
	"github.com/tillproof/tillproof/internal/workspace"
)

// schemaStatus names the form of a status for programs; additive changes only.
const schemaStatus = "tillproof.status/1"

// staleProof is how old the proof of a backup may be before somebody should make a new one: a month, which is
// what a merchant closes its books by.
const staleProof = 31

// Status writes where a workspace stands: what needs a person first.
func Status(w io.Writer, st *workspace.Status, opt Options) error {
	p := newPage(w, opt)
	p.Headline(p.Text("kept.status.title", "n", n(st.Sources), "rows", n(st.Rows)))
	p.lastRun(st)
	p.stakes(st)
	p.waiting(st.Waiting)
	p.missing(st.Missing)
	p.backup(st.Info.Proven)
	return p.Flush()
}

// Overdue reports whether the day of something has passed: money that should be there, or a file.
func Overdue(st *workspace.Status) bool {
	for _, w := range st.Waiting {
		if w.Overdue > 0 {
			return true
		}
	}
	for _, m := range st.Missing {
		if m.Since.Known() {
			return true
		}
	}
	return false
}

func (p *page) lastRun(st *workspace.Status) {
	switch {
	case st.Sources == 0:
		p.Say(0, "", p.Text("kept.status.empty"), report.Strong)
		return
	case st.Last == nil:
		p.Say(0, "", p.Text("kept.status.never"), report.Warn)
		return
	}
	p.Say(0, "", p.Text("kept.status.last", "when", p.moment(st.Last.Time), "id",
		short(st.Last.ID.String())), report.Faint)
	if st.Stale {
		p.Say(0, "", p.Text("kept.status.stale"), report.Warn)
	}
}

// stakes is what stands: how many exceptions wait for a word, and how much money is in them.
func (p *page) stakes(st *workspace.Status) {
	if st.Last == nil {
		return
	}
	fresh := st.Tally.States[tillproof.ExceptionNew]
	p.Section(p.Text("kept.status.exceptions"))
	if fresh == 0 {
		p.Say(2, "", p.Text("kept.status.all_judged"), report.Good)
	} else {
		p.Say(2, "", p.Text("kept.status.unjudged", "n", n(fresh)), report.Bad)
	}
	if s := p.judgedCounts(st.Tally); s != "" {
		p.Say(2, "", s, report.Faint)
	}
	t := report.Table{Head: []string{
		p.Text("kept.col.money"), p.Text("kept.col.amount"), p.Text("kept.col.exceptions"),
	}}
	for _, b := range st.Tally.Buckets {
		if b.Bucket == tillproof.BucketNone || b.Exceptions == 0 {
			continue
		}
		t.Rows = append(t.Rows, []string{
			p.Text("bucket." + string(b.Bucket)), p.money(tillproof.NewMoney(b.Minor, b.Currency)),
			p.count(b.Exceptions),
		})
	}
	if len(t.Rows) > 0 {
		p.Gap()
		p.Table(2, t)
	}
}

// waiting is the money under way: what is past its day first.
func (p *page) waiting(all []workspace.WaitingSum) {
	if len(all) == 0 {
		return
	}
	p.Section(p.Text("kept.status.waiting"))
	for i := range all {
		s := &all[i]
		amount := func(minor int64) string { return tillproof.NewMoney(minor, s.Currency).Param() }
		if s.Overdue > 0 {
			late := amount(s.OverdueSum)
			p.Say(2, "", p.Text("kept.status.overdue", "n", n(s.Overdue), "amount", late, "day",
				s.First.String()), report.Bad)
		}
		if s.Soon > 0 {
			soon := amount(s.SoonSum)
			p.Say(2, "", p.Text("kept.status.soon", "n", n(s.Soon), "amount", soon), report.Strong)
		}
		if s.Later > 0 {
			p.Say(2, "", p.Text("kept.status.later", "n", n(s.Later), "amount",
				amount(s.Amount-s.OverdueSum-s.SoonSum)), report.Plain)
		}
	}
}

// missing lists the files that should be there, and where such files are found.
func (p *page) missing(all []workspace.MissingFile) {
	if len(all) == 0 {
		return
	}
	p.Section(p.Text("kept.status.missing"))
	for i := range all {
		if i == textItems {
			p.more(len(all), textItems)
			break
		}
		m := &all[i]
		side := p.Text("side." + m.Side.String())
		if m.To.Known() {
			p.Say(2, "- ", p.Text("kept.missing.gap", "side", side, "from", m.From.String(), "to",
				m.To.String(), "file", report.Clean(m.Like)), report.Plain)
		} else {
			p.Say(2, "- ", p.Text("kept.missing.next", "side", side, "from", m.From.String(), "since",
				m.Since.String(), "file", report.Clean(m.Like)), report.Warn)
		}
		p.Say(4, "", p.Text("kept.missing.how."+m.Side.String()), report.Faint)
	}
}

// backup says when it was last shown that a backup restores.
func (p *page) backup(proof *tillproof.Proof) {
	p.Section(p.Text("kept.status.backup"))
	if proof == nil {
		p.Say(2, "", p.Text("kept.backup.never"), report.Warn)
		return
	}
	age, tone := p.proofAge(proof.Time), report.Good
	if ProofIsOld(proof, p.opt) {
		tone = report.Warn
	}
	p.Say(2, "", p.Text("kept.backup.proven", "name", report.Clean(proof.Name), "when",
		p.moment(proof.Time), "n", n(max(age, 0))), tone)
	if ProofIsOld(proof, p.opt) {
		p.Say(2, "", p.Text("kept.backup.old"), report.Plain)
	}
}

// ProofIsOld reports a proof that somebody should renew.
func ProofIsOld(proof *tillproof.Proof, opt Options) bool {
	return newPage(io.Discard, opt).proofAge(proof.Time) > staleProof
}

// proofAge is how many days ago something was.
func (p *page) proofAge(t time.Time) int { return int(p.opt.Today - dayOf(t, p.zone())) }

type waitingOut struct {
	Currency   string  `json:"currency"`
	Overdue    int     `json:"overdue"`
	OverdueSum string  `json:"overdue_amount"`
	Soon       int     `json:"soon"`
	SoonSum    string  `json:"soon_amount"`
	Later      int     `json:"later"`
	Amount     string  `json:"amount"`
	First      *string `json:"first"`
}

type missingOut struct {
	Side  string  `json:"side"`
	Like  string  `json:"like"`
	From  *string `json:"from"`
	To    *string `json:"to"`
	Since *string `json:"since"`
	How   string  `json:"how"`
}

type bucketOut struct {
	Currency   string `json:"currency"`
	Bucket     string `json:"bucket"`
	Exceptions int    `json:"exceptions"`
	Amount     string `json:"amount"`
}

type proofOut struct {
	Name   string `json:"name"`
	Time   string `json:"time"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"entries"`
}

// StatusJSON writes where a workspace stands as tillproof.status/1.
func StatusJSON(w io.Writer, st *workspace.Status, opt Options) error {
	p := newPage(io.Discard, opt)
	buckets, waiting, missing := []bucketOut{}, []waitingOut{}, []missingOut{}
	for _, b := range st.Tally.Buckets {
		buckets = append(buckets, bucketOut{
			b.Currency.String(), string(b.Bucket), b.Exceptions, tillproof.FormatMinor(b.Minor, b.Currency),
		})
	}
	for i := range st.Waiting {
		s := &st.Waiting[i]
		amount := func(minor int64) string { return tillproof.FormatMinor(minor, s.Currency) }
		waiting = append(waiting, waitingOut{
			s.Currency.String(), s.Overdue, amount(s.OverdueSum), s.Soon, amount(s.SoonSum), s.Later,
			amount(s.Amount), day(s.First),
		})
	}
	for i := range st.Missing {
		m := &st.Missing[i]
		missing = append(missing, missingOut{
			m.Side.String(), m.Like, day(m.From), day(m.To), day(m.Since),
			p.Text("kept.missing.how." + m.Side.String()),
		})
	}
	var last *runOut
	if st.Last != nil {
		run := p.runOut(st.Last)
		last = &run
	}
	var proof *proofOut
	if b := st.Info.Proven; b != nil {
		proof = &proofOut{b.Name, stamp(b.Time), b.Digest.String(), b.Size}
	}
	return writeJSON(w, field{"schema", schemaStatus}, field{"lang", p.opt.Lang},
		field{"workspace", st.Info.ID.String()}, field{"as_of", day(p.opt.Today)},
		field{"sources", st.Sources}, field{"rows", st.Rows}, field{"stale", st.Stale},
		field{"overdue", Overdue(st)}, field{"states", statesOut(st.Tally)}, field{"money", listOf(buckets)},
		field{"waiting", listOf(waiting)}, field{"missing", listOf(missing)}, field{"backup", proof},
		field{"log_entries", st.Entries}, field{"run", last})
}
