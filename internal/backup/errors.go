package backup

import (
	"errors"
	"io"
	"io/fs"
	"syscall"

	"github.com/tillproof/tillproof"
)

// The codes that callers ask for by name.
const (
	CodeNone       = "backup.none"
	CodeNewer      = "backup.newer"
	CodeCut        = "backup.cut"
	CodeDamaged    = "backup.damaged"
	CodeForged     = "backup.forged"
	CodeIncomplete = "backup.incomplete"
	CodeDiffers    = "backup.differs"
	CodeLog        = "backup.history"
	CodeExists     = "backup.exists"
	CodeBusy       = "backup.busy"
)

func fail(kind tillproof.ErrorKind, code string, p tillproof.Params, err error) error {
	return &tillproof.Error{Op: "backup", Kind: kind, Code: code, Params: p, Err: err}
}

// damaged names the member that is not what it must be.
func damaged(name string, err error) error {
	return fail(tillproof.KindInvalid, CodeDamaged, tillproof.Params{"name": name}, err)
}

// cut tells an end that came too early from what the disk answered.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fail(tillproof.KindInvalid, CodeCut, nil, nil)
	}
	return failedFile("", err)
}

// failedFile is what a file operation answered, by what a person can do about it. What has a code keeps it.
func failedFile(name string, err error) error {
	var coded *tillproof.Error
	p := tillproof.Params{"name": name}
	switch {
	case err == nil:
		return nil
	case errors.As(err, &coded):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fail(tillproof.KindUnavailable, "backup.full", p, err)
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return fail(tillproof.KindUnavailable, "backup.read_only", p, err)
	case errors.Is(err, fs.ErrNotExist):
		return fail(tillproof.KindNotFound, "backup.missing", p, err)
	}
	return fail(tillproof.KindUnavailable, "backup.io", p, err)
}
