package torture

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/backup"
	"github.com/tillproof/tillproof/internal/store/sqlite"
)

// page is the unit in which a database is written.
const dbPage = 4096

// TestSpoiltBytes: bits are flipped, ends torn off and pages exchanged in every file of a workspace and in a
// backup. Each time the damage is named, or nothing that is read differs: never another amount.
func TestSpoiltBytes(t *testing.T) {
	rec := ledger.entry(t, "spoilt bytes", "P5, P13",
		"Damage is noticed and named: in the database, its log of writes, the vault's objects and keys, "+
			"the key file "+
			"and a backup, bits are flipped, ends torn off and pages exchanged; every read answers an "+
			"error with a code or "+
			"exactly what was kept.")
	s := newShop(t)
	s.do(t, "backup", "create", filepath.Join(s.root, "shop.tillproof"), "--no-proof")
	put := s.keepLog(t)
	want, err := s.look(nil) // which brings the log of writes into the database
	check(t, err)
	put()
	var files []string
	check(t, filepath.WalkDir(s.root, func(path string, e fs.DirEntry, err error) error {
		name, _ := filepath.Rel(s.root, path)
		ours := strings.HasPrefix(name, "ws/") || name == "shop.key" || name == "shop.tillproof"
		if err == nil && e.Type().IsRegular() && ours && !strings.HasSuffix(name, ".lock") {
			files = append(files, name)
		}
		return err
	}))
	chance := rand.New(rand.NewPCG(*seedFlag, 2))
	began := time.Now()
	for i := range *flipsFlag {
		if timeIsUp(began) {
			break
		}
		name := files[chance.IntN(len(files))]
		if i%2 == 0 { // the database is one of dozens of files, and the one that matters most
			name = []string{"ws/workspace.db", "ws/workspace.db-wal"}[i/2%2]
		}
		s.spoilOne(t, rec, chance, name, want)
	}
}

// keepLog has writes in the log of the database that were not brought into it yet, as a process leaves them
// that was killed; put puts both files into their places.
func (s *shop) keepLog(t testing.TB) (put func()) {
	t.Helper()
	c := s.open(t)
	ctx := context.Background()
	for range 3 {
		check(t, c.Append(ctx, tillproof.Act{
			Time: time.Now().UTC(), By: "wang", From: "cli@test", Kind: tillproof.ActCheckpoint, Done: true,
		}))
	}
	db, wal := filepath.Join(s.dir(), "workspace.db"), filepath.Join(s.dir(), "workspace.db-wal")
	one, err := os.ReadFile(db)
	check(t, err)
	two, err := os.ReadFile(wal)
	check(t, err)
	check(t, c.Close())
	return func() {
		check(t, os.WriteFile(db, one, 0o600))
		check(t, os.WriteFile(wal, two, 0o600))
	}
}

func (s *shop) spoilOne(t testing.TB, rec *entry, chance *rand.Rand, name string, want *state) {
	t.Helper()
	saved := map[string][]byte{}
	for _, keep := range []string{name, "ws/workspace.db", "ws/workspace.db-wal"} {
		text, err := os.ReadFile(filepath.Join(s.root, keep))
		check(t, err)
		saved[keep] = text
	}
	bad, what := spoil(chance, saved[name])
	check(t, os.WriteFile(filepath.Join(s.root, name), bad, 0o600))
	rec.add("files spoilt: "+what, 1)
	var err error
	if name == "shop.tillproof" {
		if _, err = backup.Read(s.ctx(), filepath.Join(s.root, name)); err == nil {
			rec.fail("%s in %s is not noticed", what, name)
		}
	} else {
		err = s.sameOrNamed(want)
	}
	var wrong *otherAnswer
	switch {
	case err == nil:
		rec.add("harmless: nothing that is read differs", 1)
	case errors.As(err, &wrong):
		rec.fail("%s in %s (seed %d): %v", what, name, *seedFlag, err)
	case codeOf(err) == "":
		rec.fail("%s in %s: an error without a code: %v", what, name, err)
	default:
		rec.add("noticed and named", 1)
	}
	for keep, text := range saved {
		check(t, os.WriteFile(filepath.Join(s.root, keep), text, 0o600))
	}
	_ = os.Remove(filepath.Join(s.dir(), "workspace.db-shm"))
}

// otherAnswer is something that was read and is not what was kept.
type otherAnswer struct{ diff string }

func (o *otherAnswer) Error() string { return "another answer: " + o.diff }

// sameOrNamed reads everything as commands do, without looking for damage first, and then with.
func (s *shop) sameOrNamed(want *state) error {
	ctx := context.Background()
	c, err := sqlite.Open(ctx, s.dir(), sqlite.Options{Now: time.Now, Wait: time.Second})
	if err != nil {
		return err
	}
	got := &state{}
	err = got.read(ctx, c)
	if closed := c.Close(); err == nil {
		err = closed
	}
	// A log of writes of which the end is torn is what a power cut leaves: what stands before it counts.
	shorter := len(got.Acts) < len(want.Acts) && len(got.Acts) >= len(want.Acts)-3
	if err == nil && !got.same(want) && !shorter {
		return &otherAnswer{want.differ(got)}
	}
	if err != nil {
		return err
	}
	_, err = s.look(nil)
	return err
}

// spoil changes some bytes as a disk may.
func spoil(chance *rand.Rand, b []byte) ([]byte, string) {
	bad := append([]byte{}, b...)
	if len(b) == 0 {
		return append(bad, byte(chance.IntN(256))), "a byte added"
	}
	switch pages := len(b) / dbPage; {
	case chance.IntN(8) == 0:
		return bad[:chance.IntN(len(bad))], "an end torn off"
	case chance.IntN(8) == 0 && pages > 1:
		i, j := chance.IntN(pages)*dbPage, chance.IntN(pages)*dbPage
		copy(bad[i:i+dbPage], b[j:j+dbPage])
		copy(bad[j:j+dbPage], b[i:i+dbPage])
		if string(bad) == string(b) {
			break
		}
		return bad, "pages exchanged"
	}
	bad[chance.IntN(len(bad))] ^= 1 << chance.IntN(8)
	return bad, "a bit flipped"
}

func codeOf(err error) string {
	var e *tillproof.Error
	if errors.As(err, &e) {
		return e.Code
	}
	if err != nil && strings.HasPrefix(err.Error(), "the log: ") {
		return "translog"
	}
	return ""
}
