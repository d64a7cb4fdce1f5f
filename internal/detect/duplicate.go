package detect

import (
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// captureKey is what two captures of one sale have in common.
type captureKey struct {
	card     cardKey
	terminal tillproof.TerminalID
	amount   int64
}

// shared are the references of which one is enough to say that two captures are one sale, the most exact
// first.
var shared = [...]struct {
	code string
	of   func(*tillproof.Record) string
}{
	{"detect.duplicate_capture.rrn", func(r *tillproof.Record) string { return r.Refs.RRN }},
	{"detect.duplicate_capture.auth", func(r *tillproof.Record) string { return r.Refs.Auth }},
	{"detect.duplicate_capture.order", func(r *tillproof.Record) string { return r.Refs.Order }},
}

// duplicateCapture finds two sales of one terminal, card and amount under one reference. Genuine twins, two
// coffees a minute apart, have references of their own.
func duplicateCapture(v *view, r *Rule) []hit {
	chain := int(r.value("chain"))
	newest := map[captureKey]int32{} // → the latest sale of the key
	older := map[int32]int32{}       // sale → the one before it of the same key
	var groups [][]int32
	var codes []string
	member := map[int32]int{}
	for _, n := range v.sales {
		row := &v.rows[n]
		k := captureKey{keyOf(row), row.Refs.Terminal, row.Amount.Minor()}
		if !k.card.hasIdentity {
			continue
		}
		at, ok := newest[k]
		newest[k] = n
		if !ok {
			continue
		}
		older[n] = at
		for range chain {
			if code := sameCapture(row, &v.rows[at]); code != "" {
				i, in := member[at]
				if !in {
					i = len(groups)
					groups, codes = append(groups, []int32{at}), append(codes, code)
					member[at] = i
				}
				groups[i] = append(groups[i], n)
				member[n] = i
				break
			}
			if at, ok = older[at]; !ok {
				break
			}
		}
	}
	hits := make([]hit, len(groups))
	for i, rows := range groups {
		hits[i] = v.capturedTwice(codes[i], rows)
	}
	return hits
}

// sameCapture is the code of the reference that both rows share, "" if none.
func sameCapture(a, b *tillproof.Record) string {
	for _, s := range shared {
		if x := s.of(a); says(x) && x == s.of(b) {
			return s.code
		}
	}
	return ""
}

// says reports whether a reference is one: files fill the field with noughts where there is none.
func says(ref string) bool { return strings.Trim(ref, "0 -") != "" }

// capturedTwice counts the captures beyond the first: the first is the sale.
func (v *view) capturedTwice(code string, rows []int32) hit {
	h := v.hitOf(code, rows)
	h.parts[0] = 0
	first := &v.rows[rows[0]]
	p := describe(first)
	p["n"], p["extra"] = strconv.Itoa(len(rows)), strconv.Itoa(len(rows)-1)
	p["from"], p["to"] = h.reason.Params["from"], h.reason.Params["to"]
	for _, s := range shared {
		if s.code == code {
			p["ref"] = s.of(first)
		}
	}
	h.reason.Params = p
	return h
}
