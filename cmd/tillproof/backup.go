package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/backup"
)

// backupSchema names the form of what these commands answer to programs; additive changes only.
const backupSchema = "tillproof.backup/1"

func (d *door) backupCommand() *cobra.Command {
	return d.group("backup", d.backupCreate(), d.backupVerify(), d.backupRestore(), d.backupDrill(),
		d.backupList())
}

// backupAnswer is a backup for programs.
type backupAnswer struct {
	Schema    string    `json:"schema"`
	File      string    `json:"file"`
	Bytes     int64     `json:"bytes"`
	Mark      string    `json:"mark"`
	Workspace string    `json:"workspace"`
	Made      time.Time `json:"made"`
	Entries   int64     `json:"log_entries"`
	Root      string    `json:"log_root"`
	Objects   int       `json:"objects"`
	Proven    bool      `json:"proven"`
	Dir       string    `json:"dir,omitempty"`
	Damaged   []string  `json:"damaged"`
}

func answerOf(path string, size int64, m *backup.Manifest) backupAnswer {
	return backupAnswer{
		Schema: backupSchema, File: mask(path), Bytes: size, Mark: m.Mark().String(), Workspace: m.Workspace,
		Made: m.Made, Entries: m.Entries, Root: m.Root.String(), Objects: m.Objects(), Damaged: []string{},
	}
}

// params are the places of the texts about a backup.
func (a *backupAnswer) params(zone *time.Location) tillproof.Params {
	return tillproof.Params{
		"name": a.File, "mib": mebibytes(a.Bytes), "mark": a.Mark[:shownMark], "dir": a.Dir,
		"objects": strconv.Itoa(a.Objects), "entries": strconv.FormatInt(a.Entries, 10),
		"time": a.Made.In(zone).Format("2006-01-02 15:04"),
	}
}

// shownMark is how many digits of a mark a person compares: 64 bits.
const shownMark = 16

// mebibytes is a size with one decimal, rounded up: nothing has no size at all.
func mebibytes(n int64) string {
	tenths := (n*10 + 1<<20 - 1) >> 20
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

func (d *door) backupCreate() *cobra.Command {
	var noProof bool
	cmd := atMost(d.subcommand("backup", "create", "[FILE]", "create", "create /media/usb/june.tillproof"), 1)
	cmd.Flags().BoolVar(&noProof, "no-proof", false, d.flagText("no-proof"))
	cmd.RunE = func(c *cobra.Command, args []string) error {
		b, err := d.openForBackup(c.Context())
		if err != nil {
			return err
		}
		err = d.createBackup(c, b, append(args, "")[0], noProof)
		return errors.Join(err, b.done())
	}
	return cmd
}

func (d *door) createBackup(c *cobra.Command, b *forBackup, path string, noProof bool) error {
	ctx := c.Context()
	v, err := b.vault()
	if err != nil {
		return err
	}
	if path == "" {
		if path, err = d.newBackupName(b.dir); err != nil {
			return err
		}
	}
	if path, err = filepath.Abs(path); err != nil {
		return err
	}
	backup.Sweep(filepath.Dir(path))
	made, err := b.keep.Create(ctx, b.store, v, filepath.Join(b.dir, vaultFolder), path)
	if err != nil {
		return err
	}
	a := answerOf(path, made.Size, made.Manifest)
	if err := b.store.Append(ctx, d.backupAct(tillproof.ActBackup, true, &a)); err != nil {
		return err
	}
	var unproven error
	if !noProof {
		if unproven = d.proveBackup(ctx, b, &a); ctx.Err() != nil {
			return unproven
		}
	}
	err = d.answer(c,
		func(w io.Writer) error { return d.tellMade(w, &a, unproven) },
		func(w io.Writer) error { return encode(w, &a) })
	return errors.Join(unproven, err)
}

// newBackupName is where a backup goes if nobody says otherwise: beside the workspace, named by the moment.
func (d *door) newBackupName(dir string) (string, error) {
	folder := dir + "-backups"
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", cannotWrite(folder, err)
	}
	stem := filepath.Join(folder, d.now().UTC().Format("20060102-150405"))
	for n := 1; ; n++ {
		path := stem + backupEnd
		if n > 1 {
			path = stem + "-" + strconv.Itoa(n) + backupEnd
		}
		if _, err := os.Lstat(path); err != nil { // what else is wrong will be told when it is written
			return path, nil
		}
	}
}

// backupEnd is how backups are named.
const backupEnd = ".tillproof"

// proveBackup restores the backup to the scratch folder, and keeps in the log how that went.
func (d *door) proveBackup(ctx context.Context, b *forBackup, a *backupAnswer) error {
	res, err := b.keep.Prove(ctx, a.File, d.unlockCopy)
	if res.Manifest != nil {
		*a = answerOf(a.File, res.Size, res.Manifest)
	}
	if ctx.Err() != nil {
		return err
	}
	for _, one := range res.Damage {
		a.Damaged = append(a.Damaged, one.Name)
	}
	if err != nil {
		return errors.Join(err, b.store.Append(ctx, d.backupAct(tillproof.ActProve, false, a)))
	}
	a.Proven = true
	proof := tillproof.Proof{Time: d.now().UTC(), Name: filepath.Base(a.File), Size: a.Entries}
	if err := proof.Digest.UnmarshalText([]byte(a.Mark)); err != nil {
		return err
	}
	return b.store.AddProof(ctx, proof, d.backupAct(tillproof.ActProve, true, a))
}

func (d *door) tellMade(w io.Writer, a *backupAnswer, unproven error) error {
	p := a.params(d.now().Location())
	say := func(code string) { fmt.Fprintln(w, harmless(d.text(code, p))) }
	say("backup.made")
	say("backup.made.mark")
	say("backup.made.sealed")
	switch {
	case a.Proven:
		say("backup.proven")
	case unproven == nil:
		say("backup.unproven")
	}
	say("backup.next.copy")
	return nil
}

func (d *door) backupDrill() *cobra.Command {
	cmd := atMost(d.subcommand("backup", "drill", "[FILE]", "drill", "drill /media/usb/june.tillproof"), 1)
	cmd.RunE = func(c *cobra.Command, args []string) error {
		b, err := d.openForBackup(c.Context())
		if err != nil {
			return err
		}
		return errors.Join(d.drill(c, b, append(args, "")[0]), b.done())
	}
	return cmd
}

// drill proves a backup of the workspace, the newest where none is named.
func (d *door) drill(c *cobra.Command, b *forBackup, path string) error {
	ctx := c.Context()
	if path == "" {
		known, _, err := knownBackups(ctx, b.rooms, 1)
		if err != nil {
			return err
		}
		if len(known) == 0 {
			return &tillproof.Error{Op: "drill", Kind: tillproof.KindNotFound, Code: "backup.no_backup"}
		}
		path = known[0].File
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	read, err := backup.Read(ctx, path)
	if err != nil {
		return err
	}
	a := answerOf(path, read.Size, read.Manifest)
	if a.Workspace != b.info.ID.String() {
		return &tillproof.Error{
			Op: "drill", Kind: tillproof.KindConflict, Code: "backup.foreign",
			Params: tillproof.Params{"name": a.File},
		}
	}
	if err := d.proveBackup(ctx, b, &a); err != nil {
		return err
	}
	return d.answer(c, func(w io.Writer) error {
		p := a.params(d.now().Location())
		fmt.Fprintln(w, harmless(d.text("backup.verified", p)))
		fmt.Fprintln(w, harmless(d.text("backup.proven", p)))
		return nil
	}, func(w io.Writer) error { return encode(w, &a) })
}
