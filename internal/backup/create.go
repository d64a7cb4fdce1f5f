package backup

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

const (
	dirMode  = 0o700
	fileMode = 0o600
	storeDB  = "workspace.db"

	// keyReadings bounds how often the key files are read again while somebody exchanges them, which takes
	// some milliseconds each time.
	keyReadings = 8
)

// Made is a backup: what it says of itself, and how long it is.
type Made struct {
	Manifest *Manifest
	Size     int64 // of the file
}

// Create writes a backup of a workspace to a new file, which is on the disk when it answers. Others may write
// the workspace meanwhile; nobody may exchange its keys or erase objects. Objects that the vault lacks are
// noted in the manifest: what is left is worth keeping. Errors: backup.exists, backup.full, backup.read_only,
// and those of store and vault.
func (r Rooms) Create(ctx context.Context, live Live, v *vault.Vault, dir, path string) (Made, error) {
	if _, err := os.Lstat(path); err == nil {
		return Made{}, fail(tillproof.KindForbidden, CodeExists, tillproof.Params{"name": path}, nil)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return Made{}, failedFile(path, err)
	}
	scratch, err := os.MkdirTemp(r.Scratch, "backup-")
	if err != nil {
		return Made{}, failedFile(r.Scratch, err)
	}
	defer os.RemoveAll(scratch)
	if err := live.Snapshot(ctx, filepath.Join(scratch, storeDB)); err != nil {
		return Made{}, err
	}
	w := &writing{ctx: ctx, vault: v, dir: dir, m: &Manifest{Workspace: v.Workspace()}}
	if err := w.look(r, scratch); err != nil {
		return Made{}, err
	}
	size, err := inPlace(path, func(f io.Writer) error {
		w.out = bufio.NewWriterSize(f, readBuffer)
		if err := w.members(filepath.Join(scratch, storeDB)); err != nil {
			return err
		}
		return w.out.Flush()
	})
	return Made{w.m, size}, err
}

// inPlace writes a file beside its place and names it when it is on the disk.
func inPlace(path string, write func(io.Writer) error) (int64, error) {
	part := path + partEnd
	f, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE, fileMode) // one of a process that died is written anew
	if err != nil {
		return 0, failedFile(path, err)
	}
	if !lock(f) {
		busy := fail(tillproof.KindConflict, CodeBusy, tillproof.Params{"name": path}, nil)
		return 0, errors.Join(busy, f.Close())
	}
	err = f.Truncate(0)
	if err == nil {
		err = write(f)
	}
	if err == nil {
		err = f.Sync()
	}
	size, sought := f.Seek(0, io.SeekCurrent)
	err = errors.Join(err, sought)
	if err == nil {
		err = os.Rename(part, path)
	}
	if err == nil {
		if err = syncFolder(filepath.Dir(path)); err != nil {
			_ = os.Remove(path) // nobody knows whether the name stays: a later attempt writes it anew
		}
	} else {
		_ = os.Remove(part)
	}
	return size, failedFile(path, errors.Join(err, f.Close()))
}

// partEnd marks a file that is being written.
const partEnd = ".part"

// Sweep takes away what backups that were cut short have left in a folder.
func Sweep(dir string) {
	left, _ := filepath.Glob(filepath.Join(dir, "*"+partEnd))
	for _, name := range left {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			continue
		}
		if lock(f) {
			_ = os.Remove(name)
		}
		_ = f.Close()
	}
}

// writing is a backup that is being written.
type writing struct {
	ctx     context.Context
	vault   *vault.Vault
	dir     string // of the vault
	out     *bufio.Writer
	m       *Manifest
	totals  string
	head    []byte // the signed checkpoint
	objects []tillproof.KeptObject
}

// look reads the copy of the store.
func (w *writing) look(r Rooms, scratch string) error {
	c, err := r.Open(w.ctx, scratch)
	if err != nil {
		return err
	}
	info, err := c.Workspace(w.ctx)
	if err == nil {
		w.m.Schema = info.Schema
		w.m.Entries, w.m.Root, err = rootOf(w.ctx, c)
	}
	if err == nil {
		w.totals, err = totalsOf(w.ctx, c)
	}
	if err == nil {
		w.objects, err = objectsOf(w.ctx, c)
	}
	if err := errors.Join(err, c.Close()); err != nil {
		return err
	}
	w.m.Made = r.Now().UTC()
	seed := w.vault.LogSeed()
	secret, _, err := translog.NewKey(bytes.NewReader(seed[:]), w.m.Workspace)
	if err != nil {
		return err
	}
	w.head, err = translog.Sign(secret, translog.Head{
		Workspace: w.m.Workspace, Size: w.m.Entries, Root: translog.Hash(w.m.Root), Time: w.m.Made,
	})
	return err
}

// members writes all of them, and the end.
func (w *writing) members(database string) error {
	if err := w.small(headName, []byte(formatName+" "+w.m.Workspace+"\n")); err != nil {
		return err
	}
	if err := w.keys(); err != nil {
		return err
	}
	if err := w.small(checkpointName, w.head); err != nil {
		return err
	}
	if err := w.database(database); err != nil {
		return err
	}
	var err error
	w.m.Totals, err = w.sealed(totalsName, strings.NewReader(w.totals), int64(len(w.totals)))
	if err != nil {
		return err
	}
	for i := range w.objects {
		if err := w.object(&w.objects[i]); err != nil {
			return err
		}
	}
	w.m.sign(w.vault.LogSeed())
	text := w.m.text()
	if err := w.write(manifestName, int64(len(text)), bytes.NewReader(text), nil); err != nil {
		return err
	}
	_, err = w.out.Write(make([]byte, endBlocks))
	return err
}

// keys writes the key files as they stand together.
func (w *writing) keys() error {
	files, err := readKeys(w.dir)
	for range keyReadings {
		var again map[string][]byte
		if err == nil {
			again, err = readKeys(w.dir)
		}
		if err != nil {
			return err
		}
		if sameKeys(files, again) {
			break
		}
		files = again
	}
	for _, name := range vault.KeyFiles() {
		if text, ok := files[name]; ok {
			if err := w.small(vaultFolder+name, text); err != nil {
				return err
			}
		}
	}
	return nil
}

func readKeys(dir string) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, name := range vault.KeyFiles() {
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) && strings.HasSuffix(name, "passphrase.age") {
			continue
		}
		if err != nil {
			return nil, failedFile(name, err)
		}
		out[name] = text
	}
	return out, nil
}

func sameKeys(a, b map[string][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for name, text := range a {
		if !bytes.Equal(text, b[name]) {
			return false
		}
	}
	return true
}

// database writes the copy of the store, sealed.
func (w *writing) database(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return failedFile(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return failedFile(path, err)
	}
	w.m.Database, err = w.sealed(databaseName, f, info.Size())
	return err
}

// sealed writes n bytes in their sealed form.
func (w *writing) sealed(name string, r io.Reader, n int64) (Sized, error) {
	in, out := io.Pipe()
	var kept vault.Kept
	go func() {
		var err error
		kept, err = w.vault.SealTo(w.ctx, out, r)
		_ = out.CloseWithError(err) // a pipe's end never fails to close
	}()
	err := w.write(name, w.vault.SealedSize(n), in, &w.m.Members)
	_ = in.CloseWithError(err)
	if err != nil {
		return Sized{}, err
	}
	return Sized{kept.Size, kept.Digest}, nil
}

// object writes an object of the vault as it lies there; what is erased is not looked for.
func (w *writing) object(o *tillproof.KeptObject) error {
	if o.Erased != nil {
		return nil
	}
	sealed, size, err := w.vault.Sealed(o.Digest)
	var coded *tillproof.Error
	if errors.As(err, &coded) && coded.Code == vault.CodeMissing {
		w.m.Missing = append(w.m.Missing, o.Digest)
		return nil
	}
	if err != nil {
		return err
	}
	err = w.write(objectName(o.Digest), size, sealed, &w.m.Members)
	return errors.Join(err, sealed.Close())
}

func (w *writing) small(name string, text []byte) error {
	return w.write(name, int64(len(text)), bytes.NewReader(text), &w.m.Members)
}
