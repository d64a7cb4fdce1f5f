package recon

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"sync"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/recon/bulk"
)

// Limits are what a reconciliation may take and where it leaves its lists.
type Limits struct {
	Memory  int64 // bytes, at least LeastMemory
	Workers int
	Out     string // the folder of the lists; "": none
	Shown   int    // breaks of a kind that a run in passes holds; 0: as many as a report shows
	Pass    func(pass string, done, total int64)
}

// LeastMemory is the least cap that can be kept.
const LeastMemory = bulk.MinMemory

// heldBytes is how many bytes of memory a byte of a table takes as records under comparison, at most.
const heldBytes = 16

// CheckWithin is Check within a memory cap. Files that fit are held as a whole; others are reconciled in
// passes, and the Run then holds as much as a report shows. Both leave the same lists.
func CheckWithin(ctx context.Context, files []File, opt Options, lim Limits) (*tillproof.Run, error) {
	var size int64
	for _, f := range files {
		size += f.Size
	}
	if size <= lim.Memory/heldBytes {
		return checkHeld(ctx, files, opt, lim)
	}
	answer, err := CheckLarge(ctx, files, opt, lim)
	if err != nil {
		return nil, err
	}
	return answer.Run, nil
}

func checkHeld(ctx context.Context, files []File, opt Options, lim Limits) (*tillproof.Run, error) {
	run, err := Check(ctx, files, opt)
	if run == nil || lim.Out == "" {
		return run, err
	}
	if wrong := bulk.Lists(run, lim.Out); wrong != nil {
		return nil, wrong
	}
	return run, err
}

// CheckLarge reconciles files of any length in passes. Every file must be readable; one that is not ends the
// run, since half an answer of this size is not looked through by anybody.
func CheckLarge(ctx context.Context, files []File, opt Options, lim Limits) (*bulk.Answer, error) {
	var inputs []bulk.Input
	var notes []tillproof.Note
	var asked []File
	seen := &digests{of: map[tillproof.Digest]int32{}, names: map[int32]string{}}
	for _, f := range files {
		inside, left, err := unpackLarge(f)
		if err != nil {
			return nil, err
		}
		notes = append(notes, left...)
		for _, f := range inside {
			if f.Side, err = sideOfFile(ctx, f, opt); err != nil {
				return nil, err
			}
			asked = append(asked, f)
			inputs = append(inputs, bulkInput(f, opt, lim.Workers, seen))
		}
	}
	answer, err := bulk.Run(ctx, inputs, bulk.Options{
		Rulings: rulingsOf(opt.Decisions),
		Fees:    fitFees,
		Merge: func(run *tillproof.Run) {
			dropOverlaps(run)
			dropTwins(run)
		},
		Watch:  watcher(opt),
		Policy: opt.Policy, Memory: lim.Memory, Workers: lim.Workers, Out: lim.Out, Shown: lim.Shown,
		Progress: lim.Pass,
		Judge: func(run *tillproof.Run) {
			for i := range run.Breaks {
				doubtBreak(run, &run.Breaks[i])
			}
		},
	})
	if err != nil {
		return nil, sized(err, files)
	}
	var keys []string
	for i := range answer.Run.Sources {
		keys = append(keys, sourceKey(&answer.Run.Sources[i], &asked[i]))
	}
	opt.Basis.Passes, opt.Basis.Watched = true, answer.Watched
	setBasis(answer.Run, keys, opt.Basis)
	answer.Run.Pairs = answer.Methods
	answer.Run.Warnings = append(notes, answer.Run.Warnings...)
	warnMisfits(answer.Run)
	return answer, nil
}

// sized says how much memory would do where only a run that is held can answer.
func sized(err error, files []File) error {
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Code != bulk.NoReport {
		return err
	}
	var size int64
	for _, f := range files {
		size += f.Size
	}
	own := *e
	own.Params = tillproof.Params{"mib": strconv.FormatInt((size*heldBytes)>>20+1, 10)}
	return &own
}

// rulingsOf are the decisions, none where there are none: looking for their records costs a pass.
func rulingsOf(decisions []tillproof.Decision) bulk.Rulings {
	if len(decisions) == 0 {
		return bulk.Rulings{}
	}
	return bulk.Rulings{
		Seek: func(sources []tillproof.Source) func(*tillproof.Record) bool {
			return seekNamed(decisions, sources)
		},
		Find: func(run *tillproof.Run) { takeDecisions(run, decisions) },
	}
}

// unpackLarge is Unpack for a file that may be too long to be looked at twice: one that does not begin as an
// archive does is none.
func unpackLarge(f File) ([]File, []tillproof.Note, error) {
	var b [2]byte
	if f.At != nil {
		if n, _ := f.At.ReadAt(b[:], 0); n == len(b) && string(b[:]) != "PK" && b != [2]byte{0x1f, 0x8b} {
			return []File{f}, nil, nil
		}
	}
	return Unpack(f)
}

// headOfFile is as much of a file as shows whose view it is.
const headOfFile = 64 << 10

// sideOfFile is the side that the user named, else the one that the head of the file shows, else the file.
func sideOfFile(ctx context.Context, f File, opt Options) (tillproof.Side, error) {
	if f.Side != tillproof.NoSide {
		return f.Side, nil
	}
	opt.Progress = nil
	head := f
	if f.At != nil {
		b := make([]byte, min(f.Size, headOfFile))
		n, err := f.At.ReadAt(b, 0)
		if err != nil && !errors.Is(err, io.EOF) {
			return f.Side, placed(err, f.Name)
		}
		b = b[:n]
		if int64(n) < f.Size {
			b = b[:bytes.LastIndexByte(b, '\n')+1]
		}
		head.At, head.Size = bytes.NewReader(b), int64(len(b))
	}
	none := func(tillproof.Record) error { return nil }
	src, err := Read(ctx, head, opt, none)
	if (err != nil || src.Side == tillproof.NoSide) && head.Size != f.Size {
		src, err = Read(ctx, f, opt, none)
	}
	if err == nil && src.Side == tillproof.NoSide {
		err = fail(tillproof.KindInvalid, "recon.side_unknown", src.File, nil)
	}
	return src.Side, err
}

// digests tell a file that was named twice from one that is read again.
type digests struct {
	mu    sync.Mutex
	of    map[tillproof.Digest]int32
	names map[int32]string
}

func (d *digests) once(n int32, src *tillproof.Source) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	other, seen := d.of[src.Digest]
	if seen && other != n {
		params := tillproof.Params{"other": d.names[other]}
		return fail(tillproof.KindConflict, "recon.same_file", src.File, params)
	}
	d.of[src.Digest], d.names[n] = n, src.File
	return nil
}

func bulkInput(f File, opt Options, workers int, seen *digests) bulk.Input {
	return bulk.Input{
		Side: f.Side,
		Scan: func(ctx context.Context, n int32, rows format.RowSink) (*format.Scanned, error) {
			fo, err := formatOptions(f, opt, n)
			if err != nil {
				return nil, err
			}
			fo.Workers = workers
			in, err := f.lateInput()
			if err != nil {
				return nil, placed(err, f.Name)
			}
			s, err := format.Scan(ctx, in, opt.Formats, fo, rows)
			if err != nil {
				return nil, placed(err, f.Name)
			}
			return s, seen.once(n, &s.Source)
		},
		Read: func(
			ctx context.Context, n int32, record func(tillproof.Record) error,
		) (tillproof.Source, error) {
			src, err := read(ctx, f, opt, n, record)
			if err != nil {
				return src, err
			}
			return src, seen.once(n, &src)
		},
	}
}
