package sales

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
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
	originalField
	bankField
	fieldCount
)

// of is the field's value for comparison, "" where it names nothing. Leading zeros do not count: spreadsheets
// drop them, and a number of zeros only is a filler. So is a word ("无", "N/A") in a place for a number, and a
// number that a spreadsheet has rounded ("6.25900E+11") is that of many rows.
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
	case originalField:
		s = r.Refs.Original
	case bankField:
		s = r.Refs.Bank
	}
	if f > terminalField && (!hasDigit(s) || strings.IndexByte(s, '+') > 0 && rounded(s)) {
		return ""
	}
	return strings.TrimLeft(s, "0")
}

// rounded reports a number in the notation of spreadsheets for long ones: a digit, decimals, E+, an exponent.
func rounded(s string) bool {
	head, exponent, found := strings.Cut(strings.ToUpper(s), "E+")
	return found && digits(exponent) && len(head) > 0 && digits(head[:1]) &&
		(len(head) == 1 || strings.ContainsAny(head[1:2], ".,") && digits(head[2:]))
}

func hasDigit(s string) bool {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			return true
		}
	}
	return false
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// key is a set of references that names one transaction on both sides.
type key struct {
	method tillproof.Method
	fields []field
	amount bool // the references alone are too weak: the amount belongs to the key
	// undo keys join what undoes a sale, a void or refund, by the number of that sale: files differ in
	// whether they list it under its own number or under that of the sale. Empty: the fields are those of
	// both sides, and of every class.
	undo []field // the fields of the report
}

// keys lists the references from the most exact to the weakest; a row is tried with those that it has.
var keys = [...]key{
	{"reference.terminal_rrn", []field{merchantField, terminalField, rrnField}, false, nil},
	{"reference.merchant_rrn", []field{merchantField, rrnField}, false, nil},
	{"reference.tid_rrn", []field{terminalField, rrnField}, false, nil},
	{"reference.rrn_auth", []field{rrnField, authField}, false, nil},
	{"reference.rrn_amount", []field{rrnField}, true, nil},
	{"reference.batch_trace", []field{terminalField, batchField, traceField}, false, nil},
	{"reference.terminal_auth", []field{terminalField, authField}, true, nil},
	{"reference.order_amount", []field{orderField}, true, nil},
	{"reference.original", []field{originalField}, true, []field{rrnField}},
	{"reference.original", []field{originalField}, true, []field{originalField}},
	{"reference.original", []field{rrnField}, true, []field{originalField}},
	{"reference.original", []field{orderField}, true, []field{originalField}}, // tills against wallets
	{"reference.original", []field{originalField}, true, []field{orderField}},
}

// names reports whether the key has one of the fields.
func (k key) names(any ...field) bool {
	return slices.ContainsFunc(k.fields, func(f field) bool { return slices.Contains(any, f) })
}

// on are the key's fields on a side.
func (k key) on(side tillproof.Side) []field {
	if side == tillproof.Acquirer && k.undo != nil {
		return k.undo
	}
	return k.fields
}

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

func (h hasher) class(l *book.Line) hasher {
	return h.number(int64(l.Class)<<24 | int64(l.Cur[0])<<16 | int64(l.Cur[1])<<8 | int64(l.Cur[2]))
}

// hash answers false where the row of the side lacks a part of the key.
func (e *engine) hash(k key, side tillproof.Side, rank int32) (uint64, bool) {
	v := &e.Views[side]
	l, r := &v.Lines[rank], v.Rec(rank)
	if k.undo != nil && l.Class == book.SaleClass {
		return 0, false
	}
	h := hashSeed.class(l)
	for _, f := range k.on(side) {
		s := e.value(f, r)
		if s == "" {
			return 0, false
		}
		h = h.text(s)
	}
	if k.amount {
		h = h.number(l.Amount)
	}
	return uint64(h), true
}

// same verifies what equal hashes promise.
func (k key) same(a, b *tillproof.Record) bool {
	for i, f := range k.fields {
		if f.of(a) != k.on(tillproof.Acquirer)[i].of(b) {
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
func (e *engine) keyedRows(v *book.View, k key) []keyed {
	out := e.scratchOf(v)
	for rank := range v.Lines {
		if !v.Free(int32(rank)) {
			continue
		}
		if h, ok := e.hash(k, v.Side, int32(rank)); ok {
			out = append(out, keyed{h, int32(rank)})
		}
	}
	sortKeyed(out)
	return out
}

// scratchOf is one list for each side that the steps fill anew in turn: a step is done with it when the next
// begins.
func (e *engine) scratchOf(v *book.View) []keyed {
	if e.scratch[v.Side] == nil {
		e.scratch[v.Side] = make([]keyed, 0, len(v.Lines))
	}
	return e.scratch[v.Side][:0]
}

func sortKeyed(rows []keyed) {
	slices.SortFunc(rows, func(a, b keyed) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.row, b.row))
	})
}

// sortByHashAndTime sorts rows for spread. Rank order is day, then time; the settlement day of a late line
// may lie after that of an earlier one.
func sortByHashAndTime(v *book.View, rows []keyed) {
	sortKeyed(rows)
	for rest := rows; len(rest) > 0; {
		n := runLength(rest)
		slices.SortFunc(rest[:n], func(a, b keyed) int {
			return cmp.Or(cmp.Compare(v.Lines[a.row].At, v.Lines[b.row].At), cmp.Compare(a.row, b.row))
		})
		rest = rest[n:]
	}
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

// WholeKey is the method of a pair that agrees in merchant, terminal and reference.
const WholeKey tillproof.Method = "reference.terminal_rrn"
