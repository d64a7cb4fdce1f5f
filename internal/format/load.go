package format

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"

	"github.com/tillproof/tillproof"
)

// MaxIssues is how many issues of a file are listed; all are counted. A listed issue takes some 700 bytes
// with its parameters, so a file in which every line is bad costs 7 MB; and a person who works through bad
// rows has each of them listed in any file of a month.
const MaxIssues = 10_000

// maxOfFile is how many issues of the file itself are listed behind that many bad rows: what holds for all
// of it, such as ids that a spreadsheet cut, is told once for each kind and column.
const maxOfFile = 200

// Load reads one file: picks its format, hands each record to sink, and answers what the file says about
// itself. The bytes are hashed before and after: a file that changes while it is read is refused
// (source.changed). Errors are *tillproof.Error, or what sink answered; records handed out before an error
// are to be thrown away.
func Load(
	in *Input, formats []Format, opt Options, sink func(tillproof.Record) error,
) (tillproof.Source, error) {
	f, guess, err := Pick(&in.Head, formats, opt)
	if err != nil {
		return tillproof.Source{}, undecided(err, in)
	}
	return load(in, picked{f, guess.Dialect}, opt, sink)
}

// picked is the format of a file, as its head shows it.
type picked struct {
	Format
	dialect string
}

// load reads a file whose format is known.
func load(in *Input, f picked, opt Options, sink func(tillproof.Record) error) (tillproof.Source, error) {
	all := passes{in.Size, opt.Passes}
	digest, err := digestOf(all.watch(in, 0, nil))
	if err != nil {
		return tillproof.Source{}, err
	}
	watched := *all.watch(in, 1, opt.Progress)
	r, err := f.Open(&watched, opt)
	if err != nil {
		return tillproof.Source{}, undecided(err, in)
	}
	l := &loader{opt: opt, reader: r, sink: sink, seen: map[uint64]uint32{}, tokens: opt.Tokens}
	l.span = [2]tillproof.Date{tillproof.NoDate, tillproof.NoDate}
	l.src = tillproof.Source{
		Bytes: in.Size, Digest: digest, Format: f.Name, Dialect: f.dialect, Charset: in.Charset,
		Side: sideOf(f.Format, opt, r), From: tillproof.NoDate, To: tillproof.NoDate,
	}
	if err := l.run(); err != nil {
		return tillproof.Source{}, changedInstead(err, in, digest)
	}
	l.finish(&watched)
	after, err := digestOf(all.watch(in, 2, nil))
	if err != nil {
		return tillproof.Source{}, err
	}
	if after != digest {
		return tillproof.Source{}, fail(tillproof.KindConflict, "source.changed", nil)
	}
	return l.src, nil
}

// sideOf is whose view the file is: what the user says, else the only one the format has, else what the
// reader saw.
func sideOf(f Format, opt Options, r Reader) tillproof.Side {
	switch {
	case opt.Side != tillproof.NoSide:
		return opt.Side
	case len(f.Sides) == 1:
		return f.Sides[0]
	}
	return r.Summary().Side
}

// loader turns lines into records with ids and sums.
type loader struct {
	opt    Options
	reader Reader
	sink   func(tillproof.Record) error
	src    tillproof.Source
	total  Tally
	money  []moneyTally
	seen   map[uint64]uint32 // how often the line with these first 64 bits of its id came
	span   [2]tillproof.Date
	status [tillproof.Neutral + 1]int
	record int32  // ordinal of the next one
	tokens Tokens // of this one and those behind it
}

type moneyTally struct {
	currency tillproof.Currency
	Tally
}

func (l *loader) run() error {
	for {
		line, err := l.reader.Read()
		var bad *LineError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad):
			if err := l.unread(bad); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			if err := l.read(&line); err != nil {
				return err
			}
		}
	}
}

func (l *loader) read(line *Line) error {
	r := &line.Record
	r.Origin.Source = l.opt.Source
	r.ID = l.id(line.Key)
	l.tokens = l.tokens.give(l.record, r)
	l.record++
	l.status[r.Status]++
	day := r.Day()
	l.span = [2]tillproof.Date{Earlier(l.span[0], day), Later(l.span[1], day)}
	if err := l.count(r.Amount.Currency(), moved(line)); err != nil {
		return err
	}
	return l.sink(*r)
}

// unread lists a line that gave no record. One that is an entry of the file counts in its totals all the
// same.
func (l *loader) unread(e *LineError) error {
	e.Issue.Skipped = e.Issue.Skipped || e.Entry
	l.issue(e.Issue)
	if !e.Entry {
		return nil
	}
	l.src.Unread++
	amount := e.Amount
	if amount != nil {
		if _, err := amount.Money(e.Currency); err != nil {
			amount = nil // it is no amount of its currency, so it must not enter the currency's sums
		}
	}
	return l.count(e.Currency, amount)
}

// id is the record's id by its masked line, and by its ordinal among identical lines. The map holds the first
// 64 bits of each id only: a million lines cost some 20 MB.
func (l *loader) id(key []byte) tillproof.RecordID {
	id := tillproof.RecordIDOf(l.src.Side, key, 0)
	short := binary.BigEndian.Uint64(id[:])
	n := l.seen[short]
	l.seen[short] = n + 1
	if n > 0 {
		id = tillproof.RecordIDOf(l.src.Side, key, n)
	}
	return id
}

func (l *loader) count(c tillproof.Currency, amount *tillproof.Exact) error {
	if err := l.total.Add(amount); err != nil {
		return err
	}
	return l.moneyOf(c).Add(amount)
}

// moneyOf is the tally of a currency.
func (l *loader) moneyOf(c tillproof.Currency) *Tally {
	for i := range l.money {
		if l.money[i].currency == c {
			return &l.money[i].Tally
		}
	}
	l.money = append(l.money, moneyTally{currency: c})
	return &l.money[len(l.money)-1].Tally
}

// Earlier is the first of two days, as far as they are known.
func Earlier(a, b tillproof.Date) tillproof.Date {
	if !a.Known() || b.Known() && b < a {
		return b
	}
	return a
}

// Later is the last of two days, as far as they are known.
func Later(a, b tillproof.Date) tillproof.Date {
	return max(a, b) // NoDate lies before all of them
}

// issue lists an issue of a row.
func (l *loader) issue(i tillproof.Issue) { l.list(i, MaxIssues) }

// list lists an issue. Formats show what a file says, and mask it; the net under them is here, for a figure
// that is a card number in the wrong place.
func (l *loader) list(i tillproof.Issue, most int) {
	i = answered(i, l.opt)
	l.src.IssueCount++
	if i.Skipped = skipping(&i); i.Skipped {
		l.src.Skipped++
	}
	if len(l.src.Issues) < most {
		for name, value := range i.Params {
			if masked, n := MaskText(value); n > 0 {
				i.Params[name] = masked
			}
		}
		l.src.Issues = append(l.src.Issues, i)
	}
}

// finish takes over what the reader knows at the end.
func (l *loader) finish(in *Input) {
	sum := l.reader.Summary()
	if sum.Dialect != "" {
		l.src.Dialect = sum.Dialect
	}
	if l.src.Side == tillproof.NoSide {
		l.src.Side = sum.Side
	}
	l.src.From, l.src.To = period(sum, l.span)
	for _, i := range sum.Issues {
		l.list(i, MaxIssues+maxOfFile)
	}
	bad, more := in.textIssues()
	for _, i := range bad {
		l.issue(i)
	}
	l.src.IssueCount += more
	l.src.Skipped += more
	if in.decoded != nil && in.decoded.charset != "" {
		l.src.Charset = in.decoded.charset
	}
	l.src.Decisions = sum.Decisions
	l.src.Statements = sum.Statements
	l.src.Sheets = sum.Sheets
	for i := range l.src.Statements {
		l.balance(&l.src.Statements[i])
	}
	name, masked := MaskText(in.Name)
	l.src.File, l.src.Masked = name, sum.Masked+masked
	l.src.Totals = tillproof.Totals{
		Entries: l.total.Entries, SumCredit: l.total.Credit, SumDebit: l.total.Debit,
		ByStatus: l.status,
	}
	for _, m := range l.money {
		l.src.Totals.ByCurrency = append(l.src.Totals.ByCurrency, tillproof.CurrencyTotals{
			Currency: m.currency, Entries: m.Entries, SumCredit: m.Credit, SumDebit: m.Debit,
		})
	}
}

// period is what the file states, each end else that of the records' days.
func period(stated Summary, records [2]tillproof.Date) (from, to tillproof.Date) {
	from, to = stated.From, stated.To
	if !from.Known() {
		from = records[0]
	}
	if !to.Known() {
		to = records[1]
	}
	if to < from {
		return records[0], records[1]
	}
	return from, to
}

// balance works out what a statement's own balances leave unexplained and lists it: many real files do not
// add up, and a merchant should know, but the file is read as it is.
func (l *loader) balance(s *tillproof.Statement) {
	s.BalanceGap = balanceGap(s)
	if s.BalanceGap == nil || s.BalanceGap.Unscaled == 0 {
		return
	}
	l.issue(tillproof.Issue{Code: "format.balance.gap", Params: tillproof.Params{
		"account": cmp.Or(s.Account, "-"), "gap": s.BalanceGap.Param(s.Currency),
		"opening": s.Opening.Param(s.Currency), "closing": s.Closing.Param(s.Currency),
	}})
}

// digestOf hashes the whole file; its head must still be the one that was looked at.
func digestOf(in *Input) (tillproof.Digest, error) {
	var d tillproof.Digest
	head := make([]byte, len(in.Head.Raw))
	if err := readFull(in.At, head, 0); err != nil {
		return d, err
	}
	if !bytes.Equal(head, in.Head.Raw) {
		return d, fail(tillproof.KindConflict, "source.changed", nil)
	}
	h := sha256.New()
	n, err := io.CopyBuffer(h, struct{ io.Reader }{in.Bytes()}, make([]byte, min(in.Size, scanChunk)))
	switch {
	case err != nil:
		return d, fail(tillproof.KindUnavailable, "format.read", err)
	case n != in.Size:
		return d, fail(tillproof.KindConflict, "source.changed", nil)
	}
	h.Sum(d[:0])
	return d, nil
}

// changedInstead is source.changed where a text broke because the file was written while it was read: the
// broken text is then not what the user should look for.
func changedInstead(err error, in *Input, before tillproof.Digest) error {
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Kind != tillproof.KindInvalid && e.Kind != tillproof.KindUnsupported {
		return err
	}
	if after, again := digestOf(in); again == nil && after == before {
		return err
	}
	return fail(tillproof.KindConflict, "source.changed", nil)
}
