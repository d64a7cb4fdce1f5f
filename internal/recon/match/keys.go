package match

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// field is one part of a key.
type field uint8

const (
	merchantField field = iota
	terminalField
	batchField
	traceField
	rrnField
	authField
	orderField
)

// of is the field's value for comparison. Leading zeros do not count: spreadsheets drop them, and a number
// of zeros only is a filler.
func (f field) of(r *tillproof.Record) string {
	var s string
	switch f {
	case merchantField:
		s = string(r.Refs.Merchant)
	case terminalField:
		s = string(r.Refs.Terminal)
	case batchField:
		s = r.Refs.Batch
	case traceField:
		s = r.Refs.STAN
	case rrnField:
		s = r.Refs.RRN
	case authField:
		s = r.Refs.Auth
	case orderField:
		s = r.Refs.Order
	}
	return strings.TrimLeft(s, "0")
}

// key is a set of references that names one transaction on both sides.
type key struct {
	method tillproof.Method
	fields []field
	amount bool // the references alone are too weak: the amount belongs to the key
}

// keys lists the references from the most exact to the weakest; a row is tried with those that it has.
var keys = [...]key{
	{"reference.terminal_rrn", []field{merchantField, terminalField, rrnField}, false},
	{"reference.merchant_rrn", []field{merchantField, rrnField}, false},
	{"reference.tid_rrn", []field{terminalField, rrnField}, false},
	{"reference.rrn_auth", []field{rrnField, authField}, false},
	{"reference.rrn_amount", []field{rrnField}, true},
	{"reference.batch_trace", []field{terminalField, batchField, traceField}, false},
	{"reference.terminal_auth", []field{terminalField, authField}, true},
	{"reference.order_amount", []field{orderField}, true},
}

func (k key) hasRRN() bool { return slices.Contains(k.fields, rrnField) }

// hasher is FNV-1a with 64 bits; equal hashes are verified on the records, so its quality is speed only.
type hasher uint64

const (
	hashSeed  hasher = 14695981039346656037
	hashPrime hasher = 1099511628211
)

func (h hasher) text(s string) hasher {
	for i := 0; i < len(s); i++ {
		h = (h ^ hasher(s[i])) * hashPrime
	}
	return (h ^ 0xff) * hashPrime
}

func (h hasher) number(n int64) hasher {
	u := hasher(n)
	h = (h ^ u) * hashPrime
	return (h ^ u>>32) * hashPrime
}

func (h hasher) class(l *line) hasher {
	return h.number(int64(l.class)<<24 | int64(l.cur[0])<<16 | int64(l.cur[1])<<8 | int64(l.cur[2]))
}

// hash answers false where the row lacks a part of the key.
func (k key) hash(l *line, r *tillproof.Record) (uint64, bool) {
	h := hashSeed.class(l)
	for _, f := range k.fields {
		s := f.of(r)
		if s == "" {
			return 0, false
		}
		h = h.text(s)
	}
	if k.amount {
		h = h.number(l.amount)
	}
	return uint64(h), true
}

// same verifies what equal hashes promise.
func (k key) same(a, b *tillproof.Record) bool {
	for _, f := range k.fields {
		if f.of(a) != f.of(b) {
			return false
		}
	}
	return true
}

// keyed is a row under the hash of its key.
type keyed struct {
	hash uint64
	row  int32
}

// keyedRows lists the free rows that have the key, by hash and rank.
func (e *engine) keyedRows(v *view, k key) []keyed {
	out := e.scratchOf(v)
	for rank := range v.lines {
		if !v.free(int32(rank)) {
			continue
		}
		if h, ok := k.hash(&v.lines[rank], v.rec(int32(rank))); ok {
			out = append(out, keyed{h, int32(rank)})
		}
	}
	sortKeyed(out)
	return out
}

// scratchOf is one list for each side that the steps fill anew in turn: a step is done with it when the next
// begins.
func (e *engine) scratchOf(v *view) []keyed {
	if e.scratch[v.side] == nil {
		e.scratch[v.side] = make([]keyed, 0, len(v.lines))
	}
	return e.scratch[v.side][:0]
}

func sortKeyed(rows []keyed) {
	slices.SortFunc(rows, func(a, b keyed) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.row, b.row))
	})
}

// merge calls visit for each hash that both lists have.
func merge(l, r []keyed, visit func(l, r []keyed)) {
	for len(l) > 0 && len(r) > 0 {
		switch {
		case l[0].hash < r[0].hash:
			l = l[1:]
		case l[0].hash > r[0].hash:
			r = r[1:]
		default:
			i, j := runLength(l), runLength(r)
			visit(l[:i], r[:j])
			l, r = l[i:], r[j:]
		}
	}
}

func runLength(rows []keyed) int {
	n := 1
	for n < len(rows) && rows[n].hash == rows[0].hash {
		n++
	}
	return n
}
