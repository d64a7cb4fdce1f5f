package profile

import (
	"strings"

	"github.com/tillproof/tillproof/internal/format/cell"
)

// pairs cuts a cell that holds several labels with values in brackets:
// 起始日期：[2026年09月16日 00:00:00]   终止日期：[2026年09月17日 00:00:00].
func pairs(cell string) []string {
	if strings.Count(cell, "[") < 2 {
		return []string{cell}
	}
	var out []string
	for cell != "" {
		one, rest, found := strings.Cut(cell, "]")
		if found {
			one += "]"
		}
		out = append(out, strings.TrimSpace(one))
		cell = strings.TrimSpace(rest)
	}
	return out
}

// unbracket takes the brackets off a value.
func unbracket(value string) string {
	if strings.HasPrefix(value, "[") && strings.HasSuffix(value, "]") {
		return strings.TrimSpace(value[1 : len(value)-1])
	}
	return value
}

// valueBeside is the value of a label that has none in its own cell: the next filled cell of its row, else
// the one below. A cell that is a label itself is no value.
func (t *table) valueBeside(lines [][]string, row, column int) string {
	for _, c := range lines[row][column+1:] {
		if c = clean(c); c == "" {
			continue
		}
		if label, _ := splitLabel(c); t.isLabel(label) {
			break
		}
		return c
	}
	if row+1 >= len(lines) || column >= len(lines[row+1]) {
		return ""
	}
	c := clean(lines[row+1][column])
	if label, _ := splitLabel(c); t.isLabel(label) {
		return ""
	}
	return c
}

func (t *table) isLabel(s string) bool {
	_, known := t.label(s)
	return known
}

// midnight ends a period with the day before, where it names the first second that is no part of it.
const midnight = "00:00:00"

// presetEnd takes one end of the period that a file states.
func (t *table) presetEnd(f Field, value string) {
	day := t.plainDay(cell.Fold(value))
	switch {
	case !day.Known():
	case f == PeriodFrom:
		t.preset.from = day
	case strings.HasSuffix(value, midnight) && t.preset.from.Known() && day > t.preset.from:
		t.preset.to = day - 1
	default:
		t.preset.to = day
	}
}

// plainPeriod reads 20251201-20251231.
func plainPeriod(value string) (from, to string, ok bool) {
	from, to, ok = strings.Cut(value, "-")
	return from, to, ok && len(from) == 8 && len(to) == 8 && strings.Trim(from+to, "0123456789") == ""
}
