package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault"
)

// maxTotals bounds the totals: a line for each currency and bucket.
const maxTotals = 1 << 20

// Unlock asks for what opens the vault of a workspace: a passphrase where it has one.
type Unlock func(workspace string, passphrase bool) (vault.Unlock, error)

// Result is what a look at a whole backup found.
type Result struct {
	Manifest *Manifest
	Size     int64 // of the file
	Objects  int   // that are whole
	// Damage are objects that were not whole when the backup was made, or not there. The rest is.
	Damage []vault.Damage
	// Proven are the entries that the checkpoint in the backup proves.
	Proven int64
}

// Read reads the manifest of a backup without opening what is sealed, and holds every byte to it.
func Read(ctx context.Context, path string) (Result, error) {
	f, err := open(path)
	if err != nil {
		return Result{}, err
	}
	defer f.Close()
	m, err := scan(ctx, f, ignoreMember)
	return Result{Manifest: m, Size: f.size}, err
}

// ignoreMember reads past the members.
func ignoreMember(string, io.Reader) error { return nil }

// file is a backup that is open.
type file struct {
	*os.File
	size int64
}

func open(path string) (*file, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, fail(tillproof.KindInvalid, CodeNone, nil, nil)
	}
	if err != nil {
		return nil, failedFile(path, err)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, failedFile(path, err)
	}
	return &file{f, info.Size()}, nil
}

// Prove restores a backup to a scratch folder, looks at everything in it, and takes it away again. Errors:
// all of docs/backup-format.md, backup.incomplete for objects that are not whole.
func (r Rooms) Prove(ctx context.Context, path string, by Unlock) (Result, error) {
	scratch, err := os.MkdirTemp(r.Scratch, "prove-")
	if err != nil {
		return Result{}, failedFile(r.Scratch, err)
	}
	defer os.RemoveAll(scratch)
	res, err := r.restore(ctx, path, scratch, by, nil)
	if err == nil && len(res.Damage) > 0 {
		err = fail(tillproof.KindInvalid, CodeIncomplete, tillproof.Params{
			"n": fmt.Sprint(len(res.Damage)), "name": res.Damage[0].Name,
		}, nil)
	}
	return res, err
}

// Restore makes a workspace of a backup in a folder that is not there, or empty; first is the entry that its
// log begins its new life with. It is restored beside its place and moved there when all of it was looked
// at and is on the disk. Objects that were not whole when the backup was made are named in the result, and
// stop nothing. Errors: backup.exists, and all of docs/backup-format.md.
func (r Rooms) Restore(
	ctx context.Context, path, dir string, by Unlock, first func(Result) (tillproof.Act, error),
) (Result, error) {
	if err := free(dir); err != nil {
		return Result{}, err
	}
	stage, lock, err := newStage(dir)
	if err != nil {
		return Result{}, err
	}
	res, err := r.restore(ctx, path, stage, by, first)
	if err == nil {
		err = settle(stage)
	}
	if err == nil {
		err = moveTo(stage, dir)
	}
	if err != nil {
		_ = os.RemoveAll(stage)
	}
	return res, errors.Join(err, failedFile(lock.Name(), unstage(lock)))
}

// free refuses a place where something is.
func free(dir string) error {
	there, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && len(there) == 0:
		return nil
	case err != nil:
		if _, seen := os.Lstat(dir); seen != nil {
			return failedFile(dir, err)
		}
	}
	return fail(tillproof.KindForbidden, CodeExists, tillproof.Params{"name": dir}, nil)
}

// newStage makes the folder beside the place, and holds its lock. What a restoration that was cut short has
// left there is taken away.
func newStage(dir string) (string, *os.File, error) {
	dir = filepath.Clean(dir)
	stage := dir + ".restoring"
	if err := os.MkdirAll(filepath.Dir(dir), dirMode); err != nil {
		return "", nil, failedFile(dir, err)
	}
	f, err := os.OpenFile(stage+".lock", os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return "", nil, failedFile(dir, err)
	}
	if !lock(f) {
		return "", nil, errors.Join(
			fail(tillproof.KindConflict, CodeBusy, tillproof.Params{"name": dir}, nil), f.Close(),
		)
	}
	err = os.RemoveAll(stage)
	if err == nil {
		err = os.Mkdir(stage, dirMode)
	}
	if err != nil {
		return "", nil, failedFile(dir, errors.Join(err, unstage(f)))
	}
	return stage, f, nil
}

func unstage(lock *os.File) error { return errors.Join(os.Remove(lock.Name()), lock.Close()) }

// moveTo gives the restored folder its name.
func moveTo(stage, dir string) error {
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // an empty folder
		return failedFile(dir, err)
	}
	if err := os.Rename(stage, dir); err != nil {
		return failedFile(dir, err)
	}
	return failedFile(dir, syncFolder(filepath.Dir(filepath.Clean(dir))))
}

// settle forces every file and folder to the disk.
func settle(dir string) error {
	return failedFile(dir, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			return syncFolder(path)
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	}))
}

// restore brings a backup into an empty folder and looks at all of it.
func (r Rooms) restore(
	ctx context.Context, path, dir string, by Unlock, first func(Result) (tillproof.Act, error),
) (Result, error) {
	f, err := open(path)
	if err != nil {
		return Result{}, err
	}
	defer f.Close()
	u := &unpacking{dir: dir, by: by}
	m, err := scan(ctx, f, u.take)
	if err != nil {
		return Result{Size: f.size}, err
	}
	res := Result{Manifest: m, Size: f.size}
	if !m.signedBy(u.vault.LogSeed()) || m.Workspace != u.vault.Workspace() {
		return res, fail(tillproof.KindInvalid, CodeForged, nil, nil)
	}
	if err := u.database(ctx, m); err != nil {
		return res, err
	}
	totals, err := u.totals(m)
	if err != nil {
		return res, err
	}
	if err := r.inspect(ctx, u, totals, &res); err != nil {
		return res, err
	}
	return res, r.begin(ctx, dir, res, first)
}

// begin writes the entry of the restoration.
func (r Rooms) begin(
	ctx context.Context, dir string, res Result, first func(Result) (tillproof.Act, error),
) error {
	if first == nil {
		return nil
	}
	act, err := first(res)
	if err != nil {
		return err
	}
	c, err := r.Open(ctx, dir)
	if err != nil {
		return err
	}
	return errors.Join(c.Append(ctx, act), c.Close())
}

// unpacking is a backup that is being brought into a folder.
type unpacking struct {
	dir        string
	by         Unlock
	workspace  string
	vault      *vault.Vault // once its keys are at hand
	checkpoint []byte
}

// take writes a member to its place. The vault is opened as soon as its keys are there: who has the wrong
// key is told before gigabytes were read.
func (u *unpacking) take(name string, body io.Reader) error {
	if name == headName {
		text, err := io.ReadAll(body)
		u.workspace = strings.TrimSuffix(strings.TrimPrefix(string(text), formatName+" "), "\n")
		return err
	}
	if name == checkpointName {
		if err := u.unlock(); err != nil {
			return err
		}
		var err error
		u.checkpoint, err = io.ReadAll(body)
		return err
	}
	at := filepath.Join(u.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(at), dirMode); err != nil {
		return failedFile(name, err)
	}
	f, err := os.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return failedFile(name, err)
	}
	_, err = io.Copy(f, body)
	return failedFile(name, errors.Join(err, f.Close()))
}

func (u *unpacking) unlock() error {
	blobs, err := vault.NewFolder(filepath.Join(u.dir, "vault"))
	if err != nil {
		return err
	}
	asks, err := vault.HasPassphrase(blobs)
	if err != nil {
		return err
	}
	by, err := u.by(u.workspace, asks)
	if err != nil {
		return err
	}
	u.vault, err = vault.Open(blobs, by, vault.Options{})
	return err
}

// database opens the sealed copy of the store and takes it away.
func (u *unpacking) database(ctx context.Context, m *Manifest) error {
	in, err := u.open(databaseName, m.Database.Digest)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(filepath.Join(u.dir, storeDB), os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return errors.Join(failedFile(storeDB, err), in.Close())
	}
	body := &measured{ctx: ctx, r: in, sum: sha256.New()}
	_, err = io.Copy(out, body)
	err = failedFile(storeDB, errors.Join(err, in.Close(), out.Close()))
	if err == nil && body.n != m.Database.Size {
		err = damaged(databaseName, nil)
	}
	return errors.Join(err, os.Remove(filepath.Join(u.dir, databaseName)))
}

func (u *unpacking) totals(m *Manifest) (string, error) {
	in, err := u.open(totalsName, m.Totals.Digest)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	_, err = io.Copy(&b, io.LimitReader(in, maxTotals))
	err = errors.Join(err, in.Close(), os.Remove(filepath.Join(u.dir, totalsName)))
	if err == nil && int64(b.Len()) != m.Totals.Size {
		err = damaged(totalsName, nil)
	}
	return b.String(), err
}

// open opens a sealed member that is no object.
func (u *unpacking) open(name string, d tillproof.Digest) (io.ReadCloser, error) {
	f, err := open(filepath.Join(u.dir, name))
	if err != nil {
		return nil, err
	}
	in, err := u.vault.OpenCarried(&blob{f.File, f.size}, d)
	if err != nil {
		return nil, damaged(name, err)
	}
	return in, nil
}

// blob is a file as the vault reads it.
type blob struct {
	*os.File
	size int64
}

// Size is the file's length.
func (b *blob) Size() int64 { return b.size }

// differs names the first line of the totals that is not the same.
func differs(said, is string) error {
	a, b := strings.Split(said, "\n"), strings.Split(is, "\n")
	for i, line := range a {
		if i >= len(b) || b[i] != line {
			return fail(tillproof.KindInvalid, CodeDiffers, tillproof.Params{"line": line}, nil)
		}
	}
	return fail(tillproof.KindInvalid, CodeDiffers, tillproof.Params{"line": b[min(len(a), len(b)-1)]}, nil)
}
