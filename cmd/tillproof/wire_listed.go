package main

import (
	"path/filepath"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/bulk"
)

// listed is a folder of lists that `check --out` left.
type listed struct{ r *bulk.Result }

// isListIndex tells the file by which a folder of lists is asked: of the files that a run leaves there, the
// one that is for this program alone.
func isListIndex(path string) bool {
	return filepath.Ext(path) == ".tpr" && slices.Contains(bulk.Names(), filepath.Base(path))
}

func openListed(dir string) (listed, error) {
	r, err := bulk.OpenResult(dir)
	return listed{r}, err
}

func (l listed) close() { _ = l.r.Close() } // only read

// record is the row of a list that speaks of a record, and what a person ruled about it; no list where none
// does.
func (l listed) record(id tillproof.RecordID) (listedJSON, error) {
	rows, err := l.r.Records(id)
	if err != nil || len(rows) == 0 {
		return listedJSON{}, err
	}
	out := listedJSON{List: rows[0].List, Cells: cellsOf(&rows[0])}
	if last := &rows[len(rows)-1]; last.List == bulk.RuledList {
		out.Decision = cellsOf(last)
	}
	return out, nil
}

// cellsOf are the cells of a row that hold something, by their columns.
func cellsOf(row *bulk.Listed) map[string]string {
	out := map[string]string{}
	for i, c := range row.Columns {
		if i < len(row.Cells) && row.Cells[i] != "" {
			out[c] = row.Cells[i]
		}
	}
	return out
}

// pairs are the matched pairs of a key; no list where there is none.
func (l listed) pairs(merchant, terminal, rrn string) (listedJSON, error) {
	pairs, err := l.r.Pairs(merchant, terminal, rrn)
	if err != nil || len(pairs) == 0 {
		return listedJSON{}, err
	}
	out := listedJSON{List: "matched"}
	for _, p := range pairs {
		out.Pairs = append(out.Pairs, listedPair{l.line(p.Terminal), l.line(p.Acquirer)})
	}
	return out, nil
}

func (l listed) line(p bulk.Place) listedLine {
	if p.Source >= len(l.r.Sources) {
		return listedLine{Offset: -1}
	}
	file := l.r.Sources[p.Source].File
	return listedLine{file, p.Line, p.Offset, lineAt(file, p.Offset)}
}

// sortedCells are the cells by the names of their columns.
func sortedCells(cells map[string]string) [][2]string {
	var out [][2]string
	for name, cell := range cells {
		out = append(out, [2]string{name, cell})
	}
	slices.SortFunc(out, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	return out
}
