package backup

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/tillproof/tillproof"
)

// NewScratch makes the folder for copies within that of a workspace, and holds it for this process: one
// backup of a workspace is made or proven at a time. What processes that died have left in it is taken away;
// done takes the folder away. Errors: backup.busy.
func NewScratch(workspace string) (dir string, done func() error, err error) {
	dir = filepath.Join(workspace, "scratch")
	f, err := os.OpenFile(dir+".lock", os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return "", nil, failedFile(dir, err)
	}
	if !lock(f) {
		busy := fail(tillproof.KindConflict, CodeBusy, tillproof.Params{"name": dir}, nil)
		return "", nil, errors.Join(busy, f.Close())
	}
	err = os.RemoveAll(dir)
	if err == nil {
		err = os.Mkdir(dir, dirMode)
	}
	if err != nil {
		return "", nil, failedFile(dir, errors.Join(err, f.Close()))
	}
	return dir, func() error { return failedFile(dir, errors.Join(os.RemoveAll(dir), f.Close())) }, nil
}
