package vault

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"filippo.io/age"

	"github.com/tillproof/tillproof"
)

// Unlock is what opens a vault: a passphrase, a key file's text, or the recovery key. It shows none of them.
type Unlock struct {
	passphrase string
	keys       []*age.X25519Identity
	recovery   bool
}

// masked is what a secret shows of itself.
const masked = "***"

// String hides the secret.
func (Unlock) String() string { return masked }

// GoString hides the secret.
func (Unlock) GoString() string { return masked }

// LogValue hides the secret.
func (Unlock) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText refuses: a secret is no text.
func (Unlock) MarshalText() ([]byte, error) { return nil, fmt.Errorf("a secret is not written") }

// Bounds of a passphrase: NIST SP 800-63B asks for at least 8 characters; whole sentences are welcome, and
// what is longer than one is a file given by mistake.
const (
	minPassphrase = 8
	maxPassphrase = 1024
)

// Passphrase unlocks by a passphrase. Errors: vault.passphrase.length.
func Passphrase(text string) (Unlock, error) {
	if n := utf8.RuneCountInString(text); n < minPassphrase || n > maxPassphrase {
		e := fail(tillproof.KindInvalid, "vault.passphrase.length", nil)
		e.Params = tillproof.Params{"min": fmt.Sprint(minPassphrase), "max": fmt.Sprint(maxPassphrase)}
		return Unlock{}, e
	}
	return Unlock{passphrase: text}, nil
}

// maxKeyFile bounds a key file: a handful of keys with comments.
const maxKeyFile = 64 << 10

// KeyFile unlocks by the text of a key file: each of its keys is tried, and the first is the one that
// Create, SetKeyFile and Rotate take. Errors: vault.key_file for a text that holds no whole key; a key of
// which a letter was changed is not one.
func KeyFile(text []byte) (Unlock, error) {
	keys, err := parseKeys(text)
	if err != nil {
		return Unlock{}, fail(tillproof.KindInvalid, "vault.key_file", nil) // the cause may show the key
	}
	return Unlock{keys: keys}, nil
}

// RecoveryKey unlocks by the key that was shown when the vault was made. Errors: vault.recovery_key for a
// text that is none, as a letter was misread.
func RecoveryKey(text string) (Unlock, error) {
	text = strings.ToUpper(strings.Join(strings.Fields(text), ""))
	key, err := age.ParseX25519Identity(text)
	if err != nil {
		return Unlock{}, fail(tillproof.KindInvalid, "vault.recovery_key", nil)
	}
	return Unlock{keys: []*age.X25519Identity{key}, recovery: true}, nil
}

// NewKeyFile is the text of a new key file.
func NewKeyFile() ([]byte, error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fail(tillproof.KindInternal, "vault.io", err)
	}
	return fmt.Appendf(nil, "# tillproof key file: whoever has it can read the workspace\n%s\n", key), nil
}

// KeyFileOutside refuses a key file that lies in the workspace, where a copy of the one takes the other with
// it: vault.key_file.inside. Both paths are taken as they are written; links are not followed.
func KeyFileOutside(keyFile, workspace string) error {
	file, err := filepath.Abs(keyFile)
	if err != nil {
		return failAt(tillproof.KindInvalid, "vault.io", keyFile, err)
	}
	dir, err := filepath.Abs(workspace)
	if err != nil {
		return failAt(tillproof.KindInvalid, "vault.io", workspace, err)
	}
	rel, err := filepath.Rel(dir, file)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return nil
	}
	return failAt(tillproof.KindForbidden, "vault.key_file.inside", keyFile, nil)
}

// parseKeys reads keys, one a line; lines that begin with # are comments.
func parseKeys(text []byte) ([]*age.X25519Identity, error) {
	if len(text) > maxKeyFile {
		return nil, fmt.Errorf("%d bytes", len(text))
	}
	var keys []*age.X25519Identity
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, err := age.ParseX25519Identity(line)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("no key")
	}
	return keys, nil
}

// Secret is a key that a workspace derives other things with. It shows nothing of itself.
type Secret [32]byte

// String hides the secret.
func (Secret) String() string { return masked }

// GoString hides the secret.
func (Secret) GoString() string { return masked }

// LogValue hides the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText refuses: a secret is no text.
func (Secret) MarshalText() ([]byte, error) { return nil, fmt.Errorf("a secret is not written") }

// Format hides the secret whatever the verb: %x of an array shows its bytes.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(masked)) }

// Format hides the secret whatever the verb.
func (Unlock) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(masked)) }
