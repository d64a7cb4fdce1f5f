package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/workspace"
)

// jumps are what a clock may do between two acts.
func jumps() []time.Duration {
	return []time.Duration{
		0, time.Second, time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour,
		87_660 * time.Hour, -87_660 * time.Hour, // ten years
	}
}

// places are moments about which clocks and time zones disagree.
func places() []time.Time {
	berlin, _ := time.LoadLocation("Europe/Berlin")
	shanghai, _ := time.LoadLocation("Asia/Shanghai")
	return []time.Time{
		time.Date(2026, 3, 29, 1, 59, 59, 0, berlin).UTC(), time.Date(2026, 10, 25, 2, 59, 59, 0, berlin),
		time.Date(2016, 12, 31, 23, 59, 59, 999, time.UTC), time.Date(2038, 1, 19, 3, 14, 7, 0, time.UTC),
		time.Date(2026, 12, 31, 23, 59, 59, 0, shanghai), time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC),
	}
}

// TestClock: under a clock that jumps the order of acts is that of their numbers, the judgements of an
// exception stand in the order in which they were given, and no day that is kept moves.
func TestClock(t *testing.T) {
	rec := ledger.entry(t, "clocks", "P6",
		"The clock may lie: histories of verdicts, with the clock jumping by an hour, a day or ten years "+
			"either way, at "+
			"the changes of summer time, a leap second, 2038 and before 1970. The order of acts is their "+
			"number, and no kept "+
			"day moves by itself.")
	start := newShop(t)
	for i := range *clocksFlag {
		s := start.copy(t, t.TempDir())
		if err := s.lyingClock(t, rand.New(rand.NewPCG(*seedFlag, uint64(i))), rec); err != nil {
			rec.fail("seed %d, history %d: %v", *seedFlag, i, err)
		}
		rec.add("histories", 1)
	}
}

const verdictsUnderClock = 12

func (s *shop) lyingClock(t testing.TB, chance *rand.Rand, rec *entry) error {
	t.Helper()
	ctx := context.Background()
	c := s.open(t)
	defer c.Close()
	before := &state{}
	if err := before.read(ctx, c); err != nil {
		return err
	}
	now := places()[chance.IntN(len(places()))]
	service := workspace.New(c, nil, nil, workspace.Options{
		Who: workspace.Who{By: "wang", From: "cli@test"}, Now: func() time.Time { return now },
	})
	var given []string
	for i := range verdictsUnderClock {
		now = now.Add(jumps()[chance.IntN(len(jumps()))])
		to, until := tillproof.ExceptionConfirmed, tillproof.NoDate
		if i%2 == 1 {
			to = tillproof.ExceptionSnoozed
			until = tillproof.Date(now.Unix()/86400) + tillproof.Date(2+chance.IntN(400))
		}
		reason := fmt.Sprintf("verdict %d", i)
		if _, err := service.Judge(ctx, s.found, to, until, reason); err != nil {
			return err
		}
		given = append(given, fmt.Sprint(to, until, reason))
		rec.add("acts", 1)
	}
	judged, err := c.Judgements(ctx, tillproof.ExceptionID(s.found))
	if err != nil {
		return err
	}
	var kept []string
	for _, j := range judged {
		kept = append(kept, fmt.Sprint(j.State, j.Until, j.Reason))
	}
	if !slices.Equal(given, kept) {
		return fmt.Errorf("given %v, kept %v", given, kept)
	}
	return s.nothingElseMoved(ctx, before)
}

// nothingElseMoved: what the verdicts were not about is as it was, and the log is whole.
func (s *shop) nothingElseMoved(ctx context.Context, before *state) error {
	after, err := s.look(nil)
	if err != nil {
		return err
	}
	if n := len(after.Acts) - len(before.Acts); n != verdictsUnderClock {
		return fmt.Errorf("%d entries for %d acts", n, verdictsUnderClock)
	}
	for _, line := range before.Rest {
		about := containsAny(line, "exception "+s.found, "tally ")
		if !about && !slices.Contains(after.Rest, line) {
			return fmt.Errorf("gone: %s", line)
		}
	}
	return nil
}
