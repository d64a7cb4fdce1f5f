package sqlite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

// checkedTables are the tables whose rows end in a check, with the columns of their keys. Each has a
// statement "check_" and its name.
var checkedTables = []struct {
	name string
	keys int
}{
	{"workspace", 0},
	{"proof", 1},
	{"checkpoint", 1},
	{"object", 1},
	{"import", 1},
	{"source", 2},
	{"decision", 1},
	{"run", 1},
	{"run_body", 1},
	{"waiting", 1},
	{"exception", 1},
	{"exception_content", 2},
	{"judgement", 2},
	{"tally", 4},
}

// Check looks at everything that is kept: the pages of the file, the check of every row, how the tables fit
// together, and the log. It answers the first damage.
func (s *Store) Check(ctx context.Context) error {
	err := s.read(ctx, func(c *conn) error {
		if err := checkPages(c); err != nil {
			return err
		}
		found := fit{owed: map[string]map[string]int64{}, sums: tally{}}
		for _, table := range checkedTables {
			err := c.run("check_"+table.name, func(r row) error {
				if err := r.verify(table.name, table.keys); err != nil {
					return err
				}
				return found.add(table.name, r)
			}, s.in[:])
			if err != nil {
				return err
			}
		}
		return found.check()
	})
	if err != nil {
		return err
	}
	report, err := translog.Verify(ctx, s, translog.Claims{}, nil)
	if err != nil || report.Good() {
		return err
	}
	first := report.Faults[0]
	return damaged("entry", fmt.Sprint(first.First), fmt.Errorf("the log: %s", first.Kind))
}

// checkPages has the engine look at its file: its pages and indexes, and rows that belong to nobody.
func checkPages(c *conn) error {
	said, err := c.said("PRAGMA integrity_check")
	if err != nil {
		return err
	}
	if said != "ok" {
		return damaged("*", fileName, errors.New(said))
	}
	table, err := c.said("PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	if table != "" {
		return damaged(table, "*", nil)
	}
	return nil
}

// fit is how the tables fit together: rows that one table promises of another, less those that are there.
type fit struct {
	owed    map[string]map[string]int64 // by table and key
	newest  row                         // of run
	waiting int64
	sums    tally // what the exceptions say less what is kept
}

func (f *fit) owe(table, key string, n int64) {
	if f.owed[table] == nil {
		f.owed[table] = map[string]int64{}
	}
	f.owed[table][key] += n
}

func (f *fit) add(table string, r row) error {
	switch table {
	case "import":
		f.owe("source", r.key(1), r.int(5))
	case "run":
		f.owe("run_body", r.key(1), 1)
		f.newest = r
	case "source", "run_body", "exception_content", "judgement":
		f.owe(table, r.key(1), -1)
	case "waiting":
		f.waiting++
	case "exception":
		e, err := exceptionOf(r)
		if err != nil {
			return err
		}
		f.owe("exception_content", r.key(1), int64(e.Versions))
		f.owe("judgement", r.key(1), e.judgements)
		if e.cleared == 0 {
			return f.sums.add(&e.KeptException)
		}
	case "tally":
		return f.takeSum(r)
	}
	return nil
}

func (f *fit) takeSum(r row) error {
	k := tallyKey{
		state: tillproof.ExceptionState(r.text(1)), until: r.date(2), bucket: tillproof.Bucket(r.text(4)),
	}
	if err := k.currency.UnmarshalText([]byte(r.text(3))); err != nil {
		return damaged("tally", r.key(4), err)
	}
	sum := f.sums[k]
	sum.exceptions -= r.int(5)
	sum.minor -= r.int(6)
	f.sums[k] = sum
	return nil
}

func (f *fit) check() error {
	for _, table := range slices.Sorted(maps.Keys(f.owed)) {
		for _, key := range slices.Sorted(maps.Keys(f.owed[table])) {
			if f.owed[table][key] != 0 {
				return damaged(table, key, nil)
			}
		}
	}
	if f.newest != nil && f.newest.int(3) != f.waiting {
		return damaged("waiting", f.newest.key(1), nil)
	}
	for _, k := range slices.SortedFunc(maps.Keys(f.sums), tallyKey.compare) {
		if f.sums[k] != (tallySum{}) {
			return damaged("tally", fmt.Sprintf("%s/%s/%s", k.state, k.currency, k.bucket), nil)
		}
	}
	return nil
}
