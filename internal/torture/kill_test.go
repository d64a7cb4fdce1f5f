package torture

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof/internal/backup"
)

// workload is a command that changes a workspace, and how it is tried again where its answer was lost.
type workload struct {
	name    string
	prepare func(t testing.TB, s *shop)
	args    func(s *shop) []string
	// again reports what a second try may answer when the first had its effect: "nothing new" or a conflict.
	again func(r result) bool
}

func conflict(r result) bool { return r.code == 6 || r.done() }

// workloads are the commands that the promises are about.
func workloads() []workload {
	none := func(testing.TB, *shop) {}
	return []workload{
		{"import", none, func(s *shop) []string {
			return append([]string{"import", "add"}, s.month("c")...)
		}, result.done},
		{"import again", none, func(s *shop) []string {
			return append([]string{"import", "add"}, s.month("a")...)
		}, result.done},
		{"undo an import", none, func(s *shop) []string {
			return []string{"import", "undo", s.wrong, "--reason", "another shop's files"}
		}, conflict},
		{"reconcile", func(t testing.TB, s *shop) {
			s.do(t, append([]string{"import", "add"}, s.month("c")...)...)
		}, func(*shop) []string { return []string{"recon", "run"} }, result.done},
		{"decide", none, func(s *shop) []string {
			return []string{"recon", "exclude", s.spoil, "--reason", "a test of the terminal"}
		}, nil},
		{"undo a decision", none, func(s *shop) []string {
			return []string{"recon", "undo", s.decided, "--reason", "it was a sale"}
		}, nil},
		{"judge", none, func(s *shop) []string {
			return []string{"exception", "confirm", s.found, "--reason", "the acquirer owes it"}
		}, conflict},
		{"back up", none, func(s *shop) []string {
			return []string{"backup", "create", filepath.Join(s.root, "shop.tillproof")}
		}, nil},
		{"set a policy", none, func(s *shop) []string {
			return []string{"recon", "run", "--policy", s.file("b/policy.yaml")}
		}, result.done},
	}
}

// lead is a workload with the states before and after it.
type lead struct {
	workload
	start         *shop
	before, after *state
	takes         time.Duration
}

// prepared runs each workload once, undisturbed.
func prepared(t testing.TB) []*lead {
	t.Helper()
	var out []*lead
	for _, w := range workloads() {
		l := &lead{workload: w, start: newShop(t)}
		w.prepare(t, l.start)
		var err error
		l.before, err = l.start.look(nil)
		check(t, err)
		s := l.start.copy(t, filepath.Join(t.TempDir(), "once"))
		began := time.Now()
		s.do(t, w.args(s)...)
		l.takes = time.Since(began)
		l.after, err = s.look(l.before)
		check(t, err)
		check(t, os.RemoveAll(s.root))
		out = append(out, l)
	}
	return out
}

// TestKill: a command that is killed at any instant has had its effect as a whole or not at all, what it
// acknowledged stays, and tried again it has its effect once.
func TestKill(t *testing.T) {
	rec := ledger.entry(t, "kill", "P1",
		"Nothing acknowledged is lost when the process dies: commands are killed (kill -9) at random "+
			"instants, the "+
			"workspace is read in full, and the command is tried again.")
	leads := prepared(t)
	chance := rand.New(rand.NewPCG(*seedFlag, 1))
	dir := t.TempDir()
	began := time.Now()
	for i := range *killsFlag {
		if timeIsUp(began) {
			break
		}
		l := leads[i%len(leads)]
		s := l.start.copy(t, filepath.Join(dir, "killed"))
		at := time.Duration(chance.Int64N(int64(l.takes + l.takes/4)))
		rec.add("kills", 1)
		if err := l.kill(t, s, at, rec); err != nil {
			rec.fail("%s killed after %v (seed %d, kill %d): %v", l.name, at, *seedFlag, i, err)
		}
	}
	rec.add("workloads", len(leads))
}

func (l *lead) kill(t testing.TB, s *shop, at time.Duration, rec *entry) error {
	cmd := s.command(l.args(s)...)
	if err := cmd.Start(); err != nil {
		return err
	}
	timer := time.AfterFunc(at, func() { _ = cmd.Process.Kill() })
	acknowledged := cmd.Wait() == nil || cmd.ProcessState.ExitCode() == 10
	timer.Stop()
	if cmd.ProcessState.ExitCode() > 0 && !acknowledged {
		return fmt.Errorf("exit %d without being killed", cmd.ProcessState.ExitCode())
	}
	began := time.Now()
	now, err := s.look(l.before)
	if err != nil {
		return fmt.Errorf("after the kill: %w", err)
	}
	rec.most("milliseconds until everything was read again", int(time.Since(began).Milliseconds()))
	if acknowledged {
		rec.add("acknowledged before the kill", 1)
	}
	step, err := l.whole(now)
	switch {
	case err != nil:
		return err
	case acknowledged && step < len(l.after.Acts)-len(l.before.Acts):
		return fmt.Errorf("acknowledged and lost: %v", now.Acts[len(l.before.Acts):])
	case step == 0:
		rec.add("without effect", 1)
	default:
		rec.add("with effect", 1)
	}
	if err := l.backupWhole(s, acknowledged); err != nil {
		return err
	}
	return l.retry(s, now, step)
}

// whole says how many acts of the workload are done, and asks that the state is the one between them.
func (l *lead) whole(now *state) (int, error) {
	done := len(now.Acts) - len(l.before.Acts)
	all := len(l.after.Acts) - len(l.before.Acts)
	switch {
	case done < 0 || done > all:
		return 0, fmt.Errorf("%d acts done of %d", done, all)
	case !slices.Equal(now.Acts, l.after.Acts[:len(now.Acts)]) && done < all && !l.sameKinds(now):
		return 0, fmt.Errorf("other acts: %v", now.Acts[len(l.before.Acts):])
	case done == 0 && !now.same(l.before):
		return 0, fmt.Errorf("no act, and yet\n%s", l.before.differ(now))
	case done == all && !now.same(l.after):
		return 0, fmt.Errorf("all acts, and yet\n%s", l.after.differ(now))
	}
	return done, nil
}

// sameKinds compares the kinds of acts alone: the ids of backups and runs hang on the clock.
func (l *lead) sameKinds(now *state) bool {
	kind := func(act string) string { k, _, _ := strings.Cut(act, " "); return k }
	for i, act := range now.Acts {
		if kind(act) != kind(l.after.Acts[i]) {
			return false
		}
	}
	return true
}

// backupWhole: a backup is there and whole, or not there.
func (l *lead) backupWhole(s *shop, acknowledged bool) error {
	if l.name != "back up" {
		return nil
	}
	path := filepath.Join(s.root, "shop.tillproof")
	_, err := os.Stat(path)
	if err != nil && !acknowledged {
		return nil
	}
	if r := finished(s.command("backup", "verify", path)); r.code != 0 {
		return fmt.Errorf("the backup: exit %d %s", r.code, r.err)
	}
	_, err = backup.Read(s.ctx(), path)
	return err
}

// retry tries the command again, as a person does who did not see its answer; what is left to do is done
// once.
func (l *lead) retry(s *shop, now *state, step int) error {
	args := l.args(s)
	all := len(l.after.Acts) - len(l.before.Acts)
	if l.name == "back up" {
		args[len(args)-1] += ".2"
	}
	switch {
	case step == all && l.again == nil:
		return nil
	case step > 0 && step < all && l.again == nil && l.name != "back up":
		args = []string{"recon", "run"} // the decision is kept, the run under it is what is left
	}
	r := finished(s.command(args...))
	if !r.done() && (l.again == nil || !l.again(r)) {
		return fmt.Errorf("tried again: exit %d %s", r.code, r.err)
	}
	end, err := s.look(now)
	if err == nil && !end.same(l.after) {
		err = fmt.Errorf("tried again after %d of %d acts, and yet\n%s", step, all, l.after.differ(end))
	}
	return err
}
