package main

import (
	"context"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report"
	"github.com/tillproof/tillproof/internal/vault/translog"
	"github.com/tillproof/tillproof/internal/workspace"
)

// logVerdict is what a verification found: of the log itself, and of what is kept beside it.
type logVerdict struct {
	log  translog.Report
	rows workspace.Comparison
	// unread is why rows were not compared: entries that are damaged tell nothing. The faults of the log say
	// where.
	unread error
}

func (v *logVerdict) good() bool { return v.log.Good() && v.rows.Good() && v.unread == nil }

// verifyAll verifies the log and holds what is kept to it.
func (d *door) verifyAll(ctx context.Context, r *rooms, given []string, key string) (logVerdict, error) {
	var v logVerdict
	var err error
	if v.log, err = d.verifyLog(ctx, r, given, key); err != nil {
		return v, err
	}
	v.rows, err = d.serviceOver(r).Compare(ctx)
	if isCode(err, "store.damaged") {
		v.unread, err = err, nil
	}
	return v, err
}

// mismatchParams are what the text of a mismatch names.
func (d *door) mismatchParams(m *workspace.Mismatch) tillproof.Params {
	return tillproof.Params{
		"seq": digits(m.Seq), "act": d.text("act."+string(m.Kind), nil), "id": m.ID,
	}
}

func (d *door) mismatchText(m *workspace.Mismatch) string {
	return harmless(d.text(m.Code, d.mismatchParams(m)))
}

// rowsText lists where what is kept and the log differ.
func (d *door) rowsText(p *report.Page, v *logVerdict) {
	if v.rows.Good() && v.unread == nil {
		return
	}
	if !v.log.Good() {
		p.Gap()
	}
	p.Headline(p.Text("audit.rows.bad"))
	if v.unread != nil {
		p.Say(0, "- ", p.Text("audit.rows.unread", "why", d.told(v.unread).Message), report.Bad)
	}
	for i := range min(len(v.rows.Found), shownFaults) {
		p.Say(0, "- ", d.mismatchText(&v.rows.Found[i]), report.Bad)
	}
	if rest := len(v.rows.Found) - shownFaults + v.rows.More; rest > 0 {
		p.Say(0, "", p.Text("audit.more", "n", digits(int64(rest))), report.Bad)
	}
	p.Gap()
	p.Say(0, "", p.Text("audit.bad_next"), report.Plain)
}

// rowOut is a mismatch for programs.
type rowOut struct {
	Code    string `json:"code"`
	Seq     *int64 `json:"seq"`
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	Message string `json:"message"`
}

func (d *door) rowsOut(v *logVerdict) []rowOut {
	out := []rowOut{}
	for i := range v.rows.Found {
		m := &v.rows.Found[i]
		out = append(out, rowOut{m.Code, known(m.Seq), string(m.Kind), m.ID, d.mismatchText(m)})
	}
	return out
}

// acts holds what is kept to the log: rows that were removed or written by another hand.
func (x *examination) acts(ctx context.Context) error {
	got, err := x.door.serviceOver(x.rooms).Compare(ctx)
	switch {
	case isCode(err, "store.damaged"):
		x.bad("acts", err)
		return nil
	case err != nil:
		return err
	case got.Good():
		x.good("acts", int(got.Acts))
		return nil
	}
	for i := range min(len(got.Found), shownFaults) {
		m := &got.Found[i]
		x.bad("acts", &tillproof.Error{
			Op: "doctor", Kind: tillproof.KindInternal, Code: m.Code, Params: x.door.mismatchParams(m),
		})
	}
	if rest := len(got.Found) - shownFaults + got.More; rest > 0 {
		x.bad("acts", &tillproof.Error{
			Op: "doctor", Kind: tillproof.KindInternal, Code: "kept.doctor.acts_more",
			Params: tillproof.Params{"n": digits(int64(rest))},
		})
	}
	return nil
}
