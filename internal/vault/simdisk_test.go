package vault

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// simDisk is a disk in memory that knows what would be left of it after a loss of power: bytes that were
// forced to it under names that were forced to it. The n-th operation fails, in the way of its mode.
type simDisk struct {
	mu    sync.Mutex
	names map[string]*simFile // what a process sees; nil is a folder
	stay  map[string]*simFile // what is left after a loss of power

	n, failAt int
	mode      faultMode
	dead      bool
	log       []string
}

type simFile struct {
	bytes, stay []byte
	locked      bool
}

// faultMode is the way in which an operation fails.
type faultMode int

const (
	faultLost  faultMode = iota // not done, and reported as failed
	faultDone                   // done, and reported as failed
	faultFull                   // the disk is full: of a write, the half
	faultKill                   // the process dies before it
	faultAfter                  // the process dies after it
	numFaults
)

func (m faultMode) String() string {
	return [...]string{"lost", "done but reported lost", "disk full", "killed before", "killed after"}[m]
}

var errDead = errors.New("the process is dead")

func newSimDisk() *simDisk {
	return &simDisk{names: map[string]*simFile{".": nil}, stay: map[string]*simFile{".": nil}}
}

// clone is a disk of its own with the same files.
func (d *simDisk) clone() *simDisk {
	out := newSimDisk()
	copied := map[*simFile]*simFile{nil: nil}
	fileOf := func(f *simFile) *simFile {
		if copied[f] == nil && f != nil {
			copied[f] = &simFile{bytes: bytes.Clone(f.bytes), stay: bytes.Clone(f.stay)}
		}
		return copied[f]
	}
	for n, f := range d.names {
		out.names[n] = fileOf(f)
	}
	for n, f := range d.stay {
		out.stay[n] = fileOf(f)
	}
	return out
}

// killed is the disk that the next process finds: nothing is locked.
func (d *simDisk) killed() *simDisk { return d.clone() }

// cut is the disk after a loss of power.
func (d *simDisk) cut() *simDisk {
	out := newSimDisk()
	for n, f := range d.stay {
		if n != "." && !dirStays(d.stay, n) {
			continue // its folder is not there
		}
		if f == nil {
			out.names[n], out.stay[n] = nil, nil
			continue
		}
		kept := &simFile{bytes: bytes.Clone(f.stay), stay: bytes.Clone(f.stay)}
		out.names[n], out.stay[n] = kept, kept
	}
	return out
}

func dirStays(stay map[string]*simFile, name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if _, ok := stay[dir]; !ok {
			return false
		}
	}
	return true
}

// do runs an operation, unless it is its turn to fail.
func (d *simDisk) do(what string, op func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errDead
	}
	d.n++
	if d.n != d.failAt {
		return op()
	}
	d.log = append(d.log, what)
	switch d.mode {
	case faultLost:
		return syscall.EIO
	case faultFull:
		return syscall.ENOSPC
	case faultKill:
		d.dead = true
		return errDead
	}
	err := op()
	if err == nil {
		err = syscall.EIO
	}
	d.dead = d.mode == faultAfter
	return err
}

func (d *simDisk) has(name string) bool { _, ok := d.names[name]; return ok }

func (d *simDisk) makeDir(name string) error {
	return d.do("mkdir "+name, func() error {
		if !d.has(path.Dir(name)) {
			return fs.ErrNotExist
		}
		if !d.has(name) {
			d.names[name] = nil
		}
		return nil
	})
}

func (d *simDisk) create(name string) (temp, error) {
	f := &simFile{locked: true}
	err := d.do("create", func() error {
		if d.has(name) {
			return fs.ErrExist
		}
		d.names[name] = f
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &simTemp{d, f}, nil
}

type simTemp struct {
	disk *simDisk
	file *simFile
}

func (t *simTemp) Write(b []byte) (int, error) {
	err := t.disk.do("write", func() error {
		t.file.bytes = append(t.file.bytes, b...)
		return nil
	})
	if err != nil {
		if errors.Is(err, syscall.ENOSPC) {
			t.file.bytes = append(t.file.bytes, b[:len(b)/2]...)
			return len(b) / 2, err
		}
		return 0, err
	}
	return len(b), nil
}

// Sync that fails loses what it should have forced to the disk: a second one that succeeds says nothing.
func (t *simTemp) Sync() error {
	return t.disk.do("fsync", func() error {
		t.file.stay = bytes.Clone(t.file.bytes)
		return nil
	})
}

func (t *simTemp) Close() error {
	t.file.locked = false
	return t.disk.do("close", func() error { return nil })
}

func (d *simDisk) rename(from, to string) error {
	return d.do("rename "+path.Dir(to), func() error {
		if !d.has(from) || !d.has(path.Dir(to)) {
			return fs.ErrNotExist
		}
		d.names[to] = d.names[from]
		delete(d.names, from)
		return nil
	})
}

func (d *simDisk) remove(name string) error {
	return d.do("remove "+path.Dir(name), func() error {
		if !d.has(name) {
			return fs.ErrNotExist
		}
		delete(d.names, name)
		return nil
	})
}

// syncDir makes the names of a folder stay.
func (d *simDisk) syncDir(dir string) error {
	return d.do("fsync "+dir, func() error {
		if !d.has(dir) {
			return fs.ErrNotExist
		}
		in := func(name string, _ *simFile) bool { return name != "." && path.Dir(name) == dir }
		maps.DeleteFunc(d.stay, in)
		for n, f := range d.names {
			if in(n, f) {
				d.stay[n] = f
			}
		}
		return nil
	})
}

func (d *simDisk) open(name string) (Blob, error) {
	var out *simBlob
	err := d.do("open", func() error {
		f, ok := d.names[name]
		if !ok || f == nil {
			return fs.ErrNotExist
		}
		out = &simBlob{d, bytes.NewReader(bytes.Clone(f.bytes))}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

type simBlob struct {
	disk *simDisk
	*bytes.Reader
}

func (b *simBlob) ReadAt(p []byte, off int64) (n int, err error) {
	if e := b.disk.do("read", func() error { n, err = b.Reader.ReadAt(p, off); return nil }); e != nil {
		return 0, e
	}
	return n, err
}

func (b *simBlob) Close() error { return nil }

func (d *simDisk) stat(name string) (info fs.FileInfo, err error) {
	err = d.do("stat", func() error {
		f, ok := d.names[name]
		if !ok {
			return fs.ErrNotExist
		}
		info = simInfo{path.Base(name), f}
		return nil
	})
	return info, err
}

func (d *simDisk) list(dir string) (out []fs.DirEntry, err error) {
	err = d.do("list", func() error {
		for n, f := range d.names {
			if n != "." && path.Dir(n) == dir {
				out = append(out, fs.FileInfoToDirEntry(simInfo{path.Base(n), f}))
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, err
}

func (d *simDisk) sweep(name string) error {
	return d.do("sweep", func() error {
		if f := d.names[name]; f != nil && !f.locked {
			delete(d.names, name)
		}
		return nil
	})
}

type simInfo struct {
	name string
	file *simFile
}

func (i simInfo) Name() string { return i.name }
func (i simInfo) Size() int64 {
	if i.file == nil {
		return 0
	}
	return int64(len(i.file.bytes))
}

func (i simInfo) Mode() fs.FileMode {
	if i.file == nil {
		return fs.ModeDir | dirMode
	}
	return fileMode
}
func (i simInfo) ModTime() time.Time { return time.Time{} }
func (i simInfo) IsDir() bool        { return i.file == nil }
func (i simInfo) Sys() any           { return nil }
