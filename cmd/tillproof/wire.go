package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/all"
	"github.com/tillproof/tillproof/internal/locale"
	"github.com/tillproof/tillproof/internal/pack"
	"github.com/tillproof/tillproof/internal/recon"
	"github.com/tillproof/tillproof/internal/report"
	"github.com/tillproof/tillproof/internal/synth"
)

// This file alone knows every room: the commands speak of files, runs and writers, and it says who does the
// work. Those about layouts also know the room of layouts.

// mask hides card numbers in what the user typed and what the system says, before either is shown.
func mask(s string) string {
	masked, _ := format.MaskText(s)
	return masked
}

// harmless spells out what could move the cursor, change colours or turn the reading direction.
func harmless(s string) string { return report.Clean(s) }

// bankCalendar is the banking calendar of a name.
func bankCalendar(name string) (tillproof.Calendar, []string, bool) {
	calendar, ok := pack.Calendar(name)
	return calendar, pack.Calendars(), ok
}

// tokenKey is 256 bits, the width of the hash.
const tokenKey = sha256.Size

// ownSide is the side that the format of a file shows, and whether it is made for that side alone: a layout
// of common words, a date and an amount, fits other tables too.
func (d *door) ownSide(s *tillproof.Source) (own tillproof.Side, sure bool) {
	if layout, ok := d.shelf().book.Named(s.Dialect); ok {
		return layout.Side, !layout.Generic
	}
	for _, f := range d.formats() {
		if f.Name == s.Format && len(f.Sides) == 1 {
			return f.Sides[0], true
		}
	}
	return tillproof.NoSide, false
}

// cardTokens gives each card number of this call a keyed hash, so that the same card is known on both sides.
// The key is drawn anew for each call and kept nowhere, and no output shows a hash.
func cardTokens() func(pan string) uint64 {
	key := make([]byte, tokenKey)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the program instead
	return func(pan string) uint64 {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(pan))
		return max(binary.BigEndian.Uint64(h.Sum(nil)), 1) // 0 means that there is none
	}
}

// formats are all formats, their tables in the layouts of this call.
func (d *door) formats() []format.Format { return all.With(d.shelf().book) }

func (d *door) reconOptions(policy tillproof.Policy) (recon.Options, func()) {
	report, clear := d.newProgress()
	return recon.Options{
		Formats: d.formats(), Policy: policy, Token: cardTokens(), Progress: report, Decisions: d.decisions,
		Basis: d.basis, Detect: d.asked,
	}, clear
}

func reconFile(f *input) recon.File {
	order, _ := format.ParseDateOrder(f.dates) // the flag was looked at
	return recon.File{
		Name: f.name, At: f.at, Size: f.size, Side: f.side, Profile: f.profile, Dates: order,
		Year: f.year,
	}
}

// isDateOrder reports an order of the parts of dates.
func isDateOrder(s string) bool {
	_, ok := format.ParseDateOrder(s)
	return ok
}

// reconcile reads the files and compares what they show.
func (d *door) reconcile(ctx context.Context, in []*input, policy tillproof.Policy) (*tillproof.Run, error) {
	opt, clear := d.reconOptions(policy)
	defer clear()
	files := make([]recon.File, len(in))
	for i, f := range in {
		files[i] = reconFile(f)
	}
	return recon.Check(ctx, files, opt)
}

// limits are what a reconciliation may take, and the folder of its lists.
type limits = recon.Limits

// leastMemory is the least cap that can be kept.
const leastMemory = recon.LeastMemory

// reconcileWithin is reconcile within a memory cap.
func (d *door) reconcileWithin(
	ctx context.Context, in []*input, policy tillproof.Policy, lim limits,
) (*tillproof.Run, error) {
	opt, clear := d.reconOptions(policy)
	defer clear()
	var clearPasses func()
	lim.Pass, clearPasses = d.newPasses()
	defer clearPasses()
	files := make([]recon.File, len(in))
	for i, f := range in {
		files[i] = reconFile(f)
	}
	return recon.CheckWithin(ctx, files, opt, lim)
}

// maxKept is how many records of one file are held in memory while it is shown; of a longer file, none are:
// it is read a second time.
const maxKept = 50_000

// part is a file, or one of the files inside an archive.
type part = recon.File

// unpack answers the files inside an archive, and notes on what in it holds nothing; any other file is its
// own part.
func unpack(f *input) ([]part, []tillproof.Note, error) { return recon.Unpack(reconFile(f)) }

// asides parts the errors of the files of one archive into notes and errors; all is how many files it holds.
func asides(wrong []error, all int) ([]tillproof.Note, []error) { return recon.Asides(wrong, all) }

// load reads one file.
func (d *door) load(ctx context.Context, f part, policy tillproof.Policy) (*loaded, error) {
	opt, clear := d.reconOptions(policy)
	defer clear()
	var kept []tillproof.Record
	n := 0
	source, err := recon.Read(ctx, f, opt, func(r tillproof.Record) error {
		if n++; n > maxKept {
			kept = nil
			return nil
		}
		kept = append(kept, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	got := &loaded{source: source, records: slices.Values(kept)}
	if n > maxKept {
		opt.Progress = nil
		got.records = func(yield func(tillproof.Record) bool) {
			got.fault = got.again(yield, func(sink func(tillproof.Record) error) (tillproof.Source, error) {
				return recon.Read(ctx, f, opt, sink)
			})
		}
	}
	return got, nil
}

func (d *door) reportOptions(f outputFlags) report.Options {
	return report.Options{
		Lang: d.lang, Color: d.colour(d.std.out), Width: d.width(d.std.out),
		Waterfalls: f.waterfalls, Demo: f.demo, Layout: d.layoutTitle, Rule: d.ruleTitle,
	}
}

// layoutOf is the name of what a file was read as, the one that --profile takes: its layout, else its format.
func (d *door) layoutOf(s *tillproof.Source) string {
	if _, ok := d.shelf().book.Named(s.Dialect); ok {
		return s.Dialect
	}
	return s.Format
}

// titleOf is what a layout or a format is called.
func (d *door) titleOf(name string) string {
	return harmless(report.Title(name, report.Options{Lang: d.lang, Layout: d.layoutTitle}))
}

// layoutTitle is the title of a layout of tables; one of the user may have none.
func (d *door) layoutTitle(name string) string {
	p, ok := d.shelf().book.Named(name)
	if !ok {
		return ""
	}
	if d.lang == locale.ZH {
		return p.Title.ZH
	}
	return p.Title.EN
}

func (d *door) writeText(w io.Writer, run *tillproof.Run, f outputFlags) error {
	return report.Text(w, run, d.reportOptions(f))
}

func (d *door) writeJSON(w io.Writer, run *tillproof.Run, f outputFlags) error {
	return report.JSON(w, run, d.reportOptions(f))
}

// subjectOf finds what a name stands for in a result; without an answer, the note says why.
func subjectOf(run *tillproof.Run, name string) (*report.Subject, tillproof.Note) {
	x, why := recon.Explain(run, name)
	if x == nil {
		return nil, why
	}
	return &report.Subject{Break: x.Break, Finding: x.Finding, Rows: x.Rows, All: x.All}, why
}

func (d *door) writeExplanation(w io.Writer, run *tillproof.Run, s *report.Subject) error {
	if d.json {
		return report.ExplanationJSON(w, run, s, d.reportOptions(outputFlags{}))
	}
	return report.Explanation(w, run, s, d.reportOptions(outputFlags{}))
}

func (d *door) writeHTML(w io.Writer, run *tillproof.Run, f outputFlags) error {
	return report.HTML(w, run, d.reportOptions(f))
}

func (d *door) writeXLSX(w io.Writer, run *tillproof.Run, f outputFlags) error {
	return report.XLSX(w, run, d.reportOptions(f))
}

// showLoaded writes one file to standard output; another one may have been written before it.
func (d *door) showLoaded(ctx context.Context, l *loaded, f *readFlags, more bool) error {
	opt := d.reportOptions(outputFlags{})
	opt.Summary, opt.NoHead = f.summary, more
	if f.many {
		opt.File = l.source.File
	}
	err := d.stdout(ctx, func(w io.Writer) error {
		switch {
		case d.json:
			return report.ReadJSON(w, &l.source, l.records, opt)
		case f.csv:
			return report.ReadCSV(w, l.records, opt)
		case more:
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		return report.ReadText(w, &l.source, l.records, opt)
	})
	return errors.Join(err, l.fault)
}

// demoCalendar is the banking calendar of invented months: that of the demo's country.
const demoCalendar = "CN"

// demoFiles makes the demo's month, the names in the order of the money.
func demoFiles() ([]made, tillproof.Policy, error) {
	calendar, _, _ := bankCalendar(demoCalendar)
	month, err := synth.Month(synth.Demo(calendar))
	if err != nil {
		return nil, tillproof.Policy{}, err
	}
	names := month.Key.Files
	return []made{
		{names.Terminal, month.Terminal}, {names.Acquirer, month.Acquirer}, {names.Bank, month.Bank},
	}, month.Policy, nil
}

// keyName is the answer key among the files of synth.
const keyName = synth.KeyName

// synthNames are all names that synthFiles may write.
func synthNames() []string {
	return []string{synth.TerminalName, synth.AcquirerName, synth.AcquirerCSVName, synth.BankName, keyName}
}

// synthOptions are the flags in the words of synth, where 0 stands for its own choice: nobody asks for no
// merchant or no day.
func synthOptions(f *synthFlags) (synth.Options, error) {
	for _, size := range [...]struct {
		flag string
		n    int
	}{{"--merchants", f.merchants}, {"--days", f.days}} {
		if size.n < 1 {
			p := tillproof.Params{"flag": size.flag, "value": strconv.Itoa(size.n)}
			return synth.Options{}, usage("cmd.usage.at_least_one", p)
		}
	}
	calendar, _, _ := bankCalendar(demoCalendar)
	return synth.Options{
		Seed: f.seed, Merchants: f.merchants, Days: f.days, Lang: f.lang, LuhnIDs: f.luhn, Calendar: calendar,
	}, nil
}

// synthPolicy is the policy of the months that synthFiles makes of the flags.
func synthPolicy(f *synthFlags) (tillproof.Policy, error) {
	opt, err := synthOptions(f)
	if err != nil {
		return tillproof.Policy{}, err
	}
	return synth.Policy(opt)
}

// synthFiles writes labelled months into a directory and names the three files in the order of the money.
func synthFiles(dir string, f *synthFlags) ([]string, error) {
	opt, err := synthOptions(f)
	if err != nil {
		return nil, err
	}
	key, err := synth.Write(dir, opt)
	return []string{key.Files.Terminal, key.Files.Acquirer, key.Files.Bank}, err
}
