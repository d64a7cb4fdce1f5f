package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/backup"
	"github.com/tillproof/tillproof/internal/store/sqlite"
	"github.com/tillproof/tillproof/internal/vault"
)

// backupRooms hands the store to the room of backups.
func (d *door) backupRooms(scratch string) backup.Rooms {
	by, from := d.who()
	return backup.Rooms{
		Now: d.now, Scratch: scratch,
		Open: func(ctx context.Context, dir string) (backup.Copy, error) {
			return sqlite.Open(ctx, dir, sqlite.Options{Now: d.now, By: by, From: from})
		},
	}
}

// forBackup is a workspace of which a backup is made or proven, with a scratch folder in it.
type forBackup struct {
	*rooms
	keep backup.Rooms
	done func() error
}

// openForBackup opens the workspace of the call.
func (d *door) openForBackup(ctx context.Context) (*forBackup, error) {
	r, err := d.openRooms(ctx, false)
	if err != nil {
		return nil, err
	}
	scratch, clear, err := backup.NewScratch(r.dir)
	if err != nil {
		return nil, errors.Join(err, r.close())
	}
	d.std.scratch.add(scratch) // Ctrl-C leaves nothing
	return &forBackup{r, d.backupRooms(scratch), func() error { return errors.Join(clear(), r.close()) }}, nil
}

// keyStart is how a recovery key begins, as it was shown when the workspace was made.
const keyStart = "AGE-SECRET-KEY-"

// unlockCopy is what the call says of the way into a copy: a key file that is named, else the key file of its
// workspace in its usual place or its passphrase; who is asked may give the recovery key instead.
func (d *door) unlockCopy(workspace string, passphrase bool) (vault.Unlock, error) {
	if d.home.keyFile != "" {
		return keyFileAt(d.home.keyFile)
	}
	path := d.defaultKeyFile(workspace)
	if _, err := os.Stat(path); !passphrase && (err == nil || !d.canAsk() && d.home.passphraseFile == "") {
		return keyFileAt(path)
	}
	text, err := d.secretPassphrase()
	if err != nil {
		return vault.Unlock{}, err
	}
	if strings.HasPrefix(strings.ToUpper(strings.TrimSpace(string(text))), keyStart) {
		return vault.RecoveryKey(string(text))
	}
	return vault.Passphrase(string(text))
}

// hasPassphrase reports whether a passphrase is the way into the workspace of a folder.
func hasPassphrase(dir string) (bool, error) {
	blobs, err := vault.NewFolder(filepath.Join(dir, vaultFolder))
	if err != nil {
		return false, err
	}
	return vault.HasPassphrase(blobs)
}

// backupDetail is what the log keeps of a backup.
type backupDetail struct {
	File    string `json:"file"`
	Mark    string `json:"mark"`
	Made    string `json:"made"`
	Entries int64  `json:"log_entries"`
	Bytes   int64  `json:"bytes"`
}

// backupAct is the entry about a backup.
func (d *door) backupAct(kind tillproof.ActKind, done bool, a *backupAnswer) tillproof.Act {
	by, from := d.who()
	detail, _ := json.Marshal(backupDetail{ // texts and numbers are always written
		File: oneLine(a.File), Mark: a.Mark, Made: a.Made.UTC().Format(time.RFC3339Nano), Entries: a.Entries,
		Bytes: a.Bytes,
	})
	return tillproof.Act{
		Time: d.now().UTC().Truncate(time.Microsecond), By: by, From: from, Kind: kind, Done: done,
		On: []string{a.Workspace}, Detail: detail,
	}
}

// knownBackup is a backup as the log tells of it.
type knownBackup struct {
	File    string     `json:"file"`
	Bytes   int64      `json:"bytes"`
	Mark    string     `json:"mark"`
	Made    time.Time  `json:"made"`
	Entries int64      `json:"log_entries"`
	Proven  *time.Time `json:"proven,omitempty"`
	Gone    bool       `json:"gone"`
}

const (
	// maxBackups is how many are listed: a year of one a day.
	maxBackups = 400
	// maxLookedBack is how many entries of the log are looked through for them: a second's worth.
	maxLookedBack = 200_000
)

// knownBackups reads the log backwards for the newest backups; true where entries were not looked at.
func knownBackups(ctx context.Context, r *rooms, most int) ([]knownBackup, bool, error) {
	end, err := r.store.Size(ctx)
	if err != nil {
		return nil, false, err
	}
	out := []knownBackup{}
	proven := map[string]time.Time{}
	low := max(0, end-maxLookedBack)
	for end > low && len(out) < most {
		from := max(low, end-tillproof.MaxPage)
		acts, err := r.store.Acts(ctx, from, int(end-from))
		if err != nil {
			return nil, false, err
		}
		for _, a := range slices.Backward(acts) {
			out = addBackup(out, proven, a)
		}
		end = from
	}
	cut := end > 0 && len(out) < most || len(out) > most
	out = out[:min(len(out), most)]
	for i := range out {
		_, err := os.Stat(out[i].File)
		out[i].Gone = err != nil
	}
	return out, cut, nil
}

// addBackup takes in an act; those about a proof come before that about the backup, newest first.
func addBackup(out []knownBackup, proven map[string]time.Time, a tillproof.Act) []knownBackup {
	var detail backupDetail
	ours := a.Kind == tillproof.ActBackup || a.Kind == tillproof.ActProve
	if !ours || !a.Done || json.Unmarshal(a.Detail, &detail) != nil {
		return out
	}
	if _, known := proven[detail.Mark]; a.Kind == tillproof.ActProve && !known {
		proven[detail.Mark] = a.Time
	}
	if a.Kind == tillproof.ActProve {
		return out
	}
	made, err := time.Parse(time.RFC3339Nano, detail.Made)
	if err != nil {
		made = a.Time
	}
	b := knownBackup{
		File: detail.File, Bytes: detail.Bytes, Mark: detail.Mark, Made: made, Entries: detail.Entries,
	}
	if t, ok := proven[b.Mark]; ok {
		b.Proven = &t
	}
	return append(out, b)
}
