package bench

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Ref is a place in one of the files: a line of a text.
type Ref struct {
	File string
	Line int
}

// String is "terminal.csv:12".
func (r Ref) String() string { return r.File + ":" + strconv.Itoa(r.Line) }

// Refs are places.
type Refs []Ref

// Names are the places as text, those of neighbouring lines joined: a deposit of a thousand rows is one text.
func (r Refs) Names() []string {
	sorted := slices.Clone(r)
	slices.SortFunc(sorted, compareRefs)
	sorted = slices.Compact(sorted)
	out := []string{}
	for i := 0; i < len(sorted); {
		j := i + 1
		for j < len(sorted) && sorted[j].File == sorted[i].File && sorted[j].Line == sorted[j-1].Line+1 {
			j++
		}
		text := sorted[i].String()
		if j > i+1 {
			text += "-" + strconv.Itoa(sorted[j-1].Line)
		}
		out = append(out, text)
		i = j
	}
	return out
}

func compareRefs(a, b Ref) int {
	if c := strings.Compare(a.File, b.File); c != 0 {
		return c
	}
	return a.Line - b.Line
}

// maxLine is far beyond any file of the benchmark. It keeps a hostile range from filling the memory.
const maxLine = 10_000_000

// errTooMany keeps ranges that are named again and again from filling the memory.
var errTooMany = errors.New("more records than all files have lines")

var errRef = errors.New(`a record is "FILE:LINE", "FILE:FROM-TO" or "FILE#ID"`)

// places reads what Names writes, and "FILE#ID" through the ids of the key. A name without a place among the
// lines of the key is counted, not refused: a tool may well invent one.
func (k *Key) places(names []string) (found Refs, unknown int, err error) {
	most := 0
	for _, n := range k.Lines {
		most += n
	}
	for _, name := range names {
		if len(found) > most {
			return nil, 0, errTooMany
		}
		if file, id, ok := strings.Cut(name, "#"); ok {
			line, known := k.IDs[file][id]
			if !known {
				unknown++
				continue
			}
			found = append(found, Ref{file, line})
			continue
		}
		file, from, to, err := parseRange(name)
		if err != nil {
			return nil, 0, fmt.Errorf("%q: %w", name, err)
		}
		last := k.Lines[file]
		if from < 1 || to > last {
			unknown++
			continue
		}
		for n := from; n <= to; n++ {
			found = append(found, Ref{file, n})
		}
	}
	return found, unknown, nil
}

func parseRange(name string) (file string, from, to int, err error) {
	at := strings.LastIndexByte(name, ':')
	if at < 1 {
		return "", 0, 0, errRef
	}
	file = name[:at]
	first, last, isRange := strings.Cut(name[at+1:], "-")
	if from, err = strconv.Atoi(first); err != nil {
		return "", 0, 0, errRef
	}
	to = from
	if isRange {
		if to, err = strconv.Atoi(last); err != nil {
			return "", 0, 0, errRef
		}
	}
	if from < 0 || to < from || to > maxLine {
		return "", 0, 0, errRef
	}
	return file, from, to, nil
}
