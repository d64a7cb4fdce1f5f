package report

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"

	"github.com/tillproof/tillproof"
)

// jsonWriter writes JSON in the order in which it is told, so that the fields of the contract keep their
// order and the same Run gives the same bytes; nothing is gathered in memory. Elements of lists stand on
// lines of their own.
type jsonWriter struct {
	w    *bufio.Writer
	more []bool // for each open object or list: it has an element
}

func newJSONWriter(w io.Writer) *jsonWriter { return &jsonWriter{w: bufio.NewWriterSize(w, 64<<10)} }

func (j *jsonWriter) raw(s string) { _, _ = j.w.WriteString(s) } // the writer keeps its first error for Flush

// next sets the comma before an element.
func (j *jsonWriter) next() {
	if n := len(j.more); n > 0 {
		if j.more[n-1] {
			j.raw(",")
		}
		j.more[n-1] = true
	}
}

func (j *jsonWriter) open(mark string) {
	j.raw(mark)
	j.more = append(j.more, false)
}

func (j *jsonWriter) close(mark string) {
	j.raw(mark)
	j.more = j.more[:len(j.more)-1]
}

func (j *jsonWriter) name(name string) {
	j.next()
	j.quote(name)
	j.raw(":")
}

// object writes a named object, or one that is an element where the name is empty.
func (j *jsonWriter) object(name string, body func()) {
	if name != "" {
		j.name(name)
	} else {
		j.next()
	}
	j.open("{")
	body()
	j.close("}")
}

// list writes a named list of n elements, each on its own line.
func (j *jsonWriter) list(name string, n int, element func(i int)) {
	j.name(name)
	j.open("[")
	for i := range n {
		j.next()
		j.raw("\n")
		j.open("{")
		element(i)
		j.close("}")
	}
	if n > 0 {
		j.raw("\n")
	}
	j.close("]")
}

func (j *jsonWriter) quote(s string) {
	b, err := json.Marshal(s)
	if err != nil {
		panic("report: a string is always JSON: " + err.Error())
	}
	_, _ = j.w.Write(b)
}

func (j *jsonWriter) str(name, value string) {
	j.name(name)
	j.quote(value)
}

// some writes a text unless it is empty.
func (j *jsonWriter) some(name, value string) {
	if value != "" {
		j.str(name, value)
	}
}

func (j *jsonWriter) num(name string, n int) {
	j.name(name)
	j.raw(strconv.Itoa(n))
}

func (j *jsonWriter) flag(name string, on bool) {
	j.name(name)
	j.raw(strconv.FormatBool(on))
}

func (j *jsonWriter) null(name string) {
	j.name(name)
	j.raw("null")
}

// date writes a day, null where it is not known.
func (j *jsonWriter) date(name string, d tillproof.Date) {
	if !d.Known() {
		j.null(name)
		return
	}
	j.str(name, d.String())
}

// exact writes a decimal string, null for nil.
func (j *jsonWriter) exact(name string, x *tillproof.Exact) {
	if x == nil {
		j.null(name)
		return
	}
	j.str(name, x.String())
}

// params writes the parameters of a text, sorted by name as encoding/json sorts them.
func (j *jsonWriter) params(name string, p tillproof.Params) {
	if len(p) == 0 {
		return
	}
	b, err := json.Marshal(p)
	if err != nil {
		panic("report: parameters are always JSON: " + err.Error())
	}
	j.name(name)
	_, _ = j.w.Write(b)
}
