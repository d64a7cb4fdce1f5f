package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/store/sqlite"
	"github.com/tillproof/tillproof/internal/vault"
	"github.com/tillproof/tillproof/internal/vault/translog"
	"github.com/tillproof/tillproof/internal/workspace"
)

// vaultFolder is the vault in the folder of a workspace.
const vaultFolder = "vault"

// rooms are the store and the vault of one workspace. The vault is unlocked when somebody first asks for it:
// lists need no key, and a passphrase takes its time.
type rooms struct {
	dir   string
	store *sqlite.Store
	info  tillproof.WorkspaceInfo

	door   *door
	opened *vault.Vault
}

// openRooms opens the workspace of the call; alone keeps every other process out.
func (d *door) openRooms(ctx context.Context, alone bool) (*rooms, error) {
	dir, err := d.dataDir()
	if err != nil {
		return nil, err
	}
	by, from := d.who()
	store, err := sqlite.Open(ctx, dir, sqlite.Options{
		Now: d.now, Wait: d.home.wait, Command: d.running, By: by, From: from, Alone: alone,
	})
	if isCode(err, "store.missing") {
		return nil, &tillproof.Error{
			Op: "open workspace", Kind: tillproof.KindNotFound, Code: "workspace.none",
			Params: tillproof.Params{"dir": mask(dir)},
		}
	}
	if err != nil {
		return nil, err
	}
	info, err := store.Workspace(ctx)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &rooms{dir: dir, store: store, info: info, door: d}, nil
}

// close ends the rooms; acts that wait are done first.
func (r *rooms) close() error { return r.store.Close() }

// vault unlocks the vault, once.
func (r *rooms) vault() (*vault.Vault, error) {
	if r.opened != nil {
		return r.opened, nil
	}
	blobs, err := vault.NewFolder(filepath.Join(r.dir, vaultFolder))
	if err != nil {
		return nil, err
	}
	by, err := r.door.unlock(blobs, r.info.ID)
	if err != nil {
		return nil, err
	}
	r.opened, err = vault.Open(blobs, by, vault.Options{})
	if isCode(err, "vault.wrong_key") || isCode(err, "vault.no_passphrase") {
		r.refused(err)
	}
	return r.opened, err
}

// refused writes into the log that the key of a call did not open the workspace. Where that cannot be written
// the caller still hears of the key first, so the error of the log is not told.
func (r *rooms) refused(err error) {
	var e *tillproof.Error
	if errors.As(err, &e) {
		why := struct {
			Code string `json:"code"`
		}{e.Code}
		_ = r.log(context.Background(), tillproof.ActUnlock, false, why, r.info.ID.String())
	}
}

// log writes an act that has no other effect in the store.
func (r *rooms) log(ctx context.Context, kind tillproof.ActKind, done bool, detail any, on string) error {
	text, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	by, from := r.door.who()
	return r.store.Append(ctx, tillproof.Act{
		Time: r.door.now().UTC().Truncate(time.Microsecond), By: by, From: from, Kind: kind, Done: done,
		On: []string{on}, Detail: text,
	})
}

// exported writes into the log which files a report was written to; "" is none. Without rooms there is no
// log.
func (r *rooms) exported(ctx context.Context, run tillproof.RunID, paths ...string) error {
	var names []string
	for _, path := range paths {
		if path != "" {
			names = append(names, mask(path))
		}
	}
	if r == nil || len(names) == 0 {
		return nil
	}
	return r.log(ctx, tillproof.ActExport, true, struct {
		Files []string `json:"files"`
	}{names}, run.String())
}

// unlock is what the call says of the way in: a key file that is named, the passphrase where that is the way,
// else the key file of the workspace in its usual place.
func (d *door) unlock(blobs vault.Blobs, id tillproof.WorkspaceID) (vault.Unlock, error) {
	byPassphrase, err := vault.HasPassphrase(blobs)
	if err != nil {
		return vault.Unlock{}, err
	}
	if d.home.keyFile == "" && byPassphrase {
		text, err := d.secretPassphrase()
		if err != nil {
			return vault.Unlock{}, err
		}
		return vault.Passphrase(string(text))
	}
	path := d.home.keyFile
	if path == "" {
		path = d.defaultKeyFile(id.String())
	}
	return keyFileAt(path)
}

// maxKeyText bounds a key file as the vault does.
const maxKeyText = 64 << 10

// keyFileAt reads a key file; a recovery key written into a file is one too.
func keyFileAt(path string) (vault.Unlock, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return vault.Unlock{}, &tillproof.Error{
			Op: "unlock", Kind: tillproof.KindNotFound, Code: "workspace.no_key_file",
			Place: tillproof.Place{File: mask(path)},
		}
	}
	if err != nil {
		return vault.Unlock{}, cannotOpen(&input{name: mask(path)}, err)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeyText+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return vault.Unlock{}, cannotOpen(&input{name: mask(path)}, err)
	}
	return vault.KeyFile(text)
}

// openWorkspace is the service over the rooms of the call, and what closes them.
func (d *door) openWorkspace(ctx context.Context) (*workspace.Service, func(), error) {
	r, err := d.openRooms(ctx, false)
	if err != nil {
		return nil, nil, err
	}
	return d.serviceOver(r), func() { _ = r.close() }, nil // what was answered is on the disk
}

// workspaceAlone is openWorkspace for a command that nobody else may run beside.
func (d *door) workspaceAlone(ctx context.Context) (*workspace.Service, *rooms, error) {
	r, err := d.openRooms(ctx, true)
	if err != nil {
		return nil, nil, err
	}
	return d.serviceOver(r), r, nil
}

func (d *door) serviceOver(r *rooms) *workspace.Service {
	by, from := d.who()
	e := &engine{d: d, lim: d.workspaceLimits(), rooms: r}
	return workspace.New(r.store, keeper{r}, e, workspace.Options{
		Who: workspace.Who{By: by, From: from}, Now: d.now, Chance: rand.Reader,
	})
}

// shownInPasses is how many breaks of a kind a workspace keeps of a run that is too large to be held: what a
// person can look through in a month.
const shownInPasses = 20_000

// workspaceLimits are what the call says of the size of its work, else the usual ones.
func (d *door) workspaceLimits() limits {
	lim := d.limits
	if lim.Memory == 0 {
		lim, _ = (&largeFlags{memory: defaultMemory}).limits() // the default is one
	}
	lim.Shown = shownInPasses
	return lim
}

// keeper is the vault as the service knows it.
type keeper struct{ rooms *rooms }

// Put keeps what r gives.
func (k keeper) Put(ctx context.Context, r io.Reader) (workspace.Stored, error) {
	v, err := k.rooms.vault()
	if err != nil {
		return workspace.Stored{}, err
	}
	kept, err := v.Put(ctx, r, 0)
	return workspace.Stored{Digest: kept.Digest, Size: kept.Size, Type: kept.Kind}, err
}

// Open gives the bytes of an object.
func (k keeper) Open(ctx context.Context, d tillproof.Digest) (workspace.Opened, error) {
	v, err := k.rooms.vault()
	if err != nil {
		return nil, err
	}
	return v.OpenAt(ctx, d)
}

// cardTokens is the hash by which this workspace knows a card again.
func (r *rooms) cardTokens() (func(pan string) uint64, error) {
	v, err := r.vault()
	if err != nil {
		return nil, err
	}
	key := v.CardTokenKey()
	return func(pan string) uint64 {
		h := hmac.New(sha256.New, key[:])
		h.Write([]byte(pan))
		return max(binary.BigEndian.Uint64(h.Sum(nil)), 1) // 0 means that there is none
	}, nil
}

// logKeyOf is the key of a workspace's log: the secret half signs checkpoints, the public half verifies them.
func logKeyOf(v *vault.Vault, id tillproof.WorkspaceID) (secret, public string, err error) {
	seed := v.LogSeed()
	return translog.NewKey(bytes.NewReader(seed[:]), id.String())
}
