package main

import (
	"context"
	"io"
	"io/fs"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report/kept"
	"github.com/tillproof/tillproof/internal/vault"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

func (d *door) doctorCommand() *cobra.Command {
	cmd := d.command("doctor", "", "doctor", "doctor --json")
	cmd.Args = noArgs
	cmd.RunE = func(c *cobra.Command, _ []string) error { return d.doctor(c) }
	return cmd
}

// doctor looks at everything that the workspace keeps. What it finds broken is its answer and no error.
func (d *door) doctor(c *cobra.Command) error {
	ctx := c.Context()
	r, err := d.openRooms(ctx, false)
	if err != nil {
		return err
	}
	defer func() { _ = r.close() }() // nothing was written
	x := &examination{door: d, rooms: r}
	for _, look := range []func(context.Context) error{
		x.store, x.log, x.acts, x.vault, x.rights, x.backup,
	} {
		if err := look(ctx); err != nil {
			return err
		}
	}
	for _, f := range x.found {
		if f.Code != "" && !f.Warn {
			d.exit = worst(d.exit, exitIntegrity)
		}
	}
	return d.answer(c,
		func(w io.Writer) error { return kept.Doctor(w, x.found, d.keptOptions()) },
		func(w io.Writer) error { return kept.DoctorJSON(w, x.found, d.keptOptions()) })
}

// examination is one look at a workspace.
type examination struct {
	door  *door
	rooms *rooms
	found []kept.Finding
}

func (x *examination) good(part string, n int) {
	x.found = append(x.found, kept.Finding{Part: part, Count: n})
}

// bad adds what is broken, in the words of its error.
func (x *examination) bad(part string, err error) {
	t := x.door.told(err)
	x.found = append(x.found, kept.Finding{Part: part, Code: t.Code, Message: t.Message, Hint: t.Hint})
}

// look adds what deserves a look.
func (x *examination) look(part, code string, p tillproof.Params) {
	x.found = append(x.found, kept.Finding{
		Part: part, Code: code, Warn: true, Message: harmless(x.door.text(code, p)),
		Hint: harmless(x.door.text(code+".hint", p)),
	})
}

func (x *examination) store(ctx context.Context) error {
	err := x.rooms.store.Check(ctx)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		x.bad("store", err)
		return nil
	}
	sources, err := x.rooms.store.Sources(ctx)
	x.good("store", len(sources))
	return err
}

// log looks at the entries, their tree and the checkpoints that the workspace itself keeps.
func (x *examination) log(ctx context.Context) error {
	v, err := x.rooms.vault()
	if err != nil {
		return err
	}
	_, public, err := logKeyOf(v, x.rooms.info.ID)
	if err != nil {
		return err
	}
	newest, err := x.rooms.store.Checkpoints(ctx, tillproof.Page{Limit: tillproof.MaxPage})
	if err != nil {
		x.bad("log", err)
		return nil
	}
	claims := translog.Claims{Public: public}
	for i := range newest {
		claims.Kept = append(claims.Kept, newest[i].Text)
	}
	report, err := translog.Verify(ctx, x.rooms.store, claims, nil)
	switch {
	case err != nil:
		return err
	case !report.Good():
		first := report.Faults[0]
		x.bad("log", &tillproof.Error{
			Op: "doctor", Kind: tillproof.KindInternal, Code: "kept.doctor.log_broken",
			Params: tillproof.Params{"n": strconv.FormatInt(first.First, 10)},
		})
	default:
		x.good("log", int(report.Size))
	}
	return nil
}

// vault reads every object and compares it with its name, and what lies there with what should.
func (x *examination) vault(ctx context.Context) error {
	v, err := x.rooms.vault()
	if err != nil {
		return err
	}
	objects, err := x.door.serviceOver(x.rooms).Objects(ctx)
	if err != nil {
		x.bad("vault", err)
		return nil
	}
	var expect []vault.Expected
	for i := range objects {
		o := &objects[i]
		expect = append(expect, vault.Expected{Digest: o.Digest, Size: o.Size, Erased: o.Erased != nil})
	}
	report, clear := x.door.newProgress()
	defer clear()
	checks := vault.Checks{Expect: expect}
	if report != nil {
		checks.Progress = func(done, size int64) { report(vaultFolder, done, size) }
	}
	got, err := v.Verify(ctx, checks)
	if err != nil {
		return err
	}
	for _, damage := range got.Damage {
		x.bad("vault", damage.Err)
	}
	if len(got.Damage) == 0 {
		x.good("vault", got.Objects)
	}
	return nil
}

// rights looks for files that others on the machine could read: PCI DSS 7 and what a merchant would expect.
func (x *examination) rights(context.Context) error {
	n := 0
	err := filepath.WalkDir(x.rooms.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		n++
		if rel, err := filepath.Rel(x.rooms.dir, path); err == nil {
			path = rel
		}
		if info.Mode().Perm()&0o077 != 0 {
			x.look("rights", "kept.doctor.open", tillproof.Params{"file": mask(path)})
		}
		return nil
	})
	if err == nil && (len(x.found) == 0 || x.found[len(x.found)-1].Part != "rights") {
		x.good("rights", n)
	}
	return err
}

// backup asks when a backup was last shown to restore.
func (x *examination) backup(context.Context) error {
	proven := x.rooms.info.Proven
	switch {
	case proven == nil:
		x.look("backup", "kept.doctor.no_backup", nil)
	case kept.ProofIsOld(proven, x.door.keptOptions()):
		x.look("backup", "kept.doctor.old_backup", tillproof.Params{
			"day": tillproof.LocalTimeOf(proven.Time).Date().String(),
		})
	default:
		x.good("backup", 1)
	}
	return nil
}
