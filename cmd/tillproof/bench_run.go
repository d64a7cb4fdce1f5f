package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strconv"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/bench"
	"github.com/tillproof/tillproof/internal/recon"
)

// benchRun makes each set in a folder of its own, reconciles its files as check does, and scores the result.
func (d *door) benchRun(ctx context.Context, sets []benchSet) ([]benchRow, error) {
	work, err := os.MkdirTemp("", "tillproof-bench-*")
	if err != nil {
		return nil, cannotWrite(os.TempDir(), err)
	}
	d.std.scratch.add(work)
	defer d.std.scratch.remove(work)
	rows := make([]benchRow, 0, len(sets))
	for i, s := range sets {
		done := d.benchProgress(s.name, i, len(sets))
		row, err := d.benchOne(ctx, filepath.Join(work, s.name), s)
		done()
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (d *door) benchOne(ctx context.Context, dir string, s benchSet) (benchRow, error) {
	made, err := s.make()
	if err != nil {
		return benchRow{}, err
	}
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return benchRow{}, cannotWrite(dir, err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // the disk holds one set at a time; the sweep gets the rest
	key, policy := made.key(), made.policy()
	err = made.write(func(name string, write func(io.Writer) error) error {
		if name == bench.KeyName {
			return nil
		}
		return d.writeFile(ctx, filepath.Join(dir, name), write)
	})
	if err != nil {
		return benchRow{}, err
	}
	names := made.names()
	made = benchMade{} // what made the files is no part of what reading them takes
	row, err := d.benchCheck(ctx, dir, names, policy)
	if err != nil {
		return benchRow{}, err
	}
	row.answer = benchAnswer(row.run)
	if row.score, err = bench.Judge(key, &row.answer); err != nil {
		return benchRow{}, err
	}
	head := *key
	head.Matches, head.Breaks, head.Deposits, head.IDs = nil, nil, nil, nil
	row.key = &head
	return row.benchRow, nil
}

// checked is a run with what it took.
type checked struct {
	benchRow
	run *tillproof.Run
}

func (d *door) benchCheck(
	ctx context.Context, dir string, names []string, policy tillproof.Policy,
) (checked, error) {
	files := make([]recon.File, len(names))
	for i, name := range names {
		file, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			return checked{}, cannotOpen(&input{path: name, name: name}, err)
		}
		defer func() { _ = file.Close() }() // only read
		info, err := file.Stat()
		if err != nil {
			return checked{}, cannotOpen(&input{path: name, name: name}, err)
		}
		files[i] = recon.File{Name: name, At: file, Size: info.Size()}
	}
	runtime.GC()
	peak := watchHeap()
	start := d.now()
	opt := recon.Options{Formats: d.formats(), Policy: policy, Token: cardTokens()}
	run, err := recon.Check(ctx, files, opt)
	took := d.now().Sub(start)
	if err = errors.Join(ctx.Err(), err); err != nil {
		peak()
		return checked{}, err
	}
	return checked{benchRow: benchRow{millis: took.Milliseconds(), peak: peak()}, run: run}, nil
}

// heapEvery is the time between two looks at the heap: a set takes some hundred milliseconds.
const heapEvery = 3 * time.Millisecond

// watchHeap follows the size of the live and not yet collected objects until the answer is asked for, which
// is the largest that was seen.
func watchHeap() (peak func() uint64) {
	stop, answer := make(chan struct{}), make(chan uint64)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(heapEvery)
		defer tick.Stop()
		var most uint64
		for {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-tick.C:
			case <-stop:
				answer <- most
				return
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-answer
	}
}

// benchProgress tells a person at a console which set is under way; the answer clears the line.
func (d *door) benchProgress(name string, i, n int) func() {
	if d.quiet || !isConsole(d.std.err) || d.getenv("TERM") == "dumb" {
		return func() {}
	}
	p := tillproof.Params{"set": name, "i": strconv.Itoa(i + 1), "n": strconv.Itoa(n)}
	fmt.Fprintf(d.std.err, "\r\x1b[K%s", d.text("cmd.bench.progress", p))
	return func() { fmt.Fprint(d.std.err, "\r\x1b[K") }
}

// benchAnswer is a run in the form of the benchmark's answers.
func benchAnswer(run *tillproof.Run) bench.Answer {
	names := func(refs ...tillproof.RowRef) []string {
		places := make(bench.Refs, len(refs))
		for i, r := range refs {
			rec := run.Record(r)
			places[i] = bench.Ref{File: run.Source(rec).File, Line: int(rec.Origin.Line)}
		}
		return places.Names()
	}
	var a bench.Answer
	for _, m := range run.Matches {
		a.Matches = append(a.Matches, bench.Match{Terminal: names(m.Left), Acquirer: names(m.Right)})
	}
	for i := range run.Breaks {
		b := &run.Breaks[i]
		a.Breaks = append(a.Breaks, bench.Break{
			Kind: string(b.Kind), Records: names(b.Records...), Residual: decimal(b.Residual),
		})
	}
	for i := range run.Waterfalls {
		if w := &run.Waterfalls[i]; len(w.Deposit) > 0 {
			a.Deposits = append(a.Deposits, bench.Deposit{Bank: names(w.Deposit...), Rows: names(w.Rows...)})
		}
	}
	for _, l := range run.Losses {
		text := func(minor int64) string { return tillproof.FormatMinor(minor, l.Currency) }
		a.Loss = bench.Loss{
			Confirmed: text(l.Confirmed.Principal), ConfirmedFees: text(l.Confirmed.Fees),
			AtRisk: text(l.AtRisk.Principal), AtRiskFees: text(l.AtRisk.Fees),
			Timing: text(l.Timing), Owed: text(l.Owed),
		}
	}
	return a
}

func decimal(m tillproof.Money) string {
	if m.IsZero() {
		return ""
	}
	return tillproof.FormatMinor(m.Minor(), m.Currency())
}
