package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/backup"
)

func (d *door) backupVerify() *cobra.Command {
	cmd := d.subcommand("backup", "verify", "FILE", "verify june.tillproof",
		"verify june.tillproof --key-file recovery.txt")
	cmd.RunE = func(c *cobra.Command, args []string) error { return d.verifyBackup(c, args[0]) }
	return cmd
}

// verifyBackup needs no workspace: who has the file and a key can look.
func (d *door) verifyBackup(c *cobra.Command, path string) error {
	scratch, err := os.MkdirTemp("", "verify-")
	if err != nil {
		return cannotWrite(os.TempDir(), err)
	}
	defer os.RemoveAll(scratch)
	res, err := d.backupRooms(scratch).Prove(c.Context(), path, d.unlockCopy)
	if err != nil {
		return err
	}
	a := answerOf(path, res.Size, res.Manifest)
	a.Proven = true
	return d.answer(c, func(w io.Writer) error {
		_, err := fmt.Fprintln(w, harmless(d.text("backup.verified", a.params(d.now().Location()))))
		return err
	}, func(w io.Writer) error { return encode(w, &a) })
}

func (d *door) backupRestore() *cobra.Command {
	cmd := d.subcommand("backup", "restore", "FILE --data-dir NEW",
		"restore june.tillproof --data-dir /srv/shop",
		"restore june.tillproof --data-dir /srv/shop --key-file recovery.txt")
	cmd.RunE = func(c *cobra.Command, args []string) error { return d.restoreBackup(c, args[0]) }
	return cmd
}

func (d *door) restoreBackup(c *cobra.Command, path string) error {
	dir, err := d.dataDir()
	if err != nil {
		return err
	}
	var a backupAnswer
	_, err = d.backupRooms("").Restore(c.Context(), path, dir, d.unlockCopy,
		func(res backup.Result) (tillproof.Act, error) {
			a = answerOf(path, res.Size, res.Manifest)
			a.Proven, a.Dir = len(res.Damage) == 0, mask(dir)
			for _, one := range res.Damage {
				a.Damaged = append(a.Damaged, one.Name)
			}
			return d.backupAct(tillproof.ActRestore, true, &a), nil
		})
	if err != nil {
		return err
	}
	if len(a.Damaged) > 0 {
		d.exit = worst(d.exit, exitPartly)
	}
	return d.answer(c, func(w io.Writer) error { return d.tellRestored(w, &a) },
		func(w io.Writer) error { return encode(w, &a) })
}

func (d *door) tellRestored(w io.Writer, a *backupAnswer) error {
	p := a.params(d.now().Location())
	say := func(code string) { fmt.Fprintln(w, harmless(d.text(code, p))) }
	say("backup.restored")
	for _, name := range a.Damaged {
		fmt.Fprintln(w, harmless(d.text("backup.restored.damage", tillproof.Params{"name": name})))
	}
	say("backup.restored.fork")
	if byPassphrase, err := hasPassphrase(a.Dir); err == nil && !byPassphrase {
		say("backup.restored.key")
	}
	say("backup.restored.next")
	return nil
}

func (d *door) backupList() *cobra.Command {
	cmd := d.subcommand("backup", "list", "", "list", "list --json")
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		r, err := d.openRooms(c.Context(), false)
		if err != nil {
			return err
		}
		return errors.Join(d.listBackups(c, r), r.close())
	}
	return cmd
}

func (d *door) listBackups(c *cobra.Command, r *rooms) error {
	list, cut, err := knownBackups(c.Context(), r, maxBackups)
	if err != nil {
		return err
	}
	return d.answer(c, func(w io.Writer) error {
		if len(list) == 0 {
			fmt.Fprintln(w, d.text("backup.list.none", nil))
			return nil
		}
		fmt.Fprintln(w, d.text("backup.list.head", nil))
		for i := range list {
			fmt.Fprintln(w, harmless(d.backupLine(&list[i])))
		}
		if cut {
			fmt.Fprintln(w, d.text("backup.list.more", nil))
		}
		return nil
	}, func(w io.Writer) error {
		return encode(w, struct {
			Schema  string        `json:"schema"`
			Backups []knownBackup `json:"backups"`
			Cut     bool          `json:"cut"`
		}{"tillproof.backups/1", list, cut})
	})
}

func (d *door) backupLine(b *knownBackup) string {
	zone := d.now().Location()
	const minutes = "2006-01-02 15:04"
	p := tillproof.Params{
		"time": b.Made.In(zone).Format(minutes), "entries": fmt.Sprint(b.Entries), "mib": mebibytes(b.Bytes),
		"mark": b.Mark[:min(len(b.Mark), shownMark)], "name": filepath.Clean(b.File),
	}
	p["proven"] = d.text("backup.list.unproven", nil)
	if b.Proven != nil {
		at := tillproof.Params{"time": b.Proven.In(zone).Format(minutes)}
		p["proven"] = d.text("backup.list.proven", at)
	}
	line := d.text("backup.list.line", p)
	if b.Gone {
		line += d.text("backup.list.gone", nil)
	}
	return line
}
