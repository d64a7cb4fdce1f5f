package backup

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

// Live is the store of a workspace while others write it.
type Live interface {
	// Snapshot writes the store as it stands at one moment to a new file.
	Snapshot(ctx context.Context, path string) error
}

// Copy is a store that only this room has: the copy in a backup, or what was restored from one.
type Copy interface {
	translog.Source
	Counted
	Logged
	// Check reads everything and answers what is not as it was written.
	Check(ctx context.Context) error
	Objects(ctx context.Context, page tillproof.Page) ([]tillproof.KeptObject, error)
	Close() error
}

// Counted is what the totals are made of.
type Counted interface {
	Workspace(ctx context.Context) (tillproof.WorkspaceInfo, error)
	Imports(ctx context.Context, page tillproof.Page) ([]tillproof.Import, error)
	Sources(ctx context.Context) ([]tillproof.KeptSource, error)
	Decisions(ctx context.Context, undone bool) ([]tillproof.KeptDecision, error)
	Runs(ctx context.Context, page tillproof.Page) ([]tillproof.KeptRun, error)
	Tally(ctx context.Context, today tillproof.Date) (tillproof.ExceptionTally, error)
}

// Logged is the log of a store.
type Logged interface {
	Size(ctx context.Context) (int64, error)
	Hashes(ctx context.Context, at []int64) ([][32]byte, error)
	Checkpoints(ctx context.Context, page tillproof.Page) ([]tillproof.Checkpoint, error)
	Append(ctx context.Context, acts ...tillproof.Act) error
}

// Rooms are what the front door hands in.
type Rooms struct {
	Open    func(ctx context.Context, dir string) (Copy, error) // the store in a folder
	Now     func() time.Time
	Scratch string // a folder for copies in clear: as well guarded as the workspace itself
}

// rootOf is the root over the log as it stands.
func rootOf(ctx context.Context, log Logged) (int64, tillproof.Digest, error) {
	size, err := log.Size(ctx)
	if err != nil {
		return 0, tillproof.Digest{}, err
	}
	root, err := translog.Root(size, translog.HashReaderFunc(func(at []int64) ([]translog.Hash, error) {
		found, err := log.Hashes(ctx, at)
		out := make([]translog.Hash, len(found))
		for i := range found {
			out[i] = found[i]
		}
		return out, err
	}))
	return size, tillproof.Digest(root), err
}

// totalsOf is what a workspace comes to, as docs/backup-format.md writes it. Snoozes are counted by today's
// state, whatever the day, so that the same store gives the same text for ever.
func totalsOf(ctx context.Context, c Copy) (string, error) {
	var b strings.Builder
	imports, err := countPages(func(p tillproof.Page) (int, error) {
		part, err := c.Imports(ctx, p)
		return len(part), err
	})
	if err != nil {
		return "", err
	}
	sources, err := c.Sources(ctx)
	if err != nil {
		return "", err
	}
	objects, err := countPages(func(p tillproof.Page) (int, error) {
		part, err := c.Objects(ctx, p)
		return len(part), err
	})
	if err != nil {
		return "", err
	}
	decisions, err := c.Decisions(ctx, true)
	if err != nil {
		return "", err
	}
	runs, err := c.Runs(ctx, tillproof.Page{Limit: 1})
	if err != nil {
		return "", err
	}
	newest, kept := "", int64(0)
	if len(runs) > 0 {
		newest, kept = fmt.Sprintf("run %s\n", runs[0].ID), runs[0].Seq
	}
	fmt.Fprintf(&b, "tillproof-totals/1\nimports %d\nsources %d\nobjects %d\nruns %d\ndecisions %d\n%s",
		imports, len(sources), objects, kept, len(decisions), newest)
	tally, err := c.Tally(ctx, tillproof.NoDate)
	if err != nil {
		return "", err
	}
	writeTally(&b, tally)
	return b.String(), nil
}

func writeTally(b *strings.Builder, t tillproof.ExceptionTally) {
	for _, state := range slices.Sorted(maps.Keys(t.States)) {
		if n := t.States[state]; n != 0 {
			fmt.Fprintf(b, "exceptions %s %d\n", state, n)
		}
	}
	var lines []string
	for _, s := range t.Buckets {
		lines = append(lines,
			fmt.Sprintf("standing %s %s %d %d\n", s.Currency, s.Bucket, s.Exceptions, s.Minor))
	}
	slices.Sort(lines)
	b.WriteString(strings.Join(lines, ""))
}

// countPages counts the items of a list.
func countPages(list func(tillproof.Page) (int, error)) (int, error) {
	for n := 0; ; {
		part, err := list(tillproof.Page{After: n, Limit: tillproof.MaxPage})
		if n += part; err != nil || part < tillproof.MaxPage {
			return n, err
		}
	}
}

// objectsOf are the objects that a store knows of.
func objectsOf(ctx context.Context, c Copy) ([]tillproof.KeptObject, error) {
	var all []tillproof.KeptObject
	_, err := countPages(func(p tillproof.Page) (int, error) {
		part, err := c.Objects(ctx, p)
		all = append(all, part...)
		return len(part), err
	})
	return all, err
}
