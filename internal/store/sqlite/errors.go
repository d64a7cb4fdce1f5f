package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"github.com/tillproof/tillproof"
	"zombiezen.com/go/sqlite"
)

const op = "store"

func fail(kind tillproof.ErrorKind, code string, err error) *tillproof.Error {
	return &tillproof.Error{Op: op, Kind: kind, Code: code, Err: err}
}

// notFound says that the workspace has no such thing.
func notFound(id string) error {
	return &tillproof.Error{
		Op: op, Kind: tillproof.KindNotFound, Code: "store.not_found", Params: tillproof.Params{"id": id},
	}
}

// conflict says that the state was another one than the act was made for; an act that was done already is
// such a case.
func conflict(id string) error {
	return &tillproof.Error{
		Op: op, Kind: tillproof.KindConflict, Code: "store.conflict", Params: tillproof.Params{"id": id},
	}
}

// damaged names the row that is not what was written.
func damaged(table, key string, err error) error {
	return &tillproof.Error{
		Op: op, Kind: tillproof.KindInternal, Code: "store.damaged", Err: err,
		Params: tillproof.Params{"table": table, "key": key},
	}
}

// coded gives an error of the engine or the system its code, by what a person can do about it. What has a
// code keeps it.
func coded(err error) error {
	var known *tillproof.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fail(tillproof.KindUnavailable, "store.full", err)
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return fail(tillproof.KindUnavailable, "store.read_only", err)
	}
	if sqlite.ErrCode(err) == sqlite.ResultIOErrSHMSize { // no room even for the index of the log of writes
		return fail(tillproof.KindUnavailable, "store.full", err)
	}
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultFull:
		return fail(tillproof.KindUnavailable, "store.full", err)
	case sqlite.ResultReadOnly, sqlite.ResultPerm, sqlite.ResultAuth:
		return fail(tillproof.KindUnavailable, "store.read_only", err)
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return locked("", err)
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return damaged("*", fileName, err)
	}
	return fail(tillproof.KindUnavailable, "store.io", err)
}

// locked says that another process has the store, and which one where that is known.
func locked(holder string, err error) error {
	if holder == "" {
		return fail(tillproof.KindUnavailable, "store.locked", err)
	}
	e := fail(tillproof.KindUnavailable, "store.locked_by", err)
	e.Params = tillproof.Params{"holder": holder}
	return e
}
