package vault

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// files are the operations on a disk that a folder of blobs is made of, each of which may fail. Paths are
// slash-separated, below one folder.
type files interface {
	makeDir(path string) error        // no error where it is there
	create(path string) (temp, error) // a new file, locked until it is closed
	rename(from, to string) error
	remove(path string) error
	syncDir(path string) error
	open(path string) (Blob, error)
	stat(path string) (fs.FileInfo, error)
	list(path string) ([]fs.DirEntry, error)
	sweep(path string) error // removes a file that nobody has locked
}

// temp is a file that is being written.
type temp interface {
	io.Writer
	Sync() error
	Close() error
}

const (
	dirMode  = 0o700
	fileMode = 0o600
)

// disk is the files of a folder.
type disk struct{ root string }

func (d disk) at(path string) string { return filepath.Join(d.root, filepath.FromSlash(path)) }

func (d disk) makeDir(path string) error {
	err := os.Mkdir(d.at(path), dirMode)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

func (d disk) create(path string) (temp, error) {
	f, err := os.OpenFile(d.at(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, err
	}
	if !lock(f) {
		return nil, errors.Join(fs.ErrExist, f.Close()) // a sweep was faster: it takes the file away
	}
	return f, nil
}

func (d disk) rename(from, to string) error { return os.Rename(d.at(from), d.at(to)) }

func (d disk) remove(path string) error { return os.Remove(d.at(path)) }

func (d disk) syncDir(path string) error {
	f, err := os.Open(d.at(path))
	if err != nil {
		return err
	}
	return errors.Join(syncFolder(f), f.Close())
}

func (d disk) open(path string) (Blob, error) {
	f, err := os.Open(d.at(path))
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist // a folder or a link to something else is no blob
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &diskBlob{f, info.Size()}, nil
}

func (d disk) stat(path string) (fs.FileInfo, error) { return os.Lstat(d.at(path)) }

func (d disk) list(path string) ([]fs.DirEntry, error) { return os.ReadDir(d.at(path)) }

func (d disk) sweep(path string) error {
	f, err := os.OpenFile(d.at(path), os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !lock(f) {
		return f.Close() // somebody writes it
	}
	err = d.remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

type diskBlob struct {
	*os.File
	size int64
}

// Size is the file's length when it was opened.
func (b *diskBlob) Size() int64 { return b.size }

// tempName is a name that no other file has.
func tempName() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return tempFolder + "/" + hex.EncodeToString(b[:])
}
