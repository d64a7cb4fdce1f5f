package format

import (
	"io"

	"github.com/tillproof/tillproof"
)

// NewInput reads the head of a file and decides its charset.
func NewInput(name string, at io.ReaderAt, size int64) (*Input, error) { panic("to come") }

// Text is the whole file decoded to UTF-8, without byte order mark.
func (in *Input) Text() (io.Reader, error) { panic("to come") }

// Load reads one file: picks its format, hands each record to sink, and answers what the file says about itself.
func Load(in *Input, formats []Format, opt Options, sink func(tillproof.Record) error) (tillproof.Source, error) {
	panic("to come")
}
