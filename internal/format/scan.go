package format

import (
	"errors"
	"hash/fnv"
	"io"

	"github.com/tillproof/tillproof"
)

// ScanBatch is how many rows the bulk door hands over at once.
const ScanBatch = 4096

// Scan reads one file through the bulk door: compact rows in the order of the file. Lines that give no record
// give no row; Load lists them. The slice is used again after rows returns.
func Scan(in *Input, formats []Format, opt Options, rows func([]Row) error) error {
	f, _, err := Pick(&in.Head, formats, opt)
	if err != nil {
		return undecided(err, in)
	}
	if f.Scan != nil {
		return f.Scan(in, opt, rows)
	}
	return ScanRecords(f.Open, in, opt, rows)
}

// ScanRecords is the bulk door of a format that has none of its own: it wraps the door of the records.
func ScanRecords(
	open func(*Input, Options) (Reader, error), in *Input, opt Options, rows func([]Row) error,
) error {
	r, err := open(in, opt)
	if err != nil {
		return err
	}
	batch := make([]Row, 0, ScanBatch)
	for {
		line, err := r.Read()
		var bad *LineError
		switch {
		case errors.Is(err, io.EOF) && len(batch) == 0:
			return nil
		case errors.Is(err, io.EOF):
			return rows(batch)
		case errors.As(err, &bad):
			continue
		case err != nil:
			return err
		}
		if batch = append(batch, RowOf(&line.Record)); len(batch) == ScanBatch {
			if err := rows(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
}

// RowOf is the compact form of a record. Its key is made of the reference that both sides of the first leg
// show: the RRN, else terminal, batch and trace number, else the bank's own reference; 0 where a record has
// none of them.
func RowOf(r *tillproof.Record) Row {
	return Row{
		Key: rowKey(&r.Refs), Minor: r.Amount.Minor(), Time: r.Time, Line: r.Origin.Line, Part: r.Origin.Part,
		Kind: r.Kind, Status: r.Status,
	}
}

func rowKey(refs *tillproof.References) uint64 {
	switch {
	case refs.RRN != "":
		return keyOf("rrn", refs.RRN)
	case refs.Terminal != "" && refs.STAN != "":
		return keyOf("stan", string(refs.Terminal), refs.Batch, refs.STAN)
	case refs.Bank != "":
		return keyOf("bank", refs.Bank)
	}
	return 0
}

func keyOf(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum64()
}
