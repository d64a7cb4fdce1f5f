package vault

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/tillproof/tillproof"
)

// The codes of this room that callers ask for by name.
const (
	CodeWrongKey   = "vault.wrong_key"   // the key is not the vault's
	CodeKeyDamaged = "vault.key_damaged" // a file of the vault's keys is not what it was
	CodeFull       = "vault.full"
	CodeReadOnly   = "vault.read_only"

	CodeMissing = "vault.object.missing"
	CodeTorn    = "vault.object.torn"
	CodeChanged = "vault.object.changed"
	CodeSwapped = "vault.object.swapped"
	CodeForeign = "vault.object.foreign"
	CodeStray   = "vault.object.stray"
)

func fail(kind tillproof.ErrorKind, code string, err error) *tillproof.Error {
	return &tillproof.Error{Op: "vault", Kind: kind, Code: code, Err: err}
}

// failAt is fail with the name of a file of the vault.
func failAt(kind tillproof.ErrorKind, code, name string, err error) *tillproof.Error {
	e := fail(kind, code, err)
	e.Params = tillproof.Params{"name": name}
	return e
}

// failedFile is what a file operation answered, by what a person can do about it. What has a code keeps it.
func failedFile(name string, err error) error {
	var coded *tillproof.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &coded):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return failAt(tillproof.KindUnavailable, CodeFull, name, err)
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return failAt(tillproof.KindUnavailable, CodeReadOnly, name, err)
	}
	return failAt(tillproof.KindUnavailable, "vault.io", name, err)
}

// codeOf is the code of an error, "" where it has none.
func codeOf(err error) string {
	var coded *tillproof.Error
	if errors.As(err, &coded) {
		return coded.Code
	}
	return ""
}

// named puts the object's digest to an error of it.
func named(d tillproof.Digest, err error) error {
	var coded *tillproof.Error
	if errors.As(err, &coded) && coded.Params["name"] == "" {
		if coded.Params == nil {
			coded.Params = tillproof.Params{}
		}
		coded.Params["name"] = d.String()
	}
	return err
}
