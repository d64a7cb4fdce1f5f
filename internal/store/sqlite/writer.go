package sqlite

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/tillproof/tillproof"
)

const (
	// maxQueue bounds the acts that wait for the writer; whoever comes then waits before the queue.
	maxQueue = 1024

	// maxGroup bounds the acts of one transaction: enough that one sync serves many, few enough that the
	// first of a group does not wait long for the last.
	maxGroup = 256
)

// writer is the one goroutine that writes. Acts queue up while a transaction is brought to the disk, and the
// next transaction takes all that wait: so a disk that syncs two hundred times a second serves thousands.
type writer struct {
	open    func() (*conn, error)
	fault   func(step string) error
	jobs    chan *job
	quit    chan struct{}    // closed by stop
	stopped chan struct{}    // closed when the goroutine has ended
	conn    *conn            // nil before the first act
	saw     func(error) bool // is told what became of each transaction
	edges   map[[16]byte]*edge
}

// job is an act in the queue.
type job struct {
	ctx   context.Context
	in    [16]byte // the workspace
	do    func(*tx) error
	state atomic.Int32
	done  chan error
}

// The states of a job: whoever moves it out of waiting decides what becomes of it.
const (
	jobWaiting int32 = iota
	jobStarted
	jobGone
)

func newWriter(
	open func() (*conn, error), fault func(step string) error, saw func(error) bool,
) *writer {
	if fault == nil {
		fault = func(string) error { return nil }
	}
	w := &writer{
		open: open, fault: fault, saw: saw, jobs: make(chan *job, maxQueue),
		quit: make(chan struct{}), stopped: make(chan struct{}), edges: map[[16]byte]*edge{},
	}
	go w.loop()
	return w
}

var errClosed = errors.New("the store is closed")

// act runs do as a whole or not at all, and answers when it is on the disk. An act whose context ends before
// it has begun does not begin; one that has begun is brought to its end, and the answer is true.
func (w *writer) act(ctx context.Context, in [16]byte, do func(*tx) error) error {
	j := &job{ctx: ctx, in: in, do: do, done: make(chan error, 1)}
	select {
	case <-w.quit: // asked alone first: where two cases are ready, either may be taken
		return fail(tillproof.KindUnavailable, "store.io", errClosed)
	default:
	}
	select {
	case w.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return fail(tillproof.KindUnavailable, "store.io", errClosed)
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		if j.state.CompareAndSwap(jobWaiting, jobGone) {
			return ctx.Err()
		}
		return <-j.done
	case <-w.stopped:
		if j.state.CompareAndSwap(jobWaiting, jobGone) {
			return fail(tillproof.KindUnavailable, "store.io", errClosed)
		}
		return <-j.done
	}
}

// stop lets the writer finish what has been queued.
func (w *writer) stop() error {
	close(w.quit)
	<-w.stopped
	if w.conn == nil {
		return nil
	}
	return w.conn.close()
}

func (w *writer) loop() {
	defer close(w.stopped)
	for {
		select {
		case j := <-w.jobs:
			w.group(j)
		case <-w.quit:
			for j := w.next(); j != nil; j = w.next() {
				w.group(j)
			}
			return
		}
	}
}

// next is the next act that waits, nil where none does.
func (w *writer) next() *job {
	select {
	case j := <-w.jobs:
		return j
	default:
		return nil
	}
}

// group runs an act and those that wait behind it in one transaction.
func (w *writer) group(first *job) {
	if err := w.begin(); err != nil {
		w.saw(err)
		first.answer(err)
		return
	}
	var done []*job
	for j := first; j != nil; {
		err := w.one(j)
		switch err {
		case nil:
			done = append(done, j)
		case errGone:
		default:
			w.saw(err)
			j.answer(err)
		}
		if w.conn.db.AutocommitEnabled() { // the whole transaction was given up: the disk is full
			w.giveUp(done, err)
			return
		}
		if j = nil; len(done) < maxGroup {
			j = w.next()
		}
	}
	if len(done) == 0 {
		w.giveUp(nil, nil)
		return
	}
	if err := w.commit(); err != nil {
		w.saw(err)
		w.giveUp(done, err)
		return
	}
	w.saw(nil)
	err := w.fault("committed")
	for _, j := range done {
		j.answer(err)
	}
}

var errGone = errors.New("whoever wanted the act has left")

// answer tells the caller; a job that was not begun is not its caller's to leave any more.
func (j *job) answer(err error) {
	j.state.CompareAndSwap(jobWaiting, jobStarted)
	j.done <- err
}

func (w *writer) begin() error {
	if w.conn == nil {
		c, err := w.open()
		if err != nil {
			return err
		}
		w.conn = c
	}
	if err := w.fault("begin"); err != nil {
		return err
	}
	if err := w.conn.run("begin", nil); err != nil {
		return err
	}
	for _, e := range w.edges {
		e.stale = true // another process may have written meanwhile
	}
	return nil
}

func (w *writer) commit() error {
	if err := w.fault("commit"); err != nil {
		return err
	}
	return w.conn.run("commit", nil)
}

// giveUp ends the transaction without an effect and tells those whose acts it held.
func (w *writer) giveUp(acts []*job, err error) {
	clear(w.edges)
	if !w.conn.db.AutocommitEnabled() {
		if rolled := w.conn.run("rollback", nil); rolled != nil {
			_ = w.conn.close() // a connection that cannot even roll back is not used again
			w.conn = nil
		}
	}
	for _, j := range acts {
		j.answer(err)
	}
}

// one runs an act in a savepoint: where it fails, the others of its transaction stay.
func (w *writer) one(j *job) error {
	if j.ctx.Err() != nil || !j.state.CompareAndSwap(jobWaiting, jobStarted) {
		if j.state.CompareAndSwap(jobWaiting, jobGone) {
			j.done <- j.ctx.Err()
		}
		return errGone
	}
	if err := w.conn.run("savepoint", nil); err != nil {
		return err
	}
	t := &tx{c: w.conn, ctx: j.ctx, in: j.in, edge: w.edge(j.in), fault: w.fault}
	err := j.do(t)
	if err == nil {
		return w.conn.run("release", nil)
	}
	t.edge.stale = true
	if !w.conn.db.AutocommitEnabled() {
		undo := errors.Join(w.conn.run("rollback_act", nil), w.conn.run("release", nil))
		if undo != nil { // then nothing of the transaction may stay
			return errors.Join(err, w.conn.run("rollback", nil))
		}
	}
	return err
}
