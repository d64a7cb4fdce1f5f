package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/tillproof/tillproof"
)

// outputMode is for reports: they hold a merchant's takings, so nobody else on the machine reads them.
const outputMode = 0o600

// stdout runs write over standard output and tells a stream that cannot be written from a room's own error.
func (d *door) stdout(ctx context.Context, write func(io.Writer) error) error {
	err := through(ctx, d.std.out, "", write)
	if errors.Is(err, syscall.EPIPE) {
		return errors.Join(err, errStdout)
	}
	return err
}

// errStdout says that it was standard output that an error is about.
var errStdout = errors.New("standard output")

// through hands a buffered writer on; it stops when the context ends.
func through(ctx context.Context, to io.Writer, name string, write func(io.Writer) error) error {
	w := &failedWriter{Writer: stoppable{ctx, to}}
	buffer := bufio.NewWriterSize(w, 64<<10)
	err := write(buffer)
	if err == nil {
		err = buffer.Flush()
	}
	if w.err != nil && ctx.Err() == nil {
		return cannotWrite(name, w.err)
	}
	return err
}

func cannotWrite(name string, err error) error {
	return &tillproof.Error{
		Op: "write", Kind: tillproof.KindUnavailable, Code: "cmd.output.write",
		Place:  tillproof.Place{File: mask(name)},
		Params: tillproof.Params{"cause": mask(bare(err).Error())}, Err: err,
	}
}

// stoppable is a writer that fails once the context has ended.
type stoppable struct {
	ctx context.Context
	w   io.Writer
}

func (s stoppable) Write(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.w.Write(p)
}

// writeFile writes a file whole or not at all: into a file beside it that takes its name at the end. What is
// no regular file (/dev/stdout) is written as it is.
func (d *door) writeFile(ctx context.Context, path string, write func(io.Writer) error) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return writeDevice(ctx, path, write)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".tillproof-*")
	if err != nil {
		return cannotWrite(path, err)
	}
	d.std.scratch.add(file.Name())
	defer d.std.scratch.remove(file.Name()) // it has its own name by then where all went well
	err = through(ctx, file, path, write)
	if closed := file.Close(); err == nil && closed != nil {
		err = cannotWrite(path, closed)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(os.Chmod(file.Name(), outputMode), os.Rename(file.Name(), path)); err != nil {
		return cannotWrite(path, err)
	}
	return nil
}

func writeDevice(ctx context.Context, path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return cannotWrite(path, err)
	}
	err = through(ctx, file, path, write)
	if closed := file.Close(); err == nil && closed != nil {
		err = cannotWrite(path, closed)
	}
	return err
}

// notOver refuses to write a report over a file that is read, or over another file of the call.
func notOver(path string, in *inputs, others []string) error {
	for _, other := range others {
		if other != "" && sameFile(path, other) {
			return usage("cmd.usage.output_is_input", tillproof.Params{"file": mask(other)})
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil // not there yet, or writing it will say why not
	}
	for _, f := range in.open {
		if os.SameFile(info, f.info) {
			return usage("cmd.usage.output_is_input", tillproof.Params{"file": f.name})
		}
	}
	return nil
}

// sameFile reports whether two names are of one file, be it there or still to be written.
func sameFile(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(x, y)
	}
	return realName(a) == realName(b)
}

// realName is a name from the root on, with the links of its directory followed.
func realName(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		path = full
	}
	dir, name := filepath.Split(path)
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return filepath.Join(dir, name)
}
