package profile

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// Bounds of what a draft is made from.
const (
	guessRows    = 200 // rows that are looked at
	guessColumns = 200 // columns; the widest real export has 81
	guessSamples = 3   // cells that are shown of a column
)

// The reasons of a draft's columns.
const (
	WhyHeader  = "format.profile.why.header"
	WhyDates   = "format.profile.why.dates"
	WhyTimes   = "format.profile.why.times"
	WhyAmounts = "format.profile.why.amounts"
	WhySides   = "format.profile.why.sides"
	WhyBalance = "format.profile.why.balance"
	WhyWords   = "format.profile.why.words"
	WhyCards   = "format.profile.why.cards"
	WhyText    = "format.profile.why.text"
	WhyUnknown = "format.profile.why.unknown"
)

// CodeGuess says that a file shows no table to make a draft from.
const CodeGuess = "format.profile.no_table"

// Guess proposes a layout for a table from its first rows. want.Side is whose view the file is; NoSide: the
// columns tell. Errors: format.profile.no_table where no rows with a date and an amount follow each other,
// and those of format.Forbidden: a file with track, CVV or PIN data is not shown.
func Guess(rows Rows, want Want) (Draft, error) {
	g := &guesser{book: Builtin(), side: want.Side}
	if err := g.gather(rows); err != nil {
		return Draft{}, err
	}
	if err := g.findTable(); err != nil {
		return Draft{}, err
	}
	g.columns()
	g.style()
	return g.draft, nil
}

// guesser is a draft while it is made.
type guesser struct {
	book  *Book
	side  tillproof.Side
	rows  []Row
	head  []string
	facts []columnFacts
	draft Draft
	taken [numFields]bool
}

// gather keeps the first rows, clean.
func (g *guesser) gather(rows Rows) error {
	var row Row
	for len(g.rows) < guessRows {
		err := rows.Next(&row)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		keep := Row{Line: row.Line}
		for _, c := range row.Cells[:min(len(row.Cells), guessColumns)] {
			c = clean(c)
			if err := format.Forbidden(c); err != nil {
				return format.Placed(err, tillproof.Place{Line: row.Line, Column: len(keep.Cells) + 1})
			}
			keep.Cells = append(keep.Cells, c)
		}
		if !isBlank(keep.Cells) {
			g.rows = append(g.rows, keep)
		}
	}
	return nil
}

// findTable finds the rows that hold a date and an amount, and the header above them: the row of names
// nearest to the first of them.
func (g *guesser) findTable() error {
	first, width := -1, 0
	for i, r := range g.rows {
		if isDataRow(r.Cells) {
			first, width = i, len(r.Cells)
			break
		}
	}
	if first < 0 {
		return failure(tillproof.KindInvalid, CodeGuess, tillproof.Params{"rows": strconv.Itoa(len(g.rows))})
	}
	for i := first - 1; i >= 0 && i >= first-guessAbove; i-- {
		if isNameRow(g.rows[i].Cells, width) {
			g.head, g.draft.Header = g.rows[i].Cells, g.rows[i].Line
			width = max(len(g.head), 1)
			break
		}
	}
	g.rows = g.rows[first:]
	g.facts = make([]columnFacts, width)
	words := g.vocabulary()
	for _, r := range g.rows {
		for c := 0; c < min(width, len(r.Cells)); c++ {
			g.facts[c].add(r.Cells[c], words)
		}
	}
	return nil
}

// guessAbove is how many rows may stand between the header and the first row of data: a second line of
// headers, an opening balance.
const guessAbove = 4

// isDataRow reports a row with a date and an amount in two columns.
func isDataRow(cells []string) bool {
	days, amounts := 0, 0
	for _, c := range cells {
		switch {
		case c == "":
		case isDateText(c):
			days++
		case isAmountText(c):
			amounts++
		}
	}
	return days > 0 && amounts > 0
}

// isNameRow reports a row that names most of the columns: at least two, and nothing that is a date or an
// amount.
func isNameRow(cells []string, width int) bool {
	names := 0
	for _, c := range cells {
		switch {
		case c == "":
		case isDateText(c), isAmountText(c):
			return false
		case strings.ContainsFunc(c, unicode.IsLetter):
			names++
		}
	}
	return names >= 2 && names*2 >= width
}

// vocabulary is the shared words.
func (g *guesser) vocabulary() *vocabulary {
	for i := range g.book.layouts {
		if g.book.layouts[i].Generic {
			return &g.book.layouts[i].words
		}
	}
	return &g.book.layouts[0].words
}

// columns proposes a field for each column: first by the names that other layouts use, then by what stands
// in the cells.
func (g *guesser) columns() {
	for i := range g.facts {
		col := DraftColumn{Samples: g.facts[i].samples, Why: tillproof.Note{Code: WhyUnknown}}
		if i < len(g.head) {
			col.Header = g.head[i]
		}
		if code := format.ForbiddenColumn(col.Header); code != "" {
			col.Field, col.Samples = Ignored, nil
		}
		g.draft.Columns = append(g.draft.Columns, col)
	}
	g.guessSide()
	for i := range g.draft.Columns {
		g.byHeader(i)
	}
	g.byDates()
	g.byWords()
	g.byAmounts()
	g.byText()
}

// byHeader asks what most layouts of the side call a column of this name.
func (g *guesser) byHeader(i int) {
	f, ok := g.named(g.draft.Columns[i].Header)
	if ok && g.facts[i].allows(f) {
		g.set(i, f, WhyHeader, tillproof.Params{"header": shown(g.draft.Columns[i].Header)})
	}
}

// named is the field that a header has in the built-in layouts: in most of those of the side, else of all.
func (g *guesser) named(header string) (Field, bool) {
	if header == "" {
		return NoField, false
	}
	h := newHeaderCell(header)
	var votes [numFields]int
	for i := range g.book.layouts {
		p := &g.book.layouts[i]
		for f := Field(1); f < numFields; f++ {
			for _, name := range p.columns[f] {
				if name != h.name && name != h.bare || slices.Contains(p.reject, f) {
					continue
				}
				votes[f]++
				if p.Side == g.draft.Side {
					votes[f] += len(g.book.layouts)
				}
			}
		}
	}
	best := NoField
	for f := Field(1); f < numFields; f++ {
		if f != Ignored && votes[f] > votes[best] {
			best = f
		}
	}
	return best, best != NoField
}

// guessSide is the side whose layouts know most of the headers, where the user did not say it.
func (g *guesser) guessSide() {
	g.draft.Side = g.side
	if g.side != tillproof.NoSide {
		return
	}
	best := 0
	g.draft.Side = tillproof.Bank
	for _, side := range tillproof.Sides {
		for i := range g.book.layouts {
			p := &g.book.layouts[i]
			if p.Side != side || len(g.head) == 0 {
				continue
			}
			l := p.bind(g.head, headersOf(g.head))
			if _, rejected := l.missing(); !rejected && l.known > best {
				best, g.draft.Side = l.known, side
			}
		}
	}
}

// set gives a column its field, once for each field but those that may stand several times.
func (g *guesser) set(i int, f Field, why string, params tillproof.Params) bool {
	col := &g.draft.Columns[i]
	if col.Field != NoField || g.taken[f] && !f.isRepeated() {
		return false
	}
	col.Field, col.Why = f, tillproof.Note{Code: why, Params: params}
	g.taken[f] = true
	return true
}

// isRepeated are the fields that several columns may have.
func (f Field) isRepeated() bool { return f == Narrative || f == Ignored || f == Ordinal }

// share is a count of cells as the parameters of a reason.
func share(n, of int) tillproof.Params {
	return tillproof.Params{"n": strconv.Itoa(n), "of": strconv.Itoa(of)}
}
