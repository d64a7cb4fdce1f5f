package translog

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	// MaxCheckpoint bounds a checkpoint: ours has 300 bytes, and witnesses may add their lines.
	MaxCheckpoint = 16 << 10
	// maxSignatures bounds those lines; the format wants 16 at least.
	maxSignatures = 32

	originPrefix = "tillproof/"
	shortDigits  = 16
	algEd25519   = 1 // how notes number the algorithm
)

// Head says how a log stood: so many entries, with this root.
type Head struct {
	Workspace string
	Size      int64
	Root      Hash
	Time      time.Time
}

// Short is the form for footers and reports: enough to find the checkpoint, not enough to prove it.
func (h Head) Short() string {
	return strconv.FormatInt(h.Size, 10) + "-" + hex.EncodeToString(h.Root[:])[:shortDigits]
}

// ShortForm is what a short form says of a log.
type ShortForm struct {
	Size   int64
	Prefix string // the first hexadecimal digits of the root
}

// ParseShort reads a short form.
func ParseShort(text string) (ShortForm, bool) {
	size, prefix, _ := strings.Cut(text, "-")
	n, ok := number(size)
	if !ok || len(prefix) != shortDigits || strings.Trim(prefix, hexDigits) != "" {
		return ShortForm{}, false
	}
	return ShortForm{n, prefix}, true
}

// NewKey makes the key of a workspace's log from 32 random bytes: the secret half for Sign, the public half
// for everybody.
func NewKey(random io.Reader, workspace string) (secret, public string, err error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return "", "", fmt.Errorf("make log key: %w", err)
	}
	if !isWorkspace(workspace) {
		return "", "", badKey(nil)
	}
	half := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	public, err = note.NewEd25519VerifierKey(originPrefix+workspace, half)
	if err != nil {
		return "", "", badKey(err)
	}
	name, rest, _ := strings.Cut(public, "+")
	id, _, _ := strings.Cut(rest, "+")
	key64 := base64.StdEncoding.EncodeToString(append([]byte{algEd25519}, seed...))
	return "PRIVATE+KEY+" + name + "+" + id + "+" + key64, public, nil
}

func isWorkspace(id string) bool {
	return id != "" && len(id) <= maxKind && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// Sign makes the checkpoint of a head.
func Sign(secret string, h Head) ([]byte, error) {
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, badKey(err)
	}
	if signer.Name() != originPrefix+h.Workspace || !isWorkspace(h.Workspace) {
		return nil, foreignCheckpoint(originPrefix+h.Workspace, signer.Name())
	}
	at := h.Time.UTC().Truncate(time.Microsecond)
	if h.Size < 0 || at.Year() < 1 || at.Year() > 9999 {
		return nil, badCheckpoint("its size or time is none")
	}
	text := fmt.Sprintf("%s\n%d\n%s\ntime %s\n", signer.Name(), h.Size, h.Root, at.Format(timeForm))
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return nil, badKey(err)
	}
	return signed, nil
}

// Open reads a checkpoint that the key signed. The key names the workspace: a checkpoint of another one is
// refused before its signature is looked at.
func Open(text []byte, public string) (Head, error) {
	verifier, err := note.NewVerifier(public)
	if err != nil {
		return Head{}, badKey(err)
	}
	body, signatures, found := bytes.Cut(text, []byte("\n\n"))
	if len(text) > MaxCheckpoint || !found || !wellSigned(signatures) {
		return Head{}, badCheckpoint("it is no signed note")
	}
	h, err := readHead(string(body))
	if err != nil {
		return Head{}, err
	}
	if origin := originPrefix + h.Workspace; origin != verifier.Name() {
		return Head{}, foreignCheckpoint(origin, verifier.Name())
	}
	if _, err := note.Open(text, note.VerifierList(verifier)); err != nil {
		return Head{}, unsignedCheckpoint(err)
	}
	return h, nil
}

// wellSigned reports whether signature lines are written as an encoder writes them, each key's once.
func wellSigned(lines []byte) bool {
	text, ended := strings.CutSuffix(string(lines), "\n")
	if !ended || strings.Count(text, "\n") >= maxSignatures {
		return false
	}
	seen := map[string]bool{}
	for line := range strings.SplitSeq(text, "\n") {
		name, value, found := strings.Cut(strings.TrimPrefix(line, "— "), " ")
		sig, ok := unbase64(value)
		if !found || !ok || len(sig) <= 4 || !strings.HasPrefix(line, "— ") {
			return false
		}
		key := name + string(sig[:4])
		if seen[key] {
			return false
		}
		seen[key] = true
	}
	return true
}

// readHead reads the signed text.
func readHead(body string) (Head, error) {
	lines := strings.Split(body, "\n")
	if len(lines) != 4 {
		return Head{}, badCheckpoint("its lines are not four")
	}
	workspace, ours := strings.CutPrefix(lines[0], originPrefix)
	size, okSize := number(lines[1])
	root, okRoot := parseHash(lines[2])
	at, okTime := strings.CutPrefix(lines[3], "time ")
	t, err := time.Parse(timeForm, at)
	okTime = okTime && err == nil && t.Format(timeForm) == at
	if !ours || !isWorkspace(workspace) || !okSize || !okRoot || !okTime {
		return Head{}, badCheckpoint("a line is not in its form")
	}
	return Head{workspace, size, root, t}, nil
}

// number reads a decimal number that is not below zero, in its one form.
func number(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0 && strconv.FormatInt(n, 10) == text
}

// parseHash reads the base64 of a hash, in its one form.
func parseHash(text string) (Hash, bool) {
	raw, ok := unbase64(text)
	if !ok || len(raw) != tlog.HashSize {
		return Hash{}, false
	}
	return Hash(raw), true
}

// unbase64 reads base64 that an encoder would write: the decoder alone passes over line breaks and spare
// bits.
func unbase64(text string) ([]byte, bool) {
	raw, err := base64.StdEncoding.DecodeString(text)
	return raw, err == nil && base64.StdEncoding.EncodeToString(raw) == text
}
