package format

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"

	"github.com/tillproof/tillproof"
)

// RedactOptions are what the caller knows about a file that is to be redacted.
type RedactOptions struct {
	Options // as the file is read
	// Blank asks for a copy of a file that nobody may keep: track data, verification values and PIN blocks
	// are taken out of it. Without it such a file is refused with card.track, card.cvv or card.pin.
	Blank bool
}

// Scratch is where the copy is written, and read again before it is believed: an *os.File.
type Scratch interface {
	io.ReaderAt
	io.WriterAt
	Truncate(size int64) error
}

// Redacted is a copy of a file in which no full card number is left.
type Redacted struct {
	Source   tillproof.Source // of the copy, as Load gives it
	Replaced int              // places in which a number stood
	Numbers  int              // different numbers
	Blanked  int              // places with data that nobody may keep
	Tokens   Tokens           // of the records, to be handed in when the copy is read
}

// Redact writes a copy of a file in which each full card number is masked to its first six and last four
// digits, in whatever form it stands: in one piece, in groups, in wide digits, in any charset, in a workbook.
// Masked are the numbers that reading the file finds, and, where nothing is read (headers, rows that are no
// records), what looks like a card number and is not shown by any record as a reference. The copy is believed
// only when reading it gives the same records, finds no number and none of them is left in it; else
// format.redact.unable says that it cannot be done with this file, and to is emptied: a copy that was not
// believed may have held a number. Other errors are those of Load. A file is read some four times, at 40
// microseconds a row in all.
func Redact(
	ctx context.Context, in *Input, formats []Format, opt RedactOptions, to Scratch,
) (*Redacted, error) {
	in, err := in.Settled()
	if err != nil {
		return nil, err
	}
	file := *in
	file.At = &stopper{ctx, in.At}
	r := &redaction{in: &file, opt: opt, to: to}
	if opt.Blank {
		if err := r.blank(); err != nil {
			return nil, err
		}
	}
	r.format, _, err = Pick(&r.in.Head, formats, opt.Options)
	if err != nil {
		return nil, undecided(err, in)
	}
	if r.before, err = r.read(r.in); err != nil {
		return nil, err
	}
	if r.rewrite = r.way(); r.rewrite == nil {
		return nil, unable(r.format.Name)
	}
	return r.copy(ctx)
}

// copy tries one style after another.
func (r *redaction) copy(ctx context.Context) (*Redacted, error) {
	for _, as := range [...]maskStyle{asRead, asWide, inPlace} {
		out, err := r.attempt(as)
		switch {
		case err == nil:
			return out, nil
		case ctx.Err() != nil || KindOf(err) == tillproof.KindUnavailable:
			return nil, errors.Join(err, r.to.Truncate(0))
		}
	}
	if err := r.to.Truncate(0); err != nil {
		return nil, fail(tillproof.KindUnavailable, "format.redact.write", err)
	}
	return nil, unable(r.format.Name)
}

// KindOf is the kind of a coded error, 0 of any other.
func KindOf(err error) tillproof.ErrorKind {
	var e *tillproof.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

func unable(name string) error {
	e := fail(tillproof.KindUnsupported, "format.redact.unable", nil)
	e.Op, e.Params = "redact", tillproof.Params{"format": name}
	return e
}

// redaction is the work on one file.
type redaction struct {
	in      *Input
	opt     RedactOptions
	to      Scratch
	format  Format
	before  *reading
	blanked int
	// rewrite copies the file with its numbers masked.
	rewrite func(w io.Writer, as maskStyle) (replaced int, err error)
}

// way is how a file of this kind is copied; nil where there is none.
func (r *redaction) way() func(io.Writer, maskStyle) (int, error) {
	switch {
	case isZip(r.in.Head.Raw):
		return r.rewriteBook
	case r.before.source.Charset != "":
		return r.rewriteText
	}
	return nil
}

// reading is what reading a file gave, as far as it has to be the same of the copy.
type reading struct {
	source  tillproof.Source
	rows    []uint64 // hashes of the records
	tokens  Tokens
	numbers *numbers
}

// read reads a file and remembers its numbers.
func (r *redaction) read(in *Input) (*reading, error) {
	out := &reading{numbers: newNumbers()}
	opt := r.opt.Options
	opt.Tokens = nil
	opt.Token = func(pan string) uint64 {
		out.numbers.add(pan)
		if r.opt.Token == nil {
			return 0
		}
		return r.opt.Token(pan)
	}
	f := r.format
	f.Open = func(in *Input, opt Options) (Reader, error) {
		inner, err := r.format.Open(in, opt)
		if err != nil {
			return nil, err
		}
		return &witness{inner, out.numbers}, nil
	}
	var err error
	out.source, err = load(in, picked{Format: f}, opt, func(rec tillproof.Record) error {
		out.tokens = out.tokens.of(int32(len(out.rows)), &rec)
		out.rows = append(out.rows, rowHash(rec))
		return nil
	})
	return out, err
}

// rowHash is a record without what a copy may have otherwise: the token, and the column in which it stands.
func rowHash(r tillproof.Record) uint64 {
	h := fnv.New64a()
	forget(&r)
	fmt.Fprintf(h, "%+v", r)
	return h.Sum64()
}

func forget(r *tillproof.Record) {
	r.Card.Token, r.Origin.Column = 0, 0
	r.Children = slices.Clone(r.Children)
	for i := range r.Children {
		forget(&r.Children[i])
	}
}

// witness looks at the lines that a reader gives: what their texts show is kept apart from what they mask.
type witness struct {
	Reader
	seen *numbers
}

// Read passes a line on.
func (w *witness) Read() (Line, error) {
	l, err := w.Reader.Read()
	if err == nil {
		w.seen.look(string(l.Key))
		w.record(&l.Record)
	}
	return l, err
}

func (w *witness) record(r *tillproof.Record) {
	f := &r.Refs
	for _, s := range [...]string{
		string(f.Merchant), string(f.Terminal), f.Batch, f.STAN, f.RRN, f.Auth, f.Order, f.Payout, f.Account,
		f.Bank, f.Original, f.Customer, r.Counterparty, r.Narrative, r.Category,
	} {
		w.seen.look(s)
	}
	for i := range r.Children {
		w.record(&r.Children[i])
	}
}

// attempt writes a copy in one style and reads it.
func (r *redaction) attempt(as maskStyle) (*Redacted, error) {
	if err := r.to.Truncate(0); err != nil {
		return nil, fail(tillproof.KindUnavailable, "format.redact.write", err)
	}
	w := &appender{to: r.to}
	replaced, err := r.rewrite(w, as)
	if err != nil {
		return nil, err
	}
	name, _ := MaskText(r.in.Name)
	in, err := NewInput(name, r.to, w.at)
	if err != nil {
		return nil, err
	}
	after, err := r.read(in)
	if err != nil {
		return nil, err
	}
	if !r.same(after) {
		return nil, errDiffers
	}
	if left, err := r.before.numbers.leftIn(in, after.source.Charset); left || err != nil {
		return nil, errors.Join(errDiffers, err)
	}
	return &Redacted{
		Source: after.source, Replaced: replaced, Numbers: r.before.numbers.count(), Blanked: r.blanked,
		Tokens: r.before.tokens,
	}, nil
}

// errDiffers is a copy that reads otherwise.
var errDiffers = errors.New("the copy reads otherwise")

// same reports whether the copy reads as the file does, and shows no number.
func (r *redaction) same(after *reading) bool {
	a, b := &r.before.source, &after.source
	sums := func(s *tillproof.Source) string {
		return fmt.Sprintf("%+v", []any{
			s.Format, s.Charset, s.Side, s.From, s.To, s.Statements, s.Totals, s.IssueCount, s.Unread,
			s.Skipped, s.Sheets,
		})
	}
	return b.Masked == 0 && after.numbers.empty() && slices.Equal(r.before.rows, after.rows) &&
		sums(a) == sums(b) && slices.EqualFunc(a.Issues, b.Issues, func(x, y tillproof.Issue) bool {
		return x.Code == y.Code && x.Place.Line == y.Place.Line && x.Place.Sheet == y.Place.Sheet
	})
}

// appender writes one after another.
type appender struct {
	to io.WriterAt
	at int64
}

// Write appends.
func (a *appender) Write(b []byte) (int, error) {
	n, err := a.to.WriteAt(b, a.at)
	a.at += int64(n)
	if err != nil {
		err = fail(tillproof.KindUnavailable, "format.redact.write", err)
	}
	return n, err
}
