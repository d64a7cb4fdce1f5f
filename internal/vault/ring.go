package vault

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"filippo.io/age"
)

// ring is the keys of a vault; see docs/vault-format.md for its text.
type ring struct {
	workspace string
	doors     []*age.X25519Recipient // two while a passphrase is exchanged
	recovery  *age.X25519Recipient
	keys      []*age.X25519Identity // the first seals; more of them while keys are exchanged
	cardToken Secret
	rowHash   Secret
	logSeed   Secret
}

const ringHead = "tillproof-ring/1"

// maxRing bounds the text of a ring: a dozen lines.
const maxRing = 16 << 10

// workspaceID is how a workspace is named within a vault.
var workspaceID = regexp.MustCompile(`^[a-z0-9_]{1,64}$`)

// newRing chooses keys and secrets.
func newRing(workspace string, door, recovery *age.X25519Recipient) (*ring, error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	r := &ring{
		workspace: workspace, doors: []*age.X25519Recipient{door}, recovery: recovery,
		keys: []*age.X25519Identity{key},
	}
	for _, s := range r.secrets() {
		_, _ = rand.Read(s.value[:]) // never fails
	}
	return r, nil
}

// namedSecret is a secret with its name in the text.
type namedSecret struct {
	name  string
	value *Secret
}

func (r *ring) secrets() []namedSecret {
	return []namedSecret{{"card-token", &r.cardToken}, {"row-hash", &r.rowHash}, {"log-seed", &r.logSeed}}
}

// recipients are those whose keys open the ring.
func (r *ring) recipients() []age.Recipient {
	var out []age.Recipient
	for _, d := range r.doors {
		out = append(out, d)
	}
	return append(out, r.recovery)
}

// identities are the keys that may open an object.
func (r *ring) identities() []age.Identity {
	var out []age.Identity
	for _, k := range r.keys {
		out = append(out, k)
	}
	return out
}

func (r *ring) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nworkspace %s\n", ringHead, r.workspace)
	for _, d := range r.doors {
		fmt.Fprintf(&b, "door %s\n", d)
	}
	fmt.Fprintf(&b, "recovery %s\n", r.recovery)
	for _, k := range r.keys {
		fmt.Fprintf(&b, "identity %s\n", k)
	}
	for _, s := range r.secrets() {
		fmt.Fprintf(&b, "secret %s %s\n", s.name, hex.EncodeToString(s.value[:]))
	}
	return b.String()
}

// errRing says nothing of the text: it holds keys.
var errRing = errors.New("the text of the ring is not of its form")

// parseRing reads the text back; it must be of the form that text writes.
func parseRing(text string) (*ring, error) {
	r := &ring{}
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if err := r.take(word, rest); err != nil {
			return nil, errRing
		}
	}
	if len(r.doors) == 0 || r.recovery == nil || len(r.keys) == 0 || r.text() != text {
		return nil, errRing
	}
	return r, nil
}

func (r *ring) take(word, rest string) error {
	var err error
	switch word {
	case ringHead:
	case "workspace":
		r.workspace = rest
		if !workspaceID.MatchString(rest) {
			return errRing
		}
	case "door":
		var d *age.X25519Recipient
		d, err = age.ParseX25519Recipient(rest)
		r.doors = append(r.doors, d)
	case "recovery":
		r.recovery, err = age.ParseX25519Recipient(rest)
	case "identity":
		var k *age.X25519Identity
		k, err = age.ParseX25519Identity(rest)
		r.keys = append(r.keys, k)
	case "secret":
		err = r.takeSecret(rest)
	default:
		return errRing
	}
	return err
}

func (r *ring) takeSecret(rest string) error {
	name, digits, _ := strings.Cut(rest, " ")
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != len(Secret{}) {
		return errRing
	}
	for _, s := range r.secrets() {
		if s.name == name {
			copy(s.value[:], b)
			return nil
		}
	}
	return errRing
}

// clone is a copy that may be changed.
func (r *ring) clone() *ring {
	out := *r
	out.doors = append([]*age.X25519Recipient{}, r.doors...)
	out.keys = append([]*age.X25519Identity{}, r.keys...)
	return &out
}
