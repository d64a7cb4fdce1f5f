package pack

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/tillproof/tillproof"
)

//go:embed data/*.yaml
var files embed.FS

// calendarFile is one file of banking days.
type calendarFile struct {
	Name    string            `yaml:"name"`
	Aliases []string          `yaml:"aliases"`
	From    tillproof.Date    `yaml:"from"`
	To      tillproof.Date    `yaml:"to"`
	Sources map[string]string `yaml:"sources"`
	Days    []calendarRow     `yaml:"days"`
}

// calendarRow is one holiday with its first and last day and the weekend days worked for it.
type calendarRow struct {
	Holiday    string           `yaml:"holiday"`
	From       tillproof.Date   `yaml:"from"`
	To         tillproof.Date   `yaml:"to"`
	Work       []tillproof.Date `yaml:"work"`
	Source     string           `yaml:"source"`
	Confidence Confidence       `yaml:"confidence"`
}

// Confidence says how well a row is known.
type Confidence string

// The degrees of confidence.
const (
	Primary   Confidence = "V" // read in the primary text
	Secondary Confidence = "S" // a good secondary source, or several that agree
	Known     Confidence = "K" // general knowledge of the trade, not read for this
)

// calendars are the calendars by name and alias, in capitals. Reading them once is enough: they never change.
var calendars = sync.OnceValue(func() map[string]tillproof.Calendar {
	all := map[string]tillproof.Calendar{}
	for _, file := range calendarFiles() {
		c := file.calendar()
		for _, name := range append([]string{file.Name}, file.Aliases...) {
			all[name] = c
		}
	}
	return all
})

// Calendar is the banking calendar of a name: "CN", "TARGET2" (also "EU"), "UK", "US". Its holidays are
// stable codes such as "national_day", whose text is in the catalogue under "holiday.". It answers false
// for a name that no file has. The days are those of the files only: see Calendar.Covers for the span.
func Calendar(name string) (tillproof.Calendar, bool) {
	c, ok := calendars()[strings.ToUpper(name)]
	if ok {
		c.Holidays, c.Workdays = maps.Clone(c.Holidays), maps.Clone(c.Workdays)
	}
	return c, ok
}

// Calendars lists the names of the calendars, without aliases, in the order of their files.
func Calendars() []string {
	var names []string
	for _, f := range calendarFiles() {
		names = append(names, f.Name)
	}
	return names
}

// HolidayText is the catalogue code of a holiday's name.
func HolidayText(holiday string) string { return "holiday." + holiday }

func calendarFiles() []calendarFile {
	paths, err := fs.Glob(files, "data/calendar_*.yaml")
	must(err)
	all := make([]calendarFile, len(paths))
	for i, path := range paths {
		read(path, &all[i])
	}
	return all
}

func (f calendarFile) calendar() tillproof.Calendar {
	c := tillproof.Calendar{
		Name: f.Name, From: f.From, To: f.To,
		Holidays: map[tillproof.Date]string{}, Workdays: map[tillproof.Date]bool{},
	}
	for _, row := range f.Days {
		for d := row.From; d <= row.To; d++ {
			c.Holidays[d] = row.Holiday
		}
		for _, d := range row.Work {
			c.Workdays[d] = true
		}
	}
	return c
}

// read decodes a file of this room. A file that cannot be read is a mistake of the program; a test reads all.
func read(path string, into any) {
	raw, err := files.ReadFile(path)
	must(err)
	if err := yaml.UnmarshalWithOptions(raw, into, yaml.Strict()); err != nil {
		panic(fmt.Sprintf("pack: %s: %v", path, err))
	}
}

func must(err error) {
	if err != nil {
		panic("pack: " + err.Error())
	}
}
