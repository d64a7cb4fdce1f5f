package sqlite

import (
	"context"
	"errors"

	"github.com/tillproof/tillproof"
)

// maxReaders bounds the connections for reading: each costs memory, and two processors read no faster with
// more.
const maxReaders = 4

// readers are the connections for reading, opened as they are needed.
type readers struct {
	open func() (*conn, error)
	free chan *conn    // nil: a connection that is not open yet
	quit chan struct{} // closed by close
}

func newReaders(open func() (*conn, error)) *readers {
	r := &readers{open: open, free: make(chan *conn, maxReaders), quit: make(chan struct{})}
	for range maxReaders {
		r.free <- nil
	}
	return r
}

// read runs do in a transaction, so that all it reads is of one moment.
func (r *readers) read(ctx context.Context, do func(*conn) error) (err error) {
	var c *conn
	select {
	case c = <-r.free:
	case <-ctx.Done():
		return ctx.Err()
	case <-r.quit:
		return fail(tillproof.KindUnavailable, "store.io", errClosed)
	}
	defer func() { r.free <- c }()
	if err := ctx.Err(); err != nil {
		return err
	}
	if c == nil {
		if c, err = r.open(); err != nil {
			return err
		}
	}
	if err := c.run("begin_read", nil); err != nil {
		return err
	}
	c.db.SetInterrupt(ctx.Done())
	err = do(c)
	c.db.SetInterrupt(nil)
	if rolled := c.run("rollback", nil); rolled != nil {
		_ = c.close()
		c = nil
	}
	if stopped := ctx.Err(); stopped != nil && err != nil {
		return stopped
	}
	return err
}

// close waits for those who read still.
func (r *readers) close() error {
	close(r.quit)
	var errs []error
	for range maxReaders {
		if c := <-r.free; c != nil {
			errs = append(errs, c.close())
		}
	}
	return errors.Join(errs...)
}
