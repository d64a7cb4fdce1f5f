package sqlite

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
)

// checkSize is how much of a SHA-256 seals a row. It tells damage, not malice (that is the log's part): that
// one of 2⁶⁴ damaged rows goes unseen is less than what the disk itself gets wrong.
const checkSize = 8

// rowCheck is the check of a row: over the name of its table and its values, each with its kind and length,
// so that no two rows give the same bytes.
func rowCheck(table string, vals []any) []byte {
	b := make([]byte, 0, 512)
	b = append(append(b, table...), 0)
	for _, v := range vals {
		switch v := v.(type) {
		case nil:
			b = append(b, 'n')
		case int64:
			b = binary.BigEndian.AppendUint64(append(b, 'i'), uint64(v))
		case string:
			b = binary.BigEndian.AppendUint64(append(b, 't'), uint64(len(v)))
			b = append(b, v...)
		case []byte:
			b = binary.BigEndian.AppendUint64(append(b, 'b'), uint64(len(v)))
			b = append(b, v...)
		default:
			panic(fmt.Sprintf("invariant: a value of type %T is put into a row", v))
		}
	}
	sum := sha256.Sum256(b)
	return sum[:checkSize]
}

// sealed puts the check behind the values of a row.
func sealed(table string, vals ...any) []any { return append(vals, rowCheck(table, vals)) }

// row is one row of an answer: values of type nil, int64, string or []byte.
type row []any

// verify holds a row with all its columns to its check; the key of the table are its columns 1 to keys
// (column 0 is the workspace).
func (r row) verify(table string, keys int) error {
	last := len(r) - 1
	kept, _ := r[last].([]byte)
	if !bytes.Equal(kept, rowCheck(table, r[:last])) {
		return damaged(table, r.key(keys), nil)
	}
	return nil
}

// key writes the key of a row for a reader of an error.
func (r row) key(keys int) string {
	parts := make([]string, 0, keys)
	for _, v := range r[1:min(keys+1, len(r))] {
		switch v := v.(type) {
		case int64:
			parts = append(parts, strconv.FormatInt(v, 10))
		case string:
			parts = append(parts, v)
		case []byte:
			parts = append(parts, hex.EncodeToString(v))
		}
	}
	return strings.Join(parts, "/")
}

// A value of another type than the one asked for gives the zero value: the check of a row covers the types.

func (r row) int(i int) int64 {
	v, _ := r[i].(int64)
	return v
}

func (r row) text(i int) string {
	v, _ := r[i].(string)
	return v
}

func (r row) bytes(i int) []byte {
	v, _ := r[i].([]byte)
	return v
}

func (r row) id(i int) (id [16]byte) {
	copy(id[:], r.bytes(i))
	return id
}

func (r row) digest(i int) (d tillproof.Digest) {
	copy(d[:], r.bytes(i))
	return d
}

func (r row) time(i int) time.Time { return time.UnixMicro(r.int(i)).UTC() }

func (r row) date(i int) tillproof.Date { return tillproof.Date(r.int(i)) }

// undone reads the three columns of what was taken back, from i on.
func (r row) undone(i int) *tillproof.Undone {
	if r[i] == nil {
		return nil
	}
	return &tillproof.Undone{Time: r.time(i), By: r.text(i + 1), Reason: r.text(i + 2)}
}

// undoneVals are the values of those columns.
func undoneVals(u *tillproof.Undone) []any {
	if u == nil {
		return []any{nil, nil, nil}
	}
	return []any{u.Time.UnixMicro(), u.By, u.Reason}
}

// digestVal is nothing for the zero digest.
func digestVal(d tillproof.Digest) any {
	if d == (tillproof.Digest{}) {
		return nil
	}
	return bytes.Clone(d[:])
}

// body is a value as JSON. What is kept so is only ever added to: see docs/adr/0012-the-store.md.
func body(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write the body of a row: %w", err)
	}
	return b, nil
}

// unpack reads the JSON in column i of a row that was verified: what it does not understand was written by a
// newer version, or by a faulty one.
func (r row) unpack(table string, keys, i int, into any) error {
	if err := json.Unmarshal(r.bytes(i), into); err != nil {
		return damaged(table, r.key(keys), err)
	}
	return nil
}
