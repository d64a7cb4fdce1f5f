package main

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

// maxNamers is how many entries that name an id are told where it is not clear which is meant.
const maxNamers = 20

func (d *door) auditProve() *cobra.Command {
	var out string
	cmd := d.subcommand("audit", "prove", "SEQ|ID [FLAGS]", "prove 17 --out entry17.txt",
		"prove imp_3v8k0m1c9q")
	cmd.Flags().StringVar(&out, "out", "", d.flagText("proof-out"))
	cmd.RunE = func(c *cobra.Command, args []string) error {
		r, err := d.openRooms(c.Context(), false)
		if err != nil {
			return err
		}
		defer r.close() //nolint:errcheck // what was signed is on the disk
		seq, err := r.entryNamed(c.Context(), args[0])
		if err != nil {
			return err
		}
		text, public, err := r.prove(c.Context(), seq)
		if err != nil {
			return err
		}
		answer := struct {
			Schema string `json:"schema"`
			Seq    int64  `json:"seq"`
			LogKey string `json:"log_key"`
			Text   string `json:"text"`
		}{"tillproof.audit_proof/1", seq, public, string(text)}
		d.note("audit.proof.check", tillproof.Params{"key": public})
		return d.handOver(c, out, text, answer)
	}
	return cmd
}

// entryNamed is the number of the entry that is meant: its number, or an id that one entry alone touches.
func (r *rooms) entryNamed(ctx context.Context, name string) (int64, error) {
	if seq, err := strconv.ParseInt(name, 10, 64); err == nil && seq >= 0 {
		return seq, nil
	}
	if !strings.Contains(name, "_") {
		return 0, usage("audit.usage.entry", tillproof.Params{"value": harmless(mask(name))})
	}
	var found []string
	var seq int64
	f := actFilter{}
	err := f.each(ctx, r, 0, func(a *tillproof.Act) error {
		for _, id := range a.On {
			if strings.HasPrefix(id, name) {
				found, seq = append(found, digits(a.Seq)), a.Seq
				break
			}
		}
		return nil
	})
	p := tillproof.Params{"id": harmless(mask(name)), "n": strconv.Itoa(len(found))}
	switch {
	case err != nil || len(found) == 1:
		return seq, err
	case len(found) == 0:
		return 0, &tillproof.Error{
			Op: "read log", Kind: tillproof.KindNotFound, Code: "audit.not_named", Params: p,
		}
	}
	p["entries"] = strings.Join(found[:min(len(found), maxNamers)], ", ")
	return 0, usage("audit.usage.several", p)
}

// prove writes the proof of an entry against the newest kept checkpoint; where none is that new, it signs
// one.
func (r *rooms) prove(ctx context.Context, seq int64) (text []byte, public string, err error) {
	entry, err := r.entry(ctx, seq)
	if err != nil {
		return nil, "", err
	}
	newest, err := r.store.Checkpoints(ctx, tillproof.Page{Limit: 1})
	if err != nil {
		return nil, "", err
	}
	var checkpoint []byte
	if len(newest) > 0 && newest[0].Size > seq {
		checkpoint = newest[0].Text
		public, err = r.publicKey(ctx, "")
	} else {
		checkpoint, _, public, err = r.sign(ctx)
	}
	if err != nil {
		return nil, "", err
	}
	text, err = translog.Prove(entry, checkpoint, public, r.hashes(ctx))
	return text, public, err
}

// auditCheck is for those who were given a proof: it opens no workspace.
func (d *door) auditCheck() *cobra.Command {
	var key string
	cmd := d.subcommand("audit", "check", "FILE --log-key KEY",
		"check entry17.txt --log-key tillproof/ws_3v8k0m1c9q+6312de2a+AYeuLab5…")
	d.logKeyFlag(cmd, &key)
	cmd.RunE = func(c *cobra.Command, args []string) error {
		if key == "" {
			return usage("audit.usage.key", nil)
		}
		_, text, err := readWhole(args[0], translog.MaxProof)
		if err != nil {
			return err
		}
		proved, err := translog.CheckProof(text, key)
		if err != nil {
			return err
		}
		return d.answer(c,
			func(w io.Writer) error { return d.provedText(w, &proved) },
			func(w io.Writer) error {
				return encode(w, struct {
					Schema     string `json:"schema"`
					Workspace  string `json:"workspace"`
					Entry      actOut `json:"entry"`
					Size       int64  `json:"size"`
					Checkpoint string `json:"checkpoint"`
					Time       string `json:"time"`
				}{
					"tillproof.audit_proved/1", proved.Head.Workspace, outOf(&proved.Act), proved.Head.Size,
					proved.Head.Short(), stampOf(proved.Head.Time),
				})
			})
	}
	return cmd
}

func (d *door) provedText(w io.Writer, proved *translog.Proved) error {
	p := report.NewPage(w, d.reportOptions(outputFlags{}))
	h := proved.Head
	when := h.Time.In(d.now().Location()).Format(minutes)
	p.Say(0, "", p.Text("audit.proved", "workspace", h.Workspace, "seq", digits(proved.Act.Seq), "when", when,
		"short", h.Short()), report.Good)
	p.Gap()
	d.actLine(p, &proved.Act)
	return p.Flush()
}
