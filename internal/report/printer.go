package report

import (
	"bufio"
	"io"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"

	"github.com/tillproof/tillproof"
)

// printer writes lines for a terminal. Without colour it writes no escape sequence and no line drawing.
type printer struct {
	w     *bufio.Writer
	width int
	color bool
}

func newPrinter(w io.Writer, opt Options) *printer {
	return &printer{w: bufio.NewWriter(w), width: opt.Width, color: opt.Color}
}

// The styles. They use the terminal's own sixteen colours, which its owner has chosen to be readable; nothing
// is said by colour alone.
var (
	plainStyle = lipgloss.NewStyle()
	boldStyle  = plainStyle.Bold(true)
	faintStyle = plainStyle.Faint(true)
	titleStyle = boldStyle.Foreground(lipgloss.Color("6"))
	goodStyle  = plainStyle.Foreground(lipgloss.Color("2"))
	badStyle   = boldStyle.Foreground(lipgloss.Color("1"))
	warnStyle  = boldStyle.Foreground(lipgloss.Color("3"))
)

func severityStyle(s tillproof.Severity) lipgloss.Style {
	switch s {
	case tillproof.High:
		return badStyle
	case tillproof.Medium:
		return warnStyle
	case tillproof.Low:
		return boldStyle
	}
	return faintStyle
}

func (p *printer) paint(s string, style lipgloss.Style) string {
	if !p.color || s == "" {
		return s
	}
	return style.Render(s)
}

func (p *printer) line(s string) {
	_, _ = p.w.WriteString(strings.TrimRight(s, " ")) // the writer keeps its first error for Flush
	_ = p.w.WriteByte('\n')
}

func (p *printer) gap() { p.line("") }

// para writes a text wrapped behind a lead of fixed width ("1. "), its further lines set in as far as the
// lead.
func (p *printer) para(indent int, lead, text string, style lipgloss.Style) {
	in := indent + columns(lead)
	for i, l := range wrap(text, max(p.width-in, minWidth/4)) {
		if i == 0 {
			p.line(strings.Repeat(" ", indent) + p.paint(lead, style) + p.paint(l, style))
			continue
		}
		p.line(strings.Repeat(" ", in) + p.paint(l, style))
	}
}

// head writes a bold line behind a lead in its own style.
func (p *printer) head(lead string, style lipgloss.Style, text string) {
	in := columns(lead)
	for i, l := range wrap(text, max(p.width-in, minWidth/4)) {
		if i == 0 {
			p.line(p.paint(lead, style) + p.paint(l, boldStyle))
			continue
		}
		p.line(strings.Repeat(" ", in) + p.paint(l, boldStyle))
	}
}

// pieces writes phrases side by side and starts a new line between two, never within one that fits.
func (p *printer) pieces(indent int, lead string, all []string, style lipgloss.Style) {
	room := p.width - indent - columns(lead)
	line := ""
	for i, s := range all {
		switch {
		case i == 0:
			line = s
		case columns(line)+gridGap+columns(s) <= room:
			line += strings.Repeat(" ", gridGap) + s
		default:
			p.para(indent, lead, line, style)
			line, lead = s, pad("", columns(lead))
		}
	}
	p.para(indent, lead, line, style)
}

// title starts a section.
func (p *printer) title(s string) {
	rule := "-"
	if p.color {
		rule = "─"
	}
	p.gap()
	p.line(p.paint(s, titleStyle) + " " + p.paint(strings.Repeat(rule, max(0, p.width-columns(s)-1)),
		faintStyle))
}

// grid is a table: the first column is left-aligned, the others right-aligned unless left says otherwise.
type grid struct {
	head []string
	rows [][]string
	left map[int]bool // further left-aligned columns
	bold map[int]bool // rows
}

const gridGap = 2

// grid writes a table; where it is wider than the terminal, each row becomes lines of "head: cell".
func (p *printer) grid(indent int, g grid) {
	if g.width()+indent > p.width {
		p.stack(indent, g)
		return
	}
	border := lipgloss.ASCIIBorder()
	if p.color {
		border = lipgloss.NormalBorder()
	}
	t := table.New().Border(border).BorderStyle(p.style(faintStyle)).
		BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).BorderColumn(false).
		Headers(g.head...).Rows(g.rows...).
		StyleFunc(func(row, col int) lipgloss.Style {
			style := plainStyle
			if row == table.HeaderRow {
				style = p.style(faintStyle)
			} else if g.bold[row] {
				style = p.style(boldStyle)
			}
			if col > 0 {
				style = style.PaddingLeft(gridGap)
			}
			if col > 0 && !g.left[col] {
				style = style.AlignHorizontal(lipgloss.Right)
			}
			return style
		})
	for l := range strings.Lines(t.String()) {
		p.line(strings.Repeat(" ", indent) + strings.TrimRight(l, " \n"))
	}
}

func (p *printer) style(s lipgloss.Style) lipgloss.Style {
	if !p.color {
		return plainStyle
	}
	return s
}

func (p *printer) stack(indent int, g grid) {
	if g.head[0] != "" { // a currency, where the cells are amounts
		p.para(indent, "", g.head[0], faintStyle)
	}
	for _, row := range g.rows {
		p.para(indent, "", row[0], boldStyle)
		for i, cell := range row[1:] {
			if cell != "" {
				p.para(indent+2, g.head[i+1]+": ", cell, plainStyle)
			}
		}
	}
}

// leastColumn is how far a column is cut: enough to tell words apart.
const leastColumn = 9

// narrow cuts the cells of a column as far as the table then fits, or as far as leastColumn.
func (g grid) narrow(column, width int) {
	over := g.width() - width
	if over <= 0 {
		return
	}
	widest := columns(g.head[column])
	for _, row := range g.rows {
		widest = max(widest, columns(row[column]))
	}
	to := max(widest-over, leastColumn)
	g.head[column] = cutTo(g.head[column], to)
	for _, row := range g.rows {
		row[column] = cutTo(row[column], to)
	}
}

// width is what the table takes with every cell on one line.
func (g grid) width() int {
	total := 0
	for i := range g.head {
		w := columns(g.head[i])
		for _, row := range g.rows {
			w = max(w, columns(row[i]))
		}
		total += w
		if i > 0 {
			total += gridGap
		}
	}
	return total
}
