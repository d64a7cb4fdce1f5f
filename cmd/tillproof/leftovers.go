package main

import (
	"os"
	"slices"
	"sync"
)

// leftovers are the paths that must be gone when the process ends, however it ends.
type leftovers struct {
	mu    sync.Mutex
	paths []string
}

func (l *leftovers) add(path string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paths = append(l.paths, path)
}

// remove removes a path now, whatever it holds.
func (l *leftovers) remove(path string) {
	_ = os.RemoveAll(path)
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paths = slices.DeleteFunc(l.paths, func(p string) bool { return p == path })
}

// sweep removes all of them.
func (l *leftovers) sweep() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.paths {
		_ = os.RemoveAll(p)
	}
	l.paths = nil
}
