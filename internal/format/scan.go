package format

import (
	"context"
	"io"

	"github.com/tillproof/tillproof"
)

// ScanBatch is the most rows that the bulk door hands over at once: few enough that they and the bytes they
// point to stay in a core's cache.
const ScanBatch = 64

// RowSink takes rows from a worker. The rows, and the bytes they point to, are good until it returns. Calls
// of one worker come one after the other, those of several at once. A call without rows takes all back that
// was handed out: the file turned out to need another way, and its reading begins anew. It comes at most
// twice, while no other call runs.
type RowSink func(worker int, rows []Row) error

// Row is one line of a file through the bulk door: what is needed to match and to sum it.
type Row struct {
	// The references of the record, as it shows them.
	Merchant, Terminal, Batch, STAN, RRN, Auth, Order, Original, Payout []byte

	Amount, Fee, Net int64 // minor units with the merchant's sign
	Shows            RowField
	Currency         tillproof.Currency
	Card             tillproof.Card

	Time                   tillproof.LocalTime
	Settle, Booking, Value tillproof.Date

	Kind   tillproof.RecordKind
	Status tillproof.RecordStatus

	// Offset is where Scanned.At finds the line again. It ascends among the rows of one worker that bear no
	// record; rows with one may come between them at any time.
	Offset int64
	// Record is the whole record of a line that did not take the fast path. It and its texts may be kept.
	Record *tillproof.Record
}

// Day is the day of the row, as tillproof.Record.Day gives it.
func (r *Row) Day() tillproof.Date {
	switch {
	case r.Settle.Known():
		return r.Settle
	case r.Booking.Known():
		return r.Booking
	case r.Time.Known():
		return r.Time.Date()
	}
	return r.Value
}

// RowField is a set of the amounts that a row shows; those it does not show are 0.
type RowField uint8

// The amounts of a row.
const (
	ShowsAmount RowField = 1 << iota
	ShowsFee
	ShowsNet
)

// Scanned is what a pass through the bulk door says about a file, and the way back to its lines.
type Scanned struct {
	Source tillproof.Source // as Load gives it
	// At is the record of the line that a row named by its Offset, as Load gives it. The id of a line counts
	// the equal ones that stand before it: nth is their number, which the caller knows. Lines are equal where
	// their ids are, as long as nth is 0 for each. No other line is read. It is cheap where offsets ascend,
	// and for one goroutine. nil: each row bore its record, its id with it.
	At func(offset int64, nth int) (tillproof.Record, error)
}

// Scan reads one file through the bulk door. Errors are those of Load, what rows answered, and ctx.Err();
// rows handed out before one are to be thrown away.
func Scan(
	ctx context.Context, in *Input, formats []Format, opt Options, rows RowSink,
) (*Scanned, error) {
	f, _, err := Pick(&in.Head, formats, opt)
	if err != nil {
		return nil, undecided(err, in)
	}
	// Tokens count the records, which a door of its own does not give.
	if f.Scan != nil && len(opt.Tokens) == 0 {
		s, err := f.Scan(ctx, in, opt, rows)
		if s != nil || err != nil {
			return s, undecided(err, in)
		}
	}
	return ScanRecords(ctx, in, formats, opt, rows)
}

// ScanRecords is Scan by the records alone, whatever the format has.
func ScanRecords(
	ctx context.Context, in *Input, formats []Format, opt Options, rows RowSink,
) (*Scanned, error) {
	in, err := in.Settled()
	if err != nil {
		return nil, err
	}
	f, guess, err := Pick(&in.Head, formats, opt)
	if err != nil {
		return nil, undecided(err, in)
	}
	return scanRecords(ctx, in, picked{f, guess.Dialect}, opt, rows)
}

func scanRecords(
	ctx context.Context, in *Input, f picked, opt Options, rows RowSink,
) (*Scanned, error) {
	var batch []Row
	give := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := rows(0, batch)
		batch = batch[:0]
		return err
	}
	stopped := *in
	stopped.At = &stopper{ctx, in.At}
	src, err := load(&stopped, f, opt, func(r tillproof.Record) error {
		if batch = append(batch, RowOf(&r, int64(r.Origin.Line))); len(batch) < ScanBatch {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		return give()
	})
	if err == nil {
		err = give()
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, err
	}
	return &Scanned{Source: src}, nil
}

// stopper answers nothing more once its context has ended.
type stopper struct {
	ctx context.Context
	at  io.ReaderAt
}

// ReadAt reads, or says why not.
func (s *stopper) ReadAt(b []byte, off int64) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.at.ReadAt(b, off)
}

// RowOf is the row of a record that stands at an offset. The record is kept.
func RowOf(r *tillproof.Record, offset int64) Row {
	kept := *r
	refs := &kept.Refs
	row := Row{
		Merchant: []byte(refs.Merchant), Terminal: []byte(refs.Terminal), Batch: []byte(refs.Batch),
		STAN: []byte(refs.STAN), RRN: []byte(refs.RRN), Auth: []byte(refs.Auth), Order: []byte(refs.Order),
		Original: []byte(refs.Original), Payout: []byte(refs.Payout),

		Amount: r.Amount.Minor(), Fee: r.Fee.Minor(), Net: r.Net.Minor(), Currency: r.Amount.Currency(),
		Card: r.Card, Time: r.Time, Settle: r.SettleDate, Booking: r.BookingDate, Value: r.ValueDate,
		Kind: r.Kind, Status: r.Status, Offset: offset, Record: &kept,
	}
	for _, m := range [...]struct {
		shown tillproof.Money
		as    RowField
	}{{r.Amount, ShowsAmount}, {r.Fee, ShowsFee}, {r.Net, ShowsNet}} {
		if m.shown.Currency().Known() || m.shown.Minor() != 0 {
			row.Shows |= m.as
		}
	}
	return row
}
