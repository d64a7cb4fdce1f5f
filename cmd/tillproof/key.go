package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault"
)

// keySchema names the form of what was done with keys for programs; additive changes only.
const keySchema = "tillproof.key/1"

func (d *door) keyCommand() *cobra.Command {
	return d.group("key", d.keyProtect(), d.keyRotate(), d.keyRecovery())
}

// newWayFlags say what is to open the workspace from now on.
type newWayFlags struct {
	passphraseFile, keyFile string
}

func (d *door) keyProtect() *cobra.Command {
	var f newWayFlags
	cmd := d.subcommand("key", "protect", "[FLAGS]", "protect", "protect --new-passphrase-file pass.txt",
		"protect --new-key-file /media/usb/shop.key")
	cmd.Flags().StringVar(&f.passphraseFile, "new-passphrase-file", "", d.flagText("new-passphrase-file"))
	cmd.Flags().StringVar(&f.keyFile, "new-key-file", "", d.flagText("new-key-file"))
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		return d.withKeys(c.Context(), tillproof.ActProtect, func(r *rooms, v *vault.Vault) (any, error) {
			made, err := d.protect(r, v, &f)
			if err != nil {
				return nil, err
			}
			err = d.tellProtected(c, &made)
			return keyDone{Way: wayName(&made)}, err
		})
	}
	return cmd
}

// tellProtected says what opens the workspace now.
func (d *door) tellProtected(c *cobra.Command, made *created) error {
	return d.answer(c, func(w io.Writer) error {
		code := "workspace.key.passphrase"
		if made.KeyFile != "" {
			code = "workspace.key.file"
		}
		_, err := fmt.Fprintln(w, harmless(d.text(code, tillproof.Params{"file": mask(made.KeyFile)})))
		return err
	}, func(w io.Writer) error { return encode(w, keyAnswer{keySchema, wayName(made), mask(made.KeyFile)}) })
}

// keyAnswer is what was done with keys, for programs.
type keyAnswer struct {
	Schema  string `json:"schema"`
	Way     string `json:"way"`
	KeyFile string `json:"key_file,omitempty"`
}

// keyDone is the entry of the log about keys; no key stands in it.
type keyDone struct {
	Way     string `json:"way,omitempty"`
	Objects bool   `json:"objects,omitempty"` // each was sealed to a new key
}

// withKeys does something with the keys of the workspace while nobody else has it, and writes it into the
// log, also where it failed.
func (d *door) withKeys(
	ctx context.Context, kind tillproof.ActKind, do func(*rooms, *vault.Vault) (any, error),
) error {
	r, err := d.openRooms(ctx, true)
	if err != nil {
		return err
	}
	defer func() { _ = r.close() }() // what was answered is on the disk
	v, err := r.vault()
	if err != nil {
		return err
	}
	done, failed := do(r, v)
	detail, err := json.Marshal(done)
	if err != nil || failed != nil {
		detail = nil
	}
	by, from := d.who()
	return errors.Join(failed, r.store.Append(ctx, tillproof.Act{
		Time: d.now().UTC().Truncate(time.Microsecond), By: by, From: from, Kind: kind, Done: failed == nil,
		On: []string{r.info.ID.String()}, Detail: detail,
	}))
}

// protect makes a passphrase or a key file the way into the workspace.
func (d *door) protect(r *rooms, v *vault.Vault, f *newWayFlags) (made created, err error) {
	opt := initOptions{dir: r.dir}
	switch {
	case f.passphraseFile != "" && f.keyFile != "":
		return made, usage("workspace.usage.two_keys", nil)
	case f.passphraseFile != "":
		opt.passphrase, err = passphraseOf(f.passphraseFile)
	case f.keyFile == "" && d.canAsk():
		opt.passphrase, err = d.newPassphrase()
	}
	if err != nil {
		return made, err
	}
	opt.keyFile, made.ID = f.keyFile, r.info.ID.String()
	way, err := d.newWay(&made, opt)
	if err != nil {
		return made, err
	}
	if made.KeyFile != "" {
		return made, v.SetKeyFile(way)
	}
	return made, v.SetPassphrase(way)
}

func (d *door) keyRotate() *cobra.Command {
	cmd := d.subcommand("key", "rotate", "", "rotate")
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		return d.withKeys(c.Context(), tillproof.ActRotate, func(r *rooms, v *vault.Vault) (any, error) {
			tell, clear := d.newPasses()
			err := v.Rotate(c.Context(), func(done, size int64) {
				if tell != nil {
					tell("workspace.pass.rotate", done, size)
				}
			})
			clear()
			if err != nil {
				return nil, err
			}
			err = d.answer(c, func(w io.Writer) error {
				_, err := fmt.Fprintln(w, d.text("workspace.key.rotated", nil))
				return err
			}, func(w io.Writer) error { return encode(w, keyAnswer{Schema: keySchema}) })
			return keyDone{Objects: true}, err
		})
	}
	return cmd
}

func (d *door) keyRecovery() *cobra.Command {
	cmd := d.subcommand("key", "recovery", "", "recovery")
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		return d.withKeys(c.Context(), tillproof.ActRecovery, func(r *rooms, v *vault.Vault) (any, error) {
			show := func(key string) error { return d.showRecovery(c, key) }
			return keyDone{Way: "recovery key"}, v.NewRecovery(show)
		})
	}
	return cmd
}

// showRecovery shows a recovery key for the only time. It is valid only once it was written out.
func (d *door) showRecovery(c *cobra.Command, key string) error {
	return d.answer(c, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s\n\n  %s\n\n%s\n", d.text("workspace.key.recovery", nil), key,
			d.text("workspace.created.recovery_keep", nil))
		return err
	}, func(w io.Writer) error {
		return encode(w, struct {
			Schema      string `json:"schema"`
			RecoveryKey string `json:"recovery_key"`
		}{keySchema, key})
	})
}
