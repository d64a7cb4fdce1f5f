package format

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
)

// Format is one file format. Formats are values in a written-out list (room all); none registers itself.
type Format struct {
	Name  string              // "camt.053"; stable, shown and written to JSON
	Sides []tillproof.Side    // where such files come from; several: the profile or the user decides
	Sniff func(h *Head) Guess // looks at a bounded head only
	Open  func(in *Input, opt Options) (Reader, error)
	// Scan is a bulk door of its own; nil, or an answer of nil and nil: the rows of the records. It is asked
	// where Pick has chosen the format.
	Scan func(ctx context.Context, in *Input, opt Options, rows RowSink) (*Scanned, error)
	// Profiles are the names that Options.Profile may force upon this format, beside its own Name.
	Profiles []string
	// Dialects are what Guess.Dialect and Summary.Dialect can say, as far as they are known, in the order in
	// which they are shown: profiles, layouts, versions. A file may state a version that is younger than the
	// list. nil: such files are all alike.
	Dialects []string
}

// Guess is how sure a format is that a head is its own, 0 (not mine) to 100 (a signature that nothing else
// has).
type Guess struct {
	Confidence int
	Dialect    string // profile or version, where the head shows it
}

// Head is the bounded beginning of a file that Sniff functions look at.
type Head struct {
	Name    string
	Raw     []byte // the first HeadBytes bytes
	Text    string // Raw decoded with Charset; empty where the bytes are no text
	Charset string
	Whole   bool // Raw is the whole file
}

// HeadBytes is what Sniff may see: the longest preamble seen in real exports is 27 lines, under 4 KiB; XLSX
// needs its zip directory, which the zip reader takes from the Input itself.
const HeadBytes = 64 << 10

// Options is what the caller knows about a file. The zero value knows nothing.
type Options struct {
	Source   int32              // ordinal of the file in the run, for Origin
	Side     tillproof.Side     // forced by the user, else NoSide
	Profile  string             // forced by the user, else ""
	Currency tillproof.Currency // of files that name none
	Dates    DateOrder          // forced by the user, else AnyOrder: the file must show it
	Year     int                // of files that write none, as the user states it; 0: the file must show it
	Zone     *time.Location     // the merchant's clock; nil: times are kept as written, offsets are an issue
	Token    func(pan string) uint64
	Tokens   Tokens                 // of a copy whose numbers are masked: those of the file itself
	Workers  int                    // of Scan, where the format has a way for several; 0: one
	Progress func(done, size int64) // of the reading: the furthest byte of all
	Passes   func(done, size int64) // of all that is done with the bytes, from 0 to size once
}

// DateOrder is the order in which a file writes the parts of its dates, as the user states it.
type DateOrder uint8

// The orders; AnyOrder says that the user stated none.
const (
	AnyOrder DateOrder = iota
	YearFirst
	DayFirst
	MonthFirst
)

// String is the word that ParseDateOrder reads, "" for AnyOrder.
func (o DateOrder) String() string { return [...]string{"", "ymd", "dmy", "mdy"}[o] }

// ParseDateOrder reads ymd, dmy or mdy.
func ParseDateOrder(s string) (DateOrder, bool) {
	switch s {
	case "ymd":
		return YearFirst, true
	case "dmy":
		return DayFirst, true
	case "mdy":
		return MonthFirst, true
	}
	return AnyOrder, false
}

// Reader gives the records of one file in its order. Read answers io.EOF at the end; a *LineError means that
// one line or entry could not be read and reading goes on; any other error stops. After io.EOF, Summary is
// complete.
type Reader interface {
	Read() (Line, error)
	Summary() Summary
}

// Line is a record and what the driver needs beside it.
type Line struct {
	Record tillproof.Record
	// Key is the masked content of the line for the RecordID: the same line in another export of the same
	// account gives the same bytes (no line number, no running export time).
	Key []byte
	// Moves is what the line adds to the file's totals where that is not Record.Amount, in its currency: the
	// rows of a report whose own totals are those of its net columns. nil: Record.Amount.
	Moves *tillproof.Exact
}

// Key joins the parts of a line's key. They are masked.
func Key(parts ...string) []byte { return []byte(strings.Join(parts, "\x1f")) }

// LineError is an entry that gave no record. Loading goes on; the issue is listed. Entry says that the line
// is an entry of the file (it counts in Totals.Entries and Source.Unread), as opposed to a note on something
// around it. Amount is what it moves where that could be read: totals run over the whole file, except an
// amount with more decimals than its currency has.
type LineError struct {
	Issue    tillproof.Issue
	Entry    bool
	Currency tillproof.Currency
	Amount   *tillproof.Exact
}

// Error is the issue's code and place.
func (e *LineError) Error() string { return e.Issue.Code }

// Summary is what a reader knows at the end: what the file says about itself and what does not add up. Side
// and Dialect are known from Open on where the format can tell.
type Summary struct {
	Dialect    string
	Side       tillproof.Side // NoSide: the format cannot tell
	From, To   tillproof.Date // the period the file states; NoDate otherwise
	Statements []tillproof.Statement
	Decisions  []tillproof.Note  // what the rows decided about how they are read, each with its evidence
	Issues     []tillproof.Issue // beyond the line errors: control totals, balances, footers
	Sheets     []tillproof.Sheet // that were read, of a workbook that has several
	Masked     int               // full card numbers masked so far
}

// Input is a file's bytes, readable more than once.
type Input struct {
	Name    string // as the user named it
	Size    int64
	At      io.ReaderAt
	Charset string // decided by NewInput before a format sees the file; "" where the bytes are no text
	Assumed bool   // Charset is the default code page: a dialect that knows better asks As
	Head    Head

	late    *late    // of an input whose charset is not decided yet; shared by its copies
	end     int64    // where the text ends: before NUL bytes that pad the file
	decoded *decoded // what the last Text met; shared by the copies that As makes
}

// Bytes reads the raw file from its start.
func (in *Input) Bytes() io.Reader { return io.NewSectionReader(in.At, 0, in.Size) }
