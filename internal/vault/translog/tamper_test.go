package translog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestTamperedLogs does several random things to a log at once. Given one checkpoint from elsewhere, nothing
// that changes an entry or a stored hash goes unnoticed, and whatever it is, the report is a report.
func TestTamperedLogs(t *testing.T) {
	originals := map[int64]*testLog{}
	for n := range int64(24) {
		originals[n] = newLog(t, n)
	}
	for seed := range uint64(tamperedLogs) {
		r := rand.New(rand.NewPCG(seed, 2))
		n := 1 + r.Int64N(23)
		l := originals[n]
		bad := l.clone()
		for range 1 + r.IntN(3) {
			tamper(t, r, bad)
		}
		claims := Claims{Given: []Claim{l.head(t, n).Claim("paper")}}
		report := bad.verify(t, claims)
		if honest := bad.begins(l) && bad.isBuilt(t); report.Good() != honest {
			t.Fatalf("seed %d, %d entries: untouched %v, report %+v", seed, n, honest, report)
		}
		if report.Claims[0].Holds && !bad.begins(l) {
			t.Fatalf("seed %d: the checkpoint holds for other entries: %+v", seed, report)
		}
		if !report.Good() {
			checkFirst(t, fmt.Sprintf("seed %d", seed), l, bad, report)
		}
	}
}

// begins reports whether the log begins with all entries of another.
func (l *testLog) begins(with *testLog) bool {
	for seq, entry := range with.leaves {
		if string(l.leaves[seq]) != string(entry) {
			return false
		}
	}
	return true
}

// isBuilt reports whether the rows of the log are as an honest program leaves them. Whoever can write to a
// log can also add to it as that program does; the next checkpoint covers that.
func (l *testLog) isBuilt(t *testing.T) bool {
	t.Helper()
	again := l.clone()
	again.rebuild(t)
	for _, entry := range l.leaves {
		if numberOf(entry) < 0 {
			return false
		}
	}
	return again.equal(l)
}

// checkFirst: no entry before the first fault differs from the original one. Where the checkpoint cannot be
// compared, that is known of what an earlier one covers only.
func checkFirst(t *testing.T, name string, l, bad *testLog, report Report) {
	t.Helper()
	first := report.Faults[0].First
	if !report.Claims[0].Compared {
		first = report.Proven
	}
	for seq := range min(first, l.size()) {
		if string(l.leaves[seq]) != string(bad.leaves[seq]) {
			t.Fatalf("%s: entry %d differs before the first fault %+v", name, seq, report.Faults)
		}
	}
}

func tamper(t *testing.T, r *rand.Rand, l *testLog) {
	t.Helper()
	rows := l.leaves
	if r.IntN(3) == 0 {
		rows = l.hashes
	}
	keys := slices.Sorted(maps.Keys(rows))
	if len(keys) == 0 {
		return
	}
	pick := func() int64 { return keys[r.IntN(len(keys))] }
	a, b := pick(), pick()
	switch r.IntN(9) {
	case 0:
		if len(rows[a]) > 0 {
			rows[a] = slices.Clone(rows[a])
			rows[a][r.IntN(len(rows[a]))] ^= 1 << r.IntN(8)
		}
	case 1:
		delete(rows, a)
	case 2:
		rows[a], rows[b] = rows[b], rows[a]
	case 3:
		rows[a] = rows[b]
	case 4: // a gap is closed
		delete(rows, a)
		for k := a; ; k++ {
			next, ok := rows[k+1]
			if !ok {
				break
			}
			rows[k] = next
			delete(rows, k+1)
		}
	case 5: // room is made
		for _, k := range slices.Backward(keys) {
			if k >= a {
				rows[k+1] = rows[k]
			}
		}
		rows[a] = rows[b]
	case 6:
		rows[a+[]int64{-1 << 62, -3, 7, 1 << 40, 1 << 62}[r.IntN(5)]] = rows[b]
	case 7:
		for k := range rows {
			if k >= a {
				delete(rows, k)
			}
		}
	case 8:
		l.leaves[r.Int64N(l.size()+2)] = mustEncode(t, "Mallory", r.Int64N(30))
		if r.IntN(2) == 0 {
			l.rebuild(t)
		}
	}
}

// growing is a log that gets a new entry each time somebody looks: nothing about it is wrong.
type growing struct {
	*testLog
	t     *testing.T
	until int64
}

func (g *growing) grow() {
	if g.size() < g.until {
		g.add(g.t, testAct(g.size()))
	}
}

func (g *growing) Leaves(ctx context.Context, from int64, leaf func(int64, []byte) error) error {
	defer g.grow() // after the rows were handed over: the hashes will know more than the rows
	return g.testLog.Leaves(ctx, from, leaf)
}

func (g *growing) StoredHashes(ctx context.Context, from int64, each func(int64, []byte) error) error {
	defer g.grow()
	return g.testLog.StoredHashes(ctx, from, each)
}

func TestALogMayGrowMeanwhile(t *testing.T) {
	_, public := testKey(t)
	for n := range int64(20) {
		g := &growing{newLog(t, n), t, n + 30}
		given := g.head(t, n).Claim("paper")
		r, err := Verify(t.Context(), g, Claims{Public: public, Given: []Claim{given}}, nil)
		if err != nil || !r.Good() || r.Size < n || r.Proven != n {
			t.Errorf("from %d entries: %+v, %v", n, r, err)
		}
	}
}

// failing is a log of which a part cannot be read.
type failing struct {
	*testLog
	at int
}

var errDisk = errors.New("disk")

func (f *failing) Leaves(ctx context.Context, from int64, leaf func(int64, []byte) error) error {
	if f.at--; f.at < 0 {
		return errDisk
	}
	return f.testLog.Leaves(ctx, from, leaf)
}

func (f *failing) StoredHashes(ctx context.Context, from int64, each func(int64, []byte) error) error {
	if f.at--; f.at < 0 {
		return errDisk
	}
	return f.testLog.StoredHashes(ctx, from, each)
}

// TestWhatCannotBeReadIsNoVerdict: an error of the store ends the verification; it is never a good report.
func TestWhatCannotBeReadIsNoVerdict(t *testing.T) {
	l := newLog(t, 9)
	bad := l.clone()
	bad.leaves[3] = []byte("nonsense")
	for _, log := range []*testLog{l, bad} {
		failed := 0
		for at := 0; ; at++ {
			f := &failing{log, at}
			r, err := Verify(t.Context(), f, Claims{}, nil)
			if err == nil {
				break
			}
			failed++
			if !errors.Is(err, errDisk) || r.Size != 0 {
				t.Errorf("read %d fails: %+v, %v", at, r, err)
			}
		}
		if failed < 2 {
			t.Errorf("only %d reads could fail", failed)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Verify(ctx, l, Claims{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
