package learn

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"github.com/tillproof/tillproof"
)

// The bytes of a model, little endian: the mark with its version; params, rows, frauds and the digest of the
// training rows; names and gains of the facts; the margin before any tree; of each tree its nodes and values;
// the knots of the curve; a digest of all that. Counts are unsigned varints, gains and margins signed ones.
const (
	mark      = "tillproof model "
	form      = "1\n"
	nodeBytes = 6
	// MaxModel bytes are enough for the largest model.
	MaxModel = 2 << 20
)

// Encode gives the bytes of a model. The same model always has the same bytes.
func (m *Model) Encode() []byte {
	out := []byte(mark + form)
	p := m.params
	for _, n := range []int{
		p.Trees, p.Depth, p.Bins, p.Shrink, p.RowShare, p.FactPart, p.Ridge, p.MinChild, m.rows, m.frauds,
	} {
		out = binary.AppendUvarint(out, uint64(n))
	}
	out = binary.LittleEndian.AppendUint64(out, p.Seed)
	out = append(out, m.digest[:]...)
	out = binary.AppendUvarint(out, uint64(len(m.names)))
	for f, name := range m.names {
		out = append(binary.AppendUvarint(out, uint64(len(name))), name...)
		out = binary.AppendVarint(out, m.gains[f])
	}
	out = binary.AppendVarint(out, int64(m.start))
	for i, n := range m.nodes {
		if i%(1<<p.Depth) > 0 {
			out = binary.LittleEndian.AppendUint32(out, n.limit)
			out = binary.LittleEndian.AppendUint16(out, n.ask)
		}
	}
	for _, v := range m.values {
		out = binary.LittleEndian.AppendUint32(out, uint32(v))
	}
	out = binary.AppendUvarint(out, uint64(len(m.curve)))
	for _, k := range m.curve {
		out = binary.AppendVarint(binary.AppendVarint(out, int64(k.margin)), k.ppb)
	}
	sum := sha256.Sum256(out)
	return append(out, sum[:]...)
}

// Decode reads a model from bytes that may be anyone's: it is as Encode wrote it, or refused.
func Decode(b []byte) (*Model, error) {
	const code = codeFile
	if len(b) > MaxModel || !bytes.HasPrefix(b, []byte(mark)) || len(b) < len(mark+form)+sha256.Size {
		return nil, refuse(code, tillproof.KindInvalid, "what", "mark")
	}
	if !bytes.HasPrefix(b, []byte(mark+form)) {
		return nil, refuse(codeVersion, tillproof.KindUnsupported, "what", "version")
	}
	body := b[:len(b)-sha256.Size]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], b[len(body):]) {
		return nil, refuse(code, tillproof.KindInvalid, "what", "digest")
	}
	r := &reader{rest: body[len(mark+form):]}
	m := r.model()
	if r.bad != "" {
		return nil, refuse(code, tillproof.KindInvalid, "what", r.bad)
	}
	if !bytes.Equal(m.Encode(), b) { // something behind the end, or a count in more bytes than it needs
		return nil, refuse(code, tillproof.KindInvalid, "what", "form")
	}
	return m, nil
}

// reader takes a model from bytes; after the first thing that is wrong it gives zeros.
type reader struct {
	rest []byte
	bad  string
}

func (r *reader) model() *Model {
	m := &Model{}
	p := &m.params
	for _, n := range []*int{
		&p.Trees, &p.Depth, &p.Bins, &p.Shrink, &p.RowShare, &p.FactPart, &p.Ridge, &p.MinChild,
		&m.rows, &m.frauds,
	} {
		*n = r.count(MaxRows)
	}
	p.Seed = binary.LittleEndian.Uint64(r.take(8))
	copy(m.digest[:], r.take(sha256.Size))
	if p.check() != nil || m.frauds > m.rows {
		r.fail("params")
	}
	for range r.count(MaxFacts) {
		m.names = append(m.names, string(r.take(r.count(maxName))))
		m.gains = append(m.gains, r.signed(1<<62))
	}
	m.start = int32(r.signed(oddsEnd * Unit))
	r.trees(m)
	for range r.count(maxKnots + 2) {
		m.curve = append(m.curve, knot{int32(r.signed(1<<31 - 1)), r.signed(billion)})
	}
	for i, k := range m.curve {
		if k.ppb < 0 || i > 0 && (k.margin <= m.curve[i-1].margin || k.ppb < m.curve[i-1].ppb) {
			r.fail("curve")
		}
	}
	return m
}

// trees takes nodes that ask only facts that there are, and values that no sum of all trees overflows.
func (r *reader) trees(m *Model) {
	if r.bad != "" {
		return
	}
	inner, top := 1<<m.params.Depth-1, int32(maxMargin/m.params.Trees)
	nodes := r.take(m.params.Trees * inner * nodeBytes)
	for ; len(nodes) > 0; nodes = nodes[nodeBytes:] {
		if len(m.nodes)%(inner+1) == 0 {
			m.nodes = append(m.nodes, node{})
		}
		n := node{binary.LittleEndian.Uint32(nodes), binary.LittleEndian.Uint16(nodes[4:])}
		if int(n.ask/2) >= len(m.names) {
			r.fail("node")
		}
		m.nodes = append(m.nodes, n)
	}
	values := r.take(m.params.Trees * (2*inner + 1) * 4)
	for i := 0; i*4 < len(values); i++ {
		v := int32(binary.LittleEndian.Uint32(values[i*4:]))
		if v > top || v < -top {
			r.fail("value")
		}
		m.values = append(m.values, v)
		if i%(2*inner+1) >= inner {
			m.leaves = append(m.leaves, v)
		}
	}
}

func (r *reader) fail(what string) {
	if r.bad == "" {
		r.bad = what
	}
	r.rest = nil
}

// take gives n bytes. After a failure they are zeros, of which there are never more than a model has.
func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.fail("length")
		return make([]byte, min(n, MaxModel))
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// count takes an unsigned number of at most top.
func (r *reader) count(top int) int {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > uint64(top) {
		r.fail("count")
		return 0
	}
	r.rest = r.rest[n:]
	return int(v)
}

// signed takes a number of at most top either way.
func (r *reader) signed(top int64) int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 || v > top || v < -top {
		r.fail("number")
		return 0
	}
	r.rest = r.rest[n:]
	return v
}
