package table

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// What stops a pass over a file that turns out to need another way.
var (
	errAnew    = errors.New("needs the records")
	errCharset = errors.New("is of another charset")
)

// scan is the bulk door of text tables. Blocks of the file are shared out among the workers; each line that
// is plain is read from its bytes, and the reader of the records is given the others, in the order of the
// file and with the sums of what stands between them.
func (t reader) scan(
	ctx context.Context, in *format.Input, opt format.Options, rows format.RowSink,
) (*format.Scanned, error) {
	s, err := t.passThrough(ctx, in, opt, rows)
	if errors.Is(err, errCharset) {
		if in, err = in.Settled(); err != nil {
			return nil, err
		}
		if err := rows(0, nil); err != nil {
			return nil, err
		}
		s, err = t.passThrough(ctx, in, opt, rows)
	}
	if errors.Is(err, errAnew) {
		return nil, rows(0, nil)
	}
	return s, err
}

// passThrough is one pass; nil where the file has no fast way.
func (t reader) passThrough(
	ctx context.Context, in *format.Input, opt format.Options, rows format.RowSink,
) (*format.Scanned, error) {
	p, err := t.newPass(in, opt, rows)
	switch {
	case err != nil && in.IsLate(): // it may be one of the wrong charset
		return nil, errCharset
	case p == nil || err != nil:
		return nil, err
	}
	return p.run(ctx, max(1, opt.Workers))
}

// maxAbove is how much of a file may stand above its rows.
const maxAbove = 256 << 10

// pass is one reading of a file through its plain lines.
type pass struct {
	in    *format.Input
	opt   format.Options
	fast  *profile.Fast
	odd   *oddRows
	delim byte
	ascii bool // the delimiter may be part of a longer character: lines beyond ASCII are odd
	sink  format.RowSink

	from, to int64 // the bytes of the rows
	above    int   // lines before them
	blocks   int64
	taken    atomic.Int64 // blocks that workers have begun

	mu     sync.Mutex
	turned *sync.Cond
	next   int64             // the block whose turn it is
	parsed map[int64]*parsed // those that came before their turn
	source *format.Pass
	lines  []int32  // before each block, of the rows
	marks  [][]mark // of each block
	stop   error
	free   []*block
}

// newPass opens the file; nil where it has no fast way.
func (t reader) newPass(in *format.Input, opt format.Options, rows format.RowSink) (*pass, error) {
	in, delim, err := t.cutBy(in, opt)
	if err != nil {
		return nil, err
	}
	r, err := t.reader(in, delim, opt)
	if err != nil {
		return nil, err
	}
	coded, ok := in.Undecoded()
	if !ok {
		return nil, nil
	}
	p := &pass{
		in: in, opt: opt, delim: delim, ascii: coded.Wide() && delim >= '@', sink: rows,
		odd: newOddRows(coded, delim), parsed: map[int64]*parsed{},
	}
	p.turned = sync.NewCond(&p.mu)
	if p.fast = r.Fast(p.odd, coded.Whole); p.fast == nil {
		return nil, nil
	}
	if found, err := p.findRows(r.HeaderLine(), coded); !found || err != nil {
		return nil, err
	}
	p.source = format.NewPass(in, name, opt, r)
	return p, nil
}

// findRows finds the first byte behind the header; false where the lines above end in other ways than with
// LF, and where something pads the end of the file.
func (p *pass) findRows(header int, coded *format.Undecoded) (bool, error) {
	if p.from, p.to = p.in.TextBounds(); p.to != p.in.Size {
		return false, nil
	}
	p.blocks = (p.in.Size + blockSize - 1) / blockSize
	buf := make([]byte, min(p.to, maxAbove))
	if err := p.in.ReadAt(buf, 0); err != nil {
		return false, err
	}
	if !bytes.HasPrefix(buf, p.in.Head.Raw) {
		return false, format.ErrorChanged()
	}
	cut := records{lines: newLines(bytes.NewReader(buf[p.from:])), delim: p.delim, coded: coded}
	var row profile.Row
	for row.Line < header {
		if err := cut.Next(&row); err != nil {
			return false, nil
		}
	}
	if len(cut.again) > 0 {
		return false, nil
	}
	p.above = cut.lines.n
	for range p.above {
		i := bytes.IndexByte(buf[p.from:], '\n')
		if i < 0 || bytes.IndexByte(bytes.TrimSuffix(buf[p.from:p.from+int64(i)], []byte{'\r'}), '\r') >= 0 {
			return false, nil
		}
		p.from += int64(i) + 1
	}
	return p.from < p.to, nil
}

// run reads all blocks.
func (p *pass) run(ctx context.Context, workers int) (*format.Scanned, error) {
	workers = min(workers, max(1, runtime.GOMAXPROCS(0)*2), int(p.blocks))
	for range workers + spareBlocks {
		p.free = append(p.free, newBlock())
	}
	ended := context.AfterFunc(ctx, func() { p.fail(ctx.Err()) })
	defer ended()
	var all sync.WaitGroup
	for n := range workers {
		w := &worker{pass: p, n: n, lane: p.fast.Lane(), rows: make([]format.Row, format.ScanBatch)}
		w.cells = make([]profile.Span, p.fast.Width())
		all.Go(w.work)
	}
	all.Wait()
	if err := p.stopped(ctx); err != nil {
		return nil, err
	}
	p.free = nil // the way back to the lines lives on without them
	return p.end()
}

// stopped is why the pass does not go on. The context is asked too: where the last block was read before
// anybody heard that it has ended, no worker was stopped by it.
func (p *pass) stopped(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return cmp.Or(p.stop, ctx.Err())
}

// fail stops the pass with the first error.
func (p *pass) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stop == nil {
		p.stop = err
	}
	p.turned.Broadcast()
}

// end gives the reader the end of the file.
func (p *pass) end() (*format.Scanned, error) {
	p.odd.end()
	if err := p.source.Read(func(tillproof.Record) error { return nil }); err != nil {
		return nil, err
	}
	if !p.fast.Ended() {
		return nil, errAnew
	}
	src, err := p.source.Source()
	if err != nil {
		return nil, err
	}
	if p.fast.Surveyed() { // the file was read twice: it must have been the same
		again, err := p.in.Digest()
		switch {
		case err != nil:
			return nil, err
		case again != src.Digest:
			return nil, format.ErrorChanged()
		}
	}
	return &format.Scanned{Source: src, At: newWayBack(p, src.Side).at}, nil
}

// oddRows are the lines that the reader of the records is given.
type oddRows struct{ *records }

func newOddRows(coded *format.Undecoded, delim byte) *oddRows {
	return &oddRows{&records{lines: newLines(awaiting{}), delim: delim, coded: coded}}
}

func (o *oddRows) put(p physical) { o.again = append(o.again, p) }

func (o *oddRows) end() { o.lines = newLines(bytes.NewReader(nil)) }

// awaiting is a text of which no more is known yet.
type awaiting struct{}

// Read has nothing.
func (awaiting) Read([]byte) (int, error) { return 0, format.ErrAwait }
