package profile

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// CodeSheetHidden is the note on a sheet that the workbook does not show.
const CodeSheetHidden = "format.table.sheet_hidden"

// Reader gives the records of a file's tables in order. It is a format.Reader.
type Reader struct {
	tables []*table
	at     int
	issues []tillproof.Issue
	sheets bool // the file has several
}

// Reader finds the header of each table and the layout that fits it. Errors: format.table.empty,
// format.table.header (no known names), format.table.column (a layout lacks a column, which it names),
// format.ambiguous (two layouts fit equally), format.profile.unknown.
func (b *Book) Reader(sources []Source, opt format.Options) (*Reader, error) {
	want := Want{Profile: opt.Profile, Side: opt.Side}
	if known := b.Choices(); opt.Profile != "" && !slices.Contains(known, opt.Profile) {
		return nil, failure(tillproof.KindNotFound, CodeProfile, tillproof.Params{
			"profile": shown(opt.Profile), "known": strings.Join(known, ", "),
		})
	}
	r := &Reader{sheets: len(sources) > 1}
	var worst error
	sources, r.issues = shownSheets(sources)
	for _, src := range sources {
		t, err := b.open(src, opt, want)
		var why *tillproof.Error
		switch {
		case err == nil:
			r.tables = append(r.tables, t)
		case r.sheets && errors.As(err, &why) && why.Code != CodeAmbiguous && isLayoutCode(why.Code):
			worst = worse(worst, why)
			if why.Code != CodeEmpty {
				r.issues = append(r.issues, tillproof.Issue{
					Code: CodeSheetSkipped, Params: tillproof.Params{"sheet": src.Name},
				})
			}
		default:
			return nil, err
		}
	}
	if len(r.tables) == 0 {
		if worst == nil {
			worst = failure(tillproof.KindInvalid, CodeEmpty, nil)
		}
		return nil, worst
	}
	return r, nil
}

// shownSheets are the sheets that whoever opens the workbook sees, and a note for each that it hides: their
// rows are most often a copy, an old month or a list for the form. A workbook that hides all hides none.
func shownSheets(sources []Source) ([]Source, []tillproof.Issue) {
	var seen []Source
	var notes []tillproof.Issue
	for _, src := range sources {
		if !src.Hidden {
			seen = append(seen, src)
			continue
		}
		notes = append(notes, tillproof.Issue{
			Code: CodeSheetHidden, Params: tillproof.Params{"sheet": src.Name},
		})
	}
	if len(seen) == 0 {
		return sources, nil
	}
	return seen, notes
}

// sheet names the sheet of an issue where several are read: each counts its lines from 1.
func (r *Reader) sheet(i *tillproof.Issue, t *table) {
	if len(r.tables) > 1 {
		i.Place.Sheet, _ = format.MaskText(t.src.Name)
	}
}

func isLayoutCode(code string) bool {
	return code == CodeEmpty || code == CodeHeader || code == CodeColumn
}

// worse keeps the error that says more: a missing column before an unknown header before an empty sheet.
func worse(was error, is *tillproof.Error) error {
	var old *tillproof.Error
	if !errors.As(was, &old) {
		return is
	}
	rank := map[string]int{CodeEmpty: 0, CodeHeader: 1, CodeColumn: 2}
	if rank[is.Code] > rank[old.Code] {
		return is
	}
	return was
}

// open finds the layout of one table and learns its style.
func (b *Book) open(src Source, opt format.Options, want Want) (*table, error) {
	rows, err := src.Open()
	if err != nil {
		return nil, err
	}
	f, err := b.locate(rows, want)
	if err != nil {
		return nil, err
	}
	if err := f.verdict(); err != nil {
		return nil, err
	}
	t := &table{src: src, opt: opt, lay: f.best[0], header: f.line, placed: f.placed}
	t.findRefusals()
	t.decideLayout()
	if err := t.learn(); err != nil {
		return nil, err
	}
	t.readPreamble(f.preamble)
	if !f.placed {
		t.readStatedAbove(f.rows)
	}
	t.decideDirection()
	if err := t.findRunning(); err != nil {
		return nil, err
	}
	t.rows, err = t.openAfterHeader()
	return t, err
}

// verdict is why the beginning of a table gives no layout.
func (f found) verdict() error {
	switch {
	case f.card != "":
		return format.Placed(failure(tillproof.KindInvalid, CodeCardsOnly, tillproof.Params{
			"column": shown(f.card), "bank": f.best[0].Name, "profile": f.near.Name,
			"columns": f.near.lacks(), "line": strconv.Itoa(f.line),
		}), tillproof.Place{Line: f.line})
	case len(f.best) == 1 && f.best[0].wallet.summaryOnly:
		return failure(tillproof.KindUnsupported, CodeSummary, tillproof.Params{"profile": f.best[0].Name})
	case len(f.best) == 1:
		return nil
	case len(f.best) > 1:
		var both []string
		for _, l := range f.best {
			both = append(both, l.Name)
		}
		return failure(tillproof.KindConflict, CodeAmbiguous, tillproof.Params{
			"candidates": strings.Join(both, ", "),
		})
	case f.blank:
		return failure(tillproof.KindInvalid, CodeEmpty, nil)
	case f.near != nil:
		lack, _ := f.near.missing()
		return format.Placed(failure(tillproof.KindInvalid, CodeColumn, tillproof.Params{
			"columns": f.near.lacks(), "profile": f.near.Name, "n": strconv.Itoa(len(lack)),
			"line": strconv.Itoa(f.nearLine),
		}), tillproof.Place{Line: f.nearLine})
	}
	return failure(tillproof.KindUnsupported, CodeHeader, tillproof.Params{
		"rows": strconv.Itoa(headerRows), "first": shown(f.first),
	})
}

// Read gives the next record; see format.Reader.
func (r *Reader) Read() (format.Line, error) {
	for r.at < len(r.tables) {
		line, err := r.tables[r.at].next()
		if errors.Is(err, io.EOF) {
			r.at++
			continue
		}
		var bad *format.LineError
		if errors.As(err, &bad) {
			r.sheet(&bad.Issue, r.tables[r.at])
		}
		return line, err
	}
	return format.Line{}, io.EOF
}

// Summary is what the tables say about themselves; complete after io.EOF.
func (r *Reader) Summary() format.Summary {
	first := r.tables[0]
	s := format.Summary{
		Dialect: first.lay.Name, Side: first.lay.Side, From: tillproof.NoDate, To: tillproof.NoDate,
		Issues: append([]tillproof.Issue(nil), r.issues...),
	}
	for _, t := range r.tables {
		for _, i := range t.issues {
			r.sheet(&i, t)
			s.Issues = append(s.Issues, i)
		}
		if r.sheets {
			name, _ := format.MaskText(t.src.Name)
			s.Sheets = append(s.Sheets, tillproof.Sheet{Part: t.src.Part, Name: name})
		}
		s.Decisions = append(s.Decisions, t.decisions()...)
		s.Masked += t.masked
		if t.lay.Side == tillproof.Bank {
			s.Statements = append(s.Statements, t.statements()...)
		}
		if from := t.preset.from; from.Known() && (!s.From.Known() || from < s.From) {
			s.From = from
		}
		if to := t.preset.to; to.Known() && (!s.To.Known() || to > s.To) {
			s.To = to
		}
	}
	return s
}
