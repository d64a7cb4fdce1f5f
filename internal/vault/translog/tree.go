package translog

import "golang.org/x/mod/sumdb/tlog"

// Hash is a hash of the tree: of an entry, of a node, or its root.
type Hash = tlog.Hash

// HashReader reads stored hashes by their indexes; see StoredIndex.
type HashReader = tlog.HashReader

// HashReaderFunc is a function as a HashReader.
type HashReaderFunc = tlog.HashReaderFunc

// EntryHash is the hash of an entry's bytes.
func EntryHash(entry []byte) Hash { return tlog.RecordHash(entry) }

// StoredIndex is where the hash of entry seq is stored; the other hashes that Append gives follow it.
func StoredIndex(seq int64) int64 { return tlog.StoredHashIndex(0, seq) }

// StoredCount is how many hashes are stored for a log of so many entries.
func StoredCount(size int64) int64 { return tlog.StoredHashCount(size) }

// Append gives the hashes to store with the entry that makes a log of size entries one longer, from
// StoredIndex(size) on: its own, and one for each subtree that it completes. It reads a few earlier ones.
func Append(size int64, entry []byte, read HashReader) ([]Hash, error) {
	a, err := Decode(entry)
	if err != nil {
		return nil, err
	}
	if a.Seq != size {
		return nil, badAct("seq")
	}
	stored, err := tlog.StoredHashes(size, entry, read)
	if err != nil {
		return nil, badHash("append entry", err)
	}
	return stored, nil
}

// Root is the root of the log's first size entries.
func Root(size int64, read HashReader) (Hash, error) {
	root, err := tlog.TreeHash(size, read)
	if err != nil {
		return Hash{}, badHash("compute root", err)
	}
	return root, nil
}

// edge is the right edge of a tree that grows: the hashes of the complete subtrees that make it up, by level.
// With it a log is computed anew from its entries, without a look at what is stored.
type edge struct {
	size  int64
	nodes [63]Hash // nodes[l] counts where bit l of size is set
}

// push adds the hash of an entry and calls each for every subtree that it completes, the lowest first; each
// may answer another hash to go on with.
func (e *edge) push(h Hash, each func(level int, h Hash) Hash) {
	level := 0
	for ; e.size>>level&1 == 1; level++ {
		h = each(level, h)
		h = tlog.NodeHash(e.nodes[level], h)
	}
	e.nodes[level] = each(level, h)
	e.size++
}

// root is the root of what was pushed.
func (e *edge) root() Hash {
	root, begun := Hash{}, false
	for level := range e.nodes {
		switch {
		case e.size>>level&1 == 0:
		case begun:
			root = tlog.NodeHash(e.nodes[level], root)
		default:
			root, begun = e.nodes[level], true
		}
	}
	if !begun {
		root, _ = tlog.TreeHash(0, nil) // of nothing, by definition
	}
	return root
}
