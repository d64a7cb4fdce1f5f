package format

import (
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/tillproof/tillproof"
)

// ErrAwait is what a reader answers that is given its lines one by one, when it has read all of them so far.
var ErrAwait = errors.New("await further lines")

// Pass makes the source of a file whose lines are read in pieces: most of them beside the format's reader,
// which is given the others. It is for the bulk doors of formats, and for one goroutine.
type Pass struct {
	in   *Input
	load loader
	sum  hash.Hash
	seen int64 // bytes hashed
}

// NewPass begins with nothing read. name is the format's.
func NewPass(in *Input, name string, opt Options, r Reader) *Pass {
	p := &Pass{in: in, sum: sha256.New()}
	p.load = loader{opt: opt, reader: r, seen: map[uint64]uint32{}}
	p.load.span = [2]tillproof.Date{tillproof.NoDate, tillproof.NoDate}
	p.load.src = tillproof.Source{
		Bytes: in.Size, Format: name, Charset: in.Charset, Side: opt.Side,
		From: tillproof.NoDate, To: tillproof.NoDate,
	}
	if opt.Side == tillproof.NoSide {
		p.load.src.Side = r.Summary().Side
	}
	return p
}

// Side is whose view the file is.
func (p *Pass) Side() tillproof.Side { return p.load.src.Side }

// Hash takes the next bytes of the file.
func (p *Pass) Hash(b []byte) {
	p.sum.Write(b)
	p.seen += int64(len(b))
	if tell := p.load.opt.Progress; tell != nil {
		tell(p.seen, p.in.Size)
	}
	if tell := p.load.opt.Passes; tell != nil {
		tell(p.seen, p.in.Size)
	}
}

// Sums are what lines add to their source.
type Sums struct {
	First, Last tillproof.Date // of the days of the records
	ByStatus    [tillproof.Neutral + 1]int
	Money       []MoneySums // in the order in which the currencies come up
}

// MoneySums are those of one currency.
type MoneySums struct {
	Currency tillproof.Currency
	Tally
}

// Add takes the sums of lines that were read beside the reader.
func (p *Pass) Add(s *Sums) error {
	l := &p.load
	l.span = [2]tillproof.Date{Earlier(l.span[0], s.First), Later(l.span[1], s.Last)}
	for i, n := range s.ByStatus {
		l.status[i] += n
	}
	for i := range s.Money {
		m := &s.Money[i]
		if err := l.total.join(&m.Tally); err != nil {
			return err
		}
		if err := l.moneyOf(m.Currency).join(&m.Tally); err != nil {
			return err
		}
	}
	return nil
}

// join adds another tally.
func (t *Tally) join(o *Tally) error {
	credit, e1 := t.Credit.Add(o.Credit)
	debit, e2 := t.Debit.Add(o.Debit)
	if err := errors.Join(e1, e2); err != nil {
		return ErrorSum(err)
	}
	t.Entries, t.Credit, t.Debit = t.Entries+o.Entries, credit, debit
	return nil
}

// Read takes what the reader makes of the lines it was given, up to ErrAwait or the end. The ids of its
// records count no line that was read beside it.
func (p *Pass) Read(sink func(tillproof.Record) error) error {
	p.load.sink = sink
	err := p.load.run()
	if errors.Is(err, ErrAwait) {
		return nil
	}
	return err
}

// Source is what the file says, once its bytes are hashed and its reader has come to the end. A file of which
// fewer bytes came than it had was changed meanwhile.
func (p *Pass) Source() (tillproof.Source, error) {
	if p.seen != p.in.Size {
		return tillproof.Source{}, fail(tillproof.KindConflict, "source.changed", io.ErrUnexpectedEOF)
	}
	p.load.finish(p.in)
	p.sum.Sum(p.load.src.Digest[:0])
	return p.load.src, nil
}

// ReadAt fills b from off. A file that is shorter than it was is source.changed.
func (in *Input) ReadAt(b []byte, off int64) error { return readFull(in.At, b, off) }

// TextBounds are the bytes of the file that are text: behind a byte order mark, before what pads its end.
func (in *Input) TextBounds() (from, to int64) { return int64(bomLen(in.Head.Raw)), in.textEnd() }

// Digest hashes the whole file.
func (in *Input) Digest() (tillproof.Digest, error) { return digestOf(in) }

// ErrorChanged is source.changed.
func ErrorChanged() error { return fail(tillproof.KindConflict, "source.changed", nil) }

// Whole decodes a cell; false where its bytes are not all characters. It may be called by several goroutines.
func (u *Undecoded) Whole(s string) (string, bool) {
	if isASCII(s) {
		return s, true
	}
	if u.charset == nil && !utf8.ValidString(s) {
		return "", false
	}
	text := u.decode(s)
	return text, !strings.Contains(text, string(utf8.RuneError))
}
