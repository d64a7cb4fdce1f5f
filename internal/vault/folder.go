package vault

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// tempFolder holds the files that are being written.
const tempFolder = "tmp"

// folder keeps blobs as files.
type folder struct {
	files files

	mu    sync.Mutex
	stays map[string]bool // folders whose names this process has forced to the disk
}

// NewFolder keeps blobs as files of a folder, which has to be there. What earlier processes left half written
// is swept away. A folder that cannot be written can be read.
func NewFolder(dir string) (Blobs, error) { return openFolder(disk{dir}) }

func openFolder(f files) (*folder, error) {
	if _, err := f.stat("."); err != nil {
		return nil, failedFile(".", err)
	}
	d := &folder{files: f, stays: map[string]bool{".": true}}
	d.sweep()
	return d, nil
}

// sweep takes away what nobody writes any more. That a file cannot be taken away stops nobody: it costs room
// on the disk, and the next opening tries again.
func (d *folder) sweep() {
	left, err := d.files.list(tempFolder)
	if err != nil {
		return
	}
	for _, e := range left {
		_ = d.files.sweep(tempFolder + "/" + e.Name())
	}
}

// Put writes a file beside its place and gives it its name when its bytes are on the disk.
func (d *folder) Put(write func(io.Writer) (Place, error)) error {
	f, tmp, err := d.begin()
	if err != nil {
		return failedFile(tmp, err)
	}
	named := false
	defer func() {
		if !named {
			_ = d.files.remove(tmp) // else the sweep does it
		}
	}()
	to, err := write(f)
	if err == nil && to.Name != "" {
		err = f.Sync()
	}
	if err != nil || to.Name == "" {
		return failedFile(tmp, errors.Join(err, f.Close()))
	}
	if !renamesOpen {
		err = f.Close()
	}
	if err == nil {
		named, err = d.name(tmp, to)
	}
	if renamesOpen { // until it has its name its lock keeps the sweep away
		_ = f.Close() // its bytes are on the disk
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	return failedFile(to.Name, err)
}

// maxSwept is how often a file may be swept away in the moment in which it is made, before it is locked.
const maxSwept = 100

var errSwept = errors.New("each new file is swept away")

// begin makes a file to write to.
func (d *folder) begin() (temp, string, error) {
	if err := d.makeDirs(tempFolder); err != nil {
		return nil, tempFolder, err
	}
	for range maxSwept {
		name := tempName()
		f, err := d.files.create(name)
		if !errors.Is(err, fs.ErrExist) {
			return f, name, err
		}
	}
	return nil, tempFolder, errSwept
}

// name gives a written file its place. Where its folder cannot be forced to the disk, nobody knows whether
// the name stays: a new file is taken away again, so that a later attempt writes it anew.
func (d *folder) name(tmp string, to Place) (named bool, err error) {
	if !validName(to.Name) {
		return false, fs.ErrInvalid
	}
	dir := path.Dir(to.Name)
	if err := d.makeDirs(dir); err != nil {
		return false, err
	}
	if !to.Over {
		if _, err := d.files.stat(to.Name); err == nil {
			return false, &fs.PathError{Op: "put", Path: to.Name, Err: fs.ErrExist}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
	}
	err = d.files.rename(tmp, to.Name)
	if err == nil {
		err = d.files.syncDir(dir)
	}
	if err != nil && !to.Over {
		_ = d.files.remove(to.Name) // a rename that reports a failure may have happened
	}
	return err == nil, err
}

// makeDirs makes a folder and those above it, each forced to the disk: also one that is there, for the
// process that made it may have died before its name was on the disk.
func (d *folder) makeDirs(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return failedFile(dir, d.makeDir(dir))
}

func (d *folder) makeDir(dir string) error {
	if d.stays[dir] {
		return nil
	}
	if err := d.makeDir(path.Dir(dir)); err != nil {
		return err
	}
	if err := d.files.makeDir(dir); err != nil {
		return err
	}
	if err := d.files.syncDir(path.Dir(dir)); err != nil {
		return err
	}
	d.stays[dir] = true
	return nil
}

// Get opens a file.
func (d *folder) Get(name string) (Blob, error) {
	if !validName(name) {
		return nil, failedFile(name, fs.ErrInvalid)
	}
	b, err := d.files.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return b, failedFile(name, err)
}

// Settle forces the folders of a file to the disk: a process that made them may have died before it did.
func (d *folder) Settle(name string) error {
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		if err := d.files.syncDir(dir); err != nil {
			return failedFile(name, err)
		}
		if dir == "." {
			return nil
		}
	}
}

// List walks the folder.
func (d *folder) List(prefix string) ([]Named, error) {
	var out []Named
	err := d.walk(".", func(n Named) {
		if strings.HasPrefix(n.Name, prefix) {
			out = append(out, n)
		}
	})
	slices.SortFunc(out, func(a, b Named) int { return strings.Compare(a.Name, b.Name) })
	return out, err
}

func (d *folder) walk(dir string, see func(Named)) error {
	entries, err := d.files.list(dir)
	if err != nil {
		return failedFile(dir, err)
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case e.IsDir() && name == tempFolder:
		case e.IsDir():
			if err := d.walk(name, see); err != nil {
				return err
			}
		default:
			info, err := e.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue // taken away meanwhile
			}
			if err != nil {
				return failedFile(name, err)
			}
			see(Named{name, info.Size()})
		}
	}
	return nil
}

// Remove takes a file away for good. One that is not there is made sure of: an earlier attempt may have taken
// it away and not known whether the disk knows.
func (d *folder) Remove(name string) error {
	if !validName(name) {
		return failedFile(name, fs.ErrInvalid)
	}
	err := d.files.remove(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failedFile(name, err)
	}
	if again := d.files.syncDir(path.Dir(name)); again != nil && !errors.Is(again, fs.ErrNotExist) {
		return failedFile(name, again)
	}
	return err
}
