package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/workspace"
)

// initSchema names the form of a new workspace for programs; additive changes only.
const initSchema = "tillproof.workspace/1"

// initOptions are what a workspace is made of.
type initOptions struct {
	dir        string
	passphrase []byte // nil: a key file
	keyFile    string // "": where key files lie
	policy     []byte // the text of the policy file; nil: none yet
}

// created is a new workspace. RecoveryKey is shown once and kept nowhere.
type created struct {
	ID          string `json:"id"`
	Dir         string `json:"dir"`
	KeyFile     string `json:"key_file,omitempty"` // "": it is opened by a passphrase
	RecoveryKey string `json:"recovery_key"`
	LogKey      string `json:"log_key"` // public: what checkpoints of the log are verified with
}

func (d *door) initCommand() *cobra.Command {
	var dir, policy string
	cmd := d.command("init", "[FLAGS]", "init", "init --dir /srv/shop --passphrase-file pass.txt",
		"init --key-file /media/usb/shop.key --policy policy.yaml")
	cmd.Args = noArgs
	cmd.Flags().StringVar(&dir, "dir", "", d.flagText("init-dir"))
	cmd.Flags().StringVar(&policy, "policy", "", d.flagText("policy-keep"))
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		if dir != "" {
			d.home.dir = dir
		}
		return d.init(c, policy)
	}
	return cmd
}

func (d *door) init(c *cobra.Command, policy string) error {
	var opt initOptions
	var err error
	if opt.dir, err = d.dataDir(); err != nil {
		return err
	}
	if err := freeForWorkspace(opt.dir); err != nil {
		return err
	}
	if policy != "" {
		if opt.policy, err = d.policyText(policy); err != nil {
			return err
		}
	}
	if err := d.chooseKey(&opt); err != nil {
		return err
	}
	made, err := d.createWorkspace(c.Context(), opt)
	if err != nil {
		return err
	}
	return d.answer(c, func(w io.Writer) error { return d.tellCreated(w, made) }, func(w io.Writer) error {
		return encode(w, struct {
			Schema string `json:"schema"`
			created
		}{initSchema, made})
	})
}

// freeForWorkspace refuses a directory that holds a workspace, or anything else: what was there would lie
// among its files.
func freeForWorkspace(dir string) error {
	place := tillproof.Place{File: mask(dir)}
	if isWorkspace(dir) {
		return &tillproof.Error{
			Op: "init", Kind: tillproof.KindConflict, Code: "workspace.exists", Place: place,
		}
	}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return cannotWrite(dir, err)
	}
	for _, e := range entries {
		if !leftOfInit(dir, e.Name()) {
			return &tillproof.Error{
				Op: "init", Kind: tillproof.KindConflict, Code: "workspace.not_empty", Place: place,
			}
		}
	}
	return nil
}

// leftOfInit reports a file or folder that an init which was cut short has left: nothing in it was ever kept.
func leftOfInit(dir, name string) bool {
	if name == vaultFolder {
		objects, err := filepath.Glob(filepath.Join(dir, vaultFolder, "objects", "*", "*"))
		return err == nil && len(objects) == 0
	}
	return name == "workspace.lock" || name == "reserve" || strings.HasPrefix(name, databaseName+".new")
}

// policyText reads a policy file and looks at it, so that no run is made to fail by it later.
func (d *door) policyText(path string) ([]byte, error) {
	name, text, err := readWhole(path, maxPolicy)
	if err != nil {
		return nil, renamed(err, "policy.no_file")
	}
	if err := withoutCards(name, text); err != nil {
		return nil, err
	}
	_, err = readPolicy(name, text, bankCalendar)
	return text, err
}

// withoutCards refuses a text with a full card number, also in a comment: a workspace keeps each of its
// policies as it is, for years.
func withoutCards(name string, text []byte) error {
	if mask(string(text)) == string(text) {
		return nil
	}
	at := tillproof.Place{File: name}
	line := 0
	for s := range strings.Lines(string(text)) {
		if line++; mask(s) != s {
			at.Line = line
			break
		}
	}
	return &tillproof.Error{
		Op: "read policy", Kind: tillproof.KindForbidden, Code: "policy.card", Place: at,
	}
}

// chooseKey decides what opens the workspace: what the flags say, else what a person types; who types
// nothing, or is not there, has a key file.
func (d *door) chooseKey(opt *initOptions) error {
	switch {
	case d.home.passphraseFile != "" && d.home.keyFile != "":
		return usage("workspace.usage.two_keys", nil)
	case d.home.passphraseFile != "":
		var err error
		opt.passphrase, err = passphraseOf(d.home.passphraseFile)
		return err
	case d.home.keyFile != "" || !d.canAsk():
		opt.keyFile = d.home.keyFile
		return nil
	}
	var err error
	opt.passphrase, err = d.newPassphrase()
	return err
}

// newPassphrase asks twice, so that a slip of the finger locks nobody out; nil where the person typed none.
func (d *door) newPassphrase() ([]byte, error) {
	d.note("workspace.ask.intro", nil)
	first, err := d.askSecret("workspace.ask.new")
	if err != nil || len(first) == 0 {
		return nil, err
	}
	again, err := d.askSecret("workspace.ask.again")
	if err == nil && !bytes.Equal(first, again) {
		err = usage("workspace.usage.not_same", nil)
	}
	return first, err
}

// tellCreated says where everything lies, and shows the recovery key for the only time.
func (d *door) tellCreated(w io.Writer, made created) error {
	say := func(code string, p tillproof.Params) { fmt.Fprintln(w, harmless(d.text(code, p))) }
	say("workspace.created", tillproof.Params{"id": made.ID, "dir": mask(made.Dir)})
	if made.KeyFile == "" {
		say("workspace.created.passphrase", nil)
	} else {
		say("workspace.created.key_file", tillproof.Params{"file": mask(made.KeyFile)})
	}
	fmt.Fprintln(w)
	say("workspace.created.recovery", nil)
	fmt.Fprintf(w, "\n  %s\n\n", made.RecoveryKey)
	say("workspace.created.recovery_keep", nil)
	say("workspace.created.log_key", tillproof.Params{"key": made.LogKey})
	fmt.Fprintln(w)
	say("workspace.created.next", nil)
	return nil
}

// keepPolicy makes a file the policy of the workspace, if it is not already.
func (d *door) keepPolicy(ctx context.Context, s *workspace.Service, path string) error {
	if path == "" {
		return nil
	}
	text, err := d.policyText(path)
	if err != nil {
		return err
	}
	changed, err := s.SetPolicy(ctx, text)
	if err == nil && changed {
		d.note("workspace.note.policy", tillproof.Params{"file": mask(path)})
	}
	return err
}
