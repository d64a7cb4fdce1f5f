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
	nodes  []node  // tree by tree 2^Depth: the root at 1, the children of i at 2i and 2i+1; 0 is free
	values []int32 // tree by tree 2^(Depth+1)−1: what each node and leaf says, level by level
	leaves []int32 // the last level of values: 2^Depth a tree

	curve []knot // from margins to chances; empty: as trained
}

// node asks whether a fact is above a limit. Trees are full, so that each row takes Depth steps in each;
// where one ended early, all go to the left.
type node struct {
	limit uint32
	ask   uint16 // which of a row's keys
}

// keys are a row ready to be compared, two for each fact: its value, put so that a missing one is the lowest
// number of all, and so that it is the highest. Then one comparison without a branch is a question.
type keys [2 * MaxFacts]uint32

func (k *keys) set(row []int32) {
	for f, v := range row[:min(len(row), MaxFacts)] {
		low := uint32(v) + 1<<31
		k[2*f], k[2*f+1] = low, low-1
	}
}

// next is where a row goes from node i.
func (n *node) next(i int, row []int32) int {
	key := uint32(row[n.ask/2]) + 1<<31 - uint32(n.ask%2)
	return 2*i + above(key, n.limit)
}

// above is 1 if the key is above the limit, else 0.
func above(key, limit uint32) int { return int((uint64(limit) - uint64(key)) >> 63) }

// nodeOf is the node of a split; edge is the highest value that goes left.
func nodeOf(s split, edge int32) node {
	n := node{limit: uint32(edge) + 1<<31, ask: uint16(2 * s.fact)}
	if s.missRight {
		n.limit--
		n.ask++
	}
	return n
}

// through is the node of a tree that ended above.
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
	var k keys
	k.set(row)
	deep, wide, sum := m.params.Depth, 1<<m.params.Depth, m.start
	nodes, leaves := m.nodes, m.leaves
	for ; len(nodes) >= 4*wide && len(leaves) >= 4*wide; nodes, leaves = nodes[4*wide:], leaves[4*wide:] {
		// Four trees at a time: the processor need not wait for the answer of one to ask the next.
		a, b, c, d := 1, 1, 1, 1
		first, second := nodes[:wide], nodes[wide:2*wide]
		third, fourth := nodes[2*wide:3*wide], nodes[3*wide:4*wide]
		for range deep {
			na, nb, nc, nd := &first[a], &second[b], &third[c], &fourth[d]
			a = 2*a + above(k[na.ask%(2*MaxFacts)], na.limit)
			b = 2*b + above(k[nb.ask%(2*MaxFacts)], nb.limit)
			c = 2*c + above(k[nc.ask%(2*MaxFacts)], nc.limit)
			d = 2*d + above(k[nd.ask%(2*MaxFacts)], nd.limit)
		}
		sum += leaves[a-wide] + leaves[b] + leaves[c+wide] + leaves[d+2*wide]
	}
	for ; len(nodes) > 0; nodes, leaves = nodes[wide:], leaves[wide:] {
		at := 1
		for range deep {
			at = 2*at + above(k[nodes[at].ask%(2*MaxFacts)], nodes[at].limit)
		}
		sum += leaves[at-wide]
	}
	return sum
}

// Share writes into parts what each fact added to the margin of a row, and gives what was there before any:
// the sum of all is the margin. On its way through a tree a row gains, at each question, the difference of
// what the tree would have said before and after it.
func (m *Model) Share(row, parts []int32) int32 {
	clear(parts)
	wide, rest := 1<<m.params.Depth, m.start
	for nodes, values := m.nodes, m.values; len(nodes) > 0; nodes, values = nodes[wide:], values[2*wide-1:] {
		rest += values[0]
		for at := 1; at < wide; {
			to := nodes[at].next(at, row)
			parts[nodes[at].ask/2] += values[to-1] - values[at-1]
			at = to
		}
	}
	return rest
}
