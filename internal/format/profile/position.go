package profile

import (
	"fmt"
	"regexp"
	"slices"
)

// setPositions takes a layout whose files have no header line.
func (p *Profile) setPositions(y profileYAML) error {
	for _, name := range y.Positions {
		f := NoField
		if name != "" {
			known := false
			if f, known = parseField(name); !known {
				return fmt.Errorf("field %q is not known", name)
			}
		}
		p.positions = append(p.positions, f)
	}
	for _, text := range y.Patterns {
		var re *regexp.Regexp
		if text != "" {
			var err error
			if re, err = regexp.Compile("^(?:" + text + ")$"); err != nil {
				return fmt.Errorf("pattern %q: %w", text, err)
			}
		}
		p.patterns = append(p.patterns, re)
	}
	return p.checkPositions()
}

func (p *Profile) checkPositions() error {
	switch {
	case len(p.patterns) > len(p.positions):
		return fmt.Errorf("more patterns than positions")
	case len(p.positions) == 0:
		return nil
	case !slices.ContainsFunc(p.positions, Field.isDay):
		return fmt.Errorf("positions name no date")
	case !slices.ContainsFunc(p.positions, Field.isAmount):
		return fmt.Errorf("positions name no amount")
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
