package sqlite

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	lockName = "workspace.lock"

	// lockPause is how long to wait before looking at a lock again: short for a person, long for a processor.
	lockPause = 25 * time.Millisecond

	// maxHolder bounds the line that names who holds the lock alone.
	maxHolder = 256
)

// lockFile is held while a store is open: together with others by ordinary commands, alone by what replaces
// the files themselves. Who holds it alone writes a line about itself into it.
type lockFile struct{ f *os.File }

// takeLock waits for the lock until wait has passed.
func takeLock(ctx context.Context, dir string, alone bool, o Options) (*lockFile, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, coded(err)
	}
	deadline := time.NewTimer(o.Wait)
	defer deadline.Stop()
	for {
		ok, err := tryLock(f, alone)
		if ok {
			l := &lockFile{f}
			return l, l.sign(alone, o.Command)
		}
		if err != nil {
			_ = f.Close()
			return nil, coded(fmt.Errorf("lock the workspace: %w", err))
		}
		pause := time.NewTimer(lockPause)
		select {
		case <-pause.C:
		case <-deadline.C:
			holder := holderOf(f)
			_ = f.Close()
			return nil, locked(holder, nil)
		case <-ctx.Done():
			_ = f.Close()
			return nil, ctx.Err()
		}
	}
}

// sign leaves a line for those who find the lock taken. Ordinary commands leave none: they are many.
func (l *lockFile) sign(alone bool, command string) error {
	if !alone {
		return nil
	}
	line := fmt.Sprintf("%d %s\n", os.Getpid(), command)
	if err := l.f.Truncate(0); err != nil {
		return coded(err)
	}
	_, err := l.f.WriteAt([]byte(line[:min(len(line), maxHolder)]), 0)
	return coded(err)
}

// holderOf reads the line of who holds the lock alone, "" where nobody left one.
func holderOf(f *os.File) string {
	b, _ := io.ReadAll(io.NewSectionReader(f, 0, maxHolder))
	return strings.TrimSpace(string(b))
}

func (l *lockFile) free(alone bool) error {
	if alone {
		_ = l.f.Truncate(0) // the line is only for reading; a stale one would name the wrong holder
	}
	return coded(l.f.Close())
}
