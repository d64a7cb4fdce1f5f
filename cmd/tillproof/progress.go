package main

import (
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/tillproof/tillproof"
)

// progressAfter is how long a file may take before a bar appears: a bar that flashes by says nothing.
const progressAfter = 500 * time.Millisecond

// progressEvery is the time between two pictures of the bar.
const progressEvery = 100 * time.Millisecond

// progress shows how far the reading is, or a pass after it, with the time that is left, to a person at a
// console.
type progress struct {
	door  *door
	say   func(name string) string // what stands before the bar
	bytes bool                     // what is counted
	file  string
	since time.Time
	bar   *progressbar.ProgressBar
}

// newProgress gives the function that rooms report to, and one that clears the line; both do nothing where
// nobody looks at standard error.
func (d *door) newProgress() (report func(file string, done, size int64), clear func()) {
	return d.showProgress(&progress{door: d, bytes: true, say: func(file string) string {
		return d.text("cmd.note.reading", tillproof.Params{"file": file})
	}})
}

// newPasses is newProgress for the passes after the reading, which name themselves by the codes of texts.
func (d *door) newPasses() (report func(pass string, done, total int64), clear func()) {
	return d.showProgress(&progress{door: d, say: func(pass string) string { return d.text(pass, nil) }})
}

func (d *door) showProgress(p *progress) (report func(name string, done, size int64), clear func()) {
	if d.quiet || !isConsole(d.std.err) || d.getenv("TERM") == "dumb" {
		return nil, func() {}
	}
	return p.report, p.clear
}

func (p *progress) report(file string, done, size int64) {
	if file != p.file || p.since.IsZero() {
		p.clear()
		p.file, p.since = file, p.door.now()
	}
	if p.bar == nil {
		if done >= size || p.door.now().Sub(p.since) < progressAfter {
			return
		}
		p.bar = progressbar.NewOptions64(size,
			progressbar.OptionSetWriter(p.door.std.err),
			progressbar.OptionSetDescription(harmless(p.say(file))),
			progressbar.OptionShowBytes(p.bytes),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionThrottle(progressEvery),
			progressbar.OptionClearOnFinish(),
		)
	}
	_ = p.bar.Set64(min(done, size)) // a bar that cannot be drawn harms nothing
}

func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
		p.bar = nil
	}
}
