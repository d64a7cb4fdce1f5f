package recon

import (
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// recordPrefix begins the id of a record.
const recordPrefix = "rec_"

// minLetters is how many letters of an id, after its prefix, are taken for its beginning: with six, two of a
// million records begin alike about once in a thousand ids, and then both are named.
const minLetters = 6

// sought is what became of one name that a person wrote.
type sought struct {
	ref    tillproof.RowRef
	rows   []tillproof.RowRef // of a group; ref is none then
	byLine bool               // named by file and line
	why    tillproof.Note     // why it is not found; no code: it is
}

// spot is a line of a file; part is that of a sheet or statement, -1 for any.
type spot struct {
	source, part, line int32
}

// find looks up records by what people write for them: the id, its beginning, file:line as reports show it,
// or the name of a group. It goes through the records once, however many are sought.
func find(run *tillproof.Run, names []string) []sought {
	out := make([]sought, len(names))
	lines := map[spot][]tillproof.RowRef{}
	spots := make([]spot, len(names))
	var ids *idIndex
	for i, name := range names {
		if _, group := groupOf(name); group {
			continue
		}
		if strings.HasPrefix(name, recordPrefix) {
			if ids == nil {
				ids = indexIDs(run)
			}
			out[i] = ids.find(name)
			continue
		}
		if spots[i], out[i].why = spotOf(run, name); out[i].why.Code == "" {
			lines[spots[i]] = nil
			out[i].byLine = true
		}
	}
	readGroups(run, names, out)
	if len(lines) > 0 {
		readLines(run, lines)
	}
	for i, name := range names {
		if !out[i].byLine {
			continue
		}
		switch rows := lines[spots[i]]; len(rows) {
		case 0:
			out[i].why = whyNot("decide.misfit.line", name)
		case 1:
			out[i].ref = rows[0]
		default:
			out[i].why = severalOf(run, "decide.misfit.several", name, rows)
		}
	}
	return out
}

func whyNot(code, name string) tillproof.Note {
	return tillproof.Note{Code: code, Params: tillproof.Params{"record": name}}
}

func severalOf(run *tillproof.Run, code, name string, rows []tillproof.RowRef) tillproof.Note {
	n := whyNot(code, name)
	ids := make([]string, 0, maxIDs)
	for _, ref := range rows[:min(len(rows), maxIDs)] {
		ids = append(ids, run.Record(ref).ID.String())
	}
	n.Params["n"], n.Params["ids"] = strconv.Itoa(len(rows)), strings.Join(ids, ", ")
	return n
}

// readLines fills in the records of the lines that are sought.
func readLines(run *tillproof.Run, lines map[spot][]tillproof.RowRef) {
	for _, side := range tillproof.Sides {
		for i := range run.Records[side] {
			o := run.Records[side][i].Origin
			for _, part := range [...]int32{o.Part, -1} {
				s := spot{o.Source, part, o.Line}
				if rows, ok := lines[s]; ok {
					lines[s] = append(rows, tillproof.RowRef{Side: side, N: int32(i)})
				}
			}
		}
	}
}

// spotOf reads pos.csv:12, settle.xlsx[June]:12, or [2] for the second statement of a file.
func spotOf(run *tillproof.Run, name string) (spot, tillproof.Note) {
	colon := strings.LastIndexByte(name, ':')
	line, err := strconv.ParseInt(name[colon+1:], 10, 32)
	if colon <= 0 || err != nil || line < 1 {
		return spot{}, whyNot("decide.misfit.not_found", name)
	}
	file, sheet := name[:colon], ""
	if strings.HasSuffix(file, "]") && !hasFile(run, file) {
		if at := strings.LastIndexByte(file, '['); at > 0 {
			file, sheet = file[:at], file[at+1:len(file)-1]
		}
	}
	sources := filesNamed(run, file)
	switch {
	case len(sources) == 0:
		return spot{}, whyNot("decide.misfit.file", file)
	case len(sources) > 1:
		return spot{}, whyNot("decide.misfit.several_files", file)
	}
	s := spot{source: sources[0], part: -1, line: int32(line)}
	if sheet != "" {
		part, ok := partOf(&run.Sources[s.source], sheet)
		if !ok {
			return spot{}, whyNot("decide.misfit.line", name)
		}
		s.part = part
	}
	return s, tillproof.Note{}
}

func hasFile(run *tillproof.Run, file string) bool { return len(filesNamed(run, file)) > 0 }

// filesNamed lists the sources of a name as it was given, else of that base name.
func filesNamed(run *tillproof.Run, file string) []int32 {
	for _, of := range [...]func(string) string{
		func(s string) string { return s },
		func(s string) string { return path.Base(strings.ReplaceAll(s, `\`, "/")) },
	} {
		var all []int32
		for i := range run.Sources {
			if of(run.Sources[i].File) == file {
				all = append(all, int32(i))
			}
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

// partOf is the part of a sheet by its name, or of a statement by its number, counted from 1.
func partOf(s *tillproof.Source, sheet string) (int32, bool) {
	for _, sh := range s.Sheets {
		if sh.Name == sheet {
			return sh.Part, true
		}
	}
	n, err := strconv.ParseInt(sheet, 10, 32)
	return int32(n - 1), err == nil && n > 0
}

// idIndex holds the records in the order of their ids.
type idIndex struct {
	run  *tillproof.Run
	rows []tillproof.RowRef
}

func indexIDs(run *tillproof.Run) *idIndex {
	x := &idIndex{run: run}
	for _, side := range tillproof.Sides {
		for i := range run.Records[side] {
			x.rows = append(x.rows, tillproof.RowRef{Side: side, N: int32(i)})
		}
	}
	slices.SortFunc(x.rows, func(a, b tillproof.RowRef) int {
		ra, rb := run.Record(a), run.Record(b)
		return slices.Compare(ra.ID[:], rb.ID[:])
	})
	return x
}

// find looks up an id or its beginning: the letters of ids are in the order of their bits.
func (x *idIndex) find(name string) sought {
	if len(name) < len(recordPrefix)+minLetters {
		return sought{why: whyNot("decide.misfit.not_found", name)}
	}
	id := func(i int) string { return x.run.Record(x.rows[i]).ID.String() }
	from := sort.Search(len(x.rows), func(i int) bool { return id(i) >= name })
	to := from
	for to < len(x.rows) && strings.HasPrefix(id(to), name) {
		to++
	}
	switch n := to - from; {
	case n == 0:
		return sought{why: whyNot("decide.misfit.not_found", name)}
	case n > 1 && id(from) != name:
		return sought{why: severalOf(x.run, "decide.misfit.ambiguous", name, x.rows[from:to])}
	}
	return sought{ref: x.rows[from]}
}
