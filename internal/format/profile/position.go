package profile

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// setPositions takes a layout whose files have no header line.
func (p *Profile) setPositions(y profileYAML) error {
	for _, name := range y.Positions {
		f := NoField
		if name != "" {
			known := false
			if f, known = parseField(name); !known {
				return unknownField("positions", name)
			}
			if !f.isRepeated() && slices.Contains(p.positions, f) {
				return wrong(CodeLayoutTwice, []string{"positions", name}, "key", name)
			}
		}
		p.positions = append(p.positions, f)
	}
	for _, text := range y.Patterns {
		var re *regexp.Regexp
		if text != "" {
			var err error
			if re, err = regexp.Compile("^(?:" + text + ")$"); err != nil {
				return wrong(CodeLayoutPattern, []string{"patterns", text}, "value", text)
			}
		}
		p.patterns = append(p.patterns, re)
	}
	return p.checkPositions()
}

func (p *Profile) checkPositions() error {
	switch {
	case len(p.patterns) > len(p.positions):
		return wrong(CodeLayoutPattern, []string{"patterns"}, "value", strconv.Itoa(len(p.patterns)))
	case len(p.positions) == 0:
		return nil
	case !slices.ContainsFunc(p.positions, Field.isDay):
		return wrong(CodeLayoutNoDay, []string{"positions"})
	case !slices.ContainsFunc(p.positions, Field.isAmount):
		return wrong(CodeLayoutNoMoney, []string{"positions"})
	}
	return nil
}

// isDay are the fields whose cells are dates.
func (f Field) isDay() bool {
	switch f {
	case Day, BookingDay, ValueDay, SettleDay:
		return true
	}
	return false
}

// headed reports a layout whose files have a header line; one may know both.
func (p *Profile) headed() bool { return len(p.positions) == 0 || len(p.require) > 0 }

// locatePlaced looks for layouts without a header line, where no header was found.
func (b *Book) locatePlaced(out *found, want Want) {
	for i := range b.layouts {
		p := &b.layouts[i]
		if len(p.positions) == 0 || want.Profile != "" && !p.answersTo(want.Profile) {
			continue
		}
		l := p.place()
		if !l.shownBy(out.rows, p.answersTo(want.Profile)) {
			continue
		}
		switch {
		case len(out.best) == 0 || l.better(out.best[0], want) > 0:
			out.best = []*Layout{l}
		case l.better(out.best[0], want) == 0:
			out.best = append(out.best, l)
		}
	}
	if len(out.best) > 0 {
		out.placed, out.line, out.preamble = true, 0, nil
	}
}

// One row in so many may be damaged where a table is known by the position of its columns; all others must
// be what the layout says.
const placedDamage = 4

// shownBy reports whether the rows are those of the layout: as many cells, dates, amounts and known words
// where they belong, texts with letters. Where the user names the layout one such row is enough.
func (l *Layout) shownBy(rows []Row, named bool) bool {
	if !slices.ContainsFunc(rows, func(r Row) bool { return len(r.Cells) == len(l.positions) }) {
		return false // nothing else need be asked of a text that was cut at the wrong mark
	}
	t := &table{lay: l, style: style{mark: l.mark, order: l.order}}
	if l.order == cell.OrderAuto {
		t.style.order = cell.OrderAny
	}
	good, bad, worded := 0, 0, 0
	for _, r := range rows {
		t.row = Row{Line: r.Line, Cells: slices.Clone(r.Cells), Numbers: r.Numbers}
		t.cleanRow()
		switch {
		case r.Fault == "" && t.isPlaced():
			good++
			if !l.has(Narrative) || hasLetter(t.cell(Narrative)) {
				worded++
			}
		case r.Fault == "" && t.isNoEntry():
		default:
			bad++
		}
	}
	return good > 0 && (named || bad*placedDamage <= good && worded*2 > good)
}

func hasLetter(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

// isPlaced reports whether the current row is one of the layout.
func (t *table) isPlaced() bool {
	if len(t.row.Cells) != len(t.lay.positions) {
		return false
	}
	for i, re := range t.lay.patterns {
		if re != nil && !re.MatchString(t.row.Cells[i]) {
			return false
		}
	}
	dated, moved := false, false
	for i, f := range t.lay.positions {
		cell := t.row.Cells[i]
		if cell == "" {
			continue
		}
		if !t.isCellOf(f, cell) {
			return false
		}
		dated = dated || f.isDay()
		moved = moved || f.isAmount()
	}
	return dated && moved
}

// isCellOf reports whether a cell may stand in the column of a field.
func (t *table) isCellOf(f Field, text string) bool {
	switch {
	case f.isDay():
		return t.isDayCell(text)
	case f == Clock:
		_, _, err := cell.ParseClock(cell.Fold(text))
		return err == nil
	case f.isAmount(), f == Balance:
		a, err := cell.ParseAmount(text, t.style.mark)
		return (err == nil || errors.Is(err, cell.ErrTwoWays)) && !isTooLong(a.Value)
	case f == CurrencyCode:
		_, ok := t.currencyWord(text)
		return ok
	case f == Flag:
		_, ok := t.lay.words.in[normal(text)]
		return ok || t.lay.words.neutral[normal(text)]
	case f == Type && t.lay.Side != tillproof.Bank:
		_, ok := t.lay.words.kinds[normal(text)]
		return ok
	}
	return true
}

// isDayCell reports a date in the order of the layout: without a header a date that begins with its year is
// none of a layout whose dates end with it.
func (t *table) isDayCell(text string) bool {
	d, err := cell.SplitDate(cell.Fold(text))
	switch {
	case err != nil || d.Parts == 2:
		return false
	case d.Parts == 1:
		return isDateText(text)
	case d.Digits[0] == 4:
		return t.style.order&cell.OrderYMD != 0 && isDateText(text)
	case d.Named:
		return isDateText(text)
	}
	return d.Fits()&t.style.order != 0
}

// place binds the layout to a table without a header line. The columns bear the names of their fields.
func (p *Profile) place() *Layout {
	l := &Layout{Profile: p, field: slices.Clone(p.positions), header: make([]string, len(p.positions))}
	for i, f := range p.positions {
		if f == NoField {
			continue
		}
		l.known++
		l.header[i] = f.String()
		l.at[f] = append(l.at[f], i)
	}
	return l
}
