package format

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

// twoOf is the small table of lineFormat, longer than a batch, every other line bad.
var twoOf = strings.Repeat("2026-09-16 posted 1.23\nbad 1\n", ScanBatch+10)

// TestBothDoors: the bulk door gives the rows of the records, in batches, and the same source.
func TestBothDoors(t *testing.T) {
	formats := []Format{lineFormat("l", 1)}
	var want, got []Row
	src, err := Load(inputOf(t, "x", []byte(twoOf)), formats, Options{}, func(r tillproof.Record) error {
		want = append(want, RowOf(&r, int64(r.Origin.Line)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	batches := 0
	sink := func(worker int, rows []Row) error {
		if worker != 0 {
			t.Errorf("worker %d of one", worker)
		}
		batches++
		got = append(got, slices.Clone(rows)...)
		return nil
	}
	s, err := Scan(t.Context(), inputOf(t, "x", []byte(twoOf)), formats, Options{Workers: 4}, sink)
	if err != nil || s.At != nil || !reflect.DeepEqual(s.Source, src) {
		t.Fatalf("%+v, %v, want %+v", s, err, src)
	}
	if !reflect.DeepEqual(got, want) || batches != 2 || len(got) != ScanBatch+10 {
		t.Errorf("%d rows in %d batches, want %d", len(got), batches, len(want))
	}
	if r := got[1]; r.Amount != 123 || r.Shows != ShowsAmount || r.Offset != 3 || r.Record.Origin.Line != 3 {
		t.Errorf("row %+v", r)
	}
}

// TestScanOwn: a format's own bulk door is asked first; one that has none for a file says so with nothing.
func TestScanOwn(t *testing.T) {
	f := lineFormat("l", 1)
	own := &Scanned{}
	f.Scan = func(context.Context, *Input, Options, RowSink) (*Scanned, error) { return own, nil }
	none := func(int, []Row) error { return errors.New("rows") }
	s, err := Scan(t.Context(), inputOf(t, "x", []byte(twoOf)), []Format{f}, Options{}, none)
	if s != own || err != nil {
		t.Errorf("%+v, %v", s, err)
	}
	own, n := nil, 0
	count := func(_ int, rows []Row) error { n += len(rows); return nil }
	s, err = Scan(t.Context(), inputOf(t, "x", []byte(twoOf)), []Format{f}, Options{}, count)
	if err != nil || s.Source.Format != "l" || n != ScanBatch+10 {
		t.Errorf("%d rows, %+v, %v", n, s, err)
	}
}

// TestScanEnds: an ended context stops the pass, before it and within it, and so does the error of the sink.
func TestScanEnds(t *testing.T) {
	formats := []Format{lineFormat("l", 1)}
	ctx, end := context.WithCancel(t.Context())
	_, err := Scan(ctx, inputOf(t, "x", []byte(twoOf)), formats, Options{}, func(int, []Row) error {
		end()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("ended within: %v", err)
	}
	broken := errors.New("disk full")
	_, err = Scan(t.Context(), inputOf(t, "x", []byte(twoOf)), formats, Options{}, func(int, []Row) error {
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("failed within: %v", err)
	}
	never := func(int, []Row) error { return errors.New("rows of an ended context") }
	_, err = Scan(ctx, inputOf(t, "x", []byte(twoOf)), formats, Options{}, never)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
}
