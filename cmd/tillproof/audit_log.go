package main

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report"
)

const (
	// shownActs is how many entries are listed where nobody says: what a person looks through at once.
	shownActs = 50
	// shownIDs and shownDetail bound what a line says of one entry; JSON has all of it.
	shownIDs    = 3
	shownDetail = 200

	minutes = "2006-01-02 15:04"
)

// actFilter says which entries are wanted.
type actFilter struct {
	kind  tillproof.ActKind
	since time.Time
	limit int // 0: all
}

func (f *actFilter) wants(a *tillproof.Act) bool {
	return (f.kind == "" || a.Kind == f.kind) && !a.Time.Before(f.since)
}

func (d *door) auditLog() *cobra.Command {
	var since, kind string
	f := actFilter{}
	cmd := d.subcommand("audit", "log", "[FLAGS]", "log", "log --kind decision.make --since 2026-06-01",
		"log --limit 0 --json")
	cmd.Flags().StringVar(&since, "since", "", d.flagText("since"))
	cmd.Flags().StringVar(&kind, "kind", "", d.flagText("act-kind"))
	cmd.Flags().IntVar(&f.limit, "limit", shownActs, d.flagText("act-limit"))
	names := make([]string, len(tillproof.ActKinds))
	for i, k := range tillproof.ActKinds {
		names[i] = string(k)
	}
	_ = cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(names, noFiles))
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		f.kind = tillproof.ActKind(kind)
		if kind != "" && !slices.Contains(names, kind) {
			return usage("audit.usage.kind", tillproof.Params{"value": harmless(mask(kind))})
		}
		if f.limit < 0 {
			return usage("audit.usage.limit", nil)
		}
		if since != "" {
			day, err := tillproof.ParseDate(since)
			if err != nil {
				return usage("workspace.usage.date", tillproof.Params{"value": harmless(mask(since))})
			}
			y, m, dd := day.Time().Date()
			f.since = time.Date(y, m, dd, 0, 0, 0, 0, d.now().Location())
		}
		return d.listActs(c, &f)
	}
	return cmd
}

func (d *door) listActs(c *cobra.Command, f *actFilter) error {
	r, err := d.openRooms(c.Context(), false)
	if err != nil {
		return err
	}
	defer r.close() //nolint:errcheck // only read
	from, err := f.begin(c.Context(), r)
	if err != nil {
		return err
	}
	return d.answer(c,
		func(w io.Writer) error { return d.actsText(c.Context(), w, r, f, from) },
		func(w io.Writer) error { return actsJSON(c.Context(), w, r, f, from) })
}

// begin is the entry from which on the wanted ones are as many as the limit says.
func (f *actFilter) begin(ctx context.Context, r *rooms) (int64, error) {
	if f.limit == 0 {
		return 0, nil
	}
	end, err := r.store.Size(ctx)
	for found := 0; err == nil && end > 0; {
		from := max(end-tillproof.MaxPage, 0)
		var acts []tillproof.Act
		if acts, err = r.store.Acts(ctx, from, int(end-from)); err != nil {
			break
		}
		for i := len(acts) - 1; i >= 0; i-- {
			if f.wants(&acts[i]) {
				if found++; found == f.limit {
					return acts[i].Seq, nil
				}
			}
		}
		end = from
	}
	return 0, err
}

// each hands over the wanted entries from one on, in order.
func (f *actFilter) each(ctx context.Context, r *rooms, from int64, act func(*tillproof.Act) error) error {
	for {
		acts, err := r.store.Acts(ctx, from, tillproof.MaxPage)
		if err != nil || len(acts) == 0 {
			return err
		}
		for i := range acts {
			if f.wants(&acts[i]) {
				if err := act(&acts[i]); err != nil {
					return err
				}
			}
		}
		from = acts[len(acts)-1].Seq + 1
	}
}

// actsText lists entries for a person, the newest last.
func (d *door) actsText(ctx context.Context, w io.Writer, r *rooms, f *actFilter, from int64) error {
	p := report.NewPage(w, d.reportOptions(outputFlags{}))
	listed := 0
	err := f.each(ctx, r, from, func(a *tillproof.Act) error {
		listed++
		d.actLine(p, a)
		return nil
	})
	if err != nil {
		return err
	}
	if listed == 0 {
		p.Say(0, "", p.Text("audit.log.none"), report.Plain)
	}
	return p.Flush()
}

func (d *door) actLine(p *report.Page, a *tillproof.Act) {
	when := a.Time.In(d.now().Location()).Format(minutes)
	p.Facts(0, []string{digits(a.Seq), when, report.Clean(a.By), report.Clean(a.From)}, report.Faint)
	what, tone := p.Text("act."+string(a.Kind)), report.Strong
	if !a.Done {
		what, tone = p.Text("audit.log.failed", "what", what), report.Bad
	}
	facts := []string{what}
	for i, id := range a.On {
		if i == shownIDs {
			facts = append(facts, p.Text("audit.log.more", "n", strconv.Itoa(len(a.On)-shownIDs)))
			break
		}
		facts = append(facts, report.Clean(id))
	}
	p.Facts(2, facts, tone)
	if detail := report.Clean(string(a.Detail)); detail != "" {
		if cut := cutText(detail, shownDetail); cut != detail {
			detail = cut + "…"
		}
		p.Say(2, "", detail, report.Faint)
	}
}

// actOut is an entry for programs.
type actOut struct {
	Seq    int64           `json:"seq"`
	Time   string          `json:"time"`
	By     string          `json:"by"`
	From   string          `json:"from"`
	Kind   string          `json:"kind"`
	OK     bool            `json:"ok"`
	On     []string        `json:"on"`
	Detail json.RawMessage `json:"detail"`
}

func outOf(a *tillproof.Act) actOut {
	out := actOut{
		a.Seq, stampOf(a.Time), a.By, a.From, string(a.Kind), a.Done, a.On, json.RawMessage(a.Detail),
	}
	if out.On == nil {
		out.On = []string{}
	}
	if len(a.Detail) == 0 {
		out.Detail = json.RawMessage("{}")
	}
	return out
}

// actsJSON writes tillproof.audit_log/1, an entry a line; a log of any length passes through.
func actsJSON(ctx context.Context, w io.Writer, r *rooms, f *actFilter, from int64) error {
	mark := `{"schema":"tillproof.audit_log/1","entries":[` + "\n"
	err := f.each(ctx, r, from, func(a *tillproof.Act) error {
		if _, err := io.WriteString(w, mark); err != nil {
			return err
		}
		mark = ","
		return encode(w, outOf(a))
	})
	if err == nil && mark != "," {
		_, err = io.WriteString(w, mark)
	}
	if err == nil {
		_, err = io.WriteString(w, "]}\n")
	}
	return err
}

// stampOf is a moment for programs.
func stampOf(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func digits(n int64) string { return strconv.FormatInt(n, 10) }
