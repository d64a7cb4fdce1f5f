package table_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/table"
)

// shrinking is a file that is cut while it is read.
type shrinking struct {
	text  []byte
	reads atomic.Int64
	after int64 // reads that see the whole file
}

func (s *shrinking) ReadAt(b []byte, off int64) (int, error) {
	text := s.text
	if s.reads.Add(1) > s.after {
		text = text[:len(text)/2]
	}
	return bytes.NewReader(text).ReadAt(b, off)
}

// TestScanOfAFileThatShrinks: it is refused, wherever the cut is met, and no worker waits for ever.
func TestScanOfAFileThatShrinks(t *testing.T) {
	table.CutBlocks(t, 4096)
	text := []byte(genLog(4000, ",", ""))
	for after := int64(6); after < 60; after += 6 {
		at := &shrinking{text: text, after: after}
		in, err := format.NewInput("x.csv", at, int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = format.Scan(t.Context(), in, formats(), format.Options{Workers: 3}, drop)
		var e *tillproof.Error
		if !errors.As(err, &e) || e.Code != "source.changed" {
			t.Errorf("cut after %d reads: %v", after, err)
		}
	}
}

func drop(int, []format.Row) error { return nil }

// TestScanStops: an error of the sink and an ended context stop all workers.
func TestScanStops(t *testing.T) {
	table.CutBlocks(t, 4096)
	text := []byte(genLog(4000, ",", ""))
	scan := func(ctx context.Context, sink format.RowSink) error {
		in, err := format.NewInput("x.csv", bytes.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = format.Scan(ctx, in, formats(), format.Options{Workers: 3}, sink)
		return err
	}
	full := errors.New("disk full")
	var calls atomic.Int64
	if err := scan(t.Context(), func(int, []format.Row) error {
		if calls.Add(1) == 5 {
			return full
		}
		return nil
	}); !errors.Is(err, full) {
		t.Errorf("the sink fails: %v", err)
	}
	ctx, end := context.WithCancel(t.Context())
	stop := func(int, []format.Row) error { end(); return nil }
	if err := scan(ctx, stop); !errors.Is(err, context.Canceled) {
		t.Errorf("the context ends: %v", err)
	}
	unheard := &unheardEnd{Context: t.Context()}
	end = func() { unheard.over.Store(true) }
	if err := scan(unheard, stop); !errors.Is(err, context.Canceled) {
		t.Errorf("the context ends, and all is read before that is heard: %v", err)
	}
}

// unheardEnd is a context that ends and tells only who asks: what a busy machine makes of any.
type unheardEnd struct {
	context.Context
	over atomic.Bool
}

// Done is never closed.
func (*unheardEnd) Done() <-chan struct{} { return nil }

// Err says whether it is over.
func (u *unheardEnd) Err() error {
	if u.over.Load() {
		return context.Canceled
	}
	return nil
}

// TestScanAnew: a line in the midst that needs its neighbours takes all rows back, once and at rest, and the
// file is read the other way.
func TestScanAnew(t *testing.T) {
	table.CutBlocks(t, 4096)
	plain := genLog(4000, ",", "")
	half := strings.LastIndexByte(plain[:len(plain)/2], '\n') + 1
	joined := "898310148000001,36830000,000001,\"000\n001\",606000000000,,5865,35," +
		"2026-03-01 00:01:44,SALE,00,\n"
	promise := "898310148000001,36830000,000001,000001,606000000000,,5865,35," +
		"2026-03-01 00:01:44,PREAUTH,00,\n"
	for name, line := range map[string]string{
		"a cell of two lines": joined, "a pre-authorisation": promise, "an open quote": "\"x,1,2\ny\",3\n",
		"a line end of its own": "a\rb\n",
	} {
		text := plain[:half] + line + plain[half:]
		in, err := format.NewInput("x.csv", strings.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		var running, before, rows, anew atomic.Int64
		s, err := format.Scan(t.Context(), in, formats(), format.Options{Workers: 3},
			func(_ int, batch []format.Row) error {
				if now := running.Add(1); batch == nil && now != 1 {
					t.Error("rows are taken back while others come")
				}
				defer running.Add(-1)
				if batch == nil {
					anew.Add(1)
					before.Store(rows.Swap(0))
				}
				rows.Add(int64(len(batch)))
				return nil
			})
		if err != nil || s.At != nil || anew.Load() != 1 || before.Load() == 0 || rows.Load() < 4000 {
			t.Errorf("%s: taken back %d times, %d rows before and %d after, %v", name, anew.Load(),
				before.Load(), rows.Load(), err)
		}
	}
}

// TestOpenQuoteIsOneLine: a quote that nothing closes costs its own line, not the speed of the file.
func TestOpenQuoteIsOneLine(t *testing.T) {
	table.CutBlocks(t, 4096)
	lines := strings.SplitAfter(genLog(900, ",", ""), "\n")
	for _, n := range []int{2, 99, 300, 400, 700} {
		lines[n] = `"` + lines[n]
	}
	if n := doors(t, fewFormats(t), []byte(strings.Join(lines, "")), format.Options{Workers: 2}); n != 895 {
		t.Errorf("%d rows took the fast path, want 895", n)
	}
	lines[880] = `"` + lines[880] // the lines below it are fewer than would be joined
	doors(t, fewFormats(t), []byte(strings.Join(lines, "")), format.Options{Workers: 2})
}

// endless is a file of one line that goes on and on.
type endless struct{ head []byte }

func (e endless) ReadAt(b []byte, off int64) (int, error) {
	for i := range b {
		if b[i] = '7'; off+int64(i) < int64(len(e.head)) {
			b[i] = e.head[off+int64(i)]
		}
	}
	return len(b), nil
}

// TestScanOfALongLine: a line of a gibibyte costs no more memory than any other, and is answered as by Load.
func TestScanOfALongLine(t *testing.T) {
	head := []byte(genLog(3, ",", ""))
	const size = 64 << 20
	in, err := format.NewInput("x.csv", endless{head}, size)
	if err != nil {
		t.Fatal(err)
	}
	want, err := format.Load(in, formats(), format.Options{}, func(tillproof.Record) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	got, err := format.Scan(t.Context(), in, formats(), format.Options{Workers: 2}, drop)
	if err != nil || len(got.Source.Issues) != len(want.Issues) || got.Source.Unread != 1 {
		t.Errorf("%d issues, %d unread, want %d; %v", len(got.Source.Issues), got.Source.Unread,
			len(want.Issues), err)
	}
}

// TestWayBackWhereThereIsNone: an offset that is none is an error, and so is a file that was cut since.
func TestWayBackWhereThereIsNone(t *testing.T) {
	text := []byte(genLog(50_000, ",", ""))
	at := &shrinking{text: text, after: 1 << 40}
	in, err := format.NewInput("x.csv", at, int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := format.Scan(t.Context(), in, formats(), format.Options{}, drop)
	if err != nil {
		t.Fatal(err)
	}
	for _, offset := range []int64{-1, 0, 5, int64(len(text)), 1 << 50} {
		if r, err := s.At(offset, 0); err == nil {
			t.Errorf("byte %d gives %+v", offset, r)
		}
	}
	last := int64(bytes.LastIndexByte(text[:len(text)-1], '\n') + 1)
	if r, err := s.At(last, 0); err != nil || r.Origin.Line != 50_001 {
		t.Errorf("the last line: %+v, %v", r, err)
	}
	text[100]++ // of the same part of the file
	first := int64(bytes.IndexByte(text, '\n') + 1)
	var e *tillproof.Error
	if _, err := s.At(first, 0); !errors.As(err, &e) || e.Code != "source.changed" {
		t.Errorf("a file that was written since: %v", err)
	}
	at.after = 0
	if _, err := s.At(last-1<<20, 0); err == nil {
		t.Errorf("a file that was cut: %v", err)
	}
}

// counting counts what is read of a text.
type counting struct {
	text string
	n    atomic.Int64
}

func (c *counting) ReadAt(b []byte, off int64) (int, error) {
	c.n.Add(int64(len(b)))
	return strings.NewReader(c.text).ReadAt(b, off)
}

// TestWayBackReadsLittle: rows far apart cost the bytes around them, rows side by side are read once, and
// each is the row that its line says, wherever the parts that are read begin.
func TestWayBackReadsLittle(t *testing.T) {
	const rows = 20_000
	text := &counting{text: genLog(rows, ",", "")}
	in, err := format.NewInput("x.csv", text, int64(len(text.text)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := format.Scan(t.Context(), in, formats(), format.Options{}, drop)
	if err != nil {
		t.Fatal(err)
	}
	var starts []int64
	for i, c := range text.text[:len(text.text)-1] {
		if c == '\n' {
			starts = append(starts, int64(i)+1)
		}
	}
	const apart = 41
	text.n.Store(0)
	for i := len(starts) - 1; i >= 0; i -= apart {
		if r, err := s.At(starts[i], 0); err != nil || int(r.Origin.Line) != i+2 {
			t.Fatalf("line %d is read as %d, %v", i+2, r.Origin.Line, err)
		}
	}
	if most := int64(rows/apart+1) * 8 << 10; text.n.Load() > most {
		t.Errorf("%d bytes were read for rows far apart, not %d", text.n.Load(), most)
	}
	text.n.Store(0)
	for i, start := range starts {
		if r, err := s.At(start, 0); err != nil || int(r.Origin.Line) != i+2 {
			t.Fatalf("line %d is read as %d, %v", i+2, r.Origin.Line, err)
		}
	}
	if size := int64(len(text.text)); text.n.Load() > size+size/8 {
		t.Errorf("%d bytes were read for all rows of %d", text.n.Load(), size)
	}
}

// TestWayBackReadsOneLine: that a line stands behind ten thousand equal ones costs nothing.
func TestWayBackReadsOneLine(t *testing.T) {
	const equal = 10_000
	head, row, _ := strings.Cut(genLog(1, ",", ""), "\n")
	text := &counting{text: head + "\n" + strings.Repeat(row, equal+1)}
	in, err := format.NewInput("x.csv", text, int64(len(text.text)))
	if err != nil {
		t.Fatal(err)
	}
	var last tillproof.RecordID
	if _, err := format.Load(in, formats(), format.Options{}, func(r tillproof.Record) error {
		last = r.ID
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s, err := format.Scan(t.Context(), in, formats(), format.Options{}, drop)
	if err != nil {
		t.Fatal(err)
	}
	text.n.Store(0)
	r, err := s.At(int64(len(text.text)-len(row)), equal)
	if err != nil || r.ID != last || last == (tillproof.RecordID{}) {
		t.Errorf("the last line is %v, want %v, %v", r.ID, last, err)
	}
	if n := text.n.Load(); n > 8<<10 {
		t.Errorf("%d bytes were read", n)
	}
}
