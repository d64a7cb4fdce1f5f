package format

import (
	"errors"
	"io"

	"github.com/tillproof/tillproof"
)

// Queue is what one step of reading made and nobody took yet: a line of a file may end two entries, or none.
type Queue[T any] struct {
	waiting []T
	ended   bool
}

// Put adds to the end.
func (q *Queue[T]) Put(x T) { q.waiting = append(q.waiting, x) }

// Take gives what waits, first come first served, and takes steps while nothing does. step answers io.EOF at
// the end, once it has put what the end completes; Take answers it when all is taken. Any other error of a
// step is answered at once.
func (q *Queue[T]) Take(step func() error) (T, error) {
	var first T
	for len(q.waiting) == 0 {
		if q.ended {
			return first, io.EOF
		}
		switch err := step(); {
		case errors.Is(err, io.EOF):
			q.ended = true
		case err != nil:
			return first, err
		}
	}
	first, q.waiting = q.waiting[0], q.waiting[1:]
	return first, nil
}

// Answers are what Reader.Read still has to give. Readers embed it.
type Answers struct{ queue Queue[answer] }

type answer struct {
	line Line
	err  error
}

// Give adds a line, or the error that stands for it.
func (a *Answers) Give(line Line, err error) { a.queue.Put(answer{line, err}) }

// Note adds an issue about something that was read all the same, or is no entry.
func (a *Answers) Note(i tillproof.Issue) { a.Give(Line{}, &LineError{Issue: i}) }

// Next is Reader.Read: what waits, or what the next steps make, as Queue.Take has it.
func (a *Answers) Next(step func() error) (Line, error) {
	next, err := a.queue.Take(step)
	if err != nil {
		return Line{}, err
	}
	return next.line, next.err
}
