package vault

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"filippo.io/age"

	"github.com/tillproof/tillproof"
)

// formatLine is what the file format says.
const formatLine = "tillproof-vault/1\n"

// MaxObject is the most bytes of an object: the largest file of a shop in use, a year of 1.5 million sales
// with every column, stays below 1 GB; four of them also fit every file system that a backup may go to.
const MaxObject = 4<<30 - 1<<20

// Options are what a vault may be told; the zero value is good.
type Options struct {
	Quota int64 // the most bytes that all sealed objects may take; 0: what the disk holds
	// WorkFactor is scrypt's, for tests that open many vaults; 0: what docs/vault-format.md says.
	WorkFactor int
}

// Vault is an open vault. Several goroutines, and several processes, may put and read at once; erasing and
// the changes of keys are for one process that is alone.
type Vault struct {
	blobs Blobs
	keys  keyStore
	quota int64

	mu   sync.Mutex
	ring *ring
	used int64 // what the objects take, where a quota asks for it; 0 before it is known
}

func newVault(blobs Blobs, opt Options) *Vault {
	factor := opt.WorkFactor
	if factor == 0 {
		factor = workFactor
	}
	return &Vault{blobs: blobs, keys: keyStore{blobs, factor}, quota: opt.Quota}
}

// Create makes a vault for a workspace in an empty place, and answers the recovery key, which is kept
// nowhere. What an attempt that broke off left of the keys is written over; where objects lie, it is
// vault.exists. Errors: vault.exists, vault.workspace for an id of another form.
func Create(blobs Blobs, workspace string, way Unlock, opt Options) (*Vault, string, error) {
	if !workspaceID.MatchString(workspace) {
		return nil, "", fail(tillproof.KindInvalid, "vault.workspace", nil)
	}
	if err := checkEmpty(blobs); err != nil {
		return nil, "", err
	}
	v := newVault(blobs, opt)
	recovery, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, "", failedFile(ringName, err)
	}
	door, err := v.newDoor(way)
	if err != nil {
		return nil, "", err
	}
	v.ring, err = newRing(workspace, door.Recipient(), recovery.Recipient())
	if err != nil {
		return nil, "", failedFile(ringName, err)
	}
	if err := v.putWay(door, way); err != nil {
		return nil, "", err
	}
	if err := v.keys.putRing(v.ring); err != nil {
		return nil, "", err
	}
	// The format comes last: a vault without it is not made yet.
	if err := replace(blobs, formatName, []byte(formatLine)); err != nil {
		return nil, "", err
	}
	return v, recovery.String(), nil
}

func checkEmpty(blobs Blobs) error {
	there, err := blobs.List("")
	if err != nil {
		return err
	}
	for _, n := range there {
		if n.Name == formatName || strings.HasPrefix(n.Name, objectsPrefix) {
			return failAt(tillproof.KindConflict, "vault.exists", n.Name, nil)
		}
	}
	return nil
}

// newDoor is the key of a way: that of the key file, or a new one for a passphrase.
func (v *Vault) newDoor(way Unlock) (*age.X25519Identity, error) {
	switch {
	case way.recovery, way.passphrase == "" && len(way.keys) == 0:
		return nil, fail(tillproof.KindInvalid, "vault.way", nil)
	case way.passphrase != "":
		door, err := age.GenerateX25519Identity()
		return door, failedFile(passphraseName, err)
	}
	return way.keys[0], nil
}

// putWay writes down the key of a passphrase; a key file is kept elsewhere.
func (v *Vault) putWay(door *age.X25519Identity, way Unlock) error {
	if way.passphrase == "" {
		return v.keys.drop(passphraseName)
	}
	return v.keys.putDoor(door, way.passphrase)
}

// Open unlocks a vault. Errors: vault.none where there is no vault, vault.newer for one of a later format,
// vault.wrong_key, vault.key_damaged, vault.no_passphrase where a key file is the way.
func Open(blobs Blobs, by Unlock, opt Options) (*Vault, error) {
	if err := checkFormat(blobs); err != nil {
		return nil, err
	}
	v := newVault(blobs, opt)
	r, err := v.keys.unlock(by)
	if err != nil {
		return nil, err
	}
	v.ring = r
	return v, v.keys.settle()
}

func checkFormat(blobs Blobs) error {
	line, err := readSmall(blobs, formatName)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail(tillproof.KindNotFound, "vault.none", nil)
	case err != nil:
		return failedFile(formatName, err)
	case string(line) == formatLine:
		return nil
	case newerFormat(string(line)):
		return fail(tillproof.KindUnsupported, "vault.newer", nil)
	}
	return failAt(tillproof.KindInvalid, CodeKeyDamaged, formatName, nil)
}

// newerFormat reports a line of the same form with another number.
func newerFormat(line string) bool {
	const stem = "tillproof-vault/"
	if len(line) < len(stem)+2 || line[:len(stem)] != stem || line[len(line)-1] != '\n' {
		return false
	}
	n, err := strconv.Atoi(line[len(stem) : len(line)-1])
	return err == nil && n > 1
}

// Workspace is the id of the workspace that the vault belongs to.
func (v *Vault) Workspace() string { return v.now().workspace }

// HasPassphrase reports whether a passphrase is the way to unlock a vault, or a key file.
func HasPassphrase(blobs Blobs) (bool, error) {
	b, err := blobs.Get(passphraseName)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, b.Close()
}

// CardTokenKey keys the hash by which a card is known again. It stays for the life of the vault.
func (v *Vault) CardTokenKey() Secret { return v.now().cardToken }

// RowHashKey keys the hash of rows. It stays for the life of the vault.
func (v *Vault) RowHashKey() Secret { return v.now().rowHash }

// LogSeed is the Ed25519 seed that signs the log's checkpoints. It stays for the life of the vault.
func (v *Vault) LogSeed() Secret { return v.now().logSeed }

// now is the ring as it is; it is replaced as a whole.
func (v *Vault) now() *ring {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.ring
}

func (v *Vault) take(r *ring) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ring = r
}
