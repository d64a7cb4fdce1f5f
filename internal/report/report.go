package report

import (
	"maps"
	"path"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// Options says how a result is shown. The zero value is English, without colour, 80 columns wide.
type Options struct {
	Lang       locale.Lang
	Color      bool // escape sequences and line drawing; without it the text holds neither
	Width      int  // columns of the terminal; 0: defaultWidth
	Waterfalls bool // show how each deposit is made up
	Demo       bool // say that the data is invented
	Summary    bool // of a read file: leave the records out

	// Layout is the title of a layout of tables by its name, "" where it has none; nil: there are no titles.
	Layout func(name string) string

	// Rule is what a rule of the user is called, "" for one of the book; nil: there are none.
	Rule func(id tillproof.RuleID) string

	File   string // of ReadCSV: the value of a first column "file"; "": no such column
	NoHead bool   // of ReadCSV: the rows follow those of another file
}

const (
	defaultWidth = 80
	minWidth     = 40 // below this a table row has no room; lines then run over
	maxWidth     = 110
)

// Limits of lists that a person reads. What is left out is counted, and the reader is told where all of it
// is.
const (
	textItems  = 10  // exceptions of one kind on a terminal
	textRows   = 9   // rows beneath one exception: a night of odd swipes fits
	textFew    = 3   // rows shown where there are more than textRows
	textIssues = 5   // bad lines of one file on a terminal, where they are of fewer kinds
	textKinds  = 20  // kinds of problems of one file on a terminal
	textFalls  = 40  // waterfalls on a terminal
	htmlItems  = 500 // exceptions of one kind on a page
	htmlRows   = 200 // rows beneath one exception on a page
	htmlFalls  = 400 // deposits on a page
	traceParts = 6   // line numbers and ranges of one file in a trace
)

// view answers what every way of showing a run needs, in one language.
type view struct {
	run   *tillproof.Run
	opt   Options
	read  bool                        // a single file is shown, without a reconciliation
	names []string                    // short names of the sources
	falls map[tillproof.RowRef]int    // rows to the waterfall they begin or pay; made when first asked for
	about map[tillproof.BreakID][]int // findings that explain a break; likewise
	say   func(locale.Lang, string, tillproof.Params) string
}

func newView(run *tillproof.Run, opt Options) *view {
	if opt.Lang == "" {
		opt.Lang = locale.EN
	}
	if opt.Width == 0 {
		opt.Width = defaultWidth
	}
	opt.Width = min(max(opt.Width, minWidth), maxWidth)
	return &view{run: run, opt: opt, names: shortNames(run.Sources), say: locale.Text}
}

// shortNames are the files' base names, or their names as given where two base names are the same.
func shortNames(sources []tillproof.Source) []string {
	seen := map[string]int{}
	base := func(s tillproof.Source) string { return path.Base(strings.ReplaceAll(s.File, `\`, "/")) }
	for _, s := range sources {
		seen[base(s)]++
	}
	names := make([]string, len(sources))
	for i, s := range sources {
		names[i] = clean(base(s))
		if seen[base(s)] > 1 {
			names[i] = clean(s.File)
		}
	}
	return names
}

// text is the catalogue's text of a code; pairs are names and values of its places.
func (v *view) text(code string, pairs ...string) string {
	var p tillproof.Params
	if len(pairs) > 0 {
		p = make(tillproof.Params, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			p[pairs[i]] = pairs[i+1]
		}
	}
	return clean(v.say(v.opt.Lang, code, p))
}

// lead is a word before a sentence; English sets a blank between them, Chinese does not.
func (v *view) lead(code string, pairs ...string) string {
	if v.opt.Lang == locale.ZH {
		return v.text(code, pairs...)
	}
	return v.text(code, pairs...) + " "
}

func (v *view) note(n tillproof.Note) string {
	p := n.Params
	if id := p["rule"]; id != "" {
		p = maps.Clone(p)
		p["rule"] = v.rule(tillproof.RuleID(id))
	}
	return clean(v.say(v.opt.Lang, n.Code, p))
}

func (v *view) issue(i tillproof.Issue) string {
	return clean(v.say(v.opt.Lang, i.Code, v.titled(i.Params)))
}

// titled are parameters that name a layout by its title; programs find its name in JSON.
func (v *view) titled(p tillproof.Params) tillproof.Params {
	name := p["profile"]
	if name == "" {
		return p
	}
	p = maps.Clone(p)
	p["profile"] = v.layoutName("", name)
	return p
}

// hint is what to do about an issue, "" where the catalogue has none. Advice that the user has followed
// already is replaced by other advice.
func (v *view) hint(i tillproof.Issue) string {
	code := i.Code + ".hint"
	if i.Params["told"] != "" && locale.Has(v.opt.Lang, code+".told") {
		code += ".told"
	}
	if !locale.Has(v.opt.Lang, code) {
		return ""
	}
	return clean(v.say(v.opt.Lang, code, i.Params))
}

func (v *view) money(m tillproof.Money) string { return locale.Money(v.opt.Lang, m) }

// bare is an amount for a column whose head names the currency.
func (v *view) bare(m tillproof.Money) string { return locale.Decimal(v.opt.Lang, m.Exact()) }

func (v *view) minor(n int64, c tillproof.Currency) string { return v.bare(tillproof.NewMoney(n, c)) }

func (v *view) count(n int) string { return locale.Number(v.opt.Lang, int64(n)) }

// years is the year that all days share, "" where they share none.
func years(falls []tillproof.Waterfall) string {
	year := ""
	for _, w := range falls {
		for _, d := range [...]tillproof.Date{w.From, w.To} {
			if !d.Known() {
				continue
			}
			if y := d.String()[:len("2006")]; year != "" && y != year {
				return ""
			} else {
				year = y
			}
		}
	}
	return year
}

func (v *view) day(d tillproof.Date) string { return locale.ShortDate(v.opt.Lang, d) }

// days is a span for tables: 2026-09-18, or 2026-09-18..20 within a month.
func (v *view) days(from, to tillproof.Date) string {
	a, b := v.day(from), v.day(to)
	switch {
	case a == b || b == "":
		return a
	case a == "":
		return b
	case a[:len("2006-01")] == b[:len("2006-01")]:
		return a + ".." + b[len("2006-01-"):]
	}
	return a + ".." + b[len("2006-"):]
}

// list joins parts as the language does.
func (v *view) list(parts []string) string { return strings.Join(parts, v.text("report.list")) }

// place is a record's file and line in short form: pos.csv:1234. A sheet is named where there are
// several, a further statement by its number.
func (v *view) place(o tillproof.Origin) string {
	return v.file(o) + ":" + strconv.Itoa(int(o.Line))
}

func (v *view) file(o tillproof.Origin) string {
	name := "?"
	if int(o.Source) < len(v.names) {
		name = v.names[o.Source]
	}
	if sheet := v.sheet(o); sheet != "" {
		name += "[" + sheet + "]"
	} else if o.Part > 0 {
		name += "[" + strconv.Itoa(int(o.Part)+1) + "]"
	}
	return name
}

// sheet is the sheet that a record stands in, "" in a file that has only one table.
func (v *view) sheet(o tillproof.Origin) string {
	if int(o.Source) >= len(v.run.Sources) {
		return ""
	}
	for _, s := range v.run.Sources[o.Source].Sheets {
		if s.Part == o.Part {
			return clean(s.Name)
		}
	}
	return ""
}

// series joins phrases that may hold commas themselves.
func (v *view) series(parts []string) string { return strings.Join(parts, v.semicolon()) }

// blank stands between two sentences.
func (v *view) blank() string {
	if v.opt.Lang == locale.ZH {
		return ""
	}
	return " "
}

func (v *view) semicolon() string {
	if v.opt.Lang == locale.ZH {
		return "；"
	}
	return "; "
}

// trace names the lines of records, file by file, neighbours as a range: "pos.csv:12,40-52; settle.xlsx:88".
func (v *view) trace(rows []tillproof.RowRef) string {
	var files []string
	for i := 0; i < len(rows); {
		var lines []int32
		name := v.file(v.run.Record(rows[i]).Origin)
		for ; i < len(rows) && v.file(v.run.Record(rows[i]).Origin) == name; i++ {
			lines = append(lines, v.run.Record(rows[i]).Origin.Line)
		}
		files = append(files, name+":"+ranges(lines))
	}
	return v.series(files)
}

// ranges writes line numbers, neighbours that follow each other as a range; what goes over traceParts is
// counted.
func ranges(lines []int32) string {
	var parts []string
	for i := 0; i < len(lines); {
		if len(parts) == traceParts {
			return strings.Join(append(parts, "+"+strconv.Itoa(len(lines)-i)), ",")
		}
		end := i
		for end+1 < len(lines) && lines[end+1] == lines[end]+1 {
			end++
		}
		part := strconv.Itoa(int(lines[i]))
		if end > i+1 {
			part += "-" + strconv.Itoa(int(lines[end]))
		} else {
			end = i
		}
		parts = append(parts, part)
		i = end + 1
	}
	return strings.Join(parts, ",")
}
