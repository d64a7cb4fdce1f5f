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

// progress shows how far the reading is, with the time that is left, to a person at a console.
type progress struct {
	door  *door
	file  string
	since time.Time
	bar   *progressbar.ProgressBar
}

// newProgress gives the function that rooms report to, and one that clears the line; both do nothing where
// nobody looks at standard error.
func (d *door) newProgress() (report func(file string, done, size int64), clear func()) {
	if d.quiet || !isConsole(d.std.err) || d.getenv("TERM") == "dumb" {
		return nil, func() {}
	}
	p := &progress{door: d}
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
			progressbar.OptionSetDescription(
				harmless(p.door.text("cmd.note.reading", tillproof.Params{"file": file}))),
			progressbar.OptionShowBytes(true),
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
