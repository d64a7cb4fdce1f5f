package report

import (
	"io"
	"iter"

	"github.com/tillproof/tillproof"
)

// The schemas of the two JSON documents. Their contract is docs/json.md; it only grows.
const (
	schemaRead  = "tillproof.read/1"
	schemaCheck = "tillproof.check/1"
)

// ReadJSON writes one read file as tillproof.read/1. With opt.Summary the records are left out. The records
// are written as they come; none is kept.
func ReadJSON(w io.Writer, src *tillproof.Source, records iter.Seq[tillproof.Record], opt Options) error {
	v := newView(&tillproof.Run{Sources: []tillproof.Source{*src}}, opt)
	j := newJSONWriter(w)
	j.open("{")
	j.str("schema", schemaRead)
	j.object("source", func() { v.sourceFields(j, src) })
	v.sourceLists(j, src)
	j.list("decisions", len(src.Decisions), func(i int) {
		n := src.Decisions[i]
		j.str("code", n.Code)
		j.str("message", v.note(n))
		j.params("params", n.Params)
	})
	if !opt.Summary {
		j.name("records")
		j.open("[")
		for r := range records {
			j.next()
			j.raw("\n")
			j.open("{")
			recordFields(j, &r)
			j.close("}")
		}
		j.close("\n]")
	}
	j.close("}")
	j.raw("\n")
	return j.w.Flush()
}
