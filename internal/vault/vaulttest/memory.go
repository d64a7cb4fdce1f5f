// Package vaulttest is what the tests of other rooms put in the place of the vault's folder.
//
// Takes nothing.
// Gives blobs in memory, and the suite that every kind of blobs has to pass.
// Never changes what is kept under a name unless that is asked for by name, and says no when it is told to.
package vaulttest

import (
	"bytes"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/tillproof/tillproof/internal/vault"
)

// Memory are blobs in memory. The zero value is empty.
type Memory struct {
	// Fail is asked before each change and may answer an error in its place; nil: nothing fails.
	Fail func(what, name string) error

	mu    sync.Mutex
	files map[string][]byte
}

var _ vault.Blobs = (*Memory)(nil)

func (m *Memory) fail(what, name string) error {
	if m.Fail == nil {
		return nil
	}
	return m.Fail(what, name)
}

// Put keeps the bytes under the name that write answers.
func (m *Memory) Put(write func(io.Writer) (vault.Place, error)) error {
	var b bytes.Buffer
	to, err := write(&b)
	if err != nil || to.Name == "" {
		return err
	}
	if err := m.fail("put", to.Name); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.files[to.Name]; there && !to.Over {
		return &fs.PathError{Op: "put", Path: to.Name, Err: fs.ErrExist}
	}
	if m.files == nil {
		m.files = map[string][]byte{}
	}
	m.files[to.Name] = b.Bytes()
	return nil
}

// Get opens a copy: who changes it changes nothing.
func (m *Memory) Get(name string) (vault.Blob, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, there := m.files[name]
	if !there {
		return nil, &fs.PathError{Op: "get", Path: name, Err: fs.ErrNotExist}
	}
	return blob{bytes.NewReader(bytes.Clone(b))}, nil
}

type blob struct{ *bytes.Reader }

// Close does nothing.
func (blob) Close() error { return nil }

// Settle has nothing to force to a disk.
func (m *Memory) Settle(name string) error { return m.fail("settle", name) }

// List gives the names.
func (m *Memory) List(prefix string) ([]vault.Named, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []vault.Named
	for _, name := range slices.Sorted(maps.Keys(m.files)) {
		if strings.HasPrefix(name, prefix) {
			out = append(out, vault.Named{Name: name, Size: int64(len(m.files[name]))})
		}
	}
	return out, nil
}

// Remove forgets a name.
func (m *Memory) Remove(name string) error {
	if err := m.fail("remove", name); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.files[name]; !there {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	delete(m.files, name)
	return nil
}

// Damage changes a byte of what is kept, counted from the end where at is negative.
func (m *Memory) Damage(name string, at int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.files[name]
	if at < 0 {
		at += len(b)
	}
	b[at] ^= 1
}
