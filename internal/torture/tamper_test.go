package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

// tampering is a way to change the log of a workspace with the tools of its database.
type tampering struct {
	name string
	sql  string // $n is an entry that is there
}

func tamperings() []tampering {
	return []tampering{
		{"an entry edited", "UPDATE entry SET leaf = CAST(replace(CAST(leaf AS TEXT), 'by wang', 'by " +
			"zhou') AS BLOB) WHERE seq = $n"},
		{"an entry taken out", "DELETE FROM entry WHERE seq = $n"},
		{"an entry taken out, the rest moved up", "DELETE FROM entry WHERE seq = $n; " +
			"UPDATE entry SET seq = -seq WHERE seq > $n; UPDATE entry SET seq = -seq - 1 WHERE seq < 0"},
		{"an entry put in", "UPDATE entry SET seq = -seq WHERE seq >= $n; UPDATE entry SET seq = -seq + " +
			"1 WHERE seq < 0; " +
			"INSERT INTO entry SELECT workspace, $n, leaf FROM entry WHERE seq = $n + 1"},
		{"two entries exchanged", "UPDATE entry SET seq = -1 WHERE seq = $n; UPDATE entry SET seq = $n " +
			"WHERE seq = $n + 1; " +
			"UPDATE entry SET seq = $n + 1 WHERE seq = -1"},
		{"the tail cut off", "DELETE FROM entry WHERE seq > $n"},
		{"the tail cut off with its hashes", "DELETE FROM entry WHERE seq > $n; DELETE FROM tree WHERE n " +
			">= $count"},
		{"a hash edited", "UPDATE tree SET hash = randomblob(32) WHERE n = $n"},
		{"a hash taken out", "DELETE FROM tree WHERE n = $n"},
		{"a hash added", "INSERT INTO tree SELECT workspace, n + 1, hash FROM tree ORDER BY n DESC LIMIT 1"},
		{"all hashes taken out", "DELETE FROM tree"},
		{"all entries taken out", "DELETE FROM entry; DELETE FROM tree"},
	}
}

// TestTampering: the log is changed behind the program's back, in its database or by putting the whole folder
// back. With a checkpoint from elsewhere all of it is found; without one the report says what it cannot
// exclude.
func TestTampering(t *testing.T) {
	rec := ledger.entry(t, "tampering", "P12",
		"History cannot be altered unnoticed: entries and hashes are edited, taken out, put in, "+
			"exchanged and cut off in "+
			"the database, and the whole folder is put back to an earlier day; `audit verify` is asked with a checkpoint from "+
			"elsewhere, and without one.")
	s := newShop(t)
	old := s.copy(t, filepath.Join(t.TempDir(), "old"))
	for i := range 5 {
		s.do(t, "exception", []string{"confirm", "reopen"}[i%2], s.found, "--reason", fmt.Sprint("reason "+
			"", i))
	}
	now, err := s.look(nil)
	check(t, err)
	seen := filepath.Join(t.TempDir(), "checkpoint")
	s.do(t, "audit", "checkpoint", "--out", seen)
	chance := rand.New(rand.NewPCG(*seedFlag, 3))
	ways := tamperings()
	for i := range *tampers {
		way := ways[i%len(ways)]
		bad := s.copy(t, filepath.Join(t.TempDir(), "bad"))
		n := 1 + chance.IntN(len(now.Acts)-3)
		check(t, bad.change(way.sql, n))
		rec.add("ways to change a log", 1)
		if found, said := bad.audit(t, seen); found {
			rec.add("found with a checkpoint from elsewhere", 1)
		} else {
			rec.fail("%s at %d is not found: %s", way.name, n, said)
		}
		if found, _ := bad.audit(t, ""); found {
			rec.add("found without one", 1)
		}
		check(t, os.RemoveAll(bad.root))
	}
	rec.add("folders put back", 1)
	if found, said := old.audit(t, seen); found {
		rec.add("found with a checkpoint from elsewhere", 1)
	} else {
		rec.fail("the folder put back is not found: %s", said)
	}
	if r := finished(old.command("audit", "verify")); r.code == 0 && !strings.Contains(r.out, "checkpoint") {
		rec.fail("without a checkpoint the report does not say what it cannot exclude: %s", r.out)
	}
	if found, said := s.audit(t, seen); found {
		rec.fail("a log that nobody touched is called changed: %s", said)
	}
}

// audit asks the program and the verifier; both have to say the same.
func (s *shop) audit(t testing.TB, checkpoint string) (bool, string) {
	t.Helper()
	args := []string{"audit", "verify"}
	if checkpoint != "" {
		args = append(args, "--checkpoint", checkpoint)
	}
	r := finished(s.command(args...))
	if r.code != 0 && r.code != 7 {
		return false, fmt.Sprintf("exit %d %s", r.code, r.err)
	}
	return r.code == 7, r.out + r.err
}

// change runs statements on the database as anybody with its file can.
func (s *shop) change(text string, n int) error {
	db, err := sqlite.OpenConn(filepath.Join(s.dir(), "workspace.db"), sqlite.OpenReadWrite)
	if err != nil {
		return err
	}
	text = strings.ReplaceAll(text, "$count", fmt.Sprint(translog.StoredCount(int64(n)+1)))
	text = strings.ReplaceAll(text, "$n", fmt.Sprint(n))
	if err := sqlitex.ExecuteScript(db, text, nil); err != nil {
		return err
	}
	return db.Close()
}

// TestBackups: backups are made while others write; each comes back whole, as it stood at one moment.
func TestBackups(t *testing.T) {
	rec := ledger.entry(t, "backups", "P14",
		"A backup restores: it is made while another process writes, verified, restored into a new "+
			"folder, and read in "+
			"full; its log is the beginning of that of the workspace.")
	s := newShop(t)
	ctx, stop := context.WithCancel(context.Background())
	writer := make(chan int)
	go func() {
		n := 0
		for ; ctx.Err() == nil; n++ {
			verb := []string{"confirm", "reopen"}[n%2]
			r := finished(s.command("exception", verb, s.found, "--reason", fmt.Sprint(n)))
			if !r.done() {
				break
			}
		}
		writer <- n
	}()
	for i := range *backups {
		if err := s.thereAndBack(filepath.Join(s.root, fmt.Sprint("b", i, ".tillproof")), rec); err != nil {
			rec.fail("backup %d: %v", i, err)
		}
	}
	stop()
	rec.add("commands that wrote meanwhile", <-writer)
}

func (s *shop) thereAndBack(path string, rec *entry) error {
	began := time.Now()
	if r := finished(s.command("backup", "create", path)); r.code != 0 {
		return fmt.Errorf("create: exit %d %s", r.code, r.err)
	}
	other := *s
	other.root = path + "-new"
	if err := os.MkdirAll(filepath.Join(other.root, "tmp"), 0o700); err != nil {
		return err
	}
	text, err := os.ReadFile(s.key())
	if err == nil {
		err = os.WriteFile(other.key(), text, 0o600)
	}
	if err != nil {
		return err
	}
	if r := finished(other.command("backup", "restore", path)); r.code != 0 {
		return fmt.Errorf("restore: exit %d %s", r.code, r.err)
	}
	back, err := other.look(nil)
	if err != nil {
		return err
	}
	now, err := s.look(nil)
	if err != nil {
		return err
	}
	last := len(back.Acts) - 1 // which says that it was restored
	if !strings.HasPrefix(back.Acts[last], string(tillproof.ActRestore)) || last > len(now.Acts) {
		return fmt.Errorf("%d entries, the last %s", len(back.Acts), back.Acts[last])
	}
	for i, act := range back.Acts[:last] {
		if act != now.Acts[i] {
			return fmt.Errorf("entry %d is %s, was %s", i, act, now.Acts[i])
		}
	}
	rec.add("backups made under load, proven, restored and read", 1)
	rec.most("milliseconds for all of it", int(time.Since(began).Milliseconds()))
	return os.RemoveAll(other.root)
}
