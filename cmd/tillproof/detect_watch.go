package main

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/detect/custom"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// watch is a call of `detect` on its way: what was read, and what the engine said about it.
type watch struct {
	*door
	flags  *detectFlags
	policy tillproof.Policy
	delay  int64                   // seconds
	token  func(pan string) uint64 // one for all files, so that a card is known in each
	in     *inputs

	parts   []part // the files, those inside archives one by one
	sources []tillproof.Source
	side    tillproof.Side // of all of them
	notes   []tillproof.Note
	failed  []error
	rows    int64
	order   *sorter
	names   *nameList // nil where no scores are written
	labels  *labels   // nil where there are none

	engine  *detect.Engine
	teacher *teach.Teacher
	chances *chances
	asking  *custom.Asking // the rules of the user on their way
}

func (w *watch) close() {
	if w.in != nil {
		w.in.Close()
	}
	if w.order != nil {
		w.order.close()
	}
	if w.names != nil {
		w.names.close()
	}
}

// gather reads all files: each row goes into the order of time, with the verdict about it.
func (w *watch) gather(ctx context.Context) error {
	var err error
	if w.order, err = newSorter(); err != nil {
		return err
	}
	if w.flags.scores != "" {
		if w.names, err = newNameList(); err != nil {
			return err
		}
	}
	if w.flags.labels != "" {
		if w.labels, err = w.readLabels(ctx, w.flags.labels); err != nil {
			return err
		}
	}
	for _, f := range w.in.open {
		if err := w.file(ctx, f); err != nil {
			return err
		}
	}
	if len(w.sources) == 0 {
		return errors.Join(append(w.in.failed, w.failed...)...)
	}
	w.warn(append(w.in.failed, w.failed...))
	for _, err := range append(w.in.failed, w.failed...) {
		w.exit = worst(w.exit, skipped(err))
	}
	if w.labels != nil {
		w.notes = append(w.notes, w.labels.tell()...)
	}
	return nil
}

// file reads a file, or each file inside it where it is an archive.
func (w *watch) file(ctx context.Context, f *input) error {
	parts, notes, err := unpack(f)
	if stop := errors.Join(ctx.Err(), w.in.unchanged()); stop != nil {
		return stop
	}
	if err != nil {
		w.failed = append(w.failed, flatten(err)...)
		return nil
	}
	w.notes = append(w.notes, notes...)
	var wrong []error
	for _, p := range parts {
		bad, err := w.part(ctx, p)
		if err != nil {
			return err
		}
		wrong = append(wrong, flatten(bad)...)
	}
	notes, wrong = asides(wrong, len(parts))
	w.notes, w.failed = append(w.notes, notes...), append(w.failed, wrong...)
	return nil
}

// part reads one file. What is wrong with it is the first answer; the second ends the call.
func (w *watch) part(ctx context.Context, p part) (bad, stop error) {
	from := w.rows
	source, err := w.readRecords(ctx, p, w.take)
	if stop := errors.Join(ctx.Err(), w.in.unchanged()); stop != nil {
		return nil, stop
	}
	if err != nil {
		if w.rows > from {
			return nil, err // its rows are on their way: half a file gives no answer
		}
		return err, nil
	}
	switch {
	case source.Side == tillproof.Bank:
		return nil, detectError("cmd.detect.bank", source.File, nil)
	case w.side == tillproof.NoSide:
		w.side = source.Side
	case w.side != source.Side && source.Side != tillproof.NoSide:
		return nil, detectError("cmd.detect.sides", source.File, nil)
	}
	w.parts, w.sources = append(w.parts, p), append(w.sources, source)
	w.exit = worst(w.exit, exitOfSource(&source))
	return nil, nil
}

func detectError(code, file string, p tillproof.Params) error {
	return &tillproof.Error{
		Op: "detect", Kind: tillproof.KindInvalid, Code: code, Place: tillproof.Place{File: file}, Params: p,
	}
}

// take lays a row down.
func (w *watch) take(r tillproof.Record) error {
	e := event{txn: detect.TxnOf(w.rows, &r), known: tillproof.NoTime}
	if w.labels != nil && e.txn.At.Known() {
		e.verdict, e.known = w.labels.of(&r, e.txn.At, w.delay)
	}
	w.rows++
	if w.names != nil {
		if err := w.names.add(nameOf(&r), len(w.parts), int(r.Origin.Line)); err != nil {
			return err
		}
	}
	return w.order.add(&e)
}

// nameOf is what a list of scores calls a row: the file's own number of the transaction.
func nameOf(r *tillproof.Record) string {
	switch {
	case r.Refs.Order != "":
		return r.Refs.Order
	case r.Refs.RRN != "":
		return r.Refs.RRN
	}
	return r.ID.String()
}

// passCode names the pass of the engine for people.
const passCode = "cmd.pass.detect"

// progressRows is how many rows pass between two looks at the context and pictures of the bar.
const progressRows = 1 << 13

// engage gives the rows and the verdicts to the engine.
func (w *watch) engage(ctx context.Context) error {
	report, clear := w.newPasses()
	defer clear()
	w.asking = w.ask(w.rules)
	var err error
	if w.teacher, err = w.newTeacher(); err != nil {
		return err
	}
	book, least := detect.Default(), int64(0)
	if w.flags.alerts > 0 {
		least = possible
	}
	if w.flags.trial != nil {
		book, least = detect.Book{}, detect.Certain // the learned score is silent
	}
	w.engine = detect.NewEngine(detect.Options{
		Book: book, Policy: w.policy, Teacher: w.teacher, Least: least, Custom: w.asking.Rules(),
		Silent:     w.isSilent,
		Verdicts:   w.labels != nil && w.flags.trial == nil,
		OnDecision: func(d detect.Decision) { w.chances.set(d.Ref, d.Chance) },
	})
	done, repeats := int64(0), repeats{}
	err = w.order.each(func(e *event) error {
		repeats.see(e.txn)
		if done++; done%progressRows == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if report != nil {
				report(passCode, done, w.rows)
			}
		}
		if e.verdict != unsaid {
			w.engine.Know(stream.Label{Txn: e.txn, Known: e.known, Fraud: e.verdict == fraud})
		}
		return w.engine.Push(e.txn)
	})
	if err != nil {
		return err
	}
	if n := repeats.note(w.rows); n.Code != "" {
		w.notes = append(w.notes, n)
	}
	if err := w.engine.End(); err != nil {
		return err
	}
	if w.flags.trial == nil {
		w.notes = append(w.notes, detect.Unlearned(w.teacher, w.labels != nil)...)
	}
	return nil
}

// repeats counts rows that are the same as the one before them in the order of time.
type repeats struct {
	last stream.Txn
	n    int64
}

func (r *repeats) see(t stream.Txn) {
	t.Ref = 0
	if numbered := t.Order != 0 || t.RRN != 0; numbered && t == r.last {
		r.n++
	}
	r.last = t
}

// manyRepeats is the share of repeated rows from which on they are no slip of the till: in a file that was
// joined with itself every second row is one.
const manyRepeats = 4

func (r *repeats) note(rows int64) tillproof.Note {
	if r.n == 0 || r.n*manyRepeats < rows {
		return tillproof.Note{}
	}
	return tillproof.Note{Code: "cmd.detect.repeated", Params: tillproof.Params{
		"n": strconv.FormatInt(r.n, 10), "of": strconv.FormatInt(rows, 10),
	}}
}

// fetch reads the files once more and keeps the rows that are named, in ascending order.
func (w *watch) fetch(ctx context.Context, refs []int64) (map[int64]*tillproof.Record, error) {
	got := make(map[int64]*tillproof.Record, len(refs))
	if len(refs) == 0 {
		return got, nil
	}
	ref := int64(0)
	for i, p := range w.parts {
		source, err := w.readRecords(ctx, p, func(r tillproof.Record) error {
			if len(refs) > 0 && refs[0] == ref {
				r.Origin.Source = int32(i)
				got[ref], refs = &r, refs[1:]
			}
			ref++
			return nil
		})
		switch {
		case err != nil:
			return nil, err
		case source.Digest != w.sources[i].Digest:
			f := &input{name: w.sources[i].File}
			return nil, badInput(f, tillproof.KindConflict, "cmd.input.changed", nil)
		}
		if len(refs) == 0 {
			break
		}
	}
	return got, nil
}

// wantedRefs are the rows that incidents name, ascending.
func wantedRefs(all []*detect.Incident) []int64 {
	refs := detect.Wanted(all)
	slices.Sort(refs)
	return slices.Compact(refs)
}
