package profile

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// Draft is a layout that is proposed for a table that no layout fits. A person looks at its columns, changes
// what is wrong, and keeps it as a file: YAML writes what Parse reads.
type Draft struct {
	Name     string
	Source   string // where the layout is known from
	Side     tillproof.Side
	CodePage string // of a file whose bytes do not show their charset
	Currency tillproof.Currency
	Header   int // the line of the header; 0: the file has none, its columns are known by their position
	Columns  []DraftColumn
	Shape    string // sign, sides, flag, type
	Decimal  string // point, comma; "": the rows do not show it
	Dates    string // ymd, dmy, mdy; "": the rows do not show it
	Unit     string // major, minor
	FeeOut   bool   // a fee that is charged is written positive
	Spend    bool   // what is spent is written positive
}

// DraftColumn is one column of a Draft.
type DraftColumn struct {
	Header  string         // as the file writes it; "" in a file without header
	Field   Field          // NoField: nothing tells what it means
	Samples []string       // some of its cells, masked and cut
	Why     tillproof.Note // why it is this field
}

// ParseField reads the name of a field, as Field.String writes it.
func ParseField(s string) (Field, bool) { return parseField(s) }

// Fields lists the fields that a column can have, in the order of their declaration.
func Fields() []Field {
	var out []Field
	for f := Field(1); f < numFields; f++ {
		out = append(out, f)
	}
	return out
}

// Complete reports a draft that says which columns are the day and the amount: what a layout needs.
func (d Draft) Complete() bool {
	day, amount := false, false
	for _, c := range d.Columns {
		named := d.Header == 0 || c.Header != ""
		day = day || named && c.Field.isDay()
		amount = amount || named && c.Field.isAmount()
	}
	return day && amount
}

// YAML is the draft as a layout file. Cells of the file are not in it: a layout can be shared.
func (d Draft) YAML() []byte {
	var b bytes.Buffer
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, value)
		}
	}
	line("name", quoted(d.Name))
	line("source", quoted(d.Source))
	line("side", d.Side.String())
	if d.CodePage != "" {
		line("code_page", quoted(d.CodePage))
	}
	line("currency", d.Currency.String())
	line("decimal", d.Decimal)
	line("dates", d.Dates)
	line("shape", d.Shape)
	line("unit", d.Unit)
	if d.FeeOut {
		line("fee_positive", "true")
	}
	if d.Spend {
		line("spend_positive", "true")
	}
	b.WriteString("short_rows: true\n")
	if d.Header == 0 {
		d.writePositions(&b)
	} else {
		d.writeColumns(&b)
	}
	return b.Bytes()
}

func (d Draft) writePositions(b *bytes.Buffer) {
	var names []string
	for _, c := range d.Columns {
		name := c.Field.String()
		if name == "" {
			name = `""`
		}
		names = append(names, name)
	}
	fmt.Fprintf(b, "positions: [%s]\n", strings.Join(names, ", "))
}

// writeColumns writes the columns in the order of the file. What such a file must have are its days and
// amounts: the others may be missing in another export.
func (d Draft) writeColumns(b *bytes.Buffer) {
	headers := map[Field][]string{}
	var order []Field
	var unused []string
	for _, c := range d.Columns {
		switch {
		case c.Header == "":
		case c.Field == NoField:
			unused = append(unused, quoted(c.Header))
		default:
			if headers[c.Field] == nil {
				order = append(order, c.Field)
			}
			headers[c.Field] = append(headers[c.Field], quoted(c.Header))
		}
	}
	var need []string
	for _, f := range order {
		if f.isDay() || f.isAmount() {
			need = append(need, f.String())
		}
	}
	fmt.Fprintf(b, "require: [%s]\ncolumns:\n", strings.Join(need, ", "))
	for _, f := range order {
		fmt.Fprintf(b, "  %s: [%s]\n", f, strings.Join(headers[f], ", "))
	}
	if len(unused) > 0 {
		fmt.Fprintf(b, "# Columns without a meaning: %s\n", strings.Join(unused, ", "))
	}
}

// quoted is a text as YAML writes it: between double quotes, for a header may hold any character.
func quoted(s string) string {
	if s == "" {
		return ""
	}
	return strconv.Quote(s)
}
