package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/tillproof/tillproof"
)

// maxStdin is how much standard input may hold: it is kept on disk while it is read, and a pipe has no end
// that could be known before. Larger inputs are files.
const maxStdin = 4 << 30

// errTooLong says that standard input went past its limit.
var errTooLong = errors.New("standard input is too long")

// openStdin keeps standard input in a file without a name, because formats look at a file more than once.
func (d *door) openStdin(ctx context.Context) (*os.File, error) {
	at := &input{name: stdinName}
	if isConsole(d.std.in) {
		if d.noInput {
			return nil, usage("cmd.usage.no_input", nil)
		}
		d.note("cmd.note.stdin", nil)
	}
	file, err := spool(ctx, d.std.in, d.spoolMax)
	switch {
	case err == nil:
		return file, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, errTooLong):
		return nil, badInput(at, tillproof.KindTooLarge, "cmd.input.stdin_too_long", bytesParam(d.spoolMax))
	}
	params := tillproof.Params{"cause": mask(bare(err).Error())}
	return nil, badInput(at, tillproof.KindUnavailable, "cmd.input.stdin", params)
}

// spool copies at most limit bytes to a temporary file that has no name any more. It answers when the context
// ends, even while the other side of a pipe is silent.
func spool(ctx context.Context, from io.Reader, limit int64) (*os.File, error) {
	file, err := os.CreateTemp("", "stdin-")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(file.Name()) // where a system refuses, the directory of the process goes at its end
	done := make(chan error, 1)
	go func() {
		n, err := io.Copy(file, io.LimitReader(from, limit+1))
		if err == nil && n > limit {
			err = errTooLong
		}
		done <- err
	}()
	select {
	case err = <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}
