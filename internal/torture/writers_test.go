package torture

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
)

// TestWriters: many processes and goroutines write one workspace at once. The log is one line without a gap,
// what was acknowledged is in it once, and no verdict is given on a state that somebody else had changed.
func TestWriters(t *testing.T) {
	rec := ledger.entry(t, "many writers", "P7",
		"Concurrent writers never overwrite each other: processes with mixed commands (import, "+
			"reconcile, exclude, judge, "+
			"list) and goroutines with verdicts write one workspace at once. One log without a gap, each "+
			"acknowledged act in "+
			"it once, each verdict on the state that its writer saw.")
	start := newShop(t)
	for i := range *racesFlag {
		chance := rand.New(rand.NewPCG(*seedFlag, uint64(100+i)))
		s := start.copy(t, t.TempDir())
		if err := s.processes(8<<(i%4), chance, rec); err != nil {
			rec.fail("seed %d, history %d of processes: %v", *seedFlag, i, err)
		}
		s = start.copy(t, t.TempDir())
		if err := s.goroutines(t, 8<<(i%4), rec); err != nil {
			rec.fail("history %d of goroutines: %v", i, err)
		}
		rec.add("histories", 2)
	}
}

// processes runs many commands at once.
func (s *shop) processes(n int, chance *rand.Rand, rec *entry) error {
	before, err := s.look(nil)
	if err != nil {
		return err
	}
	calls := [][]string{
		append([]string{"import", "add"}, s.month("c")...),
		{"recon", "run"},
		{"exception", "confirm", s.found, "--reason", "x"},
		{"exception", "reopen", s.found, "--reason", "y"},
		{"recon", "exclude", s.spoil, "--reason", "test"},
		{"exception", "list"},
		{"status"},
	}
	var wg sync.WaitGroup
	results := make([]result, n)
	chosen := make([][]string, n)
	for i := range n {
		chosen[i] = calls[chance.IntN(len(calls))]
		wg.Go(func() {
			results[i] = finished(s.command(append(chosen[i], "--wait", "5m")...))
		})
	}
	wg.Wait()
	after, err := s.look(before)
	if err != nil {
		return err
	}
	for i, r := range results {
		rec.add("processes", 1)
		// Two that exclude one record at once are both kept, and contradict each other: a run that finds
		// both obeys neither and says so (3).
		torn := r.code == 3 && chosen[i][0] == "recon"
		if !r.done() && !torn && r.code != 6 && r.code != 12 && !strings.Contains(r.err, "match.misfit") &&
			!strings.Contains(r.err, "decide.") && r.code != 16 {
			return fmt.Errorf("%v: exit %d %s", chosen[i], r.code, r.err)
		}
		if r.done() {
			rec.add("commands acknowledged", 1)
		}
	}
	return countActs(before, after, chosen, results)
}

// countActs: what was acknowledged is in the log, and each effect has one entry.
func countActs(before, after *state, calls [][]string, results []result) error {
	imports, judged := 0, 0
	for _, act := range after.Acts[len(before.Acts):] {
		switch {
		case strings.HasPrefix(act, "import.add"):
			imports++
		case strings.HasPrefix(act, "exception.judge"):
			judged++
		}
	}
	asked := map[string]int{}
	for i, r := range results {
		if r.done() {
			asked[calls[i][0]+" "+calls[i][1%len(calls[i])]]++
		}
	}
	if n := asked["import add"]; n > 0 && imports != 1 || n == 0 && imports != 0 {
		return fmt.Errorf("%d imports of one set of files, %d acknowledged", imports, n)
	}
	if all := asked["exception confirm"] + asked["exception reopen"]; judged > all {
		return fmt.Errorf("%d verdicts in the log, %d acknowledged", judged, all)
	}
	return nil
}

// goroutines change the state of one exception at once, each from the state that it has just seen: exactly
// those that were acknowledged are kept, and each follows from the one before.
func (s *shop) goroutines(t testing.TB, n int, rec *entry) error {
	t.Helper()
	ctx := context.Background()
	c := s.open(t)
	defer c.Close()
	const each = 10
	id := tillproof.ExceptionID(s.found)
	var mu sync.Mutex
	acknowledged := map[string]tillproof.ExceptionState{} // the state that the writer saw
	var wg sync.WaitGroup
	var faults []error
	for i := range n {
		wg.Go(func() {
			for k := range each {
				e, _, err := c.Exception(ctx, id)
				to := tillproof.ExceptionConfirmed
				if (i+k)%2 == 1 {
					to = tillproof.ExceptionDismissed
				}
				name := fmt.Sprintf("writer %d verdict %d", i, k)
				if err == nil {
					err = c.Judge(ctx, id, e.State, tillproof.Judgement{
						Time: time.Now().UTC().Truncate(time.Microsecond), By: "wang", State: to,
						Until: tillproof.NoDate, Reason: name,
					}, tillproof.Act{
						Time: time.Now().UTC(), By: "wang", From: "cli@test",
						Kind: tillproof.ActJudge, Done: true, On: []string{s.found},
					})
				}
				var coded *tillproof.Error
				mu.Lock()
				switch {
				case err == nil:
					acknowledged[name] = e.State
				case !errors.As(err, &coded) || coded.Kind != tillproof.KindConflict:
					faults = append(faults, err)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	rec.add("verdicts tried by goroutines", n*each)
	rec.add("verdicts acknowledged", len(acknowledged))
	judged, err := c.Judgements(ctx, id)
	if err = errors.Join(append(faults, err)...); err != nil {
		return err
	}
	if len(judged) != len(acknowledged) {
		return fmt.Errorf("%d verdicts kept, %d acknowledged", len(judged), len(acknowledged))
	}
	last := tillproof.ExceptionNew
	for _, j := range judged {
		if saw, ok := acknowledged[j.Reason]; !ok || saw != last {
			return fmt.Errorf("%s was given on %s, which was %s by then", j.Reason, saw, last)
		}
		last = j.State
	}
	return nil
}

func containsAny(line string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(line, p) {
			return true
		}
	}
	return false
}
