package backup

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
)

const (
	formatStem = "tillproof-backup/"
	formatName = formatStem + "1"
	// maxManifest holds maxMembers with names of their length.
	maxManifest = 64 << 20
	timeForm    = "2006-01-02T15:04:05.000000Z"
)

// Sized is the size and the digest of some bytes.
type Sized struct {
	Size   int64
	Digest tillproof.Digest
}

// Member is a file in a backup.
type Member struct {
	Sized
	Name string
}

// Manifest says what a backup is and what it holds.
type Manifest struct {
	Workspace string
	Made      time.Time
	Schema    int
	Entries   int64 // of the log
	Root      tillproof.Digest
	Database  Sized // not sealed
	Totals    Sized // not sealed
	Missing   []tillproof.Digest
	Members   []Member
	Signature []byte
}

// lines are those that are signed.
func (m *Manifest) lines() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nworkspace %s\nmade %s\nschema %d\nlog %d %s\n", formatName, m.Workspace,
		m.Made.UTC().Format(timeForm), m.Schema, m.Entries, m.Root)
	fmt.Fprintf(&b, "database %d %s\ntotals %d %s\n",
		m.Database.Size, m.Database.Digest, m.Totals.Size, m.Totals.Digest)
	for _, d := range m.Missing {
		fmt.Fprintf(&b, "missing %s\n", d)
	}
	for _, f := range m.Members {
		fmt.Fprintf(&b, "member %d %s %s\n", f.Size, f.Digest, f.Name)
	}
	return b.Bytes()
}

func (m *Manifest) text() []byte {
	b := append(m.lines(), "signature "+base64.StdEncoding.EncodeToString(m.Signature)+"\n"...)
	return fmt.Appendf(b, "sum %s\n", tillproof.DigestOf(b))
}

// sign signs the manifest with the key of the log.
func (m *Manifest) sign(seed [ed25519.SeedSize]byte) {
	m.Signature = ed25519.Sign(ed25519.NewKeyFromSeed(seed[:]), m.lines())
}

// signedBy reports whether the workspace that has the seed made the backup.
func (m *Manifest) signedBy(seed [ed25519.SeedSize]byte) bool {
	public := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
	return ed25519.Verify(public, m.lines(), m.Signature)
}

var workspaceForm = regexp.MustCompile(`^[a-z0-9_]{1,64}$`)

// parseManifest reads a manifest; it must be of the form that text writes.
func parseManifest(text []byte) (*Manifest, error) {
	m := &Manifest{}
	for line := range strings.Lines(string(text)) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !m.take(word, strings.Split(rest, " ")) || len(m.Members) > maxMembers {
			return nil, damaged(manifestName, nil)
		}
	}
	if !bytes.Equal(m.text(), text) {
		return nil, damaged(manifestName, nil)
	}
	return m, nil
}

func (m *Manifest) take(word string, f []string) bool {
	var err error
	ok := true
	switch {
	case word == formatName && len(f) == 1, word == "sum" && len(f) == 1:
	case word == "workspace" && len(f) == 1:
		m.Workspace, ok = f[0], workspaceForm.MatchString(f[0])
	case word == "made" && len(f) == 1:
		m.Made, err = time.Parse(timeForm, f[0])
	case word == "schema" && len(f) == 1:
		m.Schema, err = strconv.Atoi(f[0])
	case word == "log" && len(f) == 2:
		m.Entries, err = strconv.ParseInt(f[0], 10, 64)
		ok = m.Root.UnmarshalText([]byte(f[1])) == nil
	case word == "database" && len(f) == 2:
		m.Database, ok = sizedOf(f)
	case word == "totals" && len(f) == 2:
		m.Totals, ok = sizedOf(f)
	case word == "missing" && len(f) == 1:
		var d tillproof.Digest
		err = d.UnmarshalText([]byte(f[0]))
		m.Missing = append(m.Missing, d)
	case word == "member" && len(f) == 3:
		one := Member{Name: f[2]}
		one.Sized, ok = sizedOf(f)
		m.Members = append(m.Members, one)
	case word == "signature" && len(f) == 1:
		m.Signature, err = base64.StdEncoding.Strict().DecodeString(f[0])
	default:
		return false
	}
	return ok && err == nil
}

func sizedOf(f []string) (Sized, bool) {
	var s Sized
	n, err := strconv.ParseInt(f[0], 10, 64)
	s.Size = n
	return s, err == nil && n >= 0 && s.Digest.UnmarshalText([]byte(f[1])) == nil
}

// Mark names the backup: the digest of its manifest, which covers every byte of it.
func (m *Manifest) Mark() tillproof.Digest { return tillproof.DigestOf(m.text()) }

// Objects counts the objects in the backup.
func (m *Manifest) Objects() int {
	n := 0
	for i := range m.Members {
		if isObject(m.Members[i].Name) {
			n++
		}
	}
	return n
}
