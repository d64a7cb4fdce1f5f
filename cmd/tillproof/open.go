package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/tillproof/tillproof"
)

// stdinName is the argument, and the name in reports, of standard input.
const stdinName = "-"

// maxFiles bounds the files of one call: each stays open until the end, and systems allow about a thousand.
const maxFiles = 500

// input is one file that the user named.
type input struct {
	path    string // as the user named it; never shown
	name    string // for people: card numbers masked
	side    tillproof.Side
	profile string
	dates   string // ymd, dmy, mdy; "" where the file must show it
	year    int    // of a file that writes none; 0 where the file must show it

	file *os.File
	at   io.ReaderAt
	size int64
	info os.FileInfo // as it was before the first byte was read
}

// inputs are the open files of a call and the reasons why others are not among them.
type inputs struct {
	open   []*input
	failed []error
}

// Close closes all files; what standard input was spooled to goes with it.
func (in *inputs) Close() {
	for _, f := range in.open {
		_ = f.file.Close() // only read
	}
}

// openAll opens the named files. A name that is not there ends the call, because it is a typing mistake that
// would change the answer; any other file that cannot be opened is reported and the rest goes on.
func (d *door) openAll(ctx context.Context, wanted []input) (*inputs, error) {
	if err := checkNames(wanted); err != nil {
		return nil, err
	}
	in := &inputs{}
	var missing []error
	for _, w := range wanted {
		f, err := d.openOne(ctx, w)
		var e *tillproof.Error
		switch {
		case err == nil:
			in.add(f)
		case ctx.Err() != nil:
			in.Close()
			return nil, ctx.Err()
		case errors.As(err, &e) && e.Kind == tillproof.KindNotFound:
			missing = append(missing, err)
		default:
			in.failed = append(in.failed, err)
		}
	}
	if len(missing) > 0 {
		in.Close()
		return nil, errors.Join(append(in.failed, missing...)...)
	}
	return in, nil
}

func checkNames(wanted []input) error {
	if len(wanted) == 0 {
		return usage("cmd.usage.no_files", nil)
	}
	if len(wanted) > maxFiles {
		return usage("cmd.usage.too_many_files", number(maxFiles))
	}
	stdin := 0
	for _, w := range wanted {
		if w.path == stdinName {
			stdin++
		}
	}
	if stdin > 1 {
		return usage("cmd.usage.stdin_twice", nil)
	}
	return nil
}

// add keeps the file unless it is one that is open already, by whatever name.
func (in *inputs) add(f *input) {
	for _, other := range in.open {
		if os.SameFile(other.info, f.info) {
			_ = f.file.Close()
			params := tillproof.Params{"other": other.name}
			in.failed = append(in.failed, badInput(f, tillproof.KindConflict, "cmd.input.twice", params))
			return
		}
	}
	in.open = append(in.open, f)
}

func (d *door) openOne(ctx context.Context, w input) (*input, error) {
	f := &w
	f.name = mask(w.path)
	var err error
	if w.path == stdinName {
		f.file, err = d.openStdin(ctx)
	} else {
		f.file, err = openRegular(f)
	}
	if err != nil {
		return nil, err
	}
	if f.info, err = f.file.Stat(); err == nil && f.info.Size() == 0 {
		err = badInput(f, tillproof.KindInvalid, "cmd.input.empty", nil)
	}
	if err != nil {
		_ = f.file.Close()
		return nil, err
	}
	f.at, f.size = cancelled{ctx, f.file}, f.info.Size()
	return f, nil
}

// openRegular opens a file on disk. It looks before it opens: opening a pipe would wait for its writer.
func openRegular(f *input) (*os.File, error) {
	info, err := os.Stat(f.path)
	if err != nil {
		return nil, cannotOpen(f, err)
	}
	if info.IsDir() {
		return nil, badInput(f, tillproof.KindInvalid, "cmd.input.directory", nil)
	}
	if !info.Mode().IsRegular() {
		return nil, badInput(f, tillproof.KindInvalid, "cmd.input.device", nil)
	}
	file, err := os.Open(f.path)
	if err != nil {
		return nil, cannotOpen(f, err)
	}
	return file, nil
}

func cannotOpen(f *input, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return badInput(f, tillproof.KindNotFound, "cmd.input.missing", nil)
	}
	params := tillproof.Params{"cause": mask(bare(err).Error())}
	return badInput(f, tillproof.KindInvalid, "cmd.input.unreadable", params)
}

// bare is the system's reason without the path, which is shown already and may hold a card number.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func badInput(f *input, kind tillproof.ErrorKind, code string, p tillproof.Params) error {
	return &tillproof.Error{
		Op: "open", Kind: kind, Code: code, Place: tillproof.Place{File: f.name}, Params: p,
	}
}

// unchanged asks whether the files are still what they were when they were opened: figures from a file that
// somebody writes to are no figures.
func (in *inputs) unchanged() error {
	var changed []error
	for _, f := range in.open {
		now, err := f.file.Stat()
		if err != nil || now.Size() != f.info.Size() || !now.ModTime().Equal(f.info.ModTime()) {
			changed = append(changed, badInput(f, tillproof.KindConflict, "cmd.input.changed", nil))
		}
	}
	return errors.Join(changed...)
}

// cancelled is a file that can no longer be read once the context has ended: a room that is deep in a file
// stops at its next read and tidies up.
type cancelled struct {
	ctx context.Context
	at  io.ReaderAt
}

// ReadAt reads as the file does, or answers the context's error.
func (c cancelled) ReadAt(p []byte, off int64) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.at.ReadAt(p, off)
}
