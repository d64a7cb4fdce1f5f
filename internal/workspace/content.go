package workspace

import (
	"encoding/json"
	"slices"

	"github.com/tillproof/tillproof"
)

const (
	// maxRows is how many rows of one exception are kept with it: a screen's worth of each side, and the
	// lines of a small shop's deposit. A run shows the rest.
	maxRows = 200
	// maxExplained is how many exceptions of a run are explained row by row when they are kept: each looks
	// through the run. The others are explained when somebody asks.
	maxExplained = 500
)

// exceptionsOf are the breaks and findings of the period as a workspace keeps them, in the order of the run.
func (s *Service) exceptionsOf(m *made) ([]tillproof.KeptException, error) {
	explain := len(m.run.Breaks)+len(m.run.Findings) <= maxExplained
	var out []tillproof.KeptException
	keep := func(e tillproof.KeptException, c *contents) error {
		c.x.All = c.all
		if explain {
			c.explain(s.engine.Explain(m.run, string(e.ID)))
		}
		e.Day = c.day
		if !m.period.Has(e.Day) {
			return nil
		}
		var err error
		e.Content, err = json.Marshal(&c.x)
		out = append(out, e)
		return err
	}
	for i := range m.run.Breaks {
		b := m.run.Breaks[i]
		e := tillproof.KeptException{
			ID: tillproof.ExceptionID(b.ID.String()), Kind: string(b.Kind), Side: b.Side,
			Sentence: tillproof.Note{Code: b.Reason.Code, Params: b.Reason.Params},
		}
		e.Bucket, e.Part, e.Amount = tillproof.LossOfBreak(b)
		if e.Bucket == tillproof.BucketNone {
			e.Amount = b.Amount
		}
		c := newContents(m)
		c.takeBreak(b)
		for _, f := range m.run.Findings {
			if f.About != nil && *f.About == b.ID {
				c.x.Explains = append(c.x.Explains, c.finding(f))
			}
		}
		if err := keep(e, c); err != nil {
			return nil, err
		}
	}
	for i := range m.run.Findings {
		f := m.run.Findings[i]
		if f.About != nil {
			continue // it stands with its break
		}
		e := tillproof.KeptException{
			ID: tillproof.ExceptionID(f.ID.String()), Kind: string(f.Rule), Severity: f.Severity,
			Bucket: tillproof.BucketNone, Part: f.Part, Amount: f.Amount,
		}
		if f.AtRisk {
			e.Bucket = tillproof.BucketAtRisk
		}
		if len(f.Reasons) > 0 {
			e.Sentence = tillproof.Note{Code: f.Reasons[0].Code, Params: f.Reasons[0].Params}
		}
		if len(f.Records) > 0 {
			e.Side = f.Records[0].Side
		}
		c := newContents(m)
		c.takeFinding(f)
		if err := keep(e, c); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// contents gathers what one exception shows. Rows of the run become rows of its own; what is beyond maxRows
// is left out wherever it is named.
type contents struct {
	m       *made
	x       tillproof.ExceptionContent
	rows    map[tillproof.RowRef]int32
	sources map[int32]int32
	day     tillproof.Date
	all     int
}

func newContents(m *made) *contents {
	return &contents{
		m: m, rows: map[tillproof.RowRef]int32{}, sources: map[int32]int32{}, day: tillproof.NoDate,
	}
}

func (c *contents) takeBreak(b tillproof.Break) {
	c.all, c.day = len(b.Records), firstDay(c.m.run, b.Records)
	b.Records = c.refs(b.Records)
	b.Reason, b.Doubt = c.note(b.Reason), c.note(b.Doubt)
	var candidates []tillproof.Candidate
	for _, o := range b.Candidates {
		if ref, ok := c.ref(o.Row); ok {
			candidates = append(candidates, tillproof.Candidate{Row: ref, Set: o.Set, Why: c.note(o.Why)})
		}
	}
	b.Candidates = candidates
	c.x.Break = &b
}

func (c *contents) takeFinding(f tillproof.Finding) {
	c.all, c.day = len(f.Records), firstDay(c.m.run, f.Records)
	f = c.finding(f)
	c.x.Finding = &f
}

// finding is a finding with rows of the exception's own.
func (c *contents) finding(f tillproof.Finding) tillproof.Finding {
	f.Records = c.refs(f.Records)
	reasons := make([]tillproof.Note, len(f.Reasons))
	for i, n := range f.Reasons {
		reasons[i] = c.note(n)
	}
	f.Reasons, f.Innocent = reasons, c.note(f.Innocent)
	return f
}

func (c *contents) explain(rows []tillproof.Explanation, all int) {
	c.x.All = all
	for _, x := range rows {
		ref, ok := c.ref(x.Ref)
		if !ok {
			continue
		}
		x.Ref = ref
		if x.Partner.Side != tillproof.NoSide {
			if x.Partner, ok = c.ref(x.Partner); !ok {
				x.Partner, x.Fields = tillproof.RowRef{}, nil
			}
		}
		x.Along = c.refs(x.Along)
		var second []tillproof.Candidate
		for _, o := range x.Second {
			if ref, ok := c.ref(o.Row); ok {
				second = append(second, tillproof.Candidate{Row: ref, Set: o.Set, Why: c.note(o.Why)})
			}
		}
		x.Second = second
		x.Notes = slices.Clone(x.Notes)
		for i := range x.Notes {
			x.Notes[i] = c.note(x.Notes[i])
		}
		c.x.Explained = append(c.x.Explained, x)
	}
}

func (c *contents) note(n tillproof.Note) tillproof.Note {
	n.Rows = c.refs(n.Rows)
	return n
}

func (c *contents) refs(refs []tillproof.RowRef) []tillproof.RowRef {
	var out []tillproof.RowRef
	for _, ref := range refs {
		if own, ok := c.ref(ref); ok {
			out = append(out, own)
		}
	}
	return out
}

// ref is the row of the exception for one of the run; false where there is no room for it.
func (c *contents) ref(ref tillproof.RowRef) (tillproof.RowRef, bool) {
	if n, ok := c.rows[ref]; ok {
		return tillproof.RowRef{Side: ref.Side, N: n}, true
	}
	run := c.m.run
	if len(c.rows) >= maxRows || int(ref.N) >= len(run.Records[ref.Side]) {
		return tillproof.RowRef{}, false
	}
	r := tillproof.ContentRow{Record: *run.Record(ref)}
	r.Children = nil
	r.CardKind = r.Card.Kind
	if int(ref.N) < len(run.States[ref.Side]) {
		r.State = run.States[ref.Side][ref.N]
	}
	r.Origin.Source = c.source(r.Origin.Source)
	n := int32(len(c.x.Rows[ref.Side]))
	c.x.Rows[ref.Side] = append(c.x.Rows[ref.Side], r)
	c.rows[ref] = n
	return tillproof.RowRef{Side: ref.Side, N: n}, true
}

// source is the exception's own number of a source of the run.
func (c *contents) source(n int32) int32 {
	if own, ok := c.sources[n]; ok {
		return own
	}
	src := &c.m.run.Sources[n]
	one := tillproof.ContentSource{File: src.File, Sheets: src.Sheets}
	for i := range c.m.sources {
		if k := &c.m.sources[i]; k.Source.Side == src.Side && k.Source.File == src.File {
			one.ID = k.ID
		}
	}
	own := int32(len(c.x.Sources))
	c.x.Sources = append(c.x.Sources, one)
	c.sources[n] = own
	return own
}

// Content is what a kept exception shows, as a run of its own that reports can write.
func Content(e *tillproof.KeptException) (*tillproof.Run, *tillproof.ExceptionContent, error) {
	var x tillproof.ExceptionContent
	if err := json.Unmarshal(e.Content, &x); err != nil {
		return nil, nil, &tillproof.Error{
			Op: "read exception", Kind: tillproof.KindInternal, Code: "workspace.content", Err: err,
			Params: tillproof.Params{"id": string(e.ID)},
		}
	}
	run := &tillproof.Run{}
	for _, s := range x.Sources {
		run.Sources = append(run.Sources, tillproof.Source{File: s.File, Sheets: s.Sheets})
	}
	for side := range x.Rows {
		for _, r := range x.Rows[side] {
			r.Record.Card.Kind = r.CardKind
			run.Records[side] = append(run.Records[side], r.Record)
			run.States[side] = append(run.States[side], r.State)
		}
	}
	if x.Break != nil {
		run.Breaks = []tillproof.Break{*x.Break}
	}
	run.Findings = x.Explains
	if x.Finding != nil {
		run.Findings = []tillproof.Finding{*x.Finding}
	}
	return run, &x, nil
}
