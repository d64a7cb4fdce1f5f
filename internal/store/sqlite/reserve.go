package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/tillproof/tillproof"
)

const (
	reserveName = "reserve"

	// reserveBytes is room for the entries of what a full disk refused, and for an orderly end: the log of
	// writes grows by some pages for each.
	reserveBytes = 1 << 20

	// reservePause is how many transactions are left in peace after there was no room for the reserve.
	reservePause = 100
)

// reserve is a file that holds room on the disk. It is given free when an act finds the disk full, and made
// anew once there is room again.
type reserve struct {
	mu    sync.Mutex
	path  string
	held  bool
	pause int
}

func openReserve(dir string) *reserve {
	r := &reserve{path: filepath.Join(dir, reserveName)}
	info, err := os.Stat(r.path)
	r.held = err == nil && info.Size() == reserveBytes
	return r
}

// saw learns what became of a transaction, and answers whether there is room now where there was none.
func (r *reserve) saw(err error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	var e *tillproof.Error
	switch {
	case err == nil && r.pause > 0:
		r.pause--
	case err == nil && !r.held:
		if r.held = r.take() == nil; !r.held {
			r.pause = reservePause
		}
	case errors.As(err, &e) && e.Code == "store.full" && r.held:
		r.held = os.Remove(r.path) != nil
		return !r.held
	}
	return false
}

// take writes the file as a whole, or leaves none: part of it would only take the room that is needed.
func (r *reserve) take() error {
	f, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, reserveBytes)) // zeros that are written: a hole in a file holds no room
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(r.path))
	}
	return nil
}
