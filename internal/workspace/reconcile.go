package workspace

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// around is how many days before and after a period the files count too: a month's payout and the holidays
// behind it.
const around = 45

// Outcome is a reconciliation of the workspace.
type Outcome struct {
	Run  *tillproof.Run
	Kept tillproof.KeptRun
	Same bool // nothing has changed since the newest kept run: none was added
}

// Reconcile compares what the files of the period show, and keeps the result. What earlier runs found is not
// rewritten: an exception that says something else gets a new version, one that is gone is cleared, and the
// kept run counts both.
func (s *Service) Reconcile(ctx context.Context, period Period) (*Outcome, error) {
	for n := 1; ; n++ {
		out, err := s.reconcileOnce(ctx, period)
		if n == maxTries || !isCode(err, "store.conflict") {
			return out, err
		}
	}
}

// maxTries is how often a run is made anew because another one was kept meanwhile: a handful of people who
// decide in the same minute.
const maxTries = 10

func (s *Service) reconcileOnce(ctx context.Context, period Period) (*Outcome, error) {
	made, err := s.make(ctx, period, nil)
	if err != nil {
		return nil, err
	}
	defer made.close()
	return s.save(ctx, made)
}

// made is a run that is not kept yet. Its files stay open until close.
type made struct {
	period    Period
	run       *tillproof.Run
	sources   []tillproof.KeptSource
	decisions []tillproof.KeptDecision
	last      *tillproof.KeptRun
	open      []Opened
}

func (m *made) close() {
	for _, o := range m.open {
		_ = o.Close() // only read
	}
}

// make reads the files of the period and reconciles them under the decisions that count and one more.
func (s *Service) make(ctx context.Context, period Period, more *tillproof.KeptDecision) (*made, error) {
	m := &made{period: period}
	err := s.gather(ctx, m)
	if more != nil {
		m.decisions = append(m.decisions, *more)
	}
	if err == nil && len(m.sources) == 0 {
		err = fail(tillproof.KindNotFound, "workspace.no_sources", nil)
	}
	if err != nil {
		m.close()
		return nil, err
	}
	files, err := s.openSources(ctx, m)
	if err == nil {
		var ask Ask
		if ask, err = s.ask(ctx, m); err == nil {
			m.run, err = s.engine.Reconcile(ctx, files, ask)
		}
	}
	if err == nil {
		err = m.cut()
	}
	if err != nil {
		m.close()
		return nil, err
	}
	return m, nil
}

// gather asks the store what the run is made of.
func (s *Service) gather(ctx context.Context, m *made) error {
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return err
	}
	for i := range sources {
		from, to := sources[i].Source.From, sources[i].Source.To
		if !m.period.Known() || !from.Known() || to >= m.period.From-around && from <= m.period.To+around {
			m.sources = append(m.sources, sources[i])
		}
	}
	// A run is the same whatever the order in which its files were imported.
	slices.SortFunc(m.sources, func(a, b tillproof.KeptSource) int {
		return cmp.Or(
			cmp.Compare(a.Source.Side, b.Source.Side), cmp.Compare(a.Source.From, b.Source.From),
			cmp.Compare(a.Source.To, b.Source.To), slices.Compare(a.ID[:], b.ID[:]),
		)
	})
	if m.decisions, err = s.store.Decisions(ctx, false); err != nil {
		return err
	}
	last, err := s.store.LastRun(ctx)
	switch {
	case err == nil:
		m.last = &last
	case !isCode(err, "store.not_found"):
		return err
	}
	return nil
}

func (s *Service) openSources(ctx context.Context, m *made) ([]File, error) {
	files := make([]File, len(m.sources))
	for i := range m.sources {
		k := &m.sources[i]
		o, err := s.vault.Open(ctx, k.Object)
		if err != nil {
			return nil, placed(err, k.Source.File)
		}
		m.open = append(m.open, o)
		reading := k.Reading
		reading.Side = k.Source.Side
		files[i] = File{Name: k.Source.File, At: o, Size: o.Size(), Reading: reading}
		if k.Tokens != (tillproof.Digest{}) {
			if files[i].Tokens, err = s.bytesOf(ctx, k.Tokens, maxTokens); err != nil {
				return nil, placed(err, k.Source.File)
			}
		}
	}
	return files, nil
}

// ask is what the reconciliation is to go by.
func (s *Service) ask(ctx context.Context, m *made) (Ask, error) {
	var ask Ask
	text, err := s.PolicyText(ctx)
	if err != nil {
		return ask, err
	}
	ask.PolicyText = text
	for i := range m.decisions {
		d := &m.decisions[i]
		ask.Decisions = append(ask.Decisions, tillproof.Decision{
			Ruling: d.Ruling, Named: d.Records, Reason: d.Reason, By: d.By, At: d.Time.Format("2006-01-02"),
		})
	}
	ask.Verdicts, err = s.verdicts(ctx)
	return ask, err
}

// verdicts are what people said about findings so far. A break is a matter of sums, and teaches nothing.
func (s *Service) verdicts(ctx context.Context) ([]Verdict, error) {
	judged, err := all(func(p tillproof.Page) ([]tillproof.KeptException, error) {
		want := tillproof.AnyException()
		want.Cleared = true
		want.States = []tillproof.ExceptionState{tillproof.ExceptionConfirmed, tillproof.ExceptionDismissed}
		return s.store.Exceptions(ctx, want, p)
	})
	if err != nil {
		return nil, err
	}
	var out []Verdict
	for i := range judged {
		if judged[i].Judged == nil || !strings.HasPrefix(string(judged[i].ID), "fnd_") {
			continue
		}
		e, _, err := s.store.Exception(ctx, judged[i].ID)
		if err != nil {
			return nil, err
		}
		run, x, err := Content(&e)
		if err != nil {
			return nil, err
		}
		v := Verdict{Wrong: e.State == tillproof.ExceptionConfirmed, Time: e.Judged.Time}
		for _, ref := range x.Finding.Records {
			v.Records = append(v.Records, run.Record(ref).ID)
		}
		out = append(out, v)
	}
	return out, nil
}

// maxPolicy bounds a policy file, as the front door does.
const maxPolicy = 1 << 20

// PolicyText is the policy file that the runs go by, nil where there is none.
func (s *Service) PolicyText(ctx context.Context) ([]byte, error) {
	info, err := s.store.Workspace(ctx)
	if err != nil || info.Policy == (tillproof.Digest{}) {
		return nil, err
	}
	return s.bytesOf(ctx, info.Policy, maxPolicy)
}

// maxTokens bounds what is kept of the cards of a file: 16 bytes for each of ten million rows.
const maxTokens = 160 << 20

// bytesOf are those of a small object.
func (s *Service) bytesOf(ctx context.Context, d tillproof.Digest, most int64) ([]byte, error) {
	o, err := s.vault.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	if o.Size() > most {
		err = fail(tillproof.KindTooLarge, "workspace.content", tillproof.Params{"id": d.String()})
		return nil, errors.Join(err, o.Close())
	}
	text, err := io.ReadAll(io.NewSectionReader(o, 0, o.Size()))
	return text, errors.Join(err, o.Close())
}

// reconciled is the entry of the log about a run.
type reconciled struct {
	Run        tillproof.RunID `json:"run"`
	From       tillproof.Date  `json:"from"`
	To         tillproof.Date  `json:"to"`
	Sources    int             `json:"sources"`
	Decisions  int             `json:"decisions"`
	Exceptions int             `json:"exceptions"`
	Waiting    int             `json:"waiting"`
}

// save keeps a run, unless it is the newest one again.
func (s *Service) save(ctx context.Context, m *made) (*Outcome, error) {
	id := m.id()
	if m.last != nil && m.last.Basis.ID == m.run.Basis.ID && m.period.within(Period{m.last.From, m.last.To}) {
		m.run.Basis.ID = m.last.ID
		return &Outcome{Run: m.run, Kept: *m.last, Same: true}, nil
	}
	now := s.moment()
	n := tillproof.NewRun{Run: tillproof.KeptRun{
		ID: id, Time: now, By: s.opt.Who.By, From: m.period.From, To: m.period.To, Basis: m.run.Basis,
		Losses: m.run.Losses, Completeness: m.run.Completeness, Warnings: bare(m.run.Warnings),
		Next: bare(m.run.Next),
	}}
	if m.last != nil {
		n.After = m.last.ID
	}
	for i := range m.sources {
		n.Run.Sources = append(n.Run.Sources, m.sources[i].ID)
	}
	for i := range m.decisions {
		id := m.decisions[i].ID
		n.Run.Decisions = append(n.Run.Decisions, id)
		if d := &m.run.Decisions[i]; !d.Obeyed() {
			why := bare([]tillproof.Note{d.Misfit})[0]
			n.Run.Misfits = append(n.Run.Misfits, tillproof.Misfit{Decision: id, Why: why})
		}
	}
	var err error
	if n.Exceptions, err = s.exceptionsOf(m); err != nil {
		return nil, err
	}
	n.Waiting = waitingOf(m)
	n.Run.Counts = countsOf(m.run, len(n.Exceptions), len(n.Waiting))
	if err := s.follow(ctx, m, &n); err != nil {
		return nil, err
	}
	act, err := s.act(now, tillproof.ActRun, reconciled{
		id, m.period.From, m.period.To, len(n.Run.Sources), len(n.Run.Decisions), len(n.Exceptions),
		len(n.Waiting),
	}, id.String())
	if err != nil {
		return nil, err
	}
	kept, err := s.store.SaveRun(ctx, n, act)
	m.run.Basis.ID = kept.ID // what a reader of the report can ask for
	return &Outcome{Run: m.run, Kept: kept}, err
}

// id names the run as it is kept: that of a part of the files' days is another one than that of all of them.
func (m *made) id() tillproof.RunID {
	of := m.run.Basis.ID
	if !m.period.Known() {
		return of
	}
	part := []string{of.String(), m.period.From.String(), m.period.To.String()}
	return tillproof.RunIDOf(tillproof.Basis{}, part)
}

// bare are notes without the rows they point to, which only the run itself can show.
func bare(notes []tillproof.Note) []tillproof.Note {
	out := make([]tillproof.Note, len(notes))
	for i, n := range notes {
		out[i] = tillproof.Note{Code: n.Code, Params: n.Params}
	}
	return out
}

func countsOf(run *tillproof.Run, exceptions, waiting int) tillproof.RunCounts {
	c := tillproof.RunCounts{
		Matched: len(run.Matches), Deposits: len(run.Waterfalls), Findings: len(run.Findings),
		Breaks: map[tillproof.BreakKind]int{}, Unlisted: run.Unlisted, Exceptions: exceptions,
		Waiting: waiting,
	}
	for _, n := range run.Pairs {
		c.Matched += n
	}
	for _, b := range run.Breaks {
		c.Breaks[b.Kind]++
	}
	for kind, n := range run.Unlisted {
		c.Breaks[kind] += n
		c.Exceptions += n
	}
	for _, side := range run.Completeness {
		c.Records[side.Side] = side.Records
	}
	return c
}

// waitingOf are the records whose money is under way.
func waitingOf(m *made) []tillproof.Waiting {
	if m.run.Basis.Passes {
		return slices.DeleteFunc(slices.Clone(m.run.Waiting), func(w tillproof.Waiting) bool {
			return !m.period.Has(w.Day)
		})
	}
	var out []tillproof.Waiting
	for _, o := range tillproof.OpenItems(m.run) {
		r := m.run.Record(o.Row)
		if m.period.Has(r.Day()) {
			out = append(out, tillproof.Waiting{
				Record: r.ID, Side: o.Row.Side, Day: r.Day(), Expected: o.Expected, Amount: o.Amount,
			})
		}
	}
	return out
}

// follow counts what became of the items that were under way in the run before.
func (s *Service) follow(ctx context.Context, m *made, n *tillproof.NewRun) error {
	if m.last == nil {
		return nil
	}
	before, err := s.store.Waiting(ctx)
	if err != nil || len(before) == 0 || !sameSides(m.last, m.run) {
		return err
	}
	states := make(map[tillproof.RecordID]tillproof.Status, len(before))
	for i := range before {
		states[before[i].Record] = tillproof.Open
	}
	for _, side := range tillproof.Sides {
		for i := range m.run.Records[side] {
			if _, asked := states[m.run.Records[side][i].ID]; asked {
				states[m.run.Records[side][i].ID] = m.run.States[side][i].Status
			}
		}
	}
	for _, status := range states {
		switch status {
		case tillproof.Matched:
			n.Settled++
		case tillproof.Exception:
			n.Late++
		}
	}
	return nil
}

// sameSides reports whether each side of the kept run is there in the new one too: without the statement,
// say, what waited for the bank waits for nothing, and has not arrived.
func sameSides(last *tillproof.KeptRun, run *tillproof.Run) bool {
	for _, before := range last.Completeness {
		if !slices.ContainsFunc(run.Completeness, func(c tillproof.Completeness) bool {
			return c.Side == before.Side
		}) {
			return false
		}
	}
	return true
}
