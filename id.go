package tillproof

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
)

// id is 128 bits. Content decides it where content can (records, breaks, findings); the prefix of its text
// names the noun, so that an id in a mail or a log says what it is.
type id [16]byte

var idText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

func (i id) text(prefix string) string {
	if i == (id{}) {
		return ""
	}
	return prefix + idText.EncodeToString(i[:])
}

func parseID(prefix, s string) (id, error) {
	var v id
	b, err := idText.DecodeString(strings.TrimPrefix(s, prefix))
	if err != nil || len(b) != len(v) || !strings.HasPrefix(s, prefix) {
		return v, fmt.Errorf("id %q is not %s and 26 letters", s, prefix)
	}
	copy(v[:], b)
	if v.text(prefix) != s { // the last letter has bits to spare: one id has one text
		return id{}, fmt.Errorf("id %q is not as it is written", s)
	}
	return v, nil
}

// hashID is the first 128 bits of the SHA-256 of the parts, each preceded by its length.
func hashID(parts ...[]byte) id {
	h := sha256.New()
	var n [4]byte
	for _, p := range parts {
		n = [4]byte{byte(len(p) >> 24), byte(len(p) >> 16), byte(len(p) >> 8), byte(len(p))}
		h.Write(n[:])
		h.Write(p)
	}
	var v id
	copy(v[:], h.Sum(nil))
	return v
}

func unmarshalID(to *id, prefix string, b []byte) error {
	if len(b) == 0 {
		*to = id{}
		return nil
	}
	v, err := parseID(prefix, string(b))
	*to = v
	return err
}

// RecordID names a record by the content of its masked line and its ordinal among identical lines of the
// file: a second import of the same lines adds nothing, genuine repeats stay apart.
type RecordID id

// RecordIDOf derives the id from the side, the masked line and the ordinal (0 for the first of identical
// lines).
func RecordIDOf(side Side, line []byte, ordinal uint32) RecordID {
	o := [4]byte{byte(ordinal >> 24), byte(ordinal >> 16), byte(ordinal >> 8), byte(ordinal)}
	return RecordID(hashID([]byte{byte(side)}, line, o[:]))
}

// String is "rec_" and 26 letters, "" for the zero id.
func (i RecordID) String() string { return id(i).text("rec_") }

// MarshalText writes the text form.
func (i RecordID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text form; an empty text is the zero id.
func (i *RecordID) UnmarshalText(b []byte) error { return unmarshalID((*id)(i), "rec_", b) }

// ParseRecordID reads the text form.
func ParseRecordID(s string) (RecordID, error) {
	v, err := parseID("rec_", s)
	return RecordID(v), err
}

// BreakID names a break by its kind and its records, those of a deposit by their sums: a re-run agrees.
type BreakID id

// BreakIDOf derives the id; the order of the records counts, so callers pass them in the order of the break.
func BreakIDOf(kind BreakKind, records []RecordID) BreakID {
	return BreakID(hashOf([]byte(kind), records))
}

// String is "brk_" and 26 letters, "" for the zero id.
func (i BreakID) String() string { return id(i).text("brk_") }

// MarshalText writes the text form.
func (i BreakID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text form; an empty text is the zero id.
func (i *BreakID) UnmarshalText(b []byte) error { return unmarshalID((*id)(i), "brk_", b) }

// FindingID names a finding by its rule and its records: a re-run agrees.
type FindingID id

// FindingIDOf derives the id from the rule and the records in the order of the finding.
func FindingIDOf(rule RuleID, records []RecordID) FindingID {
	return FindingID(hashOf([]byte(rule), records))
}

// String is "fnd_" and 26 letters, "" for the zero id.
func (i FindingID) String() string { return id(i).text("fnd_") }

// MarshalText writes the text form.
func (i FindingID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text form; an empty text is the zero id.
func (i *FindingID) UnmarshalText(b []byte) error { return unmarshalID((*id)(i), "fnd_", b) }

func hashOf(head []byte, records []RecordID) id {
	b := make([]byte, 0, len(records)*len(id{}))
	for _, r := range records {
		b = append(b, r[:]...)
	}
	return hashID(head, b)
}
