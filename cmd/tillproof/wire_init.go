package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/store/sqlite"
	"github.com/tillproof/tillproof/internal/vault"
)

// createWorkspace makes the folder, the vault with its keys and the store, in this order: the database is
// what makes a folder a workspace, so an attempt that breaks off has made none.
func (d *door) createWorkspace(ctx context.Context, opt initOptions) (made created, err error) {
	id, err := tillproof.NewWorkspaceID(rand.Reader)
	if err != nil {
		return made, err
	}
	made.ID, made.Dir = id.String(), opt.dir
	way, err := d.newWay(&made, opt)
	if err != nil {
		return made, err
	}
	folder := filepath.Join(opt.dir, vaultFolder)
	// What an init that was cut short has left there holds nothing: see leftOfInit.
	if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, privateDir)); err != nil {
		return made, cannotWrite(opt.dir, err)
	}
	defer func() {
		if err != nil && !isWorkspace(opt.dir) { // a database that is there needs its keys
			_ = os.RemoveAll(folder)
		}
	}()
	blobs, err := vault.NewFolder(folder)
	if err != nil {
		return made, err
	}
	v, recovery, err := vault.Create(blobs, made.ID, way, vault.Options{})
	if err != nil {
		return made, err
	}
	made.RecoveryKey = recovery
	if _, made.LogKey, err = logKeyOf(v, id); err != nil {
		return made, err
	}
	first, err := d.firstAct(&made)
	if err != nil {
		return made, err
	}
	err = sqlite.Create(ctx, opt.dir, id, first, sqlite.Options{Now: d.now, Wait: d.home.wait})
	if err != nil {
		return made, err
	}
	if opt.policy == nil {
		return made, nil
	}
	return made, d.firstPolicy(ctx, &made, opt)
}

// firstAct is the entry that begins the log; it names the key that checkpoints are verified with.
func (d *door) firstAct(made *created) (tillproof.Act, error) {
	by, from := d.who()
	detail, err := json.Marshal(struct {
		LogKey string `json:"log_key"`
		Way    string `json:"way"`
	}{made.LogKey, wayName(made)})
	return tillproof.Act{
		Time: d.now().UTC().Truncate(time.Microsecond), By: by, From: from, Kind: tillproof.ActInit,
		Done: true, On: []string{made.ID}, Detail: detail,
	}, err
}

func wayName(made *created) string {
	if made.KeyFile == "" {
		return "passphrase"
	}
	return "key file"
}

// newWay is what will open the vault. A key file that is there already serves for this workspace too.
func (d *door) newWay(made *created, opt initOptions) (vault.Unlock, error) {
	if opt.passphrase != nil {
		return vault.Passphrase(string(opt.passphrase))
	}
	made.KeyFile = opt.keyFile
	if made.KeyFile == "" {
		made.KeyFile = d.defaultKeyFile(made.ID)
	}
	if err := vault.KeyFileOutside(made.KeyFile, opt.dir); err != nil {
		return vault.Unlock{}, err
	}
	return newKeyFile(made.KeyFile)
}

// newKeyFile reads a key file, and writes it first where there is none.
func newKeyFile(path string) (vault.Unlock, error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return keyFileAt(path)
	}
	text, err := vault.NewKeyFile()
	if err != nil {
		return vault.Unlock{}, err
	}
	if err := writeKey(path, text); err != nil {
		return vault.Unlock{}, cannotWrite(path, err)
	}
	return vault.KeyFile(text)
}

// writeKey writes a secret for nobody else to read, durably: the vault that it opens is worth nothing
// without it.
func writeKey(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), privateDir); err != nil {
		return err
	}
	part := path + ".part" // a key file is there whole or not at all
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, outputMode)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		_ = os.Remove(part)
		return err
	}
	return syncFolderOf(path)
}

// syncFolderOf forces the name of a file to the disk, where the system does that for folders.
func syncFolderOf(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// firstPolicy keeps the policy of a workspace that was just made.
func (d *door) firstPolicy(ctx context.Context, made *created, opt initOptions) error {
	d.home.dir = opt.dir
	if made.KeyFile != "" {
		d.home.keyFile = made.KeyFile
	}
	s, done, err := d.openWorkspace(ctx)
	if err != nil {
		return err
	}
	defer done()
	_, err = s.SetPolicy(ctx, opt.policy)
	return err
}
