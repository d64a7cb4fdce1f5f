package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"

	"github.com/tillproof/tillproof"
)

// privateDir is for folders that nobody else on the machine reads.
const privateDir = 0o700

// keepLayout puts a layout among the user's and answers its path.
func (d *door) keepLayout(ctx context.Context, own ownLayout, force bool) (string, error) {
	l := d.shelf()
	if l.dir == "" {
		return "", usage("profile.no_home", nil)
	}
	if err := os.MkdirAll(l.dir, privateDir); err != nil {
		return "", cannotWrite(l.dir, err)
	}
	path := filepath.Join(l.dir, own.Name+layoutEnd)
	if other, ok := l.ownFile(own.Name); ok {
		path = other.path // a file of another name may hold it
	}
	if err := d.writeNew(ctx, path, own.raw, force); err != nil {
		return "", err
	}
	if _, shipped := l.book.Named(own.Name); shipped {
		if _, mine := l.ownFile(own.Name); !mine {
			d.note("profile.replaces", tillproof.Params{"name": own.Name})
		}
	}
	return path, nil
}

// writeNew writes a file that is not there, or that holds the same; force replaces what is there.
func (d *door) writeNew(ctx context.Context, path string, raw []byte, force bool) error {
	if there, err := os.ReadFile(path); err == nil && !force && !bytes.Equal(there, raw) {
		return alreadyThere("cmd.output.exists_force", path)
	}
	err := d.writeFile(ctx, path, func(w io.Writer) error {
		_, err := w.Write(raw)
		return err
	})
	if err == nil {
		d.note("cmd.note.written", tillproof.Params{"file": mask(path)})
	}
	return err
}
