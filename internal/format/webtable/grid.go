package webtable

import "github.com/tillproof/tillproof/internal/format/profile"

// grid puts the cells of a row into their columns.
type grid struct {
	row   *profile.Row
	col   int // the next free one
	above []above
}

// above is a cell of an earlier row that reaches into this one.
type above struct {
	left   int // rows, this one included
	text   string
	number bool
}

func (g *grid) begin(line int) {
	g.row.Line, g.col = line, 0
	g.row.Cells, g.row.Numbers = g.row.Cells[:0], g.row.Numbers[:0]
}

// put writes a cell into the next free column.
func (g *grid) put(c *cell) error {
	g.pass()
	if g.col >= maxColumns {
		return tooLarge("tr")
	}
	text, number := c.value()
	g.write(text, number)
	for i := range min(c.across, maxColumns-g.col) {
		if c.down == 1 {
			break
		}
		for len(g.above) <= g.col+i {
			g.above = append(g.above, above{})
		}
		a := above{left: c.down}
		if i == 0 && names(text) {
			a.text, a.number = text, number
		}
		g.above[g.col+i] = a
	}
	g.col = min(g.col+c.across, maxColumns)
	return nil
}

// pass goes over the columns that earlier rows reach into, and repeats there what they name.
func (g *grid) pass() {
	for g.col < len(g.above) && g.above[g.col].left > 0 {
		a := g.above[g.col]
		g.write(a.text, a.number)
		g.col++
	}
}

func (g *grid) write(text string, number bool) {
	if text == "" {
		return
	}
	for len(g.row.Cells) <= g.col {
		g.row.Cells, g.row.Numbers = append(g.row.Cells, ""), append(g.row.Numbers, false)
	}
	g.row.Cells[g.col], g.row.Numbers[g.col] = text, number
}

// end closes the row.
func (g *grid) end() {
	for g.col < len(g.above) {
		if g.pass(); g.col < len(g.above) {
			g.col++
		}
	}
	for i := range g.above {
		g.above[i].left = max(0, g.above[i].left-1)
	}
}
