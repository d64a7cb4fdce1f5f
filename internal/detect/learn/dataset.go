package learn

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"

	"github.com/tillproof/tillproof"
)

// What one training may take. The bounds keep every sum of gradients within 41 bits, so that no product
// overflows, and a file that claims more is not read.
const (
	MaxRows   = 1 << 22
	MaxFacts  = 256 // a split names its fact in one byte
	MaxTrees  = 1000
	MaxDepth  = 6    // more than six facts in a row is no reason that a person follows
	MaxBins   = 255  // a row's place in a fact is one byte; place 0 is Missing
	MaxWeight = 1024 // rows that one row stands for
	maxName   = 64   // bytes of the name of a fact
)

// Dataset is what a model learns from: rows of facts, and what became of each.
type Dataset struct {
	Names  []string // of the facts, in the order of the rows
	Rows   [][]int32
	Fraud  []bool
	Weight []int32 // how many rows each stands for; nil: itself
}

// Params say how to train. Shares are permille.
type Params struct {
	Trees    int
	Depth    int
	Bins     int // places that a fact is cut into; Missing has one more
	Shrink   int // of each tree's step, permille
	RowShare int // of the rows that each tree sees
	FactPart int // of the facts that each tree sees
	Ridge    int // thousandths of a certain row added to each leaf: it holds back leaves of few rows
	MinChild int // thousandths: what a leaf must weigh, each row by its chance of being wrong
	Seed     uint64
	Workers  int // processors to use; the model does not depend on it
}

// DefaultParams are plain values that are good on data of different makes; none is fitted to one of them.
func DefaultParams() Params {
	return Params{
		Trees: 150, Depth: 5, Bins: 254, Shrink: 80, RowShare: 700, FactPart: 700,
		Ridge: 1000, MinChild: 2000, Workers: 1,
	}
}

// weight is how many rows row i stands for.
func (d *Dataset) weight(i int) int64 {
	if d.Weight == nil {
		return 1
	}
	return int64(d.Weight[i])
}

// check refuses what cannot be trained.
func (d *Dataset) check() error {
	if len(d.Rows) > MaxRows {
		return refuse(codeRows, tillproof.KindTooLarge, "rows", strconv.Itoa(len(d.Rows)))
	}
	if n := len(d.Names); n == 0 || n > MaxFacts {
		return refuse(codeShape, tillproof.KindInvalid, "what", "names="+strconv.Itoa(n))
	}
	for _, name := range d.Names {
		if name == "" || len(name) > maxName {
			return refuse(codeShape, tillproof.KindInvalid, "what", "name="+strconv.Quote(name))
		}
	}
	if len(d.Fraud) != len(d.Rows) || d.Weight != nil && len(d.Weight) != len(d.Rows) {
		return refuse(codeShape, tillproof.KindInvalid, "what", "verdicts="+strconv.Itoa(len(d.Fraud)))
	}
	frauds := 0
	for i, row := range d.Rows {
		if len(row) != len(d.Names) {
			return refuse(codeShape, tillproof.KindInvalid, "what", "row="+strconv.Itoa(i))
		}
		if w := d.weight(i); w < 1 || w > MaxWeight {
			return refuse(codeShape, tillproof.KindInvalid, "what", "weight="+strconv.FormatInt(w, 10))
		}
		if d.Fraud[i] {
			frauds++
		}
	}
	if frauds == 0 || frauds == len(d.Rows) {
		return refuse(codeOneSided, tillproof.KindInvalid, "rows", strconv.Itoa(len(d.Rows)))
	}
	return nil
}

// check refuses parameters outside of what the arithmetic was made for.
func (p Params) check() error {
	for _, b := range []struct {
		name           string
		value, lo, top int
	}{
		{"trees", p.Trees, 1, MaxTrees},
		{"depth", p.Depth, 1, MaxDepth},
		{"bins", p.Bins, 2, MaxBins},
		{"shrink", p.Shrink, 1, 1000},
		{"rows", p.RowShare, 1, 1000},
		{"facts", p.FactPart, 1, 1000},
		{"ridge", p.Ridge, 1000, 1000_000}, // at least one row: it bounds the step of a leaf
		{"child", p.MinChild, 0, 1000_000},
	} {
		if b.value < b.lo || b.value > b.top {
			return refuse(codeShape, tillproof.KindInvalid, "what", b.name+"="+strconv.Itoa(b.value))
		}
	}
	return nil
}

// digest names the rows that a model was trained on: their facts, verdicts and weights, in their order.
func (d *Dataset) digest() [sha256.Size]byte {
	sum := sha256.New()
	var line []byte
	for _, name := range d.Names {
		line = append(append(line, name...), '\n')
	}
	for i, row := range d.Rows {
		for _, v := range row {
			line = binary.LittleEndian.AppendUint32(line, uint32(v))
		}
		line = binary.LittleEndian.AppendUint32(line, uint32(d.weight(i)))
		if d.Fraud[i] {
			line = append(line, 1)
		} else {
			line = append(line, 0)
		}
		sum.Write(line)
		line = line[:0]
	}
	return [sha256.Size]byte(sum.Sum(nil))
}
