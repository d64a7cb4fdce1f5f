package sqlite_test

import (
	"sync"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/store/sqlite"
	"github.com/tillproof/tillproof/internal/store/storetest"
)

func TestConforms(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Place { return &place{dir: t.TempDir()} })
}

// place is a folder with one file; a second workspace stands in the file of the first.
type place struct {
	dir   string
	first *sqlite.Store

	mu    sync.Mutex
	fault func(step string) error
}

func (p *place) options() sqlite.Options {
	return sqlite.Options{Fault: func(step string) error {
		p.mu.Lock()
		fault := p.fault
		p.mu.Unlock()
		if fault == nil {
			return nil
		}
		return fault(step)
	}}
}

func (p *place) Fault(f func(step string) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = f
}

func (p *place) Store(t *testing.T, id tillproof.WorkspaceID, first tillproof.Act) storetest.Store {
	t.Helper()
	if p.first != nil {
		s, err := p.first.Beside(t.Context(), id, first)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if err := sqlite.Create(t.Context(), p.dir, id, first, p.options()); err != nil {
		t.Fatal(err)
	}
	return p.Again(t, id)
}

func (p *place) Again(t *testing.T, _ tillproof.WorkspaceID) storetest.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), p.dir, p.options())
	if err != nil {
		t.Fatal(err)
	}
	p.first = s
	t.Cleanup(func() { _ = s.Close() })
	return s
}
