package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/tillproof/tillproof"
)

// gate holds the writer in the middle of its first act, so that the acts after it become one group with it.
type gate struct {
	once    sync.Once
	reached chan struct{}
	pass    chan struct{}
}

func newGate() *gate { return &gate{reached: make(chan struct{}), pass: make(chan struct{})} }

func (g *gate) wait() {
	g.once.Do(func() {
		close(g.reached)
		<-g.pass
	})
}

// queue begins acts behind the one that is held, each in its turn, and answers where their errors will be.
func queue(s *Store, g *gate, acts ...func() error) []chan error {
	answers := make([]chan error, len(acts))
	for i, act := range acts {
		answers[i] = make(chan error, 1)
		waiting := len(s.file.writer.jobs)
		go func() { answers[i] <- act() }()
		if i == 0 {
			<-g.reached
			continue
		}
		for len(s.file.writer.jobs) == waiting {
			runtime.Gosched() // the queue is the only sign that it is in it
		}
	}
	close(g.pass)
	return answers
}

// One transaction for all that wait: an act that fails goes back alone.
func TestAFailingActLeavesTheOthersOfItsGroup(t *testing.T) {
	g, commits := newGate(), 0
	s := reopen(t, folder(t), Options{Fault: func(step string) error {
		if step == "statement" {
			g.wait()
		}
		if step == "committed" {
			commits++
		}
		return nil
	}})
	ctx := t.Context()
	answers := queue(s, g,
		func() error { return decide(ctx, s, 1) }, func() error { return decide(ctx, s, 2) },
		func() error { return decide(ctx, s, 1) }, func() error { return decide(ctx, s, 3) },
	)
	for i, answer := range answers {
		if err := <-answer; (err != nil) != (i == 2) {
			t.Errorf("act %d is answered %v", i, err)
		}
	}
	if n := decisions(t, s); n != 3 || commits != 1 {
		t.Errorf("%d decisions in %d transactions, expected 3 in 1", n, commits)
	}
	if err := s.Check(ctx); err != nil {
		t.Error(err)
	}
}

// A commit that fails takes all acts of its group with it, and the next group works.
func TestAFailingCommitFailsItsGroup(t *testing.T) {
	g, failing := newGate(), true
	failed := errors.New("the disk does not answer")
	s := reopen(t, folder(t), Options{Fault: func(step string) error {
		if step == "statement" {
			g.wait()
		}
		if step == "commit" && failing {
			failing = false
			return failed
		}
		return nil
	}})
	ctx := t.Context()
	answers := queue(s, g,
		func() error { return decide(ctx, s, 1) }, func() error { return decide(ctx, s, 2) },
	)
	for i, answer := range answers {
		if err := <-answer; !errors.Is(err, failed) {
			t.Errorf("act %d is answered %v", i, err)
		}
	}
	if n := decisions(t, s); n != 0 {
		t.Errorf("%d decisions", n)
	}
	if err := errors.Join(decide(ctx, s, 1), decide(ctx, s, 2), s.Check(ctx)); err != nil {
		t.Error(err)
	}
}

// Who leaves while the act waits in the queue has done nothing.
func TestLeavingTheQueue(t *testing.T) {
	g := newGate()
	s := reopen(t, folder(t), Options{Fault: func(step string) error {
		if step == "statement" {
			g.wait()
		}
		return nil
	}})
	leaving, leave := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() { first <- decide(t.Context(), s, 1) }()
	<-g.reached
	second := make(chan error, 1)
	go func() { second <- decide(leaving, s, 2) }()
	leave()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("who leaves is answered %v", err)
	}
	close(g.pass)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if n := decisions(t, s); n != 1 {
		t.Errorf("%d decisions", n)
	}
}

// The files as they are the moment an act is answered are what a kill leaves: all that was answered is there.
func TestKilledAfterEachAnswer(t *testing.T) {
	dir := folder(t)
	s := reopen(t, dir, Options{})
	for n := range 20 {
		if err := decide(t.Context(), s, byte(n)); err != nil {
			t.Fatal(err)
		}
		copied := t.TempDir()
		for _, name := range []string{fileName, fileName + "-wal"} { // the index of the log is made anew
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(copied, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		killed := reopen(t, copied, Options{})
		if got := decisions(t, killed); got != n+1 {
			t.Fatalf("%d decisions were answered and %d are there", n+1, got)
		}
		if err := errors.Join(killed.Check(t.Context()), killed.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// A disk that is full stops acts with what to do, keeps what there is, and lets them go on when there is
// room.
func TestFullDisk(t *testing.T) {
	dir := folder(t)
	s := reopen(t, dir, Options{})
	ctx := t.Context()
	if err := decide(ctx, s, 1); err != nil {
		t.Fatal(err)
	}
	reserved := filepath.Join(dir, reserveName)
	if info, err := os.Stat(reserved); err != nil || info.Size() != reserveBytes {
		t.Errorf("no room is held: %v", err)
	}
	pages, err := s.file.writer.conn.number("PRAGMA page_count")
	if err != nil {
		t.Fatal(err)
	}
	room := func(pages string) {
		t.Helper()
		if err := s.file.writer.conn.script("PRAGMA max_page_count = " + pages); err != nil {
			t.Fatal(err)
		}
	}
	room("1") // as many as there are: it never takes any away
	large := shownBy(1000, 0)
	act := initial()
	_, err = s.SaveRun(ctx, benchRun(1, 0, large), act)
	wantCode(t, err, "store.full", tillproof.KindUnavailable)
	if _, err := os.Stat(reserved); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the reserve is not given free: %v", err)
	}
	if got, err := s.file.writer.conn.number("PRAGMA page_count"); got != pages || err != nil {
		t.Errorf("the file has %d pages, and had %d: %v", got, pages, err)
	}
	if n := decisions(t, s); n != 1 {
		t.Errorf("%d decisions", n)
	}
	room("1000000")
	if _, err := s.SaveRun(ctx, benchRun(1, 0, large), act); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if info, err := os.Stat(reserved); err != nil || info.Size() != reserveBytes {
		t.Errorf("the reserve is not made anew: %v", err)
	}
	if err := s.Check(ctx); err != nil {
		t.Error(err)
	}
}
