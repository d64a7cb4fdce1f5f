package learn

import (
	"crypto/sha256"
	"math"
)

const (
	maxStep   = 8       // units of log odds that one tree may move a margin, before it is shrunk
	maxMargin = 1 << 27 // 128 units: what all trees together may move it; no sum leaves 32 bits
)

// Model is what was learned. It is not changed after training and calibration, and may be asked by any number
// of goroutines.
type Model struct {
	names  []string
	params Params // Workers is 0: it is no part of what was learned
	digest [sha256.Size]byte
	rows   int
	frauds int
	gains  []int64 // what each fact took off the loss in training, thousandths of a unit

	start  int32   // the margin before any tree
	nodes  []node  // of all trees, level by level; each tree is full, so that a row takes Depth steps in it
	values []int32 // of nodes and leaves, tree by tree: 2^(Depth+1)−1 each
	leaves []int32 // 2^Depth each: the last level of values, side by side

	curve []knot // from margins to chances; empty: as trained
}

// node asks whether a fact is above a limit. With the sign turned and missing values as the lowest (or by
// miss = 1 as the highest) number, one comparison without a branch answers.
type node struct {
	limit uint32
	fact  uint8
	miss  uint8
}

// key is the place of a value among the limits of a node.
func (n *node) key(v int32) uint32 { return uint32(v) + 1<<31 - uint32(n.miss) }

// nodeOf is the node of a split; edge is the highest value that goes left.
func nodeOf(s split, edge int32) node {
	n := node{fact: uint8(s.fact)}
	if s.missRight {
		n.miss = 1
	}
	n.limit = n.key(edge)
	return n
}

// through is the node of a tree that ended above: all go left.
var through = node{limit: math.MaxUint32}

// Names are those of the facts, in the order in which a row has them.
func (m *Model) Names() []string { return m.names }

// Params are those that the model was trained with.
func (m *Model) Params() Params { return m.params }

// Digest names the rows that the model was trained on.
func (m *Model) Digest() [sha256.Size]byte { return m.digest }

// Rows is how many rows the model was trained on, and how many of them were frauds.
func (m *Model) Rows() (all, frauds int) { return m.rows, m.frauds }

// Gains is what each fact took off the loss in training, in thousandths of a unit of log odds.
func (m *Model) Gains() []int64 { return m.gains }

// Score is the margin of a row: the logarithm of the odds that it is a fraud, in Units.
func (m *Model) Score(row []int32) int32 {
	deep := m.params.Depth
	inner := 1<<deep - 1
	sum := m.start
	row = row[:len(m.names)]
	nodes, leaves := m.nodes, m.leaves
	for len(nodes) >= inner && len(leaves) > inner {
		tree := nodes[:inner]
		at := 0
		for range deep {
			n := &tree[at]
			at = 2*at + 1 + int((uint64(n.limit)-uint64(n.key(row[n.fact])))>>63)
		}
		sum += leaves[at-inner]
		nodes, leaves = nodes[inner:], leaves[inner+1:]
	}
	return sum
}

// Share writes into parts what each fact added to the margin of a row, and gives what was there before any:
// the sum of all is the margin. On its way through a tree a row gains, at each question, the difference of
// what the tree would have said before and after it.
func (m *Model) Share(row, parts []int32) int32 {
	clear(parts)
	deep := m.params.Depth
	inner := 1<<deep - 1
	rest := m.start
	for nodes, values := m.nodes, m.values; len(nodes) > 0; {
		at := 0
		rest += values[0]
		for range deep {
			n := &nodes[at]
			next := 2*at + 1
			if n.key(row[n.fact]) > n.limit {
				next++
			}
			parts[n.fact] += values[next] - values[at]
			at = next
		}
		nodes, values = nodes[inner:], values[2*inner+1:]
	}
	return rest
}
