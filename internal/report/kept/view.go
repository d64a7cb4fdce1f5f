package kept

import (
	"io"
	"strconv"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
	"github.com/tillproof/tillproof/internal/report"
)

// Options says how an answer is shown.
type Options struct {
	report.Options
	Zone  *time.Location // in which moments are written for people; nil: UTC
	Today tillproof.Date
}

// Limits of lists that a person reads; JSON has all of them.
const (
	textItems  = 200 // exceptions, imports and runs on a terminal: what still scrolls back
	textFiles  = 50  // files of one import
	textJudged = 20  // judgements and versions of one exception
)

// shortID is how many characters of an id are shown where a person may type it again: its prefix and ten
// letters, 50 bits.
const shortID = 14

// page is a report's page in the words of this room.
type page struct {
	*report.Page
	opt Options
}

func newPage(w io.Writer, opt Options) *page {
	if opt.Lang == "" {
		opt.Lang = locale.EN
	}
	return &page{report.NewPage(w, opt.Options), opt}
}

// short is the beginning of an id that names it well enough.
func short(id string) string { return id[:min(len(id), shortID)] }

// moment writes when something was done, on the clock of the reader.
func (p *page) moment(t time.Time) string {
	const minutes = "2006-01-02 15:04"
	return t.In(p.zone()).Format(minutes)
}

func (p *page) zone() *time.Location {
	if p.opt.Zone == nil {
		return time.UTC
	}
	return p.opt.Zone
}

// dayOf is the day that a moment belongs to in a zone.
func dayOf(t time.Time, zone *time.Location) tillproof.Date {
	d, _ := tillproof.NewDate(t.In(zone).Date())
	return d
}

func (p *page) count(n int) string { return locale.Number(p.opt.Lang, int64(n)) }

func (p *page) money(m tillproof.Money) string { return locale.Money(p.opt.Lang, m) }

// n is a count as the value of a place.
func n(i int) string { return strconv.Itoa(i) }

// days is a span for tables.
func days(from, to tillproof.Date) string {
	if from == to {
		return from.String()
	}
	return from.String() + ".." + to.String()
}

// more tells how many of a list are not shown.
func (p *page) more(all, shown int) {
	if rest := all - shown; rest > 0 {
		p.Gap()
		p.Say(0, "", p.Text("kept.more", "n", n(rest)), report.Warn)
	}
}

// person is who did something and when.
func (p *page) person(by string, t time.Time) string {
	return p.List([]string{report.Clean(by), p.moment(t)})
}
