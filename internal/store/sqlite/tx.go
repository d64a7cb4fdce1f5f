package sqlite

import (
	"context"
	"fmt"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

// tx is one act within its transaction.
type tx struct {
	c     *conn
	ctx   context.Context
	in    [16]byte // the workspace
	edge  *edge
	fault func(step string) error
}

// put runs a statement that changes something.
func (t *tx) put(name string, args ...any) error {
	if err := t.fault("statement"); err != nil {
		return err
	}
	return t.c.run(name, nil, args...)
}

// ws is the workspace as a parameter.
func (t *tx) ws() []byte { return t.in[:] }

// maxHashes bounds the hashes that an edge remembers: a log of 2⁶² entries has 63 on its edge.
const maxHashes = 4096

// edge is the end of a workspace's log: how long it is, and the hashes that the next entries need.
type edge struct {
	size   int64
	hashes map[int64]translog.Hash
	stale  bool // nobody has looked in this transaction, or an act was undone in it
}

// edge is that of the workspace; in each transaction it has to look first.
func (w *writer) edge(in [16]byte) *edge {
	if w.edges[in] == nil {
		w.edges[in] = &edge{stale: true}
	}
	return w.edges[in]
}

// look finds out where the log ends. What is remembered of its hashes holds as long as it ends there.
func (e *edge) look(c *conn, ws []byte) error {
	if !e.stale {
		return nil
	}
	last, err := c.last("entry_last", -1, ws)
	if err != nil {
		return err
	}
	if e.hashes == nil || e.size != last+1 || len(e.hashes) > maxHashes {
		e.size, e.hashes = last+1, map[int64]translog.Hash{}
	}
	e.stale = false
	return nil
}

// log writes the entry of an act, and the hashes that it adds to the tree.
func (t *tx) log(a tillproof.Act) error {
	if err := t.edge.look(t.c, t.ws()); err != nil {
		return err
	}
	a.Seq = t.edge.size
	leaf, err := translog.Encode(a)
	if err != nil {
		return err
	}
	added, err := translog.Append(a.Seq, leaf, translog.HashReaderFunc(t.hashes))
	if err != nil {
		return err
	}
	if err := t.put("entry_add", t.ws(), a.Seq, leaf); err != nil {
		return err
	}
	at := translog.StoredIndex(a.Seq)
	for i, h := range added {
		if err := t.put("hash_add", t.ws(), at+int64(i), h[:]); err != nil {
			return err
		}
		t.edge.hashes[at+int64(i)] = h
	}
	t.edge.size++
	return nil
}

// hashes reads stored hashes.
func (t *tx) hashes(at []int64) ([]translog.Hash, error) {
	out := make([]translog.Hash, len(at))
	for i, n := range at {
		h, ok := t.edge.hashes[n]
		if !ok {
			var err error
			if h, err = storedHash(t.c, t.ws(), n); err != nil {
				return nil, err
			}
			t.edge.hashes[n] = h
		}
		out[i] = h
	}
	return out, nil
}

func storedHash(c *conn, ws []byte, n int64) (h translog.Hash, err error) {
	r, err := c.one("hash", ws, n)
	if err != nil {
		return h, err
	}
	if r == nil || len(r.bytes(0)) != len(h) {
		return h, damaged("tree", fmt.Sprint(n), nil)
	}
	copy(h[:], r.bytes(0))
	return h, nil
}
