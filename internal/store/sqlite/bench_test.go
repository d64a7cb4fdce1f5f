package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
)

// many is how many exceptions a bad year of a busy shop has.
const many = 100_000

func benchStore(b *testing.B) *Store {
	b.Helper()
	dir := b.TempDir()
	id := tillproof.WorkspaceID{1}
	if err := Create(b.Context(), dir, id, benchAct(), Options{}); err != nil {
		b.Fatal(err)
	}
	s, err := Open(b.Context(), dir, Options{Wait: time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

func benchAct() tillproof.Act {
	return tillproof.Act{
		Time: time.Unix(1772400000, 0), By: "bench", From: "cli", Kind: tillproof.ActDecide, Done: true,
		On: []string{"brk_00000000000000000000000000"}, Detail: []byte(`{"reason":"same sale"}`),
	}
}

// shownBy is what a run of many exceptions shows; every thousandth says something else in each version.
func shownBy(n int, version byte) []tillproof.KeptException {
	list := make([]tillproof.KeptException, n)
	for i := range list {
		var id tillproof.BreakID
		binary.LittleEndian.PutUint64(id[:], uint64(i)*0x9e3779b97f4a7c15)
		list[i] = tillproof.KeptException{
			ID: tillproof.ExceptionID(id.String()), Kind: "not_settled", Side: tillproof.Terminal,
			Severity: tillproof.High, Day: tillproof.Date(20_000 + i%365),
			Bucket: tillproof.BucketConfirmed, Part: tillproof.PartPrincipal,
			Amount: tillproof.NewMoney(int64(i), tillproof.CNY),
			Sentence: tillproof.Note{Code: "match.not_settled", Params: tillproof.Params{
				"amount": "123.45 CNY", "day": "2026-02-01", "terminal": "11000001",
			}},
			Content: fmt.Appendf(nil, "%d %d %0500d", i, version*b2i(i%1000 == 0), i),
		}
	}
	return list
}

func b2i(b bool) byte {
	if b {
		return 1
	}
	return 0
}

func benchRun(n, after byte, shown []tillproof.KeptException) tillproof.NewRun {
	r := tillproof.NewRun{Run: tillproof.KeptRun{
		ID: tillproof.RunID{n}, From: tillproof.NoDate, To: tillproof.NoDate,
	}, Exceptions: shown}
	if after > 0 {
		r.After = tillproof.RunID{after}
	}
	return r
}

// BenchmarkSaveRun keeps a run of 100,000 exceptions in an empty workspace, and the same with a hundred
// changes over it.
func BenchmarkSaveRun(b *testing.B) {
	ctx := context.Background()
	for b.Loop() {
		b.StopTimer()
		s := benchStore(b)
		first, second := shownBy(many, 0), shownBy(many, 1)
		b.StartTimer()
		begun := time.Now()
		if _, err := s.SaveRun(ctx, benchRun(1, 0, first), benchAct()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(begun).Seconds(), "s/first")
		begun = time.Now()
		if _, err := s.SaveRun(ctx, benchRun(2, 1, second), benchAct()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(begun).Seconds(), "s/again")
	}
}

// BenchmarkReads looks at a workspace with 200,000 exceptions as a status and a list do.
func BenchmarkReads(b *testing.B) {
	ctx := context.Background()
	s := benchStore(b)
	if _, err := s.SaveRun(ctx, benchRun(1, 0, shownBy(2*many, 0)), benchAct()); err != nil {
		b.Fatal(err)
	}
	list := func(p tillproof.Page) error {
		_, err := s.Exceptions(ctx, tillproof.AnyException(), p)
		return err
	}
	reads := map[string]func() error{
		"tally":     func() error { _, err := s.Tally(ctx, 20_000); return err },
		"first_50":  func() error { return list(tillproof.Page{Limit: 50}) },
		"after_1e5": func() error { return list(tillproof.Page{After: many, Limit: 50}) },
		"last_run":  func() error { _, err := s.LastRun(ctx); return err },
		"workspace": func() error { _, err := s.Workspace(ctx); return err },
	}
	for name, read := range reads {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkActs is how many single acts 64 people get answered a second, each synced to the disk.
func BenchmarkActs(b *testing.B) {
	ctx := context.Background()
	s := benchStore(b)
	var all sync.WaitGroup
	next := make(chan int)
	errs := make([]error, 64)
	for w := range errs {
		all.Go(func() {
			for n := range next {
				var id tillproof.RulingID
				binary.LittleEndian.PutUint64(id[:], uint64(n)+1)
				d := tillproof.KeptDecision{
					ID: id, Time: benchAct().Time, By: "bench", Ruling: tillproof.RuleMatch,
					Records: []string{"rec_00000000000000000000000000", "rec_00000000000000000000000001"},
					Reason:  "same sale",
				}
				errs[w] = errors.Join(errs[w], s.AddDecision(ctx, d, benchAct()))
			}
		})
	}
	begun, n := time.Now(), 0
	for b.Loop() {
		next <- n
		n++
	}
	close(next)
	all.Wait()
	b.ReportMetric(float64(n)/time.Since(begun).Seconds(), "acts/s")
	if err := errors.Join(errs...); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkWhole looks at everything in a workspace with 100,000 exceptions, and copies it.
func BenchmarkWhole(b *testing.B) {
	ctx := context.Background()
	s := benchStore(b)
	if _, err := s.SaveRun(ctx, benchRun(1, 0, shownBy(many, 0)), benchAct()); err != nil {
		b.Fatal(err)
	}
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			if err := s.Check(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("snapshot", func(b *testing.B) {
		for b.Loop() {
			if err := s.Snapshot(ctx, filepath.Join(b.TempDir(), fileName)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
