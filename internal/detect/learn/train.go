package learn

// Train makes a model of labelled rows: trees one after the other, each fitted to what those before it left
// wrong (Friedman 2001), by histograms and second-order steps (Chen and Guestrin 2016). All sums are of whole
// numbers, so neither their order nor the machine changes a byte.
func Train(d Dataset, p Params) (*Model, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	t := newTrainer(&d, p)
	for range p.Trees {
		t.next()
	}
	t.model.params.Workers = 0
	for f := range t.gains {
		t.model.gains = append(t.model.gains, mulDiv(int64(t.gains[f]), 1000, 2*t.scale))
	}
	return t.model, nil
}

// pullBits is how large one row's pull may be, so that those of MaxRows rows stay below 2^41 and their square
// over one certain row below 2^63.
const pullBits = 19

// trainer holds the margins while trees are added to its model.
type trainer struct {
	data    *Dataset
	grower  *grower
	model   *Model
	scale   int64 // a pull of one row of weight one that is wholly wrong
	margins []int32
	gains   []uint64
	trees   uint64
}

func newTrainer(d *Dataset, p Params) *trainer {
	heaviest, weight, bad := int64(1), int64(0), int64(0)
	t := &trainer{data: d, margins: make([]int32, len(d.Rows)), gains: make([]uint64, len(d.Names))}
	t.model = &Model{names: d.Names, params: p, digest: d.digest(), rows: len(d.Rows)}
	for i := range d.Rows {
		w := d.weight(i)
		weight += w
		heaviest = max(heaviest, w)
		if d.Fraud[i] {
			bad += w
			t.model.frauds++
		}
	}
	t.scale = (1<<pullBits - 1) / heaviest
	t.grower = newGrower(bin(d, p.Bins, crew(p.Workers)), p, rule{
		ridge: t.scale * int64(p.Ridge) / 1000, minChild: max(1, t.scale*int64(p.MinChild)/1000),
	})
	t.model.start = int32(marginOf(bad, weight))
	for i := range t.margins {
		t.margins[i] = t.model.start
	}
	return t
}

// next grows one tree, adds it to the model and moves the margins of all rows.
func (t *trainer) next() {
	t.pick()
	tree := t.grower.grow()
	t.keep(tree)
	t.move()
	t.trees++
}

// pick draws the rows and facts of a tree by their hashes, and says what each row pulls.
func (t *trainer) pick() {
	g, p := t.grower, t.model.params
	g.facts, g.rows, g.pulls = g.facts[:0], g.rows[:0], g.pulls[:0]
	for f := range t.data.Names {
		if drawn(p.Seed, t.trees, uint64(f)<<32|1<<63, p.FactPart) {
			g.facts = append(g.facts, f)
		}
	}
	if len(g.facts) == 0 {
		g.facts = append(g.facts, int(t.trees)%len(t.data.Names))
	}
	for i := range t.data.Rows {
		if drawn(p.Seed, t.trees, uint64(i), p.RowShare) {
			g.rows = append(g.rows, int32(i))
			g.pulls = append(g.pulls, t.pull(i))
		}
	}
	if len(g.spare) < len(g.rows) {
		g.spare, g.spares = make([]int32, len(t.data.Rows)), make([]pull, len(t.data.Rows))
	}
}

// pull is the slope and the curvature of the logistic loss at a row.
func (t *trainer) pull(i int) pull {
	chance := chanceOf(int64(t.margins[i]))
	wrong := chance
	if t.data.Fraud[i] {
		wrong -= certain
	}
	heavy := t.data.weight(i) * t.scale
	const half = certain / 2
	bend := chance * (certain - chance) >> 30
	return newPull((wrong*heavy+half)>>30, (bend*heavy+half)>>30)
}

// drawn is true for permille of all numbers, by a hash (the finish of SplitMix64).
func drawn(seed, tree, number uint64, permille int) bool {
	z := seed ^ tree*0x9e3779b97f4a7c15 ^ number*0xd1b54a32d192ed03
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return (z^z>>31)>>32*1000>>32 < uint64(permille)
}

// keep writes a tree into the model: where it ended early, its value goes down to the last level.
func (t *trainer) keep(tree []branch) {
	g, m := t.grower, t.model
	inner := 1<<g.deep - 1
	values := make([]int32, len(tree))
	values[0] = g.value(&tree[0])
	m.nodes = append(m.nodes, node{}) // the root stands at 1
	for i := range inner {
		b := &tree[i]
		if b.split.gain == 0 {
			m.nodes = append(m.nodes, through)
			values[2*i+1], values[2*i+2] = values[i], values[i]
			continue
		}
		s := b.split
		m.nodes = append(m.nodes, nodeOf(s, g.data.edges[s.fact][s.place-1]))
		values[2*i+1], values[2*i+2] = g.value(&tree[2*i+1]), g.value(&tree[2*i+2])
		t.gains[s.fact] += s.gain
	}
	m.values = append(m.values, values...)
	m.leaves = append(m.leaves, values[inner:]...)
}

// move adds the newest tree to the margin of each row.
func (t *trainer) move() {
	m := t.model
	wide := 1 << m.params.Depth
	nodes, leaves := m.nodes[len(m.nodes)-wide:], m.leaves[len(m.leaves)-wide:]
	t.grower.crew.each(blocks(len(t.margins)), func(k int) {
		for i := k * blockRows; i < min((k+1)*blockRows, len(t.margins)); i++ {
			row, at := t.data.Rows[i], 1
			for range m.params.Depth {
				at = nodes[at].next(at, row)
			}
			t.margins[i] += leaves[at-wide]
		}
	})
}

// blockRows is how many rows one goroutine takes at a time: enough that handing them out costs nothing.
const blockRows = 4096

func blocks(rows int) int { return (rows + blockRows - 1) / blockRows }
