package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// markup writes HTML. What comes from outside goes through text or an attribute value and is escaped there;
// only literals of this package are written raw. The template packages of the standard library would add 14
// MB to the binary (docs/dependencies.md).
type markup struct{ w *bufio.Writer }

func newMarkup(w io.Writer) *markup { return &markup{bufio.NewWriterSize(w, 64<<10)} }

// escaper covers text and double-quoted attribute values (HTML Living Standard, 13.3).
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// raw writes literals.
func (m *markup) raw(parts ...string) {
	for _, s := range parts {
		_, _ = m.w.WriteString(s) // the writer keeps its first error for Flush
	}
}

// text writes a text, escaped.
func (m *markup) text(s string) { _, _ = escaper.WriteString(m.w, clean(s)) }

// open starts an element; attrs are names and values.
func (m *markup) open(tag string, attrs ...string) {
	m.raw("<", tag)
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] == "" {
			continue
		}
		m.raw(" ", attrs[i], `="`)
		m.text(attrs[i+1])
		m.raw(`"`)
	}
	m.raw(">")
}

// el writes an element that holds a text.
func (m *markup) el(tag, text string, attrs ...string) {
	m.open(tag, attrs...)
	m.text(text)
	m.raw("</", tag, ">")
}

// table writes a grid with its caption. It can be scrolled sideways, also with the keyboard.
func (m *markup) table(caption string, g grid, bad map[int]bool) {
	m.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", caption)
	m.raw("<table>")
	m.el("caption", caption)
	m.raw("<thead><tr>")
	for i, h := range g.head {
		m.el("th", h, "scope", "col", "class", leftClass(g, i))
	}
	m.raw("</tr></thead><tbody>\n")
	for n, row := range g.rows {
		class := ""
		if g.bold[n] {
			class = "strong"
		}
		if bad[n] {
			class = "bad"
		}
		m.open("tr", "class", class)
		for i, cell := range row {
			if i == 0 {
				m.el("th", cell, "scope", "row")
				continue
			}
			m.el("td", cell, "class", leftClass(g, i))
		}
		m.raw("</tr>\n")
	}
	m.raw("</tbody></table></div>\n")
}

func leftClass(g grid, column int) string {
	if g.left[column] {
		return "left"
	}
	return ""
}

// point is a place in a chart.
type point struct{ x, y float64 }

// num writes a coordinate with one decimal.
func num(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// bar writes a rectangle of a chart with what it shows, for a pointer that rests on it.
func (m *markup) bar(class, title string, box [4]float64) {
	m.open("rect", "class", class, "x", num(box[0]), "y", num(box[1]), "width", num(box[2]), "height",
		num(box[3]))
	m.el("title", title)
	m.raw("</rect>\n")
}

// label writes a text of a chart; anchor is start, middle or end.
func (m *markup) label(at point, anchor, class, text string) {
	m.el("text", text, "x", num(at.x), "y", num(at.y), "text-anchor", anchor, "class", class)
	m.raw("\n")
}

func (m *markup) line(from, to point) {
	m.open("line", "class", "axis", "x1", num(from.x), "y1", num(from.y), "x2", num(to.x), "y2", num(to.y))
	m.raw("</line>\n")
}
