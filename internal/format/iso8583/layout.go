package iso8583

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/moov-io/iso8583/encoding"
	"github.com/moov-io/iso8583/prefix"
)

//go:embed data/*.yaml
var data embed.FS

// elements is the number of data elements of a message with two bitmaps; element 0 stands for the message
// type, element 1 for the bitmap.
const elements = 128

// layout is how one kind of host writes its messages. Hosts agree on the meaning of the elements and on
// little else: each needs its own layout, so layouts are data.
type layout struct {
	name     string
	version  byte // first digit of the message types
	packed   bool // the message type is packed digits
	hexMap   bool // the bitmap is hexadecimal text
	unionpay bool // elements 48, 60 and 61 are those of UnionPay terminals
	fields   [elements + 1]*element
}

// element is one data element of a layout.
type element struct {
	kind   byte // n digits, a text, b bytes, z track, x sign and digits
	max    int  // digits, characters or bytes
	fixed  bool
	length prefix.Prefixer
	digits encoding.Encoder
	width  func(n int) int // bytes that n units take
}

// layoutYAML is a file of data.
type layoutYAML struct {
	Name     string            `yaml:"name"`
	Title    map[string]string `yaml:"title"`
	Source   string            `yaml:"source"`
	Version  string            `yaml:"version"`
	MTI      string            `yaml:"mti"`
	Bitmap   string            `yaml:"bitmap"`
	Lengths  string            `yaml:"lengths"`
	Fixed    string            `yaml:"fixed"`
	Variable string            `yaml:"variable"`
	Binary   string            `yaml:"binary"`
	UnionPay bool              `yaml:"unionpay"`
	Fields   map[int]string    `yaml:"fields"`
}

// layouts are the embedded ones, in the order in which they are tried where more than one fits.
var layouts = sync.OnceValue(func() []*layout {
	var out []*layout
	for _, name := range [...]string{"cup", "iso87a", "iso87b", "iso87m"} {
		raw, err := data.ReadFile("data/" + name + ".yaml")
		if err == nil {
			var l *layout
			l, err = parseLayout(raw)
			out = append(out, l)
		}
		if err != nil {
			panic(fmt.Sprintf("embedded layout %s: %v", name, err)) // a broken build: the first test finds it
		}
	}
	return out
})

// parseLayout reads one layout and refuses words that it does not know.
func parseLayout(raw []byte) (*layout, error) {
	var y layoutYAML
	if err := yaml.UnmarshalWithOptions(raw, &y, yaml.Strict()); err != nil {
		return nil, err
	}
	l := &layout{
		name: y.Name, packed: y.MTI == "bcd", hexMap: y.Bitmap == "hex", unionpay: y.UnionPay,
	}
	if len(y.Version) != 1 || y.Source == "" || y.Title["zh"] == "" || y.Title["en"] == "" {
		return nil, fmt.Errorf("name, version, source or title is missing")
	}
	l.version = y.Version[0]
	for id, text := range y.Fields {
		e, err := newElement(text, &y)
		if err != nil || id < 2 || id > elements {
			return nil, fmt.Errorf("element %d: %q: %w", id, text, err)
		}
		l.fields[id] = e
	}
	return l, nil
}

// newElement reads "n 6" (six digits), "a..25" (two digits of length, at most 25) or "b...255" (three).
func newElement(text string, y *layoutYAML) (*element, error) {
	if len(text) < 3 || !strings.Contains("nabzx", text[:1]) {
		return nil, fmt.Errorf("no such kind")
	}
	e := &element{kind: text[0]}
	rest := strings.TrimLeft(text[1:], ". ")
	dots := strings.Count(text, ".")
	e.fixed = dots == 0
	n, err := strconv.Atoi(rest)
	if err != nil || n < 1 || dots == 1 || dots > 3 {
		return nil, fmt.Errorf("no such length")
	}
	e.max = n
	two, three := prefix.ASCII.LL, prefix.ASCII.LLL
	if y.Lengths == "bcd" {
		two, three = packedLength{prefix.BCD.LL, 2}, packedLength{prefix.BCD.LLL, 3}
	}
	switch dots {
	case 0:
		e.length = prefix.ASCII.Fixed
	case 2:
		e.length = two
	case 3:
		e.length = three
	}
	return e, e.encode(y)
}

// encode says how the units of the element are written.
func (e *element) encode(y *layoutYAML) error {
	how := y.Variable
	if e.fixed {
		how = y.Fixed
	}
	bytes := func(n int) int { return n }
	halves := func(n int) int { return (n + 1) / 2 }
	e.digits, e.width = encoding.Binary, bytes
	switch {
	case e.kind == 'b' && e.fixed && y.Binary == "hex":
		e.width = func(n int) int { return 2 * n }
	case e.kind == 'a', e.kind == 'b', how == "ascii":
		if e.kind == 'x' {
			e.width = func(n int) int { return n + 1 }
		}
	case e.kind == 'x' && (how == "bcd" || how == "lbcd"):
		e.width = func(n int) int { return 1 + halves(n) }
	case how == "bcd":
		e.digits, e.width = rightPacked, halves
	case how == "lbcd":
		e.digits, e.width = leftPacked, halves
	default:
		return fmt.Errorf("no such digits: %q", how)
	}
	return nil
}
