package translog

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tillproof/tillproof"
)

const (
	// MaxProof bounds a proof: the largest entry and the largest checkpoint fit.
	MaxProof = 128 << 10

	proofLine = "c2sp.org/tlog-proof@v1"
)

// Proved is what a proof shows: the act is an entry of the log that had this head.
type Proved struct {
	Act  tillproof.Act
	Head Head
}

// Prove writes the proof that the log of a checkpoint holds an entry. Anybody with the public key can check
// it, without this program and without the log.
func Prove(entry, checkpoint []byte, public string, read HashReader) ([]byte, error) {
	a, err := Decode(entry)
	if err != nil {
		return nil, err
	}
	h, err := Open(checkpoint, public)
	if err != nil {
		return nil, err
	}
	if a.Seq >= h.Size {
		return nil, falseProof(errBeyond)
	}
	path, err := tlog.ProveRecord(h.Size, a.Seq, read)
	if err != nil {
		return nil, badHash("prove entry", err)
	}
	var b bytes.Buffer
	b.Write(entry)
	b.WriteString("\n" + proofLine + "\nindex " + strconv.FormatInt(a.Seq, 10) + "\n")
	for _, hash := range path {
		b.WriteString(hash.String() + "\n")
	}
	b.WriteString("\n")
	b.Write(checkpoint)
	// What is handed out is checked as its reader will: a damaged hash must not leave as a proof.
	if _, err := CheckProof(b.Bytes(), public); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// CheckProof checks a proof with nothing but the public key of the log. Every hash between the entry and the
// signed root is computed; none is taken on trust.
func CheckProof(text []byte, public string) (Proved, error) {
	entry, rest, ok := bytes.Cut(text, []byte("\n\n"))
	middle, checkpoint, ok2 := bytes.Cut(rest, []byte("\n\n"))
	if len(text) > MaxProof || !ok || !ok2 {
		return Proved{}, badProof("it has no three parts")
	}
	entry = append(bytes.Clone(entry), '\n')
	a, err := Decode(entry)
	if err != nil {
		return Proved{}, badProof(err.Error())
	}
	index, path, ok := readPath(string(middle))
	if !ok {
		return Proved{}, badProof("its index or a hash is not in its form")
	}
	if index != a.Seq {
		return Proved{}, falseProof(errOther)
	}
	h, err := Open(checkpoint, public)
	if err != nil {
		return Proved{}, err
	}
	if err := tlog.CheckRecord(path, h.Size, h.Root, index, EntryHash(entry)); err != nil {
		return Proved{}, falseProof(err)
	}
	return Proved{a, h}, nil
}

// readPath reads the part between entry and checkpoint.
func readPath(text string) (index int64, path tlog.RecordProof, ok bool) {
	lines := strings.Split(text, "\n")
	if len(lines) < 2 || lines[0] != proofLine {
		return 0, nil, false
	}
	digits, named := strings.CutPrefix(lines[1], "index ")
	index, ok = number(digits)
	if !named || !ok {
		return 0, nil, false
	}
	for _, line := range lines[2:] {
		h, ok := parseHash(line)
		if !ok {
			return 0, nil, false
		}
		path = append(path, h)
	}
	return index, path, true
}

var (
	errBeyond = errors.New("the entry is newer than the checkpoint")
	errOther  = errors.New("the entry has another number")
	errShrunk = errors.New("the newer log is smaller")
	errEmpty  = errors.New("the empty log has one root and needs no proof")
)

// ProveGrowth gives the hashes that show that a log of size older is the beginning of the log of size newer.
func ProveGrowth(older, newer int64, read HashReader) ([]Hash, error) {
	if older < 0 || older > newer {
		return nil, falseProof(errShrunk)
	}
	if older == 0 {
		return nil, nil // nothing is the beginning of everything
	}
	path, err := tlog.ProveTree(newer, older, read)
	if err != nil {
		return nil, badHash("prove growth", err)
	}
	return path, nil
}

// CheckGrowth checks that the log of the older head is the beginning of that of the newer one.
func CheckGrowth(older, newer Head, path []Hash) error {
	switch {
	case older.Workspace != newer.Workspace:
		return foreignCheckpoint(originPrefix+newer.Workspace, originPrefix+older.Workspace)
	case older.Size > newer.Size:
		return falseProof(errShrunk)
	case older.Size == 0:
		empty := (&edge{}).root()
		if older.Root != empty || len(path) > 0 || newer.Size == 0 && newer.Root != empty {
			return falseProof(errEmpty)
		}
		return nil
	}
	if err := tlog.CheckTree(path, newer.Size, newer.Root, older.Size, older.Root); err != nil {
		return falseProof(err)
	}
	return nil
}
